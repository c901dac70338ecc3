"""The connection to Elasticsearch: two clients, the version of the server, and a breaker for when it does not answer.

Every fault of the server leaves this module as `EngineUnavailable` with a reason that names no address and no secret.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import elasticsearch
from elasticsearch import ApiError, ConnectionTimeout, Elasticsearch, TransportError, UnsupportedProductError

from search.engines.base import EngineUnavailable, IndexUnusable

logger = logging.getLogger(__name__)

#: The major version this client speaks; another one is refused, because its answers are not tested.
MAJOR: int = elasticsearch.VERSION[0]
#: Seconds a version that was right is believed.
_VERSION_AGE = 300.0
#: Seconds the breaker stays open after the first fault, and at most; it doubles in between.
OPEN_FIRST, OPEN_MOST = 5.0, 60.0
_OVERLOADED = frozenset({429, 502, 503, 504})


@dataclass(frozen=True)
class ServerOptions:
    """Where the server is and how long it is waited for; seconds."""

    url: str
    api_key: str = ""
    ca_certs: str = ""
    search_timeout: float = 3.0
    write_timeout: float = 60.0


class Breaker:
    """Lets nobody through for a while after a fault, then one who tries; thread-safe.

    A refused connection opens it at once, a slow answer only when a second one follows: one heavy query is no fault.
    """

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._faults = 0
        self._opened = 0
        self._until = 0.0

    def check(self) -> None:
        """Raise `EngineUnavailable` while open."""
        with self._guard:
            now = time.monotonic()
            if now < self._until:
                raise EngineUnavailable("Elasticsearch does not answer")
            if self._opened:
                # This caller tries; the others go on being refused until it has an answer or has waited in vain.
                self._until = now + OPEN_FIRST

    def failed(self, *, slow: bool) -> None:
        with self._guard:
            self._faults += 1 if slow else 2
            if self._faults >= 2:
                self._until = time.monotonic() + min(OPEN_FIRST * 2**self._opened, OPEN_MOST)
                self._opened = min(self._opened + 1, 10)

    def succeeded(self) -> None:
        with self._guard:
            self._faults = self._opened = 0
            self._until = 0.0


class Server:
    """One Elasticsearch cluster as this process sees it. Thread-safe; not to be shared with a forked process."""

    def __init__(self, options: ServerOptions) -> None:
        self.breaker = Breaker()
        self.search_timeout = options.search_timeout
        self._version_until = 0.0
        shared: dict[str, Any] = {"hosts": options.url.split(",")}
        if options.api_key:
            shared["api_key"] = options.api_key
        if options.ca_certs:
            shared["ca_certs"] = options.ca_certs
        #: Asks once and briefly: a reader waits for it.
        self.reading = Elasticsearch(**shared, request_timeout=options.search_timeout, max_retries=0)
        #: May wait: nobody sits before it.
        self.writing = Elasticsearch(**shared, request_timeout=options.write_timeout, max_retries=1)

    @contextmanager
    def answering(self) -> Iterator[Elasticsearch]:
        """The client for reading, if the server is worth asking. Raises `EngineUnavailable`."""
        self.breaker.check()
        with self._translated():
            if time.monotonic() >= self._version_until:
                self._check_version(self.reading)
            yield self.reading
            self.breaker.succeeded()

    @contextmanager
    def accepting(self) -> Iterator[Elasticsearch]:
        """The client for writing, after a look at the version. Raises `EngineUnavailable`."""
        with self._translated():
            if time.monotonic() >= self._version_until:
                self._check_version(self.reading)
            yield self.writing
            self.breaker.succeeded()

    def _check_version(self, client: Elasticsearch) -> None:
        # Not `client.info()`: the address it asks is closed on some installations, and says less about mixed clusters.
        found = client.nodes.info(filter_path="nodes.*.version")
        versions = {node["version"] for node in found["nodes"].values()}
        wrong = sorted(version for version in versions if not version.startswith(f"{MAJOR}."))
        if wrong:
            raise WrongVersion(f"the server is Elasticsearch {wrong[0]}, but this site needs version {MAJOR}")
        self._version_until = time.monotonic() + _VERSION_AGE

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except IndexUnusable:
            # The server is well, only our index is not: who builds it must not be refused as during an outage.
            self.breaker.succeeded()
            raise
        except TransportError as error:
            self._version_until = 0.0
            logger.warning("Elasticsearch does not answer: %s", type(error).__name__, exc_info=error)
            slow = isinstance(error, ConnectionTimeout)
            self.breaker.failed(slow=slow)
            said = "Elasticsearch does not answer in time" if slow else "Elasticsearch does not answer"
            raise EngineUnavailable(said) from error
        except UnsupportedProductError as error:
            raise EngineUnavailable("the server is not Elasticsearch") from error
        except ApiError as error:
            logger.warning("Elasticsearch refused a request", exc_info=error)
            if error.status_code in _OVERLOADED:
                self.breaker.failed(slow=True)
            else:
                self.breaker.succeeded()
            raise unavailable(error) from error


class WrongVersion(EngineUnavailable):
    """The server is of a major version this site does not speak."""


def unavailable(error: ApiError) -> EngineUnavailable:
    """Return the reason for `error` in our words."""
    if error.status_code == 404:
        return IndexUnusable("no index has been built yet")
    if error.status_code in (401, 403):
        return EngineUnavailable(
            "Elasticsearch refuses the request: wrong credentials, or its index is read-only"
        )
    if error.status_code in _OVERLOADED:
        return EngineUnavailable(
            "Elasticsearch is overloaded, or a part of the index is missing (status red)"
        )
    if "media_type_header_exception" in str(error):
        return WrongVersion(f"the server speaks another version than {MAJOR}")
    return EngineUnavailable(f"Elasticsearch answers with status {error.status_code}")
