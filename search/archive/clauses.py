"""Clauses: a text parsed into parts with stable ids (ADR 0004). Comments, hits, differences and links point at these ids.

Nothing is lost: the labels and texts of all clauses, joined, are the text without its white space.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from search.archive.clause_lines import Line, LineKind, read_lines
from search.archive.numerals import to_chinese


@dataclass(frozen=True, slots=True)
class Clause:
    """One part of a text. `id` is unique in its text and safe in HTML; `depth` counts from 0; the text excludes the label."""

    id: str
    kind: str
    label: str
    text: str
    depth: int
    parent_id: str | None


#: Kinds of clause, outermost first.
KINDS = ("chapter", "section", "article", "paragraph", "item")

_KIND_OF = {
    LineKind.PART: "chapter",
    LineKind.CHAPTER: "chapter",
    LineKind.SECTION: "section",
    LineKind.ANNEX: "chapter",
    LineKind.ARTICLE: "article",
    LineKind.ENUMERATION: "section",
}
_STEM = {
    LineKind.PART: "pt",
    LineKind.CHAPTER: "ch",
    LineKind.SECTION: "s",
    LineKind.ARTICLE: "a",
    LineKind.ENUMERATION: "s",
    LineKind.ANNEX: "x",
}
#: What a heading is nested in, and therefore what its id starts with. Articles are numbered through: `a12`, not `ch1-a12`.
_HEADING_PARENTS: dict[LineKind, tuple[LineKind, ...]] = {
    LineKind.ANNEX: (),
    LineKind.PART: (LineKind.ANNEX,),
    LineKind.CHAPTER: (LineKind.ANNEX, LineKind.PART),
    LineKind.SECTION: (LineKind.ANNEX, LineKind.PART, LineKind.CHAPTER),
    LineKind.ARTICLE: (LineKind.ANNEX, LineKind.PART, LineKind.CHAPTER, LineKind.SECTION),
    LineKind.ENUMERATION: (LineKind.ANNEX, LineKind.PART, LineKind.CHAPTER, LineKind.SECTION),
}
_RESTARTING = (LineKind.CHAPTER, LineKind.ARTICLE, LineKind.ENUMERATION, LineKind.PART)


@dataclass(slots=True)
class _Open:
    """A clause that may still receive children; `rank` orders the levels of an outline."""

    clause: Clause
    line_kind: LineKind
    rank: int
    paragraphs: int = 1


class _Builder:
    """Reads lines in order and keeps the chain of open clauses, outermost first."""

    def __init__(self) -> None:
        self.clauses: list[Clause] = []
        self._ids: set[str] = set()
        #: The last suffix given to an id that came again, so that a text of nothing but （一） is not counted through each time.
        self._repeated: dict[str, int] = {}
        self._open: list[_Open] = []
        self._division = 1
        self._loose = 0

    def add(self, line: Line) -> None:
        if line.kind in _HEADING_PARENTS and not (line.kind is LineKind.ENUMERATION and self._article()):
            self._heading(line)
        elif line.kind is LineKind.TEXT:
            self._paragraph(line)
        else:
            self._item(line)

    def _article(self) -> _Open | None:
        return next((o for o in self._open if o.line_kind is LineKind.ARTICLE), None)

    def _heading(self, line: Line) -> None:
        allowed = _HEADING_PARENTS[line.kind]
        kept = [o for o in self._open if o.line_kind in allowed]
        base = self._heading_id(line, kept)
        if base in self._ids and line.number == 1 and line.kind in _RESTARTING and not self._annex(kept):
            # A second text in the same file (a notice with its measures, five articles in one) counts from one again.
            self._division += 1
            kept = []
            base = self._heading_id(line, kept)
        self._open = kept
        clause = self._make(base, _KIND_OF[line.kind], line, kept[-1].clause if kept else None)
        self._open.append(_Open(clause, line.kind, rank=0))

    def _annex(self, kept: list[_Open]) -> _Open | None:
        return next((o for o in kept if o.line_kind is LineKind.ANNEX), None)

    def _heading_id(self, line: Line, kept: list[_Open]) -> str:
        prefix = f"d{self._division}-" if self._division > 1 and not self._annex(kept) else ""
        if line.kind in (LineKind.ARTICLE, LineKind.ENUMERATION):
            outer = self._annex(kept)
        else:
            outer = kept[-1] if kept else None
        own = f"{_STEM[line.kind]}{line.number}" + (f"z{line.inserted}" if line.inserted else "")
        if outer is not None:
            return f"{outer.clause.id}-{own}"
        return prefix + own

    def _paragraph(self, line: Line) -> None:
        host = self._paragraph_host()
        if host is None:
            self._loose += 1
            outer = self._open[-1] if self._open else None
            self._make(f"p{self._loose}", "paragraph", line, outer.clause if outer else None)
            return
        while self._open and self._open[-1] is not host:
            self._open.pop()
        host.paragraphs += 1
        clause = self._make(f"{host.clause.id}-p{host.paragraphs}", "paragraph", line, host.clause)
        if host.line_kind is LineKind.ARTICLE:
            self._open.append(_Open(clause, LineKind.TEXT, rank=0))

    def _paragraph_host(self) -> _Open | None:
        """The article or numbered part a plain paragraph belongs to; None under bare chapter headings."""
        for opened in reversed(self._open):
            if opened.line_kind is LineKind.ARTICLE:
                return opened
            if opened.line_kind is LineKind.ENUMERATION or opened.rank:
                # Under an outline the paragraph continues the innermost numbered part, unless that is inside an article.
                return self._article() or opened
        return None

    def _item(self, line: Line) -> None:
        while self._open and self._open[-1].rank >= line.rank:
            self._open.pop()
        outer = self._open[-1] if self._open else None
        prefix = f"{outer.clause.id}-" if outer and outer.clause.kind != "chapter" else ""
        clause = self._make(f"{prefix}i{line.number}", "item", line, outer.clause if outer else None)
        self._open.append(_Open(clause, line.kind, rank=line.rank))

    def _make(self, base: str, kind: str, line: Line, parent: Clause | None) -> Clause:
        identifier, n = base, self._repeated.get(base, 1)
        while identifier in self._ids:
            n += 1
            identifier = f"{base}_{n}"
        self._ids.add(identifier)
        self._repeated[base] = n
        depth = parent.depth + 1 if parent else 0
        clause = Clause(identifier, kind, line.label, line.text, depth, parent.id if parent else None)
        self.clauses.append(clause)
        return clause


@lru_cache(maxsize=64)
def parse_clauses(text: str) -> tuple[Clause, ...]:
    """`text` as clauses in reading order; () for an empty text. The same text always gives the same ids."""
    builder = _Builder()
    for line in read_lines(text):
        builder.add(line)
    return tuple(builder.clauses)


def clause_path(clauses: tuple[Clause, ...], clause_id: str) -> tuple[Clause, ...]:
    """The clause with `clause_id` and everything it is nested in, outermost first; () when there is none."""
    by_id = {c.id: c for c in clauses}
    path: list[Clause] = []
    current = by_id.get(clause_id)
    while current is not None:
        path.append(current)
        current = by_id.get(current.parent_id) if current.parent_id else None
    return tuple(reversed(path))


def outline(clauses: tuple[Clause, ...]) -> Iterator[Clause]:
    """The clauses for a contents list: headings (parts, chapters, sections, annexes and 一、)."""
    return (c for c in clauses if c.kind in ("chapter", "section"))


_ID_PART = re.compile(r"(x|d|pt|ch|s|a|p|i)(\d+)(?:z(\d+))?(?:_\d+)?")


def clause_words(clause_id: str) -> str:
    """How people read an id of `parse_clauses`: a12z1-p2-i3 is 第十二条之一第二款第三项; "" for a loose paragraph."""
    words = ""
    for part in clause_id.split("-"):
        match = _ID_PART.fullmatch(part)
        if match is None or not 0 < int(match[2]) < 10_000:
            continue
        name, number = match[1], to_chinese(int(match[2]))
        if name == "a":
            words += f"第{number}条" + (f"之{to_chinese(int(match[3]))}" if match[3] else "")
        elif name == "s":
            words += f"第{number}节" if "第" in words else f"第{number}部分"
        elif name == "p" and words:
            words += f"第{number}款"
        elif name in ("pt", "ch", "i", "x"):
            words += {
                "pt": f"第{number}编",
                "ch": f"第{number}章",
                "i": f"第{number}项",
                "x": f"附件{number}",
            }[name]
    return words


_SPACE = re.compile(r"\s+")


def compact(text: str) -> str:
    """`text` without white space: what the clauses of a text add up to."""
    return _SPACE.sub("", text)
