"""What there is to import under the paths given: files, members of zip archives, rows of jsonl files."""

from __future__ import annotations

import io
import logging
import lzma
import os
import struct
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path, PurePosixPath
from typing import IO

from django.utils.translation import gettext as _

from search.archive.enums import Reason
from search.archive.readers import JSONL_SUFFIXES, ZIP_SUFFIX, Unreadable
from search.archive.readers.base import READ_LIMIT

#: What reading a damaged archive comes to.
DAMAGED = (
    zipfile.BadZipFile, RuntimeError, EOFError, OSError, NotImplementedError, ValueError, zlib.error, lzma.LZMAError, struct.error,
)  # fmt: skip
logger = logging.getLogger(__name__)
#: Zip archives inside zip archives are followed this deep.
_NESTED = 2
_MEMBERS = 50_000
#: A member that unpacks to more than this many times its packed size, and to megabytes, is a bomb.
_RATIO = 400
_CLUTTER = frozenset({"thumbs.db", "desktop.ini", "__macosx"})


@dataclass(frozen=True, slots=True)
class Source:
    """One thing to read: a file on disk, or a member of an archive on disk (`members` is the way into it).

    `places` are the members' places in their archives: names may occur twice there.
    """

    path: Path
    members: tuple[str, ...] = ()
    places: tuple[int, ...] = ()

    @property
    def origin(self) -> str:
        """Where it is, for people: the full path, `!` before each member."""
        return "!".join((readable(self.path), *self.members))[-500:]

    @property
    def name(self) -> str:
        return PurePosixPath(self.members[-1] if self.members else readable(self.path)).name

    @property
    def is_jsonl(self) -> bool:
        return self.name.lower().endswith(JSONL_SUFFIXES)

    @property
    def is_zip(self) -> bool:
        return self.name.lower().endswith(ZIP_SUFFIX)


def readable(path: Path) -> str:
    """`path` for people: names that are no UTF-8 come from Chinese systems in GBK."""
    raw = os.fsencode(path)
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return raw.decode("utf-8", "replace")


def discover(paths: Iterable[Path]) -> Iterator[Source]:
    """Every file under `paths`, in a stable order, each once, without holding the list: an archive may have millions.

    Passed over: hidden files, what systems leave behind, and links, which would let whoever packed a delivery
    name any file of this machine; what they point at inside the delivery comes by itself.
    """
    for root in _outermost(paths):
        if root.is_file():
            yield Source(root)
        else:
            yield from map(Source, _walk(root))


def _outermost(paths: Iterable[Path]) -> list[Path]:
    """The real places of `paths`, without those that lie in another of them."""
    real = list(dict.fromkeys(path.resolve() for path in paths))
    return [path for path in real if not any(other in path.parents for other in real)]


def _walk(folder: Path) -> Iterator[Path]:
    try:
        entries = sorted(os.scandir(folder), key=lambda e: e.name)
    except OSError:
        # Read as if it were a file: that fails too, and is then told and waits for a person.
        yield folder
        return
    for entry in entries:
        if _is_clutter(entry.name):
            continue
        path = Path(entry.path)
        if entry.is_symlink():
            logger.warning("import: passed over the link %s", path)
        elif entry.is_dir():
            yield from _walk(path)
        elif entry.is_file():
            yield path


def _member_name(info: zipfile.ZipInfo) -> str:
    """Names without the UTF-8 flag are GBK on Chinese systems, which the module reads as cp437."""
    if info.flag_bits & 0x800:
        return info.filename or "?"
    try:
        raw = info.filename.encode("cp437")
    except UnicodeEncodeError:
        return info.filename
    # Some systems write UTF-8 without saying so.
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding) or "?"
        except UnicodeDecodeError:
            continue
    return info.filename


def members(source: Source) -> Iterator[Source]:
    """The files in a zip archive, archives within it as files. Raises `Unreadable` when it cannot be opened."""
    if len(source.members) >= _NESTED:
        raise Unreadable(Reason.UNSUPPORTED, _("压缩包嵌套过深，未展开。"))
    infos = [
        (place, i) for place, i in enumerate(_open_zip(source).infolist()) if not i.filename.endswith("/")
    ]
    if len(infos) > _MEMBERS:
        raise Unreadable(Reason.TOO_LARGE, _("压缩包内文件过多，未展开。"))
    for place, info in infos:
        name = _member_name(info)
        if not any(_is_clutter(part) for part in PurePosixPath(name).parts):
            yield Source(source.path, (*source.members, name), (*source.places, place))


def _is_clutter(name: str) -> bool:
    """Hidden files, and what systems and programs leave behind; `..` is a way, not a name."""
    return (name.startswith((".", "~$")) and name != "..") or name.lower() in _CLUTTER


def _open_zip(source: Source) -> zipfile.ZipFile:
    try:
        return _opened(source, source.path.stat().st_mtime_ns)
    except OSError as error:
        message = _("无法读取文件：%(error)s") % {"error": error.strerror or error}
        raise Unreadable(Reason.UNREADABLE, message) from error


@lru_cache(maxsize=_NESTED)
def _opened(source: Source, _changed: int) -> zipfile.ZipFile:
    """The archive, kept open: reading its directory again for each of thousands of members would take hours."""
    try:
        return zipfile.ZipFile(io.BytesIO(read_bytes(source)) if source.members else source.path)
    except (zipfile.BadZipFile, ValueError, NotImplementedError, struct.error, EOFError) as error:
        raise Unreadable(Reason.UNREADABLE, _("不是有效的 zip 压缩包，或已损坏。")) from error


def read_bytes(source: Source) -> bytes:
    """The bytes of one source. Raises `Unreadable` when it is too large, locked or damaged."""
    if not source.members:
        size = source.path.stat().st_size
        if size > READ_LIMIT:
            raise Unreadable(Reason.TOO_LARGE, _too_large(size))
        return source.path.read_bytes()
    with open_member(source) as stream:
        try:
            return stream.read(READ_LIMIT + 1)[:READ_LIMIT]
        except DAMAGED as error:
            raise Unreadable(Reason.UNREADABLE, _("压缩包成员已损坏。")) from error


def open_member(source: Source, *, limit: int | None = READ_LIMIT) -> IO[bytes]:
    """A member's bytes as a stream. Raises `Unreadable` when it is locked, damaged, a bomb, or over `limit` bytes."""
    outer = Source(source.path, source.members[:-1], source.places[:-1])
    archive = _open_zip(outer)
    info = archive.infolist()[source.places[-1]]
    if info.flag_bits & 0x1:
        raise Unreadable(Reason.ENCRYPTED, _("压缩包成员已加密，需要密码。"))
    bomb = info.file_size > 10_000_000 and info.file_size > _RATIO * max(info.compress_size, 1)
    if bomb or (limit is not None and info.file_size > limit):
        raise Unreadable(Reason.TOO_LARGE, _too_large(info.file_size))
    try:
        return archive.open(info)
    except DAMAGED as error:
        raise Unreadable(Reason.UNREADABLE, _("压缩包成员已损坏。")) from error


def _too_large(size: int) -> str:
    return _("文件有 %(size)s MB，超过读取上限 %(limit)s MB，未读取。") % {
        "size": size // 1_048_576,
        "limit": READ_LIMIT // 1_048_576,
    }
