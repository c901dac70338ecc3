"""What alerts add to the Wagtail admin: missed searches, subscriptions, audit entries."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path, reverse_lazy
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.log_actions import LogActionRegistry

from portal.staff import StaffMenuItem, register_audit
from search.alerts import admin_views
from search.alerts.rules import RULES

#: Audit entries: action -> name and what happened.
ACTIONS = {
    "missed_resolved": (_("处理未找到的检索"), _("记下了怎样处理一个没有结果的检索")),
    "alert_stopped": (_("停止检索订阅"), _("代读者停止了一项检索订阅")),
}


@hooks.register("register_admin_menu_item")
def missed_menu_item() -> MenuItem:
    """For those who tend the archive and its search."""
    return StaffMenuItem(
        _("没有找到的检索"),
        reverse_lazy("alerts_admin:missed"),
        may=RULES["view_missed"],
        icon_name="search",
        order=335,
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
    register_audit(actions, ACTIONS)
