"""Reading one file, in whatever process: bytes, text, fields. No failure of a file leaves this module as an exception."""

from __future__ import annotations

import logging
import mimetypes

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


def prepare_source(source: Source, *, keep: bool = True) -> Prepared:
    """One file as entries. With `keep` its bytes are stored under their hash, also when they cannot be read."""
    try:
        return _prepare(source, keep=keep)
    except Unreadable as refused:
        return _refused(source, refused, keep=keep)
    except MemoryError:
        return _refused(source, Unreadable(Reason.TOO_LARGE, _("内存不足，未读取。")), keep=False)
    except Exception as error:
        # The boundary of an import: one file must never stop the others. The trace goes to the log.
        logger.exception("import failed for %s", source.origin)
        message = _("处理时出错（%(kind)s）。") % {"kind": type(error).__name__}
        return _refused(source, Unreadable(Reason.FAILED, message), keep=keep)


def _prepare(source: Source, *, keep: bool) -> Prepared:
    data = read_bytes(source)
    sha256 = originals.digest_bytes(data)
    original = StoredOriginal(sha256, source.name[:300], len(data), media_type(source.name))
    if keep:
        originals.keep_bytes(data, sha256)
    prepared = Prepared(source.origin, len(data))
    try:
        extract = readers.read(source.name, data)
        del data
        if len(extract.text) > TEXT_LIMIT:
            raise Unreadable(Reason.TOO_LARGE, _("文字超过 %(limit)s 字，未收录。") % {"limit": TEXT_LIMIT})
        documents = recognise(extract, name=source.name)
    except Unreadable as refused:
        prepared.entries.append(_set_aside(source, original, refused))
        return prepared
    for index, document in enumerate(documents):
        key = f"file:{sha256[:40]}" + (f"#{index + 1}" if len(documents) > 1 else "")
        fields = {**document.fields, "source": extract.meta.get("url", "") or source.name}
        prepared.entries.append(
            Entry(key, source.origin, title=document.title, fields=fields, reason=document.reason, message=document.message,
                  noise=document.noise, notes=document.notes, original=original, from_file=True)
        )  # fmt: skip
    return prepared


def _set_aside(source: Source, original: StoredOriginal | None, refused: Unreadable) -> Entry:
    key = (
        f"file:{original.sha256[:40]}"
        if original
        else f"path:{originals.digest_bytes(source.origin.encode())[:40]}"
    )
    return Entry(key, source.origin, title=source.name[:500], reason=refused.reason, message=refused.message,
                 original=original, from_file=True)  # fmt: skip


def _refused(source: Source, refused: Unreadable, *, keep: bool) -> Prepared:
    """A file that could not even be loaded: kept in pieces when it lies on disk, told in any case."""
    original: StoredOriginal | None = None
    size = 0
    try:
        if not source.members:
            size = source.path.stat().st_size
            sha256 = originals.digest_file(source.path)
            original = StoredOriginal(sha256, source.name[:300], size, media_type(source.name))
            if keep:
                originals.keep_file(source.path, sha256)
    except OSError as error:
        refused = Unreadable(
            Reason.UNREADABLE, _("无法读取文件：%(error)s") % {"error": error.strerror or error}
        )
    return Prepared(source.origin, size, [_set_aside(source, original, refused)])
