"""Other words for the same thing, kept in a text file an editor can change without a release.

A line `甲 = 乙 = 丙` says that these mean the same; `甲 -> 乙` says that who asks for 甲 also means 乙, not the reverse;
`#` starts a comment. They are applied to queries, so a change needs no new index.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from django.conf import settings

from search.analysis import normalise

DEFAULT_FILE = Path(__file__).with_name("data") / "synonyms.txt"
#: Wordings of one query, the typed one included; each costs about as much as the query itself.
MAX_VARIANTS = 6


def parse(text: str) -> dict[str, tuple[str, ...]]:
    """Return term -> other terms. Lines without a separator and terms of one character are left out."""
    table: dict[str, dict[str, None]] = {}
    for line in text.splitlines():
        body = line.split("#", 1)[0]
        one_way = "->" in body
        terms = [normalise(term).strip() for term in body.replace("->", "=").split("=")]
        terms = [term for term in terms if len(term) > 1]
        for term in terms[:1] if one_way else terms:
            table.setdefault(term, {}).update(dict.fromkeys(other for other in terms if other != term))
    return {term: tuple(others) for term, others in table.items() if others}


def expand(text: str) -> tuple[str, ...]:
    """Return the wordings of `text`, itself first, at most `MAX_VARIANTS`. Longer terms are recognised first."""
    normalised = normalise(text)
    table = _table()
    variants = [normalised]
    for term in _found(normalised, table):
        for other in table[term]:
            # "住房公积金" already says what "公积金" would be written out to.
            if other in normalised:
                continue
            variants.extend(variant.replace(term, other) for variant in list(variants) if term in variant)
    return tuple(dict.fromkeys(variants))[:MAX_VARIANTS]


def _found(text: str, table: dict[str, tuple[str, ...]]) -> list[str]:
    """Return the terms in `text`, longest first, none inside another."""
    found: list[str] = []
    rest = text
    for term in sorted((term for term in table if term in text), key=len, reverse=True):
        if term in rest:
            found.append(term)
            rest = rest.replace(term, " ")
    return found


def _table() -> dict[str, tuple[str, ...]]:
    path = Path(getattr(settings, "SEARCH_SYNONYMS_FILE", DEFAULT_FILE))
    return _read(path, path.stat().st_mtime_ns)


@lru_cache(maxsize=2)
def _read(path: Path, _changed: int) -> dict[str, tuple[str, ...]]:
    return parse(path.read_text(encoding="utf-8"))
