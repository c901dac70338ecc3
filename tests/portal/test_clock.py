"""The file `clock`: marked by the process that keeps the time, by no other."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from celery import signals

from portal.celery import mark_beat


@pytest.fixture
def clock(settings: Any, tmp_path: Path) -> Iterator[Path]:
    settings.DATA_DIR = tmp_path
    yield tmp_path / "clock"
    signals.after_task_publish.disconnect(mark_beat)


def test_a_task_queued_by_a_web_server_or_worker_is_no_beat(clock: Path) -> None:
    signals.after_task_publish.send(sender="search.tasks.catch_up")
    assert not clock.exists()


def test_every_task_the_clock_queues_marks_the_time(clock: Path) -> None:
    signals.beat_init.send(sender=None)
    assert not clock.exists()  # nothing has reached the queue yet

    signals.after_task_publish.send(sender="search.tasks.catch_up")
    assert clock.exists()

    os.utime(clock, (0, 0))
    signals.after_task_publish.send(sender="search.tasks.catch_up")
    assert clock.stat().st_mtime > 0
