"""Parts of a document number in any order: `国办发 80号 2016`, `2016年80号`, `80号文 国办`.

Whole numbers are read by `search.archive.numbers.query_keys`; here is what is left when brackets, order or a part are
missing. The index holds year and sequence of every number as values (`2016年`, `80号`) and its code as pairs.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from search import analysis
from search.archive.numbers import fold
from search.archive.numerals import NUMERAL_CLASS, to_int

#: A longer query is text that mentions numbers.
_MAX_LENGTH = 60
#: What says that it is a year comes first: 2011年1905号, 发改价格 1905 〔2011〕. A sequence that looks like a year says 号.
_MARKED_YEAR = re.compile(r"〔((?:19|20)\d\d)年?〕|(?<!\d)((?:19|20)\d\d)年")
_YEAR = re.compile(r"(?<![第\d])((?:19|20)\d\d)(?![\d号])")
_SEQUENCE = re.compile(rf"第?(?<!\d)(\d{{1,5}}|(?<=第)[{NUMERAL_CLASS}]{{1,5}})号(?:文件|文)?")
_BARE = re.compile(r"(?<![\d.])(\d{1,5})(?![\d.%])")
#: What a code looks like when it stands alone: it names an organ in short and ends in 发, 函, 令 …
_CODE = re.compile(r"[㐀-鿿()]{1,14}[发函字电令告释规办](?:\([㐀-鿿]{1,4}\))?")
_AROUND = re.compile(r"[\s〔〕\[\]()（）【】、,，.。:：]+|文件|(?<![㐀-鿿])[第号年文字](?![㐀-鿿])")


@dataclass(frozen=True)
class Fragment:
    """Parts of one number. `values` are values of the field `number_part` (none empty), `code` pairs of the code;
    `alone` says that the query is nothing but these parts, `rest` is what else it says."""

    values: tuple[str, ...]
    code: tuple[str, ...]
    rest: str

    @property
    def alone(self) -> bool:
        return not self.rest


def number_parts(key: str) -> tuple[str, ...]:
    """Return the values of `number_part` for a number key (`form|code|year|sequence`)."""
    pieces = key.split("|")
    if len(pieces) != 4:
        return ()
    _form, _code, year, sequence = pieces
    values = (f"{year}年" if year else "", f"{sequence.lstrip('0')}号" if sequence.lstrip("0") else "")
    return tuple(filter(None, values))


def find_fragment(q: str) -> Fragment | None:
    """Return the parts of a number in `q`; none when they are too few to point to a document.

    Enough are: year and sequence; code and sequence (or `80号文` alone); never a year, or a bare count, by itself.
    """
    if not q or len(q) > _MAX_LENGTH:
        return None
    text = fold(q, keep_spaces=True)
    year, text = _take(_MARKED_YEAR, text)
    if not year:
        year, text = _take(_YEAR, text)
    sequence, text = _take(_SEQUENCE, text)
    marked = bool(sequence)
    if year and not sequence:
        # `国办发 80 2016`: a number beside a year and a code is its sequence.
        sequence, text = _take(_BARE, text)
    number = to_int(sequence) if sequence else None
    if not number:
        return None
    rest = " ".join(_AROUND.sub(" ", text).split())
    code = rest if _CODE.fullmatch(rest) else ""
    if not (code or (marked and (year or "文" in q))):
        return None
    values = (*((f"{year}年",) if year else ()), f"{number}号")
    pairs = tuple(analysis.bigrams(analysis.normalise(code.removeprefix("中华人民共和国"))))
    return Fragment(values, pairs, "" if code else rest)


def _take(pattern: re.Pattern[str], text: str) -> tuple[str, str]:
    """Return what the first match of `pattern` names and `text` without the match; several years are a span, not one."""
    found = list(pattern.finditer(text))
    if len(found) != 1:
        return "", text
    match = found[0]
    return next(filter(None, match.groups())), f"{text[: match.start()]} {text[match.end() :]}"
