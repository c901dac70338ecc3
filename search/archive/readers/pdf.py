"""PDF: the text layer only. Scans and encrypted files are set aside, never guessed at."""

from __future__ import annotations

import io
import logging
import re
import struct
import zlib
from collections import Counter

import pdfplumber
import pypdf
from django.utils.translation import gettext as _
from pypdf.errors import PyPdfError

from search.archive.enums import Reason
from search.archive.readers.base import STARTS_CLAUSE, Extract, Unreadable, fold_radicals, join_wrapped, tidy

#: A page with fewer characters than this on average has pictures of text, not text.
_SCANNED_BELOW = 15
_PAGE_LIMIT = 2_000

logging.getLogger("pypdf").setLevel(logging.ERROR)
logging.getLogger("pdfminer").setLevel(logging.ERROR)

_PAGE_NUMBER = re.compile(
    r"[—–\-－]?\s*(?:第?\s*\d{1,4}\s*(?:页|/\s*\d{1,4})?(?:\s*共\s*\d{1,4}\s*页)?)\s*[—–\-－]?"
)


def _guard(data: bytes) -> None:
    """Refuses what cannot be read before the slower extraction starts."""
    try:
        reader = pypdf.PdfReader(io.BytesIO(data))
        locked = reader.is_encrypted and not reader.decrypt("")
        pages = 0 if locked else len(reader.pages)
    except (PyPdfError, ValueError, KeyError, TypeError, RecursionError, AttributeError, IndexError,
            AssertionError, OverflowError, zlib.error, struct.error, NotImplementedError) as error:  # fmt: skip
        if "crypt" in str(error).lower():
            raise Unreadable(Reason.ENCRYPTED, _("pdf 已加密，需要密码。")) from error
        raise Unreadable(Reason.UNREADABLE, _("pdf 已损坏，无法打开。")) from error
    except ImportError as error:
        raise Unreadable(Reason.ENCRYPTED, _("pdf 已加密，缺少解密所需的程序。")) from error
    if locked:
        raise Unreadable(Reason.ENCRYPTED, _("pdf 已加密，需要密码。"))
    if pages == 0:
        raise Unreadable(Reason.EMPTY, _("pdf 没有页面。"))
    if pages > _PAGE_LIMIT:
        raise Unreadable(Reason.TOO_LARGE, _("pdf 有 %(pages)s 页，超过读取上限。") % {"pages": pages})


def _pages(data: bytes) -> tuple[list[str], int]:
    """The text of each page up to the first that cannot be read, and how many pages there are."""
    texts: list[str] = []
    try:
        with pdfplumber.open(io.BytesIO(data)) as document:
            count = len(document.pages)
            for page in document.pages:
                # Bold is often the same character printed twice.
                texts.append(page.dedupe_chars(tolerance=1).extract_text() or "")
                page.close()
    except MemoryError:
        raise
    except Exception as error:  # pdfminer raises whatever a damaged stream provokes
        if not texts:
            raise Unreadable(Reason.UNREADABLE, _("pdf 的文字层无法解析。")) from error
    return texts, count


def _missing(pages: list[str], count: int) -> list[str]:
    """What is to be told of pages that gave no text: the reader would not notice that they are absent."""
    notes = []
    if len(pages) < count:
        words = _("pdf 共 %(count)s 页，第 %(page)s 页起无法解析，只读出前面部分。")
        notes.append(words % {"count": count, "page": len(pages) + 1})
    blank = [str(number) for number, page in enumerate(pages, start=1) if not page.strip()]
    if blank:
        shown = "、".join(blank[:20]) + (" …" if len(blank) > 20 else "")
        notes.append(_("pdf 第 %(pages)s 页没有文字（可能是扫描图），未读出。") % {"pages": shown})
    return notes


def _without_running_heads(pages: list[str]) -> list[str]:
    """Drop page numbers, and lines that stand first or last on most pages."""
    edges: Counter[str] = Counter()
    split = [[line for line in p.split("\n") if line.strip()] for p in pages]
    for lines in split:
        edges.update({re.sub(r"\d+", "#", line.strip()) for line in (lines[:2] + lines[-2:])})
    repeated = {
        line for line, n in edges.items()
        if len(pages) >= 3 and n > len(pages) * 0.6 and not STARTS_CLAUSE.match(line.replace("#", "1"))
    }  # fmt: skip
    out = []
    for lines in split:
        kept = list(lines)
        for position in (0, 0, -1, -1):
            if kept and (
                _PAGE_NUMBER.fullmatch(kept[position].strip())
                or re.sub(r"\d+", "#", kept[position].strip()) in repeated
            ):
                kept.pop(position)
        out.append("\n".join(kept))
    return out


def read(data: bytes) -> Extract:
    """One pdf. Raises `Unreadable` for encrypted, damaged and scanned files."""
    _guard(data)
    pages, count = _pages(data)
    characters = sum(len(re.sub(r"\s+", "", p)) for p in pages)
    if characters < _SCANNED_BELOW * len(pages):
        raise Unreadable(Reason.SCANNED, _("pdf 没有文字层，像是扫描件，需要人工识别。"))
    text = fold_radicals(tidy("\n".join(_without_running_heads(pages))))
    notes = _missing(pages, count)
    return Extract(join_wrapped(text), "pdf", "application/pdf", notes=notes, partial=bool(notes))
