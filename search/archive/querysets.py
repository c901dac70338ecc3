"""What is asked of the archive's tables."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.utils import timezone

from search.archive.enums import ItemStatus, Validity
from search.archive.validity import validity_expression

if TYPE_CHECKING:
    from search.archive.models import ImportItem, NormativeDocument  # noqa: F401


class NormativeDocumentQuerySet(models.QuerySet["NormativeDocument"]):
    """Queries over normative documents; days default to today in Asia/Shanghai."""

    def visible(self) -> NormativeDocumentQuerySet:
        """Documents a reader may see: everything but what was withdrawn."""
        return self.filter(withdrawn=False)

    def with_validity(self, on: dt.date | None = None) -> NormativeDocumentQuerySet:
        """Annotates `validity` (a `Validity` value) for the day `on`."""
        return self.annotate(validity=validity_expression(on or timezone.localdate()))

    def valid_as(self, *validities: Validity, on: dt.date | None = None) -> NormativeDocumentQuerySet:
        """Documents whose validity on the day `on` is one of `validities`."""
        return self.with_validity(on).filter(Q(validity__in=[v.value for v in validities]))

    def in_force(self, on: dt.date | None = None) -> NormativeDocumentQuerySet:
        return self.valid_as(Validity.IN_FORCE, on=on)

    def binding(self, on: dt.date | None = None) -> NormativeDocumentQuerySet:
        """What bound people on the day `on`: in force, or amended and not replaced by a newer text held here."""
        day = on or timezone.localdate()
        standing = Q(replaced_on__isnull=True) | Q(replaced_on__gt=day)
        return self.valid_as(Validity.IN_FORCE, Validity.AMENDED, on=day).filter(standing)

    def unconfirmed(self, on: dt.date | None = None) -> NormativeDocumentQuerySet:
        """Imports whose validity nobody has confirmed and no act decides."""
        return self.visible().filter(page_id__isnull=True).valid_as(Validity.UNKNOWN, on=on)

    def lapsing(self, *, between: tuple[dt.date, dt.date]) -> NormativeDocumentQuerySet:
        """Documents whose validity ends within `between`, both days included (evaluation reminder, H§6)."""
        return self.visible().filter(valid_until__range=between, lapsed=False, repealed_on__isnull=True)

    def same_number(self, number_key: str) -> NormativeDocumentQuerySet:
        return self.filter(number_key=number_key).exclude(number_key="")

    def light(self) -> NormativeDocumentQuerySet:
        """Without the long columns, for lists."""
        return self.defer("text", "history", "confidence", "source")

    def containing(self, words: str) -> NormativeDocumentQuerySet:
        """Documents with `words` in title, number or issuer: the office's own list, not the readers' search."""
        return self.filter(
            Q(title__icontains=words)
            | Q(document_number__icontains=words)
            | Q(document_number_raw__icontains=words)
            | Q(issuing_authority__icontains=words)
        )


class ImportItemQuerySet(models.QuerySet["ImportItem"]):
    def waiting(self) -> ImportItemQuerySet:
        """Set aside and not yet decided by a person."""
        return self.filter(status=ItemStatus.SET_ASIDE)
