"""The last line before the database: rows of a published outcome are neither saved nor deleted, on any path.

Services refuse first and with a better place to say so; these receivers stop the shell, scripts and cascades (ADR 0012).
"""

from __future__ import annotations

from typing import Any

from django.db.models.signals import pre_delete, pre_save

from consultations.exceptions import OutcomeIsFinal
from consultations.models import Disposition, Outcome, PublicComment, Theme
from consultations.outcome_querysets import OPEN_AFTER_PUBLICATION

GUARDED_OUTCOME_FIELDS = tuple(
    field.attname for field in Outcome._meta.concrete_fields if field.attname not in OPEN_AFTER_PUBLICATION
)


def is_final(consultation_id: int | None) -> bool:
    """True when the outcome of that consultation is published."""
    return Outcome.objects.published().filter(consultation_id=consultation_id).exists()


def refuse_final_disposition(row: Disposition) -> None:
    """Raise `OutcomeIsFinal` when `row` decides a theme or comment of a published outcome."""
    target = row.theme or row.comment
    if target is not None and is_final(target.consultation_id):
        raise OutcomeIsFinal


def guard_theme(instance: Theme, **_kwargs: Any) -> None:
    if is_final(instance.consultation_id):
        raise OutcomeIsFinal


def guard_disposition(instance: Disposition, **_kwargs: Any) -> None:
    refuse_final_disposition(instance)
    if instance.pk and Disposition.objects.filter(pk=instance.pk).final().exists():
        raise OutcomeIsFinal


def guard_outcome(instance: Outcome, **_kwargs: Any) -> None:
    stored = Outcome.objects.published().filter(pk=instance.pk).values(*GUARDED_OUTCOME_FIELDS).first()
    if stored and any(getattr(instance, name) != value for name, value in stored.items()):
        raise OutcomeIsFinal


def guard_outcome_deletion(instance: Outcome, **_kwargs: Any) -> None:
    if Outcome.objects.published().filter(pk=instance.pk).exists():
        raise OutcomeIsFinal


def guard_comment_theme(
    instance: PublicComment, update_fields: frozenset[str] | None = None, **_kwargs: Any
) -> None:
    """A comment cannot change its theme, and so its decision, after publication; screening it still can."""
    if instance.pk is None or (update_fields is not None and not {"theme", "theme_id"} & update_fields):
        return
    stored = PublicComment.objects.filter(pk=instance.pk).values_list("theme_id", flat=True).first()
    if stored != instance.theme_id and is_final(instance.consultation_id):
        raise OutcomeIsFinal


def connect() -> None:
    """Connect every guard; called once when the app is ready."""
    for signal in (pre_save, pre_delete):
        signal.connect(guard_theme, sender=Theme, dispatch_uid="outcome_guard_theme")
        signal.connect(guard_disposition, sender=Disposition, dispatch_uid="outcome_guard_disposition")
    pre_save.connect(guard_outcome, sender=Outcome, dispatch_uid="outcome_guard_outcome")
    pre_delete.connect(guard_outcome_deletion, sender=Outcome, dispatch_uid="outcome_guard_outcome")
    pre_save.connect(guard_comment_theme, sender=PublicComment, dispatch_uid="outcome_guard_comment")
