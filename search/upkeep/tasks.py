"""Periodic work of the worker."""

from __future__ import annotations

from celery import shared_task

from search.upkeep import expiry


@shared_task
def remind_of_expiry() -> int:
    """Daily: documents whose evaluation is due. Returns the mails sent."""
    return expiry.remind()
