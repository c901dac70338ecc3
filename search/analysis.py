"""How text becomes tokens (docs/search.md). Both engines get these tokens joined by spaces, so they see the same.

Two views of one text: words by rjieba, and character pairs. Pairs find what segmentation cuts wrong; words rank.
"""

from __future__ import annotations

import unicodedata

from portal.text import CJK, bigrams, normalise, query_words, runs, segment, words

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
    "query_words",
    "runs",
    "segment",
    "words",
]

#: Raise when the tokens of any text change: an index of another version is rebuilt.
ANALYSIS_VERSION = 3
#: Characters of titles that are also compared regardless of order: fewer are too alike, more take too much room.
BAG_LENGTHS = (5, 100)


def characters(normalised: str) -> list[str]:
    """Return every Han character and every Latin stretch: what is left in common when a typo breaks words and pairs."""
    return [token for run, is_cjk in runs(normalised) for token in (run if is_cjk else (run,))]


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
