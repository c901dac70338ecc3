"""axe-core finds nothing on any public page, wide in Chinese and narrow in English (WCAG 2.2 AA and its best practices)."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import pytest
from axe_playwright_python.sync_playwright import Axe

from portal.organisations.enums import Role
from search.upkeep.enums import Conclusion
from tests.factories import gazette, outcomes
from tests.factories.consultations import CommentFactory, ConsultationFactory
from tests.factories.interpretations import signed_policy
from tests.factories.organisations import member
from tests.factories.search import ArchivedDocumentFactory
from tests.factories.upkeep import FilingFactory, published_batch

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


class Site(NamedTuple):
    """Addresses of one page of every kind, all with content."""

    paths: tuple[str, ...]


@pytest.fixture
def site() -> Site:
    policy = signed_policy()
    consultation = ConsultationFactory.create()
    comment = CommentFactory.create(consultation=consultation, name="王小明")
    ConsultationFactory.create(overdue=True)
    settled = outcomes.published(outcomes.team())
    archived = ArchivedDocumentFactory.create()
    FilingFactory.create(document=archived)
    cleaned = {archived: Conclusion.CONTINUE, ArchivedDocumentFactory.create(): Conclusion.REPEAL}
    batch = published_batch(member(Role.OFFICE), cleaned)
    issue = gazette.published()
    draft = f"/consultations/{consultation.slug}/"
    lists = (
        "/",
        "/about/",
        "/board/",
        "/departments/",
        "/policies/",
        "/consultations/",
        "/search/",
        "/search/advanced/",
        "/alerts/new/?q=公积金",
        "/gazette/",
        "/cleanups/",
        "/filings/",
        "/receipts/",
    )
    return Site(
        (
            *lists,
            f"/policies/{policy.slug}/",
            draft,
            f"{draft}comment/",
            f"{draft}comments/",
            f"/consultations/{settled.slug}/outcome/",
            f"/receipts/{comment.receipt_code}/",
            f"/archive/{archived.pk}/",
            f"/archive/{archived.pk}/relations/",
            batch.get_absolute_url(),
            issue.get_absolute_url(),
            "/nothing-here/",
        )
    )


def faults(page: Page) -> list[str]:
    """What axe-core objects to on the page shown: rule, number of places, the first of them."""
    violations = Axe().run(page, options=RULES).response["violations"]
    return [f"{v['id']} x{len(v['nodes'])}: {v['nodes'][0]['html'][:200]}" for v in violations]


@pytest.mark.parametrize(("width", "language"), [(1280, "zh-CN"), (360, "en")])
def test_no_page_has_a_fault(page: Page, site: Site, width: int, language: str) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    page.set_extra_http_headers({"Accept-Language": language})
    found: dict[str, list[str]] = {}
    for path in site.paths:
        response = page.goto(path)
        assert response is not None and (response.ok or path == "/nothing-here/"), path
        if problems := faults(page):
            found[path] = problems
    assert found == {}


def test_the_form_with_errors_has_no_fault(page: Page, site: Site) -> None:
    page.goto(next(path for path in site.paths if path.endswith("/comment/")))
    page.locator("main form button").first.click()
    assert page.locator(".error-summary").is_visible()
    assert faults(page) == []


def test_the_measure_finds_what_is_wrong(page: Page) -> None:
    """The check itself can fail: an image without text, a button without name, a link that cannot be read."""
    page.goto("/about/")
    page.evaluate(
        "document.querySelector('main').insertAdjacentHTML('beforeend', '<img src=\"/static/img/seal.svg\"><button></button>')"
    )
    assert {fault.split(" ")[0] for fault in faults(page)} >= {"image-alt", "button-name"}
