"""The clauses of a text with its citations as links, made anew for each page: no markup is stored."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from search.archive.clauses import Clause


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a clause's text; `url` leads to the document it names."""

    text: str
    url: str = ""
    title: str = ""


@dataclass(frozen=True, slots=True)
class LinkedClause:
    """A clause with its citations as links. The pieces joined are exactly its text."""

    clause: Clause
    pieces: tuple[Piece, ...]

    @property
    def has_links(self) -> bool:
        return len(self.pieces) > 1 or bool(self.pieces and self.pieces[0].url)


def link_citations(clauses: Sequence[Clause], rows: Iterable[Mapping[str, Any]]) -> tuple[LinkedClause, ...]:
    """The clauses with links where `rows` (outgoing) say that a document of the archive is named."""
    named: dict[str, dict[str, Piece]] = {}
    for row in rows:
        if row["target_id"] is None or row["target__withdrawn"] or not row["target_text"]:
            continue
        url = reverse("archive:document", args=[row["target_id"]])
        here = named.setdefault(row["clause_id"], {})
        address = f"{url}#{row['target_clause_id']}" if row["target_clause_id"] else url
        before = here.get(row["target_text"])
        # Of several clauses cited at one place the link leads to the first.
        if before is None or ("#" not in before.url and "#" in address and before.url == url):
            here[row["target_text"]] = Piece(row["target_text"], address, row["target__title"])
    return tuple(LinkedClause(c, _pieces(c.text, named.get(c.id, {}))) for c in clauses)


def _pieces(text: str, named: Mapping[str, Piece]) -> tuple[Piece, ...]:
    if not named:
        return (Piece(text),)
    pattern = re.compile("|".join(re.escape(t) for t in sorted(named, key=lambda t: (-len(t), t))))
    pieces: list[Piece] = []
    at = 0
    for match in pattern.finditer(text):
        pieces += [Piece(text[at : match.start()])] if match.start() > at else []
        pieces.append(named[match[0]])
        at = match.end()
    return (*pieces, Piece(text[at:])) if at < len(text) else tuple(pieces)
