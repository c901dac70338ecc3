"""Document numbers of the archive near one that is not in it: same code and year first, then other years, then codes
that sound alike or differ by one character."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice

from pypinyin import lazy_pinyin

from portal.lookups import begins
from search.archive.models import NormativeDocument
from search.archive.numbers import query_keys, query_prefixes
from search.vocabulary import is_near

#: Numbers offered, and rows looked at for each way of being near.
MAX_NUMBERS, MAX_ROWS = 3, 400
#: Different codes that are compared, and taken up when they are alike.
MAX_CODES, MAX_NEAR = 5_000, 6


def nearby_numbers(q: str) -> tuple[str, ...]:
    """Return numbers of the archive as they are written, nearest first; none when `q` is no number or the archive has it.

    A few queries; the number itself is not among the answers.
    """
    parts = _parts(q)
    if parts is None:
        return ()
    form, code, year, sequence = parts
    visible = NormativeDocument.objects.visible()
    if sequence and visible.filter(number_key__in=query_keys(q)).exists():
        return ()
    same_year = _nearest(form, (code,), year, year, sequence)
    alike = _alike(form, code)
    if alike and (not same_year or not sequence):
        # 国力发〔2019〕5号: the number is right, the code is not.
        same_year += _nearest(form, alike, year, year, sequence)
    found = same_year or [
        *_nearest(form, (code,), "", year, sequence),
        *_nearest(form, alike, "", year, sequence),
    ]
    return tuple(dict.fromkeys(found))[:MAX_NUMBERS]


def _parts(q: str) -> tuple[str, str, str, int] | None:
    """Return form, code, year and sequence of the number in `q`; 0 for a sequence that was not typed."""
    for key in (*query_keys(q), *(prefix for prefix in query_prefixes(q) if prefix.count("|") > 2)):
        form, code, year, sequence = key.split("|")
        return form, code, year, int(sequence) if sequence.isascii() and sequence.isdigit() else 0
    return None


def _nearest(form: str, codes: Iterable[str], near_year: str, year: str, sequence: int) -> list[str]:
    """Return numbers with one of `codes` and `near_year` (any if empty), those nearest to `year` and `sequence` first."""
    rows: list[tuple[str, str]] = []
    for code in codes:
        prefix = f"{form}|{code}|{near_year}|" if near_year else f"{form}|{code}|"
        found = NormativeDocument.objects.visible().filter(begins("number_key", prefix))
        rows += found.order_by("number_key", "pk").values_list("number_key", "document_number")[:MAX_ROWS]

    def distance(row: tuple[str, str]) -> tuple[int, int, str]:
        own_year, own_sequence = row[0].split("|")[2:4]
        years = abs(int(own_year) - int(year)) if own_year and year else 0
        number = int(own_sequence) if own_sequence.isascii() and own_sequence.isdigit() else 0
        return years, abs(number - sequence), row[0]

    return [number for _key, number in sorted(rows, key=distance) if number]


def _alike(form: str, code: str) -> tuple[str, ...]:
    """Return codes of the archive that sound like `code`, then those one character away."""
    keys = (
        NormativeDocument.objects.visible()
        .filter(begins("number_key", f"{form}|"))
        .order_by("number_key")
        .values_list("number_key", flat=True)
    )
    codes = dict.fromkeys(key.split("|")[1] for key in keys[: MAX_CODES * 4].iterator(chunk_size=2_000))
    others = [other for other in islice(codes, MAX_CODES) if other != code]
    wanted = lazy_pinyin(code)
    sounding = [other for other in others if lazy_pinyin(other) == wanted]
    near = [other for other in others if len(other) > 1 and is_near(code, other)]
    return tuple(dict.fromkeys((*sounding, *near)))[:MAX_NEAR]
