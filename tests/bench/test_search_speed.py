"""The bench of search speed: what it resamples, how it judges, and that the whole of it runs. No time is asserted."""

from __future__ import annotations

import itertools
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from bench.speed.children import search_for
from bench.speed.corpus import documents, make_document, read_source
from bench.speed.peer import KINDS as PEER_KINDS
from bench.speed.peer import chosen
from bench.speed.queries import KINDS, draw
from bench.speed.timing import Result, interleaved, percentile, table
from search.query import SearchQuery
from tests.support.database import REPOSITORY

TOPICS = ("渔业捕捞", "林业种苗", "矿产勘查", "畜牧屠宰", "景区旅游", "公共停车", "城市绿化", "河道采砂")
REAL = [
    {
        "title": f"云岭省{topic}{genre}",
        "document_number": f"云政发〔2021〕{number}号",
        "text": "\n".join(
            f"第{n}条 {topic}应当遵守本规定，不得损害国家利益和公共利益。" for n in range(1, 12)
        ),
        "issuing_body": f"{topic[:2]}局",
        "level": "province",
        "region": "云岭省",
        "doc_type": "规范性文件",
        "genre": genre,
    }
    for number, (topic, genre) in enumerate(
        itertools.product(TOPICS, ("管理办法", "若干规定", "实施细则")), 1
    )
]
SOURCE = read_source(REAL)


class TestResampling:
    def test_a_larger_archive_continues_a_smaller_one(self) -> None:
        assert list(documents(SOURCE, 0, 30))[10:20] == list(documents(SOURCE, 10, 20))
        assert make_document(SOURCE, 4) != make_document(SOURCE, 4, seed=8)

    def test_titles_stay_distinct_beyond_all_combinations(self) -> None:
        combinations = len(SOURCE.heads) * len(SOURCE.tails)
        titles = [document["title"] for document in documents(SOURCE, 0, 3 * combinations)]
        assert len(set(titles)) == len(titles)

    def test_every_paragraph_is_a_real_one_and_facts_stay_together(self) -> None:
        real = {line for document in REAL for line in document["text"].splitlines()}
        together = {(d["issuing_body"], d["genre"]) for d in REAL}
        for document in documents(SOURCE, 0, 40):
            assert set(document["text"].splitlines()) <= real
            assert (document["issuing_authority"], document["genre"]) in together
            assert document["published_on"].year == document["year"]

    def test_titles_of_one_word_and_archives_without_numbers(self) -> None:
        source = read_source([{"title": "办法", "text": "渔业。"}])
        assert [document["title"] for document in documents(source, 0, 2)] == ["文件0", "文件1"]
        with pytest.raises(ValueError, match="no text"):
            read_source([{"title": "办法", "text": " \n"}])


class TestQueries:
    def test_every_class_is_asked_and_never_twice_the_same(self) -> None:
        asked = draw(list(documents(SOURCE, 0, 200)), 5)
        assert {one.kind for one in asked} == set(KINDS)
        assert len({(one.kind, one.query) for one in asked}) == len(asked)
        assert asked == draw(list(documents(SOURCE, 0, 200)), 5)

    def test_the_peer_is_asked_what_it_understands(self) -> None:
        few = chosen(draw(list(documents(SOURCE, 0, 200)), 5), 12)
        assert {one.kind for one in few} == set(PEER_KINDS)
        assert len(few) == 12
        assert all(one.query.page == 1 and not one.query.is_filtered for one in few)

    def test_a_reader_asks_in_turn_until_its_time_is_over(self) -> None:
        asked: list[SearchQuery] = []
        queries = [SearchQuery(q="甲"), SearchQuery(q="乙")]
        times = search_for(0.0, queries, asked.append)
        assert (times, asked) == ([], [])
        times = search_for(0.01, queries, asked.append)
        assert len(times) == len(asked) > 2
        assert asked[:3] == [queries[0], queries[1], queries[0]]


class TestJudging:
    def test_nearest_rank(self) -> None:
        assert [percentile([4, 1, 3, 2], share) for share in (0.0, 0.5, 0.51, 0.95, 1.0)] == [1, 2, 3, 4, 4]
        with pytest.raises(ValueError, match="no values"):
            percentile([], 0.5)

    def test_left_and_right_take_turns(self) -> None:
        order: list[str] = []
        left, right = interleaved([(lambda: order.append("a"), lambda: order.append("b"))], repeats=3)
        assert order == ["a", "b", "b", "a", "a", "b"]
        assert len(left) == len(right) == 1

    @pytest.mark.parametrize(
        ("value", "bar", "at_least", "passed"),
        [
            (1.5, 1.5, False, True),
            (1.6, 1.5, False, False),
            (50, 50, True, True),
            (49, 50, True, False),
            (9, None, False, True),
        ],
    )
    def test_a_bar_is_kept_when_it_is_met(
        self, value: float, bar: float | None, at_least: bool, passed: bool
    ) -> None:
        result = Result("ratio", value, bar, at_least)
        assert result.passed is passed
        assert result.as_json()["passed"] is passed
        line = table([result])
        assert ("FAIL" in line) is not passed
        assert ("pass" in line) is (passed and bar is not None)


def test_the_whole_bench_runs_and_leaves_nothing_behind(tmp_path: Path) -> None:
    archive, out = tmp_path / "archive.jsonl", tmp_path / "results.json"
    archive.write_text("\n".join(json.dumps(document, ensure_ascii=False) for document in REAL), "utf-8")
    (tmp_path / "tmp").mkdir()
    options = [
        "--sizes",
        "40,200",
        "--per-class",
        "1",
        "--plain",
        "50",
        "--seconds",
        "0.2",
        "--wagtail-queries",
        "6",
    ]
    finished = subprocess.run(
        [
            sys.executable,
            "bench/search_speed.py",
            str(archive),
            "--json",
            str(out),
            "--readers",
            "2",
            *options,
        ],
        cwd=REPOSITORY,
        env={**os.environ, "TMPDIR": str(tmp_path / "tmp")},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert out.exists(), finished.stderr
    results = json.loads(out.read_text("utf-8"))
    # Ends with 1 because so small an archive keeps few bars; what matters here is that everything was measured.
    assert finished.returncode == (0 if all(result["passed"] for result in results) else 1), finished.stderr
    measured = " ".join(result["name"] for result in results)
    for wanted in (
        "raw tantivy p95",
        "page p95 /",
        "Wagtail p95",
        "indexing /",
        "cores",
        "another process",
        "processes",
        "threads",
        "growth",
    ):
        assert wanted in measured
    assert not list((tmp_path / "tmp").glob("yanlu-*"))
