"""Pinyin held to its promises: every way to cut what was typed covers it, and what a title is indexed by is what is heard."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from pypinyin import lazy_pinyin

from search.analysis import normalise
from search.heard import heard_spans
from search.pinyin import LATIN_WORDS, SYLLABLES, Reading, readings, title_sounds

_SYLLABLES = st.sampled_from(sorted(SYLLABLES))
_HAN = "云岭省住房公积金提取管理办法重庆市长着旅游条例税县西安反感方案渔港女绿略虐嗯呣"
TITLES = st.text(alphabet=_HAN + "2016PPP《》、· ", max_size=24)


def ways(letters: str) -> Iterator[tuple[str, ...]]:
    """Every way to cut `letters` into syllables, by trying them all."""
    if not letters:
        yield ()
    for end in range(1, len(letters) + 1):
        if letters[:end] in SYLLABLES:
            for rest in ways(letters[end:]):
                yield (letters[:end], *rest)


def pairs_of(way: tuple[str, ...]) -> set[str]:
    return {f"{a}'{b}" for a, b in itertools.pairwise(way)}


def by_sound(typed: str) -> Reading | None:
    return next((reading for reading in readings(typed) if reading.sounds), None)


@given(st.lists(_SYLLABLES, min_size=2, max_size=4).map("".join))
def test_joined_syllables_are_cut_in_every_shortest_way(typed: str) -> None:
    assume(len(typed) >= 3 and typed not in LATIN_WORDS)
    every = list(ways(typed))
    shortest = min(map(len, every))
    reading = by_sound(typed)
    assert reading is not None
    if shortest > 1:
        wanted = set().union(*(pairs_of(way) for way in every if len(way) == shortest))
        assert wanted <= set(reading.sounds)
    longest = shortest + (1 if len(typed) <= 10 else 0)
    possible = set().union(*(pairs_of(way) for way in every if len(way) <= longest)) | {typed}
    assert set(reading.sounds) <= possible, "no pair that is on no way"


@given(st.lists(_SYLLABLES, min_size=2, max_size=8))
@example(["a", "o", "o", "o", "o"])
def test_the_pairs_of_the_only_way_cover_what_was_typed(syllables: list[str]) -> None:
    typed = "".join(syllables)
    reading = by_sound(typed)
    assume(reading is not None and len(reading.phrase) == reading.needed > 1)
    assert reading is not None
    first, *others = (pair.split("'") for pair in reading.phrase)
    assert "".join([*first, *(right for _left, right in others)]) == typed
    assert all(a[1] == b[0] for a, b in itertools.pairwise(pair.split("'") for pair in reading.phrase))


@given(st.lists(_SYLLABLES, min_size=2, max_size=6))
def test_apostrophes_and_spaces_leave_one_way(syllables: list[str]) -> None:
    wanted = tuple(f"{a}'{b}" for a, b in itertools.pairwise(syllables))
    for joint in ("'", " ", "’"):
        reading = by_sound(joint.join(syllables))
        assert reading is not None
        assert reading.phrase in (wanted, ()) or len(wanted) == 1
        assert set(wanted) <= set(reading.sounds)


@settings(deadline=None)
@given(TITLES)
def test_a_title_typed_in_pinyin_finds_all_of_its_sounds(title: str) -> None:
    """What a reader types who reads the title aloud is what the index holds of it: enough of it to be found."""
    normalised = normalise(title)
    letters = [char for char in normalised if char.isalnum()]
    pieces = [piece for piece in lazy_pinyin(normalised, v_to_u=False, errors="ignore") if piece in SYLLABLES]
    # 呣 is read m, which nobody types; digits and Latin words are spelt, not read.
    assume(len(pieces) == len(letters) > 1 and not any(char.isascii() for char in letters))
    reading = by_sound(" ".join(pieces))
    assert reading is not None
    held = set(title_sounds(normalised)[0])
    found = sum(sound in held for sound in reading.sounds)
    assert found >= reading.needed * 0.5


@settings(deadline=None)
@given(TITLES, st.data())
def test_every_sound_of_a_title_leads_back_to_its_characters(title: str, data: st.DataObject) -> None:
    normalised = normalise(title)
    sounds, initials = title_sounds(normalised)
    assume(sounds)
    one = frozenset([data.draw(st.sampled_from(sounds))])
    spans = heard_spans(normalised, one, frozenset())
    assert spans
    if initials:
        group = frozenset([data.draw(st.sampled_from(initials))])
        assert heard_spans(normalised, frozenset(), group)
    everything = heard_spans(normalised, frozenset(sounds), frozenset(initials))
    covered = {place for a, b in everything for place in range(a, b)}
    meaningful = {place for place, char in enumerate(normalised) if char.isalnum()}
    assert covered <= set(range(len(normalised)))
    assert len([s for s in sounds if "'" in s]) == 0 or meaningful <= covered


@settings(deadline=None)
@given(TITLES, st.lists(_SYLLABLES, max_size=4).map("".join))
def test_spans_are_in_order_apart_and_on_letters(title: str, typed: str) -> None:
    normalised = normalise(title)
    for reading in readings(typed):
        spans = heard_spans(normalised, frozenset(reading.sounds), frozenset(reading.initials))
        assert all(a < b for a, b in spans)
        assert all(left[1] < right[0] for left, right in itertools.pairwise(spans))
        assert all(char.isalnum() for a, b in spans for char in normalised[a:b])


def test_a_sound_that_is_not_there_marks_nothing() -> None:
    assert heard_spans("住房公积金", frozenset(["lv'you", "shui"]), frozenset(["tq"])) == []
    assert heard_spans("", frozenset(["lv'you"]), frozenset(["tq"])) == []


@pytest.mark.parametrize(
    "typed", ["xian" * 60, "fangan" * 40, "a" * 240, "z" * 500, "a'" * 240, "g j j " * 80, "ü" * 300]
)
def test_long_and_ambiguous_stretches_stay_small(typed: str) -> None:
    for reading in readings(typed):
        assert len(reading.sounds) <= 2 * len(typed)
        assert len(reading.initials) <= len(typed)
        assert reading.needed <= len(reading.sounds) + len(reading.initials)
