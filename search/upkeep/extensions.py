"""Extensions of validity (有效期延续) that texts state: which hold, and which wait for a person.

An extension counts by itself only when nothing is left to guess: same body or place, made while the document was in force,
a last day that is stated or follows from one we know, and later than it. Every other statement is shown to people.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from search.archive.citation_kinds import explains
from search.archive.enums import RelationKind, RelationOrigin
from search.archive.models import DocumentRelation, NormativeDocument
from search.archive.recognise.terms import last_day
from search.archive.titles import is_draft
from search.upkeep.enums import HUMAN, ActKind, ActOrigin
from search.upkeep.models import ValidityAct

ONE_DAY = dt.timedelta(days=1)
_CHUNK = 300
#: Kinds by which a person speaks of the last day.
TERM_WORDS = frozenset({ActKind.LAPSE, ActKind.CONTINUE, ActKind.TERM})
_COLUMNS = (
    "pk", "origin", "source_id", "target_id", "target_clause_text", "term_until", "term_months", "term_after",
    *(f"source__{n}" for n in ("title", "adopted_on", "published_on", "effective_on", "issuing_authority", "region", "withdrawn")),
    *(f"target__{n}" for n in ("valid_until", "stated_until", "issuing_authority", "region")),
)  # fmt: skip
Row = Mapping[str, Any]


def day_of_act(row: Row) -> dt.date | None:
    """The day the acting text takes effect, else its publication or signature."""
    day: dt.date | None = (
        row["source__effective_on"] or row["source__published_on"] or row["source__adopted_on"]
    )
    return day


def may_act(row: Row) -> bool:
    """The machine believes an act only of the body that issued the text, or of the same place."""
    return any(
        bool(row[f"source__{name}"]) and row[f"source__{name}"] == row[f"target__{name}"]
        for name in ("issuing_authority", "region")
    )


def settled_word(acts: Sequence[ValidityAct]) -> ValidityAct | None:
    """The last word of a person that fixes a last day; a 继续有效 without one fixes nothing."""
    spoken = [a for a in acts if a.origin in HUMAN and a.kind in TERM_WORDS]
    return next((a for a in reversed(spoken) if a.valid_until or a.kind == ActKind.LAPSE), None)


def in_force_of(acts: Sequence[ValidityAct], base: dt.date | None) -> ValidityAct | None:
    """Of the machine's extensions among `acts` the one that gives the last day; None when `base` stands.

    Each must be made by the day the one before ends, and lead beyond it. What a person said about the last day stands
    until an act of a later day; what a person declared lapsed, the machine does not revive.
    """
    word = settled_word(acts)
    if base is None or (word is not None and word.kind == ActKind.LAPSE):
        return None
    since = word.effective_on if word is not None else None
    found = [a for a in acts if a.origin == ActOrigin.MACHINE and a.kind == ActKind.TERM and a.valid_until]
    held, last = None, base
    for act in sorted(found, key=lambda a: (a.effective_on or dt.date.max, a.pk or 0)):
        day, until = act.effective_on, act.valid_until
        if day and until and (since is None or day > since) and day <= last < until:
            held, last = act, until
    return held


def extension_acts(document_ids: Collection[int]) -> list[ValidityAct]:
    """The acts on these documents' terms, of people (confirmed relations) and of the machine, whoever states them.

    All statements about one document are read together: 5年 more means five after the extension before.
    """
    rows: dict[int, list[Row]] = defaultdict(list)
    words: dict[int, list[ValidityAct]] = defaultdict(list)
    for chunk in _chunks(document_ids):
        for row in _standing().filter(target_id__in=chunk).values(*_COLUMNS):
            rows[row["target_id"]].append(row)
        spoken = ValidityAct.objects.filter(document_id__in=chunk, origin__in=HUMAN, kind__in=TERM_WORDS)
        for act in spoken.order_by("pk"):
            words[act.document_id].append(act)
    return [act for target in sorted(rows) for act in _chain(rows[target], settled_word(words[target]))]


def _standing() -> Any:
    return DocumentRelation.objects.filter(
        kind=RelationKind.EXTENDS, target__isnull=False, rejected=False, source__withdrawn=False
    )


def extended_documents(document_ids: Sequence[int]) -> set[int]:
    """Those of a few hundred documents that others extend; their own last day may have changed."""
    found = DocumentRelation.objects.filter(kind=RelationKind.EXTENDS, target_id__in=document_ids)
    return {pk for pk in found.values_list("target_id", flat=True) if pk is not None}


def _chunks(ids: Iterable[int]) -> Iterator[list[int]]:
    ordered = sorted(ids)
    for start in range(0, len(ordered), _CHUNK):
        yield ordered[start : start + _CHUNK]


def _chain(rows: Sequence[Row], word: ValidityAct | None) -> Iterator[ValidityAct]:
    """The acts of one document's statements in the order of their days; what cannot be worked out gives none."""
    last: dt.date | None = rows[0]["target__stated_until"] or rows[0]["target__valid_until"]
    since = word.effective_on if word else None
    for row in sorted(rows, key=lambda r: (day_of_act(r) or dt.date.max, r["pk"])):
        day, person = day_of_act(row), row["origin"] == RelationOrigin.PERSON
        until = _until(row, last)
        if day is None or until is None or not (person or _believed(row)):
            continue
        if not person and (last is None or not day <= last < until or (since and day <= since)):
            continue
        last = until if last is None or until > last else last
        yield ValidityAct(
            document_id=row["target_id"],
            kind=ActKind.TERM,
            effective_on=day,
            valid_until=until,
            act_id=row["source_id"],
            origin=ActOrigin.PERSON if person else ActOrigin.MACHINE,
        )


