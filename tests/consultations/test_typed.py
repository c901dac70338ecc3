"""What a person typed: every mistake named by field, everything else kept exactly."""

from __future__ import annotations

import unicodedata
from dataclasses import fields, replace

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from consultations.enums import AuthorKind
from consultations.typed import MAX_NAME, MAX_PHONE, MAX_TEXT, TypedComment

GOOD = TypedComment(
    text="建议增加夜间开放时间。",
    proposed_text="综合公园每日开放时间不得少于十六小时",
    author_kind=AuthorKind.ORGANISATION,
    name="云桥小区业主委员会",
    email="yeweihui@example.org",
    phone="0000-1234567",
)
STORABLE = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=200)
VISIBLE = st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5)


def errors_of(typed: TypedComment) -> dict[str, list[str]]:
    with pytest.raises(ValidationError) as refused:
        typed.cleaned()
    return refused.value.message_dict


def test_a_good_one_stays_as_it_is() -> None:
    assert GOOD.cleaned() == GOOD


def test_only_the_text_is_needed() -> None:
    assert TypedComment(text="好").cleaned() == TypedComment(text="好")


@given(STORABLE)
def test_cleaning_twice_changes_nothing_more(text: str) -> None:
    typed = replace(GOOD, text=f"甲{text}", proposed_text=text)
    try:
        once = typed.cleaned()
    except ValidationError:
        return
    assert once.cleaned() == once
    assert once.text == unicodedata.normalize("NFC", once.text)
    assert "\r" not in once.text


@pytest.mark.parametrize(
    "text", ["", " ", "\n\t", "\u200b\u200b", "\u3000", "\u202e", "\u2800", "\u115f", "\u0301"]
)
def test_a_text_nobody_could_see_is_none(text: str) -> None:
    assert set(errors_of(replace(GOOD, text=text))) == {"text"}


@pytest.mark.parametrize("text", ["好", "?", "1", "🙂", "＋１", "a"])
def test_one_visible_sign_is_a_text(text: str) -> None:
    assert replace(GOOD, text=text).cleaned().text == text


@pytest.mark.parametrize(
    ("name", "limit"),
    [("text", MAX_TEXT), ("proposed_text", MAX_TEXT), ("name", MAX_NAME), ("phone", MAX_PHONE)],
)
def test_the_limit_is_the_last_length_that_passes(name: str, limit: int) -> None:
    assert getattr(replace(GOOD, **{name: "字" * limit}).cleaned(), name) == "字" * limit
    (message,) = errors_of(replace(GOOD, **{name: "字" * (limit + 1)}))[name]
    assert str(limit) in message and str(limit + 1) in message


def test_length_is_counted_as_stored_not_as_typed() -> None:
    """An é typed as two signs is one; a line break of two is one."""
    assert len(replace(GOOD, text="e\u0301" * MAX_TEXT).cleaned().text) == MAX_TEXT
    assert len(replace(GOOD, text="字\r\n" * (MAX_TEXT // 2)).cleaned().text) == MAX_TEXT


@pytest.mark.parametrize(
    "email", ["x", "x@", "@example.org", "a b@example.org", "a@b@c.org", "甲@", "a@-x.org"]
)
def test_an_address_that_cannot_be_one_is_refused(email: str) -> None:
    assert set(errors_of(replace(GOOD, email=email))) == {"email"}


@pytest.mark.parametrize("kind", ["", "robot", "CITIZEN", "citizen "])
def test_an_unknown_kind_of_author_is_refused(kind: str) -> None:
    assert set(errors_of(replace(GOOD, author_kind=kind))) == {"author_kind"}


@pytest.mark.parametrize("name", [field.name for field in fields(TypedComment)])
@pytest.mark.parametrize("broken", ["a\x00b", "a\ud800b", "\udfff"])
def test_what_no_database_keeps_is_named_by_its_field(name: str, broken: str) -> None:
    found = errors_of(replace(GOOD, **{name: broken}))
    assert set(found) == {name}
    assert "无法保存" in found[name][0]


def test_every_mistake_is_named_at_once() -> None:
    wrong = TypedComment(text=" ", author_kind="x", name="字" * 200, email="x", phone="1" * 99)
    assert set(errors_of(wrong)) == {"text", "author_kind", "name", "email", "phone"}


@given(st.text(VISIBLE, min_size=1, max_size=50))
def test_markup_is_kept_as_text(text: str) -> None:
    typed = f'<script>alert("{text}")</script> & <b>'
    assert replace(GOOD, text=typed).cleaned().text == typed
