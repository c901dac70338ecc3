"""Other words for the same thing: abbreviations, colloquial words, names of bodies before a reform.

A rule is a line: `甲 = 乙 = 丙` says that these mean the same; `甲 -> 乙 = 丙` that who asks for 甲 also means 乙 and 丙, not
the reverse; `#` starts a comment. Rules are applied to queries, so a change needs no new index. The shipped rules are a
data file; the site's own ones (`search.synonym_table`) come on top of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from django.conf import settings

from search.analysis import normalise, query_words

DEFAULT_FILE = Path(__file__).with_name("data") / "synonyms.txt"
#: Wordings of one query, the typed one included; each costs about as much as the query itself.
MAX_VARIANTS = 6
#: A term this short is only recognised as a word of its own: 高校 is not in 提高校车安全.
_SHORT = 2
#: `农业部门` is not the 农业部.
_NOT_FOLLOWED = {"部": "门", "局": "部", "委": "员"}

Table = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class Rule:
    """One line: its terms, as written and without surrounding space; `one_way` says that only the first leads on."""

    terms: tuple[str, ...]
    one_way: bool = False

    @property
    def key(self) -> str:
        """What identifies a rule when its other terms are changed: its first term and its direction."""
        return f"{normalise(self.terms[0])}{'->' if self.one_way else '='}" if self.terms else ""

    @property
    def line(self) -> str:
        if not self.one_way:
            return " = ".join(self.terms)
        return f"{self.terms[0]} -> {' = '.join(self.terms[1:])}"

    def pairs(self) -> Iterator[tuple[str, str]]:
        """Yield (term, other term) for every direction of the rule, in the form queries are compared in."""
        terms = [term for term in (normalise(term).strip() for term in self.terms) if len(term) > 1]
        for term in terms[:1] if self.one_way else terms:
            yield from ((term, other) for other in terms if other != term)


def parse_rule(line: str) -> Rule | None:
    """Return the rule of `line`; none for a blank line, a comment, or text without a separator."""
    body = line.split("#", 1)[0]
    one_way = "->" in body
    terms = tuple(filter(None, (term.strip() for term in body.replace("->", "=").split("="))))
    return Rule(terms, one_way) if terms and ("=" in body or one_way) else None


def parse_rules(text: str) -> tuple[Rule, ...]:
    """Return the rules of `text`, one a line; lines that are none are left out."""
    return tuple(rule for rule in map(parse_rule, text.splitlines()) if rule)


def make_table(rules: Iterable[Rule]) -> Table:
    """Return term -> other terms, in the order of the rules. Terms of one character are left out."""
    table: dict[str, dict[str, None]] = {}
    for rule in rules:
        for term, other in rule.pairs():
            table.setdefault(term, {})[other] = None
    return {term: tuple(others) for term, others in table.items()}


def parse(text: str) -> Table:
    """Return the table of a text of rules."""
    return make_table(parse_rules(text))


_override: ContextVar[Table | None] = ContextVar("synonyms", default=None)


@contextmanager
def using(table: Table) -> Iterator[None]:
    """Expand with `table` inside this block, in this thread: to see what a change would do."""
    token = _override.set(table)
    try:
        yield
    finally:
        _override.reset(token)


def current_table() -> Table:
    """Return the table in use: that of the block, of the file named in the settings, or the site's own.

    A file is read anew when it changes; the site's own rules are at most `synonym_table.CHECK_EVERY` seconds old.
    """
    if (override := _override.get()) is not None:
        return override
    if path := getattr(settings, "SEARCH_SYNONYMS_FILE", None):
        return _read(Path(path), Path(path).stat().st_mtime_ns)
    from search import synonym_table

    return synonym_table.current()


@lru_cache(maxsize=4)
def _read(path: Path, _changed: int) -> Table:
    return parse(path.read_text(encoding="utf-8"))


def shipped_rules() -> tuple[Rule, ...]:
    """Return the rules that come with the software."""
    return _shipped(DEFAULT_FILE.stat().st_mtime_ns)


@lru_cache(maxsize=1)
def _shipped(_changed: int) -> tuple[Rule, ...]:
    return parse_rules(DEFAULT_FILE.read_text(encoding="utf-8"))


def expand(text: str) -> tuple[str, ...]:
    """Return the wordings of `text`, itself first, at most `MAX_VARIANTS`. Longer terms are recognised first.

    After the typed one comes the wording with every term replaced by its first other; then those that differ from it
    in one term: they lie closer to what may be meant than any with a term left as it was.
    """
    normalised = normalise(text)
    table = current_table()
    # "住房公积金" already says what "公积金" would be written out to.
    choices = {
        term: others
        for term in _found(normalised, table)
        if (others := tuple(other for other in table[term] if other not in normalised))
    }
    if not choices:
        return (normalised,)
    first = {term: others[0] for term, others in choices.items()}
    wordings = [normalised, _replaced(normalised, first)]
    longest = max(map(len, choices.values()))
    for i in range(1, longest):
        wordings += [
            _replaced(normalised, {**first, term: others[i]})
            for term, others in choices.items()
            if i < len(others)
        ]
    wordings += (
        [_replaced(normalised, {term: other}) for term, other in first.items()] if len(first) > 1 else []
    )
    return tuple(dict.fromkeys(wordings))[:MAX_VARIANTS]


def _replaced(text: str, changes: Mapping[str, str]) -> str:
    """Return `text` with each term replaced, longer ones first and none inside what was put in."""
    pieces = [text]
    for term in sorted(changes, key=len, reverse=True):
        # Every second piece is something put in: it is kept as it is.
        pieces = [
            new
            for i, piece in enumerate(pieces)
            for new in ([piece] if i % 2 else _split(piece, term, changes[term]))
        ]
    return "".join(pieces)


def _split(piece: str, term: str, other: str) -> list[str]:
    parts, done = [], 0
    for place in _places(term, piece):
        parts += [piece[done:place], other]
        done = place + len(term)
    return [*parts, piece[done:]]


def _places(term: str, text: str) -> list[int]:
    """Return where `term` stands for itself in `text`: a Latin one not inside a word, 农业部 not in 农业部门."""
    found: list[int] = []
    place = text.find(term)
    while place >= 0:
        end = place + len(term)
        if not (
            text[end:].startswith(_NOT_FOLLOWED.get(term[-1], "\0"))
            or (term.isascii() and _is_joined(text, place, end))
        ):
            found.append(place)
        place = text.find(term, end)
    return found


def _is_joined(text: str, start: int, end: int) -> bool:
    around = text[max(start - 1, 0) : start] + text[end : end + 1]
    return any(char.isascii() and char.isalnum() for char in around)


def _found(text: str, table: Table) -> list[str]:
    """Return the terms in `text`, longest first, none inside another."""
    found: list[str] = []
    rest = text
    words: set[str] | None = None
    for term in sorted(_candidates(text, table), key=lambda term: (-len(term), term)):
        if not _places(term, rest):
            continue
        if len(term) <= _SHORT:
            words = words if words is not None else set(query_words(text))
            if not _is_word(term, text, words):
                continue
        found.append(term)
        rest = "".join(_split(rest, term, " "))
    return found


def _candidates(text: str, table: Table) -> set[str]:
    """Return the terms that stand in `text`. Looks up the pieces of a short text instead of trying every term."""
    lengths = _lengths(table)
    return {piece for n in lengths for i in range(len(text) - n + 1) if (piece := text[i : i + n]) in table}


def _is_word(term: str, text: str, words: set[str]) -> bool:
    """Return whether segmentation sees `term` as a word, or it is all that stands between spaces and signs."""
    return term in words or term in text.split()


_known_lengths: tuple[Table | None, tuple[int, ...]] = (None, ())


def _lengths(table: Table) -> tuple[int, ...]:
    """Return the lengths terms of `table` have; computed once for each table."""
    global _known_lengths
    if _known_lengths[0] is not table:
        _known_lengths = (table, tuple(sorted({len(term) for term in table})))
    return _known_lengths[1]
