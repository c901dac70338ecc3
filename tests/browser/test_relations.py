"""A reader follows relations in a real browser: from the text to the cited clause, and from version to version."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from search.archive.models import NormativeDocument
from search.archive.relations import resolve_relations
from tests.factories.archive import DocumentFactory, day

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


@pytest.fixture
def walkable() -> tuple[NormativeDocument, NormativeDocument, NormativeDocument]:
    """A document that cites a law of which there are two versions."""
    common = {"title": "云岭省停车条例", "document_number": ""}
    old = DocumentFactory.create(
        **common, published_on=day("2015-01-01"), text="第一条 停车免费。\n第二条 乙。"
    )
    new = DocumentFactory.create(
        **common, published_on=day("2020-01-01"), text="第一条 停车收费。\n第二条 乙。"
    )
    text = "第一条 根据《云岭省停车条例》，制定本办法。\n第二条 依照《云岭省停车条例》第二条办理。\n第三条 《没有的条例》另行规定。"
    source = DocumentFactory.create(title="云岭省停车办法", text=text, published_on=day("2022-01-01"))
    resolve_relations()
    return source, new, old


@pytest.mark.parametrize("width", [1280, 390])
def test_walking_and_accessibility(
    page: Page, walkable: tuple[NormativeDocument, NormativeDocument, NormativeDocument], width: int
) -> None:
    source, new, old = walkable
    page.set_viewport_size({"width": width, "height": 900})
    for path in (
        source.get_absolute_url(), f"{new.get_absolute_url()}relations/?direction=in", f"{source.get_absolute_url()}relations/",
        f"{new.get_absolute_url()}compare/{old.pk}/",
    ):  # fmt: skip
        page.goto(path)
        results = Axe().run(page, options=RULES)
        assert results.violations_count == 0, results.generate_report()
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.goto(source.get_absolute_url())
    page.locator("#a2 a.citation").click()
    page.wait_for_url(re.compile(rf"/archive/{new.pk}/#a2$"))
    page.locator("svg.picture__drawing a").first.click()
    page.wait_for_url(re.compile(rf"/archive/{source.pk}/$"))
    page.goto(new.get_absolute_url())
    page.locator(f'a[href$="/compare/{old.pk}/"]').first.click()
    expect(page.locator(".diff ins").first).to_be_visible()
    expect(page.locator("main")).not_to_contain_text("第二条")
    page.locator('a[href="?clauses=all"]').click()
    expect(page.locator("main")).to_contain_text("第二条")
