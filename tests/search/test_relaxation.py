"""What is found when all the words are in some document, in none, or only some were asked for."""

from __future__ import annotations

import datetime
from collections.abc import Callable

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from search import indexing
from search.engines import get_engine
from search.engines.base import EngineResults
from search.plan import SearchPlan, make_plan
from search.query import Match, SearchQuery
from search.relaxation import ENOUGH, answer, relaxed
from search.selectors import run_search
from tests.factories.search import ArchivedDocumentFactory

TODAY = datetime.date(2026, 7, 1)


def _engine(found_at: Callable[[SearchPlan], bool], asked: list[SearchPlan]) -> Callable[..., EngineResults]:
    def search(plan: SearchPlan) -> EngineResults:
        asked.append(plan)
        return EngineResults(total=ENOUGH * found_at(plan), hits=(), facets={})

    return search


def _steps(q: str) -> list[SearchPlan]:
    asked: list[SearchPlan] = []
    query = SearchQuery(q=q)
    answer(_engine(lambda _plan: False, asked), make_plan(query, day=TODAY), query)
    return asked


class TestSteps:
    def test_nothing_more_is_asked_when_something_was_found(self) -> None:
        asked: list[SearchPlan] = []
        query = SearchQuery(q="公积金 提取")
        plan = make_plan(query, day=TODAY)
        found, answered = answer(_engine(lambda _plan: True, asked), plan, query)
        assert found.total == ENOUGH
        assert [one.profile for one in asked] == [plan.profile]
        assert answered is plan

    def test_all_words_then_most_then_some_of_them(self) -> None:
        shares = [plan.profile.must_share for plan in _steps("公积金 提取")]
        assert shares == [1.0, 0.7, 0.3]

    def test_a_phrase_keeps_its_quotation_marks_as_long_as_it_can(self) -> None:
        steps = [(bool(plan.phrases), plan.profile.must_share) for plan in _steps("公积金 “三个工作日”")]
        shares = (1.0, 0.7, 0.3)
        assert steps == [(quoted, share) for quoted in (True, False) for share in shares]

    def test_one_document_with_the_phrase_is_enough(self) -> None:
        asked: list[SearchPlan] = []
        query = SearchQuery(q="“三个工作日”")

        def one(plan: SearchPlan) -> EngineResults:
            asked.append(plan)
            return EngineResults(total=1, hits=(), facets={})

        _found, answered = answer(one, make_plan(query, day=TODAY), query)
        assert answered.phrases and len(asked) == 1

    def test_a_number_alone_is_looked_for_as_words(self) -> None:
        steps = _steps("云政发〔2021〕5号")
        assert [plan.profile.must_share for plan in steps] == [1.0, 0.7]

    def test_somebody_who_asks_for_some_words_gets_them_at_once(self) -> None:
        query = SearchQuery(q="公积金 提取", match=Match.ANY)
        plan = make_plan(query, day=TODAY)
        assert plan.profile.must_share == plan.profile.some_share
        assert relaxed(plan, query) is None

    def test_a_number_alone_has_no_some_of_it(self) -> None:
        plan = make_plan(SearchQuery(q="云政发〔2021〕5号", match=Match.ANY), day=TODAY)
        assert plan.profile.must_share == 1.0

    @given(st.text(alphabet="公积金提取规定国发〔〕2016号“”-+ OR标题:ab", max_size=40))
    def test_every_search_ends_after_at_most_six_questions(self, q: str) -> None:
        steps = _steps(q)
        assert 1 <= len(steps) <= 6
        assert len(set(steps)) == len(steps)

    def test_filters_and_conditions_are_never_given_up(self) -> None:
        query = SearchQuery(q="公积金 +提取 -贷款", level=("national",))
        asked: list[SearchPlan] = []
        _found, answered = answer(_engine(lambda _plan: False, asked), make_plan(query, day=TODAY), query)
        assert len(asked) > 1
        # Left out only to count what filters may not change: how much must be there.
        listing = [plan for plan in asked if plan.facets]
        assert {plan.filters for plan in listing} == {answered.filters} == {asked[0].filters}
        assert {plan.clauses for plan in asked} == {asked[0].clauses}


