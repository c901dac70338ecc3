"""A clean-up in a real browser: from a pasted list to a document that shows who repealed it, and a search that knows."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from portal.organisations.enums import Role
from search import indexing
from search.archive.enums import Validity
from search.archive.models import NormativeDocument
from search.archive.validity import validity_at
from tests.factories.archive import DocumentFactory
from tests.factories.organisations import DepartmentFactory, member
from tests.factories.upkeep import FilingFactory, decision_document

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from portal.organisations.models import User

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SignIn = Callable[["User"], "Page"]


def accessible(page: Page) -> None:
    """No violation of WCAG 2.1 AA in what is ours on the page, once messages have faded in."""
    # To their end at once: a badge in Wagtail's menu goes on for half a minute.
    page.evaluate("document.getAnimations().forEach((a) => { try { a.finish() } catch { a.cancel() } })")
    found = Axe().run(page, context="main", options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]})
    assert found.violations_count == 0, found.generate_report()


def test_from_a_list_to_a_repealed_document(page: Page, browser_sign_in: SignIn) -> None:
    doomed = DocumentFactory.create(
        title="云岭省渡口管理办法", document_number="云政发〔2018〕7号", validity_confirmed=True
    )
    kept = DocumentFactory.create(title="云岭省水库管理办法", document_number="云政发〔2018〕8号")
    decision = decision_document(document_number="云政发〔2025〕99号")
    office = member(Role.OFFICE, DepartmentFactory.create(name="云岭省人民政府办公厅"))
    browser_sign_in(office)

    page.goto("/admin/upkeep/new/")
    page.fill("[name=title]", "2025年规范性文件清理")
    page.select_option("[name=department]", label="云岭省人民政府办公厅")
    page.fill("[name=listed]", f"{doomed.document_number}\n《{kept.title}》")
    page.get_by_role("button", name="新建").click()
    page.wait_for_url(re.compile(r"/admin/upkeep/\d+/"))
    accessible(page)

    for title, conclusion, reason in (
        (doomed.title, "废止", "渡口已全部改桥。"),
        (kept.title, "继续有效", "仍需执行。"),
    ):
        page.get_by_role("checkbox", name=f"选择 {title}").check()
        page.select_option("[name=conclusion]", label=conclusion)
        page.fill("[name=reason]", reason)
        page.get_by_role("button", name="作出结论").click()
        expect(page.locator("main")).to_contain_text(reason)
    if not page.locator("[name=decision]").is_visible():
        page.locator("summary", has_text="清理决定").click()
    page.fill("[name=decision]", "云政发[2025]99号")
    page.fill("[name=decided_on]", "2025-06-30")
    page.get_by_role("button", name="保存").click()
    page.get_by_role("button", name="公布清理结果").click()
    page.get_by_role("link", name="查看公布的结果").click()
    expect(page.locator("h1")).to_have_text("2025年规范性文件清理")
    accessible(page)

    page.get_by_role("link", name=doomed.title).click()
    main = page.locator("main")
    expect(main.locator(".badge--repealed").first).to_be_visible()
    expect(main.locator(".archive-validity")).to_contain_text(decision.title)
    expect(main.locator(".archive-validity")).to_contain_text("渡口已全部改桥。")
    accessible(page)
    page.fill("#on", "2024-01-01")
    page.get_by_role("button", name="查看", exact=True).click()
    expect(main.locator(".badge--in_force").first).to_be_visible()

    indexing.drain()
    page.goto("/search/?q=渡口&validity=repealed")
    expect(page.locator("main .item__title a").first).to_have_attribute(
        "href", re.compile(re.escape(doomed.get_absolute_url()))
    )
    assert validity_at(NormativeDocument.objects.get(pk=kept.pk)) is Validity.IN_FORCE


def test_the_filing_list_on_a_phone(page: Page) -> None:
    late = FilingFactory.create(due_on="2024-05-06")
    FilingFactory.create()
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto("/filings/")
    page.select_option("[name=state]", label="逾期未报备")
    page.get_by_role("button", name="筛选").click()
    expect(page.locator("main")).to_contain_text(late.document.title)
    expect(page.locator("main tbody tr")).to_have_count(1)
    accessible(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
