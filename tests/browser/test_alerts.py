"""A subscription and an issue of the gazette in a real browser: every step a person takes, and axe-core on every page."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from django.core import mail
from playwright.sync_api import expect

from search import indexing
from search.alerts import delivery, outbox
from search.alerts.enums import AlertStatus
from search.alerts.models import SearchAlert
from search.archive.services import tell_index
from search.gazette.models import GazetteIssue
from tests.browser.test_accessibility import faults
from tests.factories.alerts import soon
from tests.factories.gazette import EntryFactory, IssueFactory, office
from tests.factories.search import ArchivedDocumentFactory

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page
    from pytest_django.fixtures import SettingsWrapper

    from portal.organisations.models import User

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def _folders(settings: SettingsWrapper, tmp_path: Path) -> None:
    settings.SEARCH_INDEX_DIR = tmp_path / "index"
    settings.ARCHIVE_ORIGINALS_DIR = tmp_path / "originals"


def link_in(text: str, name: str) -> str:
    found = re.search(rf"https?://[^/\s]+(/alerts/{name}/\S+)", text)
    assert found, text
    return found[1]


def looked_at(page: Page) -> None:
    """No fault on the page shown, and nothing that scrolls sideways on a telephone."""
    assert faults(page) == []
    page.set_viewport_size({"width": 390, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.set_viewport_size({"width": 1280, "height": 900})


def test_subscribe_confirm_receive_stop(page: Page) -> None:
    indexing.rebuild()
    page.goto("/alerts/new/?q=公积金")
    page.get_by_label("电子邮箱").fill("reader")
    page.get_by_role("button", name="发送确认邮件").click()
    expect(page.locator(".error-summary")).to_be_visible()
    looked_at(page)
    page.get_by_label("电子邮箱").fill("reader@example.org")
    page.get_by_label("每周").check()
    page.get_by_role("button", name="发送确认邮件").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("请查收确认邮件")
    looked_at(page)
    outbox.send_due()

    page.goto(link_in(str(mail.outbox[0].body), "confirm"))
    assert SearchAlert.objects.get().status == AlertStatus.PENDING
    looked_at(page)
    page.get_by_role("button", name="确认订阅").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("订阅已生效")

    document = ArchivedDocumentFactory.create(title="云岭省公积金新办法")
    tell_index([document.pk])
    indexing.drain()
    assert delivery.run_due(soon(days=8)).queued == 1
    outbox.send_due(soon(days=8))
    told = str(mail.outbox[1].body)
    assert document.title in told

    page.goto(link_in(told, "manage"))
    page.get_by_text("修改", exact=True).click()
    page.get_by_label("多久发送一次").select_option("daily")
    looked_at(page)
    page.get_by_role("button", name="保存修改").click()
    page.wait_for_load_state()
    assert SearchAlert.objects.get().frequency == "daily"

    page.goto(link_in(told, "stop"))
    looked_at(page)
    page.get_by_role("button", name="停止订阅").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("订阅已停止")
    assert SearchAlert.objects.get().status == AlertStatus.STOPPED


def test_an_issue_is_put_in_order_with_the_keyboard_and_published(
    page: Page, browser_sign_in: Callable[[User], Page]
) -> None:
    user, issue = office(), IssueFactory.create(number=3)
    first, second = (
        EntryFactory.create(issue=issue, document__title=title) for title in ("甲办法", "乙办法")
    )
    browser_sign_in(user)
    page.goto(f"/admin/gazette/{issue.pk}/")
    page.locator(f"#entry-{second.pk}").get_by_role("button", name="上移").focus()
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(f"#entry-{second.pk}$"))
    assert list(issue.entries.values_list("pk", flat=True)) == [second.pk, first.pk]
    page.get_by_role("link", name="发布", exact=True).click()
    page.get_by_role("button", name="发布", exact=True).click()
    page.wait_for_url(re.compile(r"/gazette/2026/3/$"))
    assert GazetteIssue.objects.get().is_published
    expect(page.locator("main")).to_contain_text("标准文本")
    looked_at(page)
    page.get_by_role("link", name="甲办法").click()
    expect(page.locator("#gazette-title")).to_have_text("标准文本")
    page.goto("/gazette/")
    looked_at(page)
