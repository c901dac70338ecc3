"""`search.fragments`: parts of a document number in any order."""

from __future__ import annotations

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.fragments import find_fragment, number_parts
from search.plan import make_plan
from search.query import Scope, SearchQuery

TODAY = datetime.date(2026, 11, 23)


@pytest.mark.parametrize(
    "typed",
    [
        "云政发 80号 2016", "80号 云政发 2016", "2016 云政发 80号", "2016年云政发80号", "云政发 80 2016", "雲政發 80號 2016",
        "云政发 ８０号 ２０１６", "云政发 第80号 〔2016〕", "2016年 云政发 第八十号", "云政发80号文 2016",
    ],
)  # fmt: skip
def test_code_year_and_sequence_in_any_order(typed: str) -> None:
    fragment = find_fragment(typed)
    assert fragment is not None
    assert (fragment.values, fragment.code, fragment.rest) == (("2016年", "80号"), ("云政", "政发"), "")


@pytest.mark.parametrize(
    "typed", ["2016年80号", "2016年第80号", "2016 80号", "80号 2016年", "〔2016〕80号", "第80号 2016"]
)
def test_year_and_sequence_without_code(typed: str) -> None:
    fragment = find_fragment(typed)
    assert fragment is not None
    assert (fragment.values, fragment.code, fragment.alone) == (("2016年", "80号"), (), True)


@pytest.mark.parametrize(
    ("typed", "code"), [("云政发80号", ("云政", "政发")), ("80号文 云办", ("云办",)), ("80号文", ())]
)
def test_the_year_may_be_missing(typed: str, code: tuple[str, ...]) -> None:
    fragment = find_fragment(typed)
    assert fragment is not None
    assert (fragment.values, fragment.code) == (("80号",), code)


def test_what_is_not_part_of_the_number_stays_text() -> None:
    fragment = find_fragment("云岭省人民政府 2016年80号")
    assert fragment is not None
    assert (fragment.rest, fragment.alone) == ("云岭省人民政府", False)


@pytest.mark.parametrize(
    "typed",
    [
        "", "2016年", "80号", "80 2016", "2016—2020年规划", "住房公积金", "住房公积金 80号", "云政发 2016", "3 家企业 5 个项目",
        "第三条 第五款", "2016年5月1日", "云政发 〇号 2016", "云政发 1号 2号 2016", "长" * 61 + "2016年80号",
    ],
)  # fmt: skip
def test_too_little_or_something_else_is_no_fragment(typed: str) -> None:
    assert find_fragment(typed) is None


@pytest.mark.parametrize(
    ("key", "parts"),
    [
        ("standard|云政发|2016|80", ("2016年", "80号")),
        ("order|云岭省人民政府令||7", ("7号",)),
        ("registration|YLGS|2017|009", ("2017年", "9号")),
        ("", ()),
        ("standard|云政发|2016|0", ("2016年",)),
    ],
)
def test_parts_of_a_number_key(key: str, parts: tuple[str, ...]) -> None:
    assert number_parts(key) == parts


@given(st.text(max_size=80))
def test_any_text_can_be_asked(text: str) -> None:
    fragment = find_fragment(text)
    assert fragment is None or fragment.values


class TestPlan:
    def make(self, q: str, **fields: object) -> object:
        return make_plan(SearchQuery(q=q, **fields), day=TODAY)  # type: ignore[arg-type]

    def test_a_fragment_alone_asks_for_all_of_itself_in_texts(self) -> None:
        plan = make_plan(SearchQuery(q="云政发 80号 2016"), day=TODAY)
        assert plan.number_parts == ("2016年", "80号")
        assert plan.number_code == ("云政", "政发")
        assert plan.profile.must_share == 1.0

    def test_beside_words_it_weighs_less_and_the_words_decide(self) -> None:
        plan = make_plan(SearchQuery(q="云岭省人民政府 2016年80号"), day=TODAY)
        assert plan.profile.number_parts == plan.profile.number_parts_beside

    def test_a_whole_number_needs_no_fragment(self) -> None:
        plan = make_plan(SearchQuery(q="云政发〔2016〕80号"), day=TODAY)
        assert plan.number_keys and not plan.number_parts

    def test_titles_have_no_number(self) -> None:
        assert not make_plan(SearchQuery(q="2016年80号", scope=Scope.TITLE), day=TODAY).number_parts
