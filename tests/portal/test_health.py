"""`/healthz` touches nothing; `/readyz` names what does not answer and keeps the reason to itself."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings

from portal import health
from search.engines.base import IndexStatus

pytestmark = pytest.mark.django_db
USABLE = IndexStatus(usable=True, documents=3)


@pytest.fixture(autouse=True)
def _usable_index(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "index_status", lambda: USABLE)


def test_healthz_answers_without_a_query(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(0):
        response = client.get("/healthz")
    assert (response.status_code, response.content) == (200, b"ok\n")
    assert "no-store" in response.headers["Cache-Control"]


def test_readyz_is_ready_when_everything_answers(client: Client) -> None:
    response = client.get("/readyz")
    assert response.status_code == 200
    assert response.json() == {"status": "ready", "database": "ok", "broker": "ok", "index": "ok"}


def test_readyz_says_why_the_index_cannot_answer(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        health, "index_status", lambda: IndexStatus(usable=False, documents=0, reason="not built")
    )
    response = client.get("/readyz")
    assert response.status_code == 200
    assert response.json()["status"] == "degraded"
    assert response.json()["index"] == "not built"
    assert response.json()["database"] == "ok"


def test_readyz_notices_a_queue_that_cannot_be_written(
    client: Client, settings: Settings, tmp_path: Path
) -> None:
    settings.CELERY_BROKER_URL = "filesystem://"
    settings.CELERY_BROKER_TRANSPORT_OPTIONS = {"data_folder_out": str(tmp_path / "gone")}
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.json()["broker"] == "queue folder is not writable"


def test_readyz_notices_a_broker_that_does_not_answer(
    client: Client, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.CELERY_BROKER_URL = "redis://127.0.0.1:1/0"
    monkeypatch.setattr(health.celery_app.conf, "broker_url", "redis://127.0.0.1:1/0")
    monkeypatch.setattr(health.celery_app.conf, "broker_write_url", "redis://127.0.0.1:1/0")
    assert client.get("/readyz").json()["broker"] == "unavailable"


def test_readyz_logs_the_reason_and_does_not_show_it(
    client: Client, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken() -> None:
        raise OSError("secret of the driver")

    monkeypatch.setitem(health.CHECKS, "database", broken)
    with caplog.at_level(logging.ERROR, logger="portal.health"):
        response = client.get("/readyz")
    assert response.status_code == 503
    assert "secret" not in response.content.decode()
    assert "secret of the driver" in caplog.text


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_probes_are_read_only(client: Client, path: str) -> None:
    assert client.head(path).status_code == 200
    assert client.post(path).status_code == 405
