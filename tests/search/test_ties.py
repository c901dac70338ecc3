"""Equal scores come by id on every page alike, whatever order the engine hands them out in."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from search.engines.ties import TOLERANCE, WINDOWS, Scored, page_of


def pages(found: list[Scored], size: int) -> list[int]:
    def fetch(offset: int, limit: int) -> list[Scored]:
        return found[offset : offset + limit]

    starts = range(0, len(found), size)
    return [pk for start in starts for pk, _ in page_of(fetch, start, size)]


def test_equal_scores_come_by_id() -> None:
    found = [(9, 2.0), (5, 1.0), (3, 1.0), (4, 1.0), (1, 0.5)]
    assert pages(found, 2) == [9, 3, 4, 5, 1]


def test_the_last_digits_of_a_score_are_no_difference() -> None:
    found = [(7, 53.51885604), (2, 53.51885604 * (1 - TOLERANCE / 2)), (1, 53.0)]
    assert pages(found, 10) == [2, 7, 1]
    assert pages([(7, 53.6), (2, 53.5)], 10) == [7, 2]


def test_a_run_longer_than_a_page_is_in_order_across_pages() -> None:
    run = [(pk, 5.0) for pk in range(200, 0, -1)]
    assert pages([(999, 6.0), *run, (1_000, 4.0)], 10) == [999, *range(1, 201), 1_000]


def test_a_run_longer_than_every_window_still_comes_once_each() -> None:
    run = [(pk, 5.0) for pk in range(WINDOWS[-1] + 500, 0, -1)]
    assert sorted(pages(run, 100)) == list(range(1, len(run) + 1))


@settings(max_examples=150, deadline=None)
@given(
    scores=st.lists(st.integers(1, 6), max_size=120),
    size=st.integers(1, 25),
    seed=st.randoms(use_true_random=False),
)
def test_pages_are_the_whole_order_cut_up(scores: list[int], size: int, seed: object) -> None:
    ids = list(range(1, len(scores) + 1))
    seed.shuffle(ids)  # type: ignore[attr-defined]
    found = sorted(zip(ids, map(float, scores), strict=True), key=lambda hit: -hit[1])
    assert pages(found, size) == [pk for pk, _ in sorted(found, key=lambda hit: (-hit[1], hit[0]))]
