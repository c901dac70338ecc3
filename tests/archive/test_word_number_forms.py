"""Numbers that Word sets by itself, far into a list: where a form changes its signs, and where it ends."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from search.archive import readers
from search.archive.numerals import to_chinese
from tests.archive import builders

_ROMAN = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100, "d": 500, "m": 1000}


def shown(form: str, number: int) -> str:
    """The number in front of a paragraph that Word counts as `number`."""
    data = builders.numbered_word([(92, 0, "甲")], [(form, "%1")], restart=number, behind="space")
    return readers.read("a.docx", data).text.removesuffix("甲").strip()


def roman_value(text: str) -> int:
    values = [_ROMAN[sign] for sign in text]
    return sum(-v if v < max(values[at:]) else v for at, v in enumerate(values))


@pytest.mark.parametrize(
    ("form", "number", "sign"),
    [
        ("lowerRoman", 4, "iv"), ("lowerRoman", 9, "ix"), ("lowerRoman", 40, "xl"), ("lowerRoman", 49, "xlix"),
        ("lowerRoman", 90, "xc"), ("lowerRoman", 400, "cd"), ("upperRoman", 1994, "MCMXCIV"),
        ("lowerLetter", 26, "z"), ("lowerLetter", 27, "aa"), ("lowerLetter", 52, "zz"), ("upperLetter", 53, "AAA"),
        ("decimalEnclosedCircle", 20, "⑳"), ("decimalEnclosedCircle", 21, "21"),
        ("decimalZero", 9, "09"), ("decimalZero", 10, "10"), ("decimalZero", 100, "100"),
        ("chineseLegalSimplified", 22, "贰拾贰"), ("chineseCounting", 9999, to_chinese(9999)),
        ("chineseCounting", 10_000, "10000"),
    ],
)  # fmt: skip
def test_where_a_form_changes_its_signs(form: str, number: int, sign: str) -> None:
    assert shown(form, number) == sign


@settings(max_examples=40, derandomize=True, deadline=None)
@given(st.integers(min_value=1, max_value=3999))
def test_a_roman_number_is_worth_what_was_counted(number: int) -> None:
    sign = shown("lowerRoman", number)
    assert roman_value(sign) == number
    assert not any(one * 4 in sign for one in "ixcm")
