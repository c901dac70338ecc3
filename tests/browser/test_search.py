"""The search box and page in a real browser: keyboard, input methods, without script, narrow screens, axe."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from search import indexing
from tests.factories.search import ArchivedDocumentFactory

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator, Page
    from pytest_django.live_server_helper import LiveServer

    from search.archive.models import NormativeDocument

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
ACTIVE = "document.getElementById(document.activeElement.getAttribute('aria-activedescendant'))?.textContent"


@pytest.fixture
def document(transactional_db: None) -> NormativeDocument:
    made = ArchivedDocumentFactory.create(title="云岭省渔港管理规定", document_number="云渔规〔2023〕5号")
    ArchivedDocumentFactory.create(title="云岭省渔船登记办法", level="city", year=2023)
    indexing.rebuild()
    return made


def box(page: Page, path: str = "/search/") -> Locator:
    page.goto(path)
    return page.locator("main input[name=q]").first


def type_into(field: Locator, text: str) -> Locator:
    field.click()
    field.press_sequentially(text)
    options = field.page.locator("[role=option]")
    expect(options.first).to_be_visible()
    return options


@pytest.mark.parametrize("path", ["/", "/search/"])
def test_suggestions_by_keyboard(page: Page, document: NormativeDocument, path: str) -> None:
    field = box(page, path)
    expect(field).to_have_attribute("role", "combobox")
    expect(field).to_have_attribute("aria-expanded", "false")
    options = type_into(field, "渔港")
    expect(field).to_have_attribute("aria-expanded", "true")
    expect(page.locator("form [role=status]").first).to_contain_text(str(options.count()))
    page.keyboard.press("ArrowUp")
    assert page.evaluate(ACTIVE) == options.last.text_content()
    page.keyboard.press("ArrowDown")
    assert page.evaluate(ACTIVE) is None
    title = page.locator(".suggest__option--title").first
    for _step in range(options.count()):
        page.keyboard.press("ArrowDown")
        if title.get_attribute("aria-selected") == "true":
            break
    expect(field).to_be_focused()
    expect(field).to_have_value("渔港")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{document.get_absolute_url()}")


def test_a_word_fills_the_box_and_searches(page: Page, document: NormativeDocument) -> None:
    type_into(box(page), "yugang")
    page.locator(".suggest__option--word", has_text="渔港").first.click()
    page.wait_for_url(re.compile(r"/search/\?q=%E6%B8%94%E6%B8%AF"))
    expect(page.locator("#q")).to_have_value("渔港")


def test_escape_tab_home_and_enter_without_a_choice(page: Page, document: NormativeDocument) -> None:
    field = box(page)
    type_into(field, "渔港")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Home")
    assert page.evaluate(ACTIVE) is None
    page.keyboard.press("Escape")
    expect(page.locator(".suggest")).to_be_hidden()
    expect(field).to_have_value("渔港")
    page.keyboard.press("ArrowDown")
    expect(page.locator(".suggest")).to_be_visible()
    page.keyboard.press("Tab")
    expect(page.locator(".suggest")).to_be_hidden()
    field.press("Enter")
    page.wait_for_url(re.compile(r"/search/\?q="))


def test_an_input_method_is_left_alone_until_it_is_done(page: Page, document: NormativeDocument) -> None:
    field = box(page)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "/suggest/" in request.url else None)
    field.click()
    session = page.context.new_cdp_session(page)
    for text in ("y", "yu", "yu'gang"):
        session.send(
            "Input.imeSetComposition", {"text": text, "selectionStart": len(text), "selectionEnd": len(text)}
        )
    # Longer than the pause after which anything typed would have been asked for.
    page.wait_for_timeout(300)
    assert asked == []
    session.send("Input.insertText", {"text": "渔港"})
    expect(page.locator(".suggest__option--title").first).to_contain_text("渔港")
    assert len(asked) == 1


def test_when_suggestions_are_away_the_form_goes_on(page: Page, document: NormativeDocument) -> None:
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.route("**/search/suggest/**", lambda route: route.abort())
    field = box(page)
    with page.expect_request("**/search/suggest/**"):
        field.press_sequentially("渔港")
    expect(page.locator(".suggest")).to_be_hidden()
    field.press("Enter")
    page.wait_for_url(re.compile(r"/search/\?q="))
    expect(page.locator("main .item__title")).to_have_count(1)
    assert errors == []


def test_after_a_refusal_nothing_is_asked_for_a_while(page: Page, document: NormativeDocument) -> None:
    asked: list[str] = []

    def refuse(route: object) -> None:
        asked.append("")
        route.fulfill(status=429, headers={"Retry-After": "30"}, body="{}")  # type: ignore[attr-defined]

    page.route("**/search/suggest/**", refuse)
    field = box(page)
    with page.expect_response("**/search/suggest/**"):
        field.press_sequentially("渔")
    field.press_sequentially("港管理")
    page.wait_for_timeout(300)
    assert len(asked) == 1


def test_a_slash_leads_to_the_box_unless_one_is_writing(page: Page, document: NormativeDocument) -> None:
    field = box(page, "/search/?q=渔港")
    page.keyboard.press("/")
    expect(field).to_be_focused()
    page.keyboard.press("End")
    page.keyboard.press("/")
    expect(field).to_have_value("渔港/")


def test_everything_works_without_script(
    browser: Browser, live_server: LiveServer, document: NormativeDocument
) -> None:
    context = browser.new_context(
        base_url=live_server.url,
        locale="zh-CN",
        java_script_enabled=False,
        viewport={"width": 390, "height": 844},
    )
    page = context.new_page()
    field = box(page, "/")
    assert field.get_attribute("role") is None
    field.fill("渔")
    field.press("Enter")
    expect(page.locator("main .item__title")).to_have_count(2)
    page.locator(".search-to-filters").click()
    page.locator("#filters .filters__option", has_text="市级").click()
    expect(page.locator("main .item__title")).to_have_count(1)
    page.get_by_role("link", name="高级检索").click()
    page.get_by_label("不包含以下词语").fill("登记")
    page.locator("main form").get_by_role("button", name="检索").click()
    expect(page.locator("main")).to_contain_text("这样可以找到")
    context.close()


def test_the_drawer_of_a_narrow_screen(page: Page, document: NormativeDocument) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto("/search/?q=渔")
    drawer = page.locator("#filters")
    expect(drawer).to_be_hidden()
    page.locator(".search-to-filters").click()
    expect(drawer).to_be_visible()
    expect(drawer).to_be_focused()
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    page.keyboard.press("Escape")
    expect(drawer).to_be_hidden()
    expect(page.locator(".search-to-filters")).to_be_focused()


def test_the_best_clause_is_where_the_link_leads(page: Page, document: NormativeDocument) -> None:
    page.goto("/search/?q=购房合同")
    page.locator("main .search-clause").first.click()
    page.wait_for_url(re.compile(r"#a3$"))
    expect(page.locator("#a3")).to_be_in_viewport()
    background = "getComputedStyle(document.getElementById('{}')).backgroundColor"
    assert page.evaluate(background.format("a3")) != page.evaluate(background.format("a2"))


def test_paper_has_the_results_and_not_the_tools(page: Page, document: NormativeDocument) -> None:
    page.goto("/search/?q=渔")
    page.emulate_media(media="print")
    expect(page.locator("main .item__title").first).to_be_visible()
    for part in ("#filters", ".search-sorts", ".search-form", ".search-offers"):
        expect(page.locator(part)).to_be_hidden()


@pytest.mark.parametrize(("width", "language"), [(1280, "zh-CN"), (390, "en")])
def test_axe_finds_nothing(page: Page, document: NormativeDocument, width: int, language: str) -> None:
    page.set_viewport_size({"width": width, "height": 844})
    page.set_extra_http_headers({"Accept-Language": language})
    paths = (
        "?q=渔&in_force_on=2024-01-01",
        "?q=鱼岗",
        "?q=渔&level=x",
        "advanced/?q=渔",
        "values/level/?q=渔",
    )
    found = {}
    for path in paths:
        page.goto(f"/search/{path}")
        assert page.evaluate("document.documentElement.scrollWidth") == width
        violations = Axe().run(page, options=RULES).response["violations"]
        if violations:
            found[path] = [(v["id"], v["nodes"][0]["html"][:200]) for v in violations]
    type_into(box(page), "渔港")
    page.keyboard.press("ArrowDown")
    violations = Axe().run(page, options=RULES).response["violations"]
    assert [(v["id"], v["nodes"][0]["html"][:200]) for v in violations] == []
    assert found == {}
