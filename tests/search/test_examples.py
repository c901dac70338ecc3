"""Searches to try on the home page find something in this very installation."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from urllib.parse import quote

import pytest
from django.core.cache import cache
from django.test import Client

from search.archive.models import NormativeDocument
from search.examples import LOOKED_AT, example_queries
from search.query import SearchQuery
from search.selectors import run_search

pytestmark = pytest.mark.django_db
Make = Callable[..., NormativeDocument]


def test_without_documents_there_is_nothing_to_try_and_the_next_look_is_fresh(
    client: Client, archive: Make
) -> None:
    assert example_queries() == ()
    assert "hero__examples" not in client.get("/").content.decode()
    archive(document_number="云政发〔2021〕77号")
    assert example_queries() == ("云政发〔2021〕77号",)
    assert quote("云政发〔2021〕77号") in client.get("/").content.decode()


def test_every_example_finds_something(archive: Make) -> None:
    archive(subject_category="城乡建设、住房公积金", document_number="云政发〔2021〕77号")
    archive(subject_category="劳动/购房合同", published_on=datetime.date(2020, 1, 1))
    found = example_queries()
    assert set(found) == {"住房公积金", "购房合同", "云政发〔2021〕77号"}
    assert all(run_search(SearchQuery(q=example)).total for example in found)


def test_a_topic_no_text_holds_is_not_offered(archive: Make) -> None:
    archive(subject_category="其他、海洋渔业", document_number="")
    assert example_queries() == ()


def test_three_topics_and_the_number_of_the_latest_document(archive: Make) -> None:
    for day, topic in enumerate(("规范", "提取", "程序", "职工", "提取"), start=1):
        archive(
            subject_category=topic,
            published_on=datetime.date(2021, 3, day),
            document_number=f"云发〔2021〕{day}号",
        )
    assert example_queries() == ("提取", "职工", "程序", "云发〔2021〕5号")


def test_documents_of_this_site_come_first_and_withdrawn_ones_never(archive: Make) -> None:
    archive(document_number="云发〔2021〕1号", page_id=7, published_on=datetime.date(2019, 1, 1))
    archive(document_number="云发〔2021〕2号", published_on=datetime.date(2022, 1, 1))
    archive(document_number="云发〔2021〕3号", page_id=8, withdrawn=True)
    assert example_queries() == ("云发〔2021〕1号",)


def test_one_query_then_none_while_they_are_kept(
    archive: Make, django_assert_num_queries: Callable[..., object]
) -> None:
    for _ in range(LOOKED_AT + 2):
        archive()
    cache.clear()
    with django_assert_num_queries(1):  # type: ignore[attr-defined]
        first = example_queries()
    with django_assert_num_queries(0):  # type: ignore[attr-defined]
        assert example_queries() == first
