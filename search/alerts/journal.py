"""What entered or changed in the archive, in the order it was recorded, as far as the index knows it.

Every change of the archive writes an `IndexAction` in its own transaction; that queue, kept for a month, is read as a
journal. Days of publication would miss an old document that was imported today.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Max
from django.utils import timezone

from search.archive.models import NormativeDocument
from search.indexing import KEEP_DAYS
from search.models import ActionKind, ActionStatus, IndexAction

#: A transaction may commit a row with a smaller id than one that is visible already; none stays open this long.
SETTLED_AFTER = dt.timedelta(minutes=5)
#: Finished rows are kept for `KEEP_DAYS`; whoever was not looked at for so long is served by the documents' own times.
REACHES_BACK = dt.timedelta(days=KEEP_DAYS - 1)


@dataclass(frozen=True)
class Change:
    position: int
    document_id: int
    at: dt.datetime


@dataclass(frozen=True)
class Journal:
    """The changes after `start`, all of them in the index; up to `position`, which was reached at `until`."""

    start: int
    position: int
    until: dt.datetime
    changes: Sequence[Change]

    def after(self, position: int, since: dt.datetime) -> set[int]:
        """Documents changed after `position`. Where the queue no longer reaches back so far, by their own times."""
        found = {change.document_id for change in self.changes if change.position > position}
        if since < self.until - REACHES_BACK:
            rows = NormativeDocument.objects.filter(updated_at__gt=since, updated_at__lte=self.until)
            found.update(rows.values_list("pk", flat=True))
        return found


def position_now() -> int:
    """Where the journal ends: whoever starts here hears of what comes later only."""
    return IndexAction.objects.aggregate(last=Max("id"))["last"] or 0


def read(*, start: int, at: dt.datetime | None = None) -> Journal:
    """The settled part of the journal after `start`. It ends before the first change the index has not taken up."""
    until = (at or timezone.now()) - SETTLED_AFTER
    changes: list[Change] = []
    position = start
    rows = IndexAction.objects.filter(id__gt=start).order_by("id")
    for pk, document_id, kind, status, created_at in rows.values_list(
        "id", "document_id", "kind", "status", "created_at"
    ).iterator():
        if created_at > until or status == ActionStatus.PENDING:
            until = min(until, created_at)
            break
        position = pk
        if kind == ActionKind.UPSERT:
            changes.append(Change(pk, document_id, created_at))
    return Journal(start, position, until, changes)
