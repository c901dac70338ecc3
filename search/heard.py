"""Which characters of a title pinyin was typed for: the same sounds the index holds, with the place of each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise, product

from portal.text import RUN
from search.pinyin import unit_letters, units_of_run

#: Initials are indexed in groups of so many.
_GROUPS = (2, 3)


@dataclass(frozen=True)
class _Unit:
    """A character or a Latin word of a title: where it stands, and its readings."""

    start: int
    end: int
    readings: tuple[str, ...]


def heard_spans(normalised: str, sounds: frozenset[str], initials: frozenset[str]) -> list[tuple[int, int]]:
    """Return the stretches of a normalised title whose reading is among these tokens of the index, in order and apart."""
    units = list(_units(normalised))
    found: set[tuple[int, int]] = set()
    for left, right in pairwise(units):
        if any(f"{a}'{b}" in sounds for a in left.readings for b in right.readings):
            found |= {(left.start, left.end), (right.start, right.end)}
    # `xian` is 西安 where the title has it, else 县, and 省 (as in 反省) only where nothing is read so in its place.
    found = found or {(unit.start, unit.end) for unit in units if unit.readings[0] in sounds}
    found = found or {(unit.start, unit.end) for unit in units if sounds.intersection(unit.readings)}
    if initials:
        found.update(_initial_spans(units, initials))
    return _joined(sorted(found))


def _units(normalised: str) -> Iterator[_Unit]:
    for match in RUN.finditer(normalised):
        start, end = match.span()
        if match["latin"]:
            yield _Unit(start, end, (match.group(),))
            continue
        for place, readings in enumerate(units_of_run(match.group()), start):
            yield _Unit(place, place + 1, readings)


def _initial_spans(units: list[_Unit], initials: frozenset[str]) -> Iterator[tuple[int, int]]:
    letters = [(unit, choices) for unit in units for choices in unit_letters(unit.readings)]
    for size in _GROUPS:
        for i in range(len(letters) - size + 1):
            window = letters[i : i + size]
            if any("".join(group) in initials for group in product(*(choices for _unit, choices in window))):
                yield from ((unit.start, unit.end) for unit, _choices in window)


def _joined(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    joined: list[tuple[int, int]] = []
    for start, end in spans:
        if joined and joined[-1][1] == start:
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return joined
