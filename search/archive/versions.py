"""Versions of a text: which documents are one, what happened to it when, and the difference of two of them."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from search.archive.clauses import Clause, parse_clauses
from search.archive.diffs import ClauseChange, ClauseStatus, counts, diff_clauses
from search.archive.enums import RelationKind
from search.archive.models import DocumentRelation, NormativeDocument
from search.archive.text_diffs import Segment, SegmentOp
from search.archive.titles import exact_key

#: Other versions named on a page.
MOST = 20
_COMPARED = (RelationKind.AMENDS, RelationKind.REPEALS, RelationKind.DRAFT_OF)


def day_of(document: NormativeDocument) -> dt.date | None:
    """The day this version was made, as far as known."""
    return document.adopted_on or document.published_on or document.effective_on


def relatives(document: NormativeDocument) -> list[NormativeDocument]:
    """Visible documents of the same number, version group or title in the same place; one query."""
    alike = Q(pk__in=[])
    if document.number_key:
        alike |= Q(number_key=document.number_key)
    if document.version_of:
        alike |= Q(version_of=document.version_of)
    if document.title_key:
        alike |= Q(title_key=document.title_key, region=document.region)
    found = NormativeDocument.objects.visible().filter(alike).exclude(pk=document.pk).light()
    return list(found.order_by("adopted_on", "published_on", "pk")[: MOST * 2])


def is_version(document: NormativeDocument, other: NormativeDocument) -> bool:
    """True when `other` is the same text of another day: one version group, or one title by one body."""
    if document.version_of and document.version_of == other.version_of:
        return True
    if not document.title_key or document.title_key != other.title_key or document.region != other.region:
        return False
    bodies = {document.issuing_authority, other.issuing_authority} - {""}
    # 关于调整…的通知 is a title every body uses for something else each time.
    return len(bodies) <= 1 and (not document.title_key.startswith("关于") or exact_key(document.title) != exact_key(other.title)
                                 or document.number_key == other.number_key != "")  # fmt: skip


def may_compare(document: NormativeDocument, other: NormativeDocument) -> bool:
    """True for versions, texts of one number, and texts of which one amends, repeals or is the draft of the other."""
    if document.pk == other.pk:
        return False
    if is_version(document, other) or (document.number_key and document.number_key == other.number_key):
        return True
    pair = Q(source=document, target=other) | Q(source=other, target=document)
    return DocumentRelation.objects.filter(pair, kind__in=_COMPARED, rejected=False).exists()


@dataclass(frozen=True, slots=True)
class Event:
    """One line of the timeline. `compare` leads to the difference between that version and this one."""

    day: str
    label: str
    title: str = ""
    url: str = ""
    compare: str = ""
    is_current: bool = False

    @property
    def date(self) -> dt.date | None:
        """`day` as a date; None where the source wrote something else."""
        try:
            return dt.date.fromisoformat(self.day)
        except ValueError:
            return None


def timeline(
    document: NormativeDocument, versions: Iterable[NormativeDocument], incoming: Iterable[Mapping[str, Any]]
) -> list[Event]:
    """Passing, amendments, versions and repeal in order: from the source's history, the relations and the versions."""
    events = [
        Event(str(e.get("date") or ""), str(e.get("event") or ""))
        for e in document.history or []
        if isinstance(e, dict) and e.get("event")
    ]
    own = day_of(document)
    others = list(versions)
    if others:
        events.append(Event(own.isoformat() if own else "", _("本文本"), is_current=True))
    for other in others:
        day = day_of(other)
        events.append(
            Event(day.isoformat() if day else "", _("另一文本"), other.title, other.get_absolute_url(),
                  reverse("archive:compare", args=[document.pk, other.pk]))
        )  # fmt: skip
    events += _acts(document, incoming)
    # Lines without a day stay first, where the source put them.
    return sorted(events, key=lambda e: e.day)


