"""One import: paths in, a report out. Files are prepared in parallel, rows streamed, both written in batches."""

from __future__ import annotations

import os
import resource
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from itertools import chain, islice
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import Count
from django.utils.translation import gettext as _

from search.archive.enums import Reason
from search.archive.importing.entries import Entry
from search.archive.importing.originals import StoredOriginal
from search.archive.importing.pool import FilePool
from search.archive.importing.prepare import keep_on_disk, media_type, refused_source, refused_zip
from search.archive.importing.rows import read_rows
from search.archive.importing.sources import DAMAGED, Source, discover, members, open_member
from search.archive.importing.writer import Tally, Writer
from search.archive.models import NormativeDocument
from search.archive.readers import Unreadable

#: Entries written in one transaction.
BATCH = 400
#: Characters of text after which a batch is written however few its entries are.
_BATCH_CHARACTERS = 8_000_000
#: Fewer files than this are read faster in this process than processes start.
_PARALLEL_FROM = 12

Progress = Callable[[int, int], None]


@dataclass(slots=True)
class Report:
    """What an import did; times in seconds, memory in megabytes."""

    tally: Tally
    files: int = 0
    bytes_read: int = 0
    seconds: float = 0.0
    peak_memory: float = 0.0
    peak_memory_children: float = 0.0
    shared_numbers: int = 0
    relations: int = 0
    indexed: int | None = None
    index_message: str = ""
    dry_run: bool = False
    paths: list[str] = field(default_factory=list)

    @property
    def per_second(self) -> float:
        return self.tally.read / self.seconds if self.seconds else 0.0

    def as_dict(self) -> dict[str, Any]:
        outcomes = {
            k: self.tally.outcomes.get(k, 0)
            for k in ("added", "updated", "unchanged", "set_aside", "waiting")
        }
        return {
            "paths": self.paths, "dry_run": self.dry_run, "files": self.files, "read": self.tally.read, **outcomes,
            "reasons": dict(self.tally.reasons.most_common()), "set_aside_items": self.tally.set_aside,
            "with_notes": self.tally.notes, "shared_numbers": self.shared_numbers, "relations": self.relations,
            "indexed": self.indexed, "seconds": round(self.seconds, 2), "documents_per_second": round(self.per_second, 1),
            "peak_memory_mb": round(self.peak_memory, 1), "peak_memory_children_mb": round(self.peak_memory_children, 1),
        }  # fmt: skip


def _megabytes(who: int) -> float:
    # Linux counts kilobytes, macOS bytes.
    return resource.getrusage(who).ru_maxrss / (1024 if sys.platform != "darwin" else 1_048_576)


