"""Members of staff reach the admin through a real browser."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from portal.organisations.enums import Role
from portal.organisations.models import User
from tests.factories.organisations import UserFactory, member


@pytest.mark.browser
def test_a_drafter_signs_in_and_sees_only_what_concerns_them(browser_sign_in: Callable[[User], Page]) -> None:
    drafter = member(Role.DRAFTER, display_name="李起草")

    page = browser_sign_in(drafter)

    assert page.url.endswith("/admin/")
    menu = page.locator("#wagtail-sidebar")
    expect(page.locator("main")).to_contain_text("李起草")
    expect(menu).not_to_contain_text("机构与任职")


@pytest.mark.browser
def test_an_administrator_edits_departments_and_periods(browser_sign_in: Callable[[User], Page]) -> None:
    page = browser_sign_in(UserFactory.create(is_superuser=True))
    page.goto("/admin/snippets/periods/statutoryperiod/")

    expect(page.locator("main")).to_contain_text("国令713 §15")
    page.goto("/admin/snippets/organisations/department/add/")
    page.fill("input[name=name]", "云岭省教育厅")
    page.fill("input[name=code]", "jyt")
    page.click("button[name=action-publish], form footer button[type=submit]")
    expect(page.locator(".messages")).to_contain_text("云岭省教育厅")
