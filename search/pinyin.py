"""Titles by their sound: what is written into the index, and what a Latin stretch of a query may stand for.

A title is indexed as pairs of neighbouring syllables (`gong'ji`, `ji'jin`), single syllables, and groups of two and
three initials (`gj`, `gjj`). A Latin stretch of a query is read as pinyin only when all of it parses; it is then
one more wording of the query beside the letters as they stand, so that `app`, `P2P` or `GB/T` lose nothing.
Tone marks, apostrophes and `ü`, `v`, `yu` for ü are understood; `长` and other characters of several readings are
indexed by the reading of their phrase and by the others (`_POLYPHONES`).
"""

from __future__ import annotations

import math
import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise, product
from pathlib import Path

from pypinyin import Style, lazy_pinyin, pinyin

from search.analysis import BAG_LENGTHS, exact_form, query_words, runs


def _read_words(name: str) -> frozenset[str]:
    """Return the words of a data file: any number on a line, `#` starts a comment."""
    lines = (Path(__file__).with_name("data") / name).read_text(encoding="utf-8").splitlines()
    return frozenset(word for line in lines for word in line.split("#", 1)[0].split())


#: Every syllable of standard Mandarin without tones, ü as v.
SYLLABLES = _read_words("syllables.txt")
#: Latin words and abbreviations of Chinese official texts, which are never read as pinyin.
LATIN_WORDS = _read_words("latin.txt")
_LONGEST = max(map(len, SYLLABLES))
#: No Mandarin syllable begins with these.
_NEVER_INITIAL = frozenset("iuv")
#: Common in titles, and read in more than one way by people or dictionaries; their other readings are indexed too.
_POLYPHONES = frozenset(
    "行重长会率乐调降省还藏都单传朝参差给强校系属种载薄厦蔚六车合解查盛弹区折血露落削剥畜扎卡泊屏便番阿约宿得地的了"
    "和着觉角识说石台大模什仔佛咽囤堡埔涌炔疟秘缝粘臭莎观咖圈浅澄濮尉殷畜奇柏贾翟亳歙涡硕阚陂莘铅蚌峒"
)
#: Letters up to which a stretch may also be read with one syllable more than the shortest reading (`xian` as 西安).
_SHORT = 10
#: Letters of one stretch that are read; nobody types more.
_MAX_LETTERS = 240
#: From this length initials say enough by themselves; two letters only beside other words.
_ENOUGH_INITIALS = 3
#: A stretch up to this long that parses as syllables may be meant as initials all the same.
_EITHER = 5
#: Letters and digits that no sign joins to others: not `gb/t`, `www.gov.cn`, `covid-19`.
_STRETCH = re.compile(r"(?<![a-z0-9/.@:_'’-])[a-z0-9](?:[a-z0-9'’]*[a-z0-9])?(?![a-z0-9/.@:_'’-])")
_PARTS = re.compile("[a-z]+|[0-9]+")
#: ü as ü, as `yu` (`lyu`; `nyu` only at the beginning: `nianyu` is 年鱼), as `u` where only ü can be meant.
_UMLAUT = re.compile("([nl])u\u0308|(l|(?<![a-z])n)yu|([nl])u(?=e(?![ir]))")
#: Combining marks of the four tones.
_TONES = re.compile("[\u0300\u0301\u0304\u030c]")


@dataclass(frozen=True)
class Reading:
    """What Latin stretches stand for: `rest` is the text beside them; of `sounds` and `initials` (tokens of their
    fields, alternatives included) `needed` agree with a title that is meant; `phrase` are pairs in order when there is one stretch and one way."""

    rest: str
    phrase: tuple[str, ...]
    sounds: tuple[str, ...]
    initials: tuple[str, ...]
    needed: int


# Titles


def title_sounds(normalised: str) -> tuple[list[str], list[str]]:
    """Return the tokens of `title_pinyin` and `title_initials` for a normalised title. Punctuation separates nothing."""
    units = [
        unit for run, is_cjk in runs(normalised) for unit in (units_of_run(run) if is_cjk else ((run,),))
    ]
    # First the title as it is read, so that phrases are found; other readings and single syllables after it.
    pairs = [f"{left[0]}'{right[0]}" for left, right in pairwise(units)]
    others = (f"{a}'{b}" for left, right in pairwise(units) for a in left for b in right)
    known = set(pairs)
    sounds = [
        *pairs,
        *(pair for pair in others if pair not in known),
        *(syllable for unit in units for syllable in unit),
    ]
    return sounds, _groups([part for unit in units for part in unit_letters(unit)])


