"""Dates and terms of validity, by table and by property."""

from __future__ import annotations

import datetime as dt
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.archive.numerals import to_chinese, to_int
from search.archive.recognise.dates import add_months, add_years, find_dates, impossible_dates, parse_date
from search.archive.recognise.terms import last_day, read_terms, resolve
from tests.factories.archive import day


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("二○○三年五月二十六日", "2003-05-26"),
        ("二〇一二年五月十六日", "2012-05-16"),
        ("二零二一年十二月三十一日", "2021-12-31"),
        ("一九九九年十月一日", "1999-10-01"),
        ("2016年12月9日", "2016-12-09"),
        ("２０２５ 年 ７ 月 ２８ 日", "2025-07-28"),
        ("2016-12-27 14:28", "2016-12-27"),
        ("2016.1.2", "2016-01-02"),
        ("2016/01/02", "2016-01-02"),
        ("（2016年12月9日）", "2016-12-09"),
    ],
)
def test_dates_in_every_spelling(text: str, expected: str) -> None:
    assert parse_date(text) == day(expected)


@pytest.mark.parametrize(
    "text", ["2021年2月30日", "2021年13月1日", "二〇二一年四月三十一日", "2021-02-29", "1850年1月1日"]
)
def test_a_date_no_calendar_has_is_no_date_and_is_told(text: str) -> None:
    assert parse_date(text) is None
    assert impossible_dates(f"自{text}起施行") == [text]


@pytest.mark.parametrize("text", ["", "2021年5月", "5月1日", "12345-67-89", "第2021号", "2.1.3"])
def test_what_is_no_full_date(text: str) -> None:
    assert find_dates(text) == []


_POSITIONAL = str.maketrans("0123456789", "〇一二三四五六七八九")
_CIRCLES = str.maketrans("0123456789", "○一二三四五六七八九")


@given(st.dates(dt.date(1949, 1, 1), dt.date(2099, 12, 31)))
def test_every_day_is_read_in_chinese_and_arabic(value: dt.date) -> None:
    spoken = f"{to_chinese(value.month)}月{to_chinese(value.day)}日"
    for year in (str(value.year).translate(_POSITIONAL), str(value.year).translate(_CIRCLES)):
        assert parse_date(f"{year}年{spoken}") == value
    assert parse_date(value.isoformat()) == value
    assert parse_date(f"{value.year}年{value.month}月{value.day}日") == value


@given(st.text(alphabet="二〇○零一三十年月日0123456789-./ 自起", max_size=60))
def test_no_text_breaks_the_date_reader(text: str) -> None:
    for found in find_dates(text):
        assert text[found.start : found.end].strip() == found.raw


@given(st.integers(1, 9999))
def test_numerals_go_both_ways(number: int) -> None:
    assert to_int(to_chinese(number)) == number
    assert to_int(str(number)) == number


@pytest.mark.parametrize(
    ("numeral", "value"),
    [
        ("十", 10),
        ("一百零五", 105),
        ("一千二百六十", 1260),
        ("二○○三", 2003),
        ("廿一", 21),
        ("两", 2),
        ("１２", 12),
        ("七十四", 74),
    ],
)
def test_numerals(numeral: str, value: int) -> None:
    assert to_int(numeral) == value


@pytest.mark.parametrize("numeral", ["", "条", "十条", "a", "一二三四五六七八九十一二三"])
def test_no_numerals(numeral: str) -> None:
    assert to_int(numeral) is None


@pytest.mark.parametrize("number", [0, -1, 10_000])
def test_numbers_outside_the_range(number: int) -> None:
    with pytest.raises(ValueError, match=str(number)):
        to_chinese(number)


@pytest.mark.parametrize(
    ("text", "effective", "until"),
    [
        ("本办法自2021年5月1日起施行，有效期5年。", "2021-05-01", "2026-04-30"),
        ("本办法自2021年5月1日起施行，有效期至2023年12月31日。", "2021-05-01", "2023-12-31"),
        ("本通知自印发之日起施行，有效期为三年。", "2021-03-02", "2024-03-01"),
        ("本通知自公布之日起施行，试行期两年。", "2021-03-05", "2023-03-04"),
        ("自2024年3月1日起施行，有效期6个月。", "2024-03-01", "2024-08-31"),
        ("自二〇二一年五月一日起施行。", "2021-05-01", None),
        ("第九条 通行证有效期5年。第十条 本办法自2021年5月1日起施行。", "2021-05-01", None),
        ("原办法自2010年1月1日起施行。本办法自2021年5月1日起施行。", "2021-05-01", None),
        ("没有规定。", None, None),
        ("自2021年2月30日起施行。", None, None),
    ],
)
def test_terms_of_validity(text: str, effective: str | None, until: str | None) -> None:
    found = resolve(read_terms(text), adopted_on=day("2021-03-02"), published_on=day("2021-03-05"))
    assert found == (day(effective) if effective else None, day(until) if until else None)


def test_the_sentence_is_kept_as_written() -> None:
    assert (
        read_terms("第九条 甲。\n第十条 本办法有效期5年。另行规定。").validity_text
        == "第十条 本办法有效期5年。"
    )


def test_a_rule_without_a_date_to_count_from_gives_none() -> None:
    assert resolve(read_terms("自印发之日起施行，有效期5年。"), adopted_on=None, published_on=None) == (
        None,
        None,
    )


def test_calendar_arithmetic_at_the_end_of_months() -> None:
    assert add_years(day("2024-02-29"), 1) == day("2025-02-28")
    assert add_months(day("2021-01-31"), 1) == day("2021-02-28")
    assert add_months(day("2021-11-30"), 3) == day("2022-02-28")
    assert last_day(day("2021-03-01"), 60) == day("2026-02-28")


@pytest.mark.parametrize("blank", [" ", "\u00a0", "\u3000", "\n"])
def test_a_long_gap_is_no_place_to_look_for_dates(blank: str) -> None:
    text = f"国务院{blank * 100_000}号，自{blank * 3}2016年12月9日起施行。"
    started = time.process_time()
    assert parse_date(text) == day("2016-12-09")
    assert read_terms(text).effective_on == day("2016-12-09")
    assert time.process_time() - started < 5
