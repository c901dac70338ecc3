"""What the archive adds to the Wagtail admin: documents, set-aside items, confirmation of validity, audit entries."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest
from django.urls import URLPattern, URLResolver, include, path, reverse, reverse_lazy
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel
from wagtail.admin.ui.tables import BooleanColumn
from wagtail.admin.widgets import ListingButton
from wagtail.log_actions import LogActionRegistry
from wagtail.permission_policies import ModelPermissionPolicy
from wagtail.permissions import register_permission_policy
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet

from portal.staff import StaffMenuItem, register_audit
from search.archive import admin_views, curation, item_views, relation_admin
from search.archive.models import NormativeDocument
from search.archive.rules import RULES


class ArchivePermissionPolicy(ModelPermissionPolicy):
    """Documents come from imports and publications and are never deleted; who keeps the archive may correct them."""

    def user_has_permission(self, user: Any, action: str) -> bool:
        if action in ("add", "delete"):
            return False
        return bool(user.is_superuser or RULES["edit_document"](user))

    def user_has_any_permission(self, user: Any, actions: Any) -> bool:
        return any(self.user_has_permission(user, action) for action in actions)

    def user_has_permission_for_instance(self, user: Any, action: str, instance: Any) -> bool:
        return self.user_has_permission(user, action)


class NormativeDocumentViewSet(SnippetViewSet):
    model = NormativeDocument
    icon = "doc-full"
    menu_label = _("规范性文件库")
    menu_order = 320
    add_to_admin_menu = True
    list_display = [
        "title", "document_number", "issuing_authority", "published_on", BooleanColumn("validity_confirmed", label=_("效力已确认"))
    ]  # fmt: skip
    list_filter = {
        "level": ["exact"],
        "doc_type": ["exact"],
        "validity_confirmed": ["exact"],
        "lapsed": ["exact"],
        "withdrawn": ["exact"],
        "lowest_confidence": ["lte"],
    }
    search_fields = ["title", "document_number", "document_number_raw", "issuing_authority"]
    search_backend_name = None
    list_per_page = 50
    copy_view_enabled = False
    inspect_view_enabled = True
    inspect_view_fields_exclude = ["text", "confidence", "content_hash"]
    panels = [
        FieldPanel("title"),
        FieldRowPanel([FieldPanel("document_number_raw"), FieldPanel("registration_number")]),
        FieldRowPanel([FieldPanel("issuing_authority"), FieldPanel("region")]),
        FieldRowPanel([FieldPanel("level"), FieldPanel("doc_type"), FieldPanel("genre")]),
        FieldRowPanel([FieldPanel("adopted_on"), FieldPanel("published_on")]),
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("effective_on"), FieldPanel("valid_until")]),
                FieldRowPanel([FieldPanel("amended_on"), FieldPanel("repealed_on")]),
            ],
            heading=_("效力"),
        ),
        FieldPanel("text"),
    ]


register_permission_policy(NormativeDocument, ArchivePermissionPolicy(NormativeDocument))
register_snippet(NormativeDocumentViewSet)


_BEFORE = "validity_before_edit"


@hooks.register("before_edit_snippet")
def remember_validity(request: HttpRequest, instance: Any) -> None:
    """A day that a person changes in the form is that person's word, so the days before it are kept."""
    if isinstance(instance, NormativeDocument):
        columns = ("amended_on", "repealed_on", "valid_until")
        setattr(request, _BEFORE, {name: getattr(instance, name) for name in columns})


@hooks.register("after_edit_snippet")
def follow_correction(request: HttpRequest, instance: Any) -> None:
    """An edited document brings its derived columns and the index along."""
    user: Any = request.user
    if isinstance(instance, NormativeDocument):
        before = getattr(request, _BEFORE, None)
        curation.document_corrected(document=instance, user=user, before=before)


@hooks.register("register_snippet_listing_buttons")
def confirmation_button(snippet: Any, user: Any, next_url: str | None = None) -> Iterator[ListingButton]:
    if (
        isinstance(snippet, NormativeDocument)
        and not snippet.validity_confirmed
        and RULES["confirm_validity"](user)
    ):
        address = reverse("archive_admin:confirm", args=[snippet.pk])
        yield ListingButton(_("确认效力"), address, icon_name="check", priority=40)


@hooks.register("register_snippet_listing_buttons")
def relations_button(snippet: Any, user: Any, next_url: str | None = None) -> Iterator[ListingButton]:
    if isinstance(snippet, NormativeDocument) and RULES["decide_relation"](user):
        address = reverse("archive_admin:relations", args=[snippet.pk])
        yield ListingButton(_("文件关系"), address, icon_name="link", priority=50)


@hooks.register("register_admin_menu_item")
def items_menu_item() -> MenuItem:
    return StaffMenuItem(
        _("待确认条目"),
        reverse_lazy("archive_admin:items"),
        may=RULES["view_set_aside"],
        icon_name="warning",
        order=330,
    )


#: Audit entries: action -> name and what happened.
ACTIONS = {
    "item_accepted": (_("收录待确认条目"), _("把待确认条目收入文件库")),
    "item_rejected": (_("不收录待确认条目"), _("决定不收录一个待确认条目")),
    "item_reopened": (_("重新打开条目"), _("重新打开一个决定不收录的条目")),
    "validity_confirmed": (_("确认效力"), _("确认了文件的效力")),
    "relation_confirmed": (_("确认关系"), _("确认了文件关系")),
    "relation_fixed": (_("更正关系"), _("更正了文件关系")),
    "relation_rejected": (_("否定关系"), _("否定了文件关系")),
    "relation_added": (_("补录关系"), _("补录了文件关系")),
}


@hooks.register("register_admin_urls")
def admin_urls() -> list[URLPattern | URLResolver]:
    patterns = [
        path("", item_views.item_list, name="items"),
        path("reject/", item_views.reject_selected, name="reject_selected"),
        path("<int:pk>/", item_views.item_detail, name="item"),
        path("<int:pk>/reopen/", item_views.item_reopen, name="item_reopen"),
        path("<int:pk>/original/", item_views.item_original, name="item_original"),
        path("<int:pk>/pages/<int:number>/", item_views.item_page, name="item_page"),
        path("documents/<int:pk>/validity/", admin_views.confirm_validity, name="confirm"),
        path("documents/<int:pk>/relations/", relation_admin.document_relations, name="relations"),
    ]
    return [path("archive-items/", include((patterns, "archive_admin")))]


@hooks.register("register_log_actions")
def log_actions(actions: LogActionRegistry) -> None:
    register_audit(actions, ACTIONS)
