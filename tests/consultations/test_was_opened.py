"""From the opening on, the draft and its dates are fixed: not before, not for a page nobody could read."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consultations.clock import end_of, start_of
from consultations.models import ConsultationPage

# Even a page that is only in memory asks for its content type.
pytestmark = pytest.mark.django_db
DAY = dt.date(2026, 9, 1)
OPENS, CLOSES = start_of(DAY), end_of(DAY + dt.timedelta(days=30))


def page(live: bool = True, opens_at: dt.datetime | None = OPENS) -> ConsultationPage:
    return ConsultationPage(live=live, opens_at=opens_at, closes_at=CLOSES, title="某办法", slug="x")


def test_it_was_opened_from_its_first_moment_on() -> None:
    assert not page().was_opened(OPENS - dt.timedelta(microseconds=1))
    assert page().was_opened(OPENS)


@given(st.integers(min_value=0, max_value=10**8))
def test_it_stays_opened_also_when_it_is_over(seconds: int) -> None:
    assert page().was_opened(OPENS + dt.timedelta(seconds=seconds))


def test_what_was_never_public_or_never_planned_was_not_opened() -> None:
    assert not page(live=False).was_opened(CLOSES)
    assert not page(opens_at=None).was_opened(CLOSES)
