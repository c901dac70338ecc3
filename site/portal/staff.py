"""What the staff screens of every room share: a guarded menu item, the check before a view, titles, audit entries."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.forms import BaseForm
from django.http import HttpRequest
from wagtail.admin.menu import MenuItem
from wagtail.log_actions import LogActionRegistry

#: Whether this user may; rooms keep theirs in `rules.RULES`.
Rule = Callable[[Any], bool]


class StaffMenuItem(MenuItem):
    """An entry of the menu for those only whom the rule `may` lets in."""

    def __init__(self, label: Any, url: Any, *, may: Rule, icon_name: str, order: int) -> None:
        super().__init__(label, url, icon_name=icon_name, order=order)
        self.may = may

    def is_shown(self, request: HttpRequest) -> bool:
        return bool(self.may(request.user))


def allowed(request: HttpRequest, rule: Rule) -> Any:
    """The user of `request`, whom `rule` lets in. Raises PermissionDenied."""
    if not rule(request.user):
        raise PermissionDenied
    return request.user


def titles(title: str, subtitle: str = "", *, icon: str) -> dict[str, str]:
    """What the frame of a staff screen shows: title, perhaps a line under it, an icon."""
    return {"header_title": title, "page_title": title, "page_subtitle": subtitle, "header_icon": icon}


def refusal(form: BaseForm) -> ValidationError:
    """Every message of an invalid form as one error, for views that answer with messages and a redirect."""
    return ValidationError([error for errors in form.errors.values() for error in errors])


def register_audit(registry: LogActionRegistry, actions: Mapping[str, tuple[Any, Any]]) -> None:
    """Register audit entries: verb -> what it is called, and what happened. They are stored as `yanlu.<verb>`."""
    for verb, (name, happened) in actions.items():
        registry.register_action(f"yanlu.{verb}", name, happened)
