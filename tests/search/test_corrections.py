"""Did-you-mean: nothing found is never the end, and what is offered has been counted."""

from __future__ import annotations

import datetime
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from unittest import mock

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from search import indexing
from search.archive.models import NormativeDocument
from search.corrections import MAX_QUERIES, Why, assist, browse, corrections, suggest
from search.engines import embedded_facets, get_engine
from search.engines.base import EngineUnavailable
from search.nearby_numbers import nearby_numbers
from search.query import Scope, SearchQuery
from search.selectors import run_search
from tests.factories.search import ArchivedDocumentFactory
from tests.search.test_estimates import id_in_every_share

if TYPE_CHECKING:
    from django.test import Client

pytestmark = pytest.mark.django_db


@pytest.fixture
def documents(db: None) -> list[NormativeDocument]:
    def make(title: str, number: str, **fields: Any) -> NormativeDocument:
        return ArchivedDocumentFactory.create(
            title=title, document_number=number, text=f"{title}。", **fields
        )

    made = [
        make("云岭省住房公积金提取管理办法", "云政发〔2021〕77号"),
        make("云岭省渔港管理规定", "云渔规〔2023〕5号", level="city", year=2023),
        make("云岭省行政处罚裁量办法", "云司规〔2023〕12号"),
    ]
    indexing.rebuild()
    return made


def offers(**query: Any) -> list[tuple[str, Why]]:
    asked = SearchQuery(**query)
    total = run_search(asked, facets=False).total
    return [(offer.text, offer.why) for offer in corrections(asked, total=total)]


@pytest.mark.usefixtures("documents")
class TestOffers:
    @pytest.mark.parametrize(
        ("q", "text"),
        [("鱼岗", "渔港"), ("行证处罚", "行政处罚"), ("公金积", "公积金"), ("公鸡金", "公积金")],
    )
    def test_a_misspelt_word(self, q: str, text: str) -> None:
        assert (text, Why.SPELLING) in offers(q=q)

    def test_a_misspelt_word_that_matches_by_half_is_still_pointed_out(self) -> None:
        asked = SearchQuery(q="行政处法")
        total = run_search(asked).total
        assert total
        assert suggest(asked, total=total).text == "行政处罚"  # type: ignore[union-attr]

    def test_a_search_that_found_what_it_says_gets_no_hint(self) -> None:
        assert offers(q="公积金") == []
        assert offers(q="渔港") == []
        assert suggest(SearchQuery(q="公积金"), total=1) is None

    @pytest.mark.parametrize(
        ("q", "number"),
        [
            ("云渔规〔2023〕6号", "云渔规〔2023〕5号"),
            ("云渔规2022 5", "云渔规〔2023〕5号"),
            ("云鱼规〔2023〕5号", "云渔规〔2023〕5号"),
            ("云岭渔规〔2023〕5号", "云渔规〔2023〕5号"),
            ("云渔规〔2019〕", "云渔规〔2023〕5号"),
        ],
    )
    def test_the_nearest_number(self, q: str, number: str) -> None:
        assert nearby_numbers(q)[:1] == (number,)

    def test_a_number_that_is_here_has_no_neighbours(self) -> None:
        assert nearby_numbers("云渔规〔2023〕5号") == ()
        assert nearby_numbers("渔港管理") == ()

    def test_a_missing_number_is_corrected_even_when_documents_cite_it(self) -> None:
        ArchivedDocumentFactory.create(text="依照云渔规〔2023〕6号办理。")
        indexing.rebuild()
        assert ("云渔规〔2023〕5号", Why.NUMBER) in offers(q="云渔规〔2023〕6号")

    def test_the_filter_in_the_way_is_named_with_what_remains(self) -> None:
        asked = SearchQuery(q="渔港", level=("county",), year=(2023,))
        first = corrections(asked, total=0)[0]
        assert first.why is Why.FILTER
        assert "层级" in first.reason
        assert (first.query.level, first.query.year, first.count) == ((), (2023,), 1)

    def test_filters_that_are_all_in_the_way_go_together(self) -> None:
        asked = SearchQuery(q="渔港", level=("county",), year=(1990,))
        (only, *_rest) = corrections(asked, total=0)
        assert only.query == SearchQuery(q="渔港")

    def test_a_day_in_the_way_is_named(self) -> None:
        asked = SearchQuery(q="渔港", in_force_on=datetime.date(1990, 1, 1))
        assert "在此日有效" in corrections(asked, total=0)[0].reason

    def test_scope(self) -> None:
        ArchivedDocumentFactory.create(title="甲", text="第一条 雷电防护。")
        indexing.rebuild()
        assert ("雷电", Why.SCOPE) in offers(q="雷电", scope=Scope.TITLE)

    @pytest.mark.parametrize(
        ("q", "text"), [("渔港 -规定", "渔港"), ("+渔港 +鼯鼠", "渔港 鼯鼠"), ("渔港 +公积金", "渔港 公积金")]
    )
    def test_a_condition_in_the_way(self, q: str, text: str) -> None:
        assert (text, Why.CONDITION) in offers(q=q)

    def test_the_known_part_of_a_query(self) -> None:
        assert ("渔港", Why.PART) in offers(q="+鼯鼠鹡鸰 渔港")

    def test_filters_do_not_hide_a_spelling(self) -> None:
        assert ("渔港", Why.SPELLING) in offers(q="鱼岗", level=("county",))

    def test_later_pages_get_none(self) -> None:
        assert assist(SearchQuery(q="行政处法", page=2), 3).corrections == ()

    def test_the_number_of_engine_queries_is_bounded(self) -> None:
        engine = get_engine()
        q = "鱼岗 行证处罚 公金积 " + " ".join(f"+鼯鼠{n}" for n in range(18))
        filters: dict[str, Any] = dict.fromkeys(("issuer", "region", "genre"), ("x",))
        with mock.patch.object(
            type(engine), "search", autospec=True, side_effect=type(engine).search
        ) as asked:
            corrections(SearchQuery(q=q, level=("county",), year=(1990,), **filters), total=0)
        assert asked.call_count <= MAX_QUERIES

    def test_the_same_query_gets_the_same_answer(self) -> None:
        asked = SearchQuery(q="行政处法公金积", level=("county",))
        assert corrections(asked, total=0) == corrections(asked, total=0)


