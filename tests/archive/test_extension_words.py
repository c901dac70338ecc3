"""有效期延续 in running text: what counts as a statement about the whole document, until when, and what does not."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.archive.citations import Citation, find_citations
from search.archive.enums import RelationKind
from search.archive.extension_words import Extension, extended_list, read_extension
from search.archive.numerals import to_chinese

D = dt.date


@pytest.mark.parametrize(
    ("before", "behind", "until"),
    [
        ("", "有效期延长至2027年12月31日", D(2027, 12, 31)),
        ("", "有效期限延长到2027年12月31日止", D(2027, 12, 31)),
        ("决定将", "（云政发〔2020〕3号）的有效期延续至二〇二七年十二月三十一日", D(2027, 12, 31)),
        ("延长", "（云政发〔2020〕3号）有效期至2027年6月30日", D(2027, 6, 30)),
        ("", "（云政发〔2020〕3号）继续有效，有效期至2027年12月31日", D(2027, 12, 31)),
        ("", "继续执行至2027年12月31日", D(2027, 12, 31)),
        ("", "有效期届满后继续施行至2027年12月31日", D(2027, 12, 31)),
        ("", "有效期顺延至2027年底", D(2027, 12, 31)),
        ("", "有效期延长至2028年2月底", D(2028, 2, 29)),
        ("将", "、《云岭省码头办法》（云政发〔2020〕4号）等2件文件的有效期统一延长至2027年12月31日", D(2027, 12, 31)),
        ("将《云岭省渡口管理暂行办法》（试行）和", "有效期延长至2027年12月31日", D(2027, 12, 31)),
        ("根据评估结果，经省政府同意，将", "有效期延长至2027年12月31日", D(2027, 12, 31)),
    ],
)  # fmt: skip
def test_a_stated_last_day(before: str, behind: str, until: dt.date) -> None:
    assert read_extension(before, behind) == Extension(until=until)


@pytest.mark.parametrize(
    ("before", "behind", "months"),
    [
        ("", "有效期延长5年", 60),
        ("", "有效期再延续两年", 24),
        ("", "有效期延长六个月", 6),
        ("", "（云政发〔2020〕3号）的有效期延长为10年", 120),
        ("延长", "有效期3年", 36),
        ("", "延长有效期三年", 36),
        ("", "延期执行1年", 12),
    ],
)
def test_a_stated_length(before: str, behind: str, months: int) -> None:
    assert read_extension(before, behind) == Extension(months=months)


def test_the_last_day_it_is_said_to_have_had() -> None:
    whole = Extension(D(2027, 12, 31), None, D(2022, 12, 31))
    assert read_extension("", "有效期由2022年12月31日延长至2027年12月31日") == whole
    assert read_extension("", "执行截止时间由2022年12月31日延长至2027年12月31日") == whole
    assert read_extension("", "自2023年1月1日起继续有效，有效期至2027年12月31日") == whole
    assert read_extension("", "自2023年1月1日起延长有效期2年") == Extension(None, 24, D(2022, 12, 31))
    assert read_extension("", "有效期延长一年，至2024年6月2日") == Extension(D(2024, 6, 2), 12)


@pytest.mark.parametrize(
    ("before", "behind"),
    [
        ("", "继续有效"),
        ("", "（云政发〔2020〕3号）等61件规章（见附件2）继续有效"),
        ("", "继续有效，有效期5年"),
        ("", "有效期延长"),
        ("", "有效期延长至2027年2月30日"),
        ("自本通知印发之日起，", "有效期延长5年"),
        ("", "有效期延长90年"),
    ],
)
def test_what_goes_on_without_a_day_that_can_be_told(before: str, behind: str) -> None:
    said = read_extension(before, behind)
    assert said is not None and said.until is None and said.months is None


@pytest.mark.parametrize(
    ("before", "behind"),
    [
        ("拟将", "有效期延长至2027年12月31日"),
        ("如确有必要，", "有效期延长至2027年12月31日"),
        ("建议省政府将", "有效期延长至2027年12月31日"),
        ("申请将", "有效期延长5年"),
        ("可将", "有效期延长5年"),
        ("此前已将", "有效期延长至2027年12月31日"),
        ("不再将", "有效期延长至2027年12月31日"),
        ("是否将", "有效期延长5年"),
        ("", "有效期可延长5年"),
        ("", "有效期不再延长"),
        ("", "有效期届满前需要延长的"),
        ("", "第五条有关政策适用期限延长至2025年6月30日"),
        ("", "中支持渡口改造政策的适用期限延长至2026年12月31日"),
        ("", "有关政策有适用期限的，将适用期限延长至2024年12月31日"),
        ("", "中相关政策继续有效"),
        ("", "规定的许可证有效期延长至2027年12月31日"),
        ("", "核发的许可证继续有效"),
        ("", "适用于渡口的有关规定继续有效"),
        ("“将", "有效期延长至2027年12月31日"),
        ("", "有效期至2027年12月31日"),
        ("", "有效期延长至2027年12月31日的请示"),
        ("根据", "制定本办法"),
        ("", ""),
    ],
)
def test_what_is_no_statement_about_the_document(before: str, behind: str) -> None:
    assert read_extension(before, behind) is None


@given(
    st.text(alphabet="《》（）有效期延长续继至到自由20年月日底、，等件文", max_size=120), st.text(max_size=40)
)
def test_any_words_are_read_without_harm(behind: str, before: str) -> None:
    said = read_extension(before, behind)
    assert said is None or said.until is None or said.until.year >= 1949


DAYS = st.dates(D(1990, 1, 1), D(2099, 12, 31))


def written(day: dt.date, form: int) -> str:
    """`day` in one of the forms of official texts."""
    if form == 0:
        return f"{day.year}年{day.month}月{day.day}日"
    if form == 1:
        return f"{day.year}年{day.month:02d}月{day.day:02d}日"
    year = "".join("〇一二三四五六七八九"[int(c)] for c in str(day.year))
    return f"{year}年{to_chinese(day.month)}月{to_chinese(day.day)}日"


#: Sentences around a document named at {x}; {d} is the new last day.
DATED = (
    "将{x}的有效期延长至{d}。", "{x}有效期延续至{d}。", "{x}继续有效，有效期至{d}。", "{x}继续执行至{d}。",
    "经省人民政府同意，决定将{x}有效期延长至{d}止。", "决定延长{x}的有效期至{d}。", "一、{x}有效期限顺延到{d}；二、其他事项另行通知。",
)  # fmt: skip
NAMES = (
    "《云岭省渡口管理办法》", "《云岭省渡口管理办法》（云政发〔2018〕7号）", "《云岭省人民政府关于印发〈云岭省渡口管理办法〉的通知》（云政发[2018]7号）",
    "《云岭省渡口管理办法》(云政发〔2018〕7号,以下简称《办法》)",
)  # fmt: skip


def cited(text: str) -> list[Citation]:
    return [c for c in find_citations("云岭省人民政府关于有关事项的通知", text) if not c.in_title]


@given(day=DAYS, form=st.integers(0, 2), sentence=st.sampled_from(DATED), name=st.sampled_from(NAMES))
def test_a_generated_extension_is_found_with_its_day(
    day: dt.date, form: int, sentence: str, name: str
) -> None:
    found = cited(sentence.format(x=name, d=written(day, form)))
    assert [(c.kind, c.extension) for c in found] == [(RelationKind.EXTENDS, Extension(until=day))]
    assert "渡口管理办法" in found[0].title


@given(
    n=st.integers(1, 30),
    unit=st.sampled_from(["年", "个月"]),
    chinese=st.booleans(),
    name=st.sampled_from(NAMES),
)
def test_a_generated_length_is_found(n: int, unit: str, chinese: bool, name: str) -> None:
    number = to_chinese(n) if chinese else str(n)
    found = cited(f"{name}的有效期延长{number}{unit}。")
    assert [c.extension for c in found] == [Extension(months=n * (12 if unit == "年" else 1))]


@given(day=DAYS, count=st.integers(2, 12))
def test_every_document_of_a_sentence_goes_on(day: dt.date, count: int) -> None:
    names = [f"《云岭省第{to_chinese(n + 1)}渡口暂行办法》（云政发〔2018〕{n + 1}号）" for n in range(count)]
    text = f"将{'、'.join(names[:-1])}和{names[-1]}等{count}件文件的有效期延长至{written(day, 0)}。"
    assert [c.extension for c in cited(text)] == [Extension(until=day)] * count


@pytest.mark.parametrize(
    ("sentence", "kind"),
    [
        ("《云岭省渡口管理办法》第五条有效期延长至2027年12月31日。", RelationKind.CITES),
        ("《云岭省渡口管理办法》的许可证有效期延长至2027年12月31日。", RelationKind.CITES),
        ("根据《云岭省渡口管理办法》，制定本办法，有效期延长至2027年12月31日。", RelationKind.BASIS),
    ],
)
def test_a_part_or_another_thing_is_not_the_document(sentence: str, kind: RelationKind) -> None:
    assert [(c.kind, c.extension) for c in cited(sentence)] == [(kind, None)]


def test_two_things_in_one_sentence_are_told_apart() -> None:
    text = "《云岭省渡口管理办法》有效期延长至2027年12月31日，《云岭省码头管理办法》同时废止。"
    assert [(c.title[3:5], c.kind) for c in cited(text)] == [
        ("渡口", RelationKind.EXTENDS),
        ("码头", RelationKind.REPEALS),
    ]


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("云岭省人民政府关于延长《云岭省渡口管理办法》有效期的通知", RelationKind.EXTENDS),
        ("云岭省人民政府关于《云岭省渡口管理办法》继续有效的通知", RelationKind.EXTENDS),
        ("云岭省人民政府关于将《云岭省渡口管理办法》有效期延长至2027年12月31日的公告", RelationKind.EXTENDS),
        ("云岭省人民政府关于继续执行《云岭省渡口管理办法》的通知", RelationKind.EXTENDS),
        ("云岭省人民政府关于延长《云岭省渡口管理办法》等3件文件有效期的决定", RelationKind.EXTENDS),
        ("云岭省人民政府关于拟延长《云岭省渡口管理办法》有效期的公告", RelationKind.CITES),
        ("云岭省人民政府关于废止《云岭省渡口管理办法》的决定", RelationKind.REPEALS),
        ("云岭省人民政府关于贯彻《云岭省渡口管理办法》的通知", RelationKind.BASIS),
    ],
)
def test_titles_say_it_too(title: str, kind: RelationKind) -> None:
    found = [c for c in find_citations(title, "") if c.in_title]
    assert [c.kind for c in found] == [kind]


LISTED = "1.《云岭省渡口管理办法》（云政发〔2018〕7号）\n2.《云岭省码头管理办法》（云政发〔2018〕8号）\n"


@pytest.mark.parametrize(
    ("heading", "kind", "until"),
    [
        ("下列文件有效期延长至2027年12月31日：", RelationKind.EXTENDS, D(2027, 12, 31)),
        ("以下文件继续有效：", RelationKind.EXTENDS, None),
        ("继续有效的规范性文件目录", RelationKind.EXTENDS, None),
        ("下列文件自即日起废止：", RelationKind.REPEALS, None),
        ("废止的规范性文件目录", RelationKind.REPEALS, None),
        ("有关文件如下：", RelationKind.CITES, None),
        ("拟继续有效的规范性文件目录", RelationKind.CITES, None),
    ],
)
def test_the_heading_of_a_list_speaks_for_its_lines(
    heading: str, kind: RelationKind, until: dt.date | None
) -> None:
    found = cited(f"{heading}\n{LISTED}")
    assert [c.kind for c in found] == [kind, kind]
    assert [c.extension.until if c.extension else None for c in found] == [until, until]


def test_one_text_with_a_list_of_each_sort() -> None:
    text = (
        "附件1\n继续有效的规范性文件目录\n1.《云岭省渡口管理办法》（云政发〔2018〕7号）\n"
        "附件2\n废止的规范性文件目录\n1.《云岭省码头管理办法》（云政发〔2018〕8号）\n"
    )
    title = "云岭省人民政府关于公布继续有效、废止和失效规范性文件目录的决定"
    found = [c for c in find_citations(title, text) if not c.in_title]
    assert [c.kind for c in found] == [RelationKind.EXTENDS, RelationKind.REPEALS]


def test_what_is_said_of_one_file_counts_before_its_list() -> None:
    title = "云岭省人民政府关于废止和延续部分规范性文件的决定"
    text = "一、《云岭省渡口管理办法》有效期延长至2027年12月31日。\n二、《云岭省码头管理办法》予以废止。\n"
    found = [c for c in find_citations(title, text) if not c.in_title]
    assert [c.kind for c in found] == [RelationKind.EXTENDS, RelationKind.REPEALS]


@pytest.mark.parametrize("heading", ["", "废止和继续有效的文件目录", "目录", "继续有效"])
def test_a_line_that_opens_no_list(heading: str) -> None:
    assert extended_list(heading) is None


def test_a_long_list_is_read_quickly() -> None:
    names = "".join(f"《云岭省第{n}渡口办法》（云政发〔2018〕{n}号）、" for n in range(1, 400))
    found = cited(f"将{names}《云岭省码头办法》的有效期延长至2027年12月31日。")
    assert len(found) == 400 and found[-1].extension == Extension(until=D(2027, 12, 31))
    assert re.fullmatch("云岭省码头办法", found[-1].title)
