"""Acts on documents: recorded one by one, and what they come to as dates on the document.

A person's word (confirmation, clean-up) stands over what the machine read off texts or versions. The machine's later
findings count only from after the day the person spoke of.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from search.archive.models import NormativeDocument
from search.archive.services import record_acts
from search.upkeep.enums import HUMAN, ActKind, ActOrigin
from search.upkeep.extensions import ONE_DAY, TERM_WORDS, in_force_of
from search.upkeep.models import ValidityAct

_CHUNK = 500
_REPEAL = frozenset({ActKind.REPEAL, ActKind.CONTINUE, ActKind.NOT_REPEALED})
_AMEND = frozenset({ActKind.AMEND, ActKind.NOT_AMENDED})
#: What is emptied on a document when the last act of this kind is taken back.
_EMPTIED: Mapping[str, tuple[str, ...]] = {
    ActKind.REPEAL: ("repealed_on", "repealed_by_id"),
    ActKind.AMEND: ("amended_on", "amended_by_id", "replaced_on"),
}


@dataclass(frozen=True, slots=True)
class Standing:
    """The acts that hold, out of all that were recorded for one document."""

    repeal: ValidityAct | None = None
    amendment: ValidityAct | None = None
    #: The person's word on the last day: a declared lapse, or a continuation.
    term: ValidityAct | None = None


def _human(act: ValidityAct) -> bool:
    return act.origin in HUMAN


def _strongest(acts: Sequence[ValidityAct], group: frozenset[ActKind], kind: ActKind) -> ValidityAct | None:
    """The act of `kind` that holds among `group`: the last word of a person, else the earliest the machine found."""
    word = next((a for a in reversed(acts) if _human(a) and a.kind in group), None)
    if word is not None and word.kind == kind:
        return word
    since = word.effective_on if word is not None else None
    found = [
        a for a in acts
        if not _human(a) and a.kind == kind and a.effective_on and (since is None or a.effective_on > since)
    ]  # fmt: skip
    # Of two on one day the act itself says more than the newer text.
    return min(found, key=lambda a: (a.effective_on, a.origin == ActOrigin.VERSION, a.pk or 0), default=None)


def standing(acts: Sequence[ValidityAct]) -> Standing:
    """What holds of `acts` (all of one document, in the order they were recorded)."""
    terms = [a for a in acts if _human(a) and a.kind in TERM_WORDS]
    return Standing(
        repeal=_strongest(acts, _REPEAL, ActKind.REPEAL),
        amendment=_strongest(acts, _AMEND, ActKind.AMEND),
        term=terms[-1] if terms else None,
    )


def project(acts: Sequence[ValidityAct], document: Mapping[str, Any]) -> dict[str, Any]:
    """The columns of the document that follow from `acts`; columns nobody spoke of are not among them.

    `document` gives `effective_on`, `published_on`, `adopted_on`, `valid_until` and `stated_until` as they are.
    """
    held = standing(acts)
    kinds = {ActKind(a.kind) for a in acts}
    columns: dict[str, Any] = {}
    if kinds & _REPEAL:
        columns["repealed_on"] = held.repeal.effective_on if held.repeal else None
        columns["repealed_by_id"] = held.repeal.act_id if held.repeal else None
    if kinds & _AMEND:
        columns["amended_on"] = held.amendment.effective_on if held.amendment else None
        columns["amended_by_id"] = held.amendment.act_id if held.amendment else None
        columns["replaced_on"] = _replaced_on(acts)
    spoken = _term_columns(held.term, acts, document)
    return columns | spoken | _extended_columns(spoken, acts, document)


def _term_columns(
    term: ValidityAct | None, acts: Sequence[ValidityAct], document: Mapping[str, Any]
) -> dict[str, Any]:
    """Last day, confirmation and start as the person's word on the term leaves them."""
    if term is None:
        return {}
    columns: dict[str, Any] = {"validity_confirmed": True, "lapsed": False}
    if document["effective_on"] is None:
        # 自公布之日起: a file in force that states no day applies from when it was made public.
        columns["effective_on"] = document["published_on"] or document["adopted_on"]
    stated = _base(document)
    if term.kind == ActKind.LAPSE and term.effective_on:
        last = term.effective_on - ONE_DAY
        columns["valid_until"] = min(stated, last) if stated else last
    elif term.valid_until:
        columns["valid_until"] = term.valid_until
    elif any(a.kind == ActKind.LAPSE and _human(a) for a in acts):
        # The lapse was taken back without a new last day: there is none.
        columns["valid_until"] = None
    return columns


