"""Counts of facets from tantivy, in as few passes over the matches as there are filters with a facet, plus one.

Validity is in no field, so it is counted by filters on the dates it follows from, in the same pass as the fields.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any

from search.archive.enums import Validity
from search.conditions import AllOf, Among, AnyOf, Between, Condition, Flag, Not, validity_on
from search.engines.embedded_query import QueryCompiler
from search.plan import FACETS, SearchPlan

#: Values of one facet that are counted.
FACET_SIZE = 500
VALIDITY = "validity"
Counts = dict[str, tuple[tuple[str, int], ...]]


def count_facets(searcher: Any, compiler: QueryCompiler, plan: SearchPlan) -> Counts:
    """Return facet -> (value, documents) pairs, most frequent first. The counts of a facet ignore its own filter."""
    wanted = {**{name: _terms(field) for name, field in FACETS.items()}, **_validities(plan.day)}
    filtered = {name for name, _ in plan.filters} & {*FACETS, VALIDITY}
    found: dict[str, Any] = {}
    for own in ("", *sorted(filtered)):
        asked = {
            key: part
            for key, part in wanted.items()
            if (_facet(key) == own if own else _facet(key) not in filtered)
        }
        if asked:
            # Counting needs to know what matches, not how well.
            found |= searcher.aggregate(compiler.compile(plan, leave_out=own, scored=False), asked)
    counts: Counts = {
        name: tuple((str(bucket["key"]), bucket["doc_count"]) for bucket in found[name]["buckets"])
        for name in FACETS
    }
    states = ((validity.value, found[f"{VALIDITY}:{validity}"]["doc_count"]) for validity in Validity)
    counts[VALIDITY] = tuple((value, count) for value, count in states if count)
    return counts


def _facet(key: str) -> str:
    return key.partition(":")[0]


def _terms(field: str) -> dict[str, object]:
    return {"terms": {"field": field, "size": FACET_SIZE}}


def _validities(day: datetime.date) -> Mapping[str, Mapping[str, object]]:
    return {f"{VALIDITY}:{value}": {"filter": as_filter(validity_on(value, day))} for value in Validity}


def as_filter(condition: Condition) -> str:
    """Return a condition on numbers and flags in tantivy's query language, the only form its filters take.

    Raises ValueError for a condition on words: they would have to be quoted for that language.
    """
    if isinstance(condition, Between):
        low, high = (
            "*" if bound is None else str(max(bound, 0)) for bound in (condition.low, condition.high)
        )
        return f"{condition.field}:[{low} TO {high}]"
    if isinstance(condition, Flag):
        return f"{condition.field}:1"
    if isinstance(condition, AnyOf):
        return f"({' OR '.join(map(as_filter, condition.parts))})"
    if isinstance(condition, Among):
        raise ValueError("a condition on words is no filter")
    parts = condition.parts if isinstance(condition, AllOf) else (condition,)
    must = [f"+{as_filter(part)}" for part in parts if not isinstance(part, Not)]
    must_not = [f"-{as_filter(part.part)}" for part in parts if isinstance(part, Not)]
    return f"({' '.join([*(must or ['+*']), *must_not])})"
