"""Archive documents as an import would leave them: older years, other levels, regions and issuers, with relations."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

from django.db import transaction

from portal.demo.content_files import Entry, fill, read_folder
from portal.demo.ledger import Ledger
from search.archive.enums import RelationKind, RelationOrigin
from search.archive.models import DocumentRelation, NormativeDocument
from search.archive.relations import resolve_relations
from search.archive.services import DocumentRow, record_acts, upsert_documents

PREFIX = "demo:"
FIELDS = (
    "title", "document_number", "issuing_authority", "co_issuers", "level", "region", "doc_type", "genre",
    "subject_category", "lapsed",
)  # fmt: skip
DATES = ("adopted_on", "published_on", "effective_on", "valid_until")
SOURCE = "澜川省人民政府公报（演示）"
#: Relations that are acts: what they do to their target, from the day the acting document takes effect.
ACTS = {RelationKind.AMENDS: "amended_on", RelationKind.REPEALS: "repealed_on"}
Acts = dict[int, dict[str, dt.date | int]]


def load_archive(ledger: Ledger) -> None:
    """All documents in one bulk write; those a person would have confirmed are marked so."""
    entries = [entry for entry in read_folder("archive") if not ledger.has(f"archive:{entry.name}")]
    if not entries:
        return
    with transaction.atomic():
        rows = [DocumentRow(f"{PREFIX}{entry.name}", _fields(entry, ledger)) for entry in entries]
        ids = upsert_documents(rows=rows).ids
        confirmed = [e.name for e in entries if e.meta.get("confirmed", True)]
        keys = [f"{PREFIX}{name}" for name in confirmed]
        NormativeDocument.objects.filter(source_key__in=keys).update(validity_confirmed=True)
        for entry in entries:
            ledger.record(f"archive:{entry.name}", ids[f"{PREFIX}{entry.name}"])


def relate(ledger: Ledger) -> None:
    """Relations among the documents and the policies published on the site, and the acts that follow from them."""
    if ledger.has("relations"):
        return
    with transaction.atomic():
        acts: Acts = {}
        for entry in [*read_folder("archive"), *read_folder("policies")]:
            if "relations" in entry.meta:
                _relate(entry, ledger, acts)
        record_acts(acts=acts)
        resolve_relations()
        ledger.record("relations")


def _relate(entry: Entry, ledger: Ledger, acts: Acts) -> None:
    source = _document(ledger, entry.name, entry.meta.get("slug", entry.name))
    for kind, target in _relations(entry):
        document, text = _target(ledger, target)
        DocumentRelation.objects.get_or_create(
            source=source,
            kind=kind,
            target_text=text,
            clause_id="",
            # Stated in the front matter by a person: reading the texts later adds clauses and removes none of these.
            defaults={"target": document, "origin": RelationOrigin.PERSON},
        )
        if document and kind in ACTS and source.effective_on:
            column = ACTS[kind]
            stated = acts.setdefault(document.pk, {})
            stated[column], stated[f"{column.removesuffix('_on')}_by_id"] = source.effective_on, source.pk


def _relations(entry: Entry) -> Iterator[tuple[RelationKind, str]]:
    """The front matter names the kinds by their values."""
    for kind, targets in entry.meta["relations"].items():
        for target in targets:
            yield RelationKind(kind), target


def _document(ledger: Ledger, name: str, slug: str) -> NormativeDocument:
    """The archive document of file `name`, else the record of the policy `slug`."""
    key = f"archive:{name}"
    if ledger.has(key):
        return NormativeDocument.objects.get(pk=ledger.id_of(key))
    return NormativeDocument.objects.get(page_id=ledger.id_of(f"policy:{slug}"))


def _target(ledger: Ledger, target: str) -> tuple[NormativeDocument | None, str]:
    """The document a relation names, and how it is cited. `《…》` cites something outside the archive."""
    if target.startswith("《"):
        return None, target
    document = _document(ledger, target, target)
    number = f"（{document.document_number}）" if document.document_number else ""
    return document, f"《{document.title}》{number}"


def _fields(entry: Entry, ledger: Ledger) -> dict[str, Any]:
    """A date is a day, or for what happened lately a number of days before or after the demo's first day."""
    dates = {
        name: ledger.date(value) if isinstance(value, int) else value
        for name, value in entry.meta.items()
        if name in DATES
    }
    year = str((dates.get("adopted_on") or ledger.day).year)
    meta = fill({name: entry.meta[name] for name in FIELDS if name in entry.meta}, {"year": year})
    return {
        **meta,
        **dates,
        "document_number_raw": meta["document_number"],
        "text": entry.text.strip(),
        "text_scope": "full",
        "text_origin": "html",
        "source": SOURCE,
    }
