"""Deadlines of consultations as rules over many dates: minimum periods, extensions, when an outcome is due and overdue."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consultations import gate
from consultations.clock import end_of, start_of
from consultations.enums import ConsultationKind, ConsultationState
from consultations.models import ConsultationPage
from portal.periods import calendar
from portal.periods.enums import CONSULTATION_MINIMUM_PREFIX, PeriodCode, Unit
from portal.periods.exceptions import PeriodUnknown
from portal.periods.models import StatutoryPeriod
from portal.periods.services import get_period
from tests.factories.consultations import BASIS, DRAFT, NOTE

# Periods are rows; a page in memory asks for its content type.
pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)
DAYS = st.dates(dt.date(2026, 1, 1), dt.date(2026, 9, 30))
KINDS = st.sampled_from([kind.value for kind in ConsultationKind])
LENGTHS = st.integers(0, 60)
SHORT_RUN = settings(max_examples=40)


def page_of(first: dt.date, last: dt.date, **fields: Any) -> ConsultationPage:
    values = {
        "title": "某办法（征求意见稿）",
        "slug": "some-measures",
        "draft_body": DRAFT,
        "drafting_note": NOTE,
        "decision_basis": BASIS,
        "opens_at": start_of(first),
        "closes_at": end_of(last),
        "live": True,
        **fields,
    }
    return ConsultationPage(**values)


def codes(page: ConsultationPage, at: dt.datetime) -> set[str]:
    return {obstacle.code for obstacle in gate.obstacles(page, at)}


def stored(page: ConsultationPage) -> dict[str, Any]:
    """What the database would hold of `page`."""
    return {name: gate._value(page, name) for name in gate.GUARDED_FIELDS}


@SHORT_RUN
@given(DAYS, LENGTHS, KINDS)
def test_too_short_is_exactly_what_ends_before_the_minimum(first: dt.date, length: int, kind: str) -> None:
    last = first + length * DAY
    page = page_of(first, last, kind=kind)
    shortest = gate.minimum(kind, first)
    found = codes(page, start_of(first) - DAY)
    assert ("too_short" in found) is (last < shortest.last_day)


@SHORT_RUN
@given(DAYS, KINDS)
def test_the_minimum_is_the_period_counted_and_ends_on_a_day_of_work(first: dt.date, kind: str) -> None:
    shortest = gate.minimum(kind, first)
    period = get_period(f"{CONSULTATION_MINIMUM_PREFIX}{kind}", first)
    assert shortest.last_day == calendar.add(first, period.value, period.unit).day
    assert calendar.is_working_day(shortest.last_day)
    assert (shortest.last_day - first).days >= period.value
    assert str(period.value) in shortest.text and period.basis in shortest.text


@SHORT_RUN
@given(DAYS, LENGTHS)
def test_a_public_reason_permits_any_shorter_period(first: dt.date, length: int) -> None:
    page = page_of(first, first + length * DAY, shortened_reason="防汛物资调拨在即，须在主汛期前出台。")
    assert "too_short" not in codes(page, start_of(first) - DAY)
    page.shortened_reason = " \n\t"
    short = page.last_day < gate.minimum(page.kind, first).last_day  # type: ignore[operator]
    assert ("too_short" in codes(page, start_of(first) - DAY)) is short


@SHORT_RUN
@given(DAYS, LENGTHS)
def test_dates_in_the_wrong_order_are_one_obstacle_not_two(first: dt.date, length: int) -> None:
    page = page_of(first, first - DAY - length * DAY)
    found = codes(page, start_of(first) - DAY)
    assert "closes_before_opening" in found
    assert "too_short" not in found


@SHORT_RUN
@given(DAYS, st.integers(-3, 3))
def test_it_may_open_later_the_same_day_but_not_on_a_day_gone_by(first: dt.date, offset: int) -> None:
    """Published at noon for the same day is lawful: the period runs from the day after the event (民法典 §201)."""
    page = page_of(first, first + 60 * DAY)
    moment = start_of(first + offset * DAY) + dt.timedelta(hours=12)
    assert ("opens_in_past" in codes(page, moment)) is (offset > 0)


@SHORT_RUN
@given(DAYS, st.integers(1, 60))
def test_a_later_end_with_the_old_one_kept_and_a_reason_is_an_extension(first: dt.date, longer: int) -> None:
    page = page_of(first, first + 40 * DAY)
    old = stored(page)
    page.extended_from, page.extension_reason = page.closes_at, "应多地基层单位请求延长。"
    page.closes_at = end_of(first + (40 + longer) * DAY)
    assert gate.locked_changes(old, page) == []


@SHORT_RUN
@given(DAYS, st.integers(-39, 60), st.sampled_from(["", "  ", "应请求延长。"]), st.booleans())
def test_any_other_change_of_the_end_is_refused(
    first: dt.date, longer: int, reason: str, keeps_old: bool
) -> None:
    page = page_of(first, first + 40 * DAY)
    old = stored(page)
    page.extended_from, page.extension_reason = (page.closes_at if keeps_old else None), reason
    page.closes_at = end_of(first + (40 + longer) * DAY)
    lawful = longer > 0 and keeps_old and bool(reason.strip())
    unchanged = longer == 0
    refused = "closes_at" in gate.locked_changes(old, page)
    assert refused is not (lawful or unchanged)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("draft_body", "第一条 另一份草案。"),
        ("drafting_note", "另一份说明"),
        ("decision_basis", "另一份依据"),
        ("kind", ConsultationKind.MAJOR_DECISION),
        ("slug", "elsewhere"),
        ("shortened_reason", "事后补的理由，不能算数。"),
        ("opens_at", start_of(dt.date(2026, 3, 3))),
    ],
)
def test_an_extension_covers_nothing_else(name: str, value: object) -> None:
    first = dt.date(2026, 3, 2)
    page = page_of(first, first + 40 * DAY)
    old = stored(page)
    page.extended_from, page.extension_reason = page.closes_at, "应多地基层单位请求延长。"
    page.closes_at = end_of(first + 50 * DAY)
    setattr(page, name, value)
    assert gate.locked_changes(old, page) == [name]


@pytest.mark.parametrize("reason", ["", " \n", "上位法即将修改，草案须重新起草。"])
def test_a_termination_needs_its_reason(reason: str) -> None:
    page = page_of(dt.date(2026, 3, 2), dt.date(2026, 4, 20))
    old = stored(page)
    page.terminated_at, page.termination_reason = start_of(dt.date(2026, 3, 9)), reason
    assert bool(gate.locked_changes(old, page)) is not bool(reason.strip())


def test_a_termination_is_not_taken_back_or_reworded() -> None:
    page = page_of(
        dt.date(2026, 3, 2),
        dt.date(2026, 4, 20),
        terminated_at=start_of(dt.date(2026, 3, 9)),
        termination_reason="上位法即将修改。",
    )
    old = stored(page)
    page.termination_reason = "另一个理由。"
    assert gate.locked_changes(old, page) == ["termination_reason"]
    page.terminated_at, page.termination_reason = None, ""
    assert gate.locked_changes(old, page) == ["terminated_at", "termination_reason"]


@SHORT_RUN
@given(DAYS, st.integers(0, 120))
def test_overdue_begins_when_the_due_day_is_over_and_grows_by_days(first: dt.date, later: int) -> None:
    page = page_of(first, first + 40 * DAY)
    due = gate.outcome_due(first + 40 * DAY).day
    page.outcome_due_on = due
    noon = start_of(due + later * DAY) + dt.timedelta(hours=12)
    assert page.state(end_of(due) - dt.timedelta(microseconds=1)) == ConsultationState.AWAITING_OUTCOME
    assert page.days_overdue(noon) == later
    expected = ConsultationState.OVERDUE if later else ConsultationState.AWAITING_OUTCOME
    assert page.state(noon) == expected


@SHORT_RUN
@given(DAYS)
def test_an_outcome_is_never_due_before_people_have_finished(last: dt.date) -> None:
    due = gate.outcome_due(last)
    period = get_period(PeriodCode.OUTCOME_DUE, last)
    assert due.day >= last + (period.value * DAY if period.unit == Unit.DAY else DAY)
    assert calendar.is_working_day(due.day)


@SHORT_RUN
@given(DAYS, st.integers(1, 30))
def test_a_later_end_never_makes_an_outcome_due_earlier(last: dt.date, longer: int) -> None:
    assert gate.outcome_due(last + longer * DAY).day >= gate.outcome_due(last).day


def test_without_a_row_the_period_is_unknown_and_the_obstacle_says_which() -> None:
    StatutoryPeriod.objects.filter(code=f"{CONSULTATION_MINIMUM_PREFIX}normative").delete()
    first = dt.date(2026, 3, 2)
    with pytest.raises(PeriodUnknown):
        gate.minimum("normative", first)
    page = page_of(first, first + 40 * DAY, kind="normative")
    (obstacle,) = [one for one in gate.obstacles(page, start_of(first) - DAY) if one.code == "no_period"]
    assert f"{CONSULTATION_MINIMUM_PREFIX}normative" in obstacle.message


def test_a_provisional_minimum_says_that_holidays_are_not_known_yet() -> None:
    far = dt.date(max(calendar.published_years()) + 3, 3, 2)
    shortest = gate.minimum(ConsultationKind.NORMATIVE, far)
    assert shortest.provisional is True
    assert "尚未公布" in shortest.text
    assert "尚未公布" not in gate.minimum(ConsultationKind.NORMATIVE, dt.date(2026, 3, 2)).text


@SHORT_RUN
@given(DAYS, st.integers(0, 40))
def test_days_left_and_days_gone_make_the_whole_period(first: dt.date, passed: int) -> None:
    page = page_of(first, first + 40 * DAY)
    left = page.days_left(start_of(first + passed * DAY))
    assert left is not None
    assert left.days == 40 - passed
    assert 0 <= left.working_days <= left.days
    assert left.is_last_day is (passed == 40)
    assert page.days_left(end_of(first + 40 * DAY)) is None
