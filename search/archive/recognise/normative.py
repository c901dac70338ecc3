"""Is this a normative document at all? What looks like a news item, a guide or an essay waits for a person."""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.utils.translation import gettext as _

from search.archive.enums import Reason
from search.archive.numbers import simplify
from search.archive.recognise.bodies import RULE_GENRES, genre_of

_HAN = re.compile(r"[㐀-鿿]")
_GUIDE = re.compile(
    r"攻略|指南$|指引$|简介$|问答|一文|看过来|如何|怎么|怎样|解读|课堂|调研报告|经验做法|情况汇报|工作总结|讲话|致辞|贺信|新闻|[？?！!]|"
    r"公布$|发放情况|这笔钱|扶持政策清单|^仲裁公告$|心得|体会|启示|通讯"
)
_DRAFT = re.compile(r"征求意见稿|送审稿|草案")
_ARTICLE = re.compile(r"^第[一二三四五六七八九十百\d]{1,6}条[\s　]?", re.M)
_ISSUED = re.compile(
    r"(?:现|特)(?:将|就|予|对).{0,160}(?:通知如下|印发给你们|公告如下|通告如下|公布|提出如下|意见如下)|请(?:认真|遵照|贯彻|结合)"
)
#: Below this sum of evidence a person decides.
_ENOUGH = 2


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether the text is taken in, and if not, why."""

    accepted: bool
    reason: Reason | None = None
    message: str = ""
    confidence: float = 1.0


def _chinese_share(text: str) -> float:
    sample = re.sub(r"\s", "", text[:5000])
    return len(_HAN.findall(sample)) / len(sample) if sample else 0.0


def _evidence(*, title: str, text: str, has_number: bool, has_issuer: bool, addressed: bool) -> int:
    genre = genre_of(title)
    points = 3 * has_number + has_issuer + addressed
    points += (2 if genre in RULE_GENRES else 1) if genre else -2
    points += 2 if len(_ARTICLE.findall(text)) >= 3 else 0
    points += 1 if _ISSUED.search(text[:1500]) else 0
    points -= 3 if _GUIDE.search(title) else 0
    return points


def judge(*, title: str, text: str, has_number: bool, has_issuer: bool, addressed: bool) -> Verdict:
    """Weigh what speaks for a normative document; the message names what is missing."""
    if len(re.sub(r"\s", "", text)) < 40:
        return Verdict(False, Reason.NO_TEXT, _("除标题外几乎没有正文。"))
    if _chinese_share(text) < 0.2:
        return Verdict(False, Reason.NOT_NORMATIVE, _("正文不是中文。"))
    title = simplify(title)
    if not title:
        return Verdict(False, Reason.NO_TITLE, _("开头几行里没有识别出标题。"))
    if _DRAFT.search(title):
        return Verdict(False, Reason.NOT_NORMATIVE, _("是征求意见稿或草案，不是已发布的文件。"))
    points = _evidence(
        title=title, text=text, has_number=has_number, has_issuer=has_issuer, addressed=addressed
    )
    if points >= _ENOUGH:
        return Verdict(True, confidence=min(1.0, 0.5 + points / 16))
    if _GUIDE.search(title):
        return Verdict(False, Reason.NOT_NORMATIVE, _("像是新闻、解读、办事指南或工作材料。"))
    return Verdict(False, Reason.NOT_NORMATIVE, _("没有字号，标题也不是规范性文件的文种。"))
