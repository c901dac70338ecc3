"""Writing: pending rows become commits of the index; the whole archive becomes a new index."""

from __future__ import annotations

import datetime
import logging
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.db.models import F, Max, Q
from django.utils import timezone

from search.archive.models import NormativeDocument
from search.engines import get_engine
from search.engines.base import Changes, DocumentsRefused, Engine, EngineUnavailable, LockLost
from search.models import ActionKind, ActionStatus, IndexAction
from search.parallel import Broken, Row, prepare_in_order, prepare_one
from search.preparation import COLUMNS, PreparedDocument

logger = logging.getLogger(__name__)
#: Rows taken at once: one commit of the index each.
BATCH = 500
#: Attempts after which a row is left as failed, with its reason, for a person.
MAX_TRIES = 5
#: Days a finished row is kept for tracing.
KEEP_DAYS = 30
#: Waiting documents from which building anew, in several processes, is considered instead of writing one by one.
REBUILD_FROM = 1_000
#: Documents a new index may lack because they cannot be prepared; or a tenth of the archive, if that is more.
BROKEN_ALLOWED = 20
#: Seconds by which the clocks of two machines may differ, and in which a drain may still be marking its rows.
CLOCK_MARGIN = 60


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
    when another process writes for long and `EngineUnavailable` when nothing can be written; the rows are then still
    pending, however often that happens.
    """
    now = at or timezone.now()
    rebuilt = ensure_index() or _rebuild_if_cheaper()
    total, last_id = DrainReport(rebuilt=rebuilt), 0
    # A row that fails keeps its place for the next drain; the cursor keeps this one from taking it again.
    while batch := list(_pending().filter(id__gt=last_id)[:BATCH]):
        last_id = batch[-1].pk
        total += _drain_batch(batch, at)
    old = now - datetime.timedelta(days=KEEP_DAYS)
    IndexAction.objects.filter(status=ActionStatus.DONE, finished_at__lt=old).delete()
    return total


def has_pending() -> bool:
    """True when some change has not reached the index yet."""
    return bool(_pending().exists())


def ensure_index(*, thorough: bool = False) -> int:
    """Build the index if it is missing, damaged or of another version; return how many documents were indexed then.

    `thorough` reads all of it for damage. Raises `EngineUnavailable` when building it anew would not help: its server
    does not answer, say.
    """
    engine = get_engine()
    status = engine.verify() if thorough else engine.status()
    if status.usable:
        return 0
    if not status.repairable:
        raise EngineUnavailable(status.reason)
    return rebuild()


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

    `progress(documents, total)` may wrap the stream. Rows that were pending before the build are finished by it; what
    was written to the old index during the build is written to the new one before it answers.
    """
    began = timezone.now()
    # Their ids, not the highest: a transaction that is still open has taken a lower one and will show it later.
    waiting = list(_pending().values_list("id", flat=True))
    last = IndexAction.objects.aggregate(last=Max("id"))["last"] or 0
    documents = _indexable()
    total = documents.count()
    broken: dict[int, str] = {}
    rows = documents.values(*COLUMNS).iterator(chunk_size=200)
    stream: Iterable[PreparedDocument] = prepare_all(rows, total, broken)
    try:
        count = get_engine().rebuild(
            progress(stream, total) if progress else stream, lambda: _written_since(began, last)
        )
    except DocumentsRefused as error:
        count = error.written
        broken.update(error.reasons)
    for start in range(0, len(waiting), BATCH):
        _pending().filter(id__in=waiting[start : start + BATCH]).update(
            status=ActionStatus.DONE, finished_at=timezone.now(), tries=F("tries") + 1
        )
    _record_left_out(broken)
    return count


def _written_since(began: datetime.datetime, last: int) -> Iterator[Changes]:
    """Yield what drains have written to the index that answers since `began`, as it is in the database now.

    Rows after `last` came later for sure, even when a clock was set back meanwhile.
    """
    since = began - datetime.timedelta(seconds=CLOCK_MARGIN)
    rows = IndexAction.objects.filter(status=ActionStatus.DONE).filter(
        Q(finished_at__gte=since) | Q(id__gt=last)
    )
    ids = list(rows.values_list("document_id", flat=True).distinct())
    for start in range(0, len(ids), BATCH):
        touched = set(ids[start : start + BATCH])
        prepared, broken = _prepare_each(_indexable().filter(pk__in=touched).values(*COLUMNS))
        yield prepared, touched - {document.id for document in prepared} - broken.keys()


