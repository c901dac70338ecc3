"""Relations between documents: read off their texts, resolved, kept up to date. What people decided is never touched.

A run over everything streams through the archive; after an import or a publication only the new documents are read, and
the citations elsewhere that have the key of one of them are resolved again.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils import timezone

from search.archive.candidates import COLUMNS, Candidates, Known, as_known
from search.archive.citations import Citation, find_citations
from search.archive.clause_references import read_references
from search.archive.enums import DocumentType, RelationKind, RelationOrigin
from search.archive.law_names import short_names
from search.archive.models import DocumentRelation, NormativeDocument
from search.archive.resolution import ClauseIndex, Resolver, outranked
from search.archive.statistics import is_due, refresh_statistics
from search.archive.titles import title_key
from search.upkeep.found import acts_from_relations

#: Documents read in one transaction, and relations looked at again in one.
_BATCH, _AGAIN = 200, 1_000
#: Unread documents taken up at once.
_UNREAD = 5_000
#: What a text of a town cannot do to one of its province.
_ACTING = (RelationKind.REPEALS, RelationKind.AMENDS, RelationKind.EXTENDS)
_LAWS = (DocumentType.CONSTITUTION, DocumentType.LAW)
Place = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Resolution:
    """What a run did: relations written, taken back, resolved, and documents whose validity acts changed."""

    written: int = 0
    resolved: int = 0
    acts: int = 0
    removed: int = 0

    def __add__(self, other: Resolution) -> Resolution:
        return Resolution(
            self.written + other.written, self.resolved + other.resolved, self.acts + other.acts, self.removed + other.removed
        )  # fmt: skip


@dataclass(slots=True)
class _Run:
    """What the batches of one run share."""

    laws: frozenset[str]
    clauses: ClauseIndex = field(default_factory=ClauseIndex)


def law_names() -> frozenset[str]:
    """The names by which the archive's laws are called in running text."""
    titles = NormativeDocument.objects.visible().filter(doc_type__in=_LAWS).values_list("title", flat=True)
    return short_names(set(titles.iterator(chunk_size=2_000)))


def resolve_relations(*, document_ids: Iterable[int] | None = None) -> Resolution:
    """Read the relations of these documents (default all) off their texts; resolve what waited for one of them.

    Running it again changes nothing; a relation that its text no longer states is removed.
    """
    run, total = _Run(law_names()), Resolution()
    if document_ids is None:
        for number, batch in enumerate(_all_batches(), start=1):
            total += _read_batch(batch, run)
            if is_due(number):
                refresh_statistics()
        return total
    ids = sorted(set(document_ids))
    for number, start in enumerate(range(0, len(ids), _BATCH), start=1):
        total += _read_batch(ids[start : start + _BATCH], run)
        if len(ids) > _BATCH and is_due(number):
            refresh_statistics()
    return total + resolve_waiting(document_ids=ids, clauses=run.clauses)


def read_unread() -> Resolution:
    """Read what was never read or has changed since: what a killed import or a lost task left behind."""
    total = Resolution()
    unread = NormativeDocument.objects.filter(relations_read_at=None).order_by("pk")
    # Each round marks what it read, so the next one finds others.
    while ids := list(unread.values_list("pk", flat=True)[:_UNREAD]):
        total += resolve_relations(document_ids=ids)
    return total


def _all_batches() -> Iterator[list[int]]:
    last = 0
    pks = NormativeDocument.objects.order_by("pk").values_list("pk", flat=True)
    while batch := list(pks.filter(pk__gt=last)[:_BATCH]):
        yield batch
        last = batch[-1]


@transaction.atomic
def _read_batch(ids: Sequence[int], run: _Run) -> Resolution:
    cited: list[tuple[Known, list[Citation]]] = []
    # Two workers at the same documents follow each other.
    rows = NormativeDocument.objects.select_for_update().filter(pk__in=ids).order_by("pk")
    for row in rows.values_list(*COLUMNS, "text"):
        source = as_known(row[:-1])
        cited.append(
            (source, find_citations(source.title, row[-1], number_key=source.number_key, laws=run.laws))
        )
    candidates = Candidates((c.title_key, c.number_key) for _s, found in cited for c in found)
    resolver = Resolver(candidates, run.clauses)
    wanted: dict[tuple[int, str, Place], DocumentRelation] = {}
    for source, found in cited:
        for citation in found:
            for relation in _relations(citation, source, resolver):
                place = (relation.target_text, relation.clause_id, relation.target_clause_text)
                key = (source.pk, relation.kind, place)
                # Of two mentions in one place the one that says until when counts.
                if key not in wanted or not (wanted[key].term_until or wanted[key].term_months):
                    wanted[key] = relation
    done = _write(ids, wanted)
    NormativeDocument.objects.filter(pk__in=ids).update(relations_read_at=timezone.now())
    return done + Resolution(acts=acts_from_relations(ids))


def _relations(citation: Citation, source: Known, resolver: Resolver) -> Iterator[DocumentRelation]:
    """One row for each clause cited, or one for the document as a whole."""
    target, kind = resolver.resolve(citation, source), citation.kind
    if target and kind in _ACTING and outranked(target, source):
        kind = RelationKind.CITES
    extension = citation.extension if kind is RelationKind.EXTENDS else None
    for reference in citation.references or (None,):
        clause = resolver.linked_clause(target, reference, source) if target and reference else ""
        yield DocumentRelation(
            source_id=source.pk,
            target_id=target.pk if target else None,
            kind=kind.value,
            target_text=citation.text[:500],
            clause_id=citation.clause_id[:80],
            target_clause_id=clause[:80],
            target_clause_text=reference.label[:120] if reference else "",
            title_key=citation.title_key,
            number_key=citation.number_key[:160],
            issuer=citation.prefix[-120:],
            term_until=extension.until if extension else None,
            term_months=extension.months if extension else None,
            term_after=extension.after if extension else None,
        )


