"""How much of one Chinese text is only a copy of another (H§9: a material is never only a copy of the document)."""

from __future__ import annotations

import re

#: Length in characters of the compared pieces; five Chinese characters seldom coincide by chance.
SHINGLE = 5
_NOT_TEXT = re.compile(r"[\W_]+")


def shingles(text: str) -> set[str]:
    """Overlapping pieces of `SHINGLE` letters; punctuation, spaces and line breaks do not count."""
    letters = _NOT_TEXT.sub("", text)
    return {letters[i : i + SHINGLE] for i in range(max(len(letters) - SHINGLE + 1, 0))}


def copied_share(text: str, source: str) -> float:
    """Share (0 to 1) of `text` that occurs in `source`; 0 when `text` is shorter than one piece."""
    pieces = shingles(text)
    if not pieces:
        return 0.0
    return len(pieces & shingles(source)) / len(pieces)
