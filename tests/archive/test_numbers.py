"""Document numbers: the table of the domain, every bracket style, running text, queries, and properties."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.archive.numbers import (
    NumberForm,
    find_numbers,
    fold,
    parse_number,
    query_keys,
    query_prefixes,
    simplify,
)

OPENING = "〔[［(（【﹝「„"
CLOSING = "〕]］)）】﹞」‟"


@pytest.mark.parametrize(
    ("raw", "canonical", "form"),
    [
        ("豫辦〔2016〕60號", "豫办〔2016〕60号", NumberForm.STANDARD),
        ("中辦發(fā)〔2016〕8號", "中办发〔2016〕8号", NumberForm.STANDARD),
        ("(辽委办发〔2000〕6号)", "辽委办发〔2000〕6号", NumberForm.STANDARD),
        ("成办发[2003]75号", "成办发〔2003〕75号", NumberForm.STANDARD),
        ("怀来字„2012‟21号", "怀来字〔2012〕21号", NumberForm.STANDARD),
        ("国办发【2016】第 080\u00a0号", "国办发〔2016〕80号", NumberForm.STANDARD),
        ("法（民）发〔1988〕6号", "法(民)发〔1988〕6号", NumberForm.STANDARD),
        ("文号：建房[2015]122号", "建房〔2015〕122号", NumberForm.STANDARD),
        ("国务院令第713号", "国务院令第713号", NumberForm.ORDER),
        ("中华人民共和国国务院令第300号", "中华人民共和国国务院令第300号", NumberForm.ORDER),
        ("国务院第713号令", "国务院令第713号", NumberForm.ORDER),
        ("中华人民共和国主席令第七十四号", "中华人民共和国主席令第74号", NumberForm.ORDER),
        ("中国人民银行令〔2021〕第4号", "中国人民银行令〔2021〕第4号", NumberForm.ORDER),
        ("公安部令第１４９号", "公安部令第149号", NumberForm.ORDER),
        ("中国人民银行公告〔2020〕第5号", "中国人民银行公告〔2020〕第5号", NumberForm.ANNOUNCEMENT),
        ("公告2020年第5号", "公告2020年第5号", NumberForm.ANNOUNCEMENT),
        (
            "中国人民银行 商务部公告〔2016〕第1号",
            "中国人民银行商务部公告〔2016〕第1号",
            NumberForm.ANNOUNCEMENT,
        ),
        ("国办发明电〔2018〕15号", "国办发明电〔2018〕15号", NumberForm.TELEGRAM),
        ("HFGS—2017—9", "HFGS—2017—9", NumberForm.REGISTRATION),
        ("HFGS-2017-009", "HFGS—2017—009", NumberForm.REGISTRATION),
    ],
)
def test_numbers_found_in_the_wild(raw: str, canonical: str, form: NumberForm) -> None:
    number = parse_number(raw)
    assert number is not None
    assert number.canonical == canonical
    assert number.form is form


@pytest.mark.parametrize(
    "raw",
    [
        "",
        "通知",
        "（2014）29号",
        "第三条",
        "2016年5月",
        "国办发〔2016〕号",
        "x" * 500,
        "国办发〔2016〕80号文件精神",
    ],
)
def test_what_is_no_number_is_none(raw: str) -> None:
    assert parse_number(raw) is None


def test_the_state_prefix_and_the_wording_of_an_order_do_not_change_its_key() -> None:
    spellings = ["国务院令第300号", "中华人民共和国国务院令第300号", "国务院令 第 300 号", "国务院第300号令"]
    assert {parse_number(s).key for s in spellings if parse_number(s)} == {"order|国务院令||300"}
    assert all(parse_number(s) for s in spellings)


def test_the_two_ways_to_write_an_announcement_share_a_key() -> None:
    one, other = parse_number("财政部公告2019年第39号"), parse_number("财政部公告〔2019〕第39号")
    assert one and other and one.key == other.key


def test_padding_distinguishes_registrations_only() -> None:
    assert parse_number("HFGS—2017—09").key != parse_number("HFGS—2017—9").key  # type: ignore[union-attr]
    assert parse_number("国发〔2017〕09号").key == parse_number("国发〔2017〕9号").key  # type: ignore[union-attr]


def test_numbers_in_running_text_carry_their_place() -> None:
    text = (
        "根据《通知》（国办发〔2016〕80号）和和政发〔2020〕1号、并政发[2019]3号，与国发〔2016〕8号文件，"
        "中华人民共和国国务院令第711号，现将银发[2005]116号废止（財政部 税务总局公告2019年第39号）HFGS—2017—9"
    )
    found = find_numbers(text)
    assert [text[f.start : f.end] for f in found] == [
        "国办发〔2016〕80号",
        "和政发〔2020〕1号",
        "并政发[2019]3号",
        "国发〔2016〕8号",
        "中华人民共和国国务院令第711号",
        "银发[2005]116号",
        "財政部 税务总局公告2019年第39号",
        "HFGS—2017—9",
    ]
    assert found[6].number.key == parse_number("财政部税务总局公告2019年第39号").key  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "query",
    [
        "国办发〔2016〕80号", "国办发〔2016〕80", "国办发[2016]80号", "国办发2016 80", "国办发2016年80号", "国办发201680号",
        "国办发（2016）80号", "國辦發〔2016〕80號", "落实国办发〔2016〕80号情况", "国办发 2016 80",
    ],
)  # fmt: skip
def test_queries_for_one_number(query: str) -> None:
    assert "standard|国办发|2016|80" in query_keys(query)


@pytest.mark.parametrize("query", ["", "住房公积金", "2016", "🙂🙂", "\u202e", "号" * 5000, "〔〕〔〕〔〕"])
def test_queries_without_a_number(query: str) -> None:
    assert query_keys(query) == []


@pytest.mark.parametrize(
    ("query", "prefix"),
    [
        ("国办发〔2016", "standard|国办发|2016|"),
        ("国办发〔2016〕", "standard|国办发|2016|"),
        ("国办发2016", "standard|国办发|2016|"),
        ("国办发", "standard|国办发|"),
        ("国务院令", "order|国务院令|"),
    ],
)
def test_prefixes(query: str, prefix: str) -> None:
    assert query_prefixes(query) == [prefix]
    complete = {"2016": "国办发〔2016〕80号", "国办发|": "国办发〔2016〕80号", "国务院令|": "国务院令第713号"}
    full = next(v for k, v in complete.items() if k in prefix)
    assert parse_number(full).key.startswith(prefix)  # type: ignore[union-attr]


@pytest.mark.parametrize("query", ["住房", "关于出租车的通知", "国办发〔2016〕80号"])
def test_no_prefix(query: str) -> None:
    assert query_prefixes(query) == []


han = st.sampled_from("京沪粤豫辽川渝苏浙闽赣鲁湘鄂建财税银教卫")
codes = st.builds("".join, st.lists(han, min_size=1, max_size=4)).map(lambda s: s + "发")


@given(
    codes,
    st.integers(1949, 2099),
    st.integers(1, 99_999),
    st.sampled_from(list(zip(OPENING, CLOSING, strict=True))),
)
def test_every_bracket_style_gives_the_same_key(
    code: str, year: int, sequence: int, brackets: tuple[str, str]
) -> None:
    official = parse_number(f"{code}〔{year}〕{sequence}号")
    other = parse_number(f" {code} {brackets[0]}{year}{brackets[1]} 第{sequence:04d}号 ")
    assert official and other
    assert official.key == other.key
    assert parse_number(official.canonical) == official
    assert query_keys(f"{code}{year} {sequence}") == [official.key]


@given(codes, st.integers(1949, 2099), st.integers(1, 9999), st.text(alphabet="，。《》 ", max_size=5))
def test_a_number_is_found_again_between_punctuation(
    code: str, year: int, sequence: int, around: str
) -> None:
    raw = f"{code}〔{year}〕{sequence}号"
    text = f"{around}（{raw}）{around}"
    assert [(f.number.canonical, text[f.start : f.end]) for f in find_numbers(text)] == [(raw, raw)]


@given(st.text(max_size=200))
def test_no_text_breaks_the_parsers(text: str) -> None:
    number = parse_number(text)
    if number is not None:
        assert parse_number(number.canonical) is not None
    for found in find_numbers(text):
        assert 0 <= found.start < found.end <= len(text)
    assert isinstance(query_keys(text), list)
    assert isinstance(query_prefixes(text), list)


@given(st.text(max_size=80))
def test_simplifying_keeps_the_length_and_folding_is_stable(text: str) -> None:
    assert len(simplify(text)) == len(text)
    once = fold(text)
    assert fold(fold(once)) == fold(once)
