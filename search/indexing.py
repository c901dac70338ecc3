"""Writing: pending rows become commits of the index; the whole archive becomes a new index."""

from __future__ import annotations

import datetime
import multiprocessing
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

from django.db.models import F
from django.utils import timezone

from search.archive.models import NormativeDocument
from search.engines import get_engine
from search.engines.base import Engine, EngineUnavailable
from search.models import ActionKind, ActionStatus, IndexAction
from search.preparation import COLUMNS, PreparedDocument, prepare

#: Rows taken at once: one commit of the index each.
BATCH = 500
#: Attempts after which a row is left as failed, with its reason, for a person.
MAX_TRIES = 5
#: Days a finished row is kept for tracing.
KEEP_DAYS = 30
#: Documents from which preparing in several processes pays for starting them.
PARALLEL_FROM = 400
#: Rows read at once when several processes prepare them.
CHUNK = 400
#: Waiting documents from which building anew, in several processes, is considered instead of writing one by one.
REBUILD_FROM = 1_000

Row = Mapping[str, Any]


@dataclass(frozen=True)
class DrainReport:
    """What a drain did: rows finished, rows that failed (now or for good), documents written and removed,
    and documents in an index that had to be built anew first."""

    done: int = 0
    failed: int = 0
    written: int = 0
    removed: int = 0
    rebuilt: int = 0

    def __add__(self, other: DrainReport) -> DrainReport:
        return DrainReport(
            self.done + other.done,
            self.failed + other.failed,
            self.written + other.written,
            self.removed + other.removed,
            self.rebuilt + other.rebuilt,
        )


def drain(at: datetime.datetime | None = None) -> DrainReport:
    """Take every pending row, batch by batch, and bring the index up to date.

    Safe to run twice and at the same time: rows are replayable, and the engine has one writer. Raises `EngineBusy`
    when another process writes for long; the rows are then still pending.
    """
    now = at or timezone.now()
    rebuilt = ensure_index() or _rebuild_if_cheaper()
    total, last_id = DrainReport(rebuilt=rebuilt), 0
    # A row that fails keeps its place for the next drain; the cursor keeps this one from taking it again.
    while batch := list(_pending().filter(id__gt=last_id)[:BATCH]):
        last_id = batch[-1].pk
        total += _drain_batch(batch, now)
    old = now - datetime.timedelta(days=KEEP_DAYS)
    IndexAction.objects.filter(status=ActionStatus.DONE, finished_at__lt=old).delete()
    return total


def has_pending() -> bool:
    """True when some change has not reached the index yet."""
    return bool(_pending().exists())


def ensure_index() -> int:
    """Build the index if it is missing, damaged or of another version; return how many documents were indexed then."""
    return 0 if get_engine().status().usable else rebuild()


def _rebuild_if_cheaper() -> int:
    """Build anew when the rows name more documents than the index holds: after the first large import, say."""
    waiting = _pending().filter(kind=ActionKind.UPSERT).values("document_id").distinct().count()
    if waiting < REBUILD_FROM or waiting < get_engine().status().documents:
        return 0
    return rebuild()


def rebuild(
    *, progress: Callable[[Iterable[PreparedDocument], int], Iterable[PreparedDocument]] | None = None
) -> int:
    """Build the whole index beside the old one and swap; return the number of documents.

    `progress(documents, total)` may wrap the stream. Rows that were pending before the build are finished by it.
    """
    seen = IndexAction.objects.order_by("-id").values_list("id", flat=True).first() or 0
    documents = _indexable()
    total = documents.count()
    stream: Iterable[PreparedDocument] = prepare_all(
        documents.values(*COLUMNS).iterator(chunk_size=200), total
    )
    count = get_engine().rebuild(progress(stream, total) if progress else stream)
    _pending().filter(id__lte=seen).update(
        status=ActionStatus.DONE, finished_at=timezone.now(), tries=F("tries") + 1
    )
    return count


def prepare_all(rows: Iterable[Row], total: int) -> Iterator[PreparedDocument]:
    """Prepare `rows` in order, in several processes where there are enough of them and this process may have some."""
    workers = min(os.cpu_count() or 1, 8)
    # A Celery child is a daemon and may not have children.
    if total < PARALLEL_FROM or workers == 1 or multiprocessing.current_process().daemon:
        yield from map(prepare, rows)
        return
    # Spawned, not forked: the parent holds database connections and, in a moment, an index writer.
    with multiprocessing.get_context("spawn").Pool(workers) as pool:
        # Rows are read here, chunk by chunk and one chunk ahead: `imap` would read them all, in a thread of its own.
        ahead = None
        source = iter(rows)
        while chunk := list(islice(source, CHUNK)):
            next_one = pool.map_async(prepare, chunk, chunksize=CHUNK // (workers * 4) or 1)
            if ahead is not None:
                yield from ahead.get()
            ahead = next_one
        if ahead is not None:
            yield from ahead.get()


def _indexable() -> Any:
    # Withdrawn documents keep their page with its explanation but are no longer offered as an answer.
    return NormativeDocument.objects.filter(withdrawn=False).order_by("pk")


def _pending() -> Any:
    return IndexAction.objects.filter(status=ActionStatus.PENDING).order_by("id")


def _drain_batch(batch: list[IndexAction], now: datetime.datetime) -> DrainReport:
    wanted = {action.document_id for action in batch if action.kind == ActionKind.UPSERT}
    touched = {action.document_id for action in batch}
    prepared, broken = _prepare_each(_indexable().filter(pk__in=wanted).values(*COLUMNS))
    # The database decides: whatever is no longer there, whoever said so, leaves the index.
    removed = (
        touched - {document.id for document in prepared} - broken.keys() - _still_there(touched - wanted)
    )
    engine: Engine = get_engine()
    try:
        engine.apply(prepared, removed)
    except EngineUnavailable as error:
        _record_failure([action.pk for action in batch], str(error))
        raise
    good = [action.pk for action in batch if action.document_id not in broken]
    IndexAction.objects.filter(pk__in=good).update(
        status=ActionStatus.DONE, finished_at=now, tries=F("tries") + 1, reason=""
    )
    for pk, reason in broken.items():
        _record_failure([action.pk for action in batch if action.document_id == pk], reason)
    return DrainReport(len(good), len(batch) - len(good), len(prepared), len(removed))


def _still_there(ids: set[int]) -> set[int]:
    """Return those of `ids` the archive still offers: a deletion that was overtaken by a new row of the same id."""
    return set(_indexable().filter(pk__in=ids).values_list("pk", flat=True)) if ids else set()


def _prepare_each(rows: Iterable[Row]) -> tuple[list[PreparedDocument], dict[int, str]]:
    """Prepare row by row, so that one document that cannot be prepared does not hold up the others."""
    prepared, broken = [], {}
    for row in rows:
        try:
            prepared.append(prepare(row))
        except (ValueError, TypeError, KeyError, AttributeError, OverflowError) as error:
            broken[int(row["id"])] = f"{type(error).__name__}: {error}"
    return prepared, broken


def _record_failure(ids: list[int], reason: str) -> None:
    actions = IndexAction.objects.filter(pk__in=ids)
    actions.update(tries=F("tries") + 1, reason=reason[:300])
    actions.filter(tries__gte=MAX_TRIES).update(status=ActionStatus.FAILED, finished_at=timezone.now())
