"""`/consultations/`, one consultation, and the public comments on it."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from consultations import selectors
from consultations.enums import LISTED_STATES
from consultations.forms import FilterForm
from consultations.models import ConsultationPage, DraftClause

LIST_SIZE = 20
COMMENTS_SIZE = 30
#: The value of `clause` that selects comments on the draft as a whole.
WHOLE = "whole"


def consultation_or_404(slug: str) -> ConsultationPage:
    """The published consultation with this slug; an address no database can look up is not found either."""
    if "\x00" in slug:
        raise Http404
    # Two published at the same moment may have the same slug: the address stays that of the first.
    found: ConsultationPage | None = selectors.published().filter(slug=slug).order_by("pk").first()
    if found is None:
        raise Http404
    return found


@require_safe
def consultation_list(request: HttpRequest) -> HttpResponse:
    """Every published consultation, grouped by state. A filter value that does not exist is named and answers 400."""
    at = timezone.now()
    form = FilterForm(request.GET)
    valid = form.is_valid()
    filters: dict[str, Any] = form.cleaned_data
    found = selectors.listed(
        at=at,
        state=filters.get("state", ""),
        department=filters.get("department"),
        kind=filters.get("kind", ""),
        words=filters.get("q", ""),
    )
    page_obj = Paginator(found, LIST_SIZE).get_page(request.GET.get("page"))
    for consultation in page_obj:
        consultation.shown_state = LISTED_STATES[consultation.state_rank]
        consultation.left = consultation.days_left(at)
    context = {
        "form": form,
        "page_obj": page_obj,
        "counts": selectors.state_counts(at),
        "selected_state": filters.get("state", ""),
        "filtered": any(filters.values()),
    }
    return render(request, "consultations/consultation_list.html", context, status=200 if valid else 400)


@require_safe
def consultation_detail(request: HttpRequest, slug: str) -> HttpResponse:
    """The draft with its clauses, reasons and dates, and the ways to comment."""
    consultation = consultation_or_404(slug)
    return render(request, "consultations/consultation_page.html", selectors.detail_context(consultation))


@require_safe
def comment_list(request: HttpRequest, slug: str) -> HttpResponse:
    """Public comments on one consultation, or on the clause `?clause=`; newest first."""
    consultation = consultation_or_404(slug)
    wanted = request.GET.get("clause", "")
    clause = _clause_or_none(consultation, wanted)
    comments = selectors.visible_comments(consultation, clause, whole=wanted == WHOLE)
    context = {
        "consultation": consultation,
        "state": consultation.state(),
        "is_open": consultation.is_open(),
        "clause": clause,
        "whole": wanted == WHOLE,
        "unknown_clause": bool(wanted) and wanted != WHOLE and clause is None,
        "page_obj": Paginator(comments, COMMENTS_SIZE).get_page(request.GET.get("page")),
    }
    status = 404 if context["unknown_clause"] else 200
    return render(request, "consultations/comment_list.html", context, status=status)


def _clause_or_none(consultation: ConsultationPage, clause_id: str) -> DraftClause | None:
    if not clause_id or clause_id == WHOLE or "\x00" in clause_id:
        return None
    return consultation.clauses.filter(clause_id=clause_id[:80]).first()
