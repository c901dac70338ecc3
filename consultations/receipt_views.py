"""`/receipts/`: with the code alone an author sees the comment, its screening and what became of it, and may withdraw."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods, require_safe

from consultations import limits, receipts
from consultations.exceptions import CommentRefused
from consultations.forms import ReceiptForm
from consultations.models import PublicComment
from consultations.outcome_selectors import disposition_for
from consultations.private import keep_private
from consultations.selectors import named_clauses
from consultations.services import withdraw_comment

TOO_MANY_REQUESTS = 429
CONFLICT = 409


@never_cache
@keep_private
@require_http_methods(["GET", "HEAD", "POST"])
def lookup(request: HttpRequest) -> HttpResponse:
    """The form; a code that cannot be one is told apart from one that is not known. POST keeps it out of the address."""
    form = ReceiptForm(request.POST if request.method == "POST" else None)
    if request.method != "POST" or not form.is_valid():
        return _form_page(request, form, 400 if form.is_bound else 200)
    code = receipts.normalised(form.cleaned_data["code"])
    if code is None:
        form.add_error("code", _mistyped())
        return _form_page(request, form, 400)
    return redirect("consultations:receipt", code)


@never_cache
@keep_private
@require_safe
@sensitive_variables()
def receipt(request: HttpRequest, code: str) -> HttpResponse:
    """What was received and what became of it; other spellings of the code lead to the usual one."""
    comment = _comment_or_answer(request, code)
    if isinstance(comment, HttpResponse):
        return comment
    if comment.receipt_code != code:
        return redirect("consultations:receipt", comment.receipt_code)
    consultation = comment.consultation
    disposition = disposition_for(comment)
    changed = named_clauses(consultation, disposition.changed_clause_ids) if disposition else []
    context = {
        "comment": comment,
        "consultation": consultation,
        "state": consultation.state(),
        "disposition": disposition,
        "changed_clauses": changed,
        "may_withdraw": consultation.is_open() and comment.withdrawn_at is None,
    }
    return render(request, "consultations/receipt.html", context)


@never_cache
@keep_private
@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_variables()
def withdraw(request: HttpRequest, code: str) -> HttpResponse:
    """Ask once more, then withdraw by POST; possible until the consultation closes."""
    comment = _comment_or_answer(request, code)
    if isinstance(comment, HttpResponse):
        return comment
    context = {"comment": comment, "consultation": comment.consultation, "refused": ""}
    status = 200
    if comment.withdrawn_at is not None:
        return redirect("consultations:receipt", comment.receipt_code)
    if not comment.consultation.is_open():
        context["refused"], status = _("征求意见已经截止，不能再撤回意见。"), CONFLICT
    elif request.method == "POST":
        try:
            withdraw_comment(comment=comment)
        except CommentRefused as error:
            context["refused"], status = error.messages[0], CONFLICT
        else:
            return redirect("consultations:receipt", comment.receipt_code)
    return render(request, "consultations/receipt_withdraw.html", context, status=status)


def _comment_or_answer(request: HttpRequest, code: str) -> PublicComment | HttpResponse:
    """The comment, or the page that says why there is none; unknown codes are counted against guessing."""
    form = ReceiptForm({"code": code})
    form.is_valid()
    if limits.receipt_limited(request):
        form.add_error("code", _("查询不存在的编号次数过多，请一小时后再试。"))
        return _form_page(request, form, TOO_MANY_REQUESTS)
    canonical = receipts.normalised(code)
    if canonical is None:
        form.add_error("code", _mistyped())
        return _form_page(request, form, 404)
    comment = receipts.find(canonical)
    if comment is None:
        limits.receipt_limited(request, missed=True)
        form.add_error("code", _("没有找到这个编号的意见，请核对回执。"))
        return _form_page(request, form, 404)
    return comment


def _form_page(request: HttpRequest, form: ReceiptForm, status: int) -> HttpResponse:
    return render(request, "consultations/receipt_lookup.html", {"form": form}, status=status)


def _mistyped() -> str:
    return _("编号有误：共 13 位字母和数字，最后一位是校验码。请对照回执检查是否抄错或漏写。")
