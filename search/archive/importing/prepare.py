"""Reading one file, in whatever process: bytes, text, fields. No failure of a file leaves this module as an exception."""

from __future__ import annotations

import logging
import mimetypes
from functools import lru_cache
from pathlib import Path

from django.utils.translation import gettext as _

from search.archive import readers
from search.archive.enums import Reason
from search.archive.importing import originals
from search.archive.importing.entries import Entry, Prepared
from search.archive.importing.originals import StoredOriginal
from search.archive.importing.sources import Source, read_bytes
from search.archive.readers import Unreadable
from search.archive.readers.base import TEXT_LIMIT
from search.archive.recognise import recognise

logger = logging.getLogger(__name__)


def media_type(name: str) -> str:
    return mimetypes.guess_type(name)[0] or "application/octet-stream"


def prepare_source(source: Source, *, root: Path | None) -> Prepared:
    """One file as entries. Its bytes are stored below `root`, also when they cannot be read."""
    try:
        return _prepare(source, root=root)
    except Unreadable as refused:
        return refused_source(source, refused, root=root)
    except MemoryError:
        return refused_source(source, Unreadable(Reason.TOO_LARGE, _("内存不足，未读取。")), root=root)
    except Exception as error:
        # The boundary of an import: one file must never stop the others. The trace goes to the log.
        logger.exception("import failed for %s", source.origin)
        message = _("处理时出错（%(kind)s）。") % {"kind": type(error).__name__}
        return refused_source(source, Unreadable(Reason.FAILED, message), root=root)


def _prepare(source: Source, *, root: Path | None) -> Prepared:
    data = read_bytes(source)
    sha256 = originals.digest_bytes(data)
    original = StoredOriginal(sha256, source.name[:300], len(data), media_type(source.name))
    if root:
        originals.keep_bytes(data, sha256, root)
    prepared = Prepared(source.origin, len(data))
    try:
        extract = readers.read(source.name, data)
        del data
        if len(extract.text) > TEXT_LIMIT:
            raise Unreadable(Reason.TOO_LARGE, _("文字超过 %(limit)s 字，未收录。") % {"limit": TEXT_LIMIT})
        documents = recognise(extract, name=source.name)
    except Unreadable as refused:
        entry = set_aside_entry(source, original, refused)
        entry.source_key = f"file:{sha256[:40]}"
        prepared.entries.append(entry)
        return prepared
    for index, document in enumerate(documents):
        key = f"file:{sha256[:40]}" + (f"#{index + 1}" if len(documents) > 1 else "")
        fields = {**document.fields, "source": extract.meta.get("url", "")}
        prepared.entries.append(
            Entry(key, source.origin, title=document.title, fields=fields, reason=document.reason, message=document.message,
                  noise=document.noise, notes=document.notes, original=original, from_file=True)
        )  # fmt: skip
    return prepared


def set_aside_entry(source: Source, original: StoredOriginal | None, refused: Unreadable) -> Entry:
    if original and not source.members:
        key = f"file:{original.sha256[:40]}"
    elif original:
        # A member that could not be taken out: its original is the archive around it.
        inside = f"{original.sha256}{source.places}"
        key = f"member:{originals.digest_bytes(inside.encode())[:40]}"
    else:
        key = f"path:{originals.digest_bytes(source.origin.encode())[:40]}"
    return Entry(key, source.origin, title=source.name[:500], reason=refused.reason, message=refused.message,
                 original=original, from_file=True)  # fmt: skip


def refused_source(source: Source, refused: Unreadable, *, root: Path | None) -> Prepared:
    """A file that could not even be loaded: it, or the archive it lies in, is kept in pieces, and told in any case."""
    original: StoredOriginal | None = None
    size = 0
    try:
        size = source.path.stat().st_size
        original = keep_on_disk(source.path, source.path.stat().st_mtime_ns, root)
    except OSError as error:
        refused = Unreadable(
            Reason.UNREADABLE, _("无法读取文件：%(error)s") % {"error": error.strerror or error}
        )
    return Prepared(
        source.origin, 0 if source.members else size, [set_aside_entry(source, original, refused)]
    )


def refused_zip(source: Source, refused: Unreadable, *, root: Path | None) -> Prepared:
    """An archive that cannot be opened or is packed too deep: a member is taken out of the archive around it and kept."""
    if source.members:
        try:
            data = read_bytes(source)
        except Unreadable:
            return refused_source(source, refused, root=root)
        sha256 = originals.digest_bytes(data)
        if root:
            originals.keep_bytes(data, sha256, root)
        original = StoredOriginal(sha256, source.name[:300], len(data), media_type(source.name))
        entry = set_aside_entry(source, original, refused)
        entry.source_key = f"file:{sha256[:40]}"
        return Prepared(source.origin, 0, [entry])
    return refused_source(source, refused, root=root)


@lru_cache(maxsize=4)
def keep_on_disk(path: Path, _changed: int, root: Path | None) -> StoredOriginal:
    """The file at `path` kept below `root`. Remembered: an archive may have thousands of members nobody can read."""
    sha256 = originals.digest_file(path)
    name = Source(path).name
    if root:
        originals.keep_file(path, sha256, root)
    return StoredOriginal(sha256, name[:300], path.stat().st_size, media_type(name))
