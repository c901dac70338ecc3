"""Clauses named after a citation."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.archive.clause_references import MOST, read_references
from search.archive.clauses import clause_words, parse_clauses


@pytest.mark.parametrize(
    ("text", "paths"),
    [
        ("第十二条第二款第三项", ["a12-p2-i3"]),
        ("第12条第1款第（三）项", ["a12-i3"]),
        ("第三条之一", ["a3z1"]),
        ("第三条、第五条至第七条的规定", ["a3", "a5", "a6", "a7"]),
        ("第五条和第八条第二款", ["a5", "a8-p2"]),
        ("第一条第一款、第二款", ["a1", "a1-p2"]),
        ("第二十一条第一款第（一）、（二）、（四）项所列", ["a21-i1", "a21-i2", "a21-i4"]),
        ("第九条第一项至第三项", ["a9-i1", "a9-i2", "a9-i3"]),
        ("第九条第一项第二目", ["a9-i1-i2"]),
        ("（云政发〔2021〕3号）第四条", ["a4"]),
        ("（以下简称《办法》）第四条", ["a4"]),
        ("中第四条", ["a4"]),
        ("第二章第一节", ["ch2-s1"]),
        ("第十四条第（六）项“主要责任”、第十六条第（二）项", ["a14-i6", "a16-i2"]),
        ("的有关规定", []),
        ("，第四条另行规定", []),
        ("第（三）项", []),
        ("", []),
    ],
)
def test_what_is_named(text: str, paths: list[str]) -> None:
    references, end = read_references(text, 0)
    assert [r.path for r in references] == paths
    assert (end > 0) is bool(paths)


def test_the_end_is_where_the_last_clause_ends() -> None:
    text = "《甲》第三条、第五条的规定"
    _references, end = read_references(text, 3)
    assert text[3:end] == "第三条、第五条"


def test_of_a_long_range_only_the_ends_are_named() -> None:
    references, _end = read_references("第一条至第九百条", 0)
    assert [r.path for r in references] == ["a1", "a900"]


@pytest.mark.parametrize("unit", ["第一条、", "第一条至", "第（一）、", "第一款", "（一）"])
def test_endless_lists_are_bounded(unit: str) -> None:
    references, _end = read_references("第二条" + unit * 20_000, 0)
    assert len(references) <= MOST


@given(st.text(alphabet="第一二十百条款项目章之至、和（）()“”0１ ", max_size=80), st.integers(0, 90))
def test_no_text_breaks_the_reader(text: str, start: int) -> None:
    references, end = read_references(text, min(start, len(text)))
    assert min(start, len(text)) <= end <= len(text)
    assert len({r.path for r in references}) == len(references)


@given(st.integers(1, 1_200), st.integers(1, 9), st.integers(1, 20))
def test_a_path_is_the_id_the_parser_gives(article: int, paragraph: int, item: int) -> None:
    lines = [f"第{article}条 首款。", *(f"第{n}款的文字。" for n in range(2, paragraph + 1))]
    lines += [f"（{'一二三四五六七八九十'[n - 1]}）事项；" for n in range(1, min(item, 10) + 1)]
    named = f"第{article}条第{paragraph}款第{min(item, 10)}项"
    (reference,), _end = read_references(named, 0)
    assert reference.path in {c.id for c in parse_clauses("\n".join(lines))}


@pytest.mark.parametrize(
    ("identifier", "words"),
    [
        ("a12-p2-i3", "第十二条第二款第三项"), ("a3z1", "第三条之一"), ("ch2-s1", "第二章第一节"), ("s3", "第三部分"),
        ("x1-a2", "附件一第二条"), ("d2-a5", "第五条"), ("p4", ""), ("", ""), ("a99999", ""), ("<b>", ""),
    ],
)  # fmt: skip
def test_an_id_in_words(identifier: str, words: str) -> None:
    assert clause_words(identifier) == words


def test_words_and_label_agree() -> None:
    (reference,), _end = read_references("第12条之一第2款第（三）项", 0)
    assert reference.label == clause_words(reference.path) == "第十二条之一第二款第三项"
