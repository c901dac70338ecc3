"""Clause by clause difference of two versions of a text: what stayed, changed, moved, came in and went out.

Matching goes from sure to likely: the same id with the same words, the same words elsewhere (renumbered or moved), like
words anywhere, and last the same place with at least something in common. The order of the answer is the new text's,
with every removed clause shown after its old neighbour. Same input, same answer: ties are broken by position.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from search.archive.text_diffs import Segment, diff_text, shingles

if TYPE_CHECKING:
    from search.archive.clauses import Clause

#: Share of common character pairs (Dice, 0 to 1) from which two clauses in different places are the same clause.
SIMILAR_ANYWHERE = 0.5
#: The same, for clauses at the same place of the text.
SIMILAR_IN_PLACE = 0.2
#: A character pair found in more clauses than this says nothing about which two belong together.
COMMON_SHINGLE = 40
#: How many candidates per clause are compared exactly; bounds the work on long texts.
CANDIDATES = 8


class ClauseStatus(StrEnum):
    UNCHANGED = "unchanged"
    CHANGED = "changed"
    ADDED = "added"
    REMOVED = "removed"
    MOVED = "moved"


@dataclass(frozen=True, slots=True)
class ClauseChange:
    """What became of one clause. `old` is None for an added one, `new` for a removed one; both are set otherwise.

    `moved`: it has another id or stands in another order than its neighbours. `segments` restore both texts when
    joined; they are only given for changed clauses. Labels (「第三条」) are not compared: renumbering alone is no change.
    """

    status: ClauseStatus
    old: Clause | None
    new: Clause | None
    moved: bool = False
    segments: tuple[Segment, ...] = ()


def diff_clauses(old: Sequence[Clause], new: Sequence[Clause]) -> tuple[ClauseChange, ...]:
    """Difference of two clause sequences, in the order of `new`; every clause of both appears exactly once."""
    pairs = _Matcher(old, new).match()
    in_order = _in_order(pairs)
    matched_old = {i: j for j, i in pairs.items()}
    after: dict[int, list[int]] = defaultdict(list)
    anchor = -1
    for i in range(len(old)):
        if i not in matched_old:
            after[anchor].append(i)
        elif matched_old[i] in in_order:
            anchor = matched_old[i]
    changes = [ClauseChange(ClauseStatus.REMOVED, old[i], None) for i in after[-1]]
    for j, clause in enumerate(new):
        if j in pairs:
            changes.append(_compare(old[pairs[j]], clause, reordered=j not in in_order))
        else:
            changes.append(ClauseChange(ClauseStatus.ADDED, None, clause))
        changes.extend(ClauseChange(ClauseStatus.REMOVED, old[i], None) for i in after[j])
    return tuple(changes)


def counts(changes: Sequence[ClauseChange]) -> dict[ClauseStatus, int]:
    """How many clauses of each status there are, every status present."""
    found = Counter(change.status for change in changes)
    return {status: found[status] for status in ClauseStatus}


def _compare(old: Clause, new: Clause, *, reordered: bool) -> ClauseChange:
    moved = reordered or old.id != new.id
    if old.text == new.text:
        return ClauseChange(ClauseStatus.MOVED if moved else ClauseStatus.UNCHANGED, old, new, moved)
    return ClauseChange(ClauseStatus.CHANGED, old, new, moved, diff_text(old.text, new.text))


def _in_order(pairs: dict[int, int]) -> frozenset[int]:
    """New positions whose clause kept its order: the longest increasing run of old positions (patience sorting)."""
    tails: list[int] = []  # new positions; their old positions increase
    before: dict[int, int] = {}
    for j in sorted(pairs):
        low, high = 0, len(tails)
        while low < high:
            middle = (low + high) // 2
            if pairs[tails[middle]] < pairs[j]:
                low = middle + 1
            else:
                high = middle
        if low:
            before[j] = tails[low - 1]
        tails[low : low + 1] = [j]
    kept: set[int] = set()
    at = tails[-1] if tails else None
    while at is not None:
        kept.add(at)
        at = before.get(at)
    return frozenset(kept)


class _Matcher:
    """Pairs new positions with old ones; `match` gives `{new position: old position}`."""

    def __init__(self, old: Sequence[Clause], new: Sequence[Clause]) -> None:
        self.old, self.new = old, new
        self.old_bodies = [clause.text for clause in old]
        self.new_bodies = [clause.text for clause in new]
        self.pairs: dict[int, int] = {}
        self.taken: set[int] = set()
        self.shingle_cache: dict[str, frozenset[str]] = {}

    def match(self) -> dict[int, int]:
        self._match_same_place_same_words()
        self._match_same_words()
        self._match_similar()
        self._match_same_place()
        return self.pairs

    def _pair(self, j: int, i: int) -> None:
        if j not in self.pairs and i not in self.taken:
            self.pairs[j] = i
            self.taken.add(i)

    def _free_old(self) -> list[int]:
        return [i for i in range(len(self.old)) if i not in self.taken]

    def _free_new(self) -> list[int]:
        return [j for j in range(len(self.new)) if j not in self.pairs]

    def _match_same_place_same_words(self) -> None:
        place = {(clause.id, self.old_bodies[i]): i for i, clause in enumerate(self.old)}
        for j, clause in enumerate(self.new):
            i = place.get((clause.id, self.new_bodies[j]))
            if i is not None:
                self._pair(j, i)

    def _match_same_words(self) -> None:
        waiting: dict[tuple[str, str], list[int]] = defaultdict(list)
        for i in reversed(self._free_old()):
            waiting[(self.old[i].kind, self.old_bodies[i])].append(i)
        for j in self._free_new():
            found = waiting.get((self.new[j].kind, self.new_bodies[j]))
            if found and self.new_bodies[j]:
                self._pair(j, found.pop())

    def _match_similar(self) -> None:
        postings: dict[str, list[int]] = defaultdict(list)
        for i in self._free_old():
            for shingle in self._shingles(self.old_bodies[i]):
                postings[shingle].append(i)
        scored: list[tuple[float, int, int, int]] = []
        for j in self._free_new():
            shared: Counter[int] = Counter()
            for shingle in self._shingles(self.new_bodies[j]):
                found = postings.get(shingle, ())
                if len(found) <= COMMON_SHINGLE:
                    shared.update(found)
            for i, _count in sorted(shared.items(), key=lambda item: (-item[1], item[0]))[:CANDIDATES]:
                score = self._likeness(i, j)
                if score >= SIMILAR_ANYWHERE and self.old[i].kind == self.new[j].kind:
                    scored.append((-score, abs(i - j), j, i))
        for _score, _distance, j, i in sorted(scored):
            self._pair(j, i)

    def _match_same_place(self) -> None:
        """The same id, or the same place under a parent that is known to be the same."""
        by_id = {self.old[i].id: i for i in self._free_old()}
        old_id = {self.new[j].id: self.old[i].id for j, i in self.pairs.items()}
        for j in self._free_new():
            clause = self.new[j]
            ids = [clause.id]
            parent = clause.parent_id
            if parent and parent in old_id and clause.id.startswith(parent):
                ids.insert(0, old_id[parent] + clause.id[len(parent) :])
            for i in (by_id[name] for name in ids if name in by_id):
                if i not in self.taken and self._likeness(i, j) >= SIMILAR_IN_PLACE:
                    self._pair(j, i)
                    old_id[clause.id] = self.old[i].id
                    break

    def _shingles(self, body: str) -> frozenset[str]:
        if body not in self.shingle_cache:
            self.shingle_cache[body] = shingles(body)
        return self.shingle_cache[body]

    def _likeness(self, i: int, j: int) -> float:
        left, right = self._shingles(self.old_bodies[i]), self._shingles(self.new_bodies[j])
        total = len(left) + len(right)
        return 2 * len(left & right) / total if total else 0.0
