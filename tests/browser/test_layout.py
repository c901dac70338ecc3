"""The frame of the site in a real browser: narrow screens, keyboard, reduced motion, forced colours, paper."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.factories.organisations import department_page

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PATHS = (
    "/",
    "/about/",
    "/board/",
    "/departments/",
    "/policies/",
    "/consultations/",
    "/search/",
    "/receipts/",
)
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("width", [320, 390, 1280])
def test_no_page_scrolls_sideways(page: Page, path: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    response = page.goto(path)
    assert response is not None
    assert response.status == 200
    assert page.evaluate(OVERFLOW) == 0


@pytest.mark.parametrize("path", PATHS)
def test_nothing_is_refused_by_the_security_policy(page: Page, path: str) -> None:
    refused: list[str] = []
    page.on("console", lambda message: refused.append(message.text) if message.type == "error" else None)
    page.on("requestfailed", lambda request: refused.append(request.url))
    page.goto(path)
    assert refused == []


def test_every_request_goes_to_the_site_itself(page: Page) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto("/")
    origin = page.url.rstrip("/")
    assert asked
    assert [url for url in asked if not url.startswith(origin)] == []


def test_the_first_key_offers_to_skip_to_the_text(page: Page) -> None:
    page.goto("/about/")
    link = page.locator(".skip-link")
    hidden = link.bounding_box()
    assert hidden is not None
    assert hidden["y"] + hidden["height"] <= 0
    page.keyboard.press("Tab")
    shown = link.bounding_box()
    assert shown is not None
    assert shown["y"] >= 0
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


def test_focus_can_always_be_seen(page: Page) -> None:
    page.goto("/")
    for _step in range(12):
        page.keyboard.press("Tab")
        style = page.evaluate(
            "(() => { const s = getComputedStyle(document.activeElement);"
            " return [s.outlineStyle, parseFloat(s.outlineWidth), s.boxShadow] })()"
        )
        assert style[0] == "solid"
        assert style[1] >= 2
        assert style[2] != "none"


def test_what_is_pressed_is_large_enough(page: Page) -> None:
    """24 x 24 px at least (WCAG 2.2, 2.5.8); links inside running text are exempt."""
    page.set_viewport_size({"width": 390, "height": 800})
    page.goto("/")
    for target in page.locator("header a, header button, form button, form input:not([type=hidden])").all():
        box = target.bounding_box()
        assert box is not None
        assert min(box["width"], box["height"]) >= 24


def test_lines_of_running_text_have_34_to_40_characters(page: Page) -> None:
    page.goto("/about/")
    width, size = page.evaluate(
        "(() => { const e = document.querySelector('.prose'); const s = getComputedStyle(e);"
        " return [e.getBoundingClientRect().width, parseFloat(s.fontSize)] })()"
    )
    assert 34 <= width / size <= 40


def test_reduced_motion_is_respected(page: Page) -> None:
    page.emulate_media(reduced_motion="reduce")
    page.goto("/")
    moving = "getComputedStyle(document.querySelector('.button, .search-form__button')).transitionDuration"
    assert page.evaluate(moving) in ("0s", "")


def test_the_current_place_is_marked_with_forced_colours_too(page: Page) -> None:
    page.emulate_media(forced_colors="active")
    page.goto("/board/")
    style = "getComputedStyle(document.querySelector('.site-nav__link[aria-current]')).borderBottomWidth"
    assert page.evaluate(style) == "3px"


def test_paper_shows_the_text_and_not_the_furniture(page: Page) -> None:
    page.goto("/about/")
    page.emulate_media(media="print")
    assert not page.locator(".site-header").is_visible()
    assert not page.locator(".site-footer").is_visible()
    assert page.locator("main h1").is_visible()


def test_the_language_switch_keeps_the_page_without_script(page: Page) -> None:
    department_page(name="云岭省发展和改革委员会", code="drc")
    page.goto("/departments/?from=footer")
    page.get_by_role("button", name="English").click()
    assert page.url.endswith("/departments/?from=footer")
    assert page.locator("html").get_attribute("lang") == "en"
