"""Reading an outcome: what became of one comment, the figures, the themes with their decisions and comments.

Read only; every function costs the same number of queries whatever the number of comments.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import ObjectDoesNotExist
from django.db.models import Count, F, Q, QuerySet, Window
from django.db.models.functions import RowNumber

from consultations.enums import TAKEN_UP, VISIBLE_SCREENINGS, AuthorKind, DispositionStatus, Screening
from consultations.models import ConsultationPage, Disposition, Outcome, PublicComment, Theme
from consultations.outcome_coverage import to_answer, with_effective_status

#: Comments shown under each theme on the outcome page itself; the rest is on the theme's own pages.
FIRST_COMMENTS = 3


@dataclass(frozen=True, slots=True)
class DisposedComment:
    """What became of one comment, as its author and the public may know it."""

    status: str
    label: str
    reason: str
    own: bool
    theme_id: int | None
    theme_title: str
    changed_clause_ids: tuple[str, ...]
    published_at: datetime


@dataclass(frozen=True, slots=True)
class Share:
    """One row of a bar chart."""

    value: str
    label: str
    count: int


@dataclass(frozen=True, slots=True)
class OutcomeFigures:
    """Figures over every comment that needed an answer; `adoption_share` in percent of those decided."""

    total: int
    undecided: int
    late: int
    withdrawn: int
    not_shown: int
    themes: int
    by_status: tuple[Share, ...]
    by_author: tuple[Share, ...]
    adoption_share: int


@dataclass(frozen=True, slots=True)
class DecidedTheme:
    """A theme with its decision (None while undecided), its number of comments and the first few that may be shown."""

    theme: Theme
    decision: Disposition | None
    supporters: int
    comments: tuple[PublicComment, ...]


def outcome_of(consultation: ConsultationPage) -> Outcome | None:
    """The outcome, published or not; None before any work on it."""
    return Outcome.objects.select_related("final_policy").filter(consultation=consultation).first()


def published_outcome_of(consultation: ConsultationPage, *, at: datetime | None = None) -> Outcome | None:
    """The outcome when the public may see it at `at` (default now)."""
    outcome = outcome_of(consultation)
    if outcome is None or outcome.published_at is None or (at is not None and at < outcome.published_at):
        return None
    return outcome


def decision_on(target: Theme | PublicComment) -> Disposition | None:
    """The decision made on a theme or comment itself. Free when the queryset selected `disposition`."""
    try:
        decision: Disposition = target.disposition
    except ObjectDoesNotExist:
        return None
    return decision


def effective_decision(comment: PublicComment) -> Disposition | None:
    """The comment's own decision, else its theme's (ADR 0012)."""
    own = decision_on(comment)
    if own is not None or comment.theme is None:
        return own
    return decision_on(comment.theme)


def disposition_for(comment: PublicComment, *, at: datetime | None = None) -> DisposedComment | None:
    """What became of `comment`, for its receipt. None until the outcome is published."""
    outcome = published_outcome_of(comment.consultation, at=at)
    decision = effective_decision(comment)
    if outcome is None or decision is None or outcome.published_at is None:
        return None
    return DisposedComment(
        status=decision.status,
        label=decision.get_status_display(),
        reason=decision.reason,
        own=decision.comment_id is not None,
        theme_id=comment.theme_id,
        theme_title=comment.theme.title if comment.theme else "",
        changed_clause_ids=tuple(decision.changed_clause_ids),
        published_at=outcome.published_at,
    )


def figures_of(consultation: ConsultationPage) -> OutcomeFigures:
    """The figures of a consultation, in two queries."""
    everything: QuerySet[PublicComment] = PublicComment.objects.filter(consultation=consultation)
    needed = ~Q(screening=Screening.WITHDRAWN)
    counted: dict[str, Any] = {
        "total": Count("pk", filter=needed),
        "late": Count("pk", filter=needed & Q(late=True)),
        "withdrawn": Count("pk", filter=Q(screening=Screening.WITHDRAWN)),
        "shown": Count("pk", filter=Q(screening__in=VISIBLE_SCREENINGS)),
    }
    for status in DispositionStatus:
        counted[f"status_{status.value}"] = Count("pk", filter=needed & Q(effective_status=status))
    for kind in AuthorKind:
        counted[f"author_{kind.value}"] = Count("pk", filter=needed & Q(author_kind=kind))
    row = with_effective_status(everything.order_by()).aggregate(**counted)
    by_status = tuple(Share(s.value, str(s.label), row[f"status_{s.value}"]) for s in DispositionStatus)
    decided = sum(share.count for share in by_status)
    taken_up = sum(share.count for share in by_status if share.value in TAKEN_UP)
    return OutcomeFigures(
        total=row["total"],
        undecided=row["total"] - decided,
        late=row["late"],
        withdrawn=row["withdrawn"],
        not_shown=row["total"] - row["shown"],
        themes=Theme.objects.filter(consultation=consultation).supported().count(),
        by_status=by_status,
        by_author=tuple(Share(k.value, str(k.label), row[f"author_{k.value}"]) for k in AuthorKind),
        adoption_share=round(100 * taken_up / decided) if decided else 0,
    )


def visible_comments(consultation: ConsultationPage) -> QuerySet[PublicComment]:
    """Comments the public may read, oldest first, with clause and decision at hand."""
    found: QuerySet[PublicComment] = to_answer(consultation).filter(screening__in=VISIBLE_SCREENINGS)
    return (
        found.select_related(None)
        .select_related("clause", "disposition", "theme", "theme__disposition")
        .order_by("submit_date", "pk")
    )


def decided_themes(consultation: ConsultationPage, *, first: int = FIRST_COMMENTS) -> list[DecidedTheme]:
    """Every theme that has comments, in order, each with its first visible comments; two queries."""
    themes = list(Theme.objects.filter(consultation=consultation).select_related("disposition").supported())
    number = Window(
        RowNumber(), partition_by=F("theme_id"), order_by=[F("submit_date").asc(), F("comment_ptr_id").asc()]
    )
    shown: dict[int | None, list[PublicComment]] = {}
    if first and themes:
        picked = visible_comments(consultation).filter(theme__isnull=False).annotate(number=number)
        for comment in picked.filter(number__lte=first):
            shown.setdefault(comment.theme_id, []).append(comment)
    return [
        DecidedTheme(theme, decision_on(theme), theme.supporters, tuple(shown.get(theme.pk, ())))  # type: ignore[attr-defined]
        for theme in themes
    ]


def theme_comments(theme: Theme) -> QuerySet[PublicComment]:
    """The comments behind a theme that the public may read."""
    return visible_comments(theme.consultation).filter(theme=theme)


def singly_decided(consultation: ConsultationPage) -> QuerySet[PublicComment]:
    """Visible comments with a decision of their own."""
    return visible_comments(consultation).filter(disposition__isnull=False)


def shown_text(comment: PublicComment) -> str:
    """The text of a comment the public may read: parts may be hidden, and nothing shows what was not released."""
    return comment.shown_text if comment.is_visible else ""


def decisions_by_clause(consultation: ConsultationPage) -> dict[str, list[Disposition]]:
    """Draft clause id -> the decisions because of which it was changed; one query."""
    found: dict[str, list[Disposition]] = {}
    rows: Iterable[Disposition] = (
        Disposition.objects.of(consultation.pk)
        .exclude(changed_clause_ids=[])
        .select_related("theme", "comment")
        .order_by("pk")
    )
    for decision in rows:
        for clause_id in decision.changed_clause_ids:
            found.setdefault(clause_id, []).append(decision)
    return found


def clause_labels(consultation: ConsultationPage, clause_ids: Sequence[str]) -> list[tuple[str, str]]:
    """(id, label) of draft clauses, in the order of the draft; a clause without a number shows how it begins."""
    rows = consultation.clauses.filter(clause_id__in=clause_ids)
    return [(row.clause_id, str(row)) for row in rows]
