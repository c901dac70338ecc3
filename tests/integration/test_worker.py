"""The real thing: a Celery worker over Redis on PostgreSQL, killed and restarted at the worst moments."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection, transaction
from django.test import override_settings
from django.utils import timezone

from interpretations.notifications import notify_held_back
from portal.celery import app
from portal.clock import Clock
from search.archive.models import NormativeDocument
from search.archive.signals import documents_changed
from search.models import ActionStatus, IndexAction
from search.query import SearchQuery
from search.selectors import run_search
from tests.factories.interpretations import submitted_policy
from tests.factories.search import ArchivedDocumentFactory
from tests.support.servers import Celery, RedisServer, publishing_to, wait_for

pytestmark = [
    pytest.mark.services,
    pytest.mark.postgresql,
    pytest.mark.django_db(transaction=True),
]
TITLE = "云岭省流动图书车管理办法"


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[RedisServer]:
    server = RedisServer(tmp_path)
    server.start()
    yield server
    server.kill()


@pytest.fixture
def worker(tmp_path: Path, redis: RedisServer) -> Iterator[Celery]:
    """Not started yet; hands a task of a killed worker out again after a second instead of ten minutes."""
    data = tmp_path / "data"
    data.mkdir()
    process = Celery(data, redis.url, CELERY_VISIBILITY_TIMEOUT="1")
    yield process
    process.kill()


@pytest.fixture(autouse=True)
def _queue(redis: RedisServer, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with publishing_to(redis.url, monkeypatch):
        yield


def publish(title: str = TITLE) -> NormativeDocument:
    """As every write to the archive does: the rows for the index are committed with the document."""
    with transaction.atomic():
        document = ArchivedDocumentFactory.create(title=title)
        documents_changed.send(sender=None, document_ids=[document.pk])
    return document


def nothing_pending() -> bool:
    rows = IndexAction.objects.values_list("status", flat=True)
    return bool(rows) and set(rows) == {ActionStatus.DONE}


def found(data: Path, title: str = TITLE) -> list[str]:
    """Titles the worker's index answers with."""
    with override_settings(SEARCH_INDEX_DIR=data / "index"):
        return [hit.document.title for hit in run_search(SearchQuery(q=title)).hits]


def test_what_is_published_is_searchable(worker: Celery) -> None:
    worker.start_worker()
    publish()
    wait_for(nothing_pending, "the row is drained")
    assert found(worker.data)[0] == TITLE


def test_rows_written_before_the_worker_ran_are_taken_up_at_its_start(
    worker: Celery, redis: RedisServer
) -> None:
    publish()
    assert redis.queued() >= 1
    redis.client().flushall()  # the messages are lost, the row is not

    worker.start_worker()
    wait_for(nothing_pending, "the row is drained at the start")
    assert found(worker.data)[0] == TITLE


def test_a_task_whose_worker_was_killed_is_done_by_the_next_one(worker: Celery, redis: RedisServer) -> None:
    page = submitted_policy()
    # Mail to the reviewers was sent for by the submission: it would hang there before the task in question.
    app.control.purge()
    # The task reads the page first: it hangs in the database until the lock is gone, and the worker is killed there.
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("LOCK TABLE interpretations_policydocumentpage IN ACCESS EXCLUSIVE MODE")
        worker.start_worker()
        wait_for(lambda: worker.said("Connected to"), "the worker is connected")
        notify_held_back.delay(page_id=page.pk, reason="缺少签字")
        wait_for(
            lambda: worker.said("notifications.notify_held_back[") and redis.taken(), "the task is taken"
        )
        worker.kill()
    assert redis.taken() == 1
    assert not list(worker.data.glob("mail/*"))

    worker.start_worker()
    wait_for(lambda: list(worker.data.glob("mail/*")), "the mail is written by the second worker")
    wait_for(lambda: not redis.taken() and not redis.queued(), "nothing is left in the queue")


def test_a_worker_killed_while_writing_the_index_loses_no_row(worker: Celery, redis: RedisServer) -> None:
    publish()
    redis.client().flushall()
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("LOCK TABLE archive_normativedocument IN ACCESS EXCLUSIVE MODE")
        worker.start_worker()
        # At its start a worker looks at the index first; one that is missing is built with what is pending.
        wait_for(lambda: worker.said("search.tasks.build_index["), "the worker has begun to write the index")
        worker.kill()
    assert not nothing_pending()
    redis.client().flushall()

    worker.start_worker()
    wait_for(nothing_pending, "the next worker drains what is pending")
    assert found(worker.data)[0] == TITLE


def test_publication_goes_on_while_redis_is_down_and_the_index_catches_up(
    worker: Celery, redis: RedisServer
) -> None:
    worker.start_worker()
    wait_for(lambda: worker.said("Connected to"), "the worker is connected")
    publish("云岭省渡口管理办法")
    wait_for(nothing_pending, "the first document is drained")

    redis.kill()
    began = timezone.now()
    document = publish()
    assert timezone.now() - began < dt.timedelta(seconds=10)
    assert NormativeDocument.objects.filter(pk=document.pk).exists()
    assert IndexAction.objects.filter(document_id=document.pk, status=ActionStatus.PENDING).exists()

    # The same worker, not restarted, hears of it again: by the clock, which asks every minute.
    redis.start()
    app.send_task(app.conf.beat_schedule["search.catch_up"]["task"])
    wait_for(nothing_pending, "the row is drained once Redis is back")
    assert found(worker.data)[0] == TITLE


def test_the_clock_makes_up_for_what_was_due_while_it_was_down(worker: Celery, redis: RedisServer) -> None:
    """Every periodic task that was due is queued as soon as clock and Redis are back, in whatever order they come."""
    last_run_an_hour_ago(worker.data / "celerybeat-schedule")
    redis.kill()
    worker.start_clock()
    wait_for(lambda: worker.said("Connection refused"), "the clock has found no Redis")
    assert not (worker.data / "clock").exists()  # what the health check looks at
    redis.start()
    due = ("interpretations.tasks.publish_scheduled", "search.tasks.catch_up")

    def queued() -> bool:
        messages = [message.decode() for message in redis.client().lrange("celery", 0, -1)]
        return all(any(name in message for message in messages) for name in due)

    wait_for(queued, "what was due is queued")
    wait_for((worker.data / "clock").exists, "the clock marks the time")
    assert worker.process is not None and worker.process.poll() is None


def last_run_an_hour_ago(path: Path) -> None:
    """The memory of a clock that was stopped an hour ago."""
    scheduler = Clock(app=app, schedule_filename=str(path))
    for entry in scheduler.schedule.values():
        entry.last_run_at = app.now() - dt.timedelta(hours=1)
    scheduler.close()
