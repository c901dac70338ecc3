"""Asking for a statutory period."""

from __future__ import annotations

import datetime as dt

from django.core.cache import cache
from django.utils import timezone

from portal.periods import calendar
from portal.periods.exceptions import PeriodUnknown
from portal.periods.models import StatutoryPeriod

CACHE_KEY = "periods.rows"
CACHE_SECONDS = calendar.CACHE_SECONDS


def get_period(code: str, on: dt.date | None = None) -> StatutoryPeriod:
    """The row of `code` that applies on the day `on` (default: today in Asia/Shanghai).

    Rows are few, so all of them are read at once and kept for a minute. Raises PeriodUnknown when none applies.
    """
    day = on or timezone.localdate()
    for row in _rows():
        if row.code == code and row.applies_on(day):
            return row
    raise PeriodUnknown(code, day)


def deadline(code: str, start: dt.date, on: dt.date | None = None) -> calendar.Deadline:
    """The last day of the period `code` that begins with an event on `start`.

    The length is the one in force on `on` (default: on `start`). Raises PeriodUnknown.
    """
    period = get_period(code, on or start)
    return calendar.add(start, period.value, period.unit)


def _rows() -> list[StatutoryPeriod]:
    rows: list[StatutoryPeriod] | None = cache.get(CACHE_KEY)
    if rows is None:
        rows = list(StatutoryPeriod.objects.order_by("-in_force_from"))
        cache.set(CACHE_KEY, rows, CACHE_SECONDS)
    return rows


def forget_cached() -> None:
    """Drop the cached rows and calendar: called when either is edited."""
    cache.delete_many([CACHE_KEY, calendar.CACHE_KEY])
