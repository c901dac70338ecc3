"""Edits of periods and calendar days take effect at once in this process, within a minute in the others."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models.signals import post_delete, post_save

from portal.periods.models import CalendarDay, StatutoryPeriod, YearNotice
from portal.periods.services import forget_cached


def forget(**kwargs: Any) -> None:
    """Forget now, for readers inside this transaction, and again once it is committed."""
    forget_cached()
    transaction.on_commit(forget_cached)


def connect() -> None:
    """Connect the receivers, once."""
    for model in (StatutoryPeriod, CalendarDay, YearNotice):
        for signal in (post_save, post_delete):
            signal.connect(forget, sender=model, dispatch_uid=f"periods.forget.{model.__name__}")
