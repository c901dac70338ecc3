"""What a reader of English, of paper, of a telephone or with a screen reader meets in search and archive."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from playwright.sync_api import expect

from portal.organisations.enums import Role
from search import indexing
from tests.factories.organisations import DepartmentFactory, member
from tests.factories.search import ArchivedDocumentFactory

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from portal.organisations.models import User

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SignIn = Callable[["User"], "Page"]
#: Chinese text that no element says is Chinese: an English voice reads nothing there.
UNSAID = """selector => [...document.querySelectorAll(selector)].flatMap(e =>
    [...e.childNodes].filter(n => n.nodeType === 3 && /\\p{Script=Han}/u.test(n.data)
        && !e.closest('[lang]').lang.startsWith('zh')).map(n => n.data.trim()))"""


def test_chinese_is_said_to_be_chinese_on_an_english_page(page: Page) -> None:
    document = ArchivedDocumentFactory.create(title="云岭省渔港管理规定", issuing_authority="云岭省渔业厅")
    ArchivedDocumentFactory.create(title="云岭省渔船登记办法", issuing_authority="云岭省交通厅")
    indexing.rebuild()
    page.set_extra_http_headers({"Accept-Language": "en"})
    page.goto("/search/?q=渔")
    assert page.evaluate(UNSAID, ".item *, .search-option") == []
    page.goto("/search/values/issuer/?q=渔")
    expect(page.locator(".search-option", has_text="云岭省渔业厅")).to_be_visible()
    assert page.evaluate(UNSAID, ".search-option") == []
    page.goto(document.get_absolute_url())
    assert page.evaluate(UNSAID, ".page-head *, .metadata *") == []


def test_a_day_to_come_can_be_read(page: Page) -> None:
    today = timezone.localdate()
    document = ArchivedDocumentFactory.create(valid_until=today + dt.timedelta(days=900))
    page.goto(document.get_absolute_url())
    page.evaluate("document.querySelectorAll('details').forEach(e => e.open = true)")
    expect(page.locator(".timeline__item--ahead").first).to_be_visible()
    found = Axe().run(page, context=".timeline", options={"runOnly": ["color-contrast"]})
    assert found.violations_count == 0, found.generate_report()


def test_paper_says_what_was_searched_for(page: Page) -> None:
    ArchivedDocumentFactory.create(title="云岭省渔港管理规定")
    indexing.rebuild()
    page.goto("/search/?q=渔港")
    words = page.locator(".page-head .print-only")
    expect(words).to_be_hidden()
    page.emulate_media(media="print")
    expect(words).to_have_text("“渔港”")


def test_a_file_without_a_number_begins_with_its_issuer(page: Page, browser_sign_in: SignIn) -> None:
    today = timezone.localdate()
    ArchivedDocumentFactory.create(
        document_number="",
        issuing_authority="云岭省渔业厅",
        published_on=today - dt.timedelta(days=400),
        effective_on=today - dt.timedelta(days=400),
        valid_until=today + dt.timedelta(days=30),
        validity_confirmed=True,
    )
    browser_sign_in(member(Role.OFFICE, DepartmentFactory.create(name="云岭省人民政府办公厅")))
    page.goto("/admin/upkeep/expiring/")
    line = page.locator(".uk-box > p").first
    assert (line.text_content() or "").startswith("云岭省渔业厅")
