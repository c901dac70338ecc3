"""Branding of the editing screens, the to-do list on their first page, the stylesheet of what features add to them."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from wagtail import hooks
from wagtail.log_actions import LogActionRegistry, LogFormatter

from portal.home.attachments import may_download
from portal.home.review_mail import ANNOUNCED
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


@hooks.register("register_log_actions")
def register_log_actions(actions: LogActionRegistry) -> None:
    @actions.register_action(ANNOUNCED)
    class Announced(LogFormatter):
        label = _("通知办理人")

        def format_message(self, log_entry: Any) -> str:
            number = int(log_entry.data.get("number", 0))
            text = ngettext(
                "“%(step)s”环节开始，发邮件通知 %(n)d 人", "“%(step)s”环节开始，发邮件通知 %(n)d 人", number
            )
            return text % {"step": log_entry.data.get("step", ""), "n": number}
