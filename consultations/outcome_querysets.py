"""Querysets that refuse to touch what a published outcome rests on (ADR 0012).

Saving and deleting single rows is guarded in `outcome_guards`; these close the other door, `QuerySet.update` and its kin.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, TypeVar

from django.db import models
from django.db.models import Count, F, Q

from consultations.exceptions import OutcomeIsFinal

if TYPE_CHECKING:
    from consultations.models import Disposition, Outcome, Theme

_Themed = TypeVar("_Themed", bound=models.Model)

#: The only things about a published outcome that may still be filled in: the policy that came of it.
OPEN_AFTER_PUBLICATION = frozenset({"final_policy", "final_policy_id"})


class ThemeQuerySet(models.QuerySet["Theme"]):
    def final(self) -> ThemeQuerySet:
        """Themes of a published outcome."""
        return self.filter(consultation__outcome__published_at__isnull=False)

    def with_supporters(self) -> ThemeQuerySet:
        """Annotate `supporters`: comments in the theme that were not withdrawn by their authors."""
        return self.annotate(
            supporters=Count(
                "public_comments", filter=~Q(public_comments__screening="withdrawn"), distinct=True
            )
        )

    def supported(self) -> ThemeQuerySet:
        """Themes that have such comments, annotated."""
        return self.with_supporters().alias(kept=F("supporters")).filter(kept__gt=0)

    def update(self, **kwargs: Any) -> int:
        _refuse_if(self.final().exists())
        return super().update(**kwargs)

    def delete(self) -> tuple[int, dict[str, int]]:
        _refuse_if(self.final().exists())
        return super().delete()

    def bulk_create(self, objs: Iterable[Theme], *args: Any, **kwargs: Any) -> list[Theme]:
        rows = list(objs)
        consultations = {row.consultation_id for row in rows}
        _refuse_if(self._outcomes().filter(consultation_id__in=consultations).exists())
        return super().bulk_create(rows, *args, **kwargs)

    def _outcomes(self) -> models.QuerySet[Outcome]:
        from consultations.models import Outcome

        return Outcome.objects.filter(published_at__isnull=False)


class DispositionQuerySet(models.QuerySet["Disposition"]):
    def of(self, consultation_id: int | None) -> DispositionQuerySet:
        """Every decision of one consultation, on a theme or on a comment."""
        return self.filter(
            Q(theme__consultation_id=consultation_id) | Q(comment__consultation_id=consultation_id)
        )

    def final(self) -> DispositionQuerySet:
        """Decisions of a published outcome."""
        return self.filter(
            Q(theme__consultation__outcome__published_at__isnull=False)
            | Q(comment__consultation__outcome__published_at__isnull=False)
        )

    def update(self, **kwargs: Any) -> int:
        _refuse_if(self.final().exists())
        return super().update(**kwargs)

    def delete(self) -> tuple[int, dict[str, int]]:
        _refuse_if(self.final().exists())
        return super().delete()

    def bulk_create(self, objs: Iterable[Disposition], *args: Any, **kwargs: Any) -> list[Disposition]:
        from consultations.outcome_guards import refuse_final_disposition

        rows = list(objs)
        for row in rows:
            refuse_final_disposition(row)
        return super().bulk_create(rows, *args, **kwargs)


class ThemedQuerySet(models.QuerySet[_Themed]):
    """Rows that belong to a theme: moving them to another would change what was decided about them."""

    def update(self, **kwargs: Any) -> int:
        if {"theme", "theme_id"} & set(kwargs):
            _refuse_if(self.filter(consultation__outcome__published_at__isnull=False).exists())
        return super().update(**kwargs)


class OutcomeQuerySet(models.QuerySet["Outcome"]):
    def published(self) -> OutcomeQuerySet:
        return self.filter(published_at__isnull=False)

    def update(self, **kwargs: Any) -> int:
        _refuse_if(not set(kwargs) <= OPEN_AFTER_PUBLICATION and self.published().exists())
        return super().update(**kwargs)

    def delete(self) -> tuple[int, dict[str, int]]:
        _refuse_if(self.published().exists())
        return super().delete()


def _refuse_if(final: bool) -> None:
    if final:
        raise OutcomeIsFinal
