"""How text becomes tokens (docs/search.md). Both engines get these tokens joined by spaces, so they see the same.

Two views of one text: words by rjieba, and character pairs. Pairs find what segmentation cuts wrong; words rank.
"""

from __future__ import annotations

import unicodedata

import rjieba

from portal.text import bigrams, normalise, runs

__all__ = [
    "ANALYSIS_VERSION",
    "bigrams",
    "characters",
    "exact_form",
    "is_han",
    "normalise",
    "query_words",
    "segment",
    "words",
]

#: Raise when the tokens of any text change: an index of another version is rebuilt.
ANALYSIS_VERSION = 1


def words(normalised: str) -> list[str]:
    """Return the words to index: `cut_for_search` adds the shorter words inside a longer one."""
    return _cut(normalised, for_index=True)


def query_words(normalised: str) -> list[str]:
    """Return the words of a query: each stretch cut once, so that no part is counted twice."""
    return _cut(normalised, for_index=False)


def _cut(normalised: str, *, for_index: bool) -> list[str]:
    cut = rjieba.cut_for_search if for_index else rjieba.cut
    tokens: list[str] = []
    for run, is_cjk in runs(normalised):
        if is_cjk:
            tokens.extend(cut(run))
        else:
            tokens.append(run)
    return tokens


def characters(normalised: str) -> list[str]:
    """Return every Han character and every Latin stretch: what is left in common when a typo breaks words and pairs."""
    return [token for run, is_cjk in runs(normalised) for token in (run if is_cjk else (run,))]


def exact_form(text: str) -> str:
    """Return `text` for comparing whole titles: only its meaningful stretches, joined. At most 500 characters."""
    return "".join(run for run, _ in runs(normalise(text)))[:500]


def segment(text: str) -> str:
    """Return words and character pairs of `text` joined by spaces, for indexes that cut at spaces."""
    normalised = normalise(text)
    return " ".join([*words(normalised), *bigrams(normalised)])


def is_han(token: str) -> bool:
    """Return whether `token` is one Han character standing alone."""
    return len(token) == 1 and unicodedata.category(token) == "Lo"
