"""What the worker does for the archive. Tasks carry no data: a document whose relations are unread says so itself."""

from __future__ import annotations

import logging

from celery import shared_task

from search.archive.relations import read_unread

logger = logging.getLogger(__name__)


@shared_task(ignore_result=True)
def read_relations() -> None:
    """Read the relations of every document that is new or has changed, and resolve what waited for them."""
    done = read_unread()
    if done.written or done.removed or done.resolved:
        logger.info("relations read: %s", done)
