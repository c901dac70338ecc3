"""What the document page shows, gathered in a fixed number of queries."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from search.archive.clauses import Clause, outline, parse_clauses
from search.archive.linked_clauses import LinkedClause, link_citations
from search.archive.models import NormativeDocument
from search.archive.neighbourhood import Neighbourhood, draw
from search.archive.relation_lists import (
    RelationGroup,
    entries,
    groups,
    incoming_counts,
    incoming_rows,
    outgoing_rows,
)
from search.archive.validity import ValidityReading
from search.archive.versions import Event, relatives, split_relatives, timeline
from search.upkeep.validity_view import ValidityView, validity_view

#: A contents list helps from this many headings on.
CONTENTS_FROM = 4


@dataclass(frozen=True, slots=True)
class DocumentView:
    """One document with everything its page needs."""

    document: NormativeDocument
    standing: ValidityView
    clauses: tuple[LinkedClause, ...]
    contents: list[Clause]
    relations_out: list[RelationGroup]
    relations_in: list[RelationGroup]
    picture: Neighbourhood | None
    timeline: list[Event]
    same_number: list[NormativeDocument]

    @property
    def validity(self) -> ValidityReading:
        return self.standing.reading

    @property
    def authorities(self) -> list[str]:
        """Issuer first, then those who issued it jointly."""
        others = [o for o in self.document.co_issuers or [] if o != self.document.issuing_authority]
        return [name for name in (self.document.issuing_authority, *others) if name]


def document_view(document: NormativeDocument, *, on: dt.date | None = None) -> DocumentView:
    """Everything about `document` as of the day `on` (default today). Four queries and those of its validity."""
    clauses = parse_clauses(document.text)
    contents = list(outline(clauses))
    out_rows, in_rows = outgoing_rows(document), incoming_rows(document)
    outgoing, incoming = entries(out_rows, outgoing=True), entries(in_rows, outgoing=False)
    totals = incoming_counts(document) if in_rows else {}
    versions, twins = split_relatives(document, relatives(document))
    return DocumentView(
        document=document,
        standing=validity_view(document, on),
        clauses=link_citations(clauses, out_rows),
        contents=contents if len(contents) >= CONTENTS_FROM else [],
        relations_out=groups(outgoing, None, outgoing=True),
        relations_in=groups(incoming, totals, outgoing=False),
        picture=draw(document.title, incoming, outgoing),
        timeline=timeline(document, versions, in_rows),
        same_number=twins,
    )