def _record_left_out(broken: Mapping[int, str]) -> None:
    """Leave one failed row, with its reason, for every document a build had to leave out."""
    for pk, reason in broken.items():
        logger.error("document %s is not in the index: %s", pk, reason)
    IndexAction.objects.filter(document_id__in=list(broken), status=ActionStatus.FAILED).delete()
    failed = {"status": ActionStatus.FAILED, "tries": MAX_TRIES, "finished_at": timezone.now()}
    IndexAction.objects.bulk_create(
        IndexAction(document_id=pk, kind=ActionKind.UPSERT, reason=reason[:300], **failed)
        for pk, reason in broken.items()
    )


def prepare_all(
    rows: Iterable[Row], total: int, broken: dict[int, str] | None = None
) -> Iterator[PreparedDocument]:
    """Prepare `rows` in order, in several processes where there are enough of them and this process may have some.

    A document that cannot be prepared is left out and noted in `broken`. Raises `EngineUnavailable` at the end when
    those are many: then not they are wrong, and an index without them would pass for the archive.
    """
    left_out = {} if broken is None else broken
    for outcome in prepare_in_order(rows, total):
        if isinstance(outcome, Broken):
            left_out[outcome.id] = outcome.reason
        else:
            yield outcome
    if len(left_out) > max(BROKEN_ALLOWED, total // 10):
        raise EngineUnavailable(f"{len(left_out)} of {total} documents cannot be prepared")


def _indexable() -> Any:
    # Withdrawn documents keep their page with its explanation but are no longer offered as an answer.
    return NormativeDocument.objects.filter(withdrawn=False).order_by("pk")


def _pending() -> Any:
    return IndexAction.objects.filter(status=ActionStatus.PENDING).order_by("id")


def _drain_batch(batch: list[IndexAction], at: datetime.datetime | None) -> DrainReport:
    wanted = {action.document_id for action in batch if action.kind == ActionKind.UPSERT}
    touched = {action.document_id for action in batch}
    engine: Engine = get_engine()
    # Read, write and mark as the only writer: another drain must not write something older over it, and a build that
    # is about to swap must see these rows either as done or as still to do.
    with _only_writer(engine, [action.pk for action in batch]):
        prepared, broken = _prepare_each(_indexable().filter(pk__in=wanted).values(*COLUMNS))
        # The database decides: whatever is no longer there, whoever said so, leaves the index.
        removed = (
            touched - {document.id for document in prepared} - broken.keys() - _still_there(touched - wanted)
        )
        try:
            engine.apply(prepared, removed)
        except DocumentsRefused as error:
            broken.update(error.reasons)
        except EngineUnavailable as error:
            # Not the fault of these rows: they keep their tries and wait.
            IndexAction.objects.filter(pk__in=[action.pk for action in batch]).update(reason=str(error)[:300])
            raise
        good = [action.pk for action in batch if action.document_id not in broken]
        IndexAction.objects.filter(pk__in=good).update(
            status=ActionStatus.DONE, finished_at=at or timezone.now(), tries=F("tries") + 1, reason=""
        )
    for pk, reason in broken.items():
        _record_failure([action.pk for action in batch if action.document_id == pk], reason)
    return DrainReport(len(good), len(batch) - len(good), len(prepared), len(removed))


@contextmanager
def _only_writer(engine: Engine, rows: list[int]) -> Iterator[None]:
    """Be the only writer; `rows`, marked as done meanwhile, wait again when it is not sure that there was no other."""
    try:
        with engine.writing():
            yield
    except (LockLost, EngineUnavailable):
        IndexAction.objects.filter(pk__in=rows).update(status=ActionStatus.PENDING, finished_at=None)
        raise


def _still_there(ids: set[int]) -> set[int]:
    """Return those of `ids` the archive still offers: a deletion that was overtaken by a new row of the same id."""
    return set(_indexable().filter(pk__in=ids).values_list("pk", flat=True)) if ids else set()


def _prepare_each(rows: Iterable[Row]) -> tuple[list[PreparedDocument], dict[int, str]]:
    """Prepare row by row, so that one document that cannot be prepared does not hold up the others."""
    outcomes = [prepare_one(row) for row in rows]
    broken = {outcome.id: outcome.reason for outcome in outcomes if isinstance(outcome, Broken)}
    return [outcome for outcome in outcomes if not isinstance(outcome, Broken)], broken


def _record_failure(ids: list[int], reason: str) -> None:
    actions = IndexAction.objects.filter(pk__in=ids)
    actions.update(tries=F("tries") + 1, reason=reason[:300])
    actions.filter(tries__gte=MAX_TRIES).update(status=ActionStatus.FAILED, finished_at=timezone.now())
