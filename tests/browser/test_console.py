"""No page makes the browser complain: nothing blocked by the content security policy, nothing missing, no script error."""

from __future__ import annotations

import pytest
from playwright.sync_api import ConsoleMessage, Page, Response, expect

PAGES = [
    "/",
    "/policies/",
    "/consultations/",
    "/search/",
    "/search/?q=养老",
    "/board/",
    "/receipts/",
    "/departments/",
    "/feeds/",
]


class Complaints:
    """What the browser had to say about a window."""

    def __init__(self, page: Page) -> None:
        self.found: list[str] = []
        page.on("console", self.console)
        page.on("pageerror", lambda error: self.found.append(str(error)))
        page.on("response", self.response)

    def console(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self.found.append(message.text)

    def response(self, response: Response) -> None:
        if response.status >= 400:
            self.found.append(f"{response.status} {response.url}")


@pytest.mark.browser
@pytest.mark.parametrize("path", PAGES)
def test_public_pages_are_quiet(page: Page, path: str) -> None:
    complaints = Complaints(page)
    page.goto(path, wait_until="networkidle")
    assert complaints.found == []


@pytest.mark.browser
def test_the_api_browser_works_under_the_same_policy(page: Page) -> None:
    complaints = Complaints(page)
    page.goto("/api/docs/")
    expect(page.locator(".swagger-ui .opblock-get").first).to_be_visible()
    expect(page.locator(".swagger-ui")).to_contain_text("/api/v1/documents/")
    assert complaints.found == []
