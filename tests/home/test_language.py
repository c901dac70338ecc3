"""The language switch: a form without script that keeps the page and its parameters."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.home.markup import parse

pytestmark = pytest.mark.django_db


def switch(client: Client, page: str, language: str) -> str:
    """Presses the button `language` in the header of `page`; returns where that leads."""
    form = parse(client.get(page).content).css_first("form.language")
    assert form is not None
    data = {
        field.attributes["name"] or "": field.attributes.get("value") or "" for field in form.css("input")
    }
    return client.post(form.attributes["action"] or "", {**data, "language": language}).headers["Location"]


@pytest.mark.parametrize("page", ["/", "/board/", "/departments/?page=2&q=%E5%8F%91%E6%94%B9", "/about/"])
def test_it_comes_back_to_the_same_page(client: Client, page: str) -> None:
    assert switch(client, page, "en") == page
    assert parse(client.get(page).content).css_first('html[lang="en"]') is not None


def test_it_can_be_switched_back(client: Client) -> None:
    switch(client, "/", "en")
    switch(client, "/", "zh-hans")
    assert parse(client.get("/").content).css_first('html[lang="zh-Hans"]') is not None


def test_the_current_language_is_marked_and_each_is_named_in_itself(client: Client) -> None:
    buttons = parse(client.get("/").content).css("form.language button")
    assert [(button.text(), button.attributes.get("aria-current")) for button in buttons] == [
        ("简体中文", "true"),
        ("English", None),
    ]


def test_it_never_leads_to_another_site(client: Client) -> None:
    response = client.post("/i18n/setlang/", {"language": "en", "next": "https://evil.example/"})
    assert response.headers["Location"] == "/"