class TestNeverTheEnd:
    @settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(
        q=st.text(max_size=40) | st.text(alphabet='鱼渔岗港公积金〔2023〕5号 +-|"OR标题:yugan', max_size=30),
        level=st.sampled_from([(), ("county",), ("city",)]),
        scope=st.sampled_from(list(Scope)),
    )
    def test_whatever_is_typed_there_is_a_way_on(
        self, documents: list[NormativeDocument], q: str, level: tuple[str, ...], scope: Scope
    ) -> None:
        asked = SearchQuery(q=" ".join(q.split()), level=level, scope=scope)
        total = run_search(asked, facets=False).total
        help_ = assist(asked, total)
        for offer in help_.corrections:
            assert run_search(offer.query, facets=False).total == offer.count > 0
            assert offer.query != replace(asked, page=1)
        if not total:
            assert help_.corrections or help_.browse
            for values in help_.browse.values():
                assert all(run_search(value.query).total == value.count for value in values)

    def test_browsing_says_how_many(self, documents: list[NormativeDocument]) -> None:
        ways = browse()
        assert [(value.value, value.count) for value in ways["year"]] == [("2023", 1), ("2021", 2)]
        assert ways["level"][0].query.level == (ways["level"][0].value,)

    def test_browsing_says_where_it_only_estimates(
        self, documents: list[NormativeDocument], client: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        # Of few documents a share can be none at all; which ids they have got depends on the database.
        ArchivedDocumentFactory.create(id=id_in_every_share())
        indexing.rebuild()
        exact = [value for values in browse().values() for value in values]
        assert exact
        assert not any(value.about for value in exact)
        assert "约 " not in client.get("/search/?q=鼯鼠").content.decode()
        monkeypatch.setattr(embedded_facets, "MOST_COUNTED", 1)
        estimated = [value for values in browse().values() for value in values]
        assert estimated
        assert all(value.about for value in estimated)
        assert '<span class="filters__count">约 ' in client.get("/search/?q=鼯鼠").content.decode()

    def test_an_empty_archive_says_so(self, client: Client) -> None:
        indexing.rebuild()
        assert browse() == {}
        assert "文件库里还没有文件" in client.get("/search/?q=渔港").content.decode()

    def test_without_an_engine_nothing_is_claimed(self, documents: list[NormativeDocument]) -> None:
        with mock.patch("search.corrections.get_engine", side_effect=EngineUnavailable("away")):
            assert assist(SearchQuery(q="鱼岗"), 0) == assist(SearchQuery(page=2), 9)


@pytest.mark.usefixtures("documents")
class TestShown:
    def test_on_the_page_with_counts(self, client: Client) -> None:
        html = client.get("/search/?q=鱼岗").content.decode()
        assert "这样可以找到" in html
        assert 'href="?q=%E6%B8%94%E6%B8%AF"' in html
        assert "1 件" in html

    def test_as_a_hint_beside_results(self, client: Client) -> None:
        html = client.get("/search/?q=行政处法").content.decode()
        assert "您是不是要找" in html
        assert 'class="item"' in html

    def test_nonsense_leads_to_the_archive(self, client: Client) -> None:
        html = client.get("/search/?q=🙂🙂").content.decode()
        assert "从这里浏览文件库" in html
        assert 'href="?level=city"' in html

    def test_in_the_api(self, client: Client) -> None:
        data = client.get("/api/v1/documents/?q=鱼岗").json()
        (offer,) = [offer for offer in data["corrections"] if offer["q"] == "渔港"]
        assert (offer["why"], offer["count"]) == ("spelling", 1)
        assert client.get(offer["url"]).json()["count"] == 1

    def test_notices_are_in_the_api_too(self, client: Client) -> None:
        assert "只用前 500 个字符" in client.get("/api/v1/documents/", {"q": "渔" * 600}).json()["notices"][0]
        assert client.get("/api/v1/documents/?q=渔港").json()["notices"] == []

    def test_a_search_that_found_nothing_is_counted_for_the_office(self, client: Client) -> None:
        with mock.patch("search.views.record_search") as recorded:
            client.get("/search/?q=鱼岗")
        assert recorded.call_args.args == (SearchQuery(q="鱼岗"), 0)
