"""Where the query is found in a document: marked title, best clause and snippet, once for every engine.

Works on stored text, only for the hits shown. Returns segments, never markup: templates escape them as they escape
everything else.
"""

from __future__ import annotations

import math
import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import accumulate

from portal.text import normalise, query_words
from search.archive.clauses import Clause, clause_path, parse_clauses
from search.heard import heard_spans
from search.plan import SearchPlan
from search.terms import MIN_STRETCH, Terms, bounded, terms_of

__all__ = [
    "BestClause",
    "Segment",
    "Terms",
    "as_heard",
    "best_clause",
    "holds_all",
    "mark",
    "snippet",
    "terms_of",
]

#: Characters of a snippet, and how many of them come before the first mark.
SNIPPET_LENGTH, LEAD = 130, 24
#: Between clauses that are folded together; survives normalising and is part of no token.
_SEPARATOR = "¶"
#: A clause shorter than this is taken for a heading.
_HEADING = 24
#: Characters of a document that are searched for the best clause; longer ones are cut, not refused.
MAX_TEXT = 400_000


@dataclass(frozen=True)
class Segment:
    """A piece of text, and whether it is what was asked for."""

    text: str
    marked: bool = False


@dataclass(frozen=True)
class BestClause:
    """The clause that answers best: its anchor on the document's page, its name, its text around the match."""

    id: str
    label: str
    snippet: tuple[Segment, ...]


def as_heard(title: str, terms: Terms) -> Terms:
    """Return `terms` with the words of `title` that were typed as pinyin: to be marked there and in the text below it."""
    if not (terms.sounds or terms.initials):
        return terms
    folded = _fold(title)[0]
    stretches = [folded[a:b] for a, b in heard_spans(folded, terms.sounds, terms.initials)]
    # Words that stand side by side in the title may stand apart in the text.
    parts = [word for stretch in stretches for word in query_words(stretch) if len(word) > 1]
    return replace(terms, words=tuple(dict.fromkeys((*terms.words, *stretches, *parts))))


def mark(text: str, terms: Terms) -> tuple[Segment, ...]:
    """Return `text` as segments; joined they are exactly `text`."""
    return tuple(_segments(text, _spans(text, terms), 0, len(text)))


def _segments(text: str, spans: Iterable[tuple[int, int]], first: int, last: int) -> list[Segment]:
    """Return `text[first:last]` as segments, marked where `spans` of `text` are."""
    segments: list[Segment] = []
    position = first
    for start, end in ((max(a, first), min(b, last)) for a, b in spans if a < last and b > first):
        if start > position:
            segments.append(Segment(text[position:start]))
        segments.append(Segment(text[start:end], marked=True))
        position = end
    if position < last:
        segments.append(Segment(text[position:last]))
    return segments


class _Folded(dict[int, str]):
    """What `str.translate` asks: the normal form of a character, NUL where that is not one character."""

    def __missing__(self, code: int) -> str:
        folded = normalise(chr(code))
        new = self[code] = folded if len(folded) == 1 else "\0"
        return new


_FOLDED = _Folded()


def _fold(text: str) -> tuple[str, Sequence[int]]:
    """Return the comparable form of `text`, and for each of its characters the place in `text` it comes from."""
    folded = text.translate(_FOLDED)
    if "\0" not in folded:
        return folded, range(len(folded))
    parts = [normalise(char) for char in text]
    return "".join(parts), [place for place, part in enumerate(parts) for _char in part]


def _spans(text: str, terms: Terms) -> list[tuple[int, int]]:
    """Return the marked spans of `text`, in order and apart from each other."""
    folded, places = _fold(text)
    found = (
        [match.span() for match in _pattern(terms).finditer(folded)]
        if terms.words or terms.phrases or terms.patterns
        else []
    )
    found.extend(_stretches(folded, terms.pairs))
    merged: list[tuple[int, int]] = []
    for start, end in ((places[a], places[b - 1] + 1) for a, b in sorted(found)):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


@lru_cache(maxsize=256)
def _pattern(terms: Terms) -> re.Pattern[str]:
    alternatives = sorted({*terms.words, *terms.phrases}, key=len, reverse=True)
    return re.compile("|".join((*terms.patterns, *(bounded(term) for term in alternatives))))


