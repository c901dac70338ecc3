"""Word documents (.docx): paragraphs and tables in the order they stand."""

from __future__ import annotations

import email
import io
import struct
import zipfile
from collections.abc import Iterator
from typing import Any

import docx as python_docx
from django.utils.translation import gettext as _
from docx.oxml import parse_xml
from docx.oxml.ns import qn

from search.archive.enums import Reason
from search.archive.readers import html
from search.archive.readers.base import Extract, Unreadable, fold_radicals, tidy
from search.archive.readers.numbering import Numbering

#: Bytes a document may unpack to; more is a zip bomb, not a text.
_UNPACKED_LIMIT = 256 * 1024 * 1024
#: Bytes of the text itself: parsed it takes many times as much memory as its pictures do.
_XML_LIMIT = 48 * 1024 * 1024

_P, _TBL, _TR, _TC, _T = (qn(f"w:{n}") for n in ("p", "tbl", "tr", "tc", "t"))
_R = qn("w:r")
_SIGNS = {qn("w:tab"): " ", qn("w:br"): "\n", qn("w:cr"): "\n", qn("w:noBreakHyphen"): "-"}
#: Revisions struck out or moved elsewhere, the pinyin over characters, the fallback copy of a drawing.
_LEFT_OUT = frozenset(
    {
        qn("w:del"),
        qn("w:moveFrom"),
        qn("w:rt"),
        "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback",
    }
)


def _guard(data: bytes) -> None:
    if not data.startswith(b"PK"):
        raise Unreadable(Reason.UNREADABLE, _("扩展名是 docx，但内容不是 docx（不是 zip 压缩结构）。"))
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = archive.namelist()
            unpacked = sum(info.file_size for info in archive.infolist())
            xml = max((i.file_size for i in archive.infolist() if i.filename.endswith(".xml")), default=0)
    except (zipfile.BadZipFile, ValueError, NotImplementedError, struct.error, OSError) as error:
        raise Unreadable(Reason.UNREADABLE, _("docx 文件已损坏：压缩结构不完整。")) from error
    if unpacked > _UNPACKED_LIMIT or xml > _XML_LIMIT:
        raise Unreadable(Reason.TOO_LARGE, _("docx 解开后过大，未读取。"))
    if "word/document.xml" not in names:
        raise Unreadable(Reason.UNREADABLE, _("压缩包里没有 Word 正文，不是 docx 文档。"))


def _paragraph(node: Any) -> str:
    """Text of one paragraph without what is `_LEFT_OUT`."""
    out: list[str] = []
    for part in node.iter(_T, *_SIGNS):
        if any(a.tag in _LEFT_OUT for a in part.iterancestors()):
            continue
        # In the properties of a paragraph `tab` is a stop of the ruler, no sign.
        if part.tag == _T:
            out.append(part.text or "")
        elif part.getparent().tag == _R:
            out.append(_SIGNS[part.tag])
    return "".join(out)


def _blocks(node: Any, numbers: Numbering) -> Iterator[str]:
    """Paragraphs and table rows under `node` in order, also those inside content controls."""
    for child in node:
        if child.tag == _P:
            yield numbers.label(child) + _paragraph(child)
        elif child.tag == _TBL:
            for row in child.iter(_TR):
                cells = [
                    " ".join(" ".join(numbers.label(p) + _paragraph(p) for p in c.iter(_P)).split())
                    for c in row.iter(_TC)
                ]
                yield "  ".join(c for c in cells if c)
        elif isinstance(child.tag, str) and child.tag not in _LEFT_OUT:
            yield from _blocks(child, numbers)


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


def _definitions(document: Any) -> tuple[Any, Any]:
    """The parts that define automatic numbers and styles; None for one that the document does not have."""
    parts = {str(part.partname): part for part in document.part.package.iter_parts()}
    found = (parts.get("/word/numbering.xml"), parts.get("/word/styles.xml"))
    numbering, styles = (parse_xml(part.blob) if part is not None else None for part in found)
    return numbering, styles


def read(data: bytes) -> Extract:
    """One docx. Raises `Unreadable` when it is no zip, damaged, or holds no Word text."""
    _guard(data)
    try:
        document = python_docx.Document(io.BytesIO(data))
        numbers = Numbering(*_definitions(document))
        text = "\n".join(_blocks(document.element.body, numbers))
        if not text.strip():
            text = _embedded(data)
    except (MemoryError, Unreadable):
        raise
    except Exception as error:  # a damaged part raises whatever zip, XML and the library under them come to
        raise Unreadable(Reason.UNREADABLE, _("docx 正文无法解析。")) from error
    media_type = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    return Extract(fold_radicals(tidy(text)), "docx", media_type)
