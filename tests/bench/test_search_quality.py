"""The bench of search quality: its measures, its table, its columns, and the bar our search must reach."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from bench import peers, search_quality
from bench.archive import Query, read_archive, split_by_title
from bench.measures import ZeroResults, mean, score_all
from bench.peers import Column
from bench.queries import build_queries
from tests.bench.test_queries import make_archive

if TYPE_CHECKING:
    from pytest_django.fixtures import SettingsWrapper

QUERIES = [
    Query("a", "1", frozenset({7})),
    Query("a", "2", frozenset({7, 8})),
    Query("b", "3", frozenset({1})),
]
ANSWERS = {"1": [7], "2": [3, 8], "3": [2]}


@pytest.fixture(autouse=True)
def index_folder(settings: SettingsWrapper, tmp_path: Path) -> None:
    settings.SEARCH_INDEX_DIR = tmp_path / "index"


def test_measures() -> None:
    scores = score_all(QUERIES, lambda text: ANSWERS[text])
    assert (scores["a"].mrr, scores["a"].success, scores["a"].recall) == (0.75, 0.5, 0.75)
    assert (scores["b"].mrr, mean(scores).mrr) == (0.0, 0.375)


def test_searches_without_a_result_are_counted_with_their_suggestions() -> None:
    zero = ZeroResults.count(QUERIES, lambda text: int(text == "1"), lambda text: text == "3")
    assert zero.per_class == {"a": (1, 0), "b": (1, 1)}
    assert "searches without a result: 2, with a suggestion 1" in zero.table()


def test_a_column_without_a_server_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    ours = Column("ours", lambda text: ANSWERS[text])
    missing = peers.elasticsearch("", ours)
    search_quality.print_table([ours, missing], {"ours": score_all(QUERIES, ours.search)})
    printed = capsys.readouterr().out
    assert "ours, Elasticsearch: not measured: no server" in printed
    assert "mean" in printed


def test_the_address_of_the_server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search_quality, "ROOT", tmp_path)
    monkeypatch.delenv("ELASTICSEARCH_URL", raising=False)
    assert search_quality.server_address() == ""
    (tmp_path / "var").mkdir()
    (tmp_path / "var" / "services.env").write_text(
        "# made\nELASTICSEARCH_URL='http://127.0.0.1:9'\n", encoding="utf-8"
    )
    assert search_quality.server_address() == "http://127.0.0.1:9"
    monkeypatch.setenv("ELASTICSEARCH_URL", "http://127.0.0.1:8")
    assert search_quality.server_address() == "http://127.0.0.1:8"


@pytest.mark.django_db
def test_an_invented_archive_is_found() -> None:
    documents = make_archive()
    ours = peers.embedded(documents)
    scores = score_all(build_queries(documents, seed=3, per_class=6), ours.search)
    assert len(scores) == 29
    assert mean(scores).mrr >= 0.95, {kind: score.mrr for kind, score in scores.items() if score.mrr < 1}
    assert ours.total("云岭省") > 0


def test_the_plain_peer_finds_words() -> None:
    documents = make_archive()
    words = peers.tantivy_words(documents)
    assert words.search(documents[0]["title"])[0] == 0
    assert words.search('"') == []


@pytest.mark.parametrize("call", [["bench/search_quality.py"], ["-m", "bench.search_quality"]])
def test_it_can_be_called_both_ways(call: list[str]) -> None:
    root = Path(__file__).resolve().parents[2]
    environment = {**os.environ, "PYTHONPATH": ""}
    done = subprocess.run(
        [sys.executable, *call, "--help"],
        cwd=root,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, "ARCHIVE.jsonl.gz" in done.stdout) == (0, True), done.stderr


@pytest.mark.corpus
@pytest.mark.django_db
def test_a_part_of_the_real_archive_is_found(corpus: Path) -> None:
    """Titles chosen at random stand for an archive the search has not seen; fewer documents, so that it stays quick."""
    documents, _rest = split_by_title(read_archive(corpus / "archive" / "normative.jsonl.gz"), 0.1, seed=5)
    scores = score_all(build_queries(documents, seed=11, per_class=20), peers.embedded(documents).search)
    shown = {kind: round(score.mrr, 3) for kind, score in scores.items() if score.mrr < 1}
    assert mean(scores).mrr >= 0.985, shown
    assert min(score.mrr for score in scores.values()) >= 0.93, shown
