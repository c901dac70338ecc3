"""Every write to the archive: one function each, which checks, writes, records and tells the index.

`documents_changed` is sent inside the transaction of the write, so that the index learns of it exactly when it commits.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.text import storable
from search.archive.enums import ItemStatus
from search.archive.models import NormativeDocument
from search.archive.numbers import parse_number
from search.archive.recognise.certainty import lowest
from search.archive.signals import documents_changed
from search.archive.titles import keys_of

#: What a source may state about a document. Everything else (page, confirmation, acts) is decided elsewhere.
SOURCE_FIELDS = frozenset(
    {
        "title", "document_number", "document_number_raw", "registration_number", "index_number", "issuing_authority",
        "co_issuers", "level", "region", "doc_type", "genre", "subject_category", "addressees", "signature", "adopted_on",
        "published_on", "effective_on", "first_effective_on", "valid_until", "lapsed", "validity_text", "effective_rule",
        "text", "text_scope", "text_origin", "source", "history", "version_of", "confidence", "original_id",
    }
)  # fmt: skip
#: Acts on a document: stated by the site for its own documents, found by the resolver for imported ones.
ACT_FIELDS = frozenset({"amended_on", "amended_by_id", "replaced_on", "repealed_on", "repealed_by_id"})
#: What else decides the validity on a day and is written by `search.upkeep.acts`.
STANDING_FIELDS = ACT_FIELDS | {"valid_until", "stated_until", "effective_on", "lapsed", "validity_confirmed"}
#: A source does not overwrite these once a person has confirmed an imported document.
_CONFIRMED = ("effective_on", "valid_until", "lapsed")
_CHUNK = 500
_YEAR_FROM = ("adopted_on", "published_on", "effective_on")


@dataclass(frozen=True, slots=True)
class DocumentRow:
    """One document as a source states it; `fields` holds `SOURCE_FIELDS` only."""

    source_key: str
    fields: Mapping[str, Any]


@dataclass(slots=True)
class BulkResult:
    """What a bulk write did: source key -> outcome and document id."""

    outcomes: dict[str, ItemStatus] = field(default_factory=dict)
    ids: dict[str, int] = field(default_factory=dict)

    def changed_ids(self) -> list[int]:
        """Documents that were added or updated."""
        return [self.ids[k] for k, o in self.outcomes.items() if o is not ItemStatus.UNCHANGED]


def content_hash(fields: Mapping[str, Any]) -> str:
    """SHA-256 over everything a source states, independent of order; absent and empty are the same."""
    stated = {k: v for k, v in sorted(fields.items()) if v not in (None, "", [], {}, False)}
    dumped = json.dumps(stated, cls=DjangoJSONEncoder, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(dumped.encode("utf-8", "surrogatepass")).hexdigest()


def _fitted(fields: Mapping[str, Any]) -> dict[str, Any]:
    """`fields` cut to the columns' lengths, with the number read and the derived columns added."""
    unknown = set(fields) - SOURCE_FIELDS - ACT_FIELDS
    if unknown:
        raise ValueError(f"not fields of a source: {sorted(unknown)}")
    out: dict[str, Any] = {}
    for name, value in fields.items():
        limit = getattr(NormativeDocument._meta.get_field(name.removesuffix("_id")), "max_length", None)
        value = storable(value)
        out[name] = value[:limit] if limit and isinstance(value, str) else value
    out |= _derived(out)
    if "confidence" in out:
        out["lowest_confidence"] = lowest(out["confidence"] or {})
    out["content_hash"] = content_hash(fields)
    return out


def _derived(values: Mapping[str, Any]) -> dict[str, Any]:
    """The columns that follow from others: canonical number, the keys of number and title, the year."""
    raw = values.get("document_number_raw") or values.get("document_number") or ""
    number = parse_number(raw) if raw else None
    derived: dict[str, Any] = {"number_key": number.key[:160] if number else ""}
    if number:
        derived["document_number"] = number.canonical[:120]
    if title := values.get("title"):
        derived |= keys_of(title)
    dates = (values.get("adopted_on"), values.get("published_on"), values.get("effective_on"))
    derived["year"] = next((d.year for d in dates if d), None) or (number.year if number else None)
    return derived


def derive_columns(document: NormativeDocument) -> dict[str, Any]:
    """Derived columns of a document as a person has just edited it."""
    return _derived(
        {
            name: getattr(document, name)
            for name in ("title", "document_number_raw", "document_number", *_YEAR_FROM)
        }
    )


@transaction.atomic
def upsert_documents(*, rows: Sequence[DocumentRow]) -> BulkResult:
    """Add or update `rows` in a constant number of queries; what a row does not state is left as it was.

    A row whose content is what the archive already holds is not written. Raises ValueError for unknown fields.
    """
    result = BulkResult()
    unique = {row.source_key: row for row in rows}
    known = {
        key: (pk, digest)
        for key, pk, digest in NormativeDocument.objects.filter(source_key__in=list(unique)).values_list(
            "source_key", "pk", "content_hash"
        )
    }
    fresh: list[NormativeDocument] = []
    stale: dict[int, dict[str, Any]] = {}
    for key, row in unique.items():
        values = _fitted(row.fields)
        if key not in known:
            fresh.append(NormativeDocument(source_key=key, **values))
            result.outcomes[key] = ItemStatus.ADDED
            continue
        pk, digest = known[key]
        result.ids[key] = pk
        if digest == values["content_hash"]:
            result.outcomes[key] = ItemStatus.UNCHANGED
            continue
        result.outcomes[key] = ItemStatus.UPDATED
        stale[pk] = values
    for document in NormativeDocument.objects.bulk_create(fresh, batch_size=200):
        result.ids[document.source_key] = document.pk
    _update(stale)
    tell_index(result.changed_ids())
    return result


