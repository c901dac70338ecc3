"""How common a token is in normative files, known without asking an index, so that every engine is asked the same.

A long query has more tokens than are needed to find what it is about. Looking up the common ones (规定, 管理) costs most,
because they are in a large part of the archive, and says least. `telling` keeps the others.

`data/common_pairs.txt` lists pairs of characters, the most common first; one that is not listed is in less than one file in sixty.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise
from pathlib import Path

_FILE = Path(__file__).with_name("data") / "common_pairs.txt"


@lru_cache(maxsize=1)
def _ranks() -> dict[str, int]:
    """Return pair -> how many pairs are more common, counted from the least common one listed."""
    lines = _FILE.read_text(encoding="utf-8").splitlines()
    text = "".join(line for line in lines if not line.startswith("#"))
    pairs = [text[i : i + 2] for i in range(0, len(text), 2)]
    return {pair: len(pairs) - rank for rank, pair in enumerate(pairs)}


def commonness(token: str) -> int:
    """Return 0 for a token that is rare or unknown, more the more common it is. A word is as common as its rarest pair."""
    ranks = _ranks()
    if len(token) == 1:
        return len(ranks) + 1
    return min(ranks.get(a + b, 0) for a, b in pairwise(token))


def telling(tokens: Sequence[str], most: int) -> tuple[str, ...]:
    """Return at most `most` of `tokens`, the least common ones, in their order."""
    if len(tokens) <= most:
        return tuple(tokens)
    kept = set(sorted(range(len(tokens)), key=lambda i: commonness(tokens[i]))[:most])
    return tuple(token for i, token in enumerate(tokens) if i in kept)
