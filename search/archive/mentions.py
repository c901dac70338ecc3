"""Where a text names other documents: in 《》, by number, by the bare name of a law. Spans only; what they mean is decided elsewhere.

Time is linear in the text: brackets are matched in one pass with a bounded stack, every pattern looks at a bounded window.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, replace

from search.archive.numbers import FoundNumber, find_numbers
from search.archive.titles import clean, exact_key, title_key

#: The longest title that is believed, in characters between its brackets.
LONGEST_TITLE = 220
_OPEN, _CLOSE = "《", "》"
_BRACKET = re.compile("[《》]")
#: 《许可证》, 《申请表》, 《成交确认书》: papers people fill in or carry, not documents that are cited.
_FORM = re.compile(
    r"(?:证|证书|执照|许可|凭证|证明|[^图代]表|(?<!清)单|票|笔录|记录|鉴定书|合同|合同书|协议书?|申请书|确认书|通知书|决定书|告知书|承诺书|报告书"
    r"|说明书|意见书|责任书|委托书|授权书|批准书|登记簿|台账|日报|晚报|时报|周刊|杂志|公报|签章|印章|样本|样式|发单|名册|台帐|账簿)"
    r"(?:[(（][^（）()]*[)）])?$"
)
_ABOUT = re.compile(r"^(?:.{0,40})?关于|的(?:通知|意见|决定|批复|公告|函)$")
_LINKED = re.compile(r"\s*[（(]\s*(?:以?下称[^，。）)]{0,12}[，,])?\s*")
_ALIAS = re.compile(
    r"\s*(?:[（(][^（）()\n]{0,60}?[)）])?\s*[（(](?:[^（）()\n]|[（(][^（）()\n]{0,12}[)）]){0,50}?(?:以下|下|统|合并?|并)(?:统一|一并|分别|均|合)?(?:简称|称)(?:为|：|:)?\s*[“\"'《]?(?P<name>[^”\"'》（）()，,。;；\n]{1,40})[”\"'》]?"
)
_BODY_BEFORE = re.compile(r"[一-鿿、 　]{2,80}$")


@dataclass(frozen=True, slots=True)
class Mention:
    """Characters `start` to `end` of a text name a document by `title`, number (`number_key`) or both.

    `tail` is where the number and remarks after it end; `prefix` the words right before it that may be its issuer.
    `bare`: without 《》. `alias_of`: the start of the mention this one is short for, when the text defines it.
    """

    start: int
    end: int
    title: str = ""
    number_key: str = ""
    tail: int = 0
    prefix: str = ""
    bare: bool = False
    alias_of: int | None = None


def bracketed(text: str) -> list[tuple[int, int]]:
    """Spans of the outermost 《…》 that close, at most `LONGEST_TITLE` long; an unclosed 《 does not swallow what follows."""
    waiting: deque[int] = deque(maxlen=64)
    pairs: list[tuple[int, int]] = []
    for match in _BRACKET.finditer(text):
        at = match.start()
        if match[0] == _OPEN:
            waiting.append(at)
            continue
        while waiting and waiting[0] < at - LONGEST_TITLE:
            waiting.popleft()
        if waiting:
            pairs.append((waiting.pop(), at + 1))
    outer: list[tuple[int, int]] = []
    # A pair closes after everything inside it, so the list read backwards has the outer ones first.
    for start, end in reversed(pairs):
        if not outer or end <= outer[-1][0]:
            outer.append((start, end))
    return outer[::-1]


def _is_title(inside: str) -> bool:
    words = clean(inside)
    if not 2 <= len(words) <= LONGEST_TITLE or "。" in words or words.isascii():
        return False
    return not _FORM.search(words) or bool(_ABOUT.search(words))


def _with_numbers(titles: list[Mention], numbers: list[FoundNumber], text: str) -> list[Mention]:
    """Titles take the number in the brackets behind them, or in front (财政部令第71号公布的《…》); the rest stand alone."""
    joined: dict[int, FoundNumber] = {}
    alone: list[FoundNumber] = []
    starts = {m.start: i for i, m in enumerate(titles)}
    ordered = sorted(starts)
    at = 0
    for found in numbers:
        while at < len(titles) and titles[at].end <= found.start:
            at += 1
        inside = at < len(titles) and titles[at].start <= found.start < titles[at].end
        before = titles[at - 1] if at else None
        after = titles[at] if at < len(titles) and not inside else None
        if inside:
            if found.end - found.start >= titles[at].end - titles[at].start - 2:
                joined[titles[at].start] = found
        elif before and found.start - before.end <= 40 and _LINKED.match(text, before.end, found.start):
            joined.setdefault(before.start, found)
        elif after and after.start - found.end <= 20 and _hands_over(text[found.end : after.start]):
            joined.setdefault(after.start, found)
        else:
            alone.append(found)
    out = [
        replace(titles[starts[s]], number_key=joined[s].number.key, tail=_closed(text, max(joined[s].end, titles[starts[s]].end)))
        if s in joined
        else titles[starts[s]]
        for s in ordered
    ]  # fmt: skip
    return out + [
        Mention(f.start, f.end, number_key=f.number.key, tail=_closed(text, f.end), bare=True) for f in alone
    ]


def _hands_over(between: str) -> bool:
    return bool(re.fullmatch(r"(?:文件?)?(?:印发|发布|公布|颁布|下发)(?:的|了)?|文?\s*", between))


def _closed(text: str, at: int) -> int:
    """After the bracket that closes the remark in which `at` lies (…号公布）), if it closes soon."""
    match = re.compile(r"[^（）()《》。\n]{0,24}[)）]").match(text, at)
    return match.end() if match else at


def _prefix(text: str, start: int) -> str:
    match = _BODY_BEFORE.search(text, max(0, start - 40), start)
    return match[0] if match else ""


def find_mentions(text: str, bare_names: Iterable[tuple[int, int, str]] = ()) -> list[Mention]:
    """Every mention in `text`, in order, never overlapping. `bare_names` are spans of law names found without 《》."""
    titles = [
        Mention(start, end, text[start + 1 : end - 1].strip(), tail=end, prefix=_prefix(text, start))
        for start, end in bracketed(text)
    ]
    numbers = find_numbers(text)
    mentions = _with_numbers(titles, numbers, text)
    mentions = [m for m in mentions if m.bare or m.number_key or _is_title(m.title)]
    taken = sorted((m.start, m.end) for m in [*titles, *mentions])
    mentions += _free(bare_names, taken)
    return _with_aliases(sorted(mentions, key=lambda m: m.start), text)


def _free(spans: Iterable[tuple[int, int, str]], taken: list[tuple[int, int]]) -> list[Mention]:
    out: list[Mention] = []
    at = 0
    for start, end, name in sorted(spans):
        while at < len(taken) and taken[at][1] <= start:
            at += 1
        if (at == len(taken) or taken[at][0] >= end) and not (out and out[-1].end > start):
            out.append(Mention(start, end, name, tail=end, bare=True))
    return out


#: Words by which a text calls another document once it has been named in full.
_GENERIC = re.compile(
    r"(?:实施|管理|暂行)?(?:条例|办法|规定|通知|意见|决定|解释|方案|规划|纲要|细则|实施细则|规则|措施|若干措施|公告|批复|标准|指南|指引|计划)"
)


def _with_aliases(mentions: list[Mention], text: str) -> list[Mention]:
    """《办法》 is what 以下简称《办法》 said it is, or else the one document named before that ends so; else nothing."""
    meant: dict[str, Mention] = {}
    by_word: dict[str, list[Mention]] = {}
    out: list[Mention] = []
    defined_until = -1
    for mention in mentions:
        if mention.start < defined_until:
            continue  # The short name itself, inside 以下简称《…》.
        key = exact_key(mention.title) if mention.title else ""
        generic = bool(key and _GENERIC.fullmatch(key))
        if key in meant and not mention.number_key and (generic or key != exact_key(meant[key].title)):
            out.append(_short_for(mention, meant[key]))
        elif generic and not mention.number_key:
            same = {title_key(m.title): m for m in by_word.get(key, []) if m.title}
            if len(same) == 1:
                out.append(_short_for(mention, next(iter(same.values()))))
        else:
            out.append(mention)
        if (mention.title or mention.number_key) and (alias := _ALIAS.match(text, mention.end)):
            meant[exact_key(alias["name"])] = mention
            defined_until = max(mention.tail, alias.end())
            if out and out[-1] is mention:
                # What follows the remark belongs to the sentence again.
                out[-1] = meant[exact_key(alias["name"])] = replace(
                    mention, tail=_closed(text, defined_until)
                )
        if key and not generic and not mention.bare:
            ending = _GENERIC_END.search(key)
            if ending:
                by_word.setdefault(ending[0], []).append(mention)
    return out


_GENERIC_END = re.compile(
    r"(?:实施条例|实施细则|条例|办法|规定|通知|意见|决定|解释|方案|规划|纲要|细则|规则|措施|公告)$"
)


def _short_for(mention: Mention, full: Mention) -> Mention:
    return replace(
        mention, title=full.title, number_key=full.number_key, alias_of=full.start, prefix=full.prefix
    )


def defined_names(text: str) -> list[str]:
    """Short names the text gives to what stands in 《》 before them (以下简称税收征管法), for finding them without 《》."""
    names = []
    for _start, end in bracketed(text):
        alias = _ALIAS.match(text, end)
        if alias and len(alias["name"]) >= 3:
            names.append(alias["name"].strip("《》“”"))
    return names
