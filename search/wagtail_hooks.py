"""What the search adds to the Wagtail admin: the synonyms, and the words for their audit entries."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path, reverse_lazy
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.log_actions import LogActionRegistry

from portal.staff import StaffMenuItem, register_audit
from search import synonym_views
from search.rules import RULES

#: Audit entries: action -> name and what happened.
ACTIONS = {
    "synonyms_saved": (_("修改同义词"), _("修改了检索用的同义词")),
    "synonyms_removed": (_("恢复同义词"), _("撤销了对同义词的改动")),
    "synonyms_imported": (_("导入同义词"), _("导入了检索用的同义词")),
}


@hooks.register("register_admin_menu_item")
def synonyms_menu_item() -> MenuItem:
    return StaffMenuItem(
        _("同义词"),
        reverse_lazy("synonyms_admin:list"),
        may=RULES["edit_synonyms"],
        icon_name="list-ul",
        order=340,
    )


@hooks.register("register_admin_urls")
def admin_urls() -> list[URLPattern | URLResolver]:
    patterns = [
        path("", synonym_views.rule_list, name="list"),
        path("rule/", synonym_views.rule_edit, name="edit"),
        path("change/", synonym_views.rule_change, name="change"),
        path("import/", synonym_views.rule_import, name="import"),
        path("export/", synonym_views.rule_export, name="export"),
    ]
    return [path("synonyms/", include((patterns, "synonyms_admin")))]


@hooks.register("register_log_actions")
def log_actions(actions: LogActionRegistry) -> None:
    register_audit(actions, ACTIONS)
