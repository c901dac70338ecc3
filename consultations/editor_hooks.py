"""Wagtail's admin says politely, and before it tries, what the guard would refuse; it offers extension and termination."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from wagtail import hooks
from wagtail.admin import messages
from wagtail.admin.widgets import Button

from consultations import admin_views
from consultations.gate import obstacles, stored_as_opened, stored_values
from consultations.models import ConsultationPage
from consultations.rules import may_open
from consultations.services import TERMINABLE
from consultations.signal_handlers import CANNOT_MOVE, CANNOT_VANISH

VANISHING = frozenset({"delete", "unpublish"})


@hooks.register("register_admin_urls")
def register_consultation_admin_urls() -> list[URLPattern]:
    return [
        path("consultations/<int:pk>/extend/", admin_views.extend_view, name="consultation_extend"),
        path("consultations/<int:pk>/terminate/", admin_views.terminate_view, name="consultation_terminate"),
    ]


@hooks.register("register_page_header_buttons")
def consultation_buttons(
    page: Any, user: Any, view_name: str, next_url: str | None = None
) -> Iterator[Button]:
    """Extension and termination, for the head of the department, while they are possible."""
    if not isinstance(page, ConsultationPage) or not may_open(user, page):
        return
    if page.is_open():
        yield Button(
            _("延长期限"), reverse("consultation_extend", args=[page.pk]), icon_name="date", priority=70
        )
    if page.state() in TERMINABLE:
        yield Button(
            _("终止征求意见"),
            reverse("consultation_terminate", args=[page.pk]),
            icon_name="cross",
            priority=71,
        )


@hooks.register("before_publish_page")
def refuse_publishing(request: HttpRequest, page: Any) -> HttpResponse | None:
    """Back to the editor with everything that is missing, or with who may decide."""
    if not isinstance(page, ConsultationPage) or stored_as_opened(stored_values(page)):
        return None
    reasons = publishing_reasons(request.user, page)
    if not reasons:
        return None
    messages.error(request, _("不能公开征求意见：") + "；".join(reasons))
    return redirect("wagtailadmin_pages:edit", page.pk)


def publishing_reasons(user: Any, page: ConsultationPage) -> list[str]:
    """Why `user` cannot publish `page` now; empty when nothing speaks against it."""
    reasons = [found.message for found in obstacles(page)]
    if not may_open(user, page):
        reasons.insert(0, _("只有起草部门负责人可以决定公开征求意见，请提交负责人审定"))
    return reasons


@hooks.register("before_unpublish_page")
@hooks.register("before_delete_page")
def refuse_vanishing(request: HttpRequest, page: Any) -> HttpResponse | None:
    """An opened consultation stays, also when a page above it is taken away."""
    below = ConsultationPage.objects.descendant_of(page, inclusive=True).was_opened()
    if request.method != "POST" or not below.exists():
        return None
    if (
        not isinstance(page, ConsultationPage)
        and "include_descendants" not in request.POST
        and _only_unpublishes(request)
    ):
        return None
    messages.error(request, CANNOT_VANISH)
    return redirect("wagtailadmin_explore", page.get_parent().pk)


def _only_unpublishes(request: HttpRequest) -> bool:
    return "/unpublish" in request.path


@hooks.register("before_move_page")
def refuse_moving(request: HttpRequest, page: Any, destination: Any) -> HttpResponse | None:
    """An opened consultation stays below its department."""
    if request.method != "POST" or not isinstance(page.specific, ConsultationPage):
        return None
    if destination.pk == page.get_parent().pk or not stored_as_opened(stored_values(page.specific)):
        return None
    messages.error(request, CANNOT_MOVE)
    return redirect("wagtailadmin_explore", page.get_parent().pk)


@hooks.register("before_copy_page")
def refuse_publishing_copies(request: HttpRequest, page: Any) -> HttpResponse | None:
    """A copy starts as a draft: opening it is a decision of its own."""
    if not request.POST.get("publish_copies"):
        return None
    copied = page.get_descendants(inclusive=True) if request.POST.get("copy_subpages") else [page]
    if not any(isinstance(item.specific, ConsultationPage) for item in copied):
        return None
    messages.error(request, _("复制的征求意见只能先存为草稿，由负责人另行审定公开。"))
    return redirect("wagtailadmin_explore", page.get_parent().pk)


@hooks.register("before_bulk_action")
def refuse_bulk_action(
    request: HttpRequest, action_type: str, objects: Sequence[Any], action: Any
) -> HttpResponse | None:
    """The same for many pages at once: nothing is done when one of them may not."""
    pages = [
        found for item in objects if isinstance(found := getattr(item, "specific", item), ConsultationPage)
    ]
    try:
        for page in pages:
            if action_type in VANISHING and stored_as_opened(stored_values(page)):
                raise ValidationError(CANNOT_VANISH)
            if action_type == "move" and stored_as_opened(stored_values(page)):
                raise ValidationError(CANNOT_MOVE)
            if action_type == "publish" and not page.was_opened():
                latest = page.get_latest_revision_as_object()
                if reasons := publishing_reasons(request.user, latest):
                    raise ValidationError("；".join(reasons))
    except ValidationError as error:
        messages.error(request, f"{page.title}：{'；'.join(error.messages)}")
        return redirect("wagtailadmin_home")
    return None