def _replaced_on(acts: Sequence[ValidityAct]) -> dt.date | None:
    """From when a newer version stands in the place of this text; not what a person has denied since."""
    denied = [a.effective_on for a in acts if _human(a) and a.kind == ActKind.NOT_AMENDED and a.effective_on]
    days = [a.effective_on for a in acts if a.origin == ActOrigin.VERSION and a.effective_on]
    return min((day for day in days if not denied or day > denied[-1]), default=None)


def _base(document: Mapping[str, Any]) -> dt.date | None:
    """The last day without any extension the machine has read."""
    day: dt.date | None = document.get("stated_until") or document["valid_until"]
    return day


def _extended_columns(
    spoken: Mapping[str, Any], acts: Sequence[ValidityAct], document: Mapping[str, Any]
) -> dict[str, Any]:
    """The last day as extensions leave it; the day it had before is kept, for when their text is read otherwise."""
    base: dt.date | None = spoken["valid_until"] if "valid_until" in spoken else _base(document)
    held = in_force_of(acts, base)
    if held is not None:
        return {"valid_until": held.valid_until, "stated_until": base}
    return {"valid_until": base, "stated_until": None} if document.get("stated_until") else {}


@transaction.atomic
def record(acts: Sequence[ValidityAct]) -> int:
    """Add `acts` and bring the documents in line with them. Returns the number of documents that changed."""
    ValidityAct.objects.bulk_create(acts, batch_size=_CHUNK)
    return settle({act.document_id for act in acts})


@transaction.atomic
def settle(document_ids: Collection[int], *, taken_back: Mapping[int, set[str]] | None = None) -> int:
    """Bring these documents in line with their acts and tell the index. `taken_back`: kinds of acts just removed."""
    ids = sorted(document_ids)
    columns: dict[int, dict[str, Any]] = {}
    for start in range(0, len(ids), _CHUNK):
        chunk = ids[start : start + _CHUNK]
        acts: dict[int, list[ValidityAct]] = defaultdict(list)
        for act in ValidityAct.objects.filter(document_id__in=chunk).order_by("pk"):
            acts[act.document_id].append(act)
        rows = NormativeDocument.objects.filter(pk__in=chunk).values(
            "pk", "effective_on", "published_on", "adopted_on", "valid_until", "stated_until"
        )
        for row in rows:
            emptied = {
                name: None
                for kind in (taken_back or {}).get(row["pk"], ())
                for name in _EMPTIED.get(kind, ())
            }
            columns[row["pk"]] = emptied | project(acts[row["pk"]], row)
    return record_acts(acts=columns)


@transaction.atomic
def replace_found(wanted: Iterable[ValidityAct], known: Iterable[ValidityAct]) -> int:
    """Make the machine's acts `known` into `wanted`: what is new is added, what no text says any more is removed."""
    now = {_place(act): act for act in wanted}
    before = {_place(act): act for act in known}
    stale = [
        act for place, act in before.items()
        if place not in now or _days(now[place]) != _days(act)
    ]  # fmt: skip
    gone = {act.pk for act in stale}
    fresh = [act for place, act in now.items() if place not in before or before[place].pk in gone]
    ValidityAct.objects.filter(pk__in=gone).delete()
    ValidityAct.objects.bulk_create(fresh, batch_size=_CHUNK, ignore_conflicts=True)
    taken_back: dict[int, set[str]] = defaultdict(set)
    for act in stale:
        taken_back[act.document_id].add(act.kind)
    touched = {act.document_id for act in (*stale, *fresh)}
    return settle(touched, taken_back=taken_back) if touched else 0


def _days(act: ValidityAct) -> tuple[dt.date | None, dt.date | None]:
    return act.effective_on, act.valid_until


def _place(act: ValidityAct) -> tuple[int, str, str, int | None, str]:
    return act.document_id, act.kind, act.origin, act.act_id, act.clause_id
