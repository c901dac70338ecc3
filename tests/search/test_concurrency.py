"""Readers beside a writer, and queries made to cost much: every answer is whole, every cost has a bound."""

from __future__ import annotations

import datetime
import re
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from search.commonness import commonness, telling
from search.engines.embedded import EmbeddedEngine
from search.engines.embedded_facets import FACET_SIZE
from search.parallel import Broken, prepare_in_order, prepare_one
from search.plan import make_plan
from search.preparation import COLUMNS, PreparedDocument, prepare
from search.query import MAX_DEPTH, MAX_QUERY_LENGTH, Scope, SearchQuery, Sort
from search.synonyms import MAX_VARIANTS
from search.wordings import TELLING

TODAY = datetime.date(2026, 3, 1)
#: More leaves than any query may be compiled to: wordings, each with its tokens in two fields and its bonuses.
MOST_LEAVES = MAX_VARIANTS * TELLING * 40


def row(pk: int, title: str, **values: object) -> dict[str, object]:
    """A row of the archive as indexing reads it."""
    empty: dict[str, object] = dict.fromkeys(COLUMNS, "")
    days = ("adopted_on", "published_on", "effective_on", "valid_until", "amended_on", "repealed_on")
    empty |= dict.fromkeys((*days, "page_id", "year"))
    return {**empty, "co_issuers": [], "id": pk, "title": title, "text": f"第一条 {title}。", **values}


def prepared(pk: int, title: str, **values: object) -> PreparedDocument:
    return prepare(row(pk, title, **values))


@pytest.fixture
def engine(tmp_path: Path) -> EmbeddedEngine:
    return EmbeddedEngine(tmp_path / "index")


class TestReadersBesideAWriter:
    def test_every_answer_is_one_commit_never_a_part_of_one(self, engine: EmbeddedEngine) -> None:
        """Each commit moves all twenty documents to the next edition; a reader must see one edition, with its counts."""
        plan = make_plan(SearchQuery(q="渔业捕捞", page_size=100), day=TODAY)
        engine.rebuild(prepared(pk, "渔业捕捞办法", region="第0版") for pk in range(1, 21))
        done = threading.Event()
        trouble: list[object] = []
        seen: set[str] = set()

        def read() -> None:
            while not done.is_set():
                try:
                    answer = engine.search(plan)
                except Exception as error:
                    trouble.append(error)
                    return
                regions = dict(answer.facets["region"])
                seen.update(regions)
                if answer.total != 20 or len(answer.hits) != 20 or list(regions.values()) != [20]:
                    trouble.append((answer.total, len(answer.hits), regions))

        readers = [threading.Thread(target=read) for _ in range(4)]
        for reader in readers:
            reader.start()
        try:
            for edition in range(1, 9):
                engine.apply(
                    [prepared(pk, "渔业捕捞办法", region=f"第{edition}版") for pk in range(1, 21)], []
                )
        finally:
            done.set()
            for reader in readers:
                reader.join(30)
        assert not trouble
        assert len(seen) > 1

    def test_a_new_index_takes_over_between_two_answers(self, engine: EmbeddedEngine) -> None:
        plan = make_plan(SearchQuery(q="渔业捕捞"), day=TODAY)
        engine.rebuild([prepared(1, "渔业捕捞办法")])
        reader = EmbeddedEngine(engine.storage.folder)
        assert [hit.id for hit in reader.search(plan).hits] == [1]
        engine.rebuild([prepared(2, "渔业捕捞办法")])
        assert [hit.id for hit in reader.search(plan).hits] == [2]

    def test_many_small_commits_do_not_leave_many_segments(self, engine: EmbeddedEngine) -> None:
        engine.rebuild([prepared(1, "渔业捕捞办法")])
        for pk in range(2, 40):
            engine.apply([prepared(pk, f"渔业捕捞办法之{pk}")], [])
        answer = engine.search(make_plan(SearchQuery(q="渔业捕捞"), day=TODAY))
        assert answer.total == 39
        assert engine._searcher().num_segments <= 20


