"""Is a file one the archive already holds from another source, or one met a moment ago in the same batch?"""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.utils.translation import gettext as _

from search.archive.enums import Reason
from search.archive.importing.entries import Entry
from search.archive.models import NormativeDocument
from search.archive.numbers import parse_number

_HAN = re.compile(r"[㐀-鿿]+")
_SHINGLE = 12
_SAME_WITH_NUMBER, _SAME_WITHOUT_NUMBER = 0.85, 0.985


@dataclass(frozen=True, slots=True)
class _Held:
    """One text to compare with, and how a person finds it."""

    name: str
    number_key: str
    shingles: set[int]


def _shingles(text: str) -> set[int]:
    """Hashes of every run of twelve Chinese characters, so that punctuation and layout do not count."""
    han = "".join(_HAN.findall(text))
    return {hash(han[i : i + _SHINGLE]) for i in range(max(1, len(han) - _SHINGLE + 1))}


def _overlap(one: set[int], other: set[int]) -> float:
    """Share of the smaller set found in the other."""
    return len(one & other) / max(1, min(len(one), len(other)))


def set_aside_duplicates(entries: list[Entry], *, settled: set[str]) -> None:
    """A file the archive already holds from another source waits for a person; `settled` keys have their own document.

    With the same number the texts may differ as two web pages of one document do; without one they must be the same,
    because versions of a law share most of their text. A web page and the pdf beside it come in one batch.
    """
    fresh = [e for e in entries if e.from_file and e.reason is None and e.source_key not in settled]
    if not fresh:
        return
    held: dict[str, list[_Held]] = {}
    columns = ("title", "text", "number_key")
    for document in NormativeDocument.objects.filter(title__in={e.title for e in fresh}).only(*columns):
        name = _("库中文件 %(id)s") % {"id": document.pk}
        held.setdefault(document.title, []).append(_Held(name, document.number_key, _shingles(document.text)))
    for entry in fresh:
        number = parse_number(str(entry.fields.get("document_number_raw") or ""))
        mine = _Held(entry.origin, number.key if number else "", _shingles(str(entry.fields.get("text", ""))))
        if not _found(entry, mine, held.get(entry.title, [])):
            held.setdefault(entry.title, []).append(mine)


def _found(entry: Entry, mine: _Held, others: list[_Held]) -> bool:
    for other in others:
        share = _overlap(mine.shingles, other.shingles)
        same_number = bool(mine.number_key) and mine.number_key == other.number_key
        if share >= (_SAME_WITH_NUMBER if same_number else _SAME_WITHOUT_NUMBER):
            entry.reason = Reason.DUPLICATE
            entry.message = _("标题相同，正文重合 %(share)s%%：%(other)s。") % {
                "other": other.name,
                "share": int(share * 100),
            }
            return True
    return False
