"""The public page of an outcome (采纳情况), its themes with every comment behind them, and the single decisions."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from consultations.models import ConsultationPage, Outcome, PublicComment, Theme
from consultations.outcome_diffs import draft_clauses, final_policy_of, outcome_diff, places
from consultations.outcome_selectors import (
    decided_themes,
    decision_on,
    figures_of,
    published_outcome_of,
    singly_decided,
    theme_comments,
)
from consultations.views import consultation_or_404

#: Comments on one page of a theme's comments or of single decisions.
PAGE_SIZE = 30
#: Single decisions shown on the outcome page itself.
FIRST_SINGLE = 5


@require_safe
def outcome(request: HttpRequest, slug: str) -> HttpResponse:
    """`/consultations/<slug>/outcome/`: the outcome, or a clear word on when it is due."""
    consultation = consultation_or_404(slug)
    published = published_outcome_of(consultation)
    if published is None:
        context = {"consultation": consultation, "state": consultation.state(), "at": timezone.now()}
        return render(request, "consultations/outcome_awaiting.html", context)
    return render(request, "consultations/outcome.html", outcome_context(consultation, published, request))


def outcome_context(
    consultation: ConsultationPage, published: Outcome, request: HttpRequest
) -> dict[str, Any]:
    """Everything the outcome page shows; the preview in the admin shows the same."""
    single = singly_decided(consultation)
    figures = figures_of(consultation)
    difference = outcome_diff(published)
    show_all = request.GET.get("clauses") == "all"
    themes = decided_themes(consultation)
    return {
        "consultation": consultation,
        "outcome": published,
        "figures": figures,
        "themes": themes,
        "shown_themes": {item.theme.pk for item in themes},
        "single_decisions": list(single[:FIRST_SINGLE]),
        "single_total": single.count(),
        "difference": difference,
        "difference_rows": (difference.rows if show_all else difference.shown_rows) if difference else (),
        "show_all_clauses": show_all,
        "final_policy": final_policy_of(published),
        "clause_labels": places(draft_clauses(consultation)),
    }


@require_safe
def theme(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Every visible comment behind one theme, with its decision."""
    consultation, published = _published_or_404(slug)
    found = get_object_or_404(
        Theme.objects.select_related("disposition").with_supporters(), pk=pk, consultation=consultation
    )
    found.consultation = consultation
    context = {
        "consultation": consultation,
        "outcome": published,
        "theme": found,
        "decision": decision_on(found),
        "page_obj": _page(request, theme_comments(found)),
        "clause_labels": places(draft_clauses(consultation)),
    }
    return render(request, "consultations/outcome_theme.html", context)


@require_safe
def single(request: HttpRequest, slug: str) -> HttpResponse:
    """Every visible comment that was decided by itself; `?number=` opens the page that holds that comment."""
    consultation, published = _published_or_404(slug)
    comments = singly_decided(consultation)
    context = {
        "consultation": consultation,
        "outcome": published,
        "page_obj": _page(request, comments, _page_of(comments, request.GET.get("number", ""))),
        "clause_labels": places(draft_clauses(consultation)),
    }
    return render(request, "consultations/outcome_single.html", context)


def _published_or_404(slug: str) -> tuple[ConsultationPage, Outcome]:
    consultation = consultation_or_404(slug)
    published = published_outcome_of(consultation)
    if published is None:
        raise Http404
    return consultation, published


def _page(request: HttpRequest, comments: QuerySet[PublicComment], wanted: int = 1) -> Any:
    return Paginator(comments, PAGE_SIZE).get_page(request.GET.get("page", wanted))


def _page_of(comments: QuerySet[PublicComment], number: str) -> int:
    """The page on which the comment with this number stands; the first when there is none."""
    comment = comments.filter(pk=int(number)).first() if number.isdecimal() and len(number) < 19 else None
    if comment is None:
        return 1
    same_moment = Q(submit_date=comment.submit_date, pk__lt=comment.pk)
    before = comments.filter(Q(submit_date__lt=comment.submit_date) | same_moment).count()
    return before // PAGE_SIZE + 1