def _acts(document: NormativeDocument, incoming: Iterable[Mapping[str, Any]]) -> list[Event]:
    labels = {
        RelationKind.AMENDS.value: pgettext("event", "修改"),
        RelationKind.REPEALS.value: pgettext("event", "废止"),
    }
    found: dict[tuple[str, int], Event] = {}
    for row in incoming:
        if row["kind"] in labels:
            clauses = row["target_clause_text"]
            # The day that decides the validity of the whole, where it is known: else two days of one repeal stand there.
            ended = (
                document.repealed_on if row["kind"] == RelationKind.REPEALS.value and not clauses else None
            )
            day = ended or row["source__adopted_on"] or row["source__published_on"]
            url = reverse("archive:document", args=[row["source_id"]])
            found.setdefault(
                (row["kind"], row["source_id"]),
                Event(day.isoformat() if day else "", labels[row["kind"]] + clauses, row["source__title"],
                      f"{url}#{row['clause_id']}" if row["clause_id"] else url),
            )  # fmt: skip
    return list(found.values())


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """One clause of a difference, with the words of each side as pieces."""

    change: ClauseChange
    anchor: str
    label: str
    old_label: str
    old: tuple[Segment, ...]
    new: tuple[Segment, ...]

    @property
    def status(self) -> str:
        return self.change.status.value


@dataclass(frozen=True, slots=True)
class Comparison:
    """The older text against the newer, clause by clause; `rows` leaves unchanged ones out unless they are asked for."""

    old: NormativeDocument
    new: NormativeDocument
    rows: list[ChangeRow]
    counts: list[tuple[ClauseStatus, int]]
    everything: bool

    @property
    def identical(self) -> bool:
        return all(status is ClauseStatus.UNCHANGED or not n for status, n in self.counts)


def compare(document: NormativeDocument, other: NormativeDocument, *, everything: bool) -> Comparison:
    """The difference of two texts, older first; the one asked from is the newer when no dates tell."""
    days = day_of(document), day_of(other)
    swapped = bool(days[0] and days[1] and days[0] < days[1])
    old, new = (document, other) if swapped else (other, document)
    changes = diff_clauses(_printed(old.text), _printed(new.text))
    shown = [c for c in changes if everything or c.status is not ClauseStatus.UNCHANGED]
    return Comparison(old, new, [_row(c) for c in shown], list(counts(changes).items()), everything)


_LETTER_SPACE = re.compile(r"(?<=[\u3400-\u9fff])[ \u3000]+(?=[\u3400-\u9fff])")


def _printed(text: str) -> list[Clause]:
    """The clauses of `text`; the spaces some printings set inside headings (总 则) are no difference."""
    return [
        replace(c, text=_LETTER_SPACE.sub("", c.text)) if len(c.text) < 40 else c for c in parse_clauses(text)
    ]


def _words(clause: Clause | None, op: SegmentOp) -> tuple[Segment, ...]:
    return (Segment(op, clause.text),) if clause and clause.text else ()


def _row(change: ClauseChange) -> ChangeRow:
    clause = change.new or change.old
    label = clause.label if clause else ""
    old_label = change.old.label if change.old and change.new and change.old.label != change.new.label else ""
    if change.segments:
        old = tuple(s for s in change.segments if s.op is not SegmentOp.INSERT)
        new = tuple(s for s in change.segments if s.op is not SegmentOp.DELETE)
    else:
        gone, came = change.status is ClauseStatus.REMOVED, change.status is ClauseStatus.ADDED
        old = _words(change.old, SegmentOp.DELETE if gone else SegmentOp.EQUAL)
        new = _words(change.new, SegmentOp.INSERT if came else SegmentOp.EQUAL)
    anchor = f"{'old' if change.new is None else 'new'}-{clause.id if clause else ''}"
    return ChangeRow(change, anchor, label, old_label, old, new)


def split_relatives(
    document: NormativeDocument, found: Sequence[NormativeDocument]
) -> tuple[list[NormativeDocument], list[NormativeDocument]]:
    """(versions of the text, other documents of the same number) among `relatives`."""
    versions = [d for d in found if is_version(document, d)]
    chosen = {d.pk for d in versions}
    twins = [
        d for d in found if d.pk not in chosen and document.number_key and d.number_key == document.number_key
    ]
    return versions[:MOST], twins[:10]
