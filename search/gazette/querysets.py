"""What is asked of the gazette's tables."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.db import models

if TYPE_CHECKING:
    from search.gazette.models import GazetteEntry, GazetteIssue  # noqa: F401

#: Columns of a document a list of contents never shows.
HEAVY = ("text", "history", "confidence", "source", "validity_text")


class GazetteIssueQuerySet(models.QuerySet["GazetteIssue"]):
    def published(self) -> GazetteIssueQuerySet:
        """What the public may read."""
        return self.filter(published_at__isnull=False)

    def in_order(self) -> GazetteIssueQuerySet:
        """The latest first."""
        return self.order_by("-year", "-number")


class GazetteEntryQuerySet(models.QuerySet["GazetteEntry"]):
    def published(self) -> GazetteEntryQuerySet:
        return self.filter(issue__published_at__isnull=False)

    def with_documents(self) -> GazetteEntryQuerySet:
        """With the documents, without their long columns."""
        return self.select_related("document").defer(*(f"document__{name}" for name in HEAVY))

    def of(self, documents: Iterable[int]) -> GazetteEntryQuerySet:
        return self.filter(document_id__in=list(documents))
