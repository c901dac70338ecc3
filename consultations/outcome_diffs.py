"""The difference between the frozen draft and the policy that came of it, with the decisions behind each change."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.core.cache import cache

from consultations.models import ConsultationPage, Disposition, Outcome
from consultations.outcome_selectors import decisions_by_clause
from interpretations.models import PolicyDocumentPage
from search.archive.clauses import Clause, parse_clauses
from search.archive.diffs import ClauseChange, ClauseStatus, counts, diff_clauses
from search.archive.numerals import to_chinese
from search.archive.text_diffs import Segment, SegmentOp

#: Seconds a difference is kept; it is found by the two texts themselves, so an old one is never shown for a new text.
CACHE_SECONDS = 24 * 60 * 60
#: Raise when the way of comparing changes, so that kept differences are made anew.
VERSION = 1
#: Characters shown of a clause without a number.
BEGINNING = 12

_PARAGRAPH = re.compile(r"-p(\d{1,3})$")


@dataclass(frozen=True, slots=True)
class DiffRow:
    """One clause of the difference. `decisions` are those that name the draft clause as changed because of them.

    `label` says where it stands (第三条第二款); `old_label` where it stood in the draft, when that is elsewhere.
    """

    change: ClauseChange
    decisions: tuple[Disposition, ...]
    label: str
    old_label: str = ""

    @property
    def anchor(self) -> str:
        """HTML id: the draft clause's, so that a decision can point at it; the final one's when it is new."""
        if self.change.old is not None:
            return f"draft-{self.change.old.id}"
        return f"final-{self.change.new.id}" if self.change.new else ""

    @property
    def old_segments(self) -> tuple[Segment, ...]:
        """What to show on the draft's side: common words and deletions."""
        return tuple(s for s in self._segments() if s.op != SegmentOp.INSERT)

    @property
    def new_segments(self) -> tuple[Segment, ...]:
        """What to show on the final text's side: common words and insertions."""
        return tuple(s for s in self._segments() if s.op != SegmentOp.DELETE)

    def _segments(self) -> tuple[Segment, ...]:
        change = self.change
        if change.segments:
            return change.segments
        if change.new is None and change.old is not None:
            return (Segment(SegmentOp.DELETE, change.old.text),)
        if change.old is None and change.new is not None:
            return (Segment(SegmentOp.INSERT, change.new.text),)
        return (Segment(SegmentOp.EQUAL, change.new.text),) if change.new else ()


@dataclass(frozen=True, slots=True)
class OutcomeDiff:
    """The whole difference; `rows` holds every clause, `changed_rows` those that differ.

    `shown_rows` adds the clauses that a decision points at, though they came out the same: a link to them must lead there.
    """

    policy: PolicyDocumentPage
    rows: tuple[DiffRow, ...]
    counts: dict[ClauseStatus, int]

    @property
    def changed_rows(self) -> tuple[DiffRow, ...]:
        return tuple(row for row in self.rows if row.change.status != ClauseStatus.UNCHANGED)

    @property
    def shown_rows(self) -> tuple[DiffRow, ...]:
        unchanged = ClauseStatus.UNCHANGED
        return tuple(row for row in self.rows if row.change.status != unchanged or row.decisions)

    @property
    def identical(self) -> bool:
        return not self.changed_rows


def draft_clauses(consultation: ConsultationPage) -> tuple[Clause, ...]:
    """The frozen draft as clauses; one query."""
    return tuple(
        Clause(row.clause_id, row.kind, row.label, row.text, row.depth, row.parent_clause_id or None)
        for row in consultation.clauses.all()
    )


def final_policy_of(outcome: Outcome) -> PolicyDocumentPage | None:
    """The policy that came of the draft, once the public may read it."""
    policy = outcome.final_policy
    return policy if policy is not None and policy.live else None


def outcome_diff(outcome: Outcome) -> OutcomeDiff | None:
    """Difference between the draft and the final policy; None while that policy is not published."""
    policy = final_policy_of(outcome)
    if policy is None:
        return None
    changes = _changes(draft_clauses(outcome.consultation), policy.body)
    decisions = decisions_by_clause(outcome.consultation)
    rows = tuple(_rows(changes, decisions))
    return OutcomeDiff(policy, rows, counts(changes))


def places(clauses: Iterable[Clause]) -> dict[str, str]:
    """Clause id -> where it stands, in words: 第三条, 第三条第二款, 第三条（一）; how it begins when it has no number."""
    found: dict[str, str] = {}
    kinds: dict[str, str] = {}
    for clause in clauses:
        kinds[clause.id] = clause.kind
        parent = clause.parent_id if clause.parent_id and kinds.get(clause.parent_id) != "chapter" else None
        number = _PARAGRAPH.search(clause.id)
        if parent in found and clause.kind == "item":
            found[clause.id] = found[parent] + clause.label
        elif parent in found and number and not clause.label:
            found[clause.id] = f"{found[parent]}第{to_chinese(int(number[1]))}款"
        else:
            found[clause.id] = clause.label or clause.text[:BEGINNING]
    return found


def _rows(changes: Sequence[ClauseChange], decisions: Mapping[str, list[Disposition]]) -> Iterator[DiffRow]:
    old = places(sorted((c.old for c in changes if c.old), key=lambda clause: clause.depth))
    new = places(change.new for change in changes if change.new)
    for change in changes:
        before = old[change.old.id] if change.old else ""
        after = new[change.new.id] if change.new else before
        because = tuple(decisions.get(change.old.id, ())) if change.old else ()
        moved = bool(change.old and change.new and change.old.id != change.new.id and before != after)
        yield DiffRow(change, because, after, before if moved else "")


def _changes(draft: Sequence[Clause], final_text: str) -> tuple[ClauseChange, ...]:
    digest = hashlib.sha256(final_text.encode("utf-8", "surrogatepass"))
    for clause in draft:
        digest.update(f"\0{clause.id}\0{clause.label}\0{clause.text}".encode("utf-8", "surrogatepass"))
    key = f"outcome-diff:{VERSION}:{digest.hexdigest()}"
    found: tuple[ClauseChange, ...] | None = cache.get(key)
    if found is None:
        found = diff_clauses(draft, parse_clauses(final_text))
        cache.set(key, found, CACHE_SECONDS)
    return found
