"""Word documents (.docx): paragraphs and tables in the order they stand."""

from __future__ import annotations

import email
import io
import zipfile
from collections.abc import Iterator
from typing import Any

import docx as python_docx
from django.utils.translation import gettext as _
from docx.oxml.ns import qn

from search.archive.enums import Reason
from search.archive.readers import html
from search.archive.readers.base import Extract, Unreadable, fold_radicals, tidy

#: Bytes a document may unpack to; more is a zip bomb, not a text.
_UNPACKED_LIMIT = 256 * 1024 * 1024

_P, _TBL, _TR, _TC, _T, _TAB, _BR = (qn(f"w:{n}") for n in ("p", "tbl", "tr", "tc", "t", "tab", "br"))
_LEFT_OUT = frozenset({qn("w:del"), "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"})


def _guard(data: bytes) -> None:
    if not data.startswith(b"PK"):
        raise Unreadable(Reason.UNREADABLE, _("扩展名是 docx，但内容不是 docx（不是 zip 压缩结构）。"))
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = archive.namelist()
            unpacked = sum(info.file_size for info in archive.infolist())
    except zipfile.BadZipFile as error:
        raise Unreadable(Reason.UNREADABLE, _("docx 文件已损坏：压缩结构不完整。")) from error
    if unpacked > _UNPACKED_LIMIT:
        raise Unreadable(Reason.TOO_LARGE, _("docx 解开后过大，未读取。"))
    if "word/document.xml" not in names:
        raise Unreadable(Reason.UNREADABLE, _("压缩包里没有 Word 正文，不是 docx 文档。"))


def _paragraph(node: Any) -> str:
    """Text of one paragraph; struck-out revisions and the fallback copy of a drawing are left out."""
    out: list[str] = []
    for part in node.iter(_T, _TAB, _BR):
        if any(a.tag in _LEFT_OUT for a in part.iterancestors()):
            continue
        out.append((part.text or "") if part.tag == _T else (" " if part.tag == _TAB else "\n"))
    return "".join(out)


def _blocks(node: Any) -> Iterator[str]:
    """Paragraphs and table rows under `node` in order, also those inside content controls."""
    for child in node:
        if child.tag == _P:
            yield _paragraph(child)
        elif child.tag == _TBL:
            for row in child.iter(_TR):
                cells = [" ".join(" ".join(_paragraph(p) for p in c.iter(_P)).split()) for c in row.iter(_TC)]
                yield "  ".join(c for c in cells if c)
        elif isinstance(child.tag, str) and child.tag not in _LEFT_OUT:
            yield from _blocks(child)


def _embedded(data: bytes) -> str:
    """Text of web pages embedded whole (altChunk), which some converters put in place of paragraphs."""
    texts: list[str] = []
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for name in archive.namelist():
            suffix = name.rsplit(".", 1)[-1].lower()
            if not name.startswith("word/") or suffix not in ("mht", "mhtml", "htm", "html"):
                continue
            raw = archive.read(name)
            pages = [raw] if suffix in ("htm", "html") else _pages_of_mht(raw)
            texts.extend(html.read(page).text for page in pages if page.strip())
    return "\n".join(texts)


def _pages_of_mht(raw: bytes) -> list[bytes]:
    parts = email.message_from_bytes(raw).walk()
    payloads = (p.get_payload(decode=True) for p in parts if p.get_content_type() == "text/html")
    return [p for p in payloads if isinstance(p, bytes)]


def read(data: bytes) -> Extract:
    """One docx. Raises `Unreadable` when it is no zip, damaged, or holds no Word text."""
    _guard(data)
    try:
        document = python_docx.Document(io.BytesIO(data))
        text = "\n".join(_blocks(document.element.body))
        if not text.strip():
            text = _embedded(data)
    except (KeyError, ValueError, zipfile.BadZipFile, SyntaxError, AttributeError) as error:
        raise Unreadable(Reason.UNREADABLE, _("docx 正文无法解析。")) from error
    media_type = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    return Extract(fold_radicals(tidy(text)), "docx", media_type)
