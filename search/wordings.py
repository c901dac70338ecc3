"""The wordings of one query: as typed, with abbreviations and old names written out, with Latin stretches as pinyin."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property

from search import analysis, pinyin, synonyms
from search.commonness import telling

#: Different character pairs of a query that are scored; more cost time and no longer change the order.
MAX_TOKENS = 160
#: Pairs, and words, a wording is looked up by, the least common ones of it. From here on more of them make a search
#: slower and no better (docs/search.md, Speed).
TELLING = 16
#: Pairs of which some must be there, when not all are: the least common ones again.
COUNTED = 8
#: Tokens of one phrase.
MAX_PHRASE = 120
#: From this many Han characters on, in stretches of `_PASTED_STRETCH` on average, spaces are where lines were broken.
_PASTED_LENGTH, _PASTED_STRETCH = 24, 7
#: Parts of a query that are looked up as whole titles, and the characters such a part has at least.
MAX_TITLES, _SHORTEST_TITLE = 6, 5
_BODY = "(?:委员会|人民代表大会|人民政府|办公厅|办公室|法院|检察院|国务院|银行|总局|[一-鿿]部|[一-鿿]厅|[一-鿿]局|总署)"
_BODY_FIRST = re.compile(rf"[一-鿿]{{0,28}}{_BODY}(?P<title>(?!关于|印发|令|公告)[一-鿿《].*)")
_BODY_LAST = re.compile(
    rf"(?P<title>.*(?:[办规]法|条例|规定|通知|意见|决定|解释|细则|方案|公告|[一-鿿]法|批复|规则|通告|函|）|\)))[一-鿿]{{0,28}}{_BODY}$"
)
_HAN = f"[{analysis.CJK}]"
_LINE_END = re.compile(r"[ \t\u3000]*(?:\r\n|[\r\n\v\f\x1c-\x1e\x85\u2028\u2029])\s*")
#: A page number on a line of its own, as copying from a PDF brings along.
_PAGE_NUMBER = re.compile(
    r"(?:^|[\r\n])[ \t\u3000]*[-—–－]{1,2}[ \t]*\d{1,4}[ \t]*[-—–－]{1,2}[ \t\u3000]*(?=[\r\n]|$)"
)
#: What a heading ends with keeps its space: 第九十七条 对船舶…
_BETWEEN_HAN = re.compile(rf"(?<={_HAN})(?<![条章节编款])\s+(?={_HAN})")
_STRETCH = re.compile(f"{_HAN}+")


@dataclass(frozen=True)
class Variant:
    """One wording. `pairs`, `sounds` and `initials` are its tokens, of which `needed` make up the whole of it (fewer
    than there are when pinyin can be cut in several ways); `exact` is empty when it cannot be a whole title, `titles`
    are parts of it that may be one, `bags` its characters and its sounds without their order."""

    pairs: tuple[str, ...]
    words: tuple[str, ...]
    characters: tuple[str, ...]
    sequence: tuple[str, ...]
    exact: str
    sounds: tuple[str, ...] = ()
    initials: tuple[str, ...] = ()
    sound_sequence: tuple[str, ...] = ()
    titles: tuple[str, ...] = ()
    bags: tuple[str, ...] = ()
    needed: int = 0
    #: All words, also the common ones a long query is not looked up by: what a reader expects to see marked.
    typed_words: tuple[str, ...] = ()

    @property
    def is_pinyin(self) -> bool:
        return bool(self.sounds or self.initials)

    @property
    def whole_words(self) -> tuple[str, ...]:
        """The words that mean something by themselves. A character alone is what a typo leaves of a word."""
        return () if self.is_pinyin else tuple(word for word in self.words if not analysis.is_han(word))

    @cached_property
    def most_telling(self) -> Variant:
        """Return this wording with only the tokens that say most, for counting how many of them a document has."""
        pairs = telling(self.pairs, COUNTED)
        needed = max(self.needed - len(self.pairs) + len(pairs), 0) if self.needed else 0
        return replace(self, pairs=pairs, needed=needed)

    def at_least(self, share: float) -> int:
        """Return how many of the tokens are `share` of this wording; at least one."""
        return max(1, math.ceil((self.needed or len(self.pairs)) * share))


def unbroken(text: str) -> str:
    """Return `text` as it was before it was copied: no page numbers, no line breaks inside words.

    A space between Han characters goes when there is a line break, or when the stretches are as long as lines:
    short stretches with spaces between them are words somebody wants to see found each by itself.
    """
    joined = re.sub(
        rf"(?<={_HAN})(?<![条章节编款])\n(?={_HAN})", "", _LINE_END.sub("\n", _PAGE_NUMBER.sub("\n", text))
    )
    stretches = _STRETCH.findall(joined)
    length = sum(map(len, stretches))
    if length >= _PASTED_LENGTH and length / len(stretches) >= _PASTED_STRETCH:
        return _BETWEEN_HAN.sub("", joined)
    return joined


def make_variant(text: str) -> Variant:
    """Return `text` as tokens; no pairs when nothing in it can be searched."""
    normalised = analysis.normalise(text)
    sequence = analysis.positions(normalised)
    # A character alone in the query is rarely alone in a document, so it must not decide; as a word it still counts.
    pairs = [token for token in sequence if not analysis.is_han(token)] or sequence
    words = tuple(dict.fromkeys(analysis.query_words(normalised)))[:MAX_TOKENS]
    return Variant(
        pairs=telling(tuple(dict.fromkeys(pairs))[:MAX_TOKENS], TELLING),
        words=telling(words, TELLING),
        characters=tuple(dict.fromkeys(analysis.characters(normalised)))[:MAX_TOKENS],
        sequence=phrase_tokens(sequence),
        exact=analysis.exact_form(text),
        titles=_titles_in(text),
        bags=tuple(dict.fromkeys(filter(None, (analysis.bag_of(text), pinyin.sound_bag(text))))),
        typed_words=words,
    )


def _titles_in(text: str) -> tuple[str, ...]:
    """Return the parts of `text` that may be a whole title beside the name of a body, without cutting words."""
    pieces = text.split()
    found = [*pieces, " ".join(pieces[1:]), " ".join(pieces[:-1])] if len(pieces) > 1 else []
    # Written together: what follows the name of a body, and what comes before it.
    start = _BODY_FIRST.match(text.strip())
    end = _BODY_LAST.match(text.strip())
    found.extend(match.group("title") for match in (start, end) if match)
    exact = dict.fromkeys(analysis.exact_form(piece) for piece in found)
    return tuple(piece for piece in exact if len(piece) >= _SHORTEST_TITLE)[:MAX_TITLES]


def phrase_tokens(sequence: list[str]) -> tuple[str, ...]:
    """Return the tokens of a phrase; a lone character at either end may be part of a longer stretch, so it is left out.

    Beside a Latin stretch it stays: there every text has it by itself.
    """
    start, end = 0, len(sequence)
    while end - start > 1 and analysis.is_han(sequence[start]) and not sequence[start + 1].isascii():
        start += 1
    while end - start > 1 and analysis.is_han(sequence[end - 1]) and not sequence[end - 2].isascii():
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
            titles=(),
            bags=(),
            sounds=reading.sounds[:MAX_TOKENS],
            sound_sequence=reading.phrase[:MAX_PHRASE],
            initials=reading.initials[:MAX_TOKENS],
            needed=len(beside.pairs) + reading.needed,
        )
