"""The embedded engine on small archives: what is found, in which order, with which counts."""

from __future__ import annotations

import datetime
import itertools
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from search import indexing
from search.archive.enums import Validity
from search.archive.models import NormativeDocument
from search.archive.validity import validity_at
from search.engines import get_engine
from search.engines.base import EngineResults, EngineUnavailable
from search.plan import make_plan
from search.query import Scope, SearchQuery, Sort
from search.relaxation import answer
from tests.factories.search import ArchivedDocumentFactory

TODAY = datetime.date(2026, 11, 23)
Make = Callable[..., NormativeDocument]


def ask(q: str = "", *, day: datetime.date = TODAY, **fields: object) -> EngineResults:
    return get_engine().search(make_plan(SearchQuery(q=q, **fields), day=day))  # type: ignore[arg-type]


def ids(results: EngineResults) -> list[int]:
    return [hit.id for hit in results.hits]


class TestFinding:
    @pytest.mark.parametrize(
        "typed",
        ["云办发〔2024〕80号", "云办发[2024]80号", "雲辦發（2024）80號", "云办发2024 80", "云办发【2024】80"],
    )
    def test_the_number_asked_for_is_pinned_above_those_that_cite_it(self, archive: Make, typed: str) -> None:
        citing = ArchivedDocumentFactory.create(
            title="关于贯彻云办发〔2024〕80号的实施意见",
            text="第一条 根据云办发〔2024〕80号，云办发〔2024〕80号，制定本意见。",
        )
        wanted = archive(
            title="关于全面推进政务公开的意见", document_number="云办发〔2024〕80号", text="无关。"
        )
        assert ids(ask(typed))[:2] == [wanted.pk, citing.pk]

    def test_an_unfinished_number_finds_all_numbers_that_begin_so(self, archive: Make) -> None:
        ArchivedDocumentFactory.create(document_number="云办发〔2024〕1号", text="甲", title="乙")
        ArchivedDocumentFactory.create(document_number="云办发〔2024〕12号", text="甲", title="乙")
        other = archive(document_number="云办发〔2023〕1号", text="甲", title="乙")
        assert ask("云办发〔2024").total == 2
        assert other.pk not in ids(ask("云办发〔2024"))

    def test_registration_numbers_are_found(self, archive: Make) -> None:
        document = archive(registration_number="YLGS—2017—9", title="甲", text="乙")
        assert ids(ask("YLGS-2017-9")) == [document.pk]

    @pytest.mark.parametrize(
        "q",
        [
            "云岭省农村宅基地管理办法",
            "雲嶺省農村宅基地管理辦法",
            "农村宅基地",
            "宅基地 云岭省 管理",
            "云岭省农村宅基管理办法",
            "云岭省农村宅地基管理办法",
            "“一户一宅”",
            "每户只能拥有一处宅基地",
            "宅",
        ],
    )
    def test_ways_to_ask_for_one_document(self, archive: Make, q: str) -> None:
        ArchivedDocumentFactory.create_batch(5)
        wanted = archive(
            title="云岭省农村宅基地管理办法", text="第一条 农村村民一户一宅，每户只能拥有一处宅基地。"
        )
        found, _answered = answer(
            get_engine().search, make_plan(SearchQuery(q=q), day=TODAY), SearchQuery(q=q)
        )
        assert ids(found)[0] == wanted.pk

    def test_an_abbreviation_finds_the_full_name(self, archive: Make) -> None:
        wanted = archive(title="云岭省发展和改革委员会关于电价的通知", text="通知。")
        assert ids(ask("发改委 电价")) == [wanted.pk]

    def test_a_quoted_phrase_must_be_there_unbroken(self, archive: Make) -> None:
        ArchivedDocumentFactory.create(title="甲", text="公积金的提取应当及时。")
        wanted = archive(title="乙", text="提取公积金的，应当及时。")
        assert ids(ask("“提取公积金”")) == [wanted.pk]

    def test_the_title_asked_for_comes_before_longer_titles(self, archive: Make) -> None:
        ArchivedDocumentFactory.create(title="节约用水条例实施细则", text="节约用水条例。" * 9)
        wanted = archive(title="节约用水条例", text="正文。")
        assert ids(ask("节约用水条例"))[0] == wanted.pk

    def test_scope_title_does_not_look_into_the_text(self, archive: Make) -> None:
        archive(title="甲类管理办法", text="宅基地")
        assert ask("宅基地").total == 1
        assert ask("宅基地", scope=Scope.TITLE).total == 0

    def test_scope_number_finds_parts_of_numbers_only(self, archive: Make) -> None:
        wanted = archive(title="甲", text="乙", document_number="云建规〔2022〕7号")
        ArchivedDocumentFactory.create(title="云建规", text="云建规")
        indexing.rebuild()
        assert ids(ask("建规", scope=Scope.NUMBER)) == [wanted.pk]

    def test_nothing_searchable_finds_nothing(self, archive: Make) -> None:
        archive()
        assert ask("？！🙂").total == 0


