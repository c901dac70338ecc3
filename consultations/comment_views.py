"""Commenting in three steps that work without JavaScript: write, review, receipt. Nothing typed is ever lost."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from consultations import limits
from consultations.exceptions import CommentRefused
from consultations.forms import CommentForm
from consultations.models import ConsultationPage, DraftClause, PendingComment
from consultations.private import keep_private
from consultations.rules import refusal
from consultations.services import confirm_comment, start_comment
from consultations.tokens import pending_of, token_of
from consultations.views import consultation_or_404

TOO_MANY_REQUESTS = 429
CONFLICT = 409


@sensitive_post_parameters()
@never_cache
@keep_private
@require_http_methods(["GET", "HEAD", "POST"])
def write(request: HttpRequest, slug: str) -> HttpResponse:
    """Step one: the form. `?clause=` chooses what the comment is on."""
    consultation = consultation_or_404(slug)
    initial = {"clause": request.GET.get("clause", "")[:80]}
    return _form_step(request, consultation, CommentForm(initial=initial, consultation=consultation), None)


@sensitive_post_parameters()
@never_cache
@keep_private
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, slug: str, token: str) -> HttpResponse:
    """Step one again, with what was typed before."""
    consultation = consultation_or_404(slug)
    pending = pending_of(token, consultation)
    if pending is None:
        return _expired(request, consultation)
    if pending.comment_id is not None:
        return _to_receipt(pending)
    form = CommentForm(initial=CommentForm.initial_of(pending), consultation=consultation)
    return _form_step(request, consultation, form, pending)


@sensitive_post_parameters()
@never_cache
@keep_private
@require_http_methods(["GET", "HEAD", "POST"])
def review(request: HttpRequest, slug: str, token: str) -> HttpResponse:
    """Step two: read it once more; POST confirms. Confirming twice leads to the same receipt."""
    consultation = consultation_or_404(slug)
    pending = pending_of(token, consultation)
    if pending is None:
        return _expired(request, consultation)
    if pending.comment_id is not None:
        return _to_receipt(pending)
    if request.method == "POST":
        if limits.comment_limited(request):
            return _review_page(request, consultation, pending, token, _too_often(), TOO_MANY_REQUESTS)
        try:
            pending.comment = confirm_comment(pending=pending)
        except CommentRefused as error:
            return _review_page(request, consultation, pending, token, error.messages[0], CONFLICT)
        return _to_receipt(pending)
    return _review_page(request, consultation, pending, token, refusal(consultation), 200)


def _form_step(
    request: HttpRequest, consultation: ConsultationPage, form: CommentForm, pending: PendingComment | None
) -> HttpResponse:
    """Show the form, or take it and go on to the review."""
    if request.method != "POST":
        return _form_page(request, consultation, form, refusal(consultation))
    form = CommentForm(request.POST, consultation=consultation)
    if limits.comment_limited(request):
        return _form_page(request, consultation, form, _too_often(), TOO_MANY_REQUESTS)
    if message := refusal(consultation):
        return _form_page(request, consultation, form, message, CONFLICT)
    if form.is_valid():
        try:
            pending = start_comment(
                consultation=consultation,
                clause_id=form.cleaned_data["clause"],
                typed=form.typed(),
                pending=pending,
            )
        except CommentRefused as error:
            return _form_page(request, consultation, form, error.messages[0], CONFLICT)
        except ValidationError as error:
            form.add_refusal(error)
        else:
            return redirect("consultations:comment_review", consultation.slug, token_of(pending))
    return _form_page(request, consultation, form, "", 400)


def _form_page(
    request: HttpRequest, consultation: ConsultationPage, form: CommentForm, refused: str, status: int = 200
) -> HttpResponse:
    """The form; when refused, the reason and what was typed so that it can be kept, but no button."""
    clause_id = str(form["clause"].value() or "")
    context = {
        **_common(consultation),
        "form": form,
        "refused": refused,
        "clause": _chosen(consultation, clause_id),
        "typed_text": form["text"].value() or "",
        "typed_proposal": form["proposed_text"].value() or "",
        "may_retry": status == TOO_MANY_REQUESTS,
    }
    return render(request, "consultations/comment_form.html", context, status=status)


def _review_page(
    request: HttpRequest,
    consultation: ConsultationPage,
    pending: PendingComment,
    token: str,
    refused: str,
    status: int,
) -> HttpResponse:
    context = {
        **_common(consultation),
        "pending": pending,
        "token": token,
        "refused": refused,
        "may_retry": status == TOO_MANY_REQUESTS,
    }
    return render(request, "consultations/comment_review.html", context, status=status)


def _expired(request: HttpRequest, consultation: ConsultationPage) -> HttpResponse:
    return render(request, "consultations/comment_expired.html", _common(consultation), status=410)


def _common(consultation: ConsultationPage) -> dict[str, Any]:
    return {
        "consultation": consultation,
        "state": consultation.state(),
        "is_open": consultation.is_open(),
        "left": consultation.days_left(),
    }


def _chosen(consultation: ConsultationPage, clause_id: str) -> DraftClause | None:
    if not clause_id or "\x00" in clause_id:
        return None
    return consultation.clauses.filter(clause_id=clause_id[:80]).first()


def _to_receipt(pending: PendingComment) -> HttpResponse:
    if pending.comment is None:
        raise ValueError("a comment that is not confirmed has no receipt")
    return redirect("consultations:receipt", pending.comment.receipt_code)


def _too_often() -> str:
    return _("同一网络提交得过于频繁，请稍后再试。您写的内容还在下面。")
