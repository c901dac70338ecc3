"""What there is to import under the paths given: files, members of zip archives, rows of jsonl files."""

from __future__ import annotations

import io
import logging
import os
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path, PurePosixPath

from django.utils.translation import gettext as _

from search.archive.enums import Reason
from search.archive.readers import JSONL_SUFFIXES, ZIP_SUFFIX, Unreadable
from search.archive.readers.base import READ_LIMIT

logger = logging.getLogger(__name__)
#: Zip archives inside zip archives are followed this deep.
_NESTED = 2
_MEMBERS = 50_000
#: A member that unpacks to more than this many times its packed size, and to megabytes, is a bomb.
_RATIO = 400
_CLUTTER = frozenset({"thumbs.db", "desktop.ini", "__macosx"})


@dataclass(frozen=True, slots=True)
class Source:
    """One thing to read: a file on disk, or a member of an archive on disk (`members` is the way into it)."""

    path: Path
    members: tuple[str, ...] = ()

    @property
    def origin(self) -> str:
        """Where it is, for people: the full path, `!` before each member."""
        return "!".join((str(self.path), *self.members))[-500:]

    @property
    def name(self) -> str:
        return PurePosixPath(self.members[-1]).name if self.members else self.path.name

    @property
    def is_jsonl(self) -> bool:
        return not self.members and self.name.lower().endswith(JSONL_SUFFIXES)

    @property
    def is_zip(self) -> bool:
        return self.name.lower().endswith(ZIP_SUFFIX)


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
        if entry.name.startswith(".") or entry.name.lower() in _CLUTTER:
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
        return info.filename
    try:
        return info.filename.encode("cp437").decode("gb18030")
    except (UnicodeEncodeError, UnicodeDecodeError):
        return info.filename


def members(source: Source) -> Iterator[Source]:
    """The files in a zip archive, nested archives included. Raises `Unreadable` when it cannot be opened."""
    if len(source.members) >= _NESTED:
        raise Unreadable(Reason.UNSUPPORTED, _("压缩包嵌套过深，未展开。"))
    infos = [i for i in _open_zip(source).infolist() if not i.is_dir()]
    if len(infos) > _MEMBERS:
        raise Unreadable(Reason.TOO_LARGE, _("压缩包内文件过多，未展开。"))
    for info in infos:
        parts = PurePosixPath(_member_name(info)).parts
        if any(p.startswith(".") or p.lower() in _CLUTTER for p in parts):
            continue
        yield Source(source.path, (*source.members, info.filename))


def _open_zip(source: Source) -> zipfile.ZipFile:
    return _opened(source, source.path.stat().st_mtime_ns)


@lru_cache(maxsize=_NESTED)
def _opened(source: Source, _changed: int) -> zipfile.ZipFile:
    """The archive, kept open: reading its directory again for each of thousands of members would take hours."""
    try:
        return zipfile.ZipFile(io.BytesIO(read_bytes(source)) if source.members else source.path)
    except zipfile.BadZipFile as error:
        raise Unreadable(Reason.UNREADABLE, _("不是有效的 zip 压缩包，或已损坏。")) from error


def read_bytes(source: Source) -> bytes:
    """The bytes of one source. Raises `Unreadable` when it is too large, locked or damaged."""
    if not source.members:
        size = source.path.stat().st_size
        if size > READ_LIMIT:
            raise Unreadable(Reason.TOO_LARGE, _too_large(size))
        return source.path.read_bytes()
    outer = Source(source.path, source.members[:-1])
    archive = _open_zip(outer)
    info = archive.getinfo(source.members[-1])
    if info.flag_bits & 0x1:
        raise Unreadable(Reason.ENCRYPTED, _("压缩包成员已加密，需要密码。"))
    bomb = info.file_size > 10_000_000 and info.file_size > _RATIO * max(info.compress_size, 1)
    if info.file_size > READ_LIMIT or bomb:
        raise Unreadable(Reason.TOO_LARGE, _too_large(info.file_size))
    try:
        with archive.open(info) as stream:
            return stream.read(READ_LIMIT + 1)[:READ_LIMIT]
    except (zipfile.BadZipFile, RuntimeError, EOFError, OSError, NotImplementedError, zlib.error) as error:
        raise Unreadable(Reason.UNREADABLE, _("压缩包成员已损坏。")) from error


def _too_large(size: int) -> str:
    return _("文件有 %(size)s MB，超过读取上限 %(limit)s MB，未读取。") % {
        "size": size // 1_048_576,
        "limit": READ_LIMIT // 1_048_576,
    }
