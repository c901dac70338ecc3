"""Order among equal scores, the same whatever engine found them: by id.

tantivy adds scores up in single precision and in an order that depends on the index, so equal documents differ in the
last digits, and what is equal comes as it was written; Elasticsearch adds in double precision. Both come through here.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias

#: Scores that differ by less than this share of themselves are equal: a few last digits of single precision.
TOLERANCE = 3e-7
#: Answers looked at before and after a page; when a run of equal scores is longer, more are looked at, in these steps.
WINDOWS = (30, 240, 1_920)
Scored: TypeAlias = tuple[int, float]


def page_of(
    fetch: Callable[[int, int], list[Scored]], offset: int, limit: int, windows: Sequence[int] = WINDOWS
) -> list[Scored]:
    """Return the answers `offset` to `offset + limit` of what `fetch(offset, limit)` yields by falling score.

    A run of equal scores longer than the last window stays as it comes, on every page it touches. `windows` end with the
    last of `WINDOWS`, so that every engine orders alike; who looks further cheaper than twice leaves some out.
    """
    page: list[Scored] = []
    for window in windows:
        first = max(offset - window, 0)
        found = fetch(first, offset - first + limit + window)
        at = offset - first
        ordered: list[Scored] = []
        settled = True
        for run in _runs(found):
            start, end = len(ordered), len(ordered) + len(run)
            touched = start < at + limit and end > at
            if len(run) > window and touched:
                settled = False
            ordered.extend(sorted(run) if len(run) <= window else run)
        page = ordered[at : at + limit]
        if settled:
            break
    return page


def _runs(found: Sequence[Scored]) -> list[list[Scored]]:
    """Cut `found` where a score is really lower than the one before."""
    runs: list[list[Scored]] = []
    for hit in found:
        if runs and runs[-1][-1][1] - hit[1] <= TOLERANCE * abs(hit[1]):
            runs[-1].append(hit)
        else:
            runs.append([hit])
    return runs
