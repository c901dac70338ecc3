"""The shared cache may vanish at any time: it then answers as an empty one, is left alone for a while, and comes back."""

from __future__ import annotations

import logging
from typing import Any

import pytest
from django.core.cache.backends.redis import RedisCacheClient
from redis.exceptions import ConnectionError as RedisDown
from redis.exceptions import ResponseError

from portal.caches import PAUSE_SECONDS, PatientRedisCache, PatientRedisCacheClient

#: What each method answers while Redis does not.
EMPTY: dict[str, tuple[tuple[Any, ...], Any]] = {
    "add": (("k", 1, 60), True),
    "get": (("k", "mine"), "mine"),
    "set": (("k", 1, 60), None),
    "touch": (("k", 60), False),
    "delete": (("k",), False),
    "get_many": ((["k", "l"],), {}),
    "has_key": (("k",), False),
    "set_many": (({"k": 1}, 60), None),
    "delete_many": ((["k"],), None),
    "clear": ((), False),
}


class Server:
    """A stand-in for Redis: answers, fails in one way or another, and counts how often it is asked."""

    def __init__(self) -> None:
        self.fails_with: Exception | None = None
        self.asked = 0
        self.now = 1000.0

    def answer(self, client: object, *args: Any) -> str:
        self.asked += 1
        if self.fails_with is not None:
            raise self.fails_with
        return "answered"


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Server:
    found = Server()
    for name in (*EMPTY, "incr"):
        monkeypatch.setattr(
            RedisCacheClient, name, lambda client, *args: found.answer(client, *args), raising=True
        )
    monkeypatch.setattr("portal.caches.time.monotonic", lambda: found.now)
    return found


@pytest.fixture
def client(server: Server) -> PatientRedisCacheClient:
    return PatientRedisCacheClient(["redis://127.0.0.1:1/0"])


@pytest.mark.parametrize("method", EMPTY)
def test_what_redis_answers_is_passed_on(
    client: PatientRedisCacheClient, server: Server, method: str
) -> None:
    args, _otherwise = EMPTY[method]
    assert getattr(client, method)(*args) == "answered"
    assert server.asked == 1


@pytest.mark.parametrize(
    "error", [RedisDown(), TimeoutError(), ConnectionRefusedError(), ResponseError("OOM")]
)
@pytest.mark.parametrize("method", EMPTY)
def test_without_redis_it_is_an_empty_cache(
    client: PatientRedisCacheClient, server: Server, method: str, error: Exception
) -> None:
    server.fails_with = error
    args, otherwise = EMPTY[method]
    assert getattr(client, method)(*args) == otherwise


def test_counting_up_begins_again_as_for_a_key_never_set(
    client: PatientRedisCacheClient, server: Server
) -> None:
    assert client.incr("k", 1) == "answered"
    server.fails_with = RedisDown()
    with pytest.raises(ValueError, match="not found"):
        client.incr("k", 1)


def test_after_a_failure_it_is_not_asked_for_a_while(client: PatientRedisCacheClient, server: Server) -> None:
    """A page asks dozens of times; each could wait for the connection to time out."""
    server.fails_with = RedisDown()
    for _ in range(30):
        client.get("k", None)
    assert server.asked == 1


def test_it_comes_back_by_itself(client: PatientRedisCacheClient, server: Server) -> None:
    server.fails_with = RedisDown()
    client.get("k", None)
    server.fails_with = None
    server.now += PAUSE_SECONDS - 0.1
    assert client.get("k", "mine") == "mine"
    server.now += 0.2
    assert client.get("k", "mine") == "answered"


def test_a_failure_is_logged_once_without_what_was_stored(
    client: PatientRedisCacheClient, server: Server, caplog: pytest.LogCaptureFixture
) -> None:
    server.fails_with = RedisDown("redis://:secret@host")
    with caplog.at_level(logging.WARNING, logger="portal.caches"):
        client.set("receipt", "YL-…", 60)
        client.set("receipt", "YL-…", 60)
    (record,) = [one for one in caplog.records if one.name == "portal.caches"]
    assert "secret" not in record.getMessage() and "YL" not in record.getMessage()


def test_mistakes_of_ours_are_not_hidden(client: PatientRedisCacheClient, server: Server) -> None:
    server.fails_with = TypeError("not serialisable")
    with pytest.raises(TypeError):
        client.set("k", object(), 60)


def test_the_backend_uses_the_patient_client() -> None:
    assert PatientRedisCache("redis://127.0.0.1:1/0", {})._class is PatientRedisCacheClient
