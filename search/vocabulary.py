"""The archive's own words: those of its titles and the names of its issuers, by writing, by sound and by near miss.

Kept in each process and read again when documents were added (see `current`), so it may be minutes old. Nothing is
claimed from it: what is offered to a reader has been counted by the engine first, or leads to a search as it stands.
"""

from __future__ import annotations

import threading
import time
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise

from django.conf import settings
from django.db import connection
from django.db.models import Max
from pypinyin import lazy_pinyin

from search import analysis
from search.archive.models import NormativeDocument
from search.preparation import split_issuers

#: Latest documents whose titles are read: enough words, bounded time (about a second) and memory.
MAX_TITLES = 20_000
#: Different issuers that are offered.
MAX_ISSUERS = 3_000
#: Characters of a term; a term of two neighbouring words must stand in this many titles.
MIN_LENGTH, MAX_LENGTH, COMPOUND_TITLES = 2, 10, 2
#: Letters of pinyin that are also looked for inside the name of an issuer.
MIN_INSIDE = 5
#: Words that join a title together: no term of two words holds one.
_JOINTS = frozenset(("关于", "有关", "印发", "进一步", "以及", "若干", "部分", "通知"))
#: Seconds after which a vocabulary is read again; a small archive (in titles) is at once when documents were added.
KEEP_SECONDS, SMALL = 600, 2_000


@dataclass(frozen=True)
class Vocabulary:
    """Terms with the number of titles they stand in. Look-ups return terms by that number, then by writing."""

    terms: Mapping[str, int] = field(default_factory=dict)
    issuers: Mapping[str, int] = field(default_factory=dict)
    sounds: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    initials: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    misses: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    ordered_sounds: tuple[str, ...] = ()
    ordered_terms: tuple[str, ...] = ()
    issuer_sounds: Mapping[str, tuple[str, str]] = field(default_factory=dict)

    def sounding_like(self, text: str) -> tuple[str, ...]:
        """Return other terms that sound like the Chinese `text`, whatever its tones."""
        return tuple(term for term in self.sounds.get(sound(text), ()) if term != text)

    def spelt(self, latin: str) -> tuple[str, ...]:
        """Return terms written in pinyin as `latin`, whole or by their initials (three letters at least)."""
        whole = self.sounds.get(latin, ())
        return whole or (self.initials.get(latin, ()) if len(latin) >= 3 else ())

    def beginning_with(self, text: str, *, limit: int) -> tuple[str, ...]:
        """Return terms that begin with `text`, written in Chinese or in pinyin."""
        found = list(_prefixed(self.ordered_terms, text))
        if text.isascii():
            found += [term for key in _prefixed(self.ordered_sounds, text) for term in self.sounds[key]]
            found += self.initials.get(text, ()) if len(text) >= 2 else ()
        return tuple(sorted(dict.fromkeys(found), key=self._rank)[:limit])

    def close_to(self, text: str) -> tuple[str, ...]:
        """Return terms one character away from `text`: one more, one less, one other, or two neighbours swapped."""
        keys = [text, *_shortened(text)] if len(text) > MIN_LENGTH else [text]
        found = {term for key in keys for term in self.misses.get(key, ())}
        found |= {key for key in keys if key in self.terms and len(key) > MIN_LENGTH}
        near = [term for term in found if term != text and is_near(text, term)]
        return tuple(sorted(near, key=self._rank))

    def issuers_like(self, text: str, *, limit: int) -> tuple[str, ...]:
        """Return issuers whose name holds `text`, or begins with it in pinyin or by initials."""

        def fits(name: str) -> bool:
            if not text.isascii():
                return text in name
            whole, initials = self.issuer_sounds[name]
            inside = len(text) >= MIN_INSIDE and text in whole
            return inside or (len(text) >= 2 and (whole.startswith(text) or initials.startswith(text)))

        found = [name for name in self.issuers if fits(name)]
        # Who types the beginning of a name means the body itself rather than one of its offices.
        found.sort(key=lambda name: (not name.startswith(text), -self.issuers[name], len(name), name))
        return tuple(found[:limit])

    def _rank(self, term: str) -> tuple[int, int, str]:
        return (-self.terms.get(term, 0), len(term), term)


def sound(text: str) -> str:
    """Return the pinyin of `text` without tones and spaces."""
    return "".join(lazy_pinyin(text))


