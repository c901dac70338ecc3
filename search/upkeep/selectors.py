"""What the pages of upkeep read: published batches, filings, and whose files wait."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.db.models import Count
from django.db.models.functions import ExtractYear

from portal.organisations.models import Department
from search.upkeep.completeness import counts
from search.upkeep.enums import Conclusion, FilingState
from search.upkeep.models import CleanupBatch, CleanupEntry, Filing
from search.upkeep.querysets import CleanupEntryQuerySet, FilingQuerySet

#: Files of one list shown before "all of them".
SHOWN = 20


@dataclass(frozen=True, slots=True)
class ConclusionList:
    """One of the four lists of a results page; `entries` are the first `SHOWN`."""

    conclusion: Conclusion
    count: int
    entries: Sequence[CleanupEntry]

    @property
    def more(self) -> bool:
        return self.count > len(self.entries)


def entries_of(batch: CleanupBatch, conclusion: Conclusion | None = None) -> CleanupEntryQuerySet:
    """The files of `batch` in its order, of one conclusion or of all."""
    entries = batch.entries.with_document().order_by("pk")
    return entries.filter(conclusion=conclusion) if conclusion else entries


def conclusion_lists(batch: CleanupBatch) -> list[ConclusionList]:
    """The four lists, each with its first files; five queries whatever their length."""
    numbers = counts(batch)
    return [ConclusionList(c, numbers[c], list(entries_of(batch, c)[:SHOWN])) for c in Conclusion]


def public_filings(
    *,
    year: int | None = None,
    department_id: int | None = None,
    state: FilingState | None = None,
    day: dt.date,
) -> FilingQuerySet:
    """The filing list a reader sees, the latest first; `year` is that of the last day to file."""
    found = Filing.objects.visible().with_document().order_by("-due_on", "-pk")
    if year:
        found = found.filter(due_on__year=year)
    if department_id:
        found = found.filter(department_id=department_id)
    return _in_state(found, state, day) if state else found


def _in_state(found: FilingQuerySet, state: FilingState, day: dt.date) -> FilingQuerySet:
    if state in (FilingState.REGISTERED, FilingState.RETURNED):
        return found.filter(result=state.value)
    if state is FilingState.SUBMITTED:
        return found.filter(result="", filed_on__isnull=False)
    unfiled = found.filter(result="", filed_on__isnull=True)
    return unfiled.filter(due_on__lt=day) if state is FilingState.OVERDUE else unfiled.filter(due_on__gte=day)


def filing_years() -> list[int]:
    """Years that occur in the filing list, the latest first."""
    years = Filing.objects.visible().annotate(of=ExtractYear("due_on")).values_list("of", flat=True)
    return sorted({year for year in years if year}, reverse=True)


def filing_departments() -> list[Department]:
    """Departments that occur in the filing list."""
    ids = Filing.objects.visible().order_by().values("department_id").distinct()
    return list(Department.objects.filter(pk__in=ids))


def overdue_filings(day: dt.date, departments: Collection[int] | None = None) -> FilingQuerySet:
    """Not filed although the period is over, of these departments or of all."""
    found = Filing.objects.overdue(day).with_document()
    return found if departments is None else found.filter(department_id__in=departments)


def unfiled(departments: Collection[int]) -> FilingQuerySet:
    """What these departments still have to file, the most urgent first."""
    return (
        Filing.objects.unfiled()
        .filter(department_id__in=departments)
        .with_document()
        .order_by("due_on", "pk")
    )


def to_register() -> FilingQuerySet:
    """What waits for the register, the longest wait first."""
    found = Filing.objects.visible().filter(filed_on__isnull=False, result="")
    return found.with_document().order_by("filed_on", "pk")


def filed_page_ids(page_ids: Collection[int]) -> set[int]:
    """Those of these pages whose document was sent to the filing authority (and not returned)."""
    filed = Filing.objects.filter(document__page_id__in=page_ids, filed_on__isnull=False)
    ids = filed.exclude(result="returned").values_list("document__page_id", flat=True)
    return {pk for pk in ids if pk is not None}


@dataclass(frozen=True, slots=True)
class OpenWork:
    """Files of a batch that wait for a department's conclusion."""

    batch: CleanupBatch
    waiting: int


def to_conclude(departments: Collection[int]) -> list[OpenWork]:
    """Batches in preparation with files of these departments without a conclusion."""
    rows = (
        CleanupEntry.objects.open()
        .filter(batch__published_at__isnull=True, department_id__in=departments)
        .order_by()
        .values("batch_id")
        .annotate(n=Count("pk"))
    )
    waiting = {row["batch_id"]: row["n"] for row in rows}
    batches = CleanupBatch.objects.filter(pk__in=waiting).select_related("department").order_by("pk")
    return [OpenWork(batch, waiting[batch.pk]) for batch in batches]
