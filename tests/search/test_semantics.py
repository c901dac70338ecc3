"""What a search promises, held to on a drawn archive: query language x relaxation x filters x match x scope x sort x pages."""

from __future__ import annotations

import datetime
import random
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any
from unittest.mock import patch

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from search import analysis, indexing
from search.archive.models import NormativeDocument
from search.archive.validity import validity_at
from search.completion import complete
from search.conditions import BINDING
from search.corrections import assist
from search.engines import embedded
from search.query import FILTER_NAMES, Match, Scope, SearchQuery, Sort
from search.selectors import SearchResults, run_search
from tests.factories.search import ArchivedDocumentFactory

pytestmark = pytest.mark.django_db
WORDS = ("河道", "采砂", "许可", "船舶", "登记", "渔业", "保洁", "云岭", "公积金", "提取", "三个工作日")
#: In no document.
ABSENT = "锦衣卫"
LEVELS, YEARS, GENRES = ("province", "city", "county"), (2019, 2020, 2021), ("办法", "通知")
TODAY = datetime.date(2026, 7, 1)
DRAWN = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@dataclass(frozen=True)
class Asked:
    """A query put together from parts whose meaning is known."""

    words: tuple[str, ...] = ()
    phrases: tuple[str, ...] = ()
    required: tuple[str, ...] = ()
    titles: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()
    choices: tuple[str, ...] = ()
    fields: dict[str, Any] = field(default_factory=dict)

    @property
    def query(self) -> SearchQuery:
        parts = [
            *self.words,
            *(f"“{phrase}”" for phrase in self.phrases),
            *(f"+{word}" for word in self.required),
            *([" OR ".join(self.choices)] if self.choices else []),
            *(f"标题:{word}" for word in self.titles),
            *(f"-{word}" for word in self.excluded),
        ]
        return SearchQuery(q=" ".join(parts), **self.fields)


def _some(size: int) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(st.sampled_from((*WORDS, ABSENT)), max_size=size, unique=True).map(tuple)


def _values(values: Iterable[object]) -> st.SearchStrategy[tuple[object, ...]]:
    return st.lists(st.sampled_from(tuple(values)), max_size=1).map(tuple)


DAYS = st.sampled_from(
    (None, datetime.date(2019, 6, 1), datetime.date(2020, 6, 1), datetime.date(2022, 1, 1))
)
FILTERS = st.fixed_dictionaries(
    {"level": _values(LEVELS), "year": _values(YEARS), "genre": _values(GENRES), "in_force_on": DAYS}
)
MODES = st.fixed_dictionaries(
    {"match": st.sampled_from(Match), "scope": st.sampled_from((Scope.ALL, Scope.ALL, Scope.TITLE))}
)
ASKED = st.builds(
    Asked,
    words=_some(3),
    phrases=_some(2),
    required=_some(1),
    titles=_some(1),
    excluded=_some(1),
    choices=st.sampled_from(((), (), ("渔业", "保洁"), (ABSENT, "采砂"))),
    fields=MODES,
)


@pytest.fixture
def drawn(db: None) -> list[NormativeDocument]:
    """Eighty documents of few words, so that every step of relaxing is met."""
    dice = random.Random(7)
    documents = []
    for number in range(80):
        title = "".join(dice.sample(WORDS, dice.choice((1, 2)))) + "规定"
        sentences = ["".join(dice.sample(WORDS, dice.choice((1, 2, 3)))) for _ in range(dice.choice((1, 2)))]
        year = dice.choice(YEARS)
        begun = datetime.date(year, dice.choice((1, 9)), 1)
        ended = begun + datetime.timedelta(days=200)
        documents.append(
            ArchivedDocumentFactory.create(
                title=title,
                text="。".join(sentences),
                level=dice.choice(LEVELS),
                genre=dice.choice(GENRES),
                year=year,
                published_on=begun,
                effective_on=begun,
                repealed_on=ended if number % 5 == 0 else None,
                amended_on=ended if number % 7 == 0 else None,
            )
        )
    indexing.rebuild()
    return documents


def _ask(query: SearchQuery) -> SearchResults:
    return run_search(query)


