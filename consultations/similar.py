"""Comments that say nearly the same, to group campaigns and repeats quickly. Suggestions only: a person decides.

Two comments are alike when their normalised texts are equal, or when they share enough three-letter pieces (Jaccard).
Candidates are found by the smallest hashes of those pieces, so that not every pair is compared.
"""

from __future__ import annotations

import zlib
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from portal.text import normalise, runs

#: Share of common pieces (0 to 1) from which two comments are suggested as the same.
ALIKE = 0.5
#: Smallest hashes kept per comment to look for candidates, and how many they must share to be compared.
SKETCH = 32
SHARED = 4
#: A piece found in more groups than this is a phrase of the whole consultation and says nothing.
COMMON = 100
#: Groups compared exactly with each comment, those that share most hashes first.
CANDIDATES = 10
#: Comments looked at in one go; beyond this the suggestion covers the oldest ones.
LIMIT = 2000


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Comments that seem to say the same; `comment_ids` in the order given, the first is the example shown."""

    comment_ids: tuple[int, ...]
    example: str


@dataclass(frozen=True, slots=True)
class _Prepared:
    pk: int
    raw: str
    text: str
    pieces: frozenset[str]
    sketch: frozenset[int]


def pieces_of(text: str) -> frozenset[str]:
    """Three-letter pieces of a normalised text; a shorter run counts whole."""
    found: set[str] = set()
    for run, _is_han in runs(text):
        found.update(run[k : k + 3] for k in range(max(len(run) - 2, 1)))
    return frozenset(found)


def likeness(left: str, right: str) -> float:
    """0 to 1: 1 for texts that are equal once normalised, else the share of common pieces."""
    return _likeness(_prepare(0, left), _prepare(0, right))


def suggest_groups(comments: Iterable[tuple[int, str]]) -> list[Suggestion]:
    """Groups of at least two alike comments among (id, text) pairs, the largest first. Each comment is in one group.

    A comment joins the first group whose first comment is like it: groups do not creep from one topic to another.
    """
    leaders: list[_Prepared] = []
    members: list[list[int]] = []
    by_text: dict[str, int] = {}
    by_hash: dict[int, list[int]] = defaultdict(list)
    for number, (pk, text) in enumerate(comments):
        if number >= LIMIT:
            break
        item = _prepare(pk, text)
        if not item.pieces:
            continue
        group = by_text.get(item.text)
        if group is None:
            group = _closest(item, leaders, by_hash)
        if group is None:
            group = len(leaders)
            leaders.append(item)
            members.append([])
            for value in item.sketch:
                by_hash[value].append(group)
        by_text.setdefault(item.text, group)
        members[group].append(pk)
    found = [Suggestion(tuple(ids), leaders[g].raw) for g, ids in enumerate(members) if len(ids) > 1]
    return sorted(found, key=lambda suggestion: -len(suggestion.comment_ids))


def most_similar(text: str, others: Iterable[tuple[int, str]]) -> list[int]:
    """Ids of `others` alike to `text`, the closest first."""
    item = _prepare(0, text)
    scored = [(_likeness(item, _prepare(pk, other)), pk) for pk, other in others]
    return [pk for score, pk in sorted(scored, key=lambda row: (-row[0], row[1])) if score >= ALIKE]


def _prepare(pk: int, raw: str) -> _Prepared:
    normal = normalise(raw)
    text = "".join(run for run, _is_han in runs(normal))
    pieces = pieces_of(normal)
    hashes = sorted(zlib.crc32(piece.encode("utf-8", "surrogatepass")) for piece in pieces)
    return _Prepared(pk, raw, text, pieces, frozenset(hashes[:SKETCH]))


def _likeness(left: _Prepared, right: _Prepared) -> float:
    if left.text == right.text:
        return 1.0 if left.text else 0.0
    union = len(left.pieces | right.pieces)
    return len(left.pieces & right.pieces) / union if union else 0.0


def _closest(item: _Prepared, leaders: list[_Prepared], by_hash: dict[int, list[int]]) -> int | None:
    postings = (by_hash.get(value, ()) for value in item.sketch)
    shared = Counter(group for found in postings if len(found) <= COMMON for group in found)
    needed = min(SHARED, len(item.sketch))
    likely = sorted(shared.items(), key=lambda row: (-row[1], row[0]))[:CANDIDATES]
    scored = [(_likeness(item, leaders[group]), group) for group, count in likely if count >= needed]
    best = max(scored, key=lambda row: (row[0], -row[1]), default=None)
    return best[1] if best is not None and best[0] >= ALIKE else None
