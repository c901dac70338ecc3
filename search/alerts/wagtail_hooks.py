"""What alerts add to the Wagtail admin: missed searches, subscriptions, audit entries."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import URLPattern, URLResolver, include, path, reverse_lazy
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.log_actions import LogActionRegistry

from search.alerts import admin_views
from search.alerts.rules import RULES


class MissedMenuItem(MenuItem):
    """For those who tend the archive and its search."""

    def is_shown(self, request: HttpRequest) -> bool:
        user: Any = request.user
        return bool(RULES["view_missed"](user))


@hooks.register("register_admin_menu_item")
def missed_menu_item() -> MenuItem:
    return MissedMenuItem(
        _("没有找到的检索"), reverse_lazy("alerts_admin:missed"), icon_name="search", order=335
    )


@hooks.register("register_admin_urls")
def admin_urls() -> list[URLPattern | URLResolver]:
    patterns = [
        path("", admin_views.missed_list, name="missed"),
        path("csv/", admin_views.missed_csv, name="missed_csv"),
        path("resolve/", admin_views.missed_resolve, name="missed_resolve"),
        path("alerts/", admin_views.alert_list, name="alerts"),
        path("alerts/<int:pk>/stop/", admin_views.alert_stop, name="alert_stop"),
    ]
    return [path("missed-searches/", include((patterns, "alerts_admin")))]


@hooks.register("register_log_actions")
def register_actions(actions: LogActionRegistry) -> None:
    actions.register_action(
        "yanlu.missed_resolved", _("处理未找到的检索"), _("记下了怎样处理一个没有结果的检索")
    )
    actions.register_action("yanlu.alert_stopped", _("停止检索订阅"), _("代读者停止了一项检索订阅"))
