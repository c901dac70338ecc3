"""The synonym screens in a real browser: try a rule, save it, and the next search knows it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from portal.organisations.enums import Role
from search import indexing, synonym_table
from tests.factories.organisations import member
from tests.factories.search import ArchivedDocumentFactory

if TYPE_CHECKING:
    from playwright.sync_api import Page
    from pytest_django.fixtures import SettingsWrapper

    from portal.organisations.models import User

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SignIn = Callable[["User"], "Page"]


@pytest.fixture(autouse=True)
def own_table(settings: SettingsWrapper, tmp_path: Path) -> Iterator[None]:
    settings.SEARCH_SYNONYMS_FILE = None
    settings.SEARCH_INDEX_DIR = tmp_path / "index"
    synonym_table.forget()
    yield
    synonym_table.forget()


def look(page: Page, name: str) -> None:
    """Check what is ours on the page for accessibility; keep pictures of it where `SHOTS` names a folder."""
    found = Axe().run(page, context="main", options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]})
    assert found.violations_count == 0, found.generate_report()
    if folder := os.environ.get("SHOTS"):
        for width in (1280, 390):
            page.set_viewport_size({"width": width, "height": 900})
            page.screenshot(path=Path(folder) / f"{name}-{width}.png")
        page.set_viewport_size({"width": 1280, "height": 900})


def test_a_rule_is_tried_saved_and_found_with(page: Page, browser_sign_in: SignIn) -> None:
    ArchivedDocumentFactory.create(title="云岭省湿地保护条例", text="第一条 为了保护湿地，制定本条例。")
    indexing.rebuild()
    browser_sign_in(member(Role.OFFICE))

    page.goto("/admin/synonyms/")
    expect(page.locator("main")).to_contain_text("随软件提供")
    look(page, "list")
    page.get_by_role("link", name="增加规则").click()
    page.fill("[name=line]", "水 = 湿地")
    page.get_by_role("button", name="保存").click()
    expect(page.locator("main")).to_contain_text("只有一个字")
    look(page, "refused")
    page.fill("[name=line]", "水泡子 -> 湿地")
    page.get_by_role("button", name="先看效果").click()
    preview = page.get_by_role("region", name="检索“水泡子”的效果")
    expect(preview).to_contain_text("找到 0 件")
    expect(preview).to_contain_text("找到 1 件")
    look(page, "preview")
    page.get_by_role("button", name="保存").click()
    expect(page.locator("main")).to_contain_text("水泡子 -> 湿地")

    page.goto("/search/?q=水泡子")
    expect(page.locator("main")).to_contain_text("云岭省湿地保护条例")
    page.goto("/admin/synonyms/import/")
    look(page, "import")
