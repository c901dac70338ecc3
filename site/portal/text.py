"""Chinese text made comparable: one normal form and one way to cut it, for the archive's index and for Wagtail's own.

Pure functions without an app, so that every room may use them. Text is converted for comparing only; what people read
stays as it was written.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from functools import lru_cache
from operator import add
from typing import Any

import opencc
import rjieba

#: Han characters (with extensions and compatibility forms) and the two signs that act as one: 〇 and 々.
CJK = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af〇々"
#: A maximal stretch of Han characters, or of Latin letters and digits with the points inside them (`2.0`). A hyphen parts
#: stretches: who knows the standard `gb/t 20986` need not know of which year its edition `20986-2023` is.
RUN = re.compile(rf"(?P<cjk>[{CJK}]+)|(?P<latin>[a-z0-9]+(?:\.[a-z0-9]+)*)")
_HAN_BLOCKS = ((0x3400, 0x4DC0), (0x4E00, 0xA000), (0xF900, 0xFB00), (0x20000, 0x2FA20))
#: Categories that carry no meaning to a reader: controls, formats (zero width, bidi), surrogates, private use.
_INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Co"})
_SPACES = frozenset("\t\n\v\f\r\x1c\x1d\x1e\x1f\x85")
#: Between runs that are cut together: no word contains it.
_BETWEEN = "\n"
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


@lru_cache(maxsize=1)
def _simplified_map() -> dict[int, str]:
    """Return the character map traditional -> simplified; followed to its end, so that mapping twice changes nothing."""
    chars = [chr(code) for start, end in _HAN_BLOCKS for code in range(start, end)]
    # One character a line: opencc must not see phrases, whose conversion would depend on neighbours.
    converted = opencc.OpenCC("t2s").convert("\n".join(chars)).split("\n")
    pairs = {a: b for a, b in zip(chars, converted, strict=True) if a != b and len(b) == 1}
    final = {}
    for source, target in pairs.items():
        seen = {source}
        while target in pairs and target not in seen:
            seen.add(target)
            target = pairs[target]
        final[ord(source)] = target
    return final


def _visible(char: str) -> str:
    if char in _SPACES:
        return " "
    return "" if unicodedata.category(char) in _INVISIBLE else char


def _simplified(char: str) -> str:
    return _simplified_map().get(ord(char), char)


class _Changes(dict[int, str]):
    """What `str.translate` asks: a code point's replacement by `rule`, worked out once for each."""

    def __init__(self, rule: Callable[[str], str]) -> None:
        self.rule = rule

    def __missing__(self, code: int) -> str:
        new = self[code] = self.rule(chr(code))
        return new


def strip_invisible(text: str) -> str:
    """Return `text` without control, zero-width, bidirectional and private-use characters; line ends become spaces."""
    return text.translate(_VISIBLE)


def simplify(text: str) -> str:
    """Return `text` with every traditional character replaced by its simplified one, character by character."""
    return text.translate(_SIMPLIFIED)


#: Characters that no neighbour can compose with or change the case of: ASCII, Latin-1, punctuation, Han, full width
#: signs. Left out are combining marks, jamo, half-width kana and Greek, whose normal form depends on what stands beside.
_INDEPENDENT = re.compile(
    "[\x00-\xff\u2000-\u20cf\u2100-\u2bff\u3000-\u3029\u3030-\u303f\u3200-\u9fff\uf900-\ufaff\ufe30-\ufe4f\uff01-\uff60\U00020000-\U0002fa1f]+"
)


def normalise(text: str) -> str:
    """Return the form in which texts are compared: visible, NFKC, lower case, simplified. Idempotent, never raises."""
    if _INDEPENDENT.fullmatch(text):
        # Nearly every Chinese text: character by character.
        return text.translate(_NORMAL)
    return _normal_form(text)


def _normal_form(text: str) -> str:
    folded = unicodedata.normalize("NFKC", strip_invisible(text)).lower()
    return simplify(unicodedata.normalize("NFKC", strip_invisible(folded)))


#: One entry for each character met so far; there are no more than code points.
_VISIBLE, _SIMPLIFIED, _NORMAL = _Changes(_visible), _Changes(_simplified), _Changes(_normal_form)


def runs(normalised: str) -> Iterator[tuple[str, bool]]:
    """Yield the stretches of a normalised text that carry meaning, each with whether it is Han."""
    for han, latin in RUN.findall(normalised):
        yield (han, True) if han else (latin, False)


def bigrams(normalised: str) -> list[str]:
    """Return the overlapping pairs of every Han run; a run of one stands alone, a Latin run is one token."""
    tokens: list[str] = []
    for han, latin in RUN.findall(normalised):
        if len(han) > 1:
            tokens.extend(map(add, han, han[1:]))
        else:
            tokens.append(han or latin)
    return tokens


def words(normalised: str) -> list[str]:
    """Return the words to index: `cut_for_search` adds the shorter words inside a longer one."""
    return _cut(normalised, rjieba.cut_for_search)


def query_words(normalised: str) -> list[str]:
    """Return the words of a query: each stretch cut once, so that no part is counted twice."""
    return _cut(normalised, rjieba.cut)


def _cut(normalised: str, cut: Callable[[str], list[str]]) -> list[str]:
    """Return the words of every Han run and the Latin runs between them; one call cuts all runs, apart from each other."""
    found = RUN.findall(normalised)
    words = iter(cut(_BETWEEN.join(han for han, _ in found if han)))
    tokens: list[str] = []
    for han, latin in found:
        if not han:
            tokens.append(latin)
            continue
        for word in words:
            if word == _BETWEEN:
                break
            tokens.append(word)
    return tokens


def segment(text: str) -> str:
    """Return words and character pairs of `text` joined by spaces, for indexes that cut at spaces."""
    normalised = normalise(text)
    return " ".join([*words(normalised), *bigrams(normalised)])


def storable(value: Any) -> Any:
    """`value` with the characters replaced that PostgreSQL can store neither as text nor in JSON; any nesting.

    NUL and halves of surrogate pairs come from broken files. They become U+FFFD, which shows that something was there.
    """
    if isinstance(value, str):
        return _UNSTORABLE.sub("\ufffd", value)
    if isinstance(value, dict):
        return {storable(key): storable(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [storable(inner) for inner in value]
    return value
