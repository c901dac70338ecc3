"""A researcher in a real browser: finds a document of the real archive in each way people search, and reads it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

import opencc
import pytest
from django.core.management import call_command
from playwright.sync_api import expect

from search.archive.clauses import parse_clauses
from search.archive.models import NormativeDocument
from tests.factories.interpretations import signed_policy

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [pytest.mark.browser, pytest.mark.corpus, pytest.mark.django_db(transaction=True)]

BRACKETS = ("[{year}]", "（{year}）", "【{year}】", "{year} ")


@pytest.fixture
def wanted(corpus: Path) -> NormativeDocument:
    """A real document with a number and articles, among all the real files there are."""
    call_command("import_archive", str(corpus / "archive" / "raw"), str(corpus / "seeds"), quiet=True)
    candidates = [
        document
        for document in NormativeDocument.objects.filter(document_number__contains="〔").order_by("pk")
        if sum(clause.kind == "article" for clause in parse_clauses(document.text)) >= 10
    ]
    assert candidates
    return candidates[0]


def search(page: Page, query: str) -> None:
    page.goto("/search/")
    page.locator("main input[name=q]").fill(query)
    page.locator("main").get_by_role("button", name="检索").first.click()
    page.wait_for_url(re.compile(r"q="))


def first_hit(page: Page) -> str:
    return page.locator("main .item__title a").first.get_attribute("href") or ""


def ways_to_ask(document: NormativeDocument) -> dict[str, str]:
    """The same document asked for by number, title, sentence and in traditional characters."""
    found = re.fullmatch(r"(.+)〔(\d{4})〕(.+)", document.document_number)
    assert found
    code, year, rest = found.groups()
    ways = {f"number {form}": f"{code}{form.format(year=year)}{rest}" for form in BRACKETS}
    articles = [clause.text for clause in parse_clauses(document.text) if clause.kind == "article"]
    sentence = max(articles, key=len)[:60]
    return {
        **ways,
        "title": document.title,
        "title in traditional characters": opencc.OpenCC("s2t").convert(document.title),
        "phrase": f"“{sentence[8:30]}”",
    }


def test_a_researcher_finds_and_reads_a_document(page: Page, wanted: NormativeDocument) -> None:
    for way, query in ways_to_ask(wanted).items():
        search(page, query)
        assert wanted.get_absolute_url() in first_hit(page), way

    # A word of many documents, so that there is something to choose from.
    search(page, "管理")
    page.locator("main .filters__option:visible").first.click()
    expect(page.locator("main .chip").first).to_be_visible()

    search(page, wanted.title)
    expect(page.locator("main mark").first).to_be_visible()
    page.locator("main .item__title a").first.click()
    main = page.locator("main")
    expect(main).to_contain_text(wanted.document_number)
    expect(main.locator("#a1")).to_contain_text("第一条")
    page.goto(f"{wanted.get_absolute_url()}#a9")
    expect(main.locator("#a9")).to_be_in_viewport()

    answer = page.request.get(f"/api/v1/documents/?q={quote(wanted.title)}").json()
    assert answer["results"][0]["id"] == wanted.pk
    assert answer["facets"]


def test_a_policy_is_findable_as_soon_as_it_is_published(page: Page) -> None:
    policy = signed_policy(title="云岭省山区客运班线保障办法")
    search(page, "山区客运班线")
    expect(page.locator("main .item__title").first).to_contain_text(policy.title)


def test_an_empty_result_helps(page: Page) -> None:
    signed_policy()
    search(page, "鼯鼠鹡鸰")
    expect(page.locator("main")).to_contain_text("没有找到")
    expect(page.locator("main")).to_contain_text("用更短的词")