def unit_letters(unit: tuple[str, ...]) -> list[tuple[str, ...]]:
    """Return the initials of one unit: of a character those of its readings, of a Latin word every letter."""
    first = unit[0]
    if first[0].isdigit():
        return []
    if first in SYLLABLES:
        return [tuple(dict.fromkeys(reading[0] for reading in unit))]
    return [(letter,) for letter in first if letter.isalpha()]


def _groups(letters: list[tuple[str, ...]]) -> list[str]:
    windows = [letters[i : i + n] for n in (2, 3) for i in range(len(letters) - n + 1)]
    return ["".join(group) for window in windows for group in product(*window)]


def sound_bag(text: str) -> str:
    """Return what `text` has in common with whatever sounds alike in any order; empty when too short or too long.

    Each character has its commonest reading: that of its phrase would change with the typo beside it.
    """
    exact = exact_form(text)
    if not BAG_LENGTHS[0] <= len(exact) <= BAG_LENGTHS[1]:
        return ""
    return "'".join(sorted(_others(char)[0] for char in exact))


def units_of_run(run: str) -> list[tuple[str, ...]]:
    """Return for each character of a Han run its readings, the one of its phrase first."""
    units = []
    for word in query_words(run):
        for char, reading in zip(word, _of_word(word), strict=True):
            others = _others(char) if char in _POLYPHONES else ()
            units.append((reading, *(other for other in others if other != reading)))
    return units


@lru_cache(maxsize=65_536)
def _of_word(word: str) -> tuple[str, ...]:
    readings = lazy_pinyin(word, style=Style.NORMAL, v_to_u=False, errors="default")
    # One reading for each character, whatever stands in a dictionary of phrases.
    if len(readings) != len(word):
        readings = [_others(char)[0] for char in word]
    return tuple(map(_canonical, readings))


@lru_cache(maxsize=4_096)
def _others(char: str) -> tuple[str, ...]:
    readings = pinyin(char, style=Style.NORMAL, heteronym=True, v_to_u=False, errors="default")[0]
    known = [reading for reading in map(_canonical, readings) if reading in SYLLABLES]
    return tuple(dict.fromkeys(known)) or (char,)


def _canonical(syllable: str) -> str:
    return {"lue": "lve", "nue": "nve", "ê": "e"}.get(syllable, syllable)


# Queries


def readings(text: str) -> tuple[Reading, ...]:
    """Return what the Latin stretches of `text` may stand for: syllables where they parse, else initials; a second
    reading takes short stretches that could be both for initials. Empty when nothing in `text` is pinyin."""
    folded = _fold(text)
    stretches = _join_single_syllables(folded, [match.span() for match in _STRETCH.finditer(folded)])
    found = (_read(folded, stretches, prefer_initials=False), _read(folded, stretches, prefer_initials=True))
    return tuple(dict.fromkeys(reading for reading in found if reading))


def _fold(text: str) -> str:
    """Return `text` with pinyin as typed on a plain keyboard: no tones, ü as v. Han characters keep their form."""
    spread = unicodedata.normalize("NFD", unicodedata.normalize("NFKC", text).lower())
    return unicodedata.normalize(
        "NFC", _UMLAUT.sub(lambda match: f"{match.group()[0]}v", _TONES.sub("", spread))
    )


