"""Processes beside the bench: readers that search without pause, and a writer that changes documents without pause.

Each is a fresh process with its own connection and its own open index, as a web server's and a worker's are. They talk
over pipes: the parent says go and stop, the child sends what it measured.
"""

from __future__ import annotations

import multiprocessing
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from multiprocessing.connection import Connection
from typing import Any

from search.query import SearchQuery

#: Documents a writer changes at a time: one commit of the index each.
WRITER_BATCH = 10
#: Seconds a child may take to get ready, or to finish what it is doing.
_PATIENCE = 120


class Child:
    """One process that runs `work(pipe, *arguments)`."""

    def __init__(self, work: Callable[..., None], *arguments: Any) -> None:
        context = multiprocessing.get_context("spawn")
        self.pipe, theirs = context.Pipe()
        self.process = context.Process(target=_start, args=(work, theirs, arguments), daemon=False)
        self.process.start()
        theirs.close()

    def send(self, message: object) -> None:
        self.pipe.send(message)

    def receive(self) -> Any:
        if not self.pipe.poll(_PATIENCE):
            raise TimeoutError("a process of the bench does not answer")
        return self.pipe.recv()

    def close(self) -> None:
        self.pipe.close()
        self.process.join(_PATIENCE)
        if self.process.is_alive():
            self.process.terminate()


def _start(work: Callable[..., None], pipe: Connection, arguments: tuple[Any, ...]) -> None:
    import django

    django.setup()
    try:
        work(pipe, *arguments)
    except (EOFError, BrokenPipeError):
        return


@contextmanager
def children(number: int, work: Callable[..., None], *arguments: Any) -> Iterator[list[Child]]:
    """Start `number` processes and wait until each says it is ready; end them afterwards."""
    started = [Child(work, *arguments) for _ in range(number)]
    try:
        for child in started:
            child.receive()
        yield started
    finally:
        for child in started:
            child.close()


def read(pipe: Connection, queries: Sequence[SearchQuery]) -> None:
    """For every number of seconds received: search for so long, then send the seconds of each search."""
    from search.selectors import run_search

    for query in queries[:20]:
        run_search(query)
    pipe.send("ready")
    while True:
        pipe.send(search_for(pipe.recv(), queries, lambda query: run_search(query)))


def search_for(
    duration: float, queries: Sequence[SearchQuery], search: Callable[[SearchQuery], object]
) -> list[float]:
    """Search for one query after another until `duration` seconds are over; return the seconds of each."""
    times: list[float] = []
    end = time.perf_counter() + duration
    while time.perf_counter() < end:
        for query in queries:
            started = time.perf_counter()
            search(query)
            times.append(time.perf_counter() - started)
            if time.perf_counter() >= end:
                break
    return times


def write(pipe: Connection, size: int) -> None:
    """After each message received, change documents without pause until the next one; then send (documents, seconds)."""
    pipe.send("ready")
    position = 0
    while True:
        pipe.recv()
        started, written = time.perf_counter(), 0
        while not pipe.poll():
            change(range(position, position + WRITER_BATCH), size)
            position += WRITER_BATCH
            written += WRITER_BATCH
        pipe.recv()
        pipe.send((written, time.perf_counter() - started))


def change(positions: Sequence[int], size: int) -> None:
    """Give documents another title, as an import does, and bring the index up to date, as the worker does."""
    from search import indexing
    from search.archive.models import NormativeDocument
    from search.archive.services import DocumentRow, upsert_documents

    ids = [position % size + 1 for position in positions]
    titles = dict(NormativeDocument.objects.filter(pk__in=ids).values_list("source_key", "title"))
    suffix = f"（{positions[0]}次修订）"
    rows = [DocumentRow(key, {"title": title.split("（")[0] + suffix}) for key, title in titles.items()]
    upsert_documents(rows=rows)
    indexing.drain()


def await_title(pipe: Connection) -> None:
    """For every text received: search for it until a document has it in its title; send when that was (monotonic)."""
    from search.selectors import run_search

    pipe.send("ready")
    while True:
        text = pipe.recv()
        while not any(
            text in hit.document.title for hit in run_search(SearchQuery(q=text), facets=False).hits
        ):
            time.sleep(0.005)
        pipe.send(time.monotonic())