def _all_pages(query: SearchQuery, size: int = 7) -> tuple[list[int], set[int]]:
    """Return the ids of all pages in order, and the totals they named."""
    first = run_search(replace(query, page=1, page_size=size))
    ids, totals = [hit.document.pk for hit in first.hits], {first.total}
    for page in range(2, (first.total + size - 1) // size + 1):
        found = run_search(replace(query, page=page, page_size=size), facets=False)
        ids += [hit.document.pk for hit in found.hits]
        totals.add(found.total)
    return ids, totals


def _step(results: SearchResults) -> tuple[float, bool]:
    return results.plan.profile.must_share, bool(results.plan.phrases)


def _has(document: NormativeDocument, phrase: str, *, title: bool = False) -> bool:
    text = document.title if title else f"{document.title}\n{document.text}\n{document.issuing_authority}"
    tokens, wanted = analysis.bigrams(analysis.normalise(text)), analysis.bigrams(phrase)
    return any(tokens[i : i + len(wanted)] == wanted for i in range(len(tokens)))


def _dropped_quotes(results: SearchResults) -> bool:
    return any("去掉引号" in notice for notice in results.notices)


class TestDrawn:
    @DRAWN
    @given(asked=ASKED, filters=FILTERS)
    def test_every_hit_satisfies_every_condition(
        self, drawn: list[NormativeDocument], asked: Asked, filters: dict[str, Any]
    ) -> None:
        query = replace(asked.query, **filters)
        results = run_search(replace(query, page_size=100))
        assert len(results.hits) == results.total
        titles = query.scope is Scope.TITLE
        for document in (hit.document for hit in results.hits):
            assert all(_has(document, word, title=titles) for word in asked.required)
            assert all(_has(document, word, title=True) for word in asked.titles)
            assert not any(_has(document, word, title=titles) for word in asked.excluded)
            assert not asked.choices or any(_has(document, word, title=titles) for word in asked.choices)
            if not _dropped_quotes(results):
                assert all(_has(document, phrase, title=titles) for phrase in asked.phrases)
            assert document.level in (query.level or LEVELS)
            assert document.year in (query.year or YEARS)
            assert document.genre in (query.genre or GENRES)
            if day := query.in_force_on:
                assert validity_at(document, day) in BINDING

    @DRAWN
    @given(asked=ASKED, filters=FILTERS)
    def test_a_filter_never_adds_and_never_changes_how_much_must_be_there(
        self, drawn: list[NormativeDocument], asked: Asked, filters: dict[str, Any]
    ) -> None:
        without = run_search(asked.query)
        with_ = run_search(replace(asked.query, **filters))
        assert with_.total <= without.total
        if without.total:
            assert _step(with_) == _step(without)
            assert with_.total == 0 or with_.notices == without.notices

    @DRAWN
    @given(asked=ASKED, filters=FILTERS, name=st.sampled_from(FILTER_NAMES))
    def test_the_count_beside_a_value_is_the_total_after_choosing_it(
        self, drawn: list[NormativeDocument], asked: Asked, filters: dict[str, Any], name: str
    ) -> None:
        results = run_search(replace(asked.query, **filters))
        for value in results.facets[name]:
            assert not value.about
            stored = int(value.value) if name == "year" else value.value
            chosen = replace(results.query, **{name: (stored,)})  # type: ignore[arg-type]
            assert run_search(chosen, facets=False).total == value.count

    @DRAWN
    @given(asked=ASKED, filters=FILTERS)
    def test_the_size_of_the_archive_has_no_say_in_the_answer(
        self, drawn: list[NormativeDocument], asked: Asked, filters: dict[str, Any]
    ) -> None:
        query = replace(asked.query, **filters)
        small = run_search(query)
        with patch.object(embedded, "_SMALL", 0):
            large = run_search(query)
        assert [hit.document.pk for hit in large.hits] == [hit.document.pk for hit in small.hits]
        assert (large.total, large.facets, large.notices) == (small.total, small.facets, small.notices)

    @DRAWN
    @given(asked=ASKED, filters=FILTERS)
    def test_pages_are_complete_and_apart_in_every_order(
        self, drawn: list[NormativeDocument], asked: Asked, filters: dict[str, Any]
    ) -> None:
        found = {}
        for sort in Sort:
            ids, totals = _all_pages(replace(asked.query, sort=sort, **filters))
            assert totals == {len(ids)} == {len(set(ids))}
            found[sort] = set(ids)
        assert len({frozenset(ids) for ids in found.values()}) == 1

    @DRAWN
    @given(asked=ASKED)
    def test_some_of_the_words_is_never_less_than_all_of_them(
        self, drawn: list[NormativeDocument], asked: Asked
    ) -> None:
        all_ = run_search(replace(asked.query, match=Match.ALL))
        any_ = run_search(replace(asked.query, match=Match.ANY))
        assert any_.total >= all_.total
        assert any_.plan.profile.must_share == any_.plan.profile.some_share

    @DRAWN
    @given(asked=ASKED, filters=FILTERS)
    def test_what_a_notice_says_is_true(
        self, drawn: list[NormativeDocument], asked: Asked, filters: dict[str, Any]
    ) -> None:
        results = run_search(replace(asked.query, **filters))
        said = " ".join(results.notices)
        plain = asked.query.scope is Scope.ALL and not (asked.required or asked.titles or asked.excluded)
        if "没有文件包含与引号内完全一致的文字" in said:
            assert not any(_has(document, asked.phrases[0]) for document in drawn)
        if "没有文件同时符合引号内的文字" in said:
            whole = Asked(words=asked.words, phrases=asked.phrases)
            both = [d for d in drawn if all(_has(d, w) for w in (*whole.words, *whole.phrases))]
            assert not (both and plain and not asked.choices)
        if "没有文件包含全部检索词" in said:
            words = (*asked.words, *asked.phrases)
            assert not any(all(_has(document, word) for word in words) for document in drawn)

    @DRAWN
    @given(asked=ASKED, filters=FILTERS)
    def test_what_is_offered_leads_to_what_it_says(
        self, drawn: list[NormativeDocument], asked: Asked, filters: dict[str, Any]
    ) -> None:
        query = replace(asked.query, **filters)
        results = run_search(query, facets=False)
        help_ = assist(query, results.total)
        for offer in help_.corrections:
            assert offer.count == run_search(offer.query, facets=False).total > 0
            assert offer.query != query
        assert results.total or help_.browse

    @DRAWN
    @given(asked=ASKED, filters=FILTERS)
    def test_the_api_says_what_the_page_says(
        self, drawn: list[NormativeDocument], client: Client, asked: Asked, filters: dict[str, Any]
    ) -> None:
        query = replace(asked.query, **filters)
        results = run_search(query)
        answer = client.get(f"/api/v1/documents/{query.link()}").json()
        page = client.get(f"/search/{query.link()}").content.decode()
        assert answer["count"] == results.total
        assert [row["id"] for row in answer["results"]] == [hit.document.pk for hit in results.hits]
        assert answer["notices"] == list(results.notices)
        assert all(notice in page for notice in results.notices)
        assert f"{results.total} 件" in page


def _notices(**fields: Any) -> str:
    return " ".join(run_search(SearchQuery(**fields)).notices)


class TestNoticesAndFilters:
    @pytest.fixture(autouse=True)
    def _archive(self, db: None) -> None:
        make = ArchivedDocumentFactory.create
        make(title="云岭省采砂规定", text="采砂许可三个工作日内办结。", level="province", document_number="")
        make(title="云岭省船舶规定", text="船舶应当登记。", level="city", document_number="云政发〔2020〕9号")
        make(title="引用", text="根据云政发〔2020〕9号办理。", level="county", document_number="")
        indexing.rebuild()

    def test_a_filter_without_the_phrase_does_not_take_its_quotation_marks(self) -> None:
        results = run_search(SearchQuery(q="“三个工作日”", level=("city",)))
        assert (results.total, results.notices) == (0, ())
        assert results.plan.phrases

    def test_nothing_within_a_filter_offers_some_of_the_words(self) -> None:
        ArchivedDocumentFactory.create_batch(10, title="采砂船舶登记办法", level="province")
        indexing.rebuild()
        query = SearchQuery(q="采砂 船舶", level=("city",))
        assert run_search(query).total == 0
        offers = assist(query, 0).corrections
        assert any(offer.query == replace(query, match=Match.ANY) for offer in offers)

    def test_a_phrase_that_stands_only_elsewhere_is_not_said_to_stand_nowhere(self) -> None:
        said = _notices(q="船舶 “三个工作日”")
        assert "去掉引号" in said
        assert "没有文件包含与引号内完全一致的文字" not in said
        assert "没有文件包含与引号内完全一致的文字" in _notices(q="“采砂应当登记”")
        assert "没有文件包含与引号内完全一致的文字" not in _notices(q="“三个工作日采砂” -船舶")

    def test_in_titles_only_no_more_is_said_than_is_known(self) -> None:
        said = _notices(q="采砂 许可", scope=Scope.TITLE)
        assert "只包含其中一部分" in said
        assert "没有文件包含全部检索词" not in said

    def test_without_its_quotation_marks_some_of_the_words_stay_enough(self) -> None:
        query = SearchQuery(q="“采砂应当登记”", match=Match.ANY)
        results = run_search(query)
        assert results.plan.profile.must_share == results.plan.profile.some_share

    @pytest.mark.parametrize(
        "fields", [{"level": ("county",)}, {"sort": Sort.OLDEST}, {"page": 2, "page_size": 1}]
    )
    def test_a_number_a_filter_leaves_out_is_not_said_to_be_missing(self, fields: dict[str, Any]) -> None:
        results = run_search(SearchQuery(q="云政发〔2020〕9号", **fields))
        assert results.total and not results.notices

    @pytest.mark.parametrize("fields", [{}, {"sort": Sort.NEWEST}, {"page": 2, "page_size": 1}])
    def test_a_missing_number_is_named_on_every_page_and_in_every_order(self, fields: dict[str, Any]) -> None:
        ArchivedDocumentFactory.create_batch(2, text="根据云政发〔2020〕77号办理。", document_number="")
        indexing.rebuild()
        assert "没有这个发文字号" in _notices(q="云政发〔2020〕77号", **fields)

    def test_only_excluded_words_leave_the_newest_first(self) -> None:
        ArchivedDocumentFactory.create(title="新", published_on=datetime.date(2024, 1, 1), text="无")
        indexing.rebuild()
        hits = run_search(SearchQuery(q="-采砂")).hits
        assert hits[0].document.title == "新"
        assert all(hit.score is None for hit in hits)


class TestPhraseOfSeveralStretches:
    TEXT = "第一条 为了规范采砂，制定本规定。\n第二条 公民、法人和其他组织可以申请。\n第三条 申请人应当配备5G 网络。"

    @pytest.mark.parametrize(
        ("q", "clause", "marked"),
        [
            ("“公民、法人和其他组织”", "第二条", "公民、法人和其他组织"),
            ("“公民，法人”", "第二条", "公民、法人"),
            ("+5G网络", "第三条", "5G 网络"),
        ],
    )
    def test_it_is_marked_and_leads_to_its_clause(self, db: None, q: str, clause: str, marked: str) -> None:
        ArchivedDocumentFactory.create(title="云岭省规定", text=self.TEXT)
        indexing.rebuild()
        (hit,) = run_search(SearchQuery(q=q)).hits
        assert hit.clause_label == clause
        assert marked in [segment.text for segment in hit.snippet if segment.marked]


@pytest.mark.parametrize("year", ["010009999", "02024", "20245", "999", "二〇二四"])
def test_a_year_has_four_digits(client: Client, year: str) -> None:
    answer = client.get("/api/v1/documents/", {"year": year})
    assert answer.status_code == 400
    assert "year" in answer.json()


@pytest.mark.parametrize(
    "q", ["！？。", "“！”", "+", "-", "标题:", "文号:", "OR", "𠀀", "a" * 500, "公" * 500, "國"]
)
def test_odd_queries_have_an_answer_on_every_way(client: Client, drawn: object, q: str) -> None:
    results = run_search(SearchQuery(q=q))
    assert client.get("/api/v1/documents/", {"q": q}).json()["count"] == results.total
    assert client.get("/search/", {"q": q}).status_code == 200
    assert client.get("/feeds/search/", {"q": q}).status_code == 200
    assert isinstance(complete(q), tuple)