class TestOrderAndPages:
    def test_by_date_undated_last_both_ways(self, archive: Make) -> None:
        def dated(day: datetime.date | None) -> int:
            document = ArchivedDocumentFactory.create(published_on=day, effective_on=None, adopted_on=None)
            return int(document.pk)

        undated, old, new = dated(None), dated(datetime.date(1990, 1, 1)), dated(datetime.date(2024, 1, 1))
        indexing.rebuild()
        assert ids(ask(sort=Sort.NEWEST)) == [new, old, undated]
        assert ids(ask(sort=Sort.OLDEST)) == [old, new, undated]
        assert ids(ask()) == [new, old, undated]

    @pytest.mark.parametrize("sort", list(Sort))
    def test_pages_cover_everything_once(self, db: None, sort: Sort) -> None:
        expected = {document.pk for document in ArchivedDocumentFactory.create_batch(23)}
        indexing.rebuild()
        seen = list(
            itertools.chain.from_iterable(
                ids(ask("公积金", sort=sort, page=n, page_size=10)) for n in (1, 2, 3)
            )
        )
        assert len(seen) == 23
        assert set(seen) == expected
        assert ask("公积金", page=4).hits == ()

    def test_scores_only_where_relevance_orders(self, archive: Make) -> None:
        archive()
        assert ask("公积金").hits[0].score is not None
        assert ask("公积金", sort=Sort.NEWEST).hits[0].score is None


class TestFacets:
    def test_counts_leave_out_their_own_filter_only(self, db: None) -> None:
        for level, genre in [("city", "办法"), ("city", "通知"), ("county", "办法")]:
            ArchivedDocumentFactory.create(level=level, genre=genre)
        indexing.rebuild()
        found = ask("公积金", level=("city",))
        assert found.total == 2
        assert dict(found.facets["level"]) == {"city": 2, "county": 1}
        assert dict(found.facets["genre"]) == {"办法": 1, "通知": 1}

    def test_several_values_are_alternatives(self, db: None) -> None:
        for year in (2020, 2021, 2022):
            ArchivedDocumentFactory.create(year=year)
        indexing.rebuild()
        assert ask(year=(2020, 2022)).total == 2

    def test_joint_issuers_each_count(self, archive: Make) -> None:
        archive(issuing_authority="云岭省财政厅、云岭省税务局", co_issuers=["云岭省审计厅"])
        assert {name for name, _ in ask().facets["issuer"]} == {
            "云岭省财政厅",
            "云岭省税务局",
            "云岭省审计厅",
        }
        assert ask(issuer=("云岭省税务局",)).total == 1

    def test_a_value_with_quotes_and_operators_is_only_a_value(self, archive: Make) -> None:
        archive()
        assert ask(issuer=('云岭" OR 1:*',)).total == 0

    def test_dates(self, archive: Make) -> None:
        archive(published_on=datetime.date(2021, 3, 1))
        assert ask(date_from=datetime.date(2021, 3, 1), date_to=datetime.date(2021, 3, 1)).total == 1
        assert ask(date_from=datetime.date(2021, 3, 2)).total == 0
        assert ask(date_to=datetime.date(2021, 2, 28)).total == 0


