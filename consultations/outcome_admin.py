"""Staff screens on outcomes in the Wagtail admin: 意见处理. Views parse, call a service and render."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import Count, F, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from wagtail.admin import messages

from consultations.enums import Screening
from consultations.models import ConsultationPage, Outcome, PublicComment, Theme
from consultations.outcome_coverage import outcome_checklist, to_answer
from consultations.outcome_forms import (
    CommentFilterForm,
    GroupForm,
    IntroductionForm,
    ThemeForm,
    applied,
    reasons_of,
)
from consultations.outcome_rules import holds
from consultations.outcome_selectors import decision_on, outcome_of
from consultations.outcome_services import (
    assign_comments,
    create_theme,
    reorder_themes,
    save_introduction,
    unassign_comments,
)
from consultations.similar import LIMIT, suggest_groups
from portal.organisations.enums import Role
from portal.organisations.rules import departments_of

#: Comments on one page of the workbench.
PAGE_SIZE = 50
GET_OR_POST = require_http_methods(["GET", "HEAD", "POST"])


def departments_for(user: Any) -> set[int]:
    """Departments whose comments `user` handles: as drafter or as head."""
    return {department.pk for role in (Role.DRAFTER, Role.HEAD) for department in departments_of(user, role)}


def handled_by(user: Any) -> QuerySet[ConsultationPage]:
    """Consultations `user` may see here; an administrator sees all, but can decide nothing."""
    found: QuerySet[ConsultationPage] = ConsultationPage.objects.was_opened().select_related(
        "department", "outcome"
    )
    return found if user.is_superuser else found.filter(department__in=departments_for(user))


def consultation_for(request: HttpRequest, pk: int) -> ConsultationPage:
    """The consultation, or `PermissionDenied` for staff of other departments."""
    found: ConsultationPage = get_object_or_404(
        ConsultationPage.objects.was_opened().select_related("department", "outcome"), pk=pk
    )
    user: Any = request.user
    if not user.is_superuser and not holds(user, found, Role.DRAFTER, Role.HEAD):
        raise PermissionDenied
    return found


def page_context(
    request: HttpRequest, title: str, consultation: ConsultationPage | None = None
) -> dict[str, Any]:
    """What Wagtail's admin frame needs, and who may do what on this screen."""
    trail = [(reverse("wagtailadmin_home"), _("首页")), (reverse("outcomes_admin:index"), _("意见处理"))]
    context: dict[str, Any] = {"header_title": title, "page_title": title, "header_icon": "comment"}
    if consultation is not None:
        outcome = outcome_of(consultation)
        final = outcome is not None and outcome.published_at is not None
        trail.append((reverse("outcomes_admin:workbench", args=[consultation.pk]), consultation.title))
        context |= {
            "consultation": consultation,
            "outcome": outcome,
            "final": final,
            "may_group": not final and holds(request.user, consultation, Role.DRAFTER),
            "may_publish": not final and holds(request.user, consultation, Role.HEAD),
            "state": consultation.state(),
        }
    if trail[-1][1] != title:
        trail.append(("", title))
    return context | {"breadcrumbs_items": [{"url": url, "label": label} for url, label in trail]}


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The consultations of my departments with their progress, the most urgent first."""
    kept = ~Q(public_comments__screening=Screening.WITHDRAWN)
    waiting = Q(public_comments__disposition__isnull=True, public_comments__theme__disposition__isnull=True)
    rows = (
        handled_by(request.user)
        .annotate(
            total=Count("public_comments", filter=kept),
            waiting=Count("public_comments", filter=kept & waiting),
        )
        .annotate(decided=F("total") - F("waiting"))
        .order_by("outcome__published_at", "closes_at", "pk")
    )
    context = page_context(request, _("意见处理")) | {
        "page_obj": Paginator(rows, PAGE_SIZE).get_page(request.GET.get("p")),
        "now": timezone.now(),
    }
    return render(request, "consultations/admin/index.html", context)


@GET_OR_POST
def workbench(request: HttpRequest, pk: int) -> HttpResponse:
    """Comments with filters, themes, the checklist; POST puts the selected comments into a theme or takes them out."""
    consultation = consultation_for(request, pk)
    themes = list(
        Theme.objects.filter(consultation=consultation).select_related("disposition").with_supporters()
    )
    filters = CommentFilterForm(request.GET, consultation=consultation, themes=themes)
    found = filters.narrow(comments_of(consultation))
    group = GroupForm(request.POST or None, consultation=consultation)
    if request.method == "POST" and applied(group, lambda: _group(request, consultation, group, found)):
        return redirect(request.get_full_path() + "#comments")
    context = page_context(request, consultation.title, consultation) | {
        "themes": [(theme, decision_on(theme)) for theme in themes],
        "filters": filters,
        "group": group,
        "page_obj": Paginator(found, PAGE_SIZE).get_page(request.GET.get("p")),
        "checklist": outcome_checklist(consultation),
        "query": request.GET.urlencode(),
    }
    return render(request, "consultations/admin/workbench.html", context)


def comments_of(consultation: ConsultationPage) -> QuerySet[PublicComment]:
    """Every comment that needs an answer, with what the table shows."""
    return (
        to_answer(consultation)
        .select_related(None)
        .select_related("clause", "theme", "disposition", "theme__disposition")
        .order_by("submit_date", "pk")
    )


@transaction.atomic
def _group(
    request: HttpRequest, consultation: ConsultationPage, form: GroupForm, found: QuerySet[PublicComment]
) -> None:
    """Carry out what was asked with the selected comments. Raises ValidationError for the form."""
    user: Any = request.user
    ids = (
        list(found.values_list("pk", flat=True))
        if form.cleaned_data["all_matching"]
        else form.cleaned_data["comments"]
    )
    if not ids:
        raise ValidationError({"comments": _("请先选择意见。")})
    if request.POST.get("action") == "unassign":
        number = unassign_comments(consultation=consultation, comment_ids=ids, user=user)
        messages.success(request, _("已把 %(number)s 条意见移出主题。") % {"number": number})
        return
    theme, title = form.cleaned_data["theme"], form.cleaned_data["title"].strip()
    if bool(theme) == bool(title):
        raise ValidationError({"theme": _("请选择一个已有主题，或填写新主题的名称，二者选一。")})
    if title:
        theme = create_theme(consultation=consultation, user=user, title=title)
    number = assign_comments(theme=theme, comment_ids=ids, user=user)
    messages.success(
        request, _("已把 %(number)s 条意见归入「%(theme)s」。") % {"number": number, "theme": theme.title}
    )


@require_POST
def move_theme(request: HttpRequest, pk: int, theme_pk: int) -> HttpResponse:
    """Move a theme one place up or down."""
    consultation = consultation_for(request, pk)
    user: Any = request.user
    order = list(Theme.objects.filter(consultation=consultation).values_list("pk", flat=True))
    theme = get_object_or_404(Theme, pk=theme_pk, consultation=consultation)
    at = order.index(theme.pk)
    to = at - 1 if request.POST.get("direction") == "up" else at + 1
    if 0 <= to < len(order):
        order[at], order[to] = order[to], order[at]
        try:
            reorder_themes(consultation=consultation, user=user, theme_ids=order)
        except (ValidationError, PermissionDenied) as refusal:
            messages.error(request, reasons_of(refusal))
    return redirect(reverse("outcomes_admin:workbench", args=[pk]) + f"#theme-{theme.pk}")


@GET_OR_POST
def new_theme(request: HttpRequest, pk: int) -> HttpResponse:
    """An empty theme, to be filled afterwards."""
    consultation = consultation_for(request, pk)
    user: Any = request.user
    form = ThemeForm(request.POST or None)
    if request.method == "POST" and applied(
        form, lambda: create_theme(consultation=consultation, user=user, **form.cleaned_data)
    ):
        return redirect(reverse("outcomes_admin:workbench", args=[pk]) + "#themes")
    context = page_context(request, _("新建主题"), consultation) | {"form": form, "submit_label": _("新建")}
    return render(request, "consultations/admin/form.html", context)


@GET_OR_POST
def introduction(request: HttpRequest, pk: int) -> HttpResponse:
    """The general remarks that open the outcome page."""
    consultation = consultation_for(request, pk)
    user: Any = request.user
    outcome = outcome_of(consultation) or Outcome()
    form = IntroductionForm(request.POST or None, initial={"introduction": outcome.introduction})
    if request.method == "POST" and applied(
        form, lambda: save_introduction(consultation=consultation, user=user, **form.cleaned_data)
    ):
        messages.success(request, _("已保存总体情况。"))
        return redirect("outcomes_admin:workbench", pk)
    context = page_context(request, _("总体情况"), consultation) | {"form": form, "submit_label": _("保存")}
    return render(request, "consultations/admin/form.html", context)


@require_safe
def suggestions(request: HttpRequest, pk: int) -> HttpResponse:
    """Groups of near duplicates among the comments without a theme; each can be turned into a theme on the spot."""
    consultation = consultation_for(request, pk)
    loose = comments_of(consultation).filter(theme__isnull=True, disposition__isnull=True)
    texts = loose.values_list("pk", "comment")[:LIMIT]
    context = page_context(request, _("相近意见"), consultation) | {
        "suggestions": suggest_groups(texts),
        "themes": Theme.objects.filter(consultation=consultation),
        "limit": LIMIT,
    }
    return render(request, "consultations/admin/suggestions.html", context)
