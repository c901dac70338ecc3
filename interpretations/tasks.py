"""Periodic work of the worker."""

from __future__ import annotations

from celery import shared_task

from interpretations import scheduling
from interpretations.notifications import notify_held_back

__all__ = ["notify_held_back", "publish_scheduled"]


@shared_task
def publish_scheduled() -> dict[str, int]:
    """Release what is due, every minute. Returns how many were released, held back and expired."""
    run = scheduling.run_schedule()
    return {"published": len(run.published), "held_back": len(run.held_back), "expired": len(run.expired)}
