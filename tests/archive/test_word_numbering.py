"""Numbers that Word sets by itself stand in the text as people see them: a clause without its number cannot be cited."""

from __future__ import annotations

import pytest

from search.archive import readers
from search.archive.clauses import parse_clauses
from tests.archive import builders

ARTICLES = [("chineseCountingThousand", "第%1条"), ("chineseCounting", "（%2）")]


def lines(data: bytes) -> list[str]:
    return readers.read("a.docx", data).text.split("\n")


def test_articles_and_points_are_counted() -> None:
    paragraphs = [
        (91, 0, "目的。"),
        (91, 1, "便民；"),
        (91, 1, "安全。"),
        (0, 0, "另起一段。"),
        (91, 0, "施行。"),
        (91, 1, "再数。"),
    ]
    assert lines(builders.numbered_word(paragraphs, ARTICLES, behind="space")) == [
        "第一条 目的。", "（一）便民；", "（二）安全。", "另起一段。", "第二条 施行。", "（一）再数。",
    ]  # fmt: skip


def test_the_clauses_of_such_a_document_have_their_ids() -> None:
    data = builders.numbered_word([(91, 0, "甲。")] * 12, ARTICLES, behind="space")
    clauses = parse_clauses(readers.read("a.docx", data).text)
    assert [c.label.strip() for c in clauses][-1] == "第十二条"


def test_lists_of_one_definition_go_on_unless_one_starts_anew() -> None:
    paragraphs = [(91, 0, "甲"), (92, 0, "乙")]
    assert lines(builders.numbered_word(paragraphs, ARTICLES, behind="space")) == ["第一条 甲", "第二条 乙"]
    assert lines(builders.numbered_word(paragraphs, ARTICLES, restart=5, behind="space")) == [
        "第一条 甲",
        "第五条 乙",
    ]


@pytest.mark.parametrize(
    ("form", "shown"),
    [
        ("decimal", "1 2 3"), ("decimalZero", "01 02 03"), ("lowerLetter", "a b c"), ("upperLetter", "A B C"), ("upperRoman", "I II III"),
        ("lowerRoman", "i ii iii"), ("decimalEnclosedCircle", "① ② ③"), ("chineseLegalSimplified", "壹 贰 叁"),
        ("japaneseCounting", "一 二 三"), ("unheardOf", "1 2 3"),
    ],
)  # fmt: skip
def test_forms_of_numbers(form: str, shown: str) -> None:
    found = lines(builders.numbered_word([(91, 0, "甲")] * 3, [(form, "%1")]))
    assert [line.removesuffix("甲").strip() for line in found] == shown.split()


@pytest.mark.parametrize(("form", "pattern"), [("bullet", "\uf0b7"), ("none", "")])
def test_signs_of_a_list_are_no_numbers(form: str, pattern: str) -> None:
    assert lines(builders.numbered_word([(91, 0, "甲")], [(form, pattern)])) == ["甲"]


def test_a_number_names_the_levels_above_it() -> None:
    levels = [("decimal", "%1"), ("decimal", "%1.%2")]
    paragraphs = [(91, 0, "甲"), (91, 1, "乙"), (91, 0, "丙"), (91, 1, "丁"), (91, 1, "戊")]
    assert lines(builders.numbered_word(paragraphs, levels, behind="tab")) == [
        "1 甲",
        "1.1 乙",
        "2 丙",
        "2.1 丁",
        "2.2 戊",
    ]


def test_a_list_that_is_not_defined_is_none() -> None:
    assert lines(builders.numbered_word([(77, 0, "甲"), (91, 8, "乙")], ARTICLES)) == ["甲", "乙"]


def test_letters_go_on_after_z() -> None:
    found = lines(builders.numbered_word([(91, 0, "甲")] * 28, [("lowerLetter", "%1.")], behind="tab"))
    assert [found[25], found[26], found[27]] == ["z. 甲", "aa. 甲", "bb. 甲"]
