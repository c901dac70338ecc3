"""Where the embedded index lives: generations in folders, one pointer, one lock, one stamp.

<folder>/CURRENT        name of the generation that answers (replaced atomically)
<folder>/g-…/           one tantivy index and its STAMP
<folder>/writer.lock    held by the one process that writes
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

from search.engines.base import EngineBusy, EngineUnavailable

#: Seconds a writer waits for another before it gives up for now.
LOCK_TIMEOUT = 20.0


class IndexStorage:
    """Paths, lock and versions of one index folder. Knows nothing of what is inside a generation."""

    def __init__(self, folder: Path, stamp: dict[str, int]) -> None:
        self.folder = folder
        self.stamp = stamp

    @contextlib.contextmanager
    def lock(self, timeout: float | None = None) -> Iterator[None]:
        """Hold the writer lock. Raises `EngineBusy` after `timeout` seconds (`LOCK_TIMEOUT` if not given).

        A dead process leaves no lock behind.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / "writer.lock").open("w") as handle:
            deadline = time.monotonic() + (LOCK_TIMEOUT if timeout is None else timeout)
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
        """Return the generation that answers. Raises `EngineUnavailable`: none yet, or of another version."""
        try:
            name = (self.folder / "CURRENT").read_text(encoding="ascii").strip()
            stamp = json.loads((self.folder / name / "STAMP").read_text(encoding="ascii"))
        except (OSError, ValueError) as error:
            raise EngineUnavailable("no index has been built yet") from error
        if stamp != self.stamp:
            raise EngineUnavailable("the index was built by another version")
        return self.folder / name

    def new_generation(self) -> Path:
        path = self.folder / f"g-{int(time.time())}-{uuid4().hex[:8]}"
        path.mkdir(parents=True)
        return path

    def publish(self, generation: Path) -> None:
        """Make `generation` the one that answers and remove the others. Readers that hold an old one finish with it."""
        (generation / "STAMP").write_text(json.dumps(self.stamp), encoding="ascii")
        pointer = self.folder / "CURRENT.new"
        pointer.write_text(generation.name, encoding="ascii")
        pointer.replace(self.folder / "CURRENT")
        for other in self.folder.glob("g-*"):
            if other != generation:
                shutil.rmtree(other, ignore_errors=True)
