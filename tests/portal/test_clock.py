"""The clock: what it remembers over a restart or a kill, and the file that says it goes."""

from __future__ import annotations

import datetime as dt
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from celery.beat import SchedulingError
from celery.schedules import crontab

from portal.celery import app
from portal.clock import Clock
from search.tasks import catch_up

NAME = "alerts.purge"
KILLED = """
import os, signal, sys
from portal.celery import app
from portal.clock import Clock

clock = Clock(app=app, schedule_filename=sys.argv[1])
clock.schedule["alerts.purge"] = next(clock.schedule["alerts.purge"])
clock.sync()
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.fixture
def wound_up(settings: Any, tmp_path: Path) -> Callable[[], Clock]:
    settings.DATA_DIR = tmp_path
    return lambda: Clock(app=app, schedule_filename=str(tmp_path / "schedule"))


def ran(clock: Clock, at: dt.datetime) -> None:
    clock.schedule[NAME].last_run_at = at
    clock.sync()


def test_celery_starts_this_clock() -> None:
    assert app.conf.beat_scheduler == f"{Clock.__module__}.{Clock.__name__}"


class TestMemory:
    def test_what_ran_is_known_to_the_next_one_though_nobody_said_goodbye(
        self, wound_up: Callable[[], Clock]
    ) -> None:
        then = app.now() - dt.timedelta(days=2)
        first = wound_up()
        ran(first, then)
        assert wound_up().schedule[NAME].last_run_at == then
        assert first.schedule[NAME].last_run_at == then

    def test_after_a_kill(self, wound_up: Callable[[], Clock], tmp_path: Path) -> None:
        ran(wound_up(), dt.datetime(2020, 1, 1, tzinfo=dt.UTC))
        command = [sys.executable, "-c", KILLED, str(tmp_path / "schedule")]
        environment = {**os.environ, "YANLU_DATA": str(tmp_path), "PYTHONPATH": os.pathsep.join(sys.path)}
        done = subprocess.run(command, env=environment, timeout=60, check=False)
        assert done.returncode == -9
        remembered = wound_up().schedule[NAME].last_run_at
        assert remembered is not None
        assert app.now() - remembered < dt.timedelta(minutes=2)

    def test_what_was_due_once_a_day_is_due_now(self, wound_up: Callable[[], Clock]) -> None:
        ran(wound_up(), app.now() - dt.timedelta(days=2))
        assert wound_up().schedule[NAME].is_due()[0]

    @pytest.mark.parametrize("suffix", [".dir", ".dat"])
    @pytest.mark.parametrize("content", ["", "'entries', (0, 9", "\x80\x05\x95"])
    def test_a_damaged_file_is_begun_anew(
        self, wound_up: Callable[[], Clock], tmp_path: Path, suffix: str, content: str
    ) -> None:
        ran(wound_up(), app.now() - dt.timedelta(days=2))
        path = tmp_path / f"schedule{suffix}"
        assert path.exists()
        path.write_text(content)
        assert set(wound_up().schedule) >= set(app.conf.beat_schedule)

    def test_a_task_that_is_no_longer_kept_is_forgotten(self, wound_up: Callable[[], Clock]) -> None:
        first = wound_up()
        first.add(name="gone", task="gone.task", schedule=crontab())
        first.sync()
        assert "gone" not in wound_up().schedule


class TestMark:
    @pytest.mark.django_db
    def test_a_task_queued_by_a_web_server_or_worker_is_no_beat(self, settings: Any, tmp_path: Path) -> None:
        settings.DATA_DIR = tmp_path
        catch_up.delay()
        assert not (tmp_path / "clock").exists()

    def test_every_task_the_clock_queues_marks_the_time(
        self, wound_up: Callable[[], Clock], tmp_path: Path
    ) -> None:
        clock, mark = wound_up(), tmp_path / "clock"
        assert not mark.exists()  # nothing has reached the queue yet

        with mock.patch.object(catch_up, "apply_async"):
            clock.apply_async(clock.schedule["search.catch_up"])
            assert mark.exists()
            os.utime(mark, (0, 0))
            clock.apply_async(clock.schedule["search.catch_up"])
        assert mark.stat().st_mtime > 0

    def test_a_queue_that_cannot_be_reached_leaves_it_unmarked(
        self, wound_up: Callable[[], Clock], tmp_path: Path
    ) -> None:
        clock = wound_up()
        away = mock.patch.object(catch_up, "apply_async", side_effect=ConnectionError("away"))
        with away, pytest.raises(SchedulingError):
            clock.apply_async(clock.schedule["search.catch_up"])
        assert not (tmp_path / "clock").exists()
