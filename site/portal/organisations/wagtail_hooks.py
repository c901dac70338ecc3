"""Admin screens of departments and role assignments, and the audit entries of roles."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel
from wagtail.log_actions import LogActionRegistry, LogFormatter
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet, SnippetViewSetGroup

from portal.organisations.enums import Role
from portal.organisations.models import Department, RoleAssignment


class DepartmentViewSet(SnippetViewSet):
    model = Department
    icon = "home"
    list_display = ["name", "code", "number_code", "get_kind_display", "get_level_display", "position"]
    list_filter = ["kind", "level", "livelihood"]
    search_fields = ["name", "short_name", "code"]
    panels = [
        FieldRowPanel([FieldPanel("name"), FieldPanel("short_name")]),
        FieldRowPanel([FieldPanel("code"), FieldPanel("number_code")]),
        FieldRowPanel([FieldPanel("kind"), FieldPanel("level"), FieldPanel("region")]),
        FieldPanel("parent"),
        FieldPanel("livelihood"),
        MultiFieldPanel([FieldPanel("contact_phone"), FieldPanel("address")], heading=_("公开的联系方式")),
        FieldPanel("position"),
    ]


class RoleAssignmentViewSet(SnippetViewSet):
    model = RoleAssignment
    icon = "user"
    list_display = ["user", "department", "get_role_display", "valid_from", "valid_until"]
    list_filter = ["role", "department"]
    panels = [
        FieldPanel("user"),
        FieldRowPanel([FieldPanel("department"), FieldPanel("role")]),
        FieldRowPanel([FieldPanel("valid_from"), FieldPanel("valid_until")]),
    ]


class OrganisationsViewSetGroup(SnippetViewSetGroup):
    items = (DepartmentViewSet, RoleAssignmentViewSet)
    menu_label = _("机构与任职")
    menu_icon = "group"
    menu_order = 590


register_snippet(OrganisationsViewSetGroup)


class RoleFormatter(LogFormatter):
    """Names the role and the department of the entry."""

    verb: Any = ""

    def format_message(self, log_entry: Any) -> str:
        """E.g. 授予角色：部门负责人（fgw）."""
        role, department = log_entry.data.get("role", ""), log_entry.data.get("department", "")
        label = Role(role).label if role in Role.values else role
        return _("%(verb)s：%(role)s（%(department)s）") % {
            "verb": self.verb,
            "role": label,
            "department": department,
        }


@hooks.register("register_log_actions")
def register_log_actions(actions: LogActionRegistry) -> None:
    """Audit entries of this app."""
    for name, label in (
        ("yanlu.assign_role", _("授予角色")),
        ("yanlu.change_role", _("变更任职时间")),
        ("yanlu.remove_role", _("撤销角色")),
    ):
        formatter = type("Formatter", (RoleFormatter,), {"label": label, "verb": label})
        actions.register_action(name)(formatter)