def _write(ids: Sequence[int], wanted: dict[tuple[int, str, Place], DocumentRelation]) -> Resolution:
    """Make the machine's relations of `ids` the `wanted` ones; a place a person decided about is left to the person."""
    stale: list[int] = []
    changed: list[DocumentRelation] = []
    decided: set[tuple[int, Place]] = set()
    resolved = 0
    existing = DocumentRelation.objects.filter(source_id__in=ids)
    for relation in existing:
        place = (relation.target_text, relation.clause_id, relation.target_clause_text)
        if relation.origin == RelationOrigin.PERSON:
            decided.add((relation.source_id, place))
            continue
        fresh = wanted.pop((relation.source_id, relation.kind, place), None)
        if fresh is None:
            stale.append(relation.pk)
        elif _differs(relation, fresh):
            resolved += fresh.target_id is not None and relation.target_id != fresh.target_id
            fresh.pk = relation.pk
            changed.append(fresh)
    new = [r for (source, _kind, place), r in wanted.items() if (source, place) not in decided]
    for start in range(0, len(stale), 500):
        DocumentRelation.objects.filter(pk__in=stale[start : start + 500]).delete()
    DocumentRelation.objects.bulk_update(changed, _MACHINE_COLUMNS, batch_size=200)
    DocumentRelation.objects.bulk_create(new, batch_size=500)
    return Resolution(len(new), resolved + sum(1 for r in new if r.target_id), 0, len(stale))


_MACHINE_COLUMNS = [
    "target_id", "target_clause_id", "title_key", "number_key", "issuer", "term_until", "term_months", "term_after",
]  # fmt: skip


def _differs(old: DocumentRelation, new: DocumentRelation) -> bool:
    return any(getattr(old, name) != getattr(new, name) for name in _MACHINE_COLUMNS)


def resolve_waiting(*, document_ids: Iterable[int], clauses: ClauseIndex | None = None) -> Resolution:
    """Resolve again the citations in other documents that may mean one of `document_ids`; found by key, not by scanning."""
    ids = set(document_ids)
    ordered, total = sorted(ids), Resolution()
    seen: set[tuple[str, str]] = set()
    for start in range(0, len(ordered), _BATCH):
        rows = NormativeDocument.objects.filter(pk__in=ordered[start : start + _BATCH])
        titles: set[str] = set()
        numbers: set[str] = set()
        for title, carried, number in rows.values_list("title_key", "carried_key", "number_key"):
            titles |= {k for k in (title, carried) if k and ("t", k) not in seen}
            numbers |= {number} if number and ("n", number) not in seen else set()
        seen |= {("t", k) for k in titles} | {("n", k) for k in numbers}
        waiting = DocumentRelation.objects.filter(origin=RelationOrigin.MACHINE, rejected=False)
        for column, keys in (("title_key__in", titles), ("number_key__in", numbers)):
            if keys:
                total += _again(waiting.filter(**{column: sorted(keys)}), ids, clauses or ClauseIndex())
    return total


def _again(relations: Any, read: set[int], clauses: ClauseIndex) -> Resolution:
    """Resolve `relations` again in chunks, leaving out those of documents that have just been read."""
    total, last = Resolution(), 0
    while chunk := list(relations.filter(pk__gt=last).order_by("pk")[:_AGAIN]):
        last = chunk[-1].pk
        if waiting := [r for r in chunk if r.source_id not in read]:
            total += _again_chunk(waiting, clauses)
    return total


@transaction.atomic
def _again_chunk(relations: Sequence[DocumentRelation], clauses: ClauseIndex) -> Resolution:
    rows = NormativeDocument.objects.filter(pk__in={r.source_id for r in relations}).values_list(*COLUMNS)
    sources = {known.pk: known for known in map(as_known, rows)}
    resolver = Resolver(Candidates((r.title_key, r.number_key) for r in relations), clauses)
    changed: list[DocumentRelation] = []
    resolved = 0
    for relation in relations:
        citation, source = citation_of(relation), sources[relation.source_id]
        target = resolver.resolve(citation, source)
        clause = ""
        if target and citation.references:
            clause = resolver.linked_clause(target, citation.references[0], source)
        if (relation.target_id, relation.target_clause_id) != (target.pk if target else None, clause):
            relation.target_id, relation.target_clause_id = (target.pk if target else None), clause
            resolved += target is not None
            changed.append(relation)
    DocumentRelation.objects.bulk_update(changed, ["target", "target_clause_id"], batch_size=200)
    acts = acts_from_relations({r.source_id for r in changed}) if changed else 0
    return Resolution(0, resolved, acts, 0)


def citation_of(relation: DocumentRelation) -> Citation:
    """The citation a relation was written from, as far as its row keeps it."""
    inner = re.sub(r"^[《〈]|[》〉]$", "", relation.target_text.strip())
    title = inner if relation.title_key and title_key(inner) == relation.title_key else relation.title_key
    references, _end = read_references(relation.target_clause_text, 0)
    return Citation(
        RelationKind(relation.kind), title, relation.number_key, relation.target_text, relation.clause_id,
        prefix=relation.issuer, references=references,
    )  # fmt: skip
