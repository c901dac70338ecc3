"""Where the embedded index lives: generations in folders, one pointer, two locks, one stamp.

<folder>/CURRENT        name of the generation that answers (replaced atomically)
<folder>/g-…/           one tantivy index and its STAMP; BROKEN beside it when it was found damaged
<folder>/writer.lock    held by the one process that writes into a generation that answers
<folder>/builder.lock   held by the one process that builds another generation
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

from search.engines.base import EngineBusy, EngineUnavailable, IndexUnusable

#: Seconds a writer waits for another before it gives up for now.
LOCK_TIMEOUT = 20.0


class IndexStorage:
    """Paths, locks and versions of one index folder. Knows nothing of what is inside a generation."""

    def __init__(self, folder: Path, stamp: dict[str, int]) -> None:
        self.folder = folder
        self.stamp = stamp
        #: Damaged generations of a folder that cannot be written.
        self._broken: dict[Path, str] = {}
        #: The generation that answered last, the files that say so, and what they looked like.
        self._last: tuple[Path, tuple[str, ...], tuple[object, ...]] | None = None

    @contextlib.contextmanager
    def lock(self, timeout: float | None = None, *, name: str = "writer") -> Iterator[None]:
        """Hold the lock `name`. Raises `EngineBusy` after `timeout` seconds (`LOCK_TIMEOUT` if not given).

        A dead process leaves no lock behind. Raises `EngineUnavailable` when the folder cannot be written.
        """
        deadline = time.monotonic() + (LOCK_TIMEOUT if timeout is None else timeout)
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            handle = (self.folder / f"{name}.lock").open("w")
        except OSError as error:
            raise EngineUnavailable(f"the index folder cannot be written: {error.strerror}") from error
        with handle:
            while True:
                try:
                    fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    break
                except BlockingIOError:
                    if time.monotonic() >= deadline:
                        raise EngineBusy("another process is writing the index") from None
                    time.sleep(0.05)
            try:
                yield
            finally:
                fcntl.flock(handle, fcntl.LOCK_UN)

    def current(self) -> Path:
        """Return the generation that answers. Raises `IndexUnusable`: none, of another version, or damaged.

        Asked at every search: the files are read when one of them is another than last time, else only looked at.
        """
        if self._last is not None:
            generation, files, before = self._last
            if generation not in self._broken and tuple(map(_look, files)) == before:
                return generation
        pointed = self._pointed()
        watched = (self.folder / "CURRENT", pointed / "STAMP", pointed / "BROKEN") if pointed else ()
        files = tuple(map(str, watched))
        # Looked at before they are read: what changes meanwhile is seen next time.
        before = tuple(map(_look, files))
        generation = self._checked()
        # Another one, if it was swapped in between: then these were not its files.
        self._last = (generation, files, before) if generation == pointed else None
        return generation

    def _checked(self) -> Path:
        generation, stamp = self._stamped()
        if generation is None or stamp is None:
            raise IndexUnusable("no index has been built yet")
        if stamp != self.stamp:
            raise IndexUnusable("the index was built by another version")
        if generation in self._broken or (generation / "BROKEN").exists():
            raise IndexUnusable("the index is damaged")
        return generation

    def _stamped(self) -> tuple[Path | None, object]:
        """The generation pointed at and its stamp. Between the two looks it may be swapped out and removed: look again."""
        generation = self._pointed()
        while generation is not None:
            try:
                return generation, json.loads((generation / "STAMP").read_text(encoding="ascii"))
            except (OSError, ValueError):
                before, generation = generation, self._pointed()
                if generation == before:
                    break
        return generation, None

    def _pointed(self) -> Path | None:
        try:
            name = (self.folder / "CURRENT").read_text(encoding="ascii").strip()
        except (OSError, ValueError):
            return None
        # A pointer that a crash filled with anything else leads nowhere, not out of the folder.
        return self.folder / name if name.startswith("g-") and "/" not in name else None

    def condemn(self, generation: Path, reason: str) -> None:
        """Mark `generation` as damaged, for every process: it answers no more and is built anew."""
        try:
            (generation / "BROKEN").write_text(reason, encoding="utf-8")
        except OSError:
            self._broken[generation] = reason

    def new_generation(self) -> Path:
        """Return a new, empty folder, after clearing away what dead builders left. Only for who holds the builder lock.

        Raises OSError.
        """
        self._clear(keep=self._pointed())
        path = self.folder / f"g-{int(time.time())}-{uuid4().hex[:8]}"
        path.mkdir(parents=True)
        return path

    def publish(self, generation: Path) -> None:
        """Make `generation` the one that answers and remove the others. Readers that hold an old one finish with it.

        Raises OSError, and then nothing has changed.
        """
        _write_through(generation / "STAMP", json.dumps(self.stamp))
        pointer = self.folder / "CURRENT.new"
        _write_through(pointer, generation.name)
        pointer.replace(self.folder / "CURRENT")
        self._clear(keep=generation)

    def discard(self, generation: Path) -> None:
        """Remove a generation that was not finished."""
        shutil.rmtree(generation, ignore_errors=True)

    def _clear(self, *, keep: Path | None) -> None:
        for other in self.folder.glob("g-*"):
            if other != keep:
                shutil.rmtree(other, ignore_errors=True)


def _look(file: str) -> tuple[int, int, int] | None:
    """Return what tells one version of `file` from another; nothing when it cannot be seen."""
    try:
        found = os.stat(file)  # noqa: PTH116 - four times as fast as a Path
    except OSError:
        return None
    return found.st_mtime_ns, found.st_ino, found.st_size


def _write_through(path: Path, text: str) -> None:
    """Write and wait for the disk: a pointer must not survive a power cut that its target did not."""
    with path.open("w", encoding="ascii") as handle:
        handle.write(text)
        handle.flush()
        os.fsync(handle.fileno())
