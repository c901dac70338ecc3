"""Writing entries in batches: one transaction each, and nothing written that is already so."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from django.db import reset_queries, transaction
from django.db.models.fields.json import KT
from django.utils.translation import gettext as _

from portal.text import storable
from search.archive.enums import DECIDED_STATUSES, ItemStatus, Reason
from search.archive.importing.entries import Entry
from search.archive.importing.likeness import set_aside_duplicates
from search.archive.importing.originals import StoredOriginal
from search.archive.importing.seen import SeenKeys
from search.archive.models import ImportItem, OriginalFile
from search.archive.services import DocumentRow, upsert_documents

#: Originals whose row ids are remembered between batches.
_REMEMBERED = 5_000


@dataclass(slots=True)
class Tally:
    """What became of everything read. `waiting` were set aside by an earlier run and still wait for a person."""

    outcomes: Counter[str] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)
    set_aside: list[dict[str, str]] = field(default_factory=list)
    notes: int = 0

    @property
    def read(self) -> int:
        return sum(self.outcomes.values())


class _DryRun(Exception):
    """Rolls a batch back after it was counted."""


class Writer:
    """Takes entries batch by batch. With `dry_run` every batch is counted and rolled back."""

    def __init__(self, *, dry_run: bool = False) -> None:
        self.tally = Tally()
        self._dry_run = dry_run
        self._originals: dict[str, int] = {}
        self._seen = SeenKeys()

    def write(self, entries: list[Entry]) -> None:
        """Write one batch; an entry met before in this run (the same bytes twice) counts as unchanged."""
        fresh: dict[str, Entry] = {}
        for entry in entries:
            if entry.source_key in self._seen or entry.source_key in fresh:
                self.tally.outcomes[ItemStatus.UNCHANGED] += 1
                continue
            fresh[entry.source_key] = entry
        try:
            with transaction.atomic():
                self._write(list(fresh.values()))
                if self._dry_run:
                    raise _DryRun
        except _DryRun:
            self._originals.clear()
        self._seen.update(fresh)
        # With DEBUG on, Django remembers every statement with its texts: an import would fill the memory with them.
        reset_queries()

    def _write(self, entries: list[Entry]) -> None:
        self._adopt_earlier_keys(entries)
        keys = [e.source_key for e in entries]
        found = ImportItem.objects.filter(source_key__in=keys).defer("payload")
        known = {i.source_key: i for i in found.annotate(said=KT("payload__digest"))}
        for entry in entries:
            if item := known.get(entry.source_key):
                _look_again(entry, item)
        set_aside_duplicates(entries, settled={k for k, item in known.items() if item.document_id})
        original_ids = self._store_originals(entries)
        rows = []
        for entry in entries:
            item = known.get(entry.source_key)
            if entry.reason is None and not (item and _is_decided(entry, item)):
                fields = dict(entry.fields)
                if entry.from_file and entry.original:
                    fields["original_id"] = original_ids[entry.original.sha256]
                rows.append(DocumentRow(entry.source_key, fields))
        result = upsert_documents(rows=rows)
        written = [
            self._item(e, known.get(e.source_key), result.outcomes, result.ids, original_ids) for e in entries
        ]
        ImportItem.objects.bulk_create(
            [item for item in written if item is not None],
            update_conflicts=True,
            unique_fields=["source_key"],
            update_fields=[
                "origin", "status", "reason_code", "reason", "title", "payload", "original", "document", "updated_at",
            ],
            batch_size=200,
        )  # fmt: skip

    def _item(
        self, entry: Entry, item: ImportItem | None, outcomes: dict[str, ItemStatus], ids: dict[str, int],
        original_ids: dict[str, int],
    ) -> ImportItem | None:  # fmt: skip
        """The row to write for `entry`, or None when what is stored already says the same."""
        if item is not None and _is_decided(entry, item):
            self.tally.outcomes[ItemStatus.UNCHANGED] += 1
            return None
        status = ItemStatus.SET_ASIDE if entry.reason else outcomes[entry.source_key]
        if status == ItemStatus.SET_ASIDE:
            self._tell_set_aside(entry, earlier=item)
            same = item is not None and _said(item) in ("", entry.digest)
            if item is not None and item.status == status and item.reason_code == entry.reason and same:
                return None
        else:
            self.tally.outcomes[status] += 1
            if status == ItemStatus.UNCHANGED and item is not None:
                return None
        self.tally.notes += bool(entry.notes)
        return ImportItem(
            source_key=entry.source_key, origin=storable(entry.origin), status=status, reason_code=entry.reason or "",
            reason=storable(entry.message[:500]), title=storable(entry.title[:500]), payload=entry.payload(),
            original_id=original_ids.get(entry.original.sha256) if entry.original else None,
            # What waits as a new version of a document stays linked to it.
            document_id=ids.get(entry.source_key) or (item.document_id if item else None),
        )  # fmt: skip

    def _tell_set_aside(self, entry: Entry, *, earlier: ImportItem | None) -> None:
        again = earlier is not None and earlier.status == ItemStatus.SET_ASIDE
        self.tally.outcomes["waiting" if again else ItemStatus.SET_ASIDE] += 1
        self.tally.reasons[str(entry.reason)] += 1
        if len(self.tally.set_aside) < 2_000:
            self.tally.set_aside.append(
                {
                    "origin": entry.origin,
                    "title": entry.title,
                    "reason": str(entry.reason),
                    "message": entry.message,
                }
            )

    def _store_originals(self, entries: list[Entry]) -> dict[str, int]:
        wanted: dict[str, StoredOriginal] = {e.original.sha256: e.original for e in entries if e.original}
        if len(self._originals) > _REMEMBERED:
            self._originals.clear()
        missing = {sha: o for sha, o in wanted.items() if sha not in self._originals}
        if missing:
            OriginalFile.objects.bulk_create(
                [
                    OriginalFile(
                        sha256=o.sha256, name=o.name, size=o.size, media_type=o.media_type, path=o.path
                    )
                    for o in missing.values()
                ],
                ignore_conflicts=True,
            )
            stored = OriginalFile.objects.filter(sha256__in=list(missing)).values_list("sha256", "pk")
            self._originals.update(dict(stored))
        return self._originals

    def _adopt_earlier_keys(self, entries: list[Entry]) -> None:
        """A file whose bytes changed is a new version of the document that came from the same place, not a second one."""
        by_origin = {storable(e.origin): e for e in entries if e.from_file and "#" not in e.source_key}
        earlier = (
            ImportItem.objects.filter(origin__in=list(by_origin), document__isnull=False)
            .exclude(source_key__in=[e.source_key for e in entries])
            .values_list("origin", "source_key")
        )
        taken: set[str] = set()
        for origin, key in earlier:
            if "#" not in key and key not in taken:
                by_origin[origin].source_key = key
                taken.add(key)


def _said(item: ImportItem) -> str:
    """What told the item apart when it was last set aside; "" for one that never was, or was by an earlier release."""
    return str(getattr(item, "said", None) or "")


def _is_decided(entry: Entry, item: ImportItem) -> bool:
    """True when a person decided about the very thing that `entry` says again."""
    return item.status in DECIDED_STATUSES and _said(item) in ("", entry.digest)


def _look_again(entry: Entry, item: ImportItem) -> None:
    """What changed after a person had decided about it waits for a person again, and goes on waiting in later runs."""
    changed = item.status in DECIDED_STATUSES and not _is_decided(entry, item)
    waiting = item.status == ItemStatus.SET_ASIDE and item.reason_code == Reason.CHANGED
    if entry.reason is None and (changed or waiting):
        entry.reason = Reason.CHANGED
        entry.message = _("此前已由人工处理，来源的标题、字号或正文后来有变化，请再看一次。")