def _update(stale: Mapping[int, Mapping[str, Any]]) -> None:
    """Write the stated columns of each document; rows may state different ones, so the others are read back first."""
    if not stale:
        return
    now = timezone.now()
    stored = NormativeDocument.objects.in_bulk(list(stale))
    extended = {pk: d.valid_until for pk, d in stored.items() if d.stated_until and d.valid_until}
    for pk, values in stale.items():
        settled = _CONFIRMED if stored[pk].validity_confirmed and stored[pk].page_id is None else ()
        for column, value in values.items():
            if column not in settled:
                setattr(stored[pk], column, value)
        if "valid_until" in values and "valid_until" not in settled:
            _keep_extension(stored[pk], extended.get(pk))
        stored[pk].updated_at, stored[pk].relations_read_at = now, None
    columns = {column for values in stale.values() for column in values}
    also = {"stated_until", "updated_at", "relations_read_at"}
    NormativeDocument.objects.bulk_update(stored.values(), sorted(columns | also), batch_size=50)


def _keep_extension(document: NormativeDocument, extended: dt.date | None) -> None:
    """A source that states its last day once more does not undo an extension by another text: both days are kept."""
    if extended is None:
        return
    document.stated_until = document.valid_until or document.stated_until
    document.valid_until = max(extended, document.stated_until or extended)


def tell_index(ids: Iterable[int], *, deleted: bool = False) -> None:
    """Send `documents_changed` for `ids`, inside the transaction of the change; nothing for an empty list."""
    document_ids = list(ids)
    if document_ids:
        documents_changed.send(sender=NormativeDocument, document_ids=document_ids, deleted=deleted)


@transaction.atomic
def upsert_document(*, source_key: str, fields: Mapping[str, Any]) -> NormativeDocument:
    """Add or update one document; returns it as stored. Raises ValueError for unknown fields."""
    upsert_documents(rows=[DocumentRow(source_key, fields)])
    return NormativeDocument.objects.get(source_key=source_key)


@transaction.atomic
def upsert_site_document(*, page_id: int, page_url: str, fields: Mapping[str, Any]) -> NormativeDocument:
    """The archive's record of a policy published on this site. Its validity needs no confirmation: we issued it.

    Raises ValidationError when title or text is missing, ValueError for unknown fields.
    """
    if not fields.get("title") or not fields.get("text"):
        raise ValidationError(_("入库的文件必须有标题和正文。"))
    values = _fitted(fields)
    known = NormativeDocument.objects.filter(source_key=f"page:{page_id}").first()
    extended = known.valid_until if known and known.stated_until else None
    document, _created = NormativeDocument.objects.update_or_create(
        source_key=f"page:{page_id}",
        defaults={
            **values,
            "page_id": page_id,
            "page_url": page_url,
            "validity_confirmed": True,
            "withdrawn": False,
            "relations_read_at": None,
            "text_scope": fields.get("text_scope") or "full",
        },
    )
    if extended and "valid_until" in values:
        _keep_extension(document, extended)
        document.save(update_fields=["valid_until", "stated_until"])
    tell_index([document.pk])
    return document


@transaction.atomic
def withdraw_site_document(*, page_id: int, reason: str) -> NormativeDocument | None:
    """Take the record of a page out of the readers' sight; it is kept with the reason. None when there is no record."""
    document = NormativeDocument.objects.select_for_update().filter(page_id=page_id).first()
    if document is None or document.withdrawn:
        return document
    document.withdrawn, document.relations_read_at = True, None
    document.history = [
        *(document.history or []),
        {"date": timezone.localdate().isoformat(), "event": _("撤回：%(reason)s") % {"reason": reason}},
    ]
    document.save(update_fields=["withdrawn", "relations_read_at", "history", "updated_at"])
    tell_index([document.pk], deleted=True)
    return document


@transaction.atomic
def record_acts(*, acts: Mapping[int, Mapping[str, Any]]) -> int:
    """Write what acts come to: document id -> `STANDING_FIELDS`; other names are left out. Returns rows changed.

    Rows that get the same values are written together: a clean-up repeals thousands of files by one act on one day.
    """
    names = sorted(STANDING_FIELDS)
    alike: dict[tuple[tuple[str, Any], ...], list[int]] = defaultdict(list)
    ids = list(acts)
    for start in range(0, len(ids), _CHUNK):
        rows = NormativeDocument.objects.filter(pk__in=ids[start : start + _CHUNK]).values("pk", *names)
        for row in rows:
            wanted = acts[row["pk"]]
            differing = {k: wanted[k] for k in names if k in wanted and row[k] != wanted[k]}
            if differing:
                alike[tuple(differing.items())].append(row["pk"])
    now = timezone.now()
    for values, pks in alike.items():
        for start in range(0, len(pks), _CHUNK):
            chunk = NormativeDocument.objects.filter(pk__in=pks[start : start + _CHUNK])
            chunk.update(**dict(values), updated_at=now)
    changed = [pk for pks in alike.values() for pk in pks]
    tell_index(changed)
    return len(changed)