def _stretches(folded: str, pairs: frozenset[str]) -> Iterable[tuple[int, int]]:
    start, end = -1, -1
    for i in range(len(folded) - 1) if pairs else ():
        if folded[i : i + 2] not in pairs:
            continue
        if i > end - 1:
            if end - start >= MIN_STRETCH:
                yield start, end
            start = i
        end = i + 2
    if end - start >= MIN_STRETCH:
        yield start, end


def holds_all(text: str, phrases: Iterable[tuple[str, ...]]) -> bool:
    """Return whether every one of `phrases` (tokens, as a plan has them) stands in `text`."""
    folded = _fold(text)[0]
    return all(_pattern(terms_of(SearchPlan(phrases=(phrase,)))).search(folded) for phrase in phrases)


def best_clause(text: str, terms: Terms) -> BestClause | None:
    """Return the clause of `text` in which most of the query is found; none when the query is not in the text."""
    clauses = parse_clauses(text[:MAX_TEXT])
    if not clauses:
        return None
    folded = _fold_all([clause.text for clause in clauses])
    found = [_found(part, terms) for part in folded]
    # What stands in nearly every clause says little about which of them answers.
    frequency = Counter(term for terms_found in found for term in terms_found)
    weight = {term: math.sqrt(len(term)) * math.log(1 + len(clauses) / n) for term, n in frequency.items()}
    best: Clause | None = None
    best_score = 0.0
    for clause, part, terms_found in zip(clauses, folded, found, strict=True):
        score = _score(part, terms_found, weight, terms)
        if score > best_score:
            best, best_score = clause, score
    if best is None:
        return None
    return BestClause(best.id, _label(clauses, best), snippet(best.text, terms))


def _fold_all(texts: Sequence[str]) -> list[str]:
    """Return the normal form of every text; one pass over all of them costs a tenth of one pass for each."""
    return normalise(_SEPARATOR.join(text.replace(_SEPARATOR, " ") for text in texts)).split(_SEPARATOR)


def _found(folded: str, terms: Terms) -> list[str]:
    """Return the words and phrases in `folded`, without those that are only part of a longer one found there."""
    present = [term for term in (*terms.words, *terms.phrases) if term in folded]
    present += [pattern for pattern in terms.patterns if re.search(pattern, folded)]
    return [term for term in present if not any(term != other and term in other for other in present)]


def _score(folded: str, found: Sequence[str], weight: Mapping[str, float], terms: Terms) -> float:
    """Weigh by how much of the query is there; a whole phrase outweighs everything, long clauses lose slightly."""
    if not found:
        return 0.0
    phrases = sum(20 * len(phrase) for phrase in (*terms.phrases, *terms.patterns) if phrase in found)
    words = sum(weight[term] for term in found)
    pairs = sum(pair in folded for pair in terms.typed)
    # A heading repeats the title; the sentence that answers is longer.
    heading = 0.7 if len(folded) < _HEADING else 1.0
    return heading * (phrases + 2 * words + pairs / 2) - min(len(folded), 2_000) / 2_001


def _label(clauses: tuple[Clause, ...], clause: Clause) -> str:
    """Return the clause's own name, or that of the nearest clause around it that has one."""
    labels = [part.label for part in clause_path(clauses, clause.id) if part.label]
    return labels[-1].strip("、.．:：") if labels else ""


def snippet(text: str, terms: Terms) -> tuple[Segment, ...]:
    """Return about `SNIPPET_LENGTH` characters of `text` around its densest matches, with ellipses where it is cut."""
    flat = " ".join(text.split())
    spans = _spans(flat, terms)
    start = _window(spans, len(flat))
    end = min(len(flat), start + SNIPPET_LENGTH)
    # Marked before it is cut: a number is not another one because its first digits were left out.
    segments = _segments(flat, spans, start, end)
    if start:
        segments.insert(0, Segment("…"))
    if end < len(flat):
        segments.append(Segment("…"))
    return tuple(segments)


def _window(spans: list[tuple[int, int]], length: int) -> int:
    """Return where the window starts that shows most marked characters; time grows with the spans, not their square."""
    starts = [start for start, _end in spans]
    before = [0, *accumulate(end - start for start, end in spans)]
    best, best_start = -1, 0
    for start in starts:
        left = max(0, min(start - LEAD, length - SNIPPET_LENGTH))
        right = left + SNIPPET_LENGTH
        first, after = bisect_left(starts, left), bisect_left(starts, right)
        shown = before[after] - before[first] - max(0, spans[after - 1][1] - right)
        if shown > best:
            best, best_start = shown, left
    return best_start
