"""Readers: bytes of one file in, its text and stated metadata out. One module each; none of them writes anything."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import PurePath

from django.utils.translation import gettext as _

from search.archive.enums import Reason
from search.archive.readers import doc, docx, html, markdown, pdf, text
from search.archive.readers.base import Extract, Unreadable

Reader = Callable[[bytes], Extract]

_BY_SUFFIX: dict[str, Reader] = {
    ".html": html.read, ".htm": html.read, ".shtml": html.read, ".xhtml": html.read, ".docx": docx.read, ".pdf": pdf.read,
    ".doc": doc.read, ".wps": doc.read, ".txt": text.read, ".text": text.read, ".md": markdown.read,
    ".markdown": markdown.read,
}  # fmt: skip
JSONL_SUFFIXES = (".jsonl", ".jsonl.gz", ".ndjson", ".ndjson.gz")
ZIP_SUFFIX = ".zip"


def supported(name: str) -> bool:
    """True when a file called `name` has a reader."""
    return PurePath(name).suffix.lower() in _BY_SUFFIX


def read(name: str, data: bytes) -> Extract:
    """The text of the file `name` with the bytes `data`. Raises `Unreadable` with the reason for people."""
    suffix = PurePath(name).suffix.lower()
    reader = _BY_SUFFIX.get(suffix)
    if reader is None:
        raise Unreadable(
            Reason.UNSUPPORTED, _("没有读取“%(suffix)s”文件的程序。") % {"suffix": suffix or name}
        )
    if not data.strip(b"\x00 \t\r\n\xef\xbb\xbf"):
        raise Unreadable(Reason.EMPTY, _("文件是空的。"))
    reader = _by_content(data) or reader
    extract = reader(data)
    if not extract.text.strip():
        raise Unreadable(Reason.NO_TEXT, _("文件中没有文字。"))
    return extract


def _by_content(data: bytes) -> Reader | None:
    """What the first bytes say outweighs the name, where they are unmistakable (a web page saved as .doc)."""
    head = data[:1024].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if head.startswith(b"%pdf-"):
        return pdf.read
    if head.startswith((b"<!doctype html", b"<html")):
        return html.read
    if data.startswith(doc.OLE_MAGIC):
        return doc.read
    if data.startswith(b"PK\x03\x04") and b"word/" in data:
        return docx.read
    return None


__all__ = ["JSONL_SUFFIXES", "ZIP_SUFFIX", "Extract", "Unreadable", "read", "supported"]
