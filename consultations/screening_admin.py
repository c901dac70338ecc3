"""The moderator's screen: 意见审核. What was received is published, withheld or published in part, never deleted."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from wagtail.admin import messages

from consultations.enums import Screening
from consultations.models import ConsultationPage, PublicComment
from consultations.outcome_admin import GET_OR_POST
from consultations.outcome_forms import ScreeningForm, applied
from consultations.rules import may_screen
from consultations.services import screen_comment

#: Comments on one page of the list.
PAGE_SIZE = 30


def _require_moderator(request: HttpRequest) -> None:
    if not may_screen(request.user):
        raise PermissionDenied


def _comments() -> QuerySet[PublicComment]:
    found: QuerySet[PublicComment] = PublicComment.objects.all()
    return found.select_related(None).select_related("clause", "consultation").order_by("submit_date", "pk")


def _frame(title: str, *, below: bool = False) -> dict[str, Any]:
    crumbs = [{"url": reverse("wagtailadmin_home"), "label": _("首页")}]
    if below:
        crumbs.append({"url": reverse("screening_admin:index"), "label": _("意见审核")})
    crumbs.append({"url": "", "label": title})
    return {"header_title": title, "page_title": title, "header_icon": "comment", "breadcrumbs_items": crumbs}


@GET_OR_POST
def index(request: HttpRequest) -> HttpResponse:
    """Comments by screening, those waiting first; POST publishes the selected ones as they are."""
    _require_moderator(request)
    if request.method == "POST":
        _publish_selected(request)
        return redirect(request.get_full_path())
    wanted = request.GET.get("screening", Screening.RECEIVED)
    current = Screening(wanted) if wanted in Screening.values else Screening.RECEIVED
    only = _chosen_consultation(request)
    found = _comments().filter(consultation=only) if only else _comments()
    numbers = dict(
        found.select_related(None).order_by().values_list("screening").annotate(number=Count("pk"))
    )
    context = _frame(_("意见审核")) | {
        "page_obj": Paginator(found.filter(screening=current), PAGE_SIZE).get_page(request.GET.get("p")),
        "only": only,
        "tabs": [(item, numbers.get(item.value, 0)) for item in Screening],
        "current": current,
    }
    return render(request, "consultations/admin/screening.html", context)


def _chosen_consultation(request: HttpRequest) -> ConsultationPage | None:
    """The consultation the list is narrowed to by `?consultation=`; none for anything that is not one."""
    wanted = request.GET.get("consultation", "")
    if not (wanted.isdecimal() and len(wanted) < 19):
        return None
    found: ConsultationPage | None = ConsultationPage.objects.filter(pk=int(wanted)).first()
    return found


def _publish_selected(request: HttpRequest) -> None:
    """Publish each selected comment; one that cannot be published is named and does not stop the others."""
    user: Any = request.user
    ids = [int(value) for value in request.POST.getlist("comments") if value.isdecimal() and len(value) < 19]
    done = 0
    for found in _comments().filter(pk__in=ids):
        try:
            screen_comment(comment=found, user=user, decision=Screening.PUBLISHED)
        except ValidationError as refusal:
            reason = " ".join(refusal.messages)
            messages.error(
                request, _("第 %(number)s 号意见：%(reason)s") % {"number": found.pk, "reason": reason}
            )
        else:
            done += 1
    if done:
        messages.success(request, _("已公开 %(number)s 条意见。") % {"number": done})
    elif not ids:
        messages.warning(request, _("请先选择意见。"))


@GET_OR_POST
def comment(request: HttpRequest, pk: int) -> HttpResponse:
    """One comment in full, with the decision to take."""
    _require_moderator(request)
    user: Any = request.user
    found: PublicComment = get_object_or_404(_comments(), pk=pk)
    initial = {
        "decision": found.screening if found.screening != Screening.RECEIVED else None,
        "reason": found.screening_reason,
        "redacted_text": found.redacted_text or found.comment,
    }
    form = ScreeningForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and applied(
        form, lambda: screen_comment(comment=found, user=user, **form.cleaned_data)
    ):
        messages.success(request, _("已保存审核结论。"))
        return redirect("screening_admin:index")
    title = _("第 %(number)s 号意见") % {"number": found.pk}
    context = _frame(title, below=True) | {"comment": found, "form": form}
    return render(request, "consultations/admin/screening_comment.html", context)
