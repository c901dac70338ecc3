"""Elasticsearch for tests: engines on the server of `make services`, and a stand-in that fails as it is told to."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from uuid import uuid4

from django.conf import settings

from search.engines.elasticsearch import ElasticsearchEngine
from search.engines.elasticsearch_server import ServerOptions


@contextmanager
def engine_on_server(*, shards: int = 1) -> Iterator[ElasticsearchEngine]:
    """An engine with a prefix of its own on the real server; its indexes are removed at the end."""
    options = ServerOptions(settings.SERVICES_ELASTICSEARCH_URL, search_timeout=10.0)
    engine = ElasticsearchEngine(options, f"test-{uuid4().hex[:12]}", shards=shards)
    engine.grace = 0.0
    try:
        yield engine
    finally:
        drop(engine)


def drop(engine: ElasticsearchEngine) -> None:
    """Remove every index of the engine's prefix."""
    client = engine.server.writing
    for pattern in (f"{engine.admin.alias}*", engine.admin.lock_index):
        for name in client.options(ignore_status=404).indices.get(index=pattern, features="aliases"):
            client.options(ignore_status=404).indices.delete(index=name)


@dataclass
class StandIn:
    """What the stand-in answers: its version, how late, with which status; and how often it was asked."""

    version: str = "8.19.21"
    delay: float = 0.0
    status: int = 200
    product: str = "Elasticsearch"
    #: Answers to the next requests for writing, before it goes on with 200.
    refusals: int = 0
    requests: list[str] = field(default_factory=list)
    url: str = ""


@contextmanager
def stand_in(**fields: Any) -> Iterator[StandIn]:
    """Run a stand-in for Elasticsearch on a free port of this machine."""
    state = StandIn(**fields)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            state.requests.append(self.path)
            status, said = _answer(state, self.path, body)
            data = json.dumps(said).encode()
            self.send_response(status)
            if state.product:
                self.send_header("X-Elastic-Product", state.product)
            self.send_header("Content-Type", "application/vnd.elasticsearch+json;compatible-with=8")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = answer  # noqa: N815 - names of the library

        def log_message(self, format: str, *args: Any) -> None:
            """Nothing: requests are counted."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    state.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield state
    finally:
        state.delay = 0.0
        server.shutdown()
        server.server_close()
        thread.join()


def _answer(state: StandIn, path: str, body: bytes) -> tuple[int, dict[str, Any]]:
    if path.startswith("/_nodes"):
        return 200, {"nodes": {"a": {"version": state.version}}}
    time.sleep(state.delay)
    if "/_bulk" in path or path.startswith("/_bulk"):
        return 200, _bulk(state, body)
    if state.status != 200:
        error = {"type": "search_phase_execution_exception", "reason": "all shards failed"}
        return state.status, {"error": {**error, "root_cause": [error]}, "status": state.status}
    return 200, {"hits": {"total": {"value": 0, "relation": "eq"}, "hits": []}}


def _bulk(state: StandIn, body: bytes) -> dict[str, Any]:
    actions = [json.loads(line) for line in body.splitlines() if line.startswith((b'{"index"', b'{"delete"'))]
    refused = state.refusals > 0
    state.refusals -= 1
    status: dict[str, Any] = {"status": 201}
    if refused:
        status = {"status": 429, "error": {"type": "es_rejected_execution_exception", "reason": "queue full"}}
    return {
        "took": 1,
        "errors": refused,
        "items": [{verb: {**meta, **status}} for action in actions for verb, meta in action.items()],
    }
