"""A lock between processes that its own thread may take again."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager


class Reentrant:
    """Wraps the taking of a lock: the thread that holds it passes, every other thread and process waits for it."""

    def __init__(self, take: Callable[[], AbstractContextManager[None]]) -> None:
        self._take = take
        self._held = threading.local()

    @contextmanager
    def __call__(self) -> Iterator[None]:
        """Hold the lock. Raises what taking it raises."""
        if getattr(self._held, "here", False):
            yield
            return
        with self._take():
            self._held.here = True
            try:
                yield
            finally:
                self._held.here = False
