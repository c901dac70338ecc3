"""Receivers only write rows and enqueue; the work is in `indexing`."""

from __future__ import annotations

from collections.abc import Sequence

from celery.signals import worker_ready
from django.db import transaction
from django.dispatch import receiver

from search.archive.signals import documents_changed
from search.models import ActionKind, IndexAction
from search.tasks import build_index, drain


@receiver(documents_changed, dispatch_uid="search.index_actions")
def record_index_actions(
    sender: object, document_ids: Sequence[int], deleted: bool = False, **kwargs: object
) -> None:
    """Write one row per document in the transaction of the change itself, then wake the worker."""
    kind = ActionKind.DELETE if deleted else ActionKind.UPSERT
    IndexAction.objects.bulk_create(
        [IndexAction(document_id=pk, kind=kind) for pk in dict.fromkeys(document_ids)], batch_size=1_000
    )
    # A broker that is down must not undo a publication: the rows wait for the worker's next start.
    transaction.on_commit(_wake_worker, robust=True)


def _wake_worker() -> None:
    drain.delay()


@worker_ready.connect(dispatch_uid="search.drain_at_start")
def drain_at_start(sender: object = None, **kwargs: object) -> None:
    """Build the index if it is of another version or damaged, and take up what was left while no worker ran."""
    build_index.delay()
    drain.delay()