@pytest.fixture
def both_words(db: None) -> None:
    ArchivedDocumentFactory.create(title="云岭省河道采砂管理办法", text="采砂应当取得许可。船舶应当登记。")
    ArchivedDocumentFactory.create(title="云岭省渔业船舶管理办法", text="渔业船舶应当登记。")
    ArchivedDocumentFactory.create(title="云岭省河道保洁规定", text="河道应当保洁。")
    indexing.rebuild()


@pytest.mark.usefixtures("both_words")
class TestFound:
    def _titles(self, **fields: object) -> list[str]:
        return [hit.document.title for hit in run_search(SearchQuery(**fields)).hits]  # type: ignore[arg-type]

    def test_a_document_has_all_words_wherever_they_stand(self) -> None:
        assert self._titles(q="河道 船舶") == ["云岭省河道采砂管理办法"]

    def test_words_need_not_be_neighbours(self) -> None:
        assert self._titles(q="采砂许可") == ["云岭省河道采砂管理办法"]

    def test_some_words_when_asked_for(self) -> None:
        found = self._titles(q="河道 船舶", match=Match.ANY)
        assert found[0] == "云岭省河道采砂管理办法"
        assert set(found[1:]) == {"云岭省渔业船舶管理办法", "云岭省河道保洁规定"}

    def test_some_words_when_nothing_has_all_and_the_reader_is_told(self) -> None:
        results = run_search(SearchQuery(q="保洁 船舶"))
        assert results.total == 3
        assert any("只包含其中一部分" in notice for notice in results.notices)
        assert not results.may_widen

    def test_quotation_marks_keep_out_what_only_has_the_words(self) -> None:
        results = run_search(SearchQuery(q="“船舶应当登记”"))
        assert {hit.document.title for hit in results.hits} == {
            "云岭省河道采砂管理办法",
            "云岭省渔业船舶管理办法",
        }
        assert results.plan.phrases
        assert run_search(SearchQuery(q="“采砂应当取得”")).total == 1
        assert not run_search(SearchQuery(q="“采砂应当取得”")).notices

    def test_quotation_marks_go_when_nothing_has_the_phrase_and_the_reader_is_told(self) -> None:
        results = run_search(SearchQuery(q="“采砂应当登记”"))
        assert results.total
        assert any("去掉引号" in notice for notice in results.notices)

    def test_counts_are_those_of_what_is_listed(self) -> None:
        results = run_search(SearchQuery(q="河道 船舶"))
        assert results.total == 1
        assert [value.count for value in results.facets["validity"]] == [1]

    def test_only_the_title(self) -> None:
        assert self._titles(q="河道 船舶", scope="title", match=Match.ALL) != ["云岭省河道采砂管理办法"]
        assert self._titles(q="河道 采砂", scope="title") == ["云岭省河道采砂管理办法"]

    def test_characters_in_another_order_are_still_the_title(self) -> None:
        assert self._titles(q="云岭省河道洁保规定")[0] == "云岭省河道保洁规定"

    def test_one_word_offers_nothing_to_widen(self) -> None:
        assert not run_search(SearchQuery(q="采砂")).may_widen
        assert run_search(SearchQuery(q="河道 船舶")).may_widen


