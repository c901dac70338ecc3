"""Chinese text made comparable: one normal form and one way to cut it, for the archive's index and for Wagtail's own.

Pure functions without an app, so that every room may use them. Text is converted for comparing only; what people read
stays as it was written.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from functools import lru_cache

import opencc
import rjieba

#: Han characters (with extensions and compatibility forms) and the two signs that act as one: 〇 and 々.
CJK = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af〇々"
#: A maximal stretch of Han characters, or of Latin letters, digits and the signs that join them (`gb/t`, `2.0`).
RUN = re.compile(f"(?P<cjk>[{CJK}]+)|(?P<latin>[a-z0-9]+(?:[.-][a-z0-9]+)*)")
_HAN_BLOCKS = ((0x3400, 0x4DC0), (0x4E00, 0xA000), (0xF900, 0xFB00), (0x20000, 0x2FA20))
#: Categories that carry no meaning to a reader: controls, formats (zero width, bidi), surrogates, private use.
_INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Co"})
_SPACES = frozenset("\t\n\v\f\r\x1c\x1d\x1e\x1f\x85")
#: From this many different characters to change, one pass over the text is cheaper than one pass for each.
_MANY = 40


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


@lru_cache(maxsize=65_536)
def _visible(char: str) -> str:
    if char in _SPACES:
        return " "
    return "" if unicodedata.category(char) in _INVISIBLE else char


@lru_cache(maxsize=65_536)
def _simplified(char: str) -> str:
    return _simplified_map().get(ord(char), char)


def _change(text: str, rule: Callable[[str], str]) -> str:
    """Apply `rule` to every character; looks at each different one once, because a text has few of them."""
    changes = {char: new for char in set(text) if (new := rule(char)) != char}
    if len(changes) > _MANY:
        return text.translate({ord(char): new for char, new in changes.items()})
    for char, new in changes.items():
        text = text.replace(char, new)
    return text


def strip_invisible(text: str) -> str:
    """Return `text` without control, zero-width, bidirectional and private-use characters; line ends become spaces."""
    return _change(text, _visible)


def simplify(text: str) -> str:
    """Return `text` with every traditional character replaced by its simplified one, character by character."""
    return _change(text, _simplified)


#: Characters that no neighbour can compose with or change the case of: ASCII, Latin-1, punctuation, Han, full width
#: signs. Left out are combining marks, jamo, half-width kana and Greek, whose normal form depends on what stands beside.
_INDEPENDENT = re.compile(
    "[\x00-\xff\u2000-\u20cf\u2100-\u2bff\u3000-\u3029\u3030-\u303f\u3200-\u9fff\uf900-\ufaff\ufe30-\ufe4f\uff01-\uff60\U00020000-\U0002fa1f]+"
)


def normalise(text: str) -> str:
    """Return the form in which texts are compared: visible, NFKC, lower case, simplified. Idempotent, never raises."""
    if _INDEPENDENT.fullmatch("".join(set(text))):
        # Nearly every Chinese text: character by character, each different one once.
        return _change(text, _normal_char)
    return _normal_form(text)


@lru_cache(maxsize=65_536)
def _normal_char(char: str) -> str:
    return _normal_form(char)


def _normal_form(text: str) -> str:
    folded = unicodedata.normalize("NFKC", strip_invisible(text)).lower()
    return simplify(unicodedata.normalize("NFKC", strip_invisible(folded)))


def runs(normalised: str) -> Iterator[tuple[str, bool]]:
    """Yield the stretches of a normalised text that carry meaning, each with whether it is Han."""
    for match in RUN.finditer(normalised):
        yield match.group(), match.lastgroup == "cjk"


def bigrams(normalised: str) -> list[str]:
    """Return the overlapping pairs of every Han run; a run of one stands alone, a Latin run is one token."""
    tokens: list[str] = []
    for run, is_cjk in runs(normalised):
        if is_cjk and len(run) > 1:
            tokens.extend(run[i : i + 2] for i in range(len(run) - 1))
        else:
            tokens.append(run)
    return tokens


def words(normalised: str) -> list[str]:
    """Return the words to index: `cut_for_search` adds the shorter words inside a longer one."""
    return _cut(normalised, rjieba.cut_for_search)


def query_words(normalised: str) -> list[str]:
    """Return the words of a query: each stretch cut once, so that no part is counted twice."""
    return _cut(normalised, rjieba.cut)


def _cut(normalised: str, cut: Callable[[str], list[str]]) -> list[str]:
    tokens: list[str] = []
    for run, is_cjk in runs(normalised):
        if is_cjk:
            tokens.extend(cut(run))
        else:
            tokens.append(run)
    return tokens


def segment(text: str) -> str:
    """Return words and character pairs of `text` joined by spaces, for indexes that cut at spaces."""
    normalised = normalise(text)
    return " ".join([*words(normalised), *bigrams(normalised)])
