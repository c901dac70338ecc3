"""`portal.text` and `search.analysis`: one normal form, words and pairs."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.text import _normal_form, bigrams, normalise, segment, simplify, strip_invisible
from search import analysis

#: What people type, and what attackers do: Han, kana, combining marks, full width, controls, emoji, surrogate-free all.
hostile = st.text(
    alphabet=st.one_of(
        st.characters(exclude_categories=["Cs"]),
        st.sampled_from(
            "國办〔〕【】“”「」０１ａＡ①㈠ﬁ\u200b\u202e\ufeff\u0301\u0345İǅΣς龍〇々號\u00a0\n\t\x00"
        ),
    ),
    max_size=80,
)


@given(hostile)
def test_normalising_twice_changes_nothing(text: str) -> None:
    once = normalise(text)
    assert normalise(once) == once


@given(hostile)
def test_the_short_way_gives_what_the_long_way_gives(text: str) -> None:
    assert normalise(text) == _normal_form(text)


@pytest.mark.parametrize("start", range(0, 0x30000, 0x1000))
def test_both_ways_agree_on_every_character_between_others(start: int) -> None:
    for code in range(start, start + 0x1000):
        if not 0xD800 <= code < 0xE000:
            text = f"甲a{chr(code)}e{chr(code)}甲"
            assert normalise(text) == _normal_form(text), hex(code)


@given(hostile)
def test_normal_form_has_no_invisible_characters(text: str) -> None:
    assert not [c for c in normalise(text) if unicodedata.category(c) in {"Cc", "Cf", "Cs", "Co"}]


@given(hostile)
def test_tokens_contain_no_space_and_are_never_empty(text: str) -> None:
    assert all(
        token and not token.isspace() and " " not in token
        for token in segment(text).split(" ")
        if segment(text)
    )


@given(hostile)
def test_every_han_character_of_the_text_is_in_some_pair(text: str) -> None:
    normal = normalise(text)
    assert {c for c in normal if "\u4e00" <= c <= "\u9fff"} <= set("".join(bigrams(normal)))


@pytest.mark.parametrize(
    ("written", "compared"),
    [
        ("國辦發〔２０１６〕80號", "国办发〔2016〕80号"),
        ("ＡＢＣ　Ｄ", "abc d"),
        ("住\u200b房\u202e公\ufeff积金", "住房公积金"),
        ("第一条\r\n第二条", "第一条  第二条"),
        ("㈠ ①", "(一) 1"),
        ("乾燥 頭髮", "干燥 头发"),
    ],
)
def test_normal_form(written: str, compared: str) -> None:
    assert normalise(written) == compared


def test_lone_surrogates_are_dropped_not_raised_on() -> None:
    assert normalise("住\ud800房") == "住房"


def test_simplified_text_is_returned_as_it_is() -> None:
    text = "关于印发住房公积金管理条例的通知"
    assert simplify(text) == text


def test_texts_with_many_different_traditional_characters_are_translated_too() -> None:
    traditional = "國務院關於進一步優化營商環境推進審批製度改革的實施意見徵詢辦法與條例規範標準檢驗監測處罰聽證複議訴訟賠償結構調整優選擴產業鏈資訊"
    assert simplify(traditional) == "".join(simplify(c) for c in traditional)
    assert simplify("國務院") == "国务院"


def test_line_ends_separate_words() -> None:
    assert strip_invisible("甲\n乙\t丙\x85丁") == "甲 乙 丙 丁"


def test_pairs_of_runs() -> None:
    assert bigrams(normalise("公积金 GB/T 2.0-1 税，。")) == ["公积", "积金", "gb", "t", "2.0", "1", "税"]


def test_words_are_cut_finer_for_indexing_than_for_asking() -> None:
    text = "住房公积金"
    assert set(analysis.query_words(text)) < set(analysis.words(text))


def test_characters_are_single() -> None:
    assert analysis.characters("公积金2024年") == ["公", "积", "金", "2024", "年"]


def test_exact_form_ignores_punctuation_and_spelling() -> None:
    assert analysis.exact_form("關於《公積金》的 通知（試行）") == analysis.exact_form(
        "关于公积金的通知(试行)"
    )


@pytest.mark.parametrize(("token", "alone"), [("税", True), ("税收", False), ("a", False), ("1", False)])
def test_is_han(token: str, alone: bool) -> None:
    assert analysis.is_han(token) is alone
