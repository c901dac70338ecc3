"""Branding of the editing screens, the to-do list on their first page, the stylesheet of what features add to them."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString
from wagtail import hooks

from portal.home.attachments import may_download
from portal.home.todo import arrange_panels


@hooks.register("insert_global_admin_css")
def admin_css() -> SafeString:
    return format_html('<link rel="stylesheet" href="{}">', static("css/admin.css"))


@hooks.register("construct_homepage_panels")
def show_todo_list(request: HttpRequest, panels: list[Any]) -> None:
    arrange_panels(panels)


@hooks.register("before_serve_document")
def hide_files_of_drafts(document: Any, request: HttpRequest) -> None:
    if not may_download(request, document):
        raise Http404
