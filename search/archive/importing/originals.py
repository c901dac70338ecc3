"""Originals: the bytes as they came, stored once under their SHA-256."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class StoredOriginal:
    """What is known of an original before it has a row."""

    sha256: str
    name: str
    size: int
    media_type: str

    @property
    def path(self) -> str:
        """Path below the folder of originals."""
        return relative_path(self.sha256)


def relative_path(sha256: str) -> str:
    """Two letters of the hash make 256 folders, so that none grows too long."""
    return f"{sha256[:2]}/{sha256}"


def digest_bytes(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def digest_file(path: Path) -> str:
    """SHA-256 of a file of any size, read in pieces."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


@contextmanager
def _new(target: Path) -> Iterator[IO[bytes]]:
    """A file that appears at `target` whole or not at all."""
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=".part-")
    try:
        with os.fdopen(handle, "wb") as stream:
            yield stream
            # The name must not outlive a power cut without the bytes. Others of the group serve what is stored here.
            stream.flush()
            os.fchmod(stream.fileno(), 0o640)
            os.fsync(stream.fileno())
        Path(name).replace(target)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _is_whole(target: Path, size: int) -> bool:
    """True when `target` has all its bytes: a machine that lost its power may leave a name with fewer."""
    try:
        return target.stat().st_size == size
    except FileNotFoundError:
        return False


def keep_bytes(data: bytes, sha256: str, root: Path) -> None:
    """Store `data` below `root` unless it is there already, whole."""
    target = root / relative_path(sha256)
    if not _is_whole(target, len(data)):
        with _new(target) as stream:
            stream.write(data)


def keep_file(path: Path, sha256: str, root: Path) -> None:
    """Store a file of any size in pieces unless it is there already, whole."""
    target = root / relative_path(sha256)
    if _is_whole(target, path.stat().st_size):
        return
    with path.open("rb") as source, _new(target) as stream:
        while piece := source.read(_CHUNK):
            stream.write(piece)
