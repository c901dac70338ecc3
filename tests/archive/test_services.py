"""Writes: added, updated, unchanged; derived columns; the index is told once and exactly."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from pytest_django import DjangoAssertNumQueries

from search.archive.enums import ItemStatus
from search.archive.models import NormativeDocument
from search.archive.services import (
    DocumentRow,
    content_hash,
    record_acts,
    upsert_document,
    upsert_documents,
    upsert_site_document,
    withdraw_site_document,
)
from search.archive.signals import documents_changed
from tests.factories.archive import DocumentFactory, day

pytestmark = pytest.mark.django_db
FIELDS = {
    "title": "云岭省停车场办法",
    "text": "第一条 甲。",
    "document_number_raw": "雲政辦發(2021)05號",
    "published_on": day("2021-03-02"),
}


@pytest.fixture
def told() -> Iterator[list[tuple[list[int], bool]]]:
    """What the index was told, in order."""
    heard: list[tuple[list[int], bool]] = []

    def receive(sender: object, document_ids: list[int], deleted: bool = False, **_kwargs: object) -> None:
        heard.append((list(document_ids), deleted))

    documents_changed.connect(receive)
    yield heard
    documents_changed.disconnect(receive)


def test_a_new_document_gets_its_derived_columns(told: list[Any]) -> None:
    document = upsert_document(source_key="a", fields=FIELDS)
    assert document.document_number == "云政办发〔2021〕5号"
    assert document.document_number_raw == "雲政辦發(2021)05號"
    assert document.number_key == "standard|云政办发|2021|5"
    assert document.year == 2021
    assert told == [([document.pk], False)]


def test_the_same_content_again_writes_and_tells_nothing(told: list[Any]) -> None:
    first = upsert_document(source_key="a", fields=FIELDS)
    told.clear()
    result = upsert_documents(rows=[DocumentRow("a", dict(reversed(FIELDS.items())))])
    assert result.outcomes == {"a": ItemStatus.UNCHANGED}
    assert told == []
    assert NormativeDocument.objects.get().updated_at == first.updated_at


def test_a_change_is_written_and_confirmation_survives_it(told: list[Any]) -> None:
    document = upsert_document(source_key="a", fields=FIELDS)
    NormativeDocument.objects.filter(pk=document.pk).update(
        validity_confirmed=True, repealed_on=day("2024-01-01")
    )
    result = upsert_documents(rows=[DocumentRow("a", {**FIELDS, "title": "云岭省停车场管理办法"})])
    stored = NormativeDocument.objects.get()
    assert result.outcomes == {"a": ItemStatus.UPDATED}
    assert (stored.title, stored.validity_confirmed, stored.repealed_on) == (
        "云岭省停车场管理办法",
        True,
        day("2024-01-01"),
    )
    assert told[-1] == ([document.pk], False)


def test_a_source_that_withdraws_a_statement_is_followed() -> None:
    upsert_document(source_key="a", fields={**FIELDS, "lapsed": True, "effective_on": day("2021-05-01")})
    upsert_document(source_key="a", fields={**FIELDS, "lapsed": False, "effective_on": None})
    stored = NormativeDocument.objects.get()
    assert (stored.lapsed, stored.effective_on) == (False, None)


def test_rows_that_state_different_columns_do_not_empty_each_other() -> None:
    upsert_documents(
        rows=[DocumentRow("a", {**FIELDS, "region": "云岭省"}), DocumentRow("b", {**FIELDS, "genre": "办法"})]
    )
    upsert_documents(
        rows=[
            DocumentRow("a", {**FIELDS, "title": "甲办法"}),
            DocumentRow("b", {**FIELDS, "title": "乙办法", "region": "山城"}),
        ]
    )
    a, b = NormativeDocument.objects.order_by("source_key")
    assert (a.title, a.region) == ("甲办法", "云岭省")
    assert (b.title, b.region, b.genre) == ("乙办法", "山城", "办法")


def test_a_batch_costs_far_fewer_queries_than_rows(
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    with django_assert_max_num_queries(15):
        upsert_documents(rows=[DocumentRow(f"k{n}", {**FIELDS, "title": f"办法{n}"}) for n in range(150)])
    assert NormativeDocument.objects.count() == 150


def test_two_documents_may_share_a_number() -> None:
    upsert_documents(rows=[DocumentRow("a", FIELDS), DocumentRow("b", {**FIELDS, "title": "同号另一件"})])
    assert NormativeDocument.objects.same_number("standard|云政办发|2021|5").count() == 2
    assert NormativeDocument.objects.same_number("").count() == 0


def test_values_longer_than_a_column_are_cut_not_refused() -> None:
    document = upsert_document(
        source_key="a", fields={**FIELDS, "title": "长" * 900, "addressees": "各" * 900}
    )
    assert (len(document.title), len(document.addressees)) == (500, 500)


def test_what_a_source_may_not_state_is_refused() -> None:
    with pytest.raises(ValueError, match="validity_confirmed"):
        upsert_document(source_key="a", fields={**FIELDS, "validity_confirmed": True})
    assert NormativeDocument.objects.count() == 0


def test_hash_ignores_order_and_empty_values() -> None:
    assert content_hash({"a": 1, "b": ""}) == content_hash({"b": None, "a": 1})
    assert content_hash({"a": 1}) != content_hash({"a": 2})


def test_a_site_document_is_confirmed_and_linked(told: list[Any]) -> None:
    document = upsert_site_document(page_id=9, page_url="/policies/x/", fields=FIELDS)
    again = upsert_site_document(page_id=9, page_url="/policies/y/", fields={**FIELDS, "title": "改名"})
    assert again.pk == document.pk
    assert (again.page_id, again.page_url, again.validity_confirmed, again.title) == (
        9,
        "/policies/y/",
        True,
        "改名",
    )
    assert told == [([document.pk], False)] * 2


@pytest.mark.parametrize("missing", ["title", "text"])
def test_a_site_document_needs_title_and_text(missing: str) -> None:
    with pytest.raises(ValidationError):
        upsert_site_document(page_id=9, page_url="/x/", fields={**FIELDS, missing: ""})


def test_withdrawal_keeps_the_record_with_its_reason_and_is_undone_by_publication(told: list[Any]) -> None:
    document = upsert_site_document(page_id=9, page_url="/x/", fields=FIELDS)
    told.clear()
    withdrawn = withdraw_site_document(page_id=9, reason="内容有误")
    assert withdrawn and withdrawn.withdrawn and "内容有误" in withdrawn.history[-1]["event"]
    assert withdraw_site_document(page_id=9, reason="再次") == withdrawn
    assert told == [([document.pk], True)]
    assert list(NormativeDocument.objects.visible()) == []
    assert upsert_site_document(page_id=9, page_url="/x/", fields=FIELDS).withdrawn is False
    assert withdraw_site_document(page_id=404, reason="没有") is None


def test_acts_are_recorded_once(told: list[Any]) -> None:
    document = DocumentFactory.create()
    assert record_acts(acts={document.pk: {"repealed_on": day("2024-01-01")}}) == 1
    assert record_acts(acts={document.pk: {"repealed_on": day("2024-01-01")}}) == 0
    document.refresh_from_db()
    assert document.repealed_on == day("2024-01-01")
    assert told == [([document.pk], False)]


def test_acts_alike_are_written_together_and_names_of_others_left_out(
    told: list[Any], django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    repealing, *documents = DocumentFactory.create_batch(41)
    act = {"repealed_on": day("2024-01-01"), "repealed_by_id": repealing.pk, "title": "不该改的"}
    told.clear()
    with django_assert_max_num_queries(8):
        assert record_acts(acts={document.pk: act for document in documents}) == 40
    stored = NormativeDocument.objects.filter(repealed_by=repealing, repealed_on=day("2024-01-01"))
    assert stored.count() == 40 and not stored.filter(title="不该改的").exists()
    assert [sorted(ids) for ids, _deleted in told] == [sorted(d.pk for d in documents)]


def test_acts_on_documents_that_are_gone_do_no_harm(told: list[Any]) -> None:
    assert record_acts(acts={999_999: {"repealed_on": day("2024-01-01")}}) == 0
    assert told == []
