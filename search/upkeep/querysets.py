"""What is asked of clean-up and filing tables."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Count, Q

if TYPE_CHECKING:
    from search.upkeep.models import CleanupBatch, CleanupEntry, Filing  # noqa: F401

_HEAVY = ("text", "history", "confidence", "source")


def without_long_columns(prefix: str = "document") -> list[str]:
    """Columns of a joined document that no list needs."""
    return [f"{prefix}__{name}" for name in _HEAVY]


class CleanupBatchQuerySet(models.QuerySet["CleanupBatch"]):
    def published(self) -> CleanupBatchQuerySet:
        """What a reader may see, the latest first."""
        return self.filter(published_at__isnull=False).order_by("-published_at", "-pk")

    def preparing(self) -> CleanupBatchQuerySet:
        return self.filter(published_at__isnull=True).order_by("-pk")

    def with_decision(self) -> CleanupBatchQuerySet:
        """With department and decision document, without the long columns of the latter."""
        return self.select_related("department", "decision_document").defer(
            *without_long_columns("decision_document")
        )

    def with_counts(self) -> CleanupBatchQuerySet:
        """Annotates `total` and `concluded`."""
        return self.annotate(
            total=Count("entries"), concluded=Count("entries", filter=~Q(entries__conclusion=""))
        )


class CleanupEntryQuerySet(models.QuerySet["CleanupEntry"]):
    def open(self) -> CleanupEntryQuerySet:
        """Without a conclusion."""
        return self.filter(conclusion="")

    def with_document(self) -> CleanupEntryQuerySet:
        """With document and department, without the long columns."""
        return self.select_related("document", "department").defer(*without_long_columns())


class FilingQuerySet(models.QuerySet["Filing"]):
    def visible(self) -> FilingQuerySet:
        """Filings of documents a reader may see."""
        return self.filter(document__withdrawn=False)

    def unfiled(self) -> FilingQuerySet:
        """Not sent to the filing authority yet."""
        return self.visible().filter(filed_on__isnull=True, result="")

    def overdue(self, day: dt.date) -> FilingQuerySet:
        """Not sent although the last day is past on `day`, the longest overdue first."""
        return self.unfiled().filter(due_on__lt=day).order_by("due_on", "pk")

    def with_document(self) -> FilingQuerySet:
        return self.select_related("document", "department").defer(*without_long_columns())
