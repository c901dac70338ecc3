"""What can be wrong with the files of a tantivy index, and how tantivy says it."""

from __future__ import annotations

import json
import struct
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from search.engines.base import EngineUnavailable

#: Every file of a segment ends with a description of itself, its length and this number.
_MAGIC = 1337
_TAIL = struct.Struct("<II")
_BLOCK = 2**20
#: Files of every segment.
_PARTS = ("fast", "fieldnorm", "idx", "pos", "store", "term")
#: Looks at an index that is being merged.
_LOOKS = 3


@contextmanager
def translated(what: str) -> Iterator[None]:
    """Turn everything tantivy raises about files into `EngineUnavailable`.

    A full disk and a damaged file come as OSError or ValueError; damage behind an intact table of contents makes it
    panic, which arrives as an exception that is not even an `Exception`.
    """
    try:
        yield
    except (OSError, ValueError) as error:
        raise EngineUnavailable(f"{what}: {str(error)[:120]}") from error
    except BaseException as error:
        if not is_panic(error):
            raise
        raise EngineUnavailable(f"{what}: its files are damaged") from error


def is_panic(error: BaseException) -> bool:
    """Return whether `error` is a panic of tantivy; its class cannot be imported."""
    return type(error).__name__ == "PanicException"


def find_damage(generation: Path) -> str:
    """Read every file of `generation` and compare it with the sum at its end; return what is wrong, empty if nothing.

    About a gigabyte a second. tantivy itself does not look: a changed byte gives wrong answers, not an error.
    """
    for _ in range(_LOOKS):
        segments = _segments(generation)
        if segments is None:
            return "meta.json cannot be read"
        files = [f"{segment}.{part}" for segment in sorted(segments) for part in _PARTS]
        damaged = next((name for name in files if not _is_whole(generation / name)), "")
        # A merge may have replaced the segment while we looked: then look again.
        if not damaged or segments == _segments(generation):
            return f"{damaged} is damaged" if damaged else ""
    return ""


def _segments(generation: Path) -> set[str] | None:
    try:
        meta = json.loads((generation / "meta.json").read_text(encoding="utf-8"))
        return {segment["segment_id"].replace("-", "") for segment in meta["segments"]}
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _is_whole(path: Path) -> bool:
    try:
        size = path.stat().st_size
        with path.open("rb") as handle:
            handle.seek(-_TAIL.size, 2)
            length, magic = _TAIL.unpack(handle.read(_TAIL.size))
            if magic != _MAGIC or length > size - _TAIL.size:
                return False
            body = size - _TAIL.size - length
            handle.seek(body)
            expected = json.loads(handle.read(length))["crc"]
            handle.seek(0)
            found = 0
            while body > 0:
                block = handle.read(min(_BLOCK, body))
                if not block:
                    return False
                found, body = zlib.crc32(block, found), body - len(block)
    except (OSError, ValueError, KeyError, TypeError):
        return False
    return bool(found == expected)