def current() -> Vocabulary:
    """Return the vocabulary of this installation; one small query when it is at hand."""
    return _holder.get()


def read() -> Vocabulary:
    """Read the titles and issuers of the latest documents. Two queries."""
    rows = NormativeDocument.objects.visible().order_by("-pk").values_list("title", "issuing_authority")
    titles, issuers = [], Counter[str]()
    for title, issuer in rows[:MAX_TITLES].iterator(chunk_size=2_000):
        titles.append(title)
        issuers.update(split_issuers(issuer))
    return build(titles, dict(issuers.most_common(MAX_ISSUERS)))


def build(titles: Iterable[str], issuers: Mapping[str, int]) -> Vocabulary:
    """Return the vocabulary of these titles and issuers (name: number of documents). Pure."""
    terms = _terms(titles)
    ranked = sorted(terms, key=lambda term: (-terms[term], len(term), term))
    sounds: dict[str, list[str]] = defaultdict(list)
    initials: dict[str, list[str]] = defaultdict(list)
    misses: dict[str, list[str]] = defaultdict(list)
    for term in ranked:
        syllables = lazy_pinyin(term)
        sounds["".join(syllables)].append(term)
        initials["".join(syllable[0] for syllable in syllables)].append(term)
        for key in _shortened(term) if len(term) > MIN_LENGTH else ():
            misses[key].append(term)
    return Vocabulary(
        terms=terms,
        issuers=issuers,
        sounds={key: tuple(group) for key, group in sounds.items()},
        initials={key: tuple(group) for key, group in initials.items()},
        misses={key: tuple(group) for key, group in misses.items()},
        ordered_sounds=tuple(sorted(sounds)),
        ordered_terms=tuple(sorted(terms)),
        issuer_sounds={name: (sound(name), _initials(name)) for name in issuers},
    )


def _terms(titles: Iterable[str]) -> dict[str, int]:
    single: Counter[str] = Counter()
    compound: Counter[str] = Counter()
    for title in titles:
        runs = [run for run, is_cjk in analysis.runs(analysis.normalise(title)) if is_cjk]
        found: set[str] = set()
        for words in map(analysis.query_words, runs):
            single.update({word for word in words if MIN_LENGTH <= len(word) <= MAX_LENGTH} - found)
            found.update(words)
            pairs = {a + b for a, b in pairwise(words) if min(len(a), len(b)) > 1 and not {a, b} & _JOINTS}
            compound.update(pair for pair in pairs if len(pair) <= MAX_LENGTH)
    common = {term: number for term, number in compound.items() if number >= COMPOUND_TITLES}
    return {**common, **single}


def _initials(text: str) -> str:
    return "".join(syllable[0] for syllable in lazy_pinyin(text))


def _prefixed(ordered: tuple[str, ...], prefix: str) -> Iterator[str]:
    for place in range(bisect_left(ordered, prefix), len(ordered)):
        if not ordered[place].startswith(prefix):
            return
        yield ordered[place]


def _shortened(text: str) -> list[str]:
    return [text[:i] + text[i + 1 :] for i in range(len(text))]


def is_near(a: str, b: str) -> bool:
    """Return whether one change makes `a` into `b`: one character more, less or other, or two neighbours swapped."""
    if len(a) != len(b):
        longer, shorter = (a, b) if len(a) > len(b) else (b, a)
        return shorter in _shortened(longer)
    different = [i for i in range(len(a)) if a[i] != b[i]]
    swapped = len(different) == 2 and different[1] == different[0] + 1
    return len(different) == 1 or (
        swapped and a[different[0]] == b[different[1]] and a[different[1]] == b[different[0]]
    )


class _Holder:
    """Keeps the vocabulary of one index folder and database; thread-safe."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._key: tuple[object, ...] = ()
        self._until = 0.0
        self._vocabulary = Vocabulary()

    def get(self) -> Vocabulary:
        newest = NormativeDocument.objects.visible().aggregate(newest=Max("pk"))["newest"]
        where = (connection.settings_dict["NAME"], str(settings.SEARCH_INDEX_DIR))
        with self._guard:
            small = sum(self._vocabulary.issuers.values()) < SMALL
            same = self._key == (*where, newest) if small else self._key[:2] == where
            if not same or time.monotonic() > self._until:
                self._vocabulary = read()
                self._key, self._until = (*where, newest), time.monotonic() + KEEP_SECONDS
            return self._vocabulary


_holder = _Holder()
