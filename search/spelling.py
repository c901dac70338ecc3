"""Other spellings of a query from the archive's own vocabulary: pinyin left in Latin letters, homophones, characters that
are one too many, missing, wrong or swapped. Candidates only: whether they find anything is for the engine to say."""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import StrEnum
from itertools import islice, product

from search import vocabulary
from search.analysis import normalise, query_words
from search.language import Expression, compose_expression, parse_expression
from search.vocabulary import Vocabulary

#: Respellings of one query, alternatives for one stretch of it, characters of it that are looked at.
MAX_RESPELLINGS, MAX_ALTERNATIVES, MAX_TEXT = 5, 3, 60
#: Characters of a stretch that is compared with the vocabulary; the longest is tried first.
_LONGEST, _SHORTEST = 8, 2
_LATIN = re.compile(r"[a-z]+(?:[' ]+[a-z]+)*")
_HAN = re.compile(r"[\u3400-\u9fff]+")


class Kind(StrEnum):
    """What was wrong, the likeliest first."""

    PINYIN = "pinyin"
    SOUND = "sound"
    WRITING = "writing"


def respellings(q: str) -> tuple[tuple[str, Kind], ...]:
    """Return other spellings of `q` with what was wrong, the likeliest first. Of its signs they keep what is excluded."""
    text, excluded = plain_text(q)
    words = vocabulary.current()
    found: dict[str, Kind] = {}
    for kind in Kind:
        for other in _respelt(text, kind, words):
            found.setdefault(compose_expression(Expression(text=other, excluded=excluded)), kind)
    return tuple(islice(found.items(), MAX_RESPELLINGS))


def plain_text(q: str) -> tuple[str, tuple[str, ...]]:
    """Return what `q` looks for as normal text without signs, at most `MAX_TEXT` characters, and what it excludes."""
    parsed = parse_expression(q)
    parts = (parsed.text, *parsed.phrases, *parsed.required, *parsed.titles)
    return " ".join(normalise(" ".join(parts))[:MAX_TEXT].split()), parsed.excluded


def known_parts(text: str) -> tuple[str, ...]:
    """Return the words of `text`, those in the archive's titles first and the rarer of them, which say more, before."""
    words = vocabulary.current()
    cut = dict.fromkeys(query_words(normalise(text[:MAX_TEXT])))
    parts = [word for word in cut if len(word) > 1 and not word.isdigit()]
    return tuple(sorted(parts, key=lambda word: (word not in words.terms, words.terms.get(word, 0), word)))


def _respelt(text: str, kind: Kind, words: Vocabulary) -> Iterator[str]:
    pattern = _LATIN if kind is Kind.PINYIN else _HAN
    pieces: list[list[str]] = []
    place = 0
    for match in pattern.finditer(text):
        pieces.append([text[place : match.start()]])
        whole = match.group()
        pieces.append(_latin(whole, words) if kind is Kind.PINYIN else _chinese(whole, kind, words))
        place = match.end()
    pieces.append([text[place:]])
    for combination in islice(product(*pieces), MAX_RESPELLINGS):
        if (other := "".join(combination)) != text:
            yield other


def _latin(typed: str, words: Vocabulary) -> list[str]:
    """Return Chinese for letters that are pinyin of the archive's terms, in one piece or cut into several."""
    joined = re.sub("[' ]", "", typed)
    whole = list(words.spelt(joined)[:MAX_ALTERNATIVES])
    pieced = _pieced(joined, words)
    return list(dict.fromkeys([*whole, *filter(None, [pieced])])) or [typed]


def _pieced(letters: str, words: Vocabulary) -> str:
    """Return `letters` cut into as few terms as possible, the commonest for each; empty when they cannot be cut."""
    best: list[tuple[int, int, str] | None] = [None] * (len(letters) + 1)
    best[0] = (0, 0, "")
    for end in range(2, len(letters) + 1):
        for start in range(max(0, end - 40), end - 1):
            before, terms = best[start], words.sounds.get(letters[start:end])
            if before is None or not terms:
                continue
            candidate = (before[0] + 1, before[1] - words.terms[terms[0]], before[2] + terms[0])
            if best[end] is None or candidate < best[end]:  # type: ignore[operator]
                best[end] = candidate
    last = best[len(letters)]
    return last[2] if last else ""


def _chinese(run: str, kind: Kind, words: Vocabulary) -> list[str]:
    """Return the run with a stretch that is in no term replaced by terms like it, the longest there is; itself last."""
    out: dict[str, None] = {}
    known = _known_places(run, words)
    for length in range(min(_LONGEST, len(run)), _SHORTEST - 1, -1):
        for start in range(len(run) - length + 1):
            stretch = run[start : start + length]
            if any(a <= start and start + length <= b for a, b in known):
                continue
            others = words.sounding_like(stretch) if kind is Kind.SOUND else words.close_to(stretch)
            for other in others[:MAX_ALTERNATIVES]:
                out[run[:start] + other + run[start + length :]] = None
        if out:
            break
    return [*islice(out, MAX_ALTERNATIVES), run] if out else [run]


def _known_places(run: str, words: Vocabulary) -> list[tuple[int, int]]:
    """Return where terms stand in the run: what is part of one is spelt as the archive spells it."""
    spans = ((a, b) for a in range(len(run)) for b in range(a + _SHORTEST, min(a + _LONGEST, len(run)) + 1))
    return [(a, b) for a, b in spans if run[a:b] in words.terms]
