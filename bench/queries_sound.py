"""Query classes by sound: whole titles and stretches of titles in pinyin, in initials, and beside Chinese words.

Relevant is every document whose title has, by pypinyin's reading, exactly these letters on the borders of syllables
(initials: these letters as the first ones of neighbouring characters); beside Chinese words, those that also have the
words literally. So 方案 and 反感, which sound alike when written together, are both right answers.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator

import rjieba

from bench.archive import Archive, Query, syllables

_HAN = re.compile("[一-鿿]+")
#: Initials of a stretch of words: fewer fit everything.
_FEWEST_INITIALS = 3


def pinyin_title(archive: Archive, rng: random.Random) -> Iterator[Query]:
    """The whole title in letters, written together or syllable by syllable; titles of Han characters and punctuation."""
    for position in archive.shuffled(rng):
        title = archive.titles[position]
        if not 6 <= len(title) <= 30 or re.search("[A-Za-z0-9]", title):
            continue
        sounds = archive.title_syllables[position]
        right = frozenset(i for i, other in enumerate(archive.title_syllables) if other == sounds)
        yield Query("pinyin title", rng.choice(("", "", " ")).join(sounds), right)


def pinyin_words(archive: Archive, rng: random.Random) -> Iterator[Query]:
    """One or two neighbouring words of a title that few titles have, in letters."""
    for position, stretch in _stretches(archive, rng):
        sounds = syllables(stretch)
        right = archive.sounding(sounds)
        if position in right and len(right) <= _common(archive):
            yield Query("pinyin words", rng.choice(("", "", " ")).join(sounds), frozenset(right))


def pinyin_initials(archive: Archive, rng: random.Random) -> Iterator[Query]:
    """The initials of such words, or of the whole title."""
    for position, stretch in _stretches(archive, rng):
        whole = rng.random() < 0.2 and len(archive.titles[position]) <= 30
        sounds = archive.title_syllables[position] if whole else syllables(stretch)
        letters = "".join(sound[0] for sound in sounds)
        right = archive.with_initials(letters)
        # Who types three letters means one of the few things people know by them, not a chance neighbourhood.
        if len(letters) >= _FEWEST_INITIALS and position in right and len(right) <= _common(archive):
            yield Query("pinyin initials", letters, frozenset(right))


def pinyin_beside_words(archive: Archive, rng: random.Random) -> Iterator[Query]:
    """One word of a title in characters and another in letters: 公积金 tiqu."""
    for position in archive.shuffled(rng):
        words = [
            w for w in dict.fromkeys(rjieba.cut(archive.titles[position])) if re.fullmatch("[一-鿿]{2,}", w)
        ]
        if len(words) < 2:
            continue
        shown, sounded = rng.sample(words, 2)
        sounds = syllables(sounded)
        right = archive.sounding(sounds) & archive.titles_with(shown)
        if position in right and len(right) <= _common(archive):
            pieces = [shown, "".join(sounds)]
            rng.shuffle(pieces)
            yield Query("pinyin beside words", " ".join(pieces), frozenset(right))


def _common(archive: Archive) -> int:
    """Return how many titles may share what is asked for: more, and it is no topic."""
    return max(3, len(archive.titles) // 20)


def _stretches(archive: Archive, rng: random.Random) -> Iterator[tuple[int, str]]:
    """Yield (position, one or two neighbouring words of its title with at least three characters)."""
    for position in archive.shuffled(rng):
        runs = [list(rjieba.cut(run)) for run in _HAN.findall(archive.titles[position])]
        pieces = [
            piece
            for words in runs
            for size in (1, 2)
            for i in range(len(words) - size + 1)
            if 3 <= len(piece := "".join(words[i : i + size])) <= 8
        ]
        if pieces:
            yield position, rng.choice(pieces)
