"""What one line of a normative text is: 第一章, 第十二条, 一、, （一）, 1., or plain text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto

from search.archive.numerals import to_int


class LineKind(Enum):
    PART = auto()  # 编
    CHAPTER = auto()
    SECTION = auto()
    ANNEX = auto()
    ARTICLE = auto()
    ENUMERATION = auto()  # 一、
    ITEM = auto()  # （一） 1. （1） ①
    TEXT = auto()


@dataclass(frozen=True, slots=True)
class Line:
    """One line: its label as written, the rest, its number, 之一 as `inserted`, and the rank of an outline level."""

    kind: LineKind
    label: str
    text: str
    number: int = 0
    inserted: int = 0
    rank: int = 0


_N = r"[0-9０-９零〇○一二三四五六七八九十百千两 　]{1,9}"
_HEADING = re.compile(
    rf"(第{_N}(分编|编|章|节))(?=[\s　:：]|[^\s的第规所至、，,。及和与或])[\s　]*(.*)", re.S
)
_ARTICLE = re.compile(rf"(第({_N})条(?:之([一二三四五六七八九十]{{1,3}}))?)([\s　:：]*)(.*)", re.S)
_ANNEX = re.compile(r"(附\s*(?:件|录|表)\s*[0-9０-９一二三四五六七八九十]{0,3})\s*[：:]?\s*")
_ENUMERATION = re.compile(r"(([一二三四五六七八九十]{1,3})\s*[、．])[\s　]*(.*)", re.S)
_ITEMS = (
    (2, re.compile(r"([(（]\s*([一二三四五六七八九十]{1,3})\s*[)）][、．.]?)[\s　]*(.*)", re.S)),
    (3, re.compile(r"(([0-9０-９]{1,3})\s*(?:[、．]|[.](?![0-9０-９])))[\s　]*(.*)", re.S)),
    (4, re.compile(r"([(（]\s*([0-9０-９]{1,3})\s*[)）][、．.]?)[\s　]*(.*)", re.S)),
    (5, re.compile(r"(([①-⑳])[、．.]?)[\s　]*(.*)", re.S)),
)
#: A paragraph that opens with a reference (第三条规定的…) is no article.
_REFERENCE = re.compile(r"第|规定|所|的|、|和|及|与|至|到|中|或|以|之|[(（]|修改|增加|删|，|,|改为|作为|“")
_CONTENTS = re.compile(r"目[\s　]*[录次]")
_GLUED = re.compile(
    r"(?<=[。；;：:！!)）.])[\s　]*(?=(?P<enum>[一二三四五六七八九十]{1,3})、|[(（](?P<item>[一二三四五六七八九十]{1,3})[)）]"
    r"|第(?P<art>[0-9零〇一二三四五六七八九十百]{1,7})条[\s　])"
)
_LONG_LINE = 160  # characters; a shorter line is taken as it stands


def _number(numeral: str) -> int:
    return to_int(re.sub(r"[\s　]+", "", numeral)) or 0


def _unglue(line: str) -> list[str]:
    """Split a pasted paragraph at 一、 （一） and 第N条 when they count upwards from where they are."""
    if len(line) < _LONG_LINE:
        return [line]
    expected = {"enum": _leading(line, "enum") + 1, "item": _leading(line, "item") + 1, "art": 0}
    cuts = [0]
    for match in _GLUED.finditer(line):
        name = match.lastgroup or ""
        number = _number(match[name])
        fresh = name == "item" and number == 1
        if number and (number == expected[name] or fresh or (name == "art" and not expected["art"])):
            cuts.append(match.end())
            expected[name] = number + 1
            if name == "enum":
                expected["item"] = 1
    return [line[a:b] for a, b in zip(cuts, [*cuts[1:], len(line)], strict=True)]


def _leading(line: str, name: str) -> int:
    match = (_ENUMERATION if name == "enum" else _ITEMS[0][1]).match(line)
    return _number(match[2]) if match else 0


class _Reader:
    """Keeps what deciding about the next line needs: the last article, open quotes."""

    def __init__(self) -> None:
        self.last_article = 0
        self.quotes = 0

    def read(self, raw: str) -> Line:
        line = self._heading(raw) or self._article(raw) or self._outline(raw) or Line(LineKind.TEXT, "", raw)
        if line.kind not in (LineKind.TEXT, LineKind.ITEM):
            self.quotes = 0
        self.quotes = max(0, self.quotes + raw.count("“") - raw.count("”"))
        return line

    def _heading(self, raw: str) -> Line | None:
        if len(raw) > 60 or self.quotes:
            return None
        if match := _ANNEX.fullmatch(raw):
            return Line(LineKind.ANNEX, raw, "", _number(match[1][2:]) or 1)
        match = _HEADING.fullmatch(raw) or re.fullmatch(rf"(第{_N}(分编|编|章|节))()", raw)
        if not match or match[3].endswith(("。", "；", "，", "：", ";", ",")):
            return None
        kind = {"章": LineKind.CHAPTER, "节": LineKind.SECTION}.get(match[2], LineKind.PART)
        number = _number(re.sub(r"^第|(?:分编|编|章|节)$", "", match[1]))
        if kind is LineKind.CHAPTER and number == 1:
            self.last_article = 0 if self.last_article > 1 else self.last_article
        return Line(kind, match[1], match[3].strip(), number) if number else None

    def _article(self, raw: str) -> Line | None:
        match = _ARTICLE.fullmatch(raw)
        number = _number(match[2]) if match else 0
        if not match or not number:
            return None
        follows = number in (self.last_article, self.last_article + 1) or number == 1
        if self.quotes and number != self.last_article + 1:
            return None
        if not match[4] and match[5] and (not follows or _REFERENCE.match(match[5])):
            return None
        self.last_article = number
        label = match[1] + match[4].strip()
        return Line(LineKind.ARTICLE, label, match[5].strip(), number, _number(match[3] or ""))

    def _outline(self, raw: str) -> Line | None:
        if match := _ENUMERATION.fullmatch(raw):
            return Line(LineKind.ENUMERATION, match[1], match[3].strip(), _number(match[2]), rank=1)
        for rank, pattern in _ITEMS:
            if match := pattern.fullmatch(raw):
                number = ord(match[2]) - ord("①") + 1 if rank == 5 else _number(match[2])
                return Line(LineKind.ITEM, match[1], match[3].strip(), number, rank=rank)
        return None


def read_lines(text: str) -> Iterator[Line]:
    """The lines of `text` in order. A table of contents (目录) is plain text, so that its headings are not counted twice."""
    raws = [part.strip() for line in text.splitlines() for part in _unglue(line.strip()) if part.strip()]
    reader, contents_end = _Reader(), 0
    for index, raw in enumerate(raws):
        if _CONTENTS.fullmatch(raw):
            contents_end = _end_of_contents(raws, index + 1)
        if index < contents_end:
            yield Line(LineKind.TEXT, "", raw)
        else:
            yield reader.read(raw)


def _end_of_contents(raws: list[str], start: int) -> int:
    """Index after the last entry: entries run until the first one comes again or something else than a heading does."""
    seen: set[str] = set()
    for index in range(start, min(len(raws), start + 400)):
        label = re.sub(r"[\s　]+", "", raws[index])
        if label in seen or len(label) > 60:
            return index
        if not (_HEADING.fullmatch(raws[index]) or label in ("附则", "序言", "总则")):
            return index
        seen.add(label)
    return start
