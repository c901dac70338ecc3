"""`search.highlights`: marks, snippets and the best clause, from stored text."""

from __future__ import annotations

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.highlights import SNIPPET_LENGTH, Segment, Terms, best_clause, mark, snippet, terms_of
from search.plan import make_plan
from search.query import SearchQuery
from tests.factories.search import TEXT


def terms(q: str) -> Terms:
    return terms_of(make_plan(SearchQuery(q=q), day=datetime.date(2026, 11, 23)))


def marked(text: str, q: str) -> list[str]:
    return [segment.text for segment in mark(text, terms(q)) if segment.marked]


@pytest.mark.parametrize(
    ("text", "q", "expected"),
    [
        ("云岭省住房公积金提取管理办法", "住房公积金", ["住房公积金"]),
        ("雲嶺省住房公積金提取管理辦法", "住房公积金", ["住房公積金"]),
        ("云岭省住房公积金提取管理办法", "住房公積金", ["住房公积金"]),
        ("住房公积金的提取", "提取 公积金", ["住房公积金", "提取"]),
        ("ＧＢ／Ｔ 1234 标准", "gb", ["ＧＢ"]),
        ("第2024号与20241号", "2024", ["2024"]),
        ("关于电价的通知", "宅基地", []),
        ("增值税与契税", "税", ["税", "税"]),
        ("云岭省发展和改革委员会", "发改委", ["发展和改革委员会"]),
        ("", "税", []),
    ],
)
def test_marks(text: str, q: str, expected: list[str]) -> None:
    found = marked(text, q)
    assert found == expected


@given(st.text(max_size=200), st.text(max_size=40))
def test_segments_joined_are_the_text(text: str, q: str) -> None:
    assert "".join(segment.text for segment in mark(text, terms(q))) == text


@given(st.text(alphabet=st.sampled_from("公积金㈠①ﬁ\u200b\u0301 国國Ａ½提取"), max_size=60))
def test_characters_that_change_length_do_not_shift_the_marks(text: str) -> None:
    for segment in mark(text, terms("公积金")):
        if segment.marked:
            assert "公积金" in segment.text.replace("\u200b", "")


def test_the_best_clause_is_the_one_that_answers() -> None:
    best = best_clause(TEXT, terms("购房合同 三个工作日"))
    assert best is not None
    assert (best.id, best.label) == ("a3", "第三条")
    assert any(segment.marked and "购房合同" in segment.text for segment in best.snippet)


def test_a_paragraph_without_a_label_goes_by_the_name_of_its_article() -> None:
    best = best_clause(
        "第一条 总的规定。\n另行制定实施细则的，应当报告宅基地管理机构备案。", terms("宅基地 备案")
    )
    assert best is not None
    assert best.id == "a1-p2"
    assert best.label == "第一条"


def test_no_clause_when_the_text_does_not_answer() -> None:
    assert best_clause(TEXT, terms("渔业捕捞")) is None
    assert best_clause("", terms("税")) is None
    assert best_clause(TEXT, Terms()) is None


def test_a_quoted_phrase_decides_between_clauses() -> None:
    text = "第一条 提取公积金、公积金提取、提取额度。\n第二条 及时提取额度。"
    best = best_clause(text, terms("“及时提取”"))
    assert best is not None
    assert best.id == "a2"


def test_a_snippet_shows_the_densest_place_and_says_where_it_is_cut() -> None:
    text = "甲" * 300 + "住房公积金可以提取" + "乙" * 300
    segments = snippet(text, terms("住房公积金 提取"))
    assert segments[0] == Segment("…")
    assert segments[-1] == Segment("…")
    assert [s.text for s in segments if s.marked] == ["住房公积金", "提取"]
    assert sum(len(s.text) for s in segments) <= SNIPPET_LENGTH + 2


def test_a_short_text_is_shown_whole() -> None:
    assert snippet("短文。", terms("无关")) == (Segment("短文。"),)


def test_markup_in_a_text_stays_text() -> None:
    segments = mark("<script>公积金</script>", terms("公积金"))
    assert [s.text for s in segments] == ["<script>", "公积金", "</script>"]


@pytest.mark.parametrize("q", ["国办发〔2016〕80号", "国办发2016 80", "国办发(2016)80号", "2016年80号"])
def test_only_the_whole_number_is_marked(q: str) -> None:
    text = "2016年起执行。依照国办发〔2016〕80号和国办发〔2015〕80号，共80项。"
    assert "".join(marked(text, q)) in {"国办发〔2016〕80号", "2016〕80号"}


def test_the_clause_that_cites_the_number_is_the_best_one() -> None:
    text = "第一条 2016年国办发布80件文件。\n第二条 依照国办发〔2016〕80号办理。\n第三条 国办发〔2016〕81号废止。"
    clause = best_clause(text, terms("国办发〔2016〕80号"))
    assert clause is not None
    assert clause.id == "a2"


def test_words_beside_a_number_are_marked_and_its_digits_are_not() -> None:
    assert marked("2016年的公积金", "依照国办发〔2016〕80号 公积金") == ["公积金"]


def test_required_words_are_marked_and_excluded_ones_are_not() -> None:
    assert marked("提取和贷款", "+提取 -贷款") == ["提取"]
