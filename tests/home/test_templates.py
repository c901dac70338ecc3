"""Every template of the site: it compiles, its markup is balanced, and nothing in it needs a lax security policy."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.template.loader import get_template

from tests.home.conftest import REPOSITORY

FOLDER = REPOSITORY / "templates"
TEMPLATES = sorted(str(path.relative_to(FOLDER)) for path in FOLDER.rglob("*.html"))
#: Screens inside Wagtail's admin run under Wagtail's own policy.
PUBLIC = [name for name in TEMPLATES if not name.startswith("wagtailadmin/") and "/admin/" not in name]
#: Mails are read outside the site: their programs know no style sheets, and the site's policy does not reach them.
SITE = [name for name in PUBLIC if "/mail/" not in name]
PAGES = [
    name
    for name in PUBLIC
    if "/mail/" not in name
    if name.count("/") == 0 or "extends" in (FOLDER / name).read_text(encoding="utf-8")
]
TAGS = re.compile(r"\{%.*?%\}|\{\{.*?\}\}|\{#.*?#\}|\{% comment %\}.*?\{% endcomment %\}", re.DOTALL)
VOID = frozenset(
    [
        "area",
        "base",
        "br",
        "col",
        "embed",
        "hr",
        "img",
        "input",
        "link",
        "meta",
        "source",
        "track",
        "wbr",
        "use",
    ]
)
FORBIDDEN = (
    (re.compile(r"\sstyle\s*=", re.IGNORECASE), "inline style"),
    (re.compile(r"<style\b", re.IGNORECASE), "style element"),
    (re.compile(r"<script(?![^>]*\bsrc=)", re.IGNORECASE), "inline script"),
    (re.compile(r"\son[a-z]+\s*=", re.IGNORECASE), "inline handler"),
    (re.compile(r"javascript:", re.IGNORECASE), "javascript address"),
    (
        re.compile(r"""(?:src|href|action)\s*=\s*["'](?:https?:)?//""", re.IGNORECASE),
        "address of another site",
    ),
    (re.compile(r"\|\s*safe\b|\{%\s*autoescape\s+off"), "unescaped output"),
)


def source(name: str) -> str:
    return (FOLDER / name).read_text(encoding="utf-8")


class Balance(HTMLParser):
    """Collects elements that are closed in the wrong place or not at all."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.faults: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID:
            return
        if self.open and self.open[-1] == tag:
            self.open.pop()
        else:
            self.faults.append(
                f"</{tag}> closes <{self.open[-1] if self.open else ''}> at line {self.getpos()[0]}"
            )


@pytest.mark.parametrize("name", TEMPLATES)
def test_it_compiles(name: str) -> None:
    assert get_template(name) is not None


@pytest.mark.parametrize("name", TEMPLATES)
def test_markup_is_balanced(name: str) -> None:
    balance = Balance()
    balance.feed(TAGS.sub("", source(name)))
    assert balance.faults == []
    assert balance.open == []


@pytest.mark.parametrize("name", SITE)
def test_it_keeps_the_security_policy(name: str) -> None:
    text = source(name)
    assert [what for pattern, what in FORBIDDEN if pattern.search(text)] == []


@pytest.mark.parametrize("name", PAGES)
def test_a_page_has_a_title_and_one_main_landmark(name: str) -> None:
    text = source(name)
    if name in ("base.html", "500.html"):
        assert text.count("<main") == text.count("</main>") == 1
        assert 'id="main"' in text
    else:
        assert "{% block title %}" in text
        assert "<main" not in text


@pytest.mark.parametrize("name", PUBLIC)
def test_every_chinese_word_can_be_translated(name: str) -> None:
    """Chinese outside a translation tag is only allowed where `lang` says that it stays Chinese."""
    text = re.sub(r"\{% blocktrans(?:late)?.*?endblocktrans(?:late)? %\}", "", source(name), flags=re.DOTALL)
    text = re.sub(r"<(\w+)[^>]*lang=\"zh[^>]*>.*?</\1>", "", text, flags=re.DOTALL)
    text = re.sub(r"<!--.*?-->|\{% comment.*?endcomment %\}", "", text, flags=re.DOTALL)
    assert re.findall(r"[\u4e00-\u9fff]+", TAGS.sub("", text)) == []


@pytest.mark.parametrize("name", TEMPLATES)
def test_icons_exist(name: str) -> None:
    sprite = Path(REPOSITORY / "static/img/icons.svg").read_text(encoding="utf-8")
    known = set(re.findall(r'<symbol id="([a-z]+)"', sprite))
    used = set(re.findall(r'components/icon\.html" with name="([a-z-]+)"', source(name)))
    assert used <= known
