"""The bench itself, and the quality it must find on the real archive."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest

from bench.measures import mean, score_all
from bench.peers import embedded
from bench.queries import Query, build_queries, read_archive

TOPICS = {"渔业": "捕捞", "林业": "种苗", "矿产": "勘查", "畜牧": "屠宰", "旅游": "景区"}
SMALL = [
    {
        "title": title.format(topic=topic, part=part),
        "document_number": f"云政发〔20{year}〕{year}号",
        "text": f"第一条 为了规范{topic}{part}领域住房公积金的提取和使用，维护{topic}职工的合法权益，制定本办法。",
        "doc_type": "规范性文件",
    }
    for year, (title, (topic, part)) in enumerate(
        itertools.product(
            ("云岭省{topic}{part}职工住房公积金提取办法", "云岭省{topic}{part}安全生产规定"), TOPICS.items()
        ),
        10,
    )
]


def test_sixteen_classes_each_with_an_answer() -> None:
    queries = build_queries(SMALL, seed=1, per_class=5)
    assert len({query.kind for query in queries}) == 16
    assert all(query.relevant and query.text for query in queries)


def test_the_same_seed_gives_the_same_queries() -> None:
    assert build_queries(SMALL, seed=1, per_class=5) == build_queries(SMALL, seed=1, per_class=5)
    assert build_queries(SMALL, seed=1, per_class=5) != build_queries(SMALL, seed=2, per_class=5)


def test_documents_of_one_title_are_all_right_answers() -> None:
    twice = [*SMALL, {**SMALL[0], "document_number": None}]
    exact = [q for q in build_queries(twice, seed=1, per_class=9) if q.kind == "title exact"]
    assert {q.relevant for q in exact if q.text == SMALL[0]["title"]} == {frozenset({0, 10})}


def test_measures() -> None:
    queries = [
        Query("a", "1", frozenset({7})),
        Query("a", "2", frozenset({7, 8})),
        Query("b", "3", frozenset({1})),
    ]
    answers = {"1": [7], "2": [3, 8], "3": [2]}
    scores = score_all(queries, lambda text: answers[text])
    assert (scores["a"].mrr, scores["a"].success, scores["a"].recall) == (0.75, 0.5, 0.75)
    assert (scores["b"].mrr, mean(scores).mrr) == (0.0, 0.375)


@pytest.mark.corpus
@pytest.mark.django_db
def test_the_real_archive_is_found(corpus: Path) -> None:
    documents = read_archive(corpus / "archive" / "normative.jsonl.gz")
    queries = build_queries(documents, seed=11, per_class=6)
    scores = score_all(queries, embedded(documents).search)
    assert len(scores) == 16
    assert mean(scores).mrr >= 0.97, {kind: score.mrr for kind, score in scores.items()}
