"""Locks between writers on any number of machines: one small document each, kept alive by its holder.

No clock is compared: who waits watches the document, and takes it over when it has not changed for `TTL` seconds by the
waiter's own clock. A holder that is killed therefore blocks the others for that long and no longer.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from uuid import uuid4

from elasticsearch import (
    ApiError,
    BadRequestError,
    ConflictError,
    Elasticsearch,
    NotFoundError,
    TransportError,
)

from search.engines.base import EngineBusy, LockLost

logger = logging.getLogger(__name__)
#: Seconds without a sign of life after which a lock is taken over; its holder gives one three times as often.
TTL = 12.0
_PAUSE = 0.05


class DocumentLock:
    """The lock `name` in the index `index`. An instance may be used by several threads; each `hold` is one holder."""

    def __init__(self, index: str, name: str, ttl: float = TTL) -> None:
        self.index, self.name, self.ttl = index, name, ttl

    @contextmanager
    def hold(self, client: Elasticsearch, timeout: float) -> Iterator[Held]:
        """Hold the lock. Raises `EngineBusy` after `timeout` seconds, and whatever the client raises."""
        holder = uuid4().hex
        held = Held(client, self, holder, self._acquire(client, timeout, holder))
        try:
            with held.kept_alive():
                yield held
        finally:
            held.release()

    def _acquire(self, client: Elasticsearch, timeout: float, holder: str) -> tuple[int, int]:
        self._ensure_index(client)
        deadline = time.monotonic() + timeout
        watched: tuple[int, int] | None = None
        since = time.monotonic()
        while True:
            with suppress(ConflictError):
                made = client.create(index=self.index, id=self.name, document={"holder": holder})
                return made["_seq_no"], made["_primary_term"]
            seen = self._seen(client)
            now = time.monotonic()
            if seen is not None and seen != watched:
                watched, since = seen, now
            elif seen is not None and now - since >= self.ttl:
                with suppress(ConflictError):
                    logger.warning("lock %s was left behind and is taken over", self.name)
                    return self.write(client, holder, seen)
            if now >= deadline:
                raise EngineBusy("another process is writing the index")
            time.sleep(_PAUSE)

    def _ensure_index(self, client: Elasticsearch) -> None:
        if client.indices.exists(index=self.index):
            return
        try:
            client.indices.create(
                index=self.index,
                settings={"number_of_shards": 1, "auto_expand_replicas": "0-1"},
                mappings={"dynamic": "strict", "properties": {"holder": {"type": "keyword"}}},
            )
        except BadRequestError as error:
            if "resource_already_exists" not in str(error):
                raise

    def _seen(self, client: Elasticsearch) -> tuple[int, int] | None:
        try:
            found = client.get(index=self.index, id=self.name, source=False)
        except NotFoundError:
            return None
        return found["_seq_no"], found["_primary_term"]

    def owned(self, client: Elasticsearch, holder: str) -> tuple[int, int] | None:
        """Return the version of the document if it is of `holder`."""
        try:
            found = client.get(index=self.index, id=self.name)
        except NotFoundError:
            return None
        return (found["_seq_no"], found["_primary_term"]) if found["_source"]["holder"] == holder else None

    def write(self, client: Elasticsearch, holder: str, version: tuple[int, int]) -> tuple[int, int]:
        """Write the document anew if it still is of `version`; return its next one. Raises `ConflictError`."""
        made = client.index(
            index=self.index,
            id=self.name,
            document={"holder": holder},
            if_seq_no=version[0],
            if_primary_term=version[1],
        )
        return made["_seq_no"], made["_primary_term"]


class Held:
    """A lock while it is held."""

    def __init__(
        self, client: Elasticsearch, lock: DocumentLock, holder: str, version: tuple[int, int]
    ) -> None:
        self._client, self._lock, self._holder, self._version = client, lock, holder, version
        self._guard = threading.Lock()
        self._done = threading.Event()
        self._lost = False

    def confirm(self) -> None:
        """Give a sign of life. Raises `LockLost` when another process has taken the lock over meanwhile."""
        with self._guard:
            if not self._lost:
                try:
                    self._version = self._lock.write(self._client, self._holder, self._version)
                    return
                except (ConflictError, NotFoundError):
                    # A sign that arrived while its answer was lost has changed the version, but not the holder.
                    version = self._lock.owned(self._client, self._holder)
                    self._version, self._lost = version or self._version, version is None
                    if version:
                        return
        raise LockLost("another process has taken over the writing of the index")

    @contextmanager
    def kept_alive(self) -> Iterator[None]:
        """Give signs of life from a thread of its own, however long one step takes."""
        thread = threading.Thread(target=self._beat, name="index-lock", daemon=True)
        thread.start()
        try:
            yield
        finally:
            self._done.set()
            thread.join()

    def _beat(self) -> None:
        while not self._done.wait(self._lock.ttl / 3):
            try:
                self.confirm()
            except LockLost:
                return
            except (ApiError, TransportError):
                # Tried again at the next beat; who publishes something confirms by itself.
                logger.warning("lock %s could not be renewed", self._lock.name)

    def release(self) -> None:
        """Let the next one in. A server that does not answer now frees the lock by time."""
        if self._lost:
            return
        with suppress(ApiError, TransportError):
            self._client.delete(
                index=self._lock.index,
                id=self._lock.name,
                if_seq_no=self._version[0],
                if_primary_term=self._version[1],
            )
