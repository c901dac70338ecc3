"""What the document page shows, gathered in a fixed number of queries."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from search.archive.clauses import Clause, outline, parse_clauses
from search.archive.enums import RelationKind
from search.archive.models import NormativeDocument
from search.archive.validity import ValidityReading
from search.upkeep.validity_view import ValidityView, validity_view

if TYPE_CHECKING:
    from search.archive.models import DocumentRelation

#: A contents list helps from this many headings on.
CONTENTS_FROM = 4
_HEAVY = ("text", "history", "confidence", "source")


@dataclass(frozen=True, slots=True)
class RelationGroup:
    """Relations of one kind in one direction."""

    kind: RelationKind
    outgoing: bool
    relations: list[DocumentRelation]

    @property
    def label(self) -> str:
        return str(self.kind.label)


@dataclass(frozen=True, slots=True)
class DocumentView:
    """One document with everything its page needs."""

    document: NormativeDocument
    standing: ValidityView
    clauses: tuple[Clause, ...]
    contents: list[Clause]
    relations_out: list[RelationGroup]
    relations_in: list[RelationGroup]
    same_number: list[NormativeDocument]

    @property
    def validity(self) -> ValidityReading:
        return self.standing.reading

    @property
    def authorities(self) -> list[str]:
        """Issuer first, then those who issued it jointly."""
        others = [o for o in self.document.co_issuers or [] if o != self.document.issuing_authority]
        return [name for name in (self.document.issuing_authority, *others) if name]


def _grouped(relations: list[DocumentRelation], *, outgoing: bool) -> list[RelationGroup]:
    groups = []
    for kind in RelationKind:
        of_kind = [r for r in relations if r.kind == kind]
        if of_kind:
            groups.append(RelationGroup(kind, outgoing, of_kind))
    return groups


def document_view(document: NormativeDocument, *, on: dt.date | None = None) -> DocumentView:
    """Everything about `document` as of the day `on` (default today). Three queries."""
    clauses = parse_clauses(document.text)
    contents = list(outline(clauses))
    defer_target = [f"target__{name}" for name in _HEAVY]
    outgoing = document.relations_out.select_related("target").defer(*defer_target).order_by("pk")
    incoming = (
        document.relations_in.filter(source__withdrawn=False)
        .select_related("source")
        .defer(*[f"source__{name}" for name in _HEAVY])
        .order_by("-source__published_on", "pk")[:100]
    )
    twins = NormativeDocument.objects.none()
    if document.number_key:
        twins = (
            NormativeDocument.objects.visible()
            .same_number(document.number_key)
            .exclude(pk=document.pk)
            .light()
        )
    return DocumentView(
        document=document,
        standing=validity_view(document, on),
        clauses=clauses,
        contents=contents if len(contents) >= CONTENTS_FROM else [],
        relations_out=_grouped(list(outgoing), outgoing=True),
        relations_in=_grouped(list(incoming), outgoing=False),
        same_number=list(twins[:10]),
    )
