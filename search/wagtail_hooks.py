"""What the search adds to the Wagtail admin: the synonyms, and the words for their audit entries."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import URLPattern, URLResolver, include, path, reverse_lazy
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.log_actions import LogActionRegistry

from search import synonym_views
from search.rules import RULES


class SynonymsMenuItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        user: Any = request.user
        return bool(RULES["edit_synonyms"](user))


@hooks.register("register_admin_menu_item")
def synonyms_menu_item() -> MenuItem:
    return SynonymsMenuItem(_("同义词"), reverse_lazy("synonyms_admin:list"), icon_name="list-ul", order=340)


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
    actions.register_action("yanlu.synonyms_saved", _("修改同义词"), _("修改了检索用的同义词"))
    actions.register_action("yanlu.synonyms_removed", _("恢复同义词"), _("撤销了对同义词的改动"))
    actions.register_action("yanlu.synonyms_imported", _("导入同义词"), _("导入了检索用的同义词"))
