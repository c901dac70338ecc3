"""Acts the machine finds: repeals and amendments that texts state, and newer versions of a text."""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

from django.db import transaction
from django.db.models.functions import Left

from search.archive.enums import RelationKind, RelationOrigin
from search.archive.models import DocumentRelation, NormativeDocument
from search.archive.recognise.dates import find_dates
from search.archive.titles import is_draft
from search.upkeep.acts import record, replace_found
from search.upkeep.enums import ActKind, ActOrigin
from search.upkeep.extensions import day_of_act, extended_documents, extension_acts, may_act
from search.upkeep.models import ValidityAct

_CHUNK = 300
_KINDS: Mapping[str, ActKind] = {
    RelationKind.REPEALS: ActKind.REPEAL,
    RelationKind.AMENDS: ActKind.AMEND,
}
_DATES = ("adopted_on", "published_on", "effective_on")
#: Characters at the head of a text where it tells how it was amended (根据…第一次修正).
_PREFACE = 1_000
_REVISED = re.compile(r"修正|修订|修改")
_COLUMNS = (
    "kind", "origin", "source_id", "target_id", "target_text", "target_clause_id", "target_clause_text",
    *(f"source__{n}" for n in (*_DATES, "title", "issuing_authority", "region", "withdrawn")),
    *(f"target__{n}" for n in (*_DATES, "issuing_authority", "region", "history")),
)  # fmt: skip
Row = Mapping[str, Any]


def text_as_of(row: Row, preface: str) -> dt.date | None:
    """The latest day the stored text of the target knows of: sources often carry the amended text already.

    `row` gives its dates and history, `preface` the beginning of the text, which names earlier amendments.
    """
    days = [row[f"target__{name}"] for name in _DATES]
    for event in row["target__history"] or []:
        try:
            days.append(dt.date.fromisoformat(str(event.get("date", ""))[:10]))
        except (ValueError, AttributeError):
            continue
    for line in preface.split("\n"):
        if _REVISED.search(line):
            days.extend(found.day for found in find_dates(line))
    return max((day for day in days if day), default=None)


def _acts(rows: Sequence[Row]) -> Iterator[ValidityAct]:
    amended = {row["target_id"] for row in rows if row["kind"] == RelationKind.AMENDS}
    prefaces = dict(
        NormativeDocument.objects.filter(pk__in=amended)
        .annotate(preface=Left("text", _PREFACE))
        .values_list("pk", "preface")
    )
    for row in rows:
        day, person = day_of_act(row), row["origin"] == RelationOrigin.PERSON
        if day is None or row["source__withdrawn"] or not (person or may_act(row)):
            continue
        if not person and is_draft(row["source__title"]):
            # What a draft would repeal stands until it is adopted.
            continue
        known = text_as_of(row, prefaces.get(row["target_id"], ""))
        partial = row["target_clause_id"]
        # A clause that is named but not found in our text is a part all the same.
        in_part = bool(partial or row["target_clause_text"])
        if not person and row["kind"] == RelationKind.AMENDS and (known is None or day <= known):
            continue
        if not person and row["kind"] == RelationKind.REPEALS and known and day < known:
            continue
        yield ValidityAct(
            document_id=row["target_id"],
            # A clause that falls away changes the text; the rest stays in force.
            kind=ActKind.AMEND if in_part else _KINDS[row["kind"]],
            effective_on=day,
            act_id=row["source_id"],
            clause_id=partial,
            note=(row["target_text"] + row["target_clause_text"])[:500] if in_part else "",
            origin=ActOrigin.PERSON if person else ActOrigin.MACHINE,
        )


@transaction.atomic
def acts_from_relations(source_ids: Collection[int]) -> int:
    """Record what the texts `source_ids` repeal, amend and extend, as their resolved relations say; the index is told.

    What an earlier reading found and this one does not is taken back. Returns the number of documents changed.
    """
    ids = sorted(source_ids)
    changed = 0
    extended: set[int] = set()
    for start in range(0, len(ids), _CHUNK):
        chunk = ids[start : start + _CHUNK]
        relations = DocumentRelation.objects.filter(
            source_id__in=chunk,
            kind__in=[*_KINDS, RelationKind.EXTENDS],
            target__isnull=False,
            rejected=False,
        )
        rows = list(relations.values(*_COLUMNS))
        found = list(_acts([row for row in rows if row["kind"] in _KINDS]))
        stated = [act for act in found if act.origin == ActOrigin.PERSON]
        known = list(ValidityAct.objects.filter(act_id__in=chunk, origin=ActOrigin.MACHINE))
        extended |= {row["target_id"] for row in rows if row["kind"] == RelationKind.EXTENDS}
        extended |= {act.document_id for act in known if act.kind == ActKind.TERM}
        extended |= extended_documents(chunk)
        changed += replace_found(
            [act for act in found if act.origin == ActOrigin.MACHINE],
            [act for act in known if act.kind != ActKind.TERM],
        )
        changed += _record_stated(stated)
    return changed + _extend(extended)


def _extend(document_ids: Collection[int]) -> int:
    """Bring the terms of these documents in line with all that texts say of them."""
    changed = 0
    ordered = sorted(document_ids)
    for start in range(0, len(ordered), _CHUNK):
        chunk = ordered[start : start + _CHUNK]
        here = extension_acts(chunk)
        known = ValidityAct.objects.filter(document_id__in=chunk, origin=ActOrigin.MACHINE, kind=ActKind.TERM)
        changed += replace_found([act for act in here if act.origin == ActOrigin.MACHINE], known)
        changed += _record_stated([act for act in here if act.origin == ActOrigin.PERSON])
    return changed


def _record_stated(acts: Sequence[ValidityAct]) -> int:
    """A relation a person entered is that person's word, said once."""
    said = set(
        ValidityAct.objects.filter(origin=ActOrigin.PERSON, act_id__in={a.act_id for a in acts}).values_list(
            "document_id", "kind", "act_id", "clause_id"
        )
    )
    fresh = {(a.document_id, a.kind, a.act_id, a.clause_id): a for a in acts}
    return record([act for place, act in fresh.items() if place not in said]) if fresh else 0


def version_groups(document_ids: Collection[int]) -> set[str]:
    """The version groups these documents belong to."""
    ids = list(document_ids)
    groups: set[str] = set()
    for start in range(0, len(ids), _CHUNK):
        rows = NormativeDocument.objects.filter(pk__in=ids[start : start + _CHUNK]).exclude(version_of="")
        groups.update(rows.values_list("version_of", flat=True))
    return groups


@transaction.atomic
def acts_from_versions(groups: Collection[str]) -> int:
    """An earlier version is amended from the day the next one takes effect. Returns the documents changed."""
    names = sorted(groups)
    changed = 0
    for start in range(0, len(names), _CHUNK):
        chunk = names[start : start + _CHUNK]
        members: dict[str, list[tuple[dt.date, int]]] = defaultdict(list)
        rows = NormativeDocument.objects.visible().filter(version_of__in=chunk)
        for group, pk, *days in rows.values_list(
            "version_of", "pk", "effective_on", "published_on", "adopted_on"
        ):
            day = next((d for d in days if d), None)
            if day:
                members[group].append((day, pk))
        wanted = [
            ValidityAct(
                document_id=pk, kind=ActKind.AMEND, effective_on=later, act_id=newer, origin=ActOrigin.VERSION
            )
            for group in members.values()
            for (day, pk), (later, newer) in pairwise(sorted(group))
            if later > day
        ]
        known = ValidityAct.objects.filter(origin=ActOrigin.VERSION, document__version_of__in=chunk)
        changed += replace_found(wanted, known)
    return changed
