"""What people ask, drawn from the archive under test so that every query has an answer: one class per way of asking."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import rjieba

from search.query import SearchQuery, Sort

_SENTENCE = re.compile("[一-鿿，、]{14,40}")
_WORD = re.compile("[一-鿿]{2,}")
#: Page of the class "deep page": the last one that can be asked for.
DEEP_PAGE = 1_000


@dataclass(frozen=True)
class Asked:
    """One query of class `kind`."""

    kind: str
    query: SearchQuery


Document = dict[str, Any]
Maker = Callable[[Document, random.Random], SearchQuery | None]


def draw(documents: Sequence[Document], per_class: int, seed: int = 7) -> list[Asked]:
    """Return up to `per_class` different queries of each class, all classes mixed in an order that depends on the seed."""
    asked: list[Asked] = []
    for number, (kind, make) in enumerate(KINDS.items()):
        rng = random.Random(f"{seed}:{number}")
        found = dict.fromkeys(_first(make, documents, rng, per_class))
        asked.extend(Asked(kind, query) for query in found)
    random.Random(seed).shuffle(asked)
    return asked


def _first(
    make: Maker, documents: Sequence[Document], rng: random.Random, wanted: int
) -> Iterator[SearchQuery]:
    order = list(documents)
    rng.shuffle(order)
    for document in order:
        if wanted and (query := make(document, rng)):
            wanted -= 1
            yield query


def _words(document: Document) -> list[str]:
    return list(dict.fromkeys(word for word in rjieba.cut(document["title"]) if _WORD.fullmatch(word)))


def _number(document: Document, rng: random.Random) -> SearchQuery | None:
    number = document["document_number"]
    return (
        SearchQuery(q=number.translate(str.maketrans("〔〕", rng.choice(("〔〕", "[]", "（）")))))
        if number
        else None
    )


def _title(document: Document, rng: random.Random) -> SearchQuery:
    return SearchQuery(q=document["title"])


def _part(document: Document, rng: random.Random) -> SearchQuery:
    title = document["title"]
    length = max(4, round(len(title) * 0.6))
    start = rng.randint(0, max(0, len(title) - length))
    return SearchQuery(q=title[start : start + length])


def _mistyped(document: Document, rng: random.Random) -> SearchQuery | None:
    """A title with one character typed wrong: nothing has all of it, so it is asked twice."""
    title = document["title"]
    if len(title) < 8:
        return None
    place = rng.randrange(1, len(title) - 1)
    return SearchQuery(q=f"{title[:place]}{rng.choice('甲乙丙丁戊己庚辛')}{title[place + 1 :]}")


def _word(document: Document, rng: random.Random) -> SearchQuery | None:
    words = _words(document)
    return SearchQuery(q=rng.choice(words)) if words else None


def _two_words(document: Document, rng: random.Random) -> SearchQuery | None:
    words = _words(document)
    return SearchQuery(q=" ".join(rng.sample(words, 2))) if len(words) > 1 else None


def _sentence(document: Document, rng: random.Random) -> str:
    sentences = _SENTENCE.findall(document["text"])
    return rng.choice(sentences).strip("，、") if sentences else ""


def _clause(document: Document, rng: random.Random) -> SearchQuery | None:
    sentence = _sentence(document, rng)
    return SearchQuery(q=sentence) if sentence else None


def _quoted(document: Document, rng: random.Random) -> SearchQuery | None:
    sentence = _sentence(document, rng)
    return SearchQuery(q=f"“{sentence}”") if sentence else None


def _filtered(document: Document, rng: random.Random) -> SearchQuery | None:
    words, level = _words(document), document["level"]
    if not words or not level:
        return None
    return SearchQuery(q=rng.choice(words), level=(level,), validity=("in_force", "amended"))


def _browsed(document: Document, rng: random.Random) -> SearchQuery | None:
    return SearchQuery(region=(document["region"],), year=(document["year"],)) if document["region"] else None


def _dated(document: Document, rng: random.Random) -> SearchQuery | None:
    words = _words(document)
    return SearchQuery(q=rng.choice(words), sort=rng.choice((Sort.NEWEST, Sort.OLDEST))) if words else None


def _deep(document: Document, rng: random.Random) -> SearchQuery | None:
    words = _words(document)
    return SearchQuery(q=rng.choice(words), page=DEEP_PAGE) if words else None


KINDS: dict[str, Maker] = {
    "number": _number,
    "title": _title,
    "part of a title": _part,
    "title mistyped": _mistyped,
    "word": _word,
    "two words": _two_words,
    "clause": _clause,
    "clause quoted": _quoted,
    "word, filters": _filtered,
    "filters only": _browsed,
    "word, by date": _dated,
    "deep page": _deep,
}