def _join_single_syllables(text: str, spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return the stretches, with `zhu fang gong` taken for one: each a syllable, only spaces between them."""
    joined: list[tuple[int, int]] = []
    for start, end in spans:
        single = text[start:end] in SYLLABLES
        before = joined[-1] if joined else None
        if single and before and not text[before[1] : start].strip() and _are_syllables(text[slice(*before)]):
            joined[-1] = (before[0], end)
        else:
            joined.append((start, end))
    return joined


def _are_syllables(text: str) -> bool:
    return all(part in SYLLABLES for part in text.split())


def _read(text: str, spans: list[tuple[int, int]], *, prefer_initials: bool) -> Reading | None:
    sounds: dict[str, None] = {}
    groups: dict[str, None] = {}
    phrases: list[tuple[str, ...]] = []
    needed, rest, done = 0, [], 0
    for start, end in spans:
        others = bool((text[:start] + text[end:]).strip())
        stretch = text[start:end]
        initials = _initials(stretch, beside_others=others)
        tokens, count, one_way = _syllables(stretch)
        if initials and (not count or (prefer_initials and end - start <= _EITHER)):
            groups.update(dict.fromkeys(initials))
            needed += len(initials)
        elif count:
            sounds.update(dict.fromkeys(tokens))
            phrases.append(tokens if one_way and count > 1 else ())
            needed += len(set(tokens)) if one_way else count
        else:
            continue
        rest.append(text[done:start])
        done = end
    if not needed:
        return None
    beside = " ".join([*rest, text[done:]]).strip()
    phrase = phrases[0] if len(phrases) == 1 else ()
    return Reading(beside, phrase, tuple(sounds), tuple(groups), min(needed, len(sounds) + len(groups)))


def _initials(stretch: str, *, beside_others: bool) -> tuple[str, ...]:
    """Return the groups of three initials of `stretch`, or of two where there are no more; empty if it is none."""
    enough = 2 if beside_others else _ENOUGH_INITIALS
    if (
        not stretch.isalpha()
        or len(stretch) < enough
        or _NEVER_INITIAL & set(stretch)
        or stretch in LATIN_WORDS
    ):
        return ()
    size = min(_ENOUGH_INITIALS, len(stretch))
    return tuple(dict.fromkeys(stretch[i : i + size] for i in range(len(stretch) - size + 1)))


@lru_cache(maxsize=1_024)
def _syllables(stretch: str) -> tuple[tuple[str, ...], int, bool]:
    """Return the pairs of syllables on every shortest way through `stretch`, how many one way has, and if there is one.

    A stretch of one syllable is that syllable (and, when short, what it may be cut into). No pairs: it does not parse.
    """
    letters, cuts = _with_cuts(stretch)
    if len(letters) > _MAX_LETTERS or stretch in LATIN_WORDS or (len(letters) < 3 and letters == stretch):
        return (), 0, False
    edges = [_units_at(letters, i, cuts) for i in range(len(letters))]
    before, after = _distances(edges, len(letters))
    shortest = before[-1]
    if shortest == math.inf or letters.isdigit():
        return (), 0, False
    longest_way = shortest + (1 if len(letters) <= _SHORT else 0)
    pairs = [
        f"{letters[i:j]}'{letters[j:k]}"
        for i, ends in enumerate(edges)
        for j in ends
        for k in (edges[j] if j < len(edges) else ())
        if before[i] + 2 + after[k] <= longest_way
    ]
    if shortest == 1:
        return (letters, *pairs), 1, not pairs
    one_way = len(pairs) == shortest - 1
    return tuple(pairs if one_way else dict.fromkeys(pairs)), int(shortest) - 1, one_way


def _with_cuts(stretch: str) -> tuple[str, frozenset[int]]:
    """Return the letters and digits alone, and where spaces and apostrophes say that a syllable ends."""
    parts = re.split(r"[\s'’]+", stretch)
    cuts, length = set(), 0
    for part in parts:
        length += len(part)
        cuts.add(length)
    return "".join(parts), frozenset(cuts)


def _units_at(letters: str, start: int, cuts: frozenset[int]) -> list[int]:
    """Return where syllables that begin at `start` may end; digits are one unit."""
    part = _PARTS.match(letters, start)
    limit = min([part.end() if part else start, *(cut for cut in cuts if cut > start)])
    if letters[start].isdigit():
        return [limit] if not start or not letters[start - 1].isdigit() or start in cuts else []
    return [
        end for end in range(start + 1, min(limit, start + _LONGEST) + 1) if letters[start:end] in SYLLABLES
    ]


def _distances(edges: list[list[int]], length: int) -> tuple[list[float], list[float]]:
    """Return for every place the fewest units before and after it; infinite where no way leads."""
    before = [0.0, *[math.inf] * length]
    after = [*[math.inf] * length, 0.0]
    for i, ends in enumerate(edges):
        for j in ends:
            before[j] = min(before[j], before[i] + 1)
    for i in reversed(range(length)):
        after[i] = min((after[j] + 1 for j in edges[i]), default=math.inf)
    return before, after
