"""The process that keeps the time: what it remembers over a restart, and the sign that it goes."""

from __future__ import annotations

import dbm.dumb
import shelve
from pathlib import Path
from typing import Any

from celery.beat import PersistentScheduler
from django.conf import settings


class Clock(PersistentScheduler):
    """Celery's scheduler with a memory that is the same everywhere and survives a kill."""

    schedule_filename: str

    def _open_schedule(self) -> shelve.Shelf[Any]:
        """Open the schedule file; what cannot be read raises here, and Celery begins a new one.

        `shelve` by itself takes the best format of this Python. Where that is ndbm, nothing is written before the end:
        a killed clock has forgotten what ran, and what is due once a day waits for the next day.
        """
        file: Any = dbm.dumb.open(self.schedule_filename)  # noqa: SIM115  (kept open by the shelf)
        store: shelve.Shelf[Any] = shelve.Shelf(file, writeback=True)
        dict(store)
        return store

    def apply_async(self, *args: Any, **kwargs: Any) -> Any:
        """Queue a task that is due, then give the file `clock` in the data folder the present time, for health checks.

        A task is due every minute: a file older than ten minutes means that the clock stands still or cannot reach the
        queue. Raises `SchedulingError` when it cannot, as Celery's own does.
        """
        queued = super().apply_async(*args, **kwargs)
        Path(settings.DATA_DIR, "clock").touch()
        return queued
