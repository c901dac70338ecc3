"""What the gazette adds to the Wagtail admin: menu item, screens, audit entries."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path, reverse_lazy
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.log_actions import LogActionRegistry

from portal.staff import StaffMenuItem, register_audit
from search.gazette import admin_views
from search.gazette.rules import RULES

#: Audit entries: action -> name and what happened.
ACTIONS = {
    "gazette_created": (_("新建公报"), _("新建了一期公报")),
    "gazette_changed": (_("修改公报"), _("修改了公报草稿")),
    "gazette_entries_added": (_("收入公报"), _("把文件收入公报")),
    "gazette_entry_changed": (_("修改公报篇目"), _("修改了公报篇目的栏目或页码")),
    "gazette_entry_moved": (_("调整公报次序"), _("调整了公报篇目的次序")),
    "gazette_entry_removed": (_("移出公报"), _("把文件移出公报")),
    "gazette_deleted": (_("删除公报草稿"), _("删除了公报草稿")),
    "gazette_published": (_("发布公报"), _("发布了公报，文本成为标准文本")),
    "gazette_corrected": (_("更正公报"), _("发布了公报的更正")),
}


@hooks.register("register_admin_menu_item")
def gazette_menu_item() -> MenuItem:
    """For those who edit the gazette."""
    return StaffMenuItem(
        _("政府公报"),
        reverse_lazy("gazette_admin:index"),
        may=RULES["edit_issue"],
        icon_name="doc-full",
        order=325,
    )


@hooks.register("register_admin_urls")
def admin_urls() -> list[URLPattern | URLResolver]:
    patterns = [
        path("", admin_views.index, name="index"),
        path("new/", admin_views.create, name="create"),
        path("<int:pk>/", admin_views.edit, name="edit"),
        path("<int:pk>/add/", admin_views.add, name="add"),
        path("<int:pk>/pdf/", admin_views.pdf, name="pdf"),
        path("<int:pk>/preview/", admin_views.preview, name="preview"),
        path("<int:pk>/publish/", admin_views.publish, name="publish"),
        path("<int:pk>/erratum/", admin_views.erratum, name="erratum"),
        path("<int:pk>/delete/", admin_views.delete, name="delete"),
        path("<int:pk>/entries/<int:entry_pk>/", admin_views.change_entry, name="entry"),
    ]
    return [path("gazette/", include((patterns, "gazette_admin")))]


@hooks.register("register_log_actions")
def register_actions(actions: LogActionRegistry) -> None:
    register_audit(actions, ACTIONS)
