"""Searches that found nothing: counted, masked, bounded, never in the way of a search."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.db import DatabaseError
from django.http import QueryDict
from django.utils import timezone
from kombu.exceptions import OperationalError

from search.alerts import missed, missed_selectors, tasks
from search.alerts.missed import Miss, count, record_search
from search.alerts.models import MissedResolution, MissedSearch
from search.archive.models import NormativeDocument
from search.query import SearchQuery, parse_query
from search.selectors import run_search
from tests.factories.alerts import MissedFactory

pytestmark = pytest.mark.django_db
Enters = Callable[..., NormativeDocument]


def miss(text: str) -> None:
    record_search(parse_query(QueryDict(text)), 0)


def test_spellings_of_one_search_are_one_row_a_day() -> None:
    for text in ("q=鼯鼠补贴", "q=鼯鼠 補貼", "q=鼯鼠补贴&page_size=50&sort=newest"):
        miss(text)
    rows = list(MissedSearch.objects.values_list("text", "count"))
    assert sum(total for _text, total in rows) == 3
    assert ("鼯鼠补贴", 2) in rows
    assert MissedSearch.objects.filter(day=timezone.localdate()).count() == len(rows)


def test_width_case_and_script_do_not_make_another_search() -> None:
    for text in ("q=ABC标准", "q=ａｂｃ标准", "q=abc標準"):
        miss(text)
    assert MissedSearch.objects.get().count == 3


def test_filters_make_another_search() -> None:
    miss("q=鼯鼠")
    miss("q=鼯鼠&level=city")
    assert MissedSearch.objects.count() == 2


@pytest.mark.parametrize(("text", "total"), [("q=鼯鼠", 3), ("level=city", 0), ("q=鼯鼠&page=2", 0)])
def test_only_first_pages_without_a_result_count(text: str, total: int) -> None:
    record_search(parse_query(QueryDict(text)), total)
    assert not MissedSearch.objects.exists()


def test_nothing_personal_reaches_queue_or_table(monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[Any] = []
    monkeypatch.setattr(
        tasks.count_missed_task, "apply_async", lambda args, **options: sent.append((args, options))
    )
    miss("q=低保 13800138000 a@example.org")
    miss("q=13800138000")
    [(args, options)] = sent
    assert "13800138000" not in repr(args)
    assert "example.org" not in repr(args)
    assert args[2] is True
    assert options == {"retry": False}


@pytest.mark.parametrize("error", [OperationalError("broker"), DatabaseError("locked"), ConnectionError()])
def test_a_search_never_fails_for_it(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, error: Exception
) -> None:
    def fail(*args: Any, **kwargs: Any) -> None:
        raise error

    monkeypatch.setattr(tasks.count_missed_task, "apply_async", fail)
    record_search(SearchQuery(q="鼯鼠"), 0)
    assert "鼯鼠" not in caplog.text
    assert "not counted" in caplog.text


def test_a_full_day_counts_the_rest_without_their_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(missed, "MAX_PER_DAY", 2)
    for text in ("甲", "乙", "丙", "丁", "甲"):
        count(Miss(text, f"q={text}", masked=False))
    assert dict(MissedSearch.objects.values_list("text", "count")) == {"甲": 2, "乙": 1, "": 2}


def test_a_flood_is_not_even_queued(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(missed, "MAX_PER_MINUTE", 3)
    for _ in range(9):
        miss("q=鼯鼠")
    assert 3 <= MissedSearch.objects.get().count <= 6


def test_another_day_is_another_row() -> None:
    now = timezone.now()
    count(Miss("甲", "q=甲", masked=False), now)
    count(Miss("甲", "q=甲", masked=False), now + dt.timedelta(days=1))
    assert MissedSearch.objects.count() == 2


def test_a_very_long_search_is_kept_by_its_beginning() -> None:
    miss("q=" + "鼯鼠" * 200)
    row = MissedSearch.objects.get()
    assert len(row.text) == 120
    assert row.parameters == ""


def test_rows_and_what_was_said_about_them_end() -> None:
    old = MissedFactory.create(day=timezone.localdate() - dt.timedelta(days=missed.KEEP_DAYS + 1))
    kept = MissedFactory.create()
    for row in (old, kept):
        MissedResolution.objects.create(key=row.key, text=row.text, note="x", resolved_at=timezone.now())
    assert missed.purge() == 1
    assert list(MissedResolution.objects.values_list("key", flat=True)) == [kept.key]


def test_one_write_for_a_known_search(django_assert_num_queries: Any) -> None:
    count(Miss("甲", "q=甲", masked=False))
    with django_assert_num_queries(1):
        count(Miss("甲", "q=甲", masked=False))


def test_what_is_found_by_now_is_what_the_page_finds(enters: Enters) -> None:
    enters(title="云岭省渔业船舶管理办法", text="第一条 渔业船舶应当登记。")
    MissedFactory.create(text="渔业船舶检验")
    rows = missed_selectors.with_resolutions(missed_selectors.totals(days=30))
    [row] = missed_selectors.with_counts(rows)
    assert row.found == run_search(SearchQuery(q="渔业船舶检验")).total == 1
