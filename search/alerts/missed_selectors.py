"""The list of what people did not find, added up over a period."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, Max, OuterRef, Q, QuerySet, Subquery, Sum
from django.http import QueryDict
from django.utils import timezone

from search.alerts.missed import OVERFLOW
from search.alerts.models import MissedResolution, MissedSearch
from search.engines import get_engine
from search.engines.base import EngineUnavailable
from search.plan import make_plan
from search.query import ParameterError, SearchQuery, parse_query
from search.relaxation import answer


@dataclass(frozen=True)
class MissedRow:
    """One search of the period. `found` is what it finds now; None when that cannot be told."""

    key: str
    text: str
    query: SearchQuery | None
    count: int
    last_at: dt.datetime
    resolution: MissedResolution | None
    found: int | None = None

    @property
    def is_resolved(self) -> bool:
        """True unless it was missed again after somebody saw to it."""
        return self.resolution is not None and self.resolution.resolved_at >= self.last_at

    @property
    def link(self) -> str:
        return self.query.link() if self.query else ""


def totals(
    *, days: int, words: str = "", resolved: bool = False, at: dt.datetime | None = None
) -> QuerySet[MissedSearch, Any]:
    """Searches of the last `days` days added up, the most frequent first; those seen to only with `resolved`."""
    since = timezone.localdate(at) - dt.timedelta(days=days - 1)
    rows = MissedSearch.objects.filter(day__gte=since).exclude(key=OVERFLOW)
    if words:
        rows = rows.filter(text__icontains=words)
    done = MissedResolution.objects.filter(key=OuterRef("key")).values("resolved_at")[:1]
    added = rows.values("key", done_at=Subquery(done)).annotate(
        text=Max("text"),
        parameters=Max("parameters"),
        masked=Count("pk", filter=Q(masked=True)),
        total=Sum("count"),
        last=Max("last_at"),
    )
    if not resolved:
        added = added.filter(Q(done_at__isnull=True) | Q(done_at__lt=F("last")))
    return added.order_by("-total", "-last", "key")


def overflow(*, days: int, at: dt.datetime | None = None) -> int:
    """Misses of the period that were counted but not kept one by one, because their day was full."""
    since = timezone.localdate(at) - dt.timedelta(days=days - 1)
    rows = MissedSearch.objects.filter(day__gte=since, key=OVERFLOW)
    return rows.aggregate(total=Sum("count"))["total"] or 0


def with_resolutions(rows: Iterable[dict[str, Any]]) -> list[MissedRow]:
    """The rows with what was done about them. One query."""
    listed = list(rows)
    resolutions = {
        one.key: one
        for one in MissedResolution.objects.filter(key__in=[row["key"] for row in listed]).select_related(
            "resolved_by"
        )
    }
    return [_row(row, resolutions.get(str(row["key"]))) for row in listed]


def with_counts(rows: Iterable[MissedRow], at: dt.datetime | None = None) -> Iterator[MissedRow]:
    """The rows with what each search finds today, as the page would. Up to four questions to the index a row: for one page
    at a time.

    Once it has not answered it is not asked again: a page of such rows would take a minute.
    """
    day, answers = timezone.localdate(at), True
    for row in rows:
        found = None
        if row.query is not None and answers:
            try:
                plan = make_plan(row.query, day=day, facets=False)
                found = answer(get_engine().search, plan, row.query)[0].total
            except EngineUnavailable:
                answers = False
        yield MissedRow(**{**row.__dict__, "found": found})


def _row(row: dict[str, Any], resolution: MissedResolution | None) -> MissedRow:
    query = None
    if row["parameters"] and not row["masked"]:
        try:
            query = parse_query(QueryDict(str(row["parameters"])))
        except ParameterError:
            query = None
    return MissedRow(
        key=str(row["key"]),
        text=str(row["text"]),
        query=query,
        count=int(row["total"]),
        last_at=row["last"],
        resolution=resolution,
    )
