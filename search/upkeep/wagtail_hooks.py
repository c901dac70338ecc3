"""What upkeep adds to the Wagtail admin: menu items, addresses, audit entries."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import URLPattern, URLResolver, include, path, reverse_lazy
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import Menu, MenuItem, SubmenuMenuItem
from wagtail.log_actions import LogActionRegistry

from portal.staff import register_audit
from search.upkeep import admin_views, duty_views
from search.upkeep.rules import may_look

_ACTIONS = {
    "cleanup_created": (_("新建文件清理"), _("新建了一次文件清理")),
    "cleanup_discarded": (_("放弃文件清理"), _("放弃了一次文件清理")),
    "cleanup_published": (_("公布清理结果"), _("公布了清理结果")),
    "filing_opened": (_("列入备案目录"), _("把文件列入备案目录")),
    "filing_submitted": (_("报送备案"), _("报送了备案")),
    "filing_registered": (_("准予备案"), _("准予备案")),
    "filing_returned": (_("退回备案"), _("退回了备案")),
}


class UpkeepMenu(SubmenuMenuItem):
    """For everyone who has a part in it."""

    def is_shown(self, request: HttpRequest) -> bool:
        user: Any = request.user
        return may_look(user)


@hooks.register("register_admin_menu_item")
def upkeep_menu() -> MenuItem:
    items = [
        MenuItem(_("文件清理"), reverse_lazy("upkeep_admin:batches"), icon_name="clipboard-list", order=10),
        MenuItem(_("将到期文件"), reverse_lazy("upkeep_admin:expiring"), icon_name="time", order=20),
        MenuItem(_("备案目录"), reverse_lazy("upkeep_admin:filings"), icon_name="doc-full", order=30),
    ]
    return UpkeepMenu(
        _("清理与备案"), Menu(items=items), name="upkeep", icon_name="clipboard-list", order=340
    )


@hooks.register("register_admin_urls")
def admin_urls() -> list[URLPattern | URLResolver]:
    patterns = [
        path("", admin_views.batch_list, name="batches"),
        path("new/", admin_views.batch_create, name="create"),
        path("<int:pk>/", admin_views.batch_detail, name="batch"),
        path("<int:pk>/files/", admin_views.batch_files, name="files"),
        path("<int:pk>/entries/", admin_views.batch_entries, name="entries"),
        path("<int:pk>/proposals/", admin_views.batch_proposals, name="proposals"),
        path("<int:pk>/decision/", admin_views.batch_decision, name="decision"),
        path("<int:pk>/publish/", admin_views.batch_publish, name="publish"),
        path("<int:pk>/discard/", admin_views.batch_discard, name="discard"),
        path("expiring/", duty_views.expiring_list, name="expiring"),
        path("expiring/<int:pk>/", duty_views.expiring_conclude, name="conclude"),
        path("filings/", duty_views.filing_list, name="filings"),
        path("filings/<int:pk>/", duty_views.filing_detail, name="filing"),
    ]
    return [path("upkeep/", include((patterns, "upkeep_admin")))]


@hooks.register("register_log_actions")
def log_actions(actions: LogActionRegistry) -> None:
    register_audit(actions, _ACTIONS)
