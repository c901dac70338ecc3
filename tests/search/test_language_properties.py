"""The query language held to its promises on whatever people type: taken apart and put together it asks the same."""

from __future__ import annotations

from dataclasses import fields, replace

import pytest
from django.http import QueryDict
from hypothesis import assume, example, given
from hypothesis import strategies as st

from search.language import (
    MAX_CONDITIONS,
    Expression,
    compose_expression,
    parse_expression,
    plain_words,
)
from search.presentation import chips
from search.query import MAX_QUERY_LENGTH, SearchQuery, parse_query

#: What a query is made of, signs and operators far more often than in life.
_PIECES = st.sampled_from(
    [
        "甲", "乙", "丙", "12", "a", " ", " ", " ", "\u3000", "-", "－", "+", "＋", "|", '"', "“", "”", "「", "」", "『", "』", ":",
        "：", "(", ")", "（", "OR", "NOT", " OR ", "NOT ", "标题:", "文号：", "title:", "国办发〔2016〕80号", "GB/T 1.1-2020",
    ]
)  # fmt: skip
QUERIES = st.lists(_PIECES, max_size=14).map("".join) | st.text(max_size=60)


def conditions(expression: Expression) -> dict[str, tuple[object, ...]]:
    return {
        field.name: getattr(expression, field.name)
        for field in fields(expression)
        if field.name not in ("text", "dropped")
    }


@given(QUERIES)
@example("甲 “乙” NOT")  # a lone NOT at the end must not take hold of what is written behind it
@example("|NOT 乙")
@example("OR|")
@example('"「甲」乙"')
@example("-NOT 标题::”")
@example('a  ")”)"OR NOT ')
def test_putting_together_what_was_taken_apart_asks_the_same(q: str) -> None:
    parts = parse_expression(q)
    assert parse_expression(compose_expression(parts)) == replace(parts, dropped=0)


@given(QUERIES)
def test_values_carry_no_marks_and_no_space_around_them(q: str) -> None:
    for name, values in conditions(parse_expression(q)).items():
        for value in values:
            for word in value if isinstance(value, tuple) else (value,):
                assert isinstance(word, str)
                assert word == " ".join(word.split()), name
                assert word, name
                if name != "numbers":
                    assert not set(word) & set('"“”「」『』'), name


@given(QUERIES)
@example("甲 OR |")
@example("甲 OR OR")
@example("| 甲 OR OR 乙")
def test_nothing_that_can_be_searched_is_lost(q: str) -> None:
    """Every letter of the query is in one of its parts, unless it belongs to a sign, a field or an operator."""
    parts = parse_expression(q)
    assume(not parts.dropped)
    kept = [parts.text, *(v for values in conditions(parts).values() for v in values if isinstance(v, str))]
    kept += [word for group in parts.choices for word in group]
    said = "".join(kept)
    for letter in ("甲", "乙", "丙"):
        assert (letter in q) == (letter in said)


@given(QUERIES)
def test_a_condition_taken_away_is_gone_and_the_others_stay(q: str) -> None:
    parts = parse_expression(q)
    for name, values in conditions(parts).items():
        for value in values:
            less = parts.without(name, value)
            assert value not in getattr(less, name)
            assert {**conditions(parts), name: getattr(less, name)} == conditions(less)
            assert less.text == parts.text


@given(st.lists(_PIECES, max_size=14).map("".join))
def test_each_chip_leads_to_the_search_without_it(q: str) -> None:
    query = SearchQuery(q=" ".join(q.split()))
    number = sum(len(v) for n, v in conditions(parse_expression(query.q)).items() if n != "phrases")
    links = chips(query)
    assert len(links) == number
    for link in links:
        less = parse_expression(parse_query(QueryDict(link.url.removeprefix("?"))).q)
        assert sum(len(v) for n, v in conditions(less).items() if n != "phrases") == number - 1


@pytest.mark.parametrize(
    ("q", "parts"),
    [
        ("-甲|乙", Expression(excluded=("甲", "乙"))),
        ("+甲|乙", Expression(choices=(("甲", "乙"),))),
        ("+甲|甲", Expression(text="甲")),
        ("-|", Expression(excluded=())),
        ("NOT", Expression(text="not")),
        ("甲 NOT", Expression(text="甲 not")),
        ("NOT NOT 甲", Expression(text="甲", excluded=("NOT",))),
        ("or not", Expression(text="or not")),
        ("-标题:甲", Expression(excluded=("甲",))),
        ("+文号:国办发", Expression(numbers=("国办发",))),
        ('标题:"甲 “乙”"', Expression(titles=("甲 乙",))),
        ("甲 OR (乙) OR 甲", Expression(choices=(("甲", "乙"),))),
        ("甲 OR +乙", Expression(text="甲", required=("乙",))),
    ],
)  # fmt: skip
def test_corners(q: str, parts: Expression) -> None:
    assert parse_expression(q) == parts


def test_the_same_condition_twice_counts_once() -> None:
    parts = parse_expression(" ".join(["+甲"] * (MAX_CONDITIONS + 5)))
    assert (parts.required, parts.dropped) == (("甲",), 0)


@given(st.text(alphabet='甲乙 -+|"“”「」ORNT()', max_size=40))
def test_the_words_of_a_field_of_a_form_are_words(text: str) -> None:
    words = plain_words(text)
    assert len(set(words)) == len(words)
    for word in words:
        assert word == word.strip()
        assert word
        assert not set(word) & set('"“”「」『』')
    quoted = " ".join(f'"{word}"' for word in words)
    assert plain_words(quoted) == words, "in quotation marks nothing is an operator"


@given(q=QUERIES, length=st.integers(0, 40))
def test_a_longer_query_never_means_more_conditions_than_are_allowed(q: str, length: int) -> None:
    parts = parse_expression(f"{q} {' '.join(f'-x{n}' for n in range(length))}")
    number = sum(len(values) for values in conditions(parts).values())
    assert number <= MAX_CONDITIONS


@pytest.mark.parametrize(
    "piece", ['"', "“", "标题:", "-", "+", "|", "甲|", "NOT ", "OR ", "甲 OR ", '-"甲" ', "(", "甲-"]
)
def test_a_query_of_nothing_but_one_sign_is_read_and_can_be_read_again(piece: str) -> None:
    q = (piece * MAX_QUERY_LENGTH)[:MAX_QUERY_LENGTH]
    parts = parse_expression(q)
    assert parse_expression(compose_expression(parts)) == replace(parts, dropped=0)
    assert SearchQuery(q=compose_expression(parts)).link().startswith("?")
