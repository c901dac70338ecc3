"""Suggestions while typing: what is offered, where it leads, and that the endpoint stays polite."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from unittest import mock

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from search import indexing
from search.archive.models import NormativeDocument
from search.completion import MAX_COMPLETIONS, Completion, Kind, complete
from search.engines.base import EngineUnavailable
from tests.factories.search import ArchivedDocumentFactory

if TYPE_CHECKING:
    from pytest_django import Settings

pytestmark = pytest.mark.django_db


@pytest.fixture
def documents(db: None) -> list[NormativeDocument]:
    made = [
        ArchivedDocumentFactory.create(
            title="云岭省住房公积金提取管理办法", document_number="云政发〔2021〕77号"
        ),
        ArchivedDocumentFactory.create(
            title="云岭省渔港管理规定",
            document_number="云渔规〔2023〕5号",
            issuing_authority="云岭省渔业局、云岭省海事局",
        ),
        ArchivedDocumentFactory.create(
            title="云岭省渔船登记办法", document_number="云渔规〔2024〕1号", withdrawn=True
        ),
    ]
    indexing.rebuild()
    return made


def of_kind(text: str, kind: Kind) -> list[Completion]:
    return [item for item in complete(text) if item.kind is kind]


def get(client: Client, q: str) -> dict[str, Any]:
    data: dict[str, Any] = client.get("/search/suggest/", {"q": q}).json()
    return data


@pytest.mark.usefixtures("documents")
class TestOffers:
    def test_a_title_leads_to_its_document(self, documents: list[NormativeDocument]) -> None:
        (title,) = of_kind("住房公积", Kind.TITLE)
        assert (title.text, title.url, title.note) == (
            "云岭省住房公积金提取管理办法",
            documents[0].get_absolute_url(),
            "云政发〔2021〕77号",
        )
        assert [title.text[a:b] for a, b in title.marks] == ["住房公积"]

    def test_a_title_is_found_by_its_pinyin(self, documents: list[NormativeDocument]) -> None:
        assert documents[1].title in [item.text for item in of_kind("yugangguanli", Kind.TITLE)]

    @pytest.mark.parametrize("typed", ["渔", "yu", "yugang", "YuGang"])
    def test_a_word_leads_to_its_search(self, typed: str) -> None:
        words = {item.text: item.url for item in of_kind(typed, Kind.WORD)}
        assert words["渔港"] == "/search/?q=%E6%B8%94%E6%B8%AF"

    def test_the_last_of_several_words_is_completed(self) -> None:
        assert "公积金 渔港" in [item.text for item in of_kind("公积金 渔", Kind.WORD)]

    @pytest.mark.parametrize("typed", ["云渔规", "云渔规〔2023", "云渔规2023", "云渔规〔2023〕5号"])
    def test_a_number_leads_to_its_document(self, documents: list[NormativeDocument], typed: str) -> None:
        (number,) = of_kind(typed, Kind.NUMBER)
        assert (number.text, number.url) == ("云渔规〔2023〕5号", documents[1].get_absolute_url())

    @pytest.mark.parametrize("typed", ["渔业局", "云岭省渔", "yunlingshengyu"])
    def test_an_issuer_leads_to_its_documents(self, typed: str) -> None:
        (issuer,) = of_kind(typed, Kind.ISSUER)
        assert issuer.text == "云岭省渔业局"
        assert issuer.url.startswith("/search/?issuer=")

    def test_withdrawn_documents_are_not_offered(self) -> None:
        offers = [*complete("渔船登记"), *complete("云渔规〔2024")]
        assert not any("渔船" in item.text or "2024" in item.text for item in offers)

    @pytest.mark.parametrize("typed", ["", "  ", "\u200b", "🙂", "???"])
    def test_nothing_is_offered_for_nothing(self, typed: str) -> None:
        assert complete(typed) == ()

    def test_what_was_added_is_offered_at_once(self) -> None:
        document = ArchivedDocumentFactory.create(title="云岭省雷电防护条例")
        indexing.rebuild()
        offers = complete("雷电")
        assert document.get_absolute_url() in [item.url for item in offers]
        assert "雷电防护" in "".join(item.text for item in offers)

    def test_words_are_found_after_many_titles(self) -> None:
        ArchivedDocumentFactory.create_batch(12, title="住房公积金提取办法", document_number="")
        indexing.rebuild()
        offers = complete("住房")
        assert len(offers) <= MAX_COMPLETIONS
        assert (
            len([item for item in offers if item.kind is Kind.TITLE]) == 2
        )  # the same title is offered once


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(max_size=90) | st.text(alphabet="渔港公积云发〔20231〕5号 yugan-+\"'", max_size=30))
def test_never_raises_and_stays_small(documents: list[NormativeDocument], text: str) -> None:
    found = complete(text)
    assert len(found) <= MAX_COMPLETIONS
    for item in found:
        assert item.url.startswith(("/archive/", "/search/?"))
        spans = [place for span in item.marks for place in span]
        assert spans == sorted(spans)
        assert all(0 <= place <= len(item.text) for place in spans)


@pytest.mark.parametrize("limit", [1, 3, 8])
def test_the_limit_holds(documents: list[NormativeDocument], limit: int) -> None:
    assert len(complete("云岭", limit=limit)) <= limit


class TestEndpoint:
    def test_groups_say_what_choosing_does(self, client: Client, documents: list[NormativeDocument]) -> None:
        data = get(client, "渔港")
        assert data["q"] == "渔港"
        groups = {group["kind"]: group for group in data["groups"]}
        assert "打开文件" in groups["title"]["label"]
        assert groups["title"]["items"][0]["url"] == documents[1].get_absolute_url()

    def test_an_answer_may_be_kept_by_the_browser_for_a_minute(
        self, client: Client, documents: list[NormativeDocument]
    ) -> None:
        response = client.get("/search/suggest/?q=渔港")
        assert response["Cache-Control"] == "private, max-age=60"
        assert "Accept-Language" in response["Vary"]

    def test_labels_are_in_the_readers_language(
        self, client: Client, documents: list[NormativeDocument]
    ) -> None:
        response = client.get("/search/suggest/?q=渔港", headers={"accept-language": "en"})
        assert response["Content-Language"] == "en"

    def test_too_many_questions_are_put_off(
        self, client: Client, documents: list[NormativeDocument], settings: Settings
    ) -> None:
        settings.RATELIMIT_ENABLE, settings.SUGGEST_RATE = True, "2/m"
        statuses = [client.get("/search/suggest/?q=渔").status_code for _ in range(3)]
        assert statuses == [200, 200, 429]
        response = client.get("/search/suggest/?q=渔")
        assert response["Retry-After"]
        assert response["Cache-Control"] == "no-store"
        assert response.json() == {"groups": []}
        assert client.get("/search/?q=渔").status_code == 200

    def test_without_an_index_it_says_so(self, client: Client) -> None:
        with mock.patch("search.completion_views.complete", side_effect=EngineUnavailable("away")):
            response = client.get("/search/suggest/?q=渔港")
        assert response.status_code == 503
        assert response.json() == {"groups": []}

    def test_only_reading(self, client: Client) -> None:
        assert client.post("/search/suggest/", {"q": "渔"}).status_code == 405

    def test_markup_is_data(self, client: Client, db: None) -> None:
        ArchivedDocumentFactory.create(title="<b>渔港</b>办法")
        indexing.rebuild()
        response = client.get("/search/suggest/?q=渔港")
        assert response["Content-Type"] == "application/json"
        assert any(
            item["text"] == "<b>渔港</b>办法"
            for group in response.json()["groups"]
            for item in group["items"]
        )

    @pytest.mark.parametrize("number", [1, 12])
    def test_queries_do_not_grow_with_the_archive(self, client: Client, db: None, number: int) -> None:
        ArchivedDocumentFactory.create_batch(number)
        indexing.rebuild()
        get(client, "公积金")
        with CaptureQueriesContext(connection) as captured:
            get(client, "住房公积金")
        assert len(captured.captured_queries) <= 3