class ArchiveImport:
    """Runs one import. `progress(bytes done, entries done)` is told after each file and batch."""

    def __init__(
        self, *, dry_run: bool = False, jobs: int | None = None, progress: Progress | None = None
    ) -> None:
        self._writer = Writer(dry_run=dry_run)
        self._dry_run = dry_run
        self._root = None if dry_run else Path(settings.ARCHIVE_ORIGINALS_DIR)
        self._jobs = jobs
        self._progress = progress or (lambda _bytes, _entries: None)
        self._bytes = 0
        self._files = 0

    def run(self, paths: Iterable[Path]) -> Report:
        """Import everything under `paths`. Never raises for a file; database errors do raise."""
        started = time.monotonic()
        given = list(paths)
        # Looked through twice rather than kept in a list; rows first, because they say most about a document.
        for source in discover(given):
            if source.is_jsonl:
                self._import_rows(source)
        self._import_files(s for s in discover(given) if not s.is_jsonl)
        return Report(
            tally=self._writer.tally, files=self._files, bytes_read=self._bytes, seconds=time.monotonic() - started,
            peak_memory=_megabytes(resource.RUSAGE_SELF), peak_memory_children=_megabytes(resource.RUSAGE_CHILDREN),
            shared_numbers=shared_numbers(), dry_run=self._dry_run, paths=[str(p) for p in given],
        )  # fmt: skip

    def _import_rows(self, source: Source) -> None:
        self._files += 1
        batch: list[Entry] = []
        try:
            original = self._keep(source)
        except (OSError, Unreadable) as error:
            refused = error if isinstance(error, Unreadable) else Unreadable(Reason.UNREADABLE, str(error))
            batch.extend(refused_source(source, refused, root=self._root).entries)
        else:
            weight = 0
            for entry in read_rows(source, original):
                batch.append(entry)
                weight += len(entry.fields.get("text", ""))
                if len(batch) >= BATCH or weight >= _BATCH_CHARACTERS:
                    self._flush(batch)
                    weight = 0
            self._bytes += 0 if source.members else original.size
        self._flush(batch)
        self._progress(self._bytes, self._writer.tally.read)

    def _keep(self, source: Source) -> StoredOriginal:
        """The file of rows kept as an original; a member of an archive is unpacked for it. Raises OSError, `Unreadable`."""
        if not source.members:
            return keep_on_disk(source.path, source.path.stat().st_mtime_ns, self._root)
        with tempfile.TemporaryDirectory(prefix="yanlu-rows-") as folder:
            copy = Path(folder) / "rows"
            try:
                with open_member(source, limit=None) as packed, copy.open("wb") as unpacked:
                    shutil.copyfileobj(packed, unpacked, 1 << 20)
            except DAMAGED as error:
                raise Unreadable(Reason.UNREADABLE, _("压缩包成员已损坏。")) from error
            kept = keep_on_disk(copy, copy.stat().st_mtime_ns, self._root)
        return replace(kept, name=source.name[:300], media_type=media_type(source.name))

    def _import_files(self, sources: Iterator[Source]) -> None:
        first = list(islice(sources, _PARALLEL_FROM))
        many = len(first) == _PARALLEL_FROM or any(source.is_zip for source in first)
        jobs = self._jobs or (min(os.cpu_count() or 1, 4) if many else 1)
        batch: list[Entry] = []
        with FilePool(jobs=jobs, root=self._root) as pool:
            for prepared in pool.run(self._expanded(chain(first, sources), batch)):
                self._files += 1
                self._bytes += prepared.size
                batch.extend(prepared.entries)
                if len(batch) >= 50 or sum(len(e.fields.get("text", "")) for e in batch) >= _BATCH_CHARACTERS:
                    self._flush(batch)
                self._progress(self._bytes, self._writer.tally.read + len(batch))
        self._flush(batch)

    def _expanded(self, sources: Iterable[Source], refused: list[Entry]) -> Iterator[Source]:
        """Zip archives replaced by their members; one that cannot be opened is set aside."""
        for source in sources:
            if source.is_jsonl:
                self._import_rows(source)
            elif not source.is_zip:
                yield source
            else:
                try:
                    yield from self._expanded(members(source), refused)
                except Unreadable as error:
                    self._files += 1
                    refused.extend(refused_zip(source, error, root=self._root).entries)

    def _flush(self, batch: list[Entry]) -> None:
        if batch:
            self._writer.write(batch)
            self._progress(self._bytes, self._writer.tally.read)
            batch.clear()


def total_bytes(paths: Iterable[Path]) -> int:
    """Bytes of every file an import of `paths` will look at, for the progress bar; what vanishes meanwhile has none."""
    total = 0
    for source in discover(paths):
        with suppress(OSError):
            total += source.path.stat().st_size
    return total


def shared_numbers() -> int:
    """How many document numbers the archive holds more than once (amended versions keep theirs; some are mistakes)."""
    groups = (
        NormativeDocument.objects.exclude(number_key="")
        .values("number_key")
        .annotate(n=Count("pk"))
        .filter(n__gt=1)
    )
    return groups.count()


__all__ = ["ArchiveImport", "Report", "shared_numbers", "total_bytes"]
