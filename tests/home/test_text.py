"""Citizens' text: whatever is typed, nothing but text and harmless links comes out."""

from __future__ import annotations

import re
import unicodedata

import pytest
from django.utils import translation
from hypothesis import example, given
from hypothesis import strategies as st

from portal.home.text import masked_name, neutralise, paragraphs_html, plaintext_html

HOSTILE = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<a href='javascript:alert(1)'>x</a>",
    "javascript:alert(1)",
    "JaVaScRiPt://%0aalert(1)",
    "data:text/html,<script>alert(1)</script>",
    'http://a.cn/"onmouseover="alert(1)',
    "http://a.cn/'><script>",
    "&lt;script&gt;",
    "http://user:pass@evil.cn/",
    "https://a.cn/<b>x</b>",
    "\u202ehttp://gpj.exe\u202c",
    "vbscript:msgbox(1)",
    "http://javascript:alert(1)",
)
#: Pieces that an attacker would put together, mixed with anything at all.
pieces = st.one_of(
    st.sampled_from(HOSTILE),
    st.text(max_size=30),
    st.sampled_from(["<", ">", '"', "'", "&", "http://", "https://a.cn", "\n"]),
)
typed = st.lists(pieces, max_size=8).map("".join)

TAG = re.compile(r"<[^>]*>")
LINK = re.compile(r'<a href="(https?://[^"<>]*)" rel="nofollow ugc noopener">')


@given(typed)
@example("".join(HOSTILE))
def test_the_only_tag_is_a_link_to_http_marked_as_foreign(text: str) -> None:
    html = str(plaintext_html(text))
    for tag in TAG.findall(html):
        assert tag == "</a>" or LINK.fullmatch(tag), tag
    assert "<" not in TAG.sub("", html)
    assert ">" not in TAG.sub("", html)


@given(typed)
def test_no_address_runs_a_script(text: str) -> None:
    for href in re.findall(r'href="([^"]*)"', str(plaintext_html(text))):
        assert href.lower().startswith(("http://", "https://"))


@given(st.text())
def test_what_is_neutral_stays_as_it_is(text: str) -> None:
    once = neutralise(text)
    assert neutralise(once) == once


@given(st.text())
def test_nothing_invisible_or_reordering_is_left(text: str) -> None:
    left = {char for char in neutralise(text) if char not in "\n\t"}
    assert not {char for char in left if unicodedata.category(char) in ("Cc", "Cf", "Cs", "Co")}


@given(
    st.text(alphabet=st.characters(whitelist_categories=("Lo", "Nd", "Po", "Lu", "Ll"), max_codepoint=0x9FFF))
)
def test_ordinary_text_loses_nothing(text: str) -> None:
    kept = neutralise(text)
    assert [char for char in text if char in kept] == [
        char for char in text if char not in "\u115f\u1160\u3164"
    ]


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("第\u200b一\u200d条", "第一条"),
        ("\u202e反\u202c向", "反向"),
        ("a\u2066b\u2069c", "abc"),
        ("一\r\n二\r三\u2028四", "一\n二\n三\n四"),
        ("空\x00字符\x1b[31m", "空字符[31m"),
        ("\ufeff开头", "开头"),
        ("e" + "\u0301" * 40, "e" + "\u0301" * 3),
        ("制\t表", "制\t表"),
    ],
)
def test_neutralise(raw: str, expected: str) -> None:
    assert neutralise(raw) == expected


def test_a_link_ends_where_chinese_begins() -> None:
    html = plaintext_html("见https://www.example.cn/a?b=1&c=2。请核对")
    assert html == (
        '见<a href="https://www.example.cn/a?b=1&amp;c=2" rel="nofollow ugc noopener">'
        "https://www.example.cn/a?b=1&amp;c=2</a>。请核对"
    )


@pytest.mark.parametrize(
    "text", ["www.example.cn", "ftp://a.cn/x", "a@example.cn", "example.com", "//a.cn/x"]
)
def test_only_written_out_http_addresses_become_links(text: str) -> None:
    assert "<a" not in plaintext_html(text)


@pytest.mark.parametrize("empty", [None, ""])
def test_nothing_gives_nothing(empty: str | None) -> None:
    assert plaintext_html(empty) == ""
    assert paragraphs_html(empty) == ""


def test_paragraphs_are_lines_that_are_not_blank() -> None:
    assert paragraphs_html("一\n\n  二 <b>\r\n\t\n三") == "<p>一</p>\n<p>二 &lt;b&gt;</p>\n<p>三</p>"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("朱熹", "朱**"),
        ("朱", "朱**"),
        ("欧阳修", "欧阳**"),
        ("欧阳", "欧**"),
        ("  Ada Lovelace ", "A**"),
        ("\u200b王\u202e小明", "王**"),
        ("", "匿名"),
        (None, "匿名"),
        ("\u200b", "匿名"),
    ],
)
def test_masked_name(name: str | None, expected: str) -> None:
    assert masked_name(name) == expected


@given(st.text(min_size=1))
def test_a_mask_never_shows_more_than_two_characters_nor_the_length(name: str) -> None:
    with translation.override("zh-hans"):
        mask = masked_name(name)
    assert mask == "匿名" or (mask.endswith("**") and len(mask) <= 4)
