"""The moment the guards judge by. Time is an argument everywhere; a signal receiver has none, so services put it here."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.utils import timezone

from portal.periods.models import EARLIEST_NOTICE_YEAR, LATEST_NOTICE_YEAR

ONE_DAY = dt.timedelta(days=1)
_moment: ContextVar[dt.datetime | None] = ContextVar("consultations_moment", default=None)


@contextmanager
def as_of(at: dt.datetime | None) -> Iterator[dt.datetime]:
    """Let the guards beneath this block judge by `at` (default: the moment already set, or now)."""
    moment = current(at)
    token = _moment.set(moment)
    try:
        yield moment
    finally:
        _moment.reset(token)


def current(at: dt.datetime | None = None) -> dt.datetime:
    """`at` itself, else the moment set by `as_of`, else now. Always aware."""
    return at or _moment.get() or timezone.now()


def start_of(day: dt.date) -> dt.datetime:
    """0:00 of `day` in Asia/Shanghai."""
    return timezone.make_aware(dt.datetime.combine(day, dt.time.min))


def end_of(day: dt.date) -> dt.datetime:
    """24:00 of `day`, which is 0:00 of the next one (民法典 §203): the first moment that is too late."""
    return start_of(day + ONE_DAY)


def in_calendar(day: dt.date) -> bool:
    """Whether periods can be counted from and to `day`: a mistyped year (0206, 9999) lies outside every calendar."""
    return EARLIEST_NOTICE_YEAR <= day.year <= LATEST_NOTICE_YEAR


def last_day_before(moment: dt.datetime) -> dt.date:
    """The last day that has time left before `moment`: the day whose 24:00 it is, or the day it lies in."""
    return timezone.localdate(moment - dt.timedelta(microseconds=1))
