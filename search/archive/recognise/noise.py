"""What a page adds to a document: portal heads and tails, adverts, ruby. Taken out, never dropped: it is listed for a person.

Characters the source lost are not guessed; they stay as they are and are counted.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from search.archive.numbers import RUBY, simplify

#: Ruby around a character that was lost on the way: `?dāng)?shù)`. Nothing can be restored from it.
_LOST = re.compile(r"\?[a-zāáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜü]{1,6}\)|\ufffd")
#: A line that is furniture wherever it stands.
_LINE = re.compile(
    r"^(?:https?://\S+(?:\s+(?:第\s*)?(?:页码[:：]?)?\s*\d+\s*/\s*\d+\s*页?)?|EN|繁|简|0|首页.{0,80}|用户名\s*密码|记住我|加入收藏.*|收藏|打印.{0,10}|"
    r"(?:您的|您当前所在|当前|您所在的?|你的|现在的?)位置.*|全国站.*|发布免费.*|网站首页.*|(?:简\s*/\s*繁\s*)?登录\s*[|｜].*|无障碍.{0,20}|"
    r"(?:【\s*)?字[号體体]\s*[:：].*|热门搜索.*|扫[一码].{0,30}|分享(?:到|至).*|【?我要纠错】?.*|浏览(?:次数|量).*|点击(?:数|率|次数).*|"
    r"作者\s*[:：].*|来源\s*[:：].*|(?:发布)?时间\s*[:：].*|\d{4}-\d\d-\d\d \d\d:\d\d(?:\s+来源.*)?|阅读\s*[:：]?\s*\d+.*|责任编辑.*|[(（]责任编辑.*|"
    r"第?\s*\d+\s*/\s*\d+\s*页|[—–-]\s*\d{1,4}\s*[—–-]|[|｜\s]+|字体\s*[:：].*|【字体.*|主办单位.*|主办[:：].*|承办[:：].*|技术支持.*|"
    r"关于(?:平台|我们).*|版权所有.*|Copyright.*|.*ICP备.*|.*公网?安备.*|.*网站标识码.*|网站地图.*|联系我们|关于我们|友情链接.*|相关附件|"
    r"\S*\s*中心\s+政务服务\s+.*|首页\s.*|.{0,60}\d{1,2}/\d{1,2}/\d{2,4}\s+(?:上午|下午)?\d{1,2}:\d{2}|.{0,90}\d{4}/\d{1,2}/\d{1,2}\s+\d{1,2}:\d{2}(?:\s.*)?)$",
    re.I,
)
#: From such a line on, near the end, everything is the site's.
_TRAILER = re.compile(
    r"^(?:[“\"]?\S{0,10}[”\"]?提供的法律法规及相关资料仅供|最新法律法规|没找到您需要的|温馨提示|【我要纠错】|责任编辑|[(（]责任编辑|扫一扫|"
    r"上一篇|下一篇|[•·]\s*上一篇|相关(?:文章|阅读|链接|解读|新闻|稿件|信息)$|热门文章|【字体|版权所有|分享到|主办单位|友情链接|北大法宝|"
    r"©|.*提供丰富的参考资料|广告服务|政策解读\s*$|相关政策\s*$|Copyright|【法宝引证码】|网站地图|.{0,10}数字智库$|⽹站|附件下载\s*$)",
    re.I,
)
_INLINE = (
    re.compile(r"(?<=[ \u00a0])[\u4e00-\u9fff]{2,7}小说网[ \u00a0]*"),
    re.compile(r"【法宝引证码】\s*[A-Z.0-9]*"),
)
#: An advert grown into a word: where it begins cannot be told, so it stays for a person.
_SUSPECT = re.compile(r"[\u4e00-\u9fff]{0,8}(?:小说网|彩票网|娱乐城|赌场)")
_PAGE_MARK = re.compile(r"(?<=[\u4e00-\u9fff，、；])[—–－]\s?\d{1,4}\s?[—–－]$")
_HAN = re.compile(r"[㐀-鿿]")
_PLAIN = re.compile(r"[㐀-鿿\u0020-\u007e\u3000-\u303f\uff00-\uffef“”‘’…—–·×°℃±≥≤②①③-⑳㈠-㈩ⅠⅡⅢⅣ%‰㎡]")


@dataclass(slots=True)
class Cleaned:
    """The lines kept, what was taken out, and what is to be told."""

    lines: list[str]
    noise: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    lost_characters: int = 0


def _garbled(line: str) -> bool:
    """A line whose font lost its character map: more than a third of it is in scripts no Chinese text uses."""
    visible = re.sub(r"\s", "", line)
    if len(visible) < 3:
        return bool(visible) and not _PLAIN.search(visible)
    strange = sum(1 for c in visible if not _PLAIN.match(c) and not c.isalpha()) + sum(
        1
        for c in visible
        if c.isalpha() and ord(c) > 0x24F and not _HAN.match(c) and not "\uff00" <= c <= "\uffef"
    )
    return strange > len(visible) / 3


def strip_ruby(text: str) -> tuple[str, int]:
    """`text` without ruby pinyin after characters, and how many were taken out."""
    return RUBY.subn("", text)


def _inline(line: str, noise: list[str]) -> str:
    for pattern in _INLINE:
        for match in pattern.finditer(line):
            noise.append(match.group().strip())
        line = pattern.sub("", line)
    return line.strip()


def _trailer_start(lines: list[str], plain: list[str]) -> int:
    """Index from which on everything belongs to the site; only the last part of a text is looked at."""
    total = sum(len(line) for line in lines)
    before = 0
    for index, line in enumerate(plain):
        if before > total * 0.55 and _TRAILER.match(line):
            return index
        before += len(lines[index])
    return len(lines)


def clean(text: str) -> Cleaned:
    """`text` as paragraphs without what does not belong to it. Every piece taken out is in `noise`, in order."""
    without_ruby, rubies = strip_ruby(text)
    raw = [line.strip() for line in without_ruby.split("\n") if line.strip()]
    noise: list[str] = []
    plain = [simplify(line) for line in raw]
    end = _trailer_start(raw, plain)
    kept: list[str] = []
    continues = False
    for line, simple in zip(raw[:end], plain[:end], strict=True):
        if _LINE.match(simple) or _garbled(line):
            noise.append(line)
            continue
        line = _inline(line, noise)
        marked = _PAGE_MARK.search(line)
        line = _PAGE_MARK.sub("", line)
        if not line:
            continue
        if continues and kept:
            kept[-1] += line
        else:
            kept.append(line)
        continues = marked is not None
    noise.extend(raw[end:])
    cleaned = Cleaned(kept, noise, lost_characters=len(_LOST.findall("\n".join(kept))))
    suspects = dict.fromkeys(_SUSPECT.findall("\n".join(kept)))
    if suspects:
        cleaned.notes.append(
            _("正文疑似夹带广告，起止不明，未删除：%(words)s。") % {"words": "、".join(suspects)[:200]}
        )
    if rubies:
        cleaned.noise.append(f"ruby × {rubies}")
    return cleaned
