"""What the worker does for the index. Tasks carry no data: the rows of `IndexAction` are the queue."""

from __future__ import annotations

import logging

from celery import shared_task
from django.core.cache import cache
from kombu.exceptions import OperationalError

from search import indexing
from search.engines.base import EngineBusy

logger = logging.getLogger(__name__)
#: Seconds until a busy index is tried again, and between two requests to build a missing one.
RETRY_AFTER, REQUEST_EVERY = 15, 60


@shared_task(bind=True, max_retries=None, ignore_result=True)
def drain(self: object) -> None:
    """Bring the index up to date with all pending rows; come back later while another process writes."""
    try:
        report = indexing.drain()
    except EngineBusy as error:
        raise self.retry(exc=error, countdown=RETRY_AFTER) from error  # type: ignore[attr-defined]
    if report.done or report.failed:
        logger.info("index drained: %s", report)


@shared_task(ignore_result=True)
def catch_up() -> None:
    """Find, every minute, what was written while the queue or the engine could not be reached."""
    if not indexing.has_pending():
        return
    try:
        indexing.drain()
    except EngineBusy:
        # Not retried: the next minute asks again.
        logger.info("the index is being written by another process")


@shared_task(ignore_result=True)
def build_index() -> None:
    """Build the index if none can answer."""
    try:
        indexing.ensure_index()
    except EngineBusy:
        logger.info("the index is being built by another process")


def request_index() -> None:
    """Ask the worker for an index, at most once a minute however many readers find it missing."""
    if not cache.add("search-index-requested", 1, REQUEST_EVERY):
        return
    try:
        build_index.delay()
    except OperationalError as error:
        # A reader's search must not fail because the queue does; the worker builds a missing index at its start.
        logger.warning("no index was requested, the queue does not answer: %s", error)
