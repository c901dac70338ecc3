"""Many documents prepared in several processes. No Django here: worker processes import this module and start at once."""

from __future__ import annotations

import multiprocessing
import os
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import BrokenExecutor, Future, ProcessPoolExecutor
from dataclasses import dataclass
from itertools import islice
from typing import Any

from search.preparation import PreparedDocument, prepare

#: Documents from which preparing in several processes pays for starting them.
PARALLEL_FROM = 400
#: Rows handed to a process at once, and how many such chunks wait or are worked on for each process: what is in memory.
CHUNK, AHEAD = 100, 4
_MOST_PROCESSES = 8

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Broken:
    """A document that cannot be prepared, and why."""

    id: int
    reason: str


Outcome = PreparedDocument | Broken


def prepare_one(row: Row) -> Outcome:
    """Prepare `row`; one document that cannot be prepared does not hold up the others."""
    try:
        return prepare(row)
    except (ValueError, TypeError, KeyError, AttributeError, OverflowError) as error:
        return Broken(int(row["id"]), f"{type(error).__name__}: {error}")


def prepare_chunk(rows: list[Row]) -> list[Outcome]:
    return [prepare_one(row) for row in rows]


def prepare_in_order(rows: Iterable[Row], total: int) -> Iterator[Outcome]:
    """Prepare `rows` in order, in several processes where there are enough of them and this process may have some.

    When a process dies (of too little memory, say) the rest is prepared here.
    """
    workers = min(os.cpu_count() or 1, _MOST_PROCESSES)
    # A Celery child is a daemon and may not have children.
    if total < PARALLEL_FROM or workers == 1 or multiprocessing.current_process().daemon:
        yield from map(prepare_one, rows)
        return
    # Spawned, not forked: the parent holds database connections and, in a moment, an index writer.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(workers, mp_context=context) as pool:
        waiting: deque[tuple[Future[list[Outcome]] | None, list[Row]]] = deque()
        # Rows are read by this thread: a database connection belongs to one.
        source = iter(rows)
        while chunk := list(islice(source, CHUNK)):
            waiting.append((_submit(pool, chunk), chunk))
            if len(waiting) >= workers * AHEAD:
                yield from _outcomes(*waiting.popleft())
        while waiting:
            yield from _outcomes(*waiting.popleft())


def _submit(pool: ProcessPoolExecutor, chunk: list[Row]) -> Future[list[Outcome]] | None:
    try:
        return pool.submit(prepare_chunk, chunk)
    except BrokenExecutor:
        return None


def _outcomes(future: Future[list[Outcome]] | None, chunk: list[Row]) -> list[Outcome]:
    try:
        return future.result() if future else prepare_chunk(chunk)
    except BrokenExecutor:
        return prepare_chunk(chunk)
