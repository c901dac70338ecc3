"""Word by word difference of two passages, in pieces that restore both when joined."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

import rjieba

#: Above this product of token counts the passages are compared by sentence: word by word is quadratic.
WORD_LEVEL_LIMIT = 1_000_000
#: An equal piece of at most this many characters between two changes is read as part of the change.
ISLAND_LENGTH = 1

_SENTENCE = re.compile(r"[^。；！？;!?\n]*[。；！？;!?\n]?")
_LETTERS = re.compile(r"\w+")


class SegmentOp(StrEnum):
    EQUAL = "equal"
    INSERT = "insert"
    DELETE = "delete"


@dataclass(frozen=True, slots=True)
class Segment:
    op: SegmentOp
    text: str


def shingles(text: str) -> frozenset[str]:
    """Pairs of neighbouring letters within each run of letters; a lone letter counts as itself."""
    found: set[str] = set()
    for run in _LETTERS.findall(text):
        found.update(run[k : k + 2] for k in range(max(len(run) - 1, 1)))
    return frozenset(found)


def words(text: str) -> list[str]:
    """Words of `text`; joined they give it back exactly, whatever characters it holds."""
    tokens: list[str] = rjieba.cut(text)
    # The segmenter works on what it knows of Unicode; a text it does not give back whole is compared by character.
    return tokens if "".join(tokens) == text else list(text)


def diff_text(old: str, new: str) -> tuple[Segment, ...]:
    """Segments from `old` to `new`: equal+delete joined is `old`, equal+insert joined is `new`; no empty ones."""
    left, right = words(old), words(new)
    if len(left) * len(right) > WORD_LEVEL_LIMIT:
        left, right = _sentences(old), _sentences(new)
    if len(left) * len(right) > WORD_LEVEL_LIMIT:
        return _tidy([(SegmentOp.DELETE, old), (SegmentOp.INSERT, new)])
    return _tidy(_without_islands(_raw(left, right)))


def _sentences(text: str) -> list[str]:
    return [piece for piece in _SENTENCE.findall(text) if piece]


def _raw(left: Sequence[str], right: Sequence[str]) -> list[tuple[SegmentOp, str]]:
    pieces: list[tuple[SegmentOp, str]] = []
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, left, right, autojunk=False).get_opcodes():
        if tag == "equal":
            pieces.append((SegmentOp.EQUAL, "".join(left[i1:i2])))
        else:
            pieces.append((SegmentOp.DELETE, "".join(left[i1:i2])))
            pieces.append((SegmentOp.INSERT, "".join(right[j1:j2])))
    return [piece for piece in pieces if piece[1]]


def _without_islands(pieces: list[tuple[SegmentOp, str]]) -> list[tuple[SegmentOp, str]]:
    """A single common character between two changes reads worse than one longer change."""
    result: list[tuple[SegmentOp, str]] = []
    for k, (op, text) in enumerate(pieces):
        inside = 0 < k < len(pieces) - 1
        if op == SegmentOp.EQUAL and inside and len(text) <= ISLAND_LENGTH and text.isalnum():
            result += [(SegmentOp.DELETE, text), (SegmentOp.INSERT, text)]
        else:
            result.append((op, text))
    return result


def _tidy(pieces: list[tuple[SegmentOp, str]]) -> tuple[Segment, ...]:
    """Neighbouring changes become one deletion followed by one insertion."""
    segments: list[Segment] = []
    deleted = inserted = ""
    for op, text in [*pieces, (SegmentOp.EQUAL, "")]:
        if op == SegmentOp.DELETE:
            deleted += text
        elif op == SegmentOp.INSERT:
            inserted += text
        else:
            changed = ((SegmentOp.DELETE, deleted), (SegmentOp.INSERT, inserted), (op, text))
            segments += [Segment(kind, part) for kind, part in changed if part]
            deleted = inserted = ""
    return tuple(segments)
