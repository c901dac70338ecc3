"""What outcomes and screening add to the Wagtail admin: menu items, addresses, icons, audit entries."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import URLPattern, URLResolver, include, path, reverse, reverse_lazy
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.site_summary import SummaryItem
from wagtail.log_actions import LogActionRegistry, LogFormatter

from consultations.enums import Screening
from consultations.models import PublicComment
from consultations.outcome_admin import departments_for
from consultations.rules import may_screen

#: Audit entries: action -> what happened; a title in the entry's data is added.
OUTCOME_ACTIONS = {
    "theme_created": (_("新建意见主题"), _("新建了意见主题")),
    "theme_renamed": (_("修改意见主题"), _("修改了意见主题")),
    "themes_reordered": (_("调整主题顺序"), _("调整了主题顺序")),
    "themes_merged": (_("合并意见主题"), _("合并了意见主题")),
    "theme_deleted": (_("删除意见主题"), _("删除了意见主题")),
    "comments_assigned": (_("意见归入主题"), _("把意见归入主题")),
    "comments_unassigned": (_("意见移出主题"), _("把意见移出主题")),
    "theme_decided": (_("处理主题"), _("对主题作出处理决定")),
    "comment_decided": (_("单独处理意见"), _("对一条意见作出处理决定")),
    "decision_cleared": (_("撤销处理决定"), _("撤销了一项处理决定")),
    "outcome_introduced": (_("填写总体情况"), _("填写了采纳情况的总体情况")),
    "final_policy_linked": (_("关联正式文件"), _("关联了正式文件")),
    "outcome_published": (_("公布采纳情况"), _("公布了采纳情况")),
}


class OutcomeFormatter(LogFormatter):
    """The sentence of the entry, with the theme's title where there is one."""

    sentence: Any = ""

    def format_message(self, log_entry: Any) -> str:
        title = log_entry.data.get("title", "")
        return f"{self.sentence}「{title}」" if title else str(self.sentence)


@hooks.register("register_log_actions")
def register_outcome_actions(actions: LogActionRegistry) -> None:
    for verb, (name, text) in OUTCOME_ACTIONS.items():
        formatter = type("OutcomeFormatter", (OutcomeFormatter,), {"label": name, "sentence": text})
        actions.register_action(f"yanlu.{verb}")(formatter)


class OutcomesMenuItem(MenuItem):
    """For those who draft for a department or head it, and for administrators, who may look."""

    def is_shown(self, request: HttpRequest) -> bool:
        user: Any = request.user
        return bool(user.is_superuser or departments_for(user))


class ScreeningMenuItem(MenuItem):
    """For moderators."""

    def is_shown(self, request: HttpRequest) -> bool:
        return may_screen(request.user)


@hooks.register("register_admin_menu_item")
def register_outcomes_menu_item() -> MenuItem:
    return OutcomesMenuItem(
        _("意见处理"), reverse_lazy("outcomes_admin:index"), name="outcomes", icon_name="list-ul", order=210
    )


@hooks.register("register_admin_menu_item")
def register_screening_menu_item() -> MenuItem:
    return ScreeningMenuItem(
        _("意见审核"), reverse_lazy("screening_admin:index"), name="screening", icon_name="view", order=220
    )


@hooks.register("register_admin_urls")
def register_outcome_admin_urls() -> list[URLPattern | URLResolver]:
    return [
        path("outcomes/", include("consultations.outcome_admin_urls")),
        path("screening/", include("consultations.screening_admin_urls")),
    ]


class WaitingForScreening(SummaryItem):
    """How many comments wait for the moderator, on the admin's first page."""

    order = 250
    template_name = "consultations/admin/summary_screening.html"

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        waiting = PublicComment.objects.order_by().filter(screening=Screening.RECEIVED).count()
        return {"waiting": waiting, "url": reverse("screening_admin:index")}

    def is_shown(self) -> bool:
        return may_screen(self.request.user)


@hooks.register("construct_homepage_summary_items")
def add_waiting_for_screening(request: HttpRequest, items: list[Any]) -> None:
    items.append(WaitingForScreening(request))
