"""States are derived from dates and facts; the last day ends at 24:00 in Asia/Shanghai."""

from __future__ import annotations

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from consultations.clock import as_of, current, end_of, last_day_before, start_of
from consultations.enums import CLOSED_STATES, LISTED_STATES, ConsultationState
from consultations.models import ConsultationPage, Outcome
from consultations.services import terminate
from portal.periods import calendar
from tests.factories.consultations import ConsultationFactory, head_of

# Even a page that is only in memory asks for its content type.
pytestmark = pytest.mark.django_db
SHANGHAI = ZoneInfo("Asia/Shanghai")
SECOND = dt.timedelta(seconds=1)
days = st.dates(min_value=dt.date(2020, 1, 1), max_value=dt.date(2030, 12, 31))
moments = st.datetimes(
    min_value=dt.datetime(2026, 1, 1), max_value=dt.datetime(2027, 12, 31), timezones=st.just(SHANGHAI)
)


def _page(first: dt.date, last: dt.date, **kwargs: Any) -> ConsultationPage:
    return ConsultationPage(
        live=True, opens_at=start_of(first), closes_at=end_of(last), title="某办法", slug="x", **kwargs
    )


@given(days)
def test_a_day_ends_where_the_next_begins(day: dt.date) -> None:
    assert end_of(day) == start_of(day + dt.timedelta(days=1))
    assert last_day_before(end_of(day)) == day
    assert end_of(day).astimezone(SHANGHAI).time() == dt.time(0, 0)


@given(days, st.integers(min_value=0, max_value=90))
def test_open_from_the_first_to_the_last_moment(first: dt.date, length: int) -> None:
    last = first + dt.timedelta(days=length)
    page = _page(first, last)
    assert page.state(start_of(first) - SECOND) == ConsultationState.ANNOUNCED
    assert page.state(start_of(first)) == ConsultationState.OPEN
    assert page.state(end_of(last) - SECOND) == ConsultationState.OPEN
    assert page.state(end_of(last)) == ConsultationState.AWAITING_OUTCOME
    assert (page.first_day, page.last_day) == (first, last)


def test_the_last_day_ends_at_midnight_in_shanghai_not_in_utc() -> None:
    page = _page(dt.date(2026, 11, 1), dt.date(2026, 12, 1))
    assert page.is_open(dt.datetime(2026, 12, 1, 15, 59, 59, tzinfo=dt.UTC))
    assert not page.is_open(dt.datetime(2026, 12, 1, 16, 0, tzinfo=dt.UTC))


@pytest.mark.django_db
@settings(max_examples=20, deadline=None)
@given(days, st.integers(min_value=1, max_value=60))
def test_days_left_count_down_to_the_last_day(first: dt.date, length: int) -> None:
    last = first + dt.timedelta(days=length)
    page = _page(first, last)
    left = [page.days_left(start_of(first + dt.timedelta(days=n)) + 5 * SECOND) for n in range(length + 1)]
    assert [item.days for item in left if item] == list(range(length, -1, -1))
    assert left[-1] is not None
    assert left[-1].is_last_day
    assert "最后一天" in left[-1].text
    assert page.days_left(end_of(last)) is None


@pytest.mark.django_db
def test_days_left_counts_working_days_with_holidays() -> None:
    page = _page(dt.date(2026, 9, 20), dt.date(2026, 10, 8))
    left = page.days_left(start_of(dt.date(2026, 9, 30)))
    assert left is not None
    assert left.days == 8
    assert left.working_days == calendar.count(dt.date(2026, 9, 30), dt.date(2026, 10, 8), "working_day")
    assert left.working_days < 8
    assert left.text == f"还剩 8 天（{left.working_days} 个工作日）"


def test_overdue_begins_when_the_due_day_has_ended() -> None:
    page = _page(dt.date(2026, 9, 1), dt.date(2026, 10, 1), outcome_due_on=dt.date(2026, 11, 2))
    assert page.state(end_of(dt.date(2026, 11, 2)) - SECOND) == ConsultationState.AWAITING_OUTCOME
    assert page.state(end_of(dt.date(2026, 11, 2))) == ConsultationState.OVERDUE
    assert page.days_overdue(start_of(dt.date(2026, 11, 3)) + SECOND) == 1
    assert page.days_overdue(start_of(dt.date(2026, 11, 2))) == 0


def test_what_is_not_published_or_has_no_dates_is_a_draft() -> None:
    assert ConsultationPage(live=False).state() == ConsultationState.DRAFT
    assert ConsultationPage(live=True).state() == ConsultationState.DRAFT


def test_closed_states_are_those_after_the_end() -> None:
    assert set(LISTED_STATES) - CLOSED_STATES == {ConsultationState.OPEN, ConsultationState.ANNOUNCED}


def test_the_moment_of_a_service_is_gone_after_it() -> None:
    then = dt.datetime(2020, 5, 1, tzinfo=SHANGHAI)
    with as_of(then) as moment:
        assert moment == then
        assert current() == then
        with as_of(None) as inner:
            assert inner == then
    assert current() > then


@pytest.fixture
def consultations(db: None) -> list[ConsultationPage]:
    """One of each: draft, open, announced, closed, overdue, answered, terminated."""
    made = [ConsultationFactory.create(draft=True), ConsultationFactory.create()]
    made += [
        ConsultationFactory.create(**{trait: True}) for trait in ("announced", "closed", "overdue", "closed")
    ]
    Outcome.objects.create(
        consultation=made[-1], published_at=made[-1].closes_at + dt.timedelta(days=1, hours=3)
    )
    stopped = ConsultationFactory.create()
    terminate(page=stopped, user=head_of(stopped.department), reason="上位法已经修改。")
    return [*made, stopped]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(at=moments)
def test_querysets_and_properties_agree_at_every_moment(
    consultations: list[ConsultationPage], at: dt.datetime
) -> None:
    everything = ConsultationPage.objects.select_related("outcome")
    for state in ConsultationState:
        expected = {page.pk for page in everything if page.state(at) == state}
        assert set(everything.in_state(state, at=at).values_list("pk", flat=True)) == expected, state


def test_every_state_occurs_among_the_examples(consultations: list[ConsultationPage]) -> None:
    found = {page.state() for page in ConsultationPage.objects.all()}
    assert found == set(ConsultationState)


def test_the_boundary_moments_agree_too(consultations: list[ConsultationPage]) -> None:
    for page in ConsultationPage.objects.live():
        for moment in (page.opens_at, page.closes_at, end_of(page.outcome_due_on)):
            for at in (moment - SECOND, moment, moment + SECOND):
                assert ConsultationPage.objects.in_state(page.state(at), at=at).filter(pk=page.pk).exists()
