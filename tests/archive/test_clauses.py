"""Clauses: ids are unique, stable and safe; nothing of the text is lost."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.archive.clauses import KINDS, clause_path, compact, outline, parse_clauses

MEASURES = """为了规范试点工作，制定本办法。
第一章　总　则
第一条　为了规范管理，制定本办法。
第二条 本办法所称试点，包括下列情形：
（一）第一种情形；
（二）第二种情形：
1. 甲；
2. 乙。
前款所称情形由主管部门认定。
（一）认定标准；
第二章 附则
第一节 施行
第三条本办法自2020年1月1日起施行。
"""

OUTLINE = """各县人民政府：
现通知如下：
一、总体要求
坚持公开。
（一）基本原则
依法公开。
1．及时。
（二）目标
二、工作措施
请认真执行。"""


def ids(text: str) -> list[str]:
    return [c.id for c in parse_clauses(text)]


def test_chapters_articles_items_and_paragraphs() -> None:
    assert ids(MEASURES) == [
        "p1", "ch1", "a1", "a2", "a2-i1", "a2-i2", "a2-i2-i1", "a2-i2-i2", "a2-p2", "a2-p2-i1", "ch2", "ch2-s1", "a3",
    ]  # fmt: skip


def test_clauses_carry_label_text_kind_and_parent() -> None:
    by_id = {c.id: c for c in parse_clauses(MEASURES)}
    assert (by_id["ch1"].kind, by_id["ch1"].label, by_id["ch1"].text) == ("chapter", "第一章", "总　则")
    assert (by_id["a2"].kind, by_id["a2"].label, by_id["a2"].parent_id) == ("article", "第二条", "ch1")
    assert (by_id["a2-i2"].kind, by_id["a2-i2"].label, by_id["a2-i2"].text) == (
        "item",
        "（二）",
        "第二种情形：",
    )
    assert by_id["a3"].text == "本办法自2020年1月1日起施行。"
    assert by_id["a3"].parent_id == "ch2-s1"
    assert [by_id[i].depth for i in ("ch1", "a2", "a2-i2", "a2-i2-i1")] == [0, 1, 2, 3]


def test_outline_without_articles() -> None:
    assert ids(OUTLINE) == [
        "p1",
        "p2",
        "s1",
        "s1-p2",
        "s1-i1",
        "s1-i1-p2",
        "s1-i1-i1",
        "s1-i2",
        "s2",
        "s2-p2",
    ]
    assert [c.id for c in outline(parse_clauses(OUTLINE))] == ["s1", "s2"]


def test_arabic_numerals_and_inserted_articles() -> None:
    assert ids("第1章 总则\n第1条 甲。\n第2条 乙。\n第二条之一 丙。\n第12条 丁。") == [
        "ch1",
        "a1",
        "a2",
        "a2z1",
        "a12",
    ]


def test_a_second_text_in_the_same_file_gets_its_own_division() -> None:
    text = "第一条 甲。\n第二条 乙。\n第一条 丙。\n第二条 丁。\n第一条 戊。"
    assert ids(text) == ["a1", "a2", "d2-a1", "d2-a2", "d3-a1"]
    five = "\n".join("一、开头\n正文。\n二、结尾" for _ in range(5))
    assert len(set(ids(five))) == 15


def test_a_table_of_contents_is_not_counted_twice() -> None:
    text = "目　录\n第一章 总则\n第二章 附则\n第一章 总则\n第一条 甲。\n第二章 附则\n第二条 乙。"
    assert ids(text) == ["p1", "p2", "p3", "ch1", "a1", "ch2", "a2"]


def test_a_quoted_article_and_a_reference_are_no_articles() -> None:
    text = "第一条 将第三条修改为：“\n第三条 新的条文。\n”\n第二条 公布。\n第三条规定的期限届满后，失效。"
    found = parse_clauses(text)
    assert [c.id for c in found] == ["a1", "a1-p2", "a1-p3", "a2", "a2-p2"]
    assert found[-1].text.startswith("第三条规定的期限")


def test_annexes_have_their_own_articles() -> None:
    assert ids("第一条 甲。\n附件1\n第一条 乙。\n附件2：\n第一条 丙。") == [
        "a1",
        "x1",
        "x1-a1",
        "x2",
        "x2-a1",
    ]


def test_parts_of_a_code_hold_chapters_that_start_again() -> None:
    text = "第一编 总则\n第一章 规定\n第一条 甲。\n第二编 物权\n第一章 规定\n第二条 乙。"
    assert ids(text) == ["pt1", "pt1-ch1", "a1", "pt2", "pt2-ch1", "a2"]


def test_a_pasted_paragraph_is_split_where_it_counts_upwards() -> None:
    line = (
        "现通知如下："
        + "一、提高认识。"
        + "认真执行。" * 20
        + "二、限定套数。"
        + "暂停购房。" * 20
        + "三、其他。"
    )
    assert ids(line) == ["p1", "s1", "s2", "s3"]


def test_the_path_to_a_clause() -> None:
    clauses = parse_clauses(MEASURES)
    assert [c.id for c in clause_path(clauses, "a2-i2-i1")] == ["ch1", "a2", "a2-i2", "a2-i2-i1"]
    assert clause_path(clauses, "a99") == ()


@pytest.mark.parametrize("text", ["", " \n\u3000\n", "\u00a0"])
def test_an_empty_text_has_no_clauses(text: str) -> None:
    assert parse_clauses(text) == ()


fragments = st.sampled_from(
    ["第一章 总则", "第二章", "第一节 规定", "第一条 甲。", "第二条乙。", "第 三 条　丙。", "第三条规定的", "一、要求", "二、措施",
     "（一）子项", "(二)子项", "1.小项", "2、小项", "（1）细项", "①末项", "正文一段。", "“第三条 引文", "”", "目录", "附件", "附件2：",
     "第一编 总则", "第十二条之一 新增。", "第1条 a", "\u3000\u3000缩进", "a < b & c", "第二篇：标题"]
)  # fmt: skip


@given(st.lists(fragments, max_size=30).map("\n".join))
def test_whatever_the_order_ids_are_unique_safe_and_nothing_is_lost(text: str) -> None:
    clauses = parse_clauses(text)
    found = [c.id for c in clauses]
    assert len(found) == len(set(found))
    assert all(re.fullmatch(r"[a-z][a-z0-9_-]*", i) for i in found)
    assert compact("".join(c.label + c.text for c in clauses)) == compact(text)
    seen: set[str] = set()
    for clause in clauses:
        assert clause.kind in KINDS
        assert clause.parent_id is None or clause.parent_id in seen
        seen.add(clause.id)


@given(st.text(max_size=400))
def test_no_text_breaks_the_parser(text: str) -> None:
    clauses = parse_clauses(text)
    assert compact("".join(c.label + c.text for c in clauses)) == compact(text)
    assert parse_clauses(text) == clauses


def test_a_text_of_nothing_but_first_items_is_read_in_no_time() -> None:
    started = time.process_time()
    clauses = parse_clauses("（一）\n" * 40_000)
    assert time.process_time() - started < 5
    assert [clause.id for clause in clauses[:3]] == ["i1", "i1_2", "i1_3"]
    assert len({clause.id for clause in clauses}) == 40_000
