"""Results of clean-ups and the filing list in public: what they show, how many queries, tables and feeds, hostile input."""

from __future__ import annotations

import csv
import datetime as dt
import io
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from portal.organisations.enums import Role
from search.upkeep.enums import Conclusion
from search.upkeep.models import CleanupBatch
from tests.factories.archive import DocumentFactory, day
from tests.factories.organisations import member
from tests.factories.upkeep import BatchFactory, EntryFactory, FilingFactory, published_batch

pytestmark = pytest.mark.django_db


def published(n: int = 1) -> CleanupBatch:
    """A published batch with `n` files of each conclusion."""
    batch: CleanupBatch = BatchFactory.create(
        published_at=timezone.now(),
        decided_on=day("2025-06-30"),
        decision_text="云政令第9号",
        introduction="说明<i>",
    )
    for conclusion in Conclusion:
        EntryFactory.create_batch(n, batch=batch, conclusion=conclusion, reason="理由<b>")
    return batch


def table(client: Client, address: str) -> list[list[str]]:
    response: Any = client.get(address)
    assert response["Content-Disposition"].startswith("attachment")
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text)))


def test_four_lists_with_counts_and_the_decision(client: Client) -> None:
    documents = {DocumentFactory.create(): conclusion for conclusion in Conclusion}
    batch = published_batch(member(Role.OFFICE), documents)
    page = client.get(batch.get_absolute_url()).content.decode()
    for document, conclusion in documents.items():
        assert document.title in page and str(conclusion.label) in page
    assert batch.decision_document and f'href="{batch.decision_document.get_absolute_url()}"' in page
    assert page.count("figure__number") == 5 and page.count("<h1") == 1
    assert batch.title in client.get("/cleanups/").content.decode()


def test_markup_is_text(client: Client) -> None:
    page = client.get(published().get_absolute_url()).content.decode()
    assert "理由&lt;b&gt;" in page and "说明&lt;i&gt;" in page


def test_a_long_list_goes_on_page_by_page(client: Client) -> None:
    batch = published(30)
    page = client.get(batch.get_absolute_url()).content.decode()
    assert "全部 30 件" in page and page.count('class="muted nowrap"') == 80
    whole = client.get(batch.get_absolute_url(), {"conclusion": "repeal"}).content.decode()
    assert whole.count('class="muted nowrap"') == 30


def test_queries_do_not_grow(client: Client, django_assert_max_num_queries: DjangoAssertNumQueries) -> None:
    batch = published(20)
    for _ in range(5):
        published()
    FilingFactory.create_batch(12)
    client.get("/")
    for address, most in (("/cleanups/", 4), (batch.get_absolute_url(), 8), ("/filings/", 8)):
        with django_assert_max_num_queries(most):
            assert client.get(address).status_code == 200


@pytest.mark.parametrize(
    "query", [{"conclusion": "nonsense"}, {"conclusion": "\x00"}, {"page": "x"}, {"page": "9" * 40}]
)
def test_odd_parameters_do_no_harm(client: Client, query: dict[str, str]) -> None:
    assert client.get(published().get_absolute_url(), query).status_code == 200
    assert client.get("/cleanups/", query).status_code == 200


def test_what_is_not_published_is_nowhere(client: Client) -> None:
    batch = EntryFactory.create(conclusion="repeal").batch
    assert batch.title not in client.get("/cleanups/").content.decode()
    for address in (batch.get_absolute_url(), f"{batch.get_absolute_url()}results.csv"):
        assert client.get(address).status_code == 404
    assert batch.title not in client.get("/feeds/cleanups/").content.decode()


def test_results_to_take_away(client: Client) -> None:
    batch = published(3)
    batch.entries.update(reason="=SUM(A1)")
    rows = table(client, f"{batch.get_absolute_url()}results.csv")
    assert len(rows) == 13 and rows[0][0] == "标题"
    assert {row[4] for row in rows[1:]} == {"'=SUM(A1)"}, "no formula"
    assert {row[3] for row in rows[1:]} == {str(c.label) for c in Conclusion}


def test_feeds_are_valid_and_listed(client: Client) -> None:
    batch = published()
    FilingFactory.create(
        result="registered",
        registration_number="YL-1",
        filed_on=day("2026-01-01"),
        answered_on=day("2026-01-05"),
    )
    assert batch.title in client.get("/feeds/cleanups/").content.decode()
    assert "YL-1" in client.get("/feeds/filings/").content.decode()
    listed = client.get("/feeds/").content.decode()
    assert "/feeds/cleanups/" in listed and "/feeds/filings/" in listed


def test_the_filing_list_with_states_and_filters(client: Client) -> None:
    late = FilingFactory.create(due_on=day("2024-05-06"))
    done = FilingFactory.create(
        result="registered",
        registration_number="YL-2026-8",
        filed_on=day("2026-01-01"),
        authority="云岭省人大常委会",
    )
    returned = FilingFactory.create(result="returned", filed_on=day("2026-01-01"), return_reason="缺少<说明>")
    page = client.get("/filings/").content.decode()
    for words in ("逾期未报备", "YL-2026-8", "云岭省人大常委会", "缺少&lt;说明&gt;"):
        assert words in page
    by_state = client.get("/filings/", {"state": "overdue"}).content.decode()
    assert late.document.title in by_state and done.document.title not in by_state
    by_year = client.get("/filings/", {"year": "2024"}).content.decode()
    assert late.document.title in by_year and returned.document.title not in by_year
    rows = table(client, f"/filings/filings.csv?department={done.department_id}")
    assert [row[7] for row in rows[1:]] == ["YL-2026-8"]


@pytest.mark.parametrize("query", [{"year": "abc"}, {"year": "1234"}, {"department": "-1"}, {"state": "<b>"}])
def test_a_filter_that_does_not_exist_is_told(client: Client, query: dict[str, str]) -> None:
    FilingFactory.create()
    response = client.get("/filings/", query)
    assert response.status_code == 400 and "field--error" in response.content.decode()
    assert client.get("/filings/filings.csv", query).status_code == 200


def test_empty_lists_say_so(client: Client) -> None:
    assert "还没有公布的清理结果" in client.get("/cleanups/").content.decode()
    assert "备案目录是空的" in client.get("/filings/").content.decode()


def test_the_board_names_what_is_overdue(client: Client) -> None:
    late = FilingFactory.create(due_on=timezone.localdate() - dt.timedelta(days=1))
    FilingFactory.create(due_on=timezone.localdate())
    page = client.get("/board/").content.decode()
    assert late.document.title in page and "有 1 件规范性文件超过期限" in page
