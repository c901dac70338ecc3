"""The three measures, per class and as the mean over classes, and the count of searches without an answer."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from bench.archive import Query

DEPTH = 10


@dataclass(frozen=True)
class Score:
    """Means over `queries` queries: reciprocal rank, first answer right, share of the right answers in the first ten."""

    queries: int
    mrr: float
    success: float
    recall: float


def score_all(queries: Iterable[Query], search: Callable[[str], Sequence[int]]) -> dict[str, Score]:
    """Return class -> score of `search`, which maps a query to positions of documents, best first."""
    rows: dict[str, list[tuple[float, float, float]]] = defaultdict(list)
    for query in queries:
        rows[query.kind].append(_one(query, list(search(query.text))[:DEPTH]))
    return {
        kind: Score(len(found), *(sum(column) / len(found) for column in zip(*found, strict=True)))
        for kind, found in rows.items()
    }


def _one(query: Query, answers: list[int]) -> tuple[float, float, float]:
    ranks = [rank for rank, answer in enumerate(answers, 1) if answer in query.relevant]
    reciprocal = 1 / ranks[0] if ranks else 0.0
    return reciprocal, float(bool(ranks) and ranks[0] == 1), len(ranks) / min(len(query.relevant), DEPTH)


def mean(scores: dict[str, Score]) -> Score:
    """Return the mean over classes, each class counting the same."""
    n = max(len(scores), 1)
    values = scores.values()
    return Score(
        sum(s.queries for s in values),
        sum(s.mrr for s in values) / n,
        sum(s.success for s in values) / n,
        sum(s.recall for s in values) / n,
    )


@dataclass(frozen=True)
class ZeroResults:
    """Per class: queries that found nothing, and how many of those were answered with a suggestion."""

    per_class: dict[str, tuple[int, int]]

    @classmethod
    def count(
        cls, queries: Iterable[Query], total: Callable[[str], int], suggests: Callable[[str], bool]
    ) -> ZeroResults:
        """Ask `total` for each query and, where it is nought, `suggests`."""
        found: dict[str, tuple[int, int]] = {}
        for query in queries:
            if total(query.text) == 0:
                empty, helped = found.get(query.kind, (0, 0))
                found[query.kind] = (empty + 1, helped + bool(suggests(query.text)))
        return cls(found)

    def table(self) -> str:
        """Return one line for each class in which a search found nothing, and the sum."""
        empty = sum(pair[0] for pair in self.per_class.values())
        helped = sum(pair[1] for pair in self.per_class.values())
        lines = [f"  {kind}: {a}, with a suggestion {b}" for kind, (a, b) in self.per_class.items()]
        return "\n".join([f"\nsearches without a result: {empty}, with a suggestion {helped}", *lines])
