"""Staff screens for deciding: one theme, one comment, the final policy, the preview and the publication."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from wagtail.admin import messages

from consultations.models import ConsultationPage, Disposition, Outcome, PublicComment, Theme
from consultations.outcome_admin import GET_OR_POST, PAGE_SIZE, comments_of, consultation_for, page_context
from consultations.outcome_coverage import outcome_checklist
from consultations.outcome_forms import (
    DecisionForm,
    FinalPolicyForm,
    MergeForm,
    PublishForm,
    ThemeForm,
    applied,
    reasons_of,
)
from consultations.outcome_rules import concentrated_threshold
from consultations.outcome_selectors import decision_on, effective_decision, figures_of, outcome_of
from consultations.outcome_services import (
    clear_decision,
    decide_comment,
    decide_theme,
    delete_theme,
    link_final_policy,
    merge_themes,
    publish_outcome,
    rename_theme,
)
from consultations.outcome_views import outcome_context
from consultations.similar import most_similar


@GET_OR_POST
def theme(request: HttpRequest, pk: int, theme_pk: int) -> HttpResponse:
    """One theme: its name, its decision, its comments; merging and deleting."""
    consultation = consultation_for(request, pk)
    found = get_object_or_404(
        Theme.objects.select_related("disposition").with_supporters(), pk=theme_pk, consultation=consultation
    )
    found.consultation = consultation
    decision = decision_on(found)
    data = request.POST if request.method == "POST" else None
    action = request.POST.get("action", "")
    forms = {
        "theme_form": ThemeForm(
            data if action == "rename" else None, initial={"title": found.title, "summary": found.summary}
        ),
        "decision_form": DecisionForm(
            data if action == "decide" else None, consultation=consultation, initial=_initial(decision)
        ),
        "merge_form": MergeForm(data if action == "merge" else None, theme=found),
    }
    if data is not None and (answer := _theme_action(request, action, found, decision, forms)):
        return answer
    supporters: int = found.supporters  # type: ignore[attr-defined]  # annotated
    context = (
        page_context(request, found.title, consultation)
        | forms
        | {
            "theme": found,
            "decision": decision,
            "concentrated": supporters >= concentrated_threshold(),
            "threshold": concentrated_threshold(),
            "page_obj": Paginator(comments_of(consultation).filter(theme=found), PAGE_SIZE).get_page(
                request.GET.get("p")
            ),
        }
    )
    return render(request, "consultations/admin/theme.html", context)


def _theme_action(
    request: HttpRequest, action: str, found: Theme, decision: Disposition | None, forms: dict[str, Any]
) -> HttpResponse | None:
    """Carry out one of the forms of the theme screen; None when it has errors to show."""
    user: Any = request.user
    here = reverse("outcomes_admin:theme", args=[found.consultation_id, found.pk])
    up = reverse("outcomes_admin:workbench", args=[found.consultation_id]) + "#themes"
    if action == "rename" and applied(
        forms["theme_form"], lambda: rename_theme(theme=found, user=user, **forms["theme_form"].cleaned_data)
    ):
        messages.success(request, _("已保存主题。"))
        return redirect(here)
    if action == "decide" and applied(
        forms["decision_form"],
        lambda: decide_theme(theme=found, user=user, **forms["decision_form"].cleaned_data),
    ):
        messages.success(request, _("已保存对「%(title)s」的处理决定。") % {"title": found.title})
        return redirect(up)
    if action == "merge" and applied(
        forms["merge_form"],
        lambda: merge_themes(source=found, target=forms["merge_form"].cleaned_data["target"], user=user),
    ):
        messages.success(request, _("已并入，原主题的处理决定随之取消。"))
        return redirect(up)
    if action == "clear" and decision is not None:
        return _carry_out(request, partial(clear_decision, decision=decision, user=user), here)
    if action == "delete":
        return _carry_out(request, partial(delete_theme, theme=found, user=user), up)
    return None


def _carry_out(request: HttpRequest, call: Callable[[], object], target: str) -> HttpResponse:
    """A service without a form: its refusal becomes a message."""
    try:
        call()
    except (ValidationError, PermissionDenied) as refusal:
        messages.error(request, reasons_of(refusal))
    return redirect(target)


@GET_OR_POST
def comment(request: HttpRequest, pk: int, comment_pk: int) -> HttpResponse:
    """One comment, decided by itself; shows what its theme's decision would be and what others said alike."""
    consultation = consultation_for(request, pk)
    found: PublicComment = get_object_or_404(comments_of(consultation), pk=comment_pk)
    found.consultation = consultation
    user: Any = request.user
    own = decision_on(found)
    decision = own or effective_decision(found)
    data = request.POST if request.method == "POST" else None
    action = request.POST.get("action", "")
    form = DecisionForm(
        data if action == "decide" else None,
        consultation=consultation,
        initial=_initial(decision),
    )
    up = reverse("outcomes_admin:workbench", args=[pk]) + "#comments"
    if action == "clear" and own is not None:
        return _carry_out(request, partial(clear_decision, decision=own, user=user), request.path)
    if action == "decide" and applied(
        form, lambda: decide_comment(comment=found, user=user, **form.cleaned_data)
    ):
        messages.success(request, _("已保存对这条意见的处理决定。"))
        return redirect(up)
    title = _("第 %(number)s 号意见") % {"number": found.pk}
    context = page_context(request, title, consultation) | {
        "comment": found,
        "own": own,
        "decided": decision is not None,
        "decision_form": form,
        "similar": _similar_to(consultation, found),
    }
    return render(request, "consultations/admin/comment.html", context)


