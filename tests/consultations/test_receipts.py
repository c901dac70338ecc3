"""Receipt codes: random, readable, checked."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consultations import receipts
from tests.factories.consultations import CommentFactory

symbols = st.text(alphabet=receipts.ALPHABET, min_size=receipts.SYMBOLS, max_size=receipts.SYMBOLS)
positions = st.integers(min_value=0, max_value=receipts.SYMBOLS)


def _body(code: str) -> str:
    return code.replace("-", "")[len(receipts.PREFIX) :]


def _code(text: str) -> str:
    return receipts._grouped(text)


def test_a_code_carries_sixty_bits_and_fits_its_column() -> None:
    assert receipts.SYMBOLS * math.log2(len(receipts.ALPHABET)) >= 60
    code = receipts.new_code()
    assert receipts.CODE_PATTERN.fullmatch(code)
    assert len(code) <= 24


def test_codes_do_not_repeat() -> None:
    assert len({receipts.new_code() for _ in range(2000)}) == 2000


def test_no_symbol_looks_like_another() -> None:
    assert not set("ILOU") & set(receipts.ALPHABET)


@given(symbols)
def test_every_code_reads_back(text: str) -> None:
    code = _code(text)
    assert receipts.normalised(code) == code


@given(symbols, positions, st.sampled_from(receipts.ALPHABET))
def test_one_wrong_symbol_is_noticed(text: str, position: int, other: str) -> None:
    body = _body(_code(text))
    wrong = body[:position] + other + body[position + 1 :]
    assert (receipts.normalised(wrong) is not None) == (wrong == body)


@given(symbols, st.integers(min_value=0, max_value=receipts.SYMBOLS - 2))
def test_two_swapped_neighbours_are_noticed(text: str, position: int) -> None:
    body = _body(_code(text))
    swapped = body[:position] + body[position + 1] + body[position] + body[position + 2 :]
    assert (receipts.normalised(swapped) is not None) == (swapped == body)


@given(st.text(max_size=200))
def test_any_text_is_a_code_or_none(text: str) -> None:
    found = receipts.normalised(text)
    assert found is None or receipts.CODE_PATTERN.fullmatch(found)


@pytest.mark.parametrize(
    "spell",
    [
        str.lower,
        lambda code: code.replace("-", " "),
        lambda code: code.replace("-", ""),
        lambda code: f"  {code}\n",
        lambda code: code.replace("-", "—"),
        lambda code: code.removeprefix("YL-"),
        lambda code: code.replace("0", "O").replace("1", "l"),
        lambda code: "".join(chr(ord(c) + 0xFEE0) for c in code),
    ],
)
def test_other_spellings_are_understood(spell) -> None:  # type: ignore[no-untyped-def]
    code = _code("0123456789AB")
    assert receipts.normalised(spell(code)) == code


@pytest.mark.django_db
def test_the_code_finds_its_comment_and_no_other() -> None:
    comment = CommentFactory.create()
    CommentFactory.create(consultation=comment.consultation)
    found = receipts.find(comment.receipt_code)
    assert found is not None
    assert found.pk == comment.pk
    body = _body(comment.receipt_code)[: receipts.SYMBOLS]
    neighbour = body[:4] + ("0" if body[4] != "0" else "1") + body[5:]
    assert receipts.find(_code(neighbour)) is None
