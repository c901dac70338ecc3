"""What the staff screens share: the menu item, the check, the titles, the messages of a form, audit entries."""

from __future__ import annotations

from typing import Any

import pytest
from django import forms
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.test import RequestFactory
from wagtail.log_actions import LogActionRegistry, registry

from portal.staff import StaffMenuItem, allowed, refusal, register_audit, titles


def asked_by(user: Any) -> Any:
    request = RequestFactory().get("/admin/")
    request.user = user
    return request


@pytest.mark.parametrize("may", [True, False])
def test_the_menu_shows_what_the_rule_lets_in(may: bool) -> None:
    seen: list[Any] = []

    def rule(user: Any) -> bool:
        seen.append(user)
        return may

    user = AnonymousUser()
    item = StaffMenuItem("政府公报", "/admin/gazette/", may=rule, icon_name="doc-full", order=3)
    assert item.is_shown(asked_by(user)) is may
    assert seen == [user]
    assert (item.label, item.url, item.order) == ("政府公报", "/admin/gazette/", 3)


def test_a_view_is_let_in_by_its_rule_and_knows_who_asked() -> None:
    user = AnonymousUser()
    assert allowed(asked_by(user), lambda someone: someone is user) is user
    with pytest.raises(PermissionDenied):
        allowed(asked_by(user), lambda someone: False)


def test_titles_of_a_screen() -> None:
    assert titles("文件清理", "准备中", icon="time") == {
        "header_title": "文件清理", "page_title": "文件清理", "page_subtitle": "准备中", "header_icon": "time",
    }  # fmt: skip
    assert titles("公报", icon="doc-full")["page_subtitle"] == ""


def test_a_refusal_has_every_message_of_the_form() -> None:
    class Two(forms.Form):
        day = forms.DateField(error_messages={"required": "缺日期"})
        name = forms.CharField(error_messages={"required": "缺名称"})

    assert refusal(Two({})).messages == ["缺日期", "缺名称"]


def test_audit_entries_are_known_by_their_verb() -> None:
    actions = LogActionRegistry()
    actions.has_scanned_for_actions = True
    register_audit(actions, {"gazette_created": ("新建公报", "新建了一期公报")})
    assert actions.action_exists("yanlu.gazette_created")
    assert str(actions.get_action_label("yanlu.gazette_created")) == "新建公报"


@pytest.mark.parametrize(
    "verb",
    [
        "gazette_created", "gazette_deleted", "gazette_corrected", "missed_resolved", "alert_stopped", "cleanup_published",
        "filing_returned", "synonyms_saved", "synonyms_imported", "item_accepted", "item_reopened", "validity_confirmed",
        "relation_rejected", "relation_added",
    ],
)  # fmt: skip
def test_every_room_has_registered_its_entries(verb: str) -> None:
    assert registry.action_exists(f"yanlu.{verb}")
