"""The Celery application. Broker, schedule and eager mode come from Django settings (`CELERY_*`)."""

import os
from pathlib import Path
from typing import Any

from celery import Celery, signals

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.dev")

app = Celery("portal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@signals.beat_init.connect
def watch_clock(**_: Any) -> None:
    """From now on, every task this process queues is a beat of the clock; web servers and workers queue, too."""
    signals.after_task_publish.connect(mark_beat)


def mark_beat(**_: Any) -> None:
    """Gives the file `clock` in the data folder the present time, for health checks.

    The schedule file will not do: where Python has no gdbm it is not written while the clock runs. A task is due
    every minute, and this is called after the queue took one: a file older than ten minutes means that the clock
    stands still or cannot reach the queue.
    """
    from django.conf import settings

    Path(settings.DATA_DIR, "clock").touch()
