"""What a reader expects to see marked for a plan: words, pairs, phrases, and patterns of what signs may stand in."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from search.analysis import stretches
from search.plan import SearchPlan

#: A stretch of matching pairs is marked from this length even where segmentation cut the words otherwise.
MIN_STRETCH = 4
#: Signs and spaces between two stretches of a phrase at most.
_SIGNS = 6


@dataclass(frozen=True)
class Terms:
    """What to look for in normalised text; `typed` are the pairs of the query without its synonyms, `numbers` patterns
    of whole document numbers, `broken` of phrases of several stretches, `sounds` and `initials` what was read as pinyin
    (see `as_heard`)."""

    words: tuple[str, ...] = ()
    pairs: frozenset[str] = frozenset()
    phrases: tuple[str, ...] = ()
    typed: frozenset[str] = frozenset()
    numbers: tuple[str, ...] = ()
    broken: tuple[str, ...] = ()
    sounds: frozenset[str] = frozenset()
    initials: frozenset[str] = frozenset()

    @property
    def patterns(self) -> tuple[str, ...]:
        return (*self.numbers, *self.broken)


def terms_of(plan: SearchPlan) -> Terms:
    """Return what a reader expects to see marked for `plan`."""
    words: dict[str, None] = {}
    pairs: set[str] = set()
    for variant in plan.variants:
        words.update(dict.fromkeys(variant.typed_words or variant.words))
        pairs.update((*variant.pairs, *variant.sequence))
    required = [phrase for clause in plan.clauses if not clause.excluded for phrase in clause.phrases]
    wanted = [stretches(phrase) for phrase in (*plan.phrases, *required)]
    broken = tuple(_across_signs(parts) for parts in wanted if len(parts) > 1)
    phrases = [parts[0] for parts in wanted if len(parts) == 1]
    phrases += [variant.exact for variant in plan.variants if len(variant.exact) >= MIN_STRETCH]
    long_words = tuple(word for word in words if len(word) > 1) or tuple(words)
    first = plan.variants[0] if plan.variants else None
    typed = frozenset((*first.pairs, *first.sequence) if first else ())
    sounds = frozenset(sound for variant in plan.variants for sound in variant.sounds)
    initials = frozenset(group for variant in plan.variants for group in variant.initials)
    terms = Terms(
        long_words, frozenset(pairs), tuple(phrases), typed, broken=broken, sounds=sounds, initials=initials
    )
    numbers = _number_patterns(plan)
    return _about_numbers(terms, numbers, alone=plan.number_alone) if numbers else terms


def _about_numbers(terms: Terms, numbers: tuple[str, ...], *, alone: bool) -> Terms:
    """Return `terms` for a query with a number: only the whole number is marked, not a 2016 that stands elsewhere."""
    if alone:
        return Terms(numbers=numbers)

    def kept(tokens: Iterable[str]) -> list[str]:
        return [token for token in tokens if not token.isdigit()]

    return replace(
        terms,
        words=tuple(kept(terms.words)),
        pairs=frozenset(kept(terms.pairs)),
        typed=frozenset(kept(terms.typed)),
        numbers=numbers,
    )


def _number_patterns(plan: SearchPlan) -> tuple[str, ...]:
    """Return patterns for the numbers asked for in the spellings of normal text: 国办发〔2016〕80号, 国务院令第713号."""
    patterns = []
    for key in (*plan.number_keys, *plan.number_prefixes):
        _form, code, year, *rest = (*key.split("|"), "", "")
        middle = rf"\W{{0,2}}{year}年?" if year else ""
        sequence = rf"\W{{0,2}}第?\W?0*{re.escape(rest[0])}号?(?!\d)" if rest[0] else ""
        patterns.append(re.escape(code) + middle + sequence)
    if len(plan.number_parts) > 1:
        year, number = plan.number_parts[:2]
        patterns.append(rf"{re.escape(year.rstrip('年'))}年?\W{{0,2}}第?{re.escape(number)}")
    return tuple(patterns)


def _across_signs(stretches: Sequence[str]) -> str:
    """Return a pattern for a phrase of several stretches: the index does not know what signs stand between them."""
    return rf"\W{{0,{_SIGNS}}}".join(map(bounded, stretches))


def bounded(term: str) -> str:
    """A Latin word or a number is marked only where it stands alone, not inside a longer one."""
    quoted = re.escape(term)
    return rf"(?<![a-z0-9]){quoted}(?![a-z0-9])" if term.isascii() else quoted