def _similar_to(consultation: ConsultationPage, found: PublicComment) -> list[PublicComment]:
    """Up to five comments that say nearly the same, the closest first; only those on the same clause are compared."""
    others = comments_of(consultation).filter(clause=found.clause).exclude(pk=found.pk)
    ids = most_similar(found.comment, others.values_list("pk", "comment")[:500])[:5]
    by_id = {item.pk: item for item in others.filter(pk__in=ids)}
    return [by_id[pk] for pk in ids]


@GET_OR_POST
def final_policy(request: HttpRequest, pk: int) -> HttpResponse:
    """Which policy came of the draft."""
    consultation = consultation_for(request, pk)
    user: Any = request.user
    form = FinalPolicyForm(
        request.POST if request.method == "POST" else None,
        consultation=consultation,
        outcome=outcome_of(consultation),
    )
    if request.method == "POST" and applied(
        form,
        lambda: link_final_policy(
            consultation=consultation, user=user, policy=form.cleaned_data["final_policy"]
        ),
    ):
        messages.success(request, _("已关联正式文件。"))
        return redirect("outcomes_admin:workbench", pk)
    context = page_context(request, _("正式文件"), consultation) | {"form": form, "submit_label": _("保存")}
    return render(request, "consultations/admin/form.html", context)


@require_safe
def preview(request: HttpRequest, pk: int) -> HttpResponse:
    """The outcome page as it would be published now."""
    consultation = consultation_for(request, pk)
    outcome = outcome_of(consultation) or Outcome(consultation=consultation)
    outcome.published_at = outcome.published_at or timezone.now()
    context = outcome_context(consultation, outcome, request) | {"preview": True}
    return render(request, "consultations/admin/preview.html", context)


@GET_OR_POST
def publish(request: HttpRequest, pk: int) -> HttpResponse:
    """The head reads what is to be published, confirms and publishes."""
    consultation = consultation_for(request, pk)
    user: Any = request.user
    context = page_context(request, _("公布采纳情况"), consultation)
    if request.method == "GET" and not context["may_publish"] and not context["final"]:
        raise PermissionDenied
    form = PublishForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and applied(
        form, lambda: publish_outcome(consultation=consultation, user=user)
    ):
        messages.success(request, _("采纳情况已经公布。"))
        return redirect("outcomes_admin:workbench", pk)
    context |= {
        "form": form,
        "checklist": outcome_checklist(consultation),
        "figures": figures_of(consultation),
    }
    context["blocked"] = any(not requirement.met for requirement in context["checklist"])
    return render(request, "consultations/admin/publish.html", context)


def _initial(decision: Disposition | None) -> dict[str, Any]:
    if decision is None:
        return {}
    return {
        "status": decision.status,
        "reason": decision.reason,
        "changed_clause_ids": decision.changed_clause_ids,
    }
