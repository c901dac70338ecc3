"""Clauses named after a citation: 第十二条第二款第三项、第五条至第七条, with the ids they have in the cited text."""

from __future__ import annotations

import re
from dataclasses import dataclass

from search.archive.numerals import NUMERAL_CLASS, to_chinese, to_int

_N = rf"[{NUMERAL_CLASS}]{{1,9}}"
#: 第十二条之一第二款第（三）项第1目, with leave to omit the outer parts: 第二款 after 第一款, （四） after 第（三）.
_UNIT = re.compile(
    rf"第(?P<chapter>{_N})章(?:第(?P<section>{_N})节)?"
    rf"|(?:第(?P<article>{_N})条(?:之(?P<inserted>[一二三四五六七八九十]{{1,3}}))?)?"
    rf"(?:第?(?P<paragraph>(?<=第){_N})款)?"
    rf"(?:第?\s?[（(]?(?P<item>{_N})[)）]?(?P<itemword>项)?)?"
    rf"(?:第(?P<point>{_N})目)?"
)
_LEAD = re.compile(r"\s*(?:原|中的?|的|有关|关于)?\s*(?=第)")
_ASIDE = re.compile(r"\s*[（(][^（）()\n]{0,80}[)）]")
_QUOTED = re.compile(r"[“\"][^”\"\n]{1,30}[”\"]")
_JOIN = re.compile(r"\s*(?:以及|或者|[、，,和及与或])\s*(?=第|[（(])")
_RANGE = re.compile(rf"\s*(?:至|到|—|-|－)\s*(?=第{_N}条|第{_N}款|第[（(]?{_N}[)）]?项|第{_N}章)")
#: A range names at most this many clauses one by one; of a longer one only its ends are kept.
LONGEST_RANGE = 40
#: Clauses read after one mention.
MOST = 60


@dataclass(frozen=True, slots=True)
class ClauseReference:
    """One clause as cited: `path` is the id it has in a text parsed by `clauses` (a12-p2-i3), `label` how it is read."""

    path: str
    label: str


@dataclass(slots=True)
class _Place:
    chapter: int = 0
    section: int = 0
    article: int = 0
    inserted: int = 0
    paragraph: int = 0
    item: int = 0
    point: int = 0

    def path(self) -> str:
        if self.chapter:
            return f"ch{self.chapter}" + (f"-s{self.section}" if self.section else "")
        parts = [f"a{self.article}" + (f"z{self.inserted}" if self.inserted else "")]
        parts += [f"p{self.paragraph}"] if self.paragraph > 1 else []
        parts += [f"i{self.item}"] if self.item else []
        parts += [f"i{self.point}"] if self.point else []
        return "-".join(parts)

    def label(self) -> str:
        if self.chapter:
            return f"第{_han(self.chapter)}章" + (f"第{_han(self.section)}节" if self.section else "")
        text = f"第{_han(self.article)}条" + (f"之{_han(self.inserted)}" if self.inserted else "")
        text += f"第{_han(self.paragraph)}款" if self.paragraph else ""
        text += f"第{_han(self.item)}项" if self.item else ""
        return text + (f"第{_han(self.point)}目" if self.point else "")


def _han(number: int) -> str:
    return to_chinese(number) if number < 10_000 else str(number)


def _value(match: re.Match[str], name: str) -> int:
    return to_int(match[name] or "") or 0


def _read(match: re.Match[str], last: _Place | None, *, listed: bool) -> _Place | None:
    """The place `match` names; what it leaves out is as in `last`. None when it names no place."""
    if match["chapter"]:
        return _Place(chapter=_value(match, "chapter"), section=_value(match, "section"))
    if match["item"] and not match["itemword"] and not listed:
        return None
    place = _Place(
        article=_value(match, "article"), inserted=_value(match, "inserted"), paragraph=_value(match, "paragraph"),
        item=_value(match, "item"), point=_value(match, "point"),
    )  # fmt: skip
    if not place.article:
        if last is None or last.chapter or not (place.paragraph or place.item):
            return None
        place.article, place.inserted = last.article, last.inserted
        place.paragraph = place.paragraph or last.paragraph
    return place if place.article else None


def _between(first: _Place, last: _Place) -> list[_Place]:
    """What lies between the two ends of 第五条至第七条, ends included; only articles, paragraphs and items of one level."""
    for name in ("chapter", "point", "item", "paragraph", "article"):
        low, high = getattr(first, name), getattr(last, name)
        if high and name != "chapter" and low < high <= low + LONGEST_RANGE:
            out = []
            for number in range(low, high + 1):
                place = _Place(
                    article=last.article, paragraph=last.paragraph, item=last.item, point=last.point
                )
                setattr(place, name, number)
                out.append(place)
            return out
        if high:
            break
    return [first, last]


def read_references(text: str, start: int) -> tuple[tuple[ClauseReference, ...], int]:
    """The clauses named in `text` from `start` on, which is where a citation ends, and where they end.

    （以下简称…） and the like between the two are passed over. Bounded: at most `MOST` clauses are read.
    """
    at = start
    for _ in range(2):
        if aside := _ASIDE.match(text, at):
            at = aside.end()
    lead = _LEAD.match(text, at)
    if lead is None:
        return (), start
    at, end = lead.end(), start
    places: list[_Place] = []
    ranged = listed = False
    while len(places) < MOST:
        match = _UNIT.match(text, at)
        # 第（三）、（四）项: an item may lack its 项 when the list goes on to one that has it.
        place = None
        if match and match.end() > at:
            place = _read(match, places[-1] if places else None, listed=listed or _list_goes_on(text, match))
        if match is None or place is None:
            break
        places[-1:] = _between(places[-1], place) if ranged and places else [*places[-1:], place]
        end = at = match.end()
        if quoted := _QUOTED.match(text, at):
            at = quoted.end()
        if joined := _RANGE.match(text, at):
            ranged, at = True, joined.end()
        elif joined := _JOIN.match(text, at):
            ranged, at = False, joined.end()
        else:
            break
        listed = bool(match["item"])
    unique = {p.path(): ClauseReference(p.path(), p.label()) for p in places[:MOST]}
    return tuple(unique.values()), end


def _list_goes_on(text: str, match: re.Match[str]) -> bool:
    if not match["item"] or match["itemword"]:
        return False
    return bool(
        re.match(rf"(?:[、，和及至或]?第?[（(]?{_N}[)）]?){{1,12}}项", text[match.end() : match.end() + 60])
    )