D = datetime.date
DAYS = [
    D(2019, 12, 31),
    D(2020, 1, 1),
    D(2020, 6, 1),
    D(2020, 6, 2),
    D(2021, 1, 1),
    D(2021, 1, 2),
    D(2026, 11, 23),
]


class TestValidityOnADay:
    def documents(self) -> list[NormativeDocument]:
        acts = [
            {},
            {"valid_until": D(2020, 6, 1)},
            {"amended_on": D(2020, 6, 1)},
            {"repealed_on": D(2021, 1, 1)},
        ]
        acts += [{"lapsed": True}, {"amended_on": D(2020, 6, 1), "repealed_on": D(2021, 1, 1)}]
        starts = [
            {"effective_on": D(2020, 1, 1)},
            {"effective_on": None},
            {"effective_on": None, "page_id": 1},
        ]
        made = []
        for number, (act, start, confirmed) in enumerate(itertools.product(acts, starts, (True, False))):
            fields = {**act, **start, "validity_confirmed": confirmed, "published_on": D(2020, 6, 2)}
            if "page_id" in fields:
                fields["page_id"] = number
            made.append(ArchivedDocumentFactory.create(**fields))
        return made

    def test_the_index_agrees_with_the_rule_on_every_day(self, db: None) -> None:
        documents = self.documents()
        indexing.rebuild()
        for day in DAYS:
            expected = {document.pk: validity_at(document, day) for document in documents}
            for validity in Validity:
                found = ask(validity=(validity.value,), day=day, page_size=100)
                assert set(ids(found)) == {pk for pk, value in expected.items() if value is validity}, (
                    day,
                    validity,
                )
            counts = dict(ask(day=day).facets["validity"])
            assert counts == {v.value: n for v in Validity if (n := list(expected.values()).count(v))}

    def test_in_force_on_a_day_of_the_past(self, archive: Make) -> None:
        document = archive(effective_on=D(2020, 1, 1), repealed_on=D(2021, 1, 1))
        assert ids(ask(in_force_on=D(2020, 12, 31))) == [document.pk]
        assert ask(in_force_on=D(2021, 1, 1)).total == 0
        assert ask(in_force_on=D(2019, 12, 31)).total == 0

    def test_validity_and_day_together(self, archive: Make) -> None:
        archive(effective_on=D(2020, 1, 1), repealed_on=D(2021, 1, 1))
        assert ask(validity=("in_force",), in_force_on=D(2020, 6, 1)).total == 1
        assert ask(validity=("repealed",), in_force_on=D(2020, 6, 1)).total == 0


class TestState:
    def test_no_index_yet(self, db: None) -> None:
        with pytest.raises(EngineUnavailable):
            ask("税")
        assert not get_engine().status().usable

    def test_damaged_files_are_noticed_and_rebuilt(self, archive: Make, index_folder: Path) -> None:
        document = archive()
        generation = next(index_folder.glob("g-*"))
        (generation / "meta.json").write_text("{", encoding="ascii")
        assert not get_engine().status().usable
        assert indexing.ensure_index() == 1
        assert ids(ask("公积金")) == [document.pk]

    def test_an_index_of_another_version_does_not_answer(self, archive: Make, index_folder: Path) -> None:
        archive()
        stamp = next(index_folder.glob("g-*")) / "STAMP"
        stamp.write_text('{"schema": 0, "analysis": 0}', encoding="ascii")
        assert "version" in get_engine().status().reason
        indexing.drain()
        assert get_engine().status().documents == 1

    def test_a_rebuild_leaves_one_generation(self, archive: Make, index_folder: Path) -> None:
        archive()
        indexing.rebuild()
        assert len(list(index_folder.glob("g-*"))) == 1


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(q=st.text(max_size=60), scope=st.sampled_from(Scope), sort=st.sampled_from(Sort))
def test_no_query_breaks_the_engine(archive: Make, q: str, scope: Scope, sort: Sort) -> None:
    if not get_engine().status().usable:
        archive()
    assert ask(q, scope=scope, sort=sort).total >= 0
