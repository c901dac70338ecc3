"""Days and moments as people read them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from portal.home import dates

SHANGHAI = ZoneInfo("Asia/Shanghai")
MIDNIGHT = datetime(2026, 12, 1, 0, 0, tzinfo=SHANGHAI)
NOON = datetime(2026, 11, 23, 12, 0, tzinfo=SHANGHAI)


def test_a_day_in_both_languages() -> None:
    assert dates.day_text(date(2026, 1, 5)) == "2026年1月5日"
    with translation.override("en"):
        assert dates.day_text(date(2026, 1, 5)) == "5 January 2026"


def test_a_moment_is_shown_in_shanghai() -> None:
    evening_utc = datetime(2026, 11, 23, 18, 5, tzinfo=UTC)
    assert dates.moment_text(evening_utc) == "2026年11月24日 02:05"
    with translation.override("en"):
        assert dates.moment_text(evening_utc) == "24 November 2026, 02:05"


def test_the_day_of_a_moment_is_its_day_in_shanghai() -> None:
    assert dates.day_text(datetime(2026, 11, 23, 16, 0, tzinfo=UTC)) == "2026年11月24日"


@pytest.mark.parametrize(
    "deadline",
    [MIDNIGHT, MIDNIGHT - timedelta(seconds=1), MIDNIGHT - timedelta(microseconds=1), date(2026, 11, 30)],
)
def test_a_deadline_at_midnight_is_the_end_of_the_day_before(deadline: date | datetime) -> None:
    assert dates.deadline_text(deadline) == "2026年11月30日 24:00"
    assert dates.last_day(deadline) == date(2026, 11, 30)


def test_a_deadline_during_the_day_is_that_moment() -> None:
    assert dates.deadline_text(MIDNIGHT.replace(hour=17, minute=30)) == "2026年12月1日 17:30"


@pytest.mark.parametrize(
    ("at", "days", "text"),
    [
        (NOON, 7, "还剩 7 天"),
        (datetime(2026, 11, 29, 23, 59, tzinfo=SHANGHAI), 1, "还剩 1 天"),
        (datetime(2026, 11, 30, 0, 0, tzinfo=SHANGHAI), 0, "今天截止"),
        (datetime(2026, 11, 30, 23, 59, 59, tzinfo=SHANGHAI), 0, "今天截止"),
        (MIDNIGHT, -1, "已截止"),
        (datetime(2026, 12, 5, 8, 0, tzinfo=SHANGHAI), -5, "已截止"),
    ],
)
def test_days_left_around_the_deadline(at: datetime, days: int, text: str) -> None:
    assert dates.days_until(MIDNIGHT, at) == days
    assert dates.days_left_text(MIDNIGHT, at) == text


def test_a_deadline_earlier_today_is_over() -> None:
    assert dates.days_left_text(NOON - timedelta(minutes=1), NOON) == "已截止"


def test_a_date_lasts_until_its_end() -> None:
    assert dates.days_left_text(date(2026, 11, 23), NOON) == "今天截止"
    assert dates.days_left_text(date(2026, 11, 22), NOON) == "已截止"


@given(st.dates(min_value=date(1950, 1, 1), max_value=date(2100, 1, 1)), st.integers(-4000, 4000))
def test_days_count_one_by_one(today: date, distance: int) -> None:
    at = datetime(today.year, today.month, today.day, 9, 0, tzinfo=SHANGHAI)
    assert dates.days_until(today + timedelta(days=distance), at) == distance


@pytest.mark.parametrize(("days", "shown"), [(1, "1 day left"), (14, "14 days left")])
def test_days_left_has_a_plural_in_english(days: int, shown: str) -> None:
    now = datetime(2026, 11, 23, 4, tzinfo=UTC)
    with translation.override("en"):
        assert dates.days_left_text(date(2026, 11, 23) + timedelta(days=days), now) == shown
