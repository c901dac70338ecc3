"""A material is never only a copy of the document."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interpretations.gate.package import COPY_SHARE
from interpretations.similarity import SHINGLE, copied_share, shingles
from tests.factories.interpretations import BODY, MATERIAL

letters = st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=SHINGLE, max_size=120)


def test_copy_in_other_lines_and_punctuation_is_still_a_copy() -> None:
    assert copied_share(BODY.replace("，", " ").replace("\n", ""), BODY) == 1.0


def test_half_of_a_document_is_a_copy_too() -> None:
    assert copied_share(BODY[: len(BODY) // 2], BODY) >= COPY_SHARE


def test_words_of_its_own_are_no_copy() -> None:
    assert copied_share(MATERIAL, BODY) < 0.2


def test_quotations_among_own_words_are_no_copy() -> None:
    assert copied_share(MATERIAL + BODY[:40], BODY) < COPY_SHARE


@pytest.mark.parametrize(
    ("text", "source"), [("", BODY), ("四个字吧", BODY), (BODY, ""), ("，。！\n ", "，。！")]
)
def test_nothing_to_compare_is_no_copy(text: str, source: str) -> None:
    assert copied_share(text, source) == 0.0


@given(text=letters)
def test_a_text_is_a_full_copy_of_itself(text: str) -> None:
    assert copied_share(text, text) == 1.0


@given(text=letters, other=letters)
def test_share_is_between_none_and_all_and_grows_with_the_source(text: str, other: str) -> None:
    share = copied_share(text, other)
    assert 0.0 <= share <= copied_share(text, other + text) == 1.0


@given(text=letters)
def test_pieces_have_one_length(text: str) -> None:
    assert {len(piece) for piece in shingles(text)} == {SHINGLE}
