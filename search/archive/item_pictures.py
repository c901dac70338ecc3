"""A page of a pdf as a picture: a scan has no text to stand beside the form, so a person needs to see it."""

from __future__ import annotations

import io
import threading
from functools import lru_cache
from pathlib import Path

import pypdfium2
from django.conf import settings

from search.archive.models import OriginalFile

#: Pixels across; enough to read small print, small enough to send.
_WIDTH = 1_100
#: Bytes of an original that is opened for pictures, and pages that are offered.
_LARGEST, PAGES = 100_000_000, 400
#: PDFium may be used by one thread at a time.
_one_at_a_time = threading.Lock()


class NoPicture(Exception):
    """There is no such page, or the file cannot be drawn."""


def _path(original: OriginalFile | None) -> Path:
    if original is None or not original.name.lower().endswith(".pdf") or original.size > _LARGEST:
        raise NoPicture
    path = Path(settings.ARCHIVE_ORIGINALS_DIR) / original.path
    if not path.is_file():
        raise NoPicture
    return path


def page_count(original: OriginalFile | None) -> int:
    """Pages that can be shown, at most `PAGES`; 0 for anything but a pdf that opens."""
    try:
        path = _path(original)
        with _one_at_a_time, pypdfium2.PdfDocument(path) as document:
            return min(len(document), PAGES)
    except (NoPicture, pypdfium2.PdfiumError, OSError):
        return 0


def page_picture(original: OriginalFile | None, number: int) -> bytes:
    """Page `number` (from 1) as PNG. Raises `NoPicture`."""
    path = _path(original)
    if not 1 <= number <= PAGES:
        raise NoPicture
    return _drawn(path, path.stat().st_mtime_ns, number)


@lru_cache(maxsize=16)
def _drawn(path: Path, _changed: int, number: int) -> bytes:
    try:
        with _one_at_a_time, pypdfium2.PdfDocument(path) as document:
            if number > len(document):
                raise NoPicture
            page = document[number - 1]
            # A page may claim any size: the picture has the same width whatever it says, and a bounded height.
            width, height = page.get_size()
            if not 1 <= width <= 20_000 or not 1 <= height <= 20_000 or height / width > 6:
                raise NoPicture
            out = io.BytesIO()
            page.render(scale=_WIDTH / width, may_draw_forms=False).to_pil().save(
                out, format="PNG", optimize=False
            )
            return out.getvalue()
    except (pypdfium2.PdfiumError, OSError, ValueError) as error:
        raise NoPicture from error
