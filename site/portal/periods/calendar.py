"""Counting days and working days (民法典 §§201-203): the first day is excluded, the last one runs until 24:00.

Working days come, in this order, from days entered by hand, from a year notice entered by hand (weekends), from the
built-in table of published notices, and beyond its last year from weekends alone, marked provisional.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import chinese_calendar
from chinese_calendar.constants import holidays as published_holidays
from django.core.cache import cache

from portal.periods.enums import DayKind, Unit
from portal.periods.models import CalendarDay, YearNotice

ONE_DAY = dt.timedelta(days=1)
HOURS_PER_DAY = 24
FIRST_WEEKEND_DAY = 5
CACHE_KEY = "periods.calendar"
#: Seconds another process may go on with the old calendar after an administrator changed a day.
CACHE_SECONDS = 60


@dataclass(frozen=True)
class WorkingDay:
    """Whether a day is a working day; `provisional` when no notice has fixed it yet. Truthy when it is one."""

    working: bool
    provisional: bool

    def __bool__(self) -> bool:
        return self.working


@dataclass(frozen=True)
class Deadline:
    """The last day of a period, in full until 24:00; `provisional` when a later notice may still move it."""

    day: dt.date
    provisional: bool


@lru_cache(maxsize=1)
def published_years() -> range:
    """Years the built-in table of holiday notices knows."""
    years = {day.year for day in published_holidays}
    return range(min(years), max(years) + 1)


@dataclass(frozen=True)
class WorkingCalendar:
    """The days entered by hand over the built-in table. A value: load it once, ask it many times."""

    days: Mapping[dt.date, bool]
    years: frozenset[int]

    @classmethod
    def load(cls) -> WorkingCalendar:
        """The calendar as it stands, from the cache or with two queries."""
        found = cache.get(CACHE_KEY)
        if isinstance(found, cls):
            return found
        loaded = cls(
            days={row.day: row.kind == DayKind.WORKING for row in CalendarDay.objects.all()},
            years=frozenset(YearNotice.objects.values_list("year", flat=True)),
        )
        cache.set(CACHE_KEY, loaded, CACHE_SECONDS)
        return loaded

    def is_working_day(self, day: dt.date) -> WorkingDay:
        """Whether `day` is a working day."""
        entered = self.days.get(day)
        if entered is not None:
            return WorkingDay(entered, provisional=False)
        weekday = day.weekday() < FIRST_WEEKEND_DAY
        if day.year in self.years:
            return WorkingDay(weekday, provisional=False)
        if day.year in published_years():
            return WorkingDay(chinese_calendar.is_workday(day), provisional=False)
        return WorkingDay(weekday, provisional=True)

    def roll(self, day: dt.date) -> Deadline:
        """`day`, or the next working day when it is none (民法典 §203)."""
        provisional = False
        while True:
            state = self.is_working_day(day)
            provisional = provisional or state.provisional
            if state:
                return Deadline(day, provisional)
            day += ONE_DAY

    def add(self, start: dt.date, value: int, unit: Unit | str) -> Deadline:
        """The last day of `value` units that begin with the event on `start`; see the module's `add`."""
        if value < 0:
            raise ValueError("a period cannot be negative")
        unit = Unit(unit)
        if value == 0:
            return Deadline(start, provisional=False)
        if unit is Unit.WORKING_DAY:
            return self._add_working_days(start, value)
        days = value if unit is Unit.DAY else -(-value // HOURS_PER_DAY)
        return self.roll(start + days * ONE_DAY)

    def _add_working_days(self, start: dt.date, value: int) -> Deadline:
        day, provisional = start, False
        while value:
            day += ONE_DAY
            state = self.is_working_day(day)
            provisional = provisional or state.provisional
            value -= state.working
        return Deadline(day, provisional)

    def count(self, start: dt.date, end: dt.date, unit: Unit | str) -> int:
        """Units after `start` up to and including `end`; see the module's `count`."""
        unit = Unit(unit)
        if end < start:
            return -self.count(end, start, unit)
        days = (end - start).days
        if unit is Unit.DAY:
            return days
        if unit is Unit.HOUR:
            return days * HOURS_PER_DAY
        return sum(self.is_working_day(start + step * ONE_DAY).working for step in range(1, days + 1))


def is_working_day(day: dt.date) -> WorkingDay:
    """Whether `day` (Asia/Shanghai) is a working day, and whether a later notice may change that."""
    return WorkingCalendar.load().is_working_day(day)


def add(start: dt.date, value: int, unit: Unit | str) -> Deadline:
    """The last day of a period of `value` units that begins with an event on `start`.

    `start` itself is excluded (民法典 §201). Days and hours (rounded up to whole days) that end on a holiday roll to
    the next working day (§203); working days end on one by definition. Zero units end on `start`.

    Raises ValueError for a negative `value` or an unknown unit.
    """
    return WorkingCalendar.load().add(start, value, unit)


def count(start: dt.date, end: dt.date, unit: Unit | str) -> int:
    """How many units lie after `start` up to and including `end` (`start` excluded, 民法典 §201).

    Negative when `end` is before `start`. A period that rolled over a holiday counts more days than it was given.
    Raises ValueError for an unknown unit.
    """
    return WorkingCalendar.load().count(start, end, unit)
