"""Citizens' text: kept as typed, shown harmless."""

from __future__ import annotations

import unicodedata

import pytest
from django.core.exceptions import ValidationError
from django.template import Context, Template
from hypothesis import example, given
from hypothesis import strategies as st

from consultations.plain import as_typed, harmless, is_blank, public_name

BIDI = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
ZERO_WIDTH = "\u200b\u200c\u2060\ufeff\u00ad\u180e"


@given(st.text())
@example("\u202eevil\u202c")
@example("a\u0300\u0301\u0302\u0303\u0304\u0305\u0306")
@example("👨\u200d👩\u200d👧")
@example("\x00\x07\x1b[31m\x85")
def test_shown_text_never_acts_on_the_page(text: str) -> None:
    shown = harmless(text)
    assert not set(shown) & set(BIDI + ZERO_WIDTH)
    assert not [char for char in shown if unicodedata.category(char) == "Cc" and char not in "\n\t"]
    assert harmless(shown) == shown


@given(st.text(alphabet=st.characters(exclude_categories=("Cs",), exclude_characters="\x00")))
def test_text_is_kept_as_typed_but_for_normal_form_and_line_ends(text: str) -> None:
    kept = as_typed(text)
    assert as_typed(kept) == kept
    assert kept == unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))


@pytest.mark.parametrize("text", ["有\x00空", "\ud83d单"])
def test_what_no_database_keeps_is_refused(text: str) -> None:
    with pytest.raises(ValidationError, match="无法保存"):
        as_typed(text)


def test_direction_controls_are_shown_by_name() -> None:
    assert harmless("同意\u202e议建\u202c") == "同意[U+202E]议建[U+202C]"


def test_control_characters_become_visible_pictures() -> None:
    assert harmless("a\x07b\x7fc\x85d") == "a␇b␡c\ufffdd"


def test_emoji_families_stay_whole_and_lone_joiners_vanish() -> None:
    family = "👨\u200d👩\u200d👧"
    assert harmless(family) == family
    assert harmless("管\u200d理") == "管理"


def test_piled_marks_are_cut() -> None:
    assert len(harmless("字" + "\u0301" * 500)) == 5


@pytest.mark.parametrize("text", ["", "  \n\t", "\u200b\u200d\ufeff", "\u202e\u202c", "\x07", "\u3000\u3164"])
def test_blank_is_what_nobody_sees(text: str) -> None:
    assert is_blank(text)


@pytest.mark.parametrize("text", ["好", "a", "1", "👍", "？"])
def test_one_visible_character_is_not_blank(text: str) -> None:
    assert not is_blank(text)


@pytest.mark.parametrize(
    ("name", "organisation", "shown"),
    [
        ("朱晓明", False, "朱**"),
        ("欧阳晓明", False, "欧阳**"),
        ("J Smith", False, "J**"),
        ("\u202e明", False, "[**"),
        ("云桥建设集团", True, "云桥****"),
        ("云桥", True, "云**"),
        ("", False, ""),
        ("  \u200b ", True, ""),
    ],
)
def test_names_are_masked(name: str, organisation: bool, shown: str) -> None:
    assert public_name(name, organisation=organisation) == shown


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        '<img src=x onerror="alert(1)">',
        "javascript:alert(1)",
        "<a href='javascript:1'>点</a>",
        "&lt;b&gt;",
        '"><svg/onload=1>',
    ],
)
def test_markup_is_shown_as_text(text: str) -> None:
    html = Template("{% load yanlu %}{{ text|plaintext }}").render(Context({"text": harmless(text)}))
    assert "<" not in html
    assert "href" not in html or "&lt;a href" in html


def test_addresses_become_marked_links() -> None:
    html = Template("{% load yanlu %}{{ text|plaintext }}").render(
        Context({"text": "见https://example.org/a 。"})
    )
    assert '<a href="https://example.org/a" rel="nofollow ugc noopener">' in html