def _believed(row: Row) -> bool:
    """Drafts and explanations speak of extensions that others make; a part of a text is not the text."""
    title = row["source__title"]
    return not (row["target_clause_text"] or is_draft(title) or explains(title)) and may_act(row)


def _until(row: Row, last: dt.date | None) -> dt.date | None:
    """The last day a statement leads to when the document's was `last`; None when words and days do not agree."""
    stated: dt.date | None = row["term_until"]
    months, after = row["term_months"], row["term_after"]
    if last is None or (after is not None and after != last):
        # Without the day we know to compare with, only a person can tell; a stated day is theirs to confirm.
        return stated if row["origin"] == RelationOrigin.PERSON else None
    if months is None:
        return stated
    try:
        computed = last_day(last + ONE_DAY, months)
    except (OverflowError, ValueError):
        return None
    return computed if stated in (None, computed) else None


@dataclass(frozen=True, slots=True)
class OpenExtension:
    """A text says that the document goes on, and nobody has said until when: `until` and `months` as stated."""

    source_id: int
    title: str
    number: str
    day: dt.date | None
    until: dt.date | None
    months: int | None


def open_extensions(document_ids: Collection[int]) -> dict[int, list[OpenExtension]]:
    """Statements about these documents that no act in the ledger carries, and no later word of a person answers."""
    out: dict[int, list[OpenExtension]] = defaultdict(list)
    for chunk in _chunks(document_ids):
        columns = (*_COLUMNS, "source__document_number")
        rows = list(
            _standing().filter(target_id__in=chunk, target_clause_text="").order_by("pk").values(*columns)
        )
        acts = ValidityAct.objects.filter(document_id__in={r["target_id"] for r in rows}, kind__in=TERM_WORDS)
        carried: set[tuple[int, int | None]] = set()
        answered: dict[int, dt.date] = {}
        for document, source, origin, day in acts.values_list(
            "document_id", "act_id", "origin", "effective_on"
        ):
            carried.add((document, source))
            if origin in HUMAN and day:
                answered[document] = max(day, answered.get(document, day))
        for row in rows:
            _collect(row, out[row["target_id"]], carried, answered.get(row["target_id"]))
    return {document: found for document, found in out.items() if found}


def _collect(
    row: Row, found: list[OpenExtension], carried: set[tuple[int, int | None]], answered: dt.date | None
) -> None:
    day = day_of_act(row)
    if (row["target_id"], row["source_id"]) in carried or (answered and (day is None or day <= answered)):
        return
    if is_draft(row["source__title"]) or explains(row["source__title"]):
        return
    said = OpenExtension(
        row["source_id"], row["source__title"], row["source__document_number"], day, row["term_until"], row["term_months"]
    )  # fmt: skip
    same = next((i for i, e in enumerate(found) if e.source_id == said.source_id), None)
    if same is None:
        found.append(said)
    elif said.until or said.months:
        # Of several mentions in one text the one that says until when.
        found[same] = said


def extended_by(document: NormativeDocument, acts: Sequence[ValidityAct]) -> ValidityAct | None:
    """The machine's act that gives `document` its last day, out of all `acts` on it."""
    held = in_force_of(acts, document.stated_until) if document.stated_until else None
    return held if held is not None and held.valid_until == document.valid_until else None
