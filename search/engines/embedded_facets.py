"""Counts of facets from tantivy, in as few passes over the matches as there are filters with a facet, plus one.

Validity is in no field. It follows from four days and two marks, so documents are counted by the side of today on which
each of these days lies, in the same pass as the fields; which validity a combination is, the rule itself tells.

Up to `MOST_COUNTED` matches every one is counted. Of more, a random share is, the same documents for every search, and the
counts are estimates and say so: a tenth of the matches is then found as a tenth give or take two in a hundred of itself.
What else could be chosen in place of a filter takes a pass of its own and is estimated sooner (`MOST_BESIDE`).
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from django.utils import timezone

from search.archive.enums import Validity
from search.conditions import holds, validity_on
from search.engines.embedded_query import QueryCompiler
from search.engines.embedded_schema import ABSENT, MARKS_FIELD, SHARES, flags_of
from search.plan import FACETS, SearchPlan

#: Values of one facet that are counted.
FACET_SIZE = 500
#: Matches that are counted one by one; of more, between half of this and this.
MOST_COUNTED = 50_000
#: The same for a facet whose own filter is left out: what else could have been chosen, looked at in a pass of its own.
MOST_BESIDE = 10_000
#: How many times as many matches as the whole search has are expected without one of its filters. Counting them first
#: would cost as much as it can save.
_BESIDE = 4
VALIDITY = "validity"
_NEXT = "next"
Counts = dict[str, tuple[tuple[str, int], ...]]


@dataclass(frozen=True)
class FacetCounts:
    """Facet -> (value, documents) pairs, most frequent first, and the facets whose numbers are estimates."""

    counts: Counts = field(default_factory=dict)
    estimated: frozenset[str] = frozenset()


def count_facets(
    searcher: Any, compiler: QueryCompiler, plan: SearchPlan, matches: Any, total: int
) -> FacetCounts:
    """Return the counts of all facets of `plan`, whose `total` matches the query `matches` finds without scores.

    A facet ignores its own filter.
    """
    wanted = {**{name: _terms(field) for name, field in FACETS.items()}, VALIDITY: _by_validity(plan.day)}
    filtered = {name for name, _ in plan.filters} & {*FACETS, VALIDITY}
    found: dict[str, Any] = {}
    shares: dict[str, int] = {}
    for own in ("", *sorted(filtered)):
        asked = {
            name: part for name, part in wanted.items() if (name == own if own else name not in filtered)
        }
        if asked:
            query = compiler.compile(plan, leave_out=own, scored=False) if own else matches
            share = _share(total * _BESIDE, MOST_BESIDE) if own else _share(total, MOST_COUNTED)
            found |= searcher.aggregate(compiler.sampled(query, share), asked)
            shares |= dict.fromkeys(asked, share)
    counts: Counts = {
        name: tuple((str(bucket["key"]), bucket["doc_count"]) for bucket in found[name]["buckets"])
        for name in FACETS
    }
    counts[VALIDITY] = _validities(found[VALIDITY], plan.day)
    return FacetCounts(
        {name: _scaled(pairs, shares[name]) for name, pairs in counts.items()},
        frozenset(name for name, share in shares.items() if share > 1),
    )


def _share(matches: int, most: int) -> int:
    """Return of how many matches one is counted so that at most `most` are: a power of two."""
    return next((share for share in SHARES if matches <= share * most), SHARES[-1])


def _scaled(pairs: tuple[tuple[str, int], ...], share: int) -> tuple[tuple[str, int], ...]:
    """Return the counts for all matches; estimates with two digits, for they are not surer than that."""
    if share == 1:
        return pairs
    return tuple((value, _two_digits(count * share)) for value, count in pairs)


def _two_digits(number: int) -> int:
    step = 10 ** max(len(str(number)) - 2, 0)
    return round(number / step) * step


def _terms(field: str) -> dict[str, object]:
    return {"terms": {"field": field, "size": FACET_SIZE}}


@dataclass(frozen=True)
class _Side:
    """One value that stands for all days on one side of a border, and where that side begins and ends."""

    value: int | None
    start: int | None
    end: int | None


@lru_cache(maxsize=16)
def _sides(day: int) -> dict[str, tuple[_Side, ...]]:
    """Return for each deciding day the sides that validity on `day` distinguishes (`conditions.validity_on`)."""
    until, later = _Side(day, None, day + 1), _Side(None, day + 1, None)
    return {
        "repealed_on": (until, later),
        "valid_until": (_Side(day - 1, None, day), _Side(day, day, None)),
        "starts_on": (until, _Side(day + 1, day + 1, ABSENT), _Side(None, ABSENT, None)),
        "amended_on": (until, later),
    }


def _by_validity(day: datetime.date) -> dict[str, object]:
    """Return the aggregation that counts every combination of sides and marks."""
    counted: dict[str, object] = {"terms": {"field": MARKS_FIELD}}
    for name, sides in reversed(_sides(day.toordinal()).items()):
        borders = [
            {key: bound for key, bound in (("from", side.start), ("to", side.end)) if bound is not None}
            for side in sides
        ]
        counted = {"range": {"field": name, "ranges": borders}, "aggs": {_NEXT: counted}}
    return counted


def _validities(found: Any, day: datetime.date) -> tuple[tuple[str, int], ...]:
    """Return (validity, documents) pairs of the counted combinations, in the order of `Validity`."""
    totals = dict.fromkeys(Validity, 0)
    today = timezone.localdate()
    for values, count in _combinations(found, tuple(_sides(day.toordinal()).values())):
        totals[_judged(day, today, values)] += count
    return tuple((validity.value, count) for validity, count in totals.items() if count)


@lru_cache(maxsize=1_024)
def _judged(day: datetime.date, today: datetime.date, values: tuple[int | None, ...]) -> Validity:
    """Return the validity on `day`, judged `today`, of the combination `values`. A rule, so it cannot be stale."""
    *sides, marks = values
    known = {**dict(zip(_sides(day.toordinal()), sides, strict=True)), **flags_of(marks or 0)}
    return next(validity for validity in Validity if holds(validity_on(validity, day), known))


def _combinations(
    found: Any, sides: Sequence[tuple[_Side, ...]], known: tuple[int | None, ...] = ()
) -> Iterator[tuple[tuple[int | None, ...], int]]:
    """Yield (values that stand for a combination, its marks last, and the documents that have it)."""
    if not sides:
        for bucket in found["buckets"]:
            yield (*known, int(bucket["key"])), bucket["doc_count"]
        return
    starts = {float(side.start or 0): side.value for side in sides[0]}
    for bucket in found["buckets"]:
        if bucket["doc_count"]:
            value = starts[float(bucket.get("from") or 0)]
            yield from _combinations(bucket[_NEXT], sides[1:], (*known, value))
