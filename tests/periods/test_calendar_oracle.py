"""The calendar against the plainest way of counting: one day after the other, whatever an administrator has entered."""

from __future__ import annotations

import datetime as dt
import pickle
from collections.abc import Iterator

from hypothesis import given
from hypothesis import strategies as st

from portal.periods.calendar import HOURS_PER_DAY, ONE_DAY, Deadline, WorkingCalendar, published_years
from portal.periods.enums import Unit

SPAN = 120
#: Around a year the published notices know, and around one they do not.
STARTS = st.one_of(
    st.dates(dt.date(2025, 8, 1), dt.date(2026, 3, 1)),
    st.dates(dt.date(2039, 11, 1), dt.date(2040, 3, 1)),
)
LENGTHS = st.integers(1, 40)


@st.composite
def calendars(draw: st.DrawFn) -> tuple[WorkingCalendar, dt.date]:
    """A calendar with days entered by hand near a day, and that day. Some day of work always comes within the span."""
    start = draw(STARTS)
    offsets = st.integers(-10, SPAN - 10)
    entered = draw(st.dictionaries(offsets, st.booleans(), max_size=20))
    days = {start + offset * ONE_DAY: working for offset, working in entered.items()}
    years = draw(st.frozensets(st.sampled_from([start.year, start.year + 1])))
    return WorkingCalendar(days=days, years=years), start


def after(day: dt.date) -> Iterator[dt.date]:
    while True:
        day += ONE_DAY
        yield day


def slowly(calendar: WorkingCalendar, start: dt.date, value: int) -> Deadline:
    """`value` working days after `start`, counted on the fingers."""
    provisional = False
    for day in after(start):
        state = calendar.is_working_day(day)
        provisional |= state.provisional
        value -= 1 if state else 0
        if value == 0:
            return Deadline(day, provisional)
    raise AssertionError


@given(calendars(), LENGTHS)
def test_working_days_are_counted_one_by_one(case: tuple[WorkingCalendar, dt.date], value: int) -> None:
    calendar, start = case
    assert calendar.add(start, value, Unit.WORKING_DAY) == slowly(calendar, start, value)


@given(calendars(), LENGTHS, LENGTHS)
def test_two_periods_of_working_days_make_one(
    case: tuple[WorkingCalendar, dt.date], first: int, second: int
) -> None:
    calendar, start = case
    middle = calendar.add(start, first, Unit.WORKING_DAY).day
    whole = calendar.add(start, first + second, Unit.WORKING_DAY).day
    assert calendar.add(middle, second, Unit.WORKING_DAY).day == whole


@given(calendars(), LENGTHS)
def test_rolling_stops_at_the_first_day_of_work_and_stays_there(
    case: tuple[WorkingCalendar, dt.date], offset: int
) -> None:
    calendar, start = case
    day = start + offset * ONE_DAY
    end = calendar.roll(day).day
    assert end >= day and calendar.is_working_day(end)
    between = (day + step * ONE_DAY for step in range((end - day).days))
    assert not any(calendar.is_working_day(one) for one in between)
    assert calendar.roll(end).day == end


@given(calendars(), LENGTHS)
def test_days_of_the_calendar_end_where_they_roll_to(
    case: tuple[WorkingCalendar, dt.date], value: int
) -> None:
    calendar, start = case
    assert calendar.add(start, value, Unit.DAY) == calendar.roll(start + value * ONE_DAY)


@given(calendars(), st.integers(1, 40 * HOURS_PER_DAY))
def test_hours_are_whole_days_rounded_up(case: tuple[WorkingCalendar, dt.date], hours: int) -> None:
    calendar, start = case
    days = -(-hours // HOURS_PER_DAY)
    assert calendar.add(start, hours, Unit.HOUR) == calendar.add(start, days, Unit.DAY)


@given(calendars(), LENGTHS, LENGTHS)
def test_what_is_counted_adds_up(case: tuple[WorkingCalendar, dt.date], first: int, second: int) -> None:
    calendar, start = case
    middle, end = start + first * ONE_DAY, start + (first + second) * ONE_DAY
    for unit in Unit:
        parts = calendar.count(start, middle, unit) + calendar.count(middle, end, unit)
        assert calendar.count(start, end, unit) == parts
        assert calendar.count(end, start, unit) == -parts


@given(calendars(), LENGTHS, st.integers(0, SPAN), st.sampled_from([Unit.DAY, Unit.WORKING_DAY]))
def test_a_day_of_rest_more_never_shortens_and_a_day_of_work_more_never_lengthens(
    case: tuple[WorkingCalendar, dt.date], value: int, offset: int, unit: Unit
) -> None:
    calendar, start = case
    day = start + offset * ONE_DAY
    rest = WorkingCalendar({**calendar.days, day: False}, calendar.years)
    work = WorkingCalendar({**calendar.days, day: True}, calendar.years)
    assert work.add(start, value, unit).day <= rest.add(start, value, unit).day
    if unit is Unit.WORKING_DAY:
        longest = rest.add(start, value, unit).day
        assert work.add(start, value, unit).day <= calendar.add(start, value, unit).day <= longest


@given(calendars(), LENGTHS)
def test_a_deadline_is_provisional_exactly_when_a_day_it_rests_on_is(
    case: tuple[WorkingCalendar, dt.date], value: int
) -> None:
    calendar, start = case
    found = calendar.add(start, value, Unit.WORKING_DAY)
    rests_on = [start + step * ONE_DAY for step in range(1, (found.day - start).days + 1)]
    unknown = [
        day
        for day in rests_on
        if day not in calendar.days and day.year not in calendar.years and day.year not in published_years()
    ]
    assert found.provisional is bool(unknown)


@given(calendars(), LENGTHS)
def test_entering_every_day_of_a_period_makes_it_certain(
    case: tuple[WorkingCalendar, dt.date], value: int
) -> None:
    calendar, start = case
    found = calendar.add(start, value, Unit.WORKING_DAY)
    steps = range((found.day - start).days + 1)
    entered = {start + n * ONE_DAY: bool(calendar.is_working_day(start + n * ONE_DAY)) for n in steps}
    certain = WorkingCalendar(entered, frozenset()).add(start, value, Unit.WORKING_DAY)
    assert certain == Deadline(found.day, provisional=False)


@given(calendars())
def test_a_calendar_survives_the_cache(case: tuple[WorkingCalendar, dt.date]) -> None:
    calendar, start = case
    again = pickle.loads(pickle.dumps(calendar))  # noqa: S301  # what the cache does with it
    assert again == calendar
    assert again.add(start, 7, Unit.WORKING_DAY) == calendar.add(start, 7, Unit.WORKING_DAY)


@given(calendars(), LENGTHS)
def test_an_event_on_a_day_of_rest_or_the_last_day_of_work_before_it_gives_the_same_end(
    case: tuple[WorkingCalendar, dt.date], value: int
) -> None:
    """民法典 §201: the day of the event is not counted, so what kind of day it was does not matter."""
    calendar, start = case
    before = start
    while not calendar.is_working_day(before):
        before -= ONE_DAY
        if (start - before).days > SPAN:
            return
    assert (
        calendar.add(before, value, Unit.WORKING_DAY).day == calendar.add(start, value, Unit.WORKING_DAY).day
    )
