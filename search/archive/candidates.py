"""Candidates: the documents a batch of citations may mean, looked up by their keys at once."""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from search.archive.citations import Citation
from search.archive.models import NormativeDocument
from search.archive.titles import issuer_in

_CHUNK = 400
#: Documents of one key that are looked at; a title shared by more bodies than this says nothing by itself.
MOST_NAMESAKES = 200
COLUMNS = (
    "pk", "title", "title_key", "carried_key", "number_key", "issuing_authority", "region", "adopted_on", "published_on",
    "effective_on",
)  # fmt: skip
_VERSION_YEAR = re.compile(r"[（(]((?:19|20)\d\d)年?修[订正改]")


@dataclass(frozen=True, slots=True)
class Known:
    """What deciding about a document needs, without its text. `day` is when this version was made."""

    pk: int
    title: str
    title_key: str
    carried_key: str
    number_key: str
    issuer: str
    region: str
    day: dt.date | None
    #: The day is only the year's, known from title or number.
    rough: bool = False

    @property
    def body(self) -> str:
        """The body that issued it, by its record or its title."""
        return self.issuer or issuer_in(self.title)


def as_known(row: Sequence[object]) -> Known:
    pk, title, key, carried, number, issuer, region, *days = row
    stated = next((d for d in days if isinstance(d, dt.date)), None)
    day = stated or _day_told(str(title), str(number))
    return Known(
        int(str(pk)), str(title), str(key), str(carried), str(number), str(issuer), str(region), day, rough=stated is None
    )  # fmt: skip


def _day_told(title: str, number_key: str) -> dt.date | None:
    """For a document without dates: the end of the year its version is named after, or the middle of its number's year."""
    if match := _VERSION_YEAR.search(title):
        return dt.date(int(match[1]), 12, 31)
    year = number_key.split("|")[2] if number_key.count("|") >= 3 else ""
    return dt.date(int(year), 7, 1) if year.isdigit() and 1900 < int(year) < 2100 else None


def load(column: str, values: Iterable[str]) -> Iterator[Known]:
    """The visible documents whose `column` is one of `values`."""
    ordered = sorted({v for v in values if v})
    for start in range(0, len(ordered), _CHUNK):
        rows = NormativeDocument.objects.visible().filter(
            **{f"{column}__in": ordered[start : start + _CHUNK]}
        )
        yield from map(as_known, rows.order_by("pk").values_list(*COLUMNS))


class Candidates:
    """The documents a batch of citations may mean, looked up in three queries for each few hundred keys."""

    def __init__(self, keys: Iterable[tuple[str, str]]) -> None:
        """`keys`: (title key, number key) of each citation."""
        pairs = list(keys)
        titles, numbers = {t for t, _n in pairs if t}, {n for _t, n in pairs if n}
        self.by_title: dict[str, list[Known]] = defaultdict(list)
        self.by_carried: dict[str, list[Known]] = defaultdict(list)
        self.by_number: dict[str, list[Known]] = defaultdict(list)
        for known in load("title_key", titles):
            self.by_title[known.title_key].append(known)
        for known in load("carried_key", titles):
            self.by_carried[known.carried_key].append(known)
        for known in load("number_key", numbers):
            self.by_number[known.number_key].append(known)

    def of(self, citation: Citation, source: Known) -> list[Known]:
        """Those that may be meant, the likeliest kind of look-up only: number, then title, then what carries the title."""
        key = citation.title_key
        named = [k for k in self.by_title.get(key, ()) if k.pk != source.pk]
        if citation.number_key:
            numbered = [k for k in self.by_number.get(citation.number_key, ()) if k.pk != source.pk]
            if found := _fit_title(numbered, citation):
                return found
            named = [k for k in named if _may_have_number(k, citation.number_key)]
        named = named or [k for k in self.by_carried.get(key, ()) if k.pk != source.pk]
        if citation.number_key and not named:
            return []
        return named[:MOST_NAMESAKES]


def _fit_title(numbered: list[Known], citation: Citation) -> list[Known]:
    """Of the documents with the cited number those with the cited title; all when the citation gives none."""
    if not citation.title or len(numbered) == 0:
        return numbered
    key = citation.title_key
    same = [k for k in numbered if key in (k.title_key, k.carried_key)]
    return same or [k for k in numbered if key in k.title_key or k.title_key in key]


def _may_have_number(known: Known, number_key: str) -> bool:
    """A namesake with another number is another document; one without may be it when its year is the number's."""
    if known.number_key:
        return known.number_key == number_key
    year = number_key.split("|")[2] if number_key.count("|") >= 3 else ""
    return not (year and known.day) or abs(known.day.year - int(year)) <= 1
