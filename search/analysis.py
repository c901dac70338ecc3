"""How text becomes tokens (docs/search.md). Both engines get these tokens joined by spaces, so they see the same.

Two views of one text: words by rjieba, and character pairs. Pairs find what segmentation cuts wrong; words rank.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from operator import add

from portal.text import CJK, RUN, bigrams, normalise, query_words, runs, segment, words

__all__ = [
    "ANALYSIS_VERSION",
    "BAG_LENGTHS",
    "CJK",
    "bag_of",
    "bigrams",
    "characters",
    "exact_form",
    "is_han",
    "normalise",
    "positions",
    "query_words",
    "runs",
    "segment",
    "stretches",
    "words",
]

#: Raise when the tokens of any text change: an index of another version is rebuilt.
ANALYSIS_VERSION = 4
#: Characters of titles that are also compared regardless of order: fewer are too alike, more take too much room.
BAG_LENGTHS = (5, 100)


def characters(normalised: str) -> list[str]:
    """Return every Han character and every Latin stretch: what is left in common when a typo breaks words and pairs."""
    return [token for run, is_cjk in runs(normalised) for token in (run if is_cjk else (run,))]


def positions(normalised: str) -> list[str]:
    """Return the tokens of a text in order, for phrases: its pairs, and where a Han stretch meets a Latin one, the Han
    character that touches it by itself. `60日内` is `60 日 日内`, so that the phrase `60日` is found there, and not in 60万.
    """
    tokens: list[str] = []
    last, after_latin = "", False
    for han, latin in RUN.findall(normalised):
        if latin:
            if len(last) > 1:
                tokens.append(last[-1])
            tokens.append(latin)
        elif len(han) == 1:
            tokens.append(han)
        else:
            if after_latin:
                tokens.append(han[0])
            tokens.extend(map(add, han, han[1:]))
        last, after_latin = han, bool(latin)
    return tokens


def stretches(tokens: Iterable[str]) -> list[str]:
    """Return the Han and Latin stretches that `positions` cut into `tokens`, or into tokens of which these are a part."""
    found: list[str] = []
    last = ""
    for token in tokens:
        inside = bool(last) and not token.isascii() and last[-1] == token[0]
        if inside and len(token) == 2:
            found[-1] += token[1]
        elif not (inside and len(last) == 2 and is_han(token)):
            found.append(token)
        last = token
    return found


def exact_form(text: str) -> str:
    """Return `text` for comparing whole titles: only its meaningful stretches, joined. At most 500 characters."""
    return "".join(run for run, _ in runs(normalise(text)))[:500]


def bag_of(text: str) -> str:
    """Return what `text` has in common with every other order of its characters; empty when too short or too long."""
    exact = exact_form(text)
    return "".join(sorted(exact)) if BAG_LENGTHS[0] <= len(exact) <= BAG_LENGTHS[1] else ""


def is_han(token: str) -> bool:
    """Return whether `token` is one Han character standing alone."""
    return len(token) == 1 and unicodedata.category(token) == "Lo"
