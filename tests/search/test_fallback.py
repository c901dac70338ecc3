"""Search without an index: the database finds numbers and titles, applies every filter alike, and never says "nothing"."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from search import indexing, tasks
from search.archive.enums import Validity
from search.archive.models import NormativeDocument
from search.conditions import Among, Between
from search.engines import get_engine
from search.engines.base import EngineUnavailable
from search.engines.fallback import MAX_ANSWERS, search_database
from search.engines.fallback_conditions import compile_condition
from search.plan import make_plan
from search.query import Scope, SearchQuery, Sort
from search.selectors import run_search
from tests.factories.search import ArchivedDocumentFactory

pytestmark = pytest.mark.django_db
D = datetime.date
TODAY = D(2026, 11, 23)


def ask(q: str = "", **fields: object) -> list[int]:
    query = SearchQuery(q=q, page_size=100, **fields)  # type: ignore[arg-type]
    return [hit.id for hit in search_database(make_plan(query, day=TODAY)).hits]


def make(**fields: object) -> int:
    return int(ArchivedDocumentFactory.create(**{"title": "甲", **fields}).pk)


@pytest.fixture
def no_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    """No task builds the missing index while the test looks."""
    monkeypatch.setattr(tasks.build_index, "delay", lambda: None)


class TestFinding:
    @pytest.mark.parametrize(
        "typed", ["云办发〔2024〕80号", "云办发[2024]80号", "云办发2024 80", "2024年 80号"]
    )
    def test_a_number_in_any_spelling(self, typed: str) -> None:
        wanted = make(document_number="云办发〔2024〕80号")
        make(document_number="云办发〔2024〕81号")
        assert ask(typed) == [wanted]

    def test_an_unfinished_number(self) -> None:
        wanted = {make(document_number=f"云办发〔2024〕{n}号") for n in (1, 12)}
        make(document_number="云办发〔2023〕1号")
        assert set(ask("云办发〔2024")) == wanted

    @pytest.mark.parametrize("q", ["宅基地管理", "管理 宅基地", "農村宅基地", "“宅基地管理”", "标题:宅基地"])
    def test_words_of_a_title(self, q: str) -> None:
        wanted = make(title="云岭省农村宅基地管理办法")
        make(title="云岭省渔业捕捞管理办法")
        assert ask(q) == [wanted]

    def test_an_abbreviation(self) -> None:
        wanted = make(title="云岭省发展和改革委员会关于电价的通知")
        assert ask("发改委 电价") == [wanted]

    def test_the_whole_title_comes_first_and_the_number_before_it(self) -> None:
        longer = make(title="节约用水条例实施细则", published_on=D(2025, 1, 1))
        exact = make(title="节约用水条例", published_on=D(2001, 1, 1))
        assert ask("节约用水条例") == [exact, longer]

    def test_texts_are_not_looked_into(self) -> None:
        make(text="只在正文里的渔业捕捞")
        assert ask("渔业捕捞") == []

    def test_withdrawn_documents_stay_out(self) -> None:
        make(title="渔业捕捞", withdrawn=True)
        assert ask("渔业捕捞") == []

    def test_scope_number_finds_parts_of_numbers_only(self) -> None:
        wanted = make(document_number="云建规〔2022〕7号")
        make(title="云建规", document_number="")
        assert ask("云建规", scope=Scope.NUMBER) == [wanted]

    def test_excluded_words_stay_out(self) -> None:
        wanted = make(title="渔业捕捞条例")
        make(title="渔业捕捞办法")
        assert ask("渔业捕捞 -办法") == [wanted]

    @pytest.mark.parametrize("q", ["%", "_", "\\", "'; DROP TABLE", "？！🙂", "(", "[", "*" * 400])
    def test_no_text_breaks_it(self, q: str) -> None:
        make(title="渔业")
        assert ask(q) == []


class TestFiltersAreThoseOfTheIndex:
    FIELDS: tuple[dict[str, object], ...] = (
        {"level": ("city",)},
        {"level": ("city", "county"), "genre": ("办法",)},
        {"region": ("青禾市",)},
        {"type": ("local_regulation",)},
        {"issuer": ("云岭省财政厅",)},
        {"issuer": ("云岭省审计厅",)},
        {"issuer": ("财政厅",)},
        {"issuer": ("云岭省水利厅",)},
        {"issuer": ("云岭省司法厅", "水利厅")},
        {"issuer": ("云岭省A局(本级)",)},
        {"year": (2019, 2021)},
        {"date_from": D(2020, 1, 1)},
        {"date_to": D(2020, 12, 31), "level": ("city",)},
        {"in_force_on": D(2020, 6, 1)},
        *[dict[str, object](validity=(validity.value,)) for validity in Validity],
    )

    def documents(self) -> None:
        acts: tuple[dict[str, object], ...] = (
            {}, {"valid_until": D(2020, 6, 1)}, {"amended_on": D(2020, 6, 1)}, {"repealed_on": D(2021, 1, 1)},
            {"lapsed": True}, {"effective_on": None}, {"validity_confirmed": False},
        )  # fmt: skip
        starts: tuple[dict[str, object], ...] = (
            {"level": "city", "effective_on": D(2027, 1, 1), "year": None, "published_on": None},
            {"issuing_authority": "云岭省财政厅、云岭省税务局", "region": "青禾市", "year": 2019},
            {"co_issuers": ["云岭省审计厅"], "doc_type": "local_regulation", "level": "county"},
            {
                "co_issuers": ["云岭省司法厅、云岭省水利厅，云岭省A局(本级)", "水利厅（筹）"],
                "level": "ministry",
            },
            {"year": None, "published_on": None, "adopted_on": D(2019, 2, 1), "genre": "通知"},
        )
        for act in acts:
            for start in starts:
                make(**{**start, **act})
        make(page_id=7, effective_on=None, published_on=D(2020, 2, 1))

    def test_every_filter_finds_the_same_documents(self) -> None:
        self.documents()
        indexing.rebuild()
        for fields in self.FIELDS:
            plan = make_plan(SearchQuery(page_size=100, **fields), day=TODAY)  # type: ignore[arg-type]
            index = {hit.id for hit in get_engine().search(plan).hits}
            assert {hit.id for hit in search_database(plan).hits} == index, fields

    @pytest.mark.parametrize("sort", [Sort.NEWEST, Sort.OLDEST])
    def test_orders_by_date_are_the_same(self, sort: Sort) -> None:
        days = (None, D(1990, 1, 1), D(2024, 1, 1), D(2024, 1, 1))
        for day in days:
            make(published_on=day, effective_on=None, adopted_on=None)
        indexing.rebuild()
        plan = make_plan(SearchQuery(sort=sort), day=TODAY)
        found = [hit.id for hit in search_database(plan).hits]
        assert found[:3] == [hit.id for hit in get_engine().search(plan).hits][:3] or len(set(found)) == 4

    def test_a_filter_the_database_does_not_know_is_no_answer(self) -> None:
        for condition in (Among("colour", ("red",)), Between("weight", 1, 2)):
            with pytest.raises(EngineUnavailable):
                compile_condition(condition)

    def test_days_beyond_the_calendar(self) -> None:
        make()
        assert ask(date_to=D.max) != []
        assert ask(date_from=D.max) == []


class TestWhatReadersSee:
    def test_answers_come_with_a_notice(self, no_worker: None, client: Client) -> None:
        make(title="云岭省渔业捕捞管理办法")
        results = run_search(SearchQuery(q="渔业捕捞"))
        assert results.degraded
        assert "没有查正文" in results.notices[0]
        response = client.get("/search/", {"q": "渔业捕捞"})
        assert response.status_code == 200
        assert "没有查正文" in response.content.decode()

    @pytest.mark.parametrize("path", ["/search/", "/api/v1/documents/"])
    def test_nothing_found_is_not_said(self, no_worker: None, client: Client, path: str) -> None:
        make(title="云岭省渔业捕捞管理办法")
        response = client.get(path, {"q": "只在正文里的话"})
        assert response.status_code == 503
        assert response.headers["Retry-After"] == "30"

    def test_three_queries_at_most(self, no_worker: None) -> None:
        for n in range(5):
            make(title=f"渔业捕捞办法之{n}")
        with CaptureQueriesContext(connection) as captured:
            run_search(SearchQuery(q="渔业捕捞"))
        assert len(captured) <= 3

    def test_the_number_of_answers_is_bounded(self, monkeypatch: pytest.MonkeyPatch, no_worker: None) -> None:
        monkeypatch.setattr("search.engines.fallback.MAX_ANSWERS", 3)
        monkeypatch.setattr("search.selectors.MAX_ANSWERS", 3)
        for n in range(5):
            make(title=f"渔业捕捞办法之{n}")
        results = run_search(SearchQuery(q="渔业捕捞"))
        assert results.total == 3
        assert len(results.notices) == 2
        assert MAX_ANSWERS == 1_000

    def test_with_the_index_back_the_notice_is_gone(
        self, archive: Callable[..., NormativeDocument], index_folder: Path
    ) -> None:
        archive(title="云岭省渔业捕捞管理办法")
        results = run_search(SearchQuery(q="渔业捕捞"))
        assert (results.degraded, results.notices) == (False, ())
