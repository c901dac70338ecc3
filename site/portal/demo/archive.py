"""Archive documents as an import would leave them: older years, other levels, regions and issuers, with relations."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

from django.db import transaction

from portal.demo.content_files import Entry, read_folder
from portal.demo.ledger import Ledger
from search.archive.enums import RelationKind
from search.archive.models import DocumentRelation, NormativeDocument
from search.archive.services import DocumentRow, record_acts, upsert_documents

PREFIX = "demo:"
FIELDS = (
    "title", "document_number", "registration_number", "issuing_authority", "co_issuers", "level", "region", "doc_type",
    "genre", "subject_category", "addressees", "adopted_on", "published_on", "effective_on", "valid_until", "lapsed",
    "validity_text",
)  # fmt: skip
ACTS = ("amended_on", "repealed_on")
SOURCE = "澜川省人民政府公报（演示）"
#: Front matter of a relation -> its kind.
RELATIONS = {
    "basis": RelationKind.BASIS,
    "amends": RelationKind.AMENDS,
    "repeals": RelationKind.REPEALS,
    "forwards": RelationKind.FORWARDS,
    "prints": RelationKind.PRINTS,
    "cites": RelationKind.CITES,
}


def load_archive(ledger: Ledger) -> None:
    """All documents in one bulk write, with the acts on them and what was confirmed about their validity."""
    entries = [entry for entry in read_folder("archive") if not ledger.has(f"archive:{entry.name}")]
    if not entries:
        return
    with transaction.atomic():
        result = upsert_documents(rows=[DocumentRow(f"{PREFIX}{e.name}", _fields(e)) for e in entries])
        ids = {entry.name: result.ids[f"{PREFIX}{entry.name}"] for entry in entries}
        record_acts(acts={ids[e.name]: _acts(e) for e in entries if _acts(e)})
        confirmed = [ids[entry.name] for entry in entries if entry.meta.get("confirmed", True)]
        NormativeDocument.objects.filter(pk__in=confirmed).update(validity_confirmed=True)
        for name, pk in ids.items():
            ledger.record(f"archive:{name}", pk)


def relate(ledger: Ledger) -> None:
    """Relations among the documents, also to policies published on the site, once those are there."""
    if ledger.has("relations"):
        return
    with transaction.atomic():
        for entry in read_folder("archive"):
            _relate(entry, ledger)
        for entry in read_folder("policies"):
            if "relations" in entry.meta:
                _relate(entry, ledger)
        ledger.record("relations")


def _relate(entry: Entry, ledger: Ledger) -> None:
    source = _document(ledger, entry)
    for kind, target in _relations(entry):
        document, text = _target(ledger, target)
        DocumentRelation.objects.get_or_create(
            source=source, kind=kind, target_text=text, clause_id="", defaults={"target": document}
        )


def _relations(entry: Entry) -> Iterator[tuple[RelationKind, str]]:
    for name, targets in entry.meta.get("relations", {}).items():
        for target in targets:
            yield RELATIONS[name], target


def _document(ledger: Ledger, entry: Entry) -> NormativeDocument:
    key = f"archive:{entry.name}"
    if ledger.has(key):
        return NormativeDocument.objects.get(pk=ledger.id_of(key))
    return NormativeDocument.objects.get(page_id=ledger.id_of(f"policy:{entry.meta['slug']}"))


def _target(ledger: Ledger, target: str) -> tuple[NormativeDocument | None, str]:
    """The document a relation names, and how it is cited. `《…》` is a citation of something outside the archive."""
    if target.startswith("《"):
        return None, target
    key = f"archive:{target}"
    if ledger.has(key):
        document = NormativeDocument.objects.get(pk=ledger.id_of(key))
    else:
        document = NormativeDocument.objects.get(page_id=ledger.id_of(f"policy:{target}"))
    number = f"（{document.document_number}）" if document.document_number else ""
    return document, f"《{document.title}》{number}"


def _fields(entry: Entry) -> dict[str, Any]:
    fields = {name: entry.meta[name] for name in FIELDS if name in entry.meta}
    if "document_number" in fields:
        fields["document_number_raw"] = fields["document_number"]
    if "source" not in fields:
        fields["source"] = SOURCE
    return {**fields, "text": entry.text.strip(), "text_scope": "full", "text_origin": "html"}


def _acts(entry: Entry) -> dict[str, dt.date]:
    return {name: entry.meta[name] for name in ACTS if name in entry.meta}
