"""Counting days (民法典 §§201-203): first day out, holidays roll, make-up days work, the unknown future is provisional."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from portal.periods import calendar
from portal.periods.calendar import Deadline, WorkingCalendar, WorkingDay
from portal.periods.enums import DayKind, Unit
from portal.periods.models import CalendarDay
from tests.factories.periods import CalendarDayFactory, YearNoticeFactory

BARE = WorkingCalendar(days={}, years=frozenset())
KNOWN_DAYS = st.dates(dt.date(2005, 1, 1), dt.date(2026, 10, 31))
ALL_DAYS = st.dates(dt.date(1990, 1, 1), dt.date(2090, 1, 1))
LENGTHS = st.integers(1, 120)


def date(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


@pytest.mark.parametrize(
    ("day", "working"),
    [
        ("2026-09-30", True),  # Wednesday before the holiday
        ("2026-10-01", False),  # National Day
        ("2026-10-07", False),  # last day of the holiday, a Wednesday
        ("2026-10-10", True),  # a Saturday, made up (调休)
        ("2026-10-11", False),  # an ordinary Sunday
        ("2025-01-26", True),  # a Sunday, made up before Spring Festival
        ("2025-01-28", False),  # eve of Spring Festival, a Tuesday
    ],
)
def test_published_notices_are_followed(day: str, working: bool) -> None:
    assert BARE.is_working_day(date(day)) == WorkingDay(working, provisional=False)


@pytest.mark.parametrize(
    ("start", "value", "unit", "end"),
    [
        ("2026-11-02", 30, Unit.DAY, "2026-12-02"),
        ("2026-09-01", 30, Unit.DAY, "2026-10-08"),  # ends on 1 October: rolls over the holiday
        ("2026-11-12", 30, Unit.DAY, "2026-12-14"),  # ends on a Saturday: rolls to Monday
        ("2026-09-10", 30, Unit.DAY, "2026-10-10"),  # ends on a Saturday that is made up: stays
        ("2026-11-20", 1, Unit.WORKING_DAY, "2026-11-23"),
        ("2026-09-28", 7, Unit.WORKING_DAY, "2026-10-13"),  # 29, 30 Sep, 8, 9, 10 (made up), 12, 13 Oct
        ("2026-11-02", 48, Unit.HOUR, "2026-11-04"),
        ("2026-11-02", 49, Unit.HOUR, "2026-11-05"),  # hours round up to whole days
        ("2026-11-21", 0, Unit.DAY, "2026-11-21"),
    ],
)
def test_deadlines(start: str, value: int, unit: Unit, end: str) -> None:
    assert BARE.add(date(start), value, unit) == Deadline(date(end), provisional=False)


@given(start=ALL_DAYS, value=LENGTHS, unit=st.sampled_from(Unit))
def test_a_period_ends_on_a_working_day_after_its_start(start: dt.date, value: int, unit: Unit) -> None:
    end = BARE.add(start, value, unit).day
    assert end > start
    assert BARE.is_working_day(end)


@given(start=ALL_DAYS, value=LENGTHS)
def test_counting_working_days_undoes_adding_them(start: dt.date, value: int) -> None:
    assert BARE.count(start, BARE.add(start, value, Unit.WORKING_DAY).day, Unit.WORKING_DAY) == value


@given(start=ALL_DAYS, value=LENGTHS)
def test_days_are_never_cut_short_and_only_roll_over_days_of_rest(start: dt.date, value: int) -> None:
    end = BARE.add(start, value, Unit.DAY).day
    asked = start + dt.timedelta(days=value)
    assert BARE.count(start, end, Unit.DAY) >= value
    assert BARE.count(asked - dt.timedelta(days=1), end, Unit.WORKING_DAY) == 1


@given(start=ALL_DAYS, value=st.integers(1, 60), unit=st.sampled_from(Unit))
def test_a_longer_period_never_ends_earlier(start: dt.date, value: int, unit: Unit) -> None:
    assert BARE.add(start, value + 1, unit).day >= BARE.add(start, value, unit).day


@given(start=ALL_DAYS, end=ALL_DAYS, unit=st.sampled_from(Unit))
def test_counting_backwards_is_negative(start: dt.date, end: dt.date, unit: Unit) -> None:
    if abs((end - start).days) > 800:
        end = start + dt.timedelta(days=(end - start).days % 800)
    assert BARE.count(start, end, unit) == -BARE.count(end, start, unit)


@given(day=KNOWN_DAYS)
def test_nothing_before_the_last_notice_is_provisional(day: dt.date) -> None:
    assert not BARE.is_working_day(day).provisional


@given(day=st.dates(dt.date(calendar.published_years()[-1] + 1, 1, 1), dt.date(2100, 1, 1)))
def test_beyond_the_last_notice_weekends_count_and_it_is_said(day: dt.date) -> None:
    assert BARE.is_working_day(day) == WorkingDay(day.weekday() < 5, provisional=True)


def test_a_deadline_that_crosses_into_an_unknown_year_is_provisional() -> None:
    last = calendar.published_years()[-1]
    assert BARE.add(dt.date(last, 12, 20), 30, Unit.DAY).provisional
    assert BARE.add(dt.date(last, 12, 28), 10, Unit.WORKING_DAY).provisional
    assert not BARE.add(dt.date(last, 6, 1), 10, Unit.WORKING_DAY).provisional


@pytest.mark.parametrize("unit", list(Unit))
def test_a_negative_period_is_an_error(unit: Unit) -> None:
    with pytest.raises(ValueError, match="negative"):
        BARE.add(date("2026-11-02"), -1, unit)


def test_an_unknown_unit_is_an_error() -> None:
    with pytest.raises(ValueError, match="fortnight"):
        BARE.add(date("2026-11-02"), 1, "fortnight")
    with pytest.raises(ValueError, match="fortnight"):
        BARE.count(date("2026-11-02"), date("2026-11-03"), "fortnight")


@pytest.mark.django_db
def test_days_entered_by_hand_win_over_the_published_table() -> None:
    assert calendar.is_working_day(date("2026-11-23"))
    CalendarDayFactory.create(day=date("2026-11-23"), kind=DayKind.HOLIDAY)
    CalendarDayFactory.create(day=date("2026-11-22"), kind=DayKind.WORKING)

    assert not calendar.is_working_day(date("2026-11-23"))
    assert calendar.is_working_day(date("2026-11-22")) == WorkingDay(True, provisional=False)
    assert calendar.add(date("2026-11-20"), 2, Unit.WORKING_DAY).day == date("2026-11-24")


@pytest.mark.django_db
def test_a_year_notice_makes_its_year_certain() -> None:
    assert calendar.is_working_day(date("2031-03-03")).provisional
    YearNoticeFactory.create(year=2031)
    CalendarDayFactory.create(day=date("2031-10-01"), kind=DayKind.HOLIDAY)

    assert calendar.is_working_day(date("2031-03-03")) == WorkingDay(True, provisional=False)
    assert calendar.is_working_day(date("2031-10-01")) == WorkingDay(False, provisional=False)
    assert calendar.is_working_day(date("2032-03-03")).provisional
    assert not calendar.add(date("2031-09-24"), 7, Unit.DAY).provisional


@pytest.mark.django_db
def test_one_entered_day_is_certain_even_in_an_unknown_year() -> None:
    CalendarDayFactory.create(day=date("2031-10-01"), kind=DayKind.HOLIDAY)
    assert calendar.is_working_day(date("2031-10-01")) == WorkingDay(False, provisional=False)


@pytest.mark.django_db
def test_the_calendar_is_read_once_and_again_after_an_edit() -> None:
    calendar.is_working_day(date("2026-11-23"))
    with CaptureQueriesContext(
        connection,
    ) as queries:
        calendar.add(date("2026-11-20"), 20, Unit.WORKING_DAY)
        calendar.count(date("2026-11-20"), date("2026-12-20"), Unit.WORKING_DAY)
    assert len(queries) == 0

    entered = CalendarDayFactory.create(day=date("2026-11-23"), kind=DayKind.HOLIDAY)
    assert not calendar.is_working_day(date("2026-11-23"))
    entered.delete()
    assert calendar.is_working_day(date("2026-11-23"))
    assert not CalendarDay.objects.exists()
