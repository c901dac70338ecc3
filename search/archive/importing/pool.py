"""Preparing files in several processes: bounded, in order, and a file that kills its process stops nothing else."""

from __future__ import annotations

import multiprocessing
import resource
import sys
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from functools import partial
from pathlib import Path

import django
from django.utils import translation
from django.utils.translation import gettext as _

from search.archive.enums import Reason
from search.archive.importing.entries import Prepared
from search.archive.importing.prepare import prepare_source, refused_source
from search.archive.importing.sources import Source
from search.archive.readers import Unreadable

#: Files being prepared or waiting to be written, for each process: what bounds the memory.
_AHEAD = 8
#: Seconds after which a file is given up.
_SECONDS = 180


#: Bytes of address space of a reading process: what unpacks without end is refused, not the machine brought down.
_ADDRESS_SPACE = 4 << 30


def _start(language: str) -> None:
    if sys.platform == "linux":
        _soft, hard = resource.getrlimit(resource.RLIMIT_AS)
        if hard == resource.RLIM_INFINITY or hard > _ADDRESS_SPACE:
            resource.setrlimit(resource.RLIMIT_AS, (_ADDRESS_SPACE, hard))
    django.setup()
    translation.activate(language)


class FilePool:
    """Prepares sources in `jobs` processes; with one job everything happens in this process."""

    def __init__(self, *, jobs: int, root: Path | None) -> None:
        self._jobs = jobs
        self._root = root
        self._prepare = partial(prepare_source, root=root)
        self._executor: ProcessPoolExecutor | None = None

    def __enter__(self) -> FilePool:
        return self

    def __exit__(self, *_exc: object) -> None:
        self._stop()

    def _stop(self) -> None:
        """End the processes at once: what they still had in hand is read again or not wanted."""
        if self._executor is not None:
            processes = list((self._executor._processes or {}).values())
            self._executor.shutdown(wait=False, cancel_futures=True)
            for process in processes:
                process.terminate()
            self._executor = None

    def _pool(self) -> ProcessPoolExecutor:
        if self._executor is None:
            # Spawned, not forked: the parent holds database connections, and in a moment an index writer.
            self._executor = ProcessPoolExecutor(
                self._jobs, mp_context=multiprocessing.get_context("spawn"), initializer=_start,
                initargs=(translation.get_language() or "zh-hans",),
            )  # fmt: skip
        return self._executor

    def run(self, sources: Iterable[Source]) -> Iterator[Prepared]:
        """Each source prepared, in order."""
        if self._jobs < 2:
            yield from map(self._prepare, sources)
            return
        waiting: deque[tuple[Source, Future[Prepared]]] = deque()
        remaining = iter(sources)
        while True:
            while len(waiting) < _AHEAD * self._jobs and (source := next(remaining, None)) is not None:
                waiting.append((source, self._submit(source)))
            if not waiting:
                return
            source, future = waiting.popleft()
            try:
                yield future.result(timeout=_SECONDS)
            except (BrokenProcessPool, TimeoutError):
                self._stop()
                yield self._alone(source)
                waiting = deque((s, self._submit(s)) for s, _future in waiting)

    def _submit(self, source: Source) -> Future[Prepared]:
        """Hand `source` to the processes. After one of them died nothing is taken any more: that is told when its turn comes."""
        try:
            return self._pool().submit(self._prepare, source)
        except BrokenProcessPool as broken:
            future: Future[Prepared] = Future()
            future.set_exception(broken)
            return future

    def _alone(self, source: Source) -> Prepared:
        """Once more in a process of its own, to tell the file that kills from its neighbours."""
        alone = FilePool(jobs=1, root=self._root)
        try:
            return alone._pool().submit(self._prepare, source).result(timeout=_SECONDS)
        except (BrokenProcessPool, TimeoutError):
            message = _("读取时进程退出或超时，未收录。")
            return refused_source(source, Unreadable(Reason.FAILED, message), root=self._root)
        finally:
            alone._stop()
