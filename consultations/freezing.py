"""A published draft becomes rows that comments can point at (ADR 0004); until it opens, a new version replaces them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING

from django.db import models, transaction

from search.archive.clauses import Clause, parse_clauses

if TYPE_CHECKING:
    from consultations.models import ConsultationPage, DraftClause

_freezing: ContextVar[bool] = ContextVar("consultations_freezing", default=False)


def is_freezing() -> bool:
    """Whether the rows being written right now are written by `freeze_draft`, the only code that may."""
    return _freezing.get()


@transaction.atomic
def freeze_draft(page: ConsultationPage) -> None:
    """Write the clauses of `page.draft_body`; nothing happens when the stored rows already say the same."""
    from consultations.models import DraftClause

    rows = clause_rows(page)
    plain: models.QuerySet[DraftClause] = models.QuerySet(DraftClause)
    stored = plain.filter(consultation_id=page.pk)
    if [_content(row) for row in stored.order_by("position")] == [_content(row) for row in rows]:
        return
    with _permission():
        stored.delete()
        plain.bulk_create(rows, batch_size=500)


def clause_rows(page: ConsultationPage) -> list[DraftClause]:
    """The clauses of the text as it is now, unsaved: what freezing would write, and what a preview shows."""
    from consultations.models import DraftClause

    return [
        DraftClause(
            consultation_id=page.pk,
            clause_id=clause.id,
            kind=clause.kind,
            label=_short(clause),
            text=clause.text,
            depth=clause.depth,
            parent_clause_id=clause.parent_id or "",
            position=position,
        )
        for position, clause in enumerate(parse_clauses(page.draft_body))
    ]


def _short(clause: Clause) -> str:
    return clause.label[:60]


def _content(row: DraftClause) -> tuple[object, ...]:
    return (row.clause_id, row.kind, row.label, row.text, row.depth, row.parent_clause_id, row.position)


@contextmanager
def _permission() -> Iterator[None]:
    token = _freezing.set(True)
    try:
        yield
    finally:
        _freezing.reset(token)