@pytest.mark.usefixtures("both_words")
class TestPage:
    def test_the_last_page_offers_the_others(self, client: Client) -> None:
        page = client.get("/search/", {"q": "河道 船舶"}).content.decode()
        assert "match=any" in page
        assert "也列出只含部分检索词的文件" in page

    def test_the_wider_search_says_so_and_can_be_taken_back(self, client: Client) -> None:
        page = client.get("/search/", {"q": "河道 船舶", "match": "any"}).content.decode()
        assert "含部分检索词即可" in page
        assert "也列出只含部分检索词的文件" not in page

    def test_a_new_text_starts_with_all_words(self, client: Client) -> None:
        page = client.get("/search/", {"q": "河道 船舶", "match": "any"}).content.decode()
        form = page[page.index('role="search"') :].partition("</form>")[0]
        assert 'name="match"' not in form

    def test_an_unknown_value_is_refused_by_name(self, client: Client) -> None:
        answer_ = client.get("/search/", {"q": "河道", "match": "most"})
        assert answer_.status_code == 400
        assert "match" in answer_.content.decode()

    def test_the_api_takes_it(self, client: Client) -> None:
        totals = [
            client.get("/api/v1/documents/", {"q": "河道 船舶", "match": match}).json()["count"]
            for match in ("all", "any")
        ]
        assert totals == [1, 3]


@pytest.mark.usefixtures("both_words")
@given(
    words=st.lists(
        st.sampled_from(["河道", "船舶", "采砂", "登记", "保洁", "许可", "渔业", "管理"]),
        min_size=1,
        max_size=6,
    )
)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_asking_for_less_finds_no_less(words: list[str]) -> None:
    query = SearchQuery(q=" ".join(words), page_size=100)
    found, plan = set[int](), make_plan(query, day=TODAY)
    while plan:
        step = {hit.id for hit in get_engine().search(plan).hits}
        assert found <= step
        found, plan = step, relaxed(plan, query)  # type: ignore[assignment]


def test_all_whole_words_are_enough_for_some_of_it(db: None) -> None:
    """Words that stand far apart share few pairs with the query; they are no less for that."""
    ArchivedDocumentFactory.create(title="云岭省规定", text="采砂。许可。河道。船舶。登记。保洁。")
    indexing.rebuild()
    for match in Match:
        assert run_search(SearchQuery(q="采砂许可河道船舶登记保洁", match=match)).total == 1


@pytest.mark.django_db
class TestNumberBesideQuotedWords:
    """The document of a typed number is listed whatever is quoted beside it; that it lacks the words is said."""

    @pytest.fixture(autouse=True)
    def archive(self, db: None) -> None:
        ArchivedDocumentFactory.create(
            title="云岭省河道采砂管理办法",
            document_number="云政发〔2021〕7号",
            text="采砂应当取得许可。\n船舶应当登记。依照GB/T 20986执行。",
        )
        ArchivedDocumentFactory.create(
            title="关于执行有关规定的通知",
            document_number="云政办函〔2022〕3号",
            text="执行云政发〔2021〕7号时，砂石应当封存。",
        )
        indexing.rebuild()

    @staticmethod
    def _said(q: str, **fields: object) -> bool:
        results = run_search(SearchQuery(q=q, **fields))  # type: ignore[arg-type]
        assert "云政发〔2021〕7号" in [hit.document.document_number for hit in results.hits]
        return any("没有引号内的文字" in notice for notice in results.notices)

    def test_it_is_said_when_they_are_not_in_it(self) -> None:
        assert self._said("云政发〔2021〕7号 “砂石应当封存”")

    def test_it_is_said_in_every_order(self) -> None:
        assert self._said("云政发〔2021〕7号 “砂石应当封存”", sort="newest")

    @pytest.mark.parametrize(
        "quoted", ["采砂应当取得", "河道采砂", "取得许可 船舶应当", "ＧＢ/Ｔ 20986", "云政发〔2021〕7号"]
    )
    def test_nothing_is_said_when_they_are(self, quoted: str) -> None:
        assert not self._said(f"云政发〔2021〕7号 “{quoted}” 登记")

    def test_one_of_two_that_is_missing_is_enough(self) -> None:
        assert self._said("云政发〔2021〕7号 “采砂应当取得” “砂石应当封存”")

    def test_marks_around_a_year_are_the_number_s(self) -> None:
        assert not self._said("云政发“2021”7号 登记")

    def test_words_that_are_not_quoted_are_not_spoken_of(self) -> None:
        assert not self._said("云政发〔2021〕7号 砂石应当封存")
