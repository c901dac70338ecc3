"""What the worker does for the index. Tasks carry no data: the rows of `IndexAction` are the queue."""

from __future__ import annotations

import logging

from celery import Task, shared_task
from django.core.cache import cache
from kombu.exceptions import OperationalError

from search import indexing
from search.engines import get_engine
from search.engines.base import EngineBusy, EngineUnavailable

logger = logging.getLogger(__name__)
#: Seconds until a busy index is tried again, and between two requests to build a missing one.
RETRY_AFTER, REQUEST_EVERY = 15, 60
#: How often one task tries an index that cannot be written, each time after twice as long; then `catch_up` does.
OUTAGE_RETRIES = 4


@shared_task(bind=True, max_retries=None, ignore_result=True)
def drain(self: Task[..., None]) -> None:
    """Bring the index up to date with all pending rows; come back later while it cannot be written."""
    try:
        report = indexing.drain()
    except EngineBusy as error:
        raise self.retry(exc=error, countdown=RETRY_AFTER) from error
    except EngineUnavailable as error:
        tried = self.request.retries
        logger.warning("the index cannot be written: %s", error)
        if tried >= OUTAGE_RETRIES:
            return
        raise self.retry(exc=error, countdown=RETRY_AFTER * 2**tried) from error
    if report.done or report.failed:
        logger.info("index drained: %s", report)


@shared_task(ignore_result=True)
def catch_up() -> None:
    """Every minute: find what was written while queue or engine could not be reached, and build a missing index."""
    if get_engine().status().usable and not indexing.has_pending():
        return
    try:
        indexing.drain()
    except (EngineBusy, EngineUnavailable) as error:
        # Not retried: the next minute asks again.
        logger.info("the index is not caught up: %s", error)


@shared_task(ignore_result=True)
def build_index() -> None:
    """Build the index if none can answer; all of it is read for damage first, because a search has just failed."""
    try:
        indexing.ensure_index(thorough=True)
    except (EngineBusy, EngineUnavailable) as error:
        logger.info("the index is not built: %s", error)


def request_index() -> None:
    """Ask the worker for an index, at most once a minute however many readers find it missing."""
    if not cache.add("search-index-requested", 1, REQUEST_EVERY):
        return
    try:
        build_index.delay()
    except OperationalError as error:
        # A reader's search must not fail because the queue does; the worker builds a missing index at its start.
        logger.warning("no index was requested, the queue does not answer: %s", error)
