"""What the page and the API say about validity: the act, the timeline, the text that applied on a day."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from portal.organisations.enums import Role
from search.archive import curation
from search.archive.models import NormativeDocument
from search.archive.services import record_acts
from search.upkeep.acts import record
from search.upkeep.enums import ActKind, ActOrigin, Conclusion
from search.upkeep.found import acts_from_versions
from search.upkeep.models import ValidityAct
from search.upkeep.validity_view import validity_view
from tests.factories.archive import DocumentFactory, day
from tests.factories.organisations import member
from tests.factories.upkeep import DECIDED_ON, published_batch

pytestmark = pytest.mark.django_db


def page(client: Client, document: NormativeDocument, **query: str) -> str:
    return client.get(document.get_absolute_url(), query).content.decode()


def api(client: Client, document: NormativeDocument, **query: str) -> Any:
    return client.get(f"/api/v1/documents/{document.pk}/", query)


@pytest.mark.parametrize(
    ("conclusion", "words"),
    [
        (Conclusion.REPEAL, "起废止。"),
        (Conclusion.LAPSE, "起宣布失效。"),
        (Conclusion.CONTINUE, "经清理确认继续有效。"),
        (Conclusion.AMEND, "清理后拟修改"),
    ],
)
def test_the_page_cites_the_act_and_the_clean_up(client: Client, conclusion: Conclusion, words: str) -> None:
    document = DocumentFactory.create(validity_confirmed=True)
    batch = published_batch(member(Role.OFFICE), {document: conclusion})
    shown = page(client, document)
    assert words in shown and f'href="{batch.get_absolute_url()}"' in shown
    assert f'href="{batch.decision_document.get_absolute_url()}"' in shown  # type: ignore[union-attr]
    assert f"理由：{conclusion.label}" in shown


def test_the_reason_is_that_of_the_day(client: Client) -> None:
    document = DocumentFactory.create(validity_confirmed=True)
    published_batch(member(Role.OFFICE), {document: Conclusion.LAPSE})
    before = (DECIDED_ON - dt.timedelta(days=1)).isoformat()
    assert validity_view(document, DECIDED_ON - dt.timedelta(days=1)).reading.act is None
    assert "badge--in_force" in page(client, document, on=before)
    assert "badge--in_force" in page(client, document, in_force_on=before), (
        "the search's parameter does as well"
    )
    fresh = NormativeDocument.objects.get(pk=document.pk)
    assert "宣布失效" in validity_view(fresh, DECIDED_ON).reading.reason


def test_the_api_answers_any_day_with_the_act(client: Client) -> None:
    document = DocumentFactory.create(validity_confirmed=True)
    batch = published_batch(member(Role.OFFICE), {document: Conclusion.REPEAL})
    today = api(client, document).json()
    assert (today["validity"], today["validity_act"]["id"]) == ("repealed", batch.decision_document_id)
    assert today["validity_act"]["url"].startswith("http://testserver/archive/")
    for name in ("on", "in_force_on"):
        past = api(client, document, **{name: "2023-01-01"}).json()
        assert (past["validity"], past["validity_on"], past["validity_act"]) == (
            "in_force",
            "2023-01-01",
            None,
        )


@pytest.mark.parametrize("raw", ["2023-02-30", "yesterday", "9" * 500, "\x00"])
def test_the_api_refuses_a_day_that_is_none(client: Client, raw: str) -> None:
    response = api(client, DocumentFactory.create(), in_force_on=raw)
    assert response.status_code == 400 and "in_force_on" in response.json()


def test_a_reader_of_the_past_is_led_to_the_text_of_that_day(client: Client) -> None:
    texts = [
        DocumentFactory.create(version_of="渡口", title="云岭省渡口条例", effective_on=day(f"{year}-05-01"), validity_confirmed=True)
        for year in (2010, 2015, 2020)
    ]  # fmt: skip
    acts_from_versions(["渡口"])
    first, second, third = (NormativeDocument.objects.get(pk=d.pk) for d in texts)
    assert validity_view(third, day("2016-01-01")).applying == second
    assert validity_view(second, day("2016-01-01")).applying is None
    assert validity_view(first, day("2005-01-01")).applying is None, "none applied yet"
    assert validity_view(first).applying == third
    shown = page(client, first, on="2016-01-01")
    assert "适用于该日的文本" in shown and f'href="{second.get_absolute_url()}?on=2016-01-01"' in shown
    assert "由新的文本代替" in page(client, first)
    assert api(client, first, on="2016-01-01").json()["applying_text"].endswith(second.get_absolute_url())


def test_repealed_clauses_stand_apart_with_a_link(client: Client) -> None:
    document, source = DocumentFactory.create(), DocumentFactory.create(title="云岭省人民政府决定")
    record(
        [ValidityAct(document=document, kind=ActKind.AMEND, effective_on=day("2023-01-01"), act=source, clause_id="a3",
                     note="第三条", origin=ActOrigin.MACHINE)]
    )  # fmt: skip
    shown = page(client, document)
    assert "单独废止或修改的条款" in shown and 'href="#a3"' in shown and "云岭省人民政府决定" in shown


def test_the_timeline_is_in_order_and_tells_what_is_ahead() -> None:
    document = DocumentFactory.create(
        adopted_on=day("2021-02-01"), first_effective_on=day("2015-01-01"), valid_until=day("2099-12-31")
    )
    timeline = validity_view(document).timeline
    assert [str(e.label) for e in timeline] == ["首次施行", "成文", "公布", "施行", "有效期届满"]
    assert [e.ahead for e in timeline] == [False] * 4 + [True]


def test_dates_without_an_act_are_told_all_the_same(client: Client) -> None:
    document, source = DocumentFactory.create(), DocumentFactory.create(title="云岭省人民政府决定")
    record_acts(acts={document.pk: {"repealed_on": day("2023-01-01"), "repealed_by_id": source.pk}})
    document.refresh_from_db()
    view = validity_view(document)
    assert view.reading.act and view.reading.act.id == source.pk
    assert str(view.timeline[-1].label) == "废止"


def test_a_withdrawn_act_is_not_linked(client: Client) -> None:
    document = DocumentFactory.create()
    batch = published_batch(member(Role.OFFICE), {document: Conclusion.REPEAL})
    NormativeDocument.objects.filter(pk=batch.decision_document_id).update(withdrawn=True)
    assert validity_view(NormativeDocument.objects.get(pk=document.pk)).reading.act is None


def test_an_act_outside_the_archive_is_named(client: Client) -> None:
    document = DocumentFactory.create(effective_on=day("2021-05-01"))
    curation.confirm_validity(
        document_id=document.pk, user=member(Role.OFFICE), note="核对公报", repealed_on=day("2024-01-01"),
        act_text="云政令第9号<b>",
    )  # fmt: skip
    shown = page(client, document)
    assert "云政令第9号&lt;b&gt;" in shown
    assert api(client, document).json()["validity_act"] == {
        "id": None, "title": "云政令第9号<b>", "document_number": "", "url": "",
    }  # fmt: skip


def test_the_view_costs_three_queries_at_most(django_assert_max_num_queries: DjangoAssertNumQueries) -> None:
    document = DocumentFactory.create(version_of="甲", valid_until=day("2090-01-01"))
    DocumentFactory.create_batch(3, version_of="甲", effective_on=day("2015-01-01"))
    office = member(Role.OFFICE)
    for _ in range(3):
        published_batch(office, {document: Conclusion.CONTINUE})
    document = NormativeDocument.objects.get(pk=document.pk)
    with django_assert_max_num_queries(3):
        view = validity_view(document, day("2022-01-01"))
        assert [event.batch.title for event in view.timeline if event.batch]  # nothing is fetched one by one
