"""The wordings of one query: as typed, with abbreviations and old names written out, with Latin stretches as pinyin."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from search import analysis, pinyin, synonyms

#: Different character pairs of a query that are scored; more cost time and no longer change the order.
MAX_TOKENS = 160
#: Tokens of one phrase.
MAX_PHRASE = 120
#: From this many Han characters on, in stretches of `_PASTED_STRETCH` on average, spaces are where lines were broken.
_PASTED_LENGTH, _PASTED_STRETCH = 24, 7
_HAN = f"[{analysis.CJK}]"
_LINE_END = re.compile(r"[ \t\u3000]*(?:\r\n|[\r\n\v\f\x1c-\x1e\x85\u2028\u2029])\s*")
#: A page number on a line of its own, as copying from a PDF brings along.
_PAGE_NUMBER = re.compile(
    r"(?:^|[\r\n])[ \t\u3000]*[-—–－]{1,2}[ \t]*\d{1,4}[ \t]*[-—–－]{1,2}[ \t\u3000]*(?=[\r\n]|$)"
)
_BETWEEN_HAN = re.compile(rf"(?<={_HAN})\s+(?={_HAN})")
_STRETCH = re.compile(f"{_HAN}+")


@dataclass(frozen=True)
class Variant:
    """One wording. `pairs`, `sounds` and `initials` are its tokens, of which `needed` make up the whole of it (fewer
    than there are when pinyin can be cut in several ways); `exact` is empty when it cannot be a whole title."""

    pairs: tuple[str, ...]
    words: tuple[str, ...]
    characters: tuple[str, ...]
    sequence: tuple[str, ...]
    exact: str
    sounds: tuple[str, ...] = ()
    initials: tuple[str, ...] = ()
    needed: int = 0

    @property
    def is_pinyin(self) -> bool:
        return bool(self.sounds or self.initials)

    def at_least(self, share: float) -> int:
        """Return how many of the tokens are `share` of this wording; at least one."""
        return max(1, math.ceil((self.needed or len(self.pairs)) * share))


def unbroken(text: str) -> str:
    """Return `text` as it was before it was copied: no page numbers, no line breaks inside words.

    A space between Han characters goes when there is a line break, or when the stretches are as long as lines:
    short stretches with spaces between them are words somebody wants to see found each by itself.
    """
    joined = re.sub(rf"(?<={_HAN})\n(?={_HAN})", "", _LINE_END.sub("\n", _PAGE_NUMBER.sub("\n", text)))
    stretches = _STRETCH.findall(joined)
    length = sum(map(len, stretches))
    if length >= _PASTED_LENGTH and length / len(stretches) >= _PASTED_STRETCH:
        return _BETWEEN_HAN.sub("", joined)
    return joined


def make_variant(text: str) -> Variant:
    """Return `text` as tokens; no pairs when nothing in it can be searched."""
    normalised = analysis.normalise(text)
    sequence = analysis.bigrams(normalised)
    # A character alone in the query is rarely alone in a document, so it must not decide; as a word it still counts.
    pairs = [token for token in sequence if not analysis.is_han(token)] or sequence
    return Variant(
        pairs=tuple(dict.fromkeys(pairs))[:MAX_TOKENS],
        words=tuple(dict.fromkeys(analysis.query_words(normalised)))[:MAX_TOKENS],
        characters=tuple(dict.fromkeys(analysis.characters(normalised)))[:MAX_TOKENS],
        sequence=phrase_tokens(sequence),
        exact=analysis.exact_form(text),
    )


def phrase_tokens(sequence: list[str]) -> tuple[str, ...]:
    """Return the tokens of a phrase; a lone character at either end may be part of a longer stretch, so it is left out."""
    start, end = 0, len(sequence)
    while end - start > 1 and analysis.is_han(sequence[start]):
        start += 1
    while end - start > 1 and analysis.is_han(sequence[end - 1]):
        end -= 1
    return tuple(sequence[start:end][:MAX_PHRASE])


def wordings(text: str, *, expand: bool) -> tuple[Variant, ...]:
    """Return the wordings of `text`, itself first; `expand` allows other words and pinyin. Empty: nothing to search."""
    if not expand:
        return tuple(variant for variant in (make_variant(text),) if variant.pairs)
    variants = tuple(variant for variant in map(make_variant, synonyms.expand(text)) if variant.pairs)
    return (*variants, *_as_pinyin(text))[: synonyms.MAX_VARIANTS]


def _as_pinyin(text: str) -> Iterator[Variant]:
    for reading in pinyin.readings(text):
        beside = make_variant(reading.rest)
        yield replace(
            beside,
            exact="",
            sounds=reading.sounds[:MAX_TOKENS],
            initials=reading.initials[:MAX_TOKENS],
            needed=len(beside.pairs) + reading.needed,
        )
