"""The archive's clerk in a real browser, by keyboard where it matters, and what readers see while no index can be read."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from portal.organisations.enums import Role
from search.archive.models import NormativeDocument
from search.engines.base import EngineUnavailable
from search.tasks import build_index
from tests.factories.archive import DocumentFactory, ImportItemFactory, RelationFactory, original
from tests.factories.organisations import DepartmentFactory, member

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from portal.organisations.models import User

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SignIn = Callable[["User"], "Page"]
WIDTHS = (1280, 390)
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


def sound(page: Page) -> None:
    """Nothing of ours breaks WCAG 2.1 AA, and at no width the page scrolls sideways."""
    # To their end at once: a badge in Wagtail's menu goes on for half a minute.
    page.evaluate("document.getAnimations().forEach((a) => { try { a.finish() } catch { a.cancel() } })")
    found = Axe().run(page, context="main", options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]})
    assert found.violations_count == 0, found.generate_report()
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate(OVERFLOW) == 0, width


def clerk() -> User:
    return member(Role.OFFICE, DepartmentFactory.create(name="云岭省人民政府办公厅"))


def test_what_was_set_aside_is_read_corrected_and_taken_in(page: Page, browser_sign_in: SignIn) -> None:
    item = ImportItemFactory.create(
        title="", original=original("第一条 原件里的文字。".encode(), name="甲.txt")
    )
    browser_sign_in(clerk())
    page.goto("/admin/archive-items/")
    sound(page)
    page.get_by_role("link", name="甲.txt").click()
    expect(page.locator(".ya-original")).to_contain_text("原件里的文字")
    page.fill("[name=title]", "云岭省渡口管理办法")
    page.fill("[name=text]", "第一条 原件里的文字。")
    sound(page)
    page.get_by_role("button", name="收录", exact=True).click()
    expect(page.locator(".messages")).to_be_visible()
    item.refresh_from_db()
    assert item.document is not None
    page.goto(item.document.get_absolute_url())
    expect(page.locator("h1")).to_have_text("云岭省渡口管理办法")


def test_a_relation_is_corrected_by_keyboard(page: Page, browser_sign_in: SignIn) -> None:
    relation = RelationFactory.create(target_text="《停车条例》", target=None)
    meant = DocumentFactory.create(title="云岭省停车条例", text="第一条 甲。")
    browser_sign_in(clerk())
    page.goto(f"/admin/archive-items/documents/{relation.source_id}/relations/")
    card = page.locator(".ya-relation")
    expect(card).to_contain_text("未对应")
    card.locator("summary").focus()
    page.keyboard.press("Enter")
    sound(page)
    card.get_by_label("文件编号").fill(str(meant.pk))
    card.get_by_role("button", name="更正").press("Enter")
    expect(card.get_by_role("link", name=meant.title)).to_be_visible()
    expect(card).to_contain_text("人工")


def test_without_an_index_readers_are_told_and_go_on(page: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    document: NormativeDocument = DocumentFactory.create(title="云岭省渡口管理办法")

    def away() -> None:
        raise EngineUnavailable("the index cannot be read")

    monkeypatch.setattr("search.selectors.get_engine", away)
    monkeypatch.setattr(build_index, "delay", lambda: None)
    page.goto("/search/?q=渡口管理")
    main = page.locator("main")
    expect(main.get_by_role("link", name=document.title)).to_be_visible()
    expect(main).to_contain_text("没有查正文")
    sound(page)
    page.goto("/search/?q=鼯鼠鹡鸰")
    expect(main).to_contain_text("检索暂时不可用")
    assert "没有找到与" not in main.inner_text()
    page.goto("/search/values/issuer/?q=渡口")
    expect(main).to_contain_text("全文检索暂时不可用")
    sound(page)
    main.get_by_role("link", name=re.compile("回到检索结果")).click()
    expect(main.get_by_role("link", name=document.title)).to_be_visible()