class TestPreparationInProcesses:
    def test_order_is_kept_and_the_broken_are_named(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("search.parallel.PARALLEL_FROM", 2)
        monkeypatch.setattr("os.cpu_count", lambda: 2)
        monkeypatch.setattr("search.parallel.CHUNK", 2)
        rows = [{**row(pk, f"办法之{pk}"), **({"title": None} if pk == 3 else {})} for pk in range(1, 8)]
        outcomes = list(prepare_in_order(iter(rows), len(rows)))
        assert [outcome.id for outcome in outcomes] == [1, 2, 3, 4, 5, 6, 7]
        assert [outcome.id for outcome in outcomes if isinstance(outcome, Broken)] == [3]
        assert outcomes == [prepare_one(one) for one in rows]

    def test_a_process_that_dies_loses_nothing(self, monkeypatch: pytest.MonkeyPatch) -> None:
        import multiprocessing

        monkeypatch.setattr("search.parallel.PARALLEL_FROM", 2)
        monkeypatch.setattr("os.cpu_count", lambda: 2)
        monkeypatch.setattr("search.parallel.CHUNK", 1)
        rows = [row(pk, f"办法之{pk}") for pk in range(1, 30)]

        def source() -> Iterator[dict[str, object]]:
            for number, one in enumerate(rows):
                if number == 15:
                    for process in multiprocessing.active_children():
                        process.kill()
                yield one

        assert [outcome.id for outcome in prepare_in_order(source(), len(rows))] == list(range(1, 30))


def leaves(query: object) -> int:
    """How many terms, phrases and patterns a compiled query looks up."""
    return len(re.findall(r"TermQuery|PhraseQuery|RegexQuery|RangeQuery|Term\(", repr(query)))


class TestCostHasABound:
    @pytest.mark.parametrize(
        "q",
        [
            "".join(chr(0x4E00 + i) for i in range(MAX_QUERY_LENGTH)),
            "“渔” " * 125,
            "渔业 OR 捕捞 " * 50,
            "+渔 " * 160,
            "-渔业 " * 120,
            "发改委国办公积金医保社保低保" * 30,
            "zhufanggongjijinguanlibanfa" * 18,
            "2016 80 国办发 " * 35,
            "标题:渔 " * 100,
        ],
        ids=[
            "distinct",
            "quotes",
            "choices",
            "required",
            "excluded",
            "synonyms",
            "pinyin",
            "numbers",
            "titles",
        ],
    )
    def test_however_it_is_made(self, engine: EmbeddedEngine, q: str) -> None:
        plan = make_plan(SearchQuery(q=q[:MAX_QUERY_LENGTH]), day=TODAY)
        engine.rebuild([prepared(1, "渔业捕捞办法")])
        assert len(plan.variants) <= MAX_VARIANTS
        assert all(
            len(variant.pairs) <= TELLING and len(variant.words) <= TELLING for variant in plan.variants
        )
        assert leaves(engine.compiler.compile(plan)) <= MOST_LEAVES
        assert engine.search(plan).total <= 1

    @pytest.mark.parametrize(
        "q", [".*", "国办发〔.*", "国办发[2016]{1,9}", "a|b", "^$", "\\", "(((((", "渔.*业", "#@~<>&"]
    )
    @pytest.mark.parametrize("scope", list(Scope))
    def test_signs_of_regular_expressions_mean_nothing(
        self, engine: EmbeddedEngine, q: str, scope: Scope
    ) -> None:
        engine.rebuild([prepared(1, "渔业捕捞办法", number_key="standard|云政发|2024|1")])
        assert engine.search(make_plan(SearchQuery(q=q, scope=scope), day=TODAY)).total in (0, 1)
        assert engine.search(make_plan(SearchQuery(q="云政发〔.*", scope=scope), day=TODAY)).total <= 1

    def test_the_last_page_that_can_be_asked_for(self, engine: EmbeddedEngine) -> None:
        engine.rebuild(prepared(pk, "渔业捕捞办法") for pk in range(1, 31))
        last = MAX_DEPTH // 100
        for sort in Sort:
            answer = engine.search(
                make_plan(SearchQuery(q="渔业", page=last, page_size=100, sort=sort), day=TODAY)
            )
            assert (answer.total, answer.hits) == (30, ())

    def test_thousands_of_values_of_a_facet_are_cut_to_the_most_frequent(
        self, engine: EmbeddedEngine
    ) -> None:
        many = (
            prepared(pk, "渔业办法", text="渔业", region=f"第{pk}县") for pk in range(1, FACET_SIZE + 600)
        )
        twice = (prepared(90_000 + n, "渔业办法", text="渔业", region="云岭省") for n in range(2))
        engine.rebuild([*many, *twice])
        counts = engine.search(make_plan(SearchQuery(q="渔业"), day=TODAY)).facets["region"]
        assert len(counts) == FACET_SIZE
        assert counts[0] == ("云岭省", 2)

    def test_as_many_filters_as_a_request_may_carry(self, engine: EmbeddedEngine) -> None:
        engine.rebuild([prepared(1, "渔业捕捞办法", region="第7县", issuing_authority="第7局")])
        query = SearchQuery(
            q="渔业", region=tuple(f"第{n}县" for n in range(50)), issuer=tuple(f"第{n}局" for n in range(50))
        )
        answer = engine.search(make_plan(query, day=TODAY))
        assert answer.total == 1
        assert answer.facets["region"] == (("第7县", 1),)


class TestCountingIsOnePass:
    def test_a_facet_leaves_out_its_own_filter_and_validity_its_own(self, engine: EmbeddedEngine) -> None:
        engine.rebuild(
            [
                prepared(1, "渔业办法", region="甲县", repealed_on=datetime.date(2020, 1, 1)),
                prepared(2, "渔业办法", region="乙县"),
                prepared(3, "渔业办法", region="乙县", valid_until=datetime.date(2019, 1, 1)),
            ]
        )
        asked = SearchQuery(q="渔业", region=("乙县",), validity=("lapsed",))
        answer = engine.search(make_plan(asked, day=TODAY))
        assert answer.total == 1
        assert answer.facets["region"] == (("乙县", 1),)
        assert dict(answer.facets["validity"]) == {"lapsed": 1, "unknown": 1}

    def test_each_pass_is_compiled_once(
        self, engine: EmbeddedEngine, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        engine.rebuild([prepared(1, "渔业办法", region="甲县")])
        compiled: list[tuple[str, bool]] = []
        compile_it = engine.compiler.compile

        def noted(plan: object, **options: Any) -> object:
            compiled.append((options.get("leave_out", ""), options.get("scored", True)))
            return compile_it(plan, **options)  # type: ignore[arg-type]

        monkeypatch.setattr(engine.compiler, "compile", noted)
        counted, scored, beside = ("", False), ("", True), ("region", False)
        short, long = (make_plan(SearchQuery(q=q), day=TODAY) for q in ("渔业", "渔业养殖水域管理办法"))
        by_date = make_plan(SearchQuery(q="渔业", region=("甲县",), sort=Sort.NEWEST), day=TODAY)
        for plan, passes in (
            (short, [counted, scored]),
            (long, [counted, scored]),
            (by_date, [counted, beside]),
            (replace(short, enough=2), [counted, scored]),
            (replace(long, enough=9), [counted]),
        ):
            engine.search(plan)
            assert compiled == passes
            compiled.clear()


class TestTellingTokens:
    def test_the_common_ones_go_first_and_the_order_stays(self) -> None:
        assert telling(("规定", "鹳雀", "管理", "鸬鹚"), 2) == ("鹳雀", "鸬鹚")
        assert telling(("规定", "管理"), 2) == ("规定", "管理")

    def test_a_word_is_as_common_as_its_rarest_pair(self) -> None:
        assert commonness("管理鹳") == commonness("理鹳") == 0
        assert 0 < commonness("管理办法") <= commonness("管理")
        assert commonness("的") > commonness("管理") > 0

    def test_a_long_query_is_still_found_by_its_rare_part(self, engine: EmbeddedEngine) -> None:
        common = "各级人民政府应当加强对本行政区域内有关工作的组织领导和监督管理并建立健全相关制度"
        engine.rebuild(
            [
                *(prepared(pk, f"办法之{pk}", text=common) for pk in range(1, 9)),
                prepared(9, "鸬鹚", text=f"{common}鸬鹚饲养"),
            ]
        )
        found = engine.search(make_plan(SearchQuery(q=f"{common}鸬鹚饲养"), day=TODAY))
        assert found.hits[0].id == 9
        assert dict(found.facets["validity"]) == {"unknown": 1}, "the others have the common part only"
