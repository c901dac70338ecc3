"""Fields read off a text: generated numbers, dates, issuers, places, addressees, signatures and terms come back as written."""

from __future__ import annotations

import datetime as dt
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from search.archive.numbers import NumberForm, find_numbers, parse_number, query_keys
from search.archive.numerals import to_chinese, to_int
from search.archive.readers import Extract
from search.archive.recognise import Recognised, recognise
from search.archive.recognise.bodies import genre_of, issuers_in_title, level_of, region_of
from search.archive.recognise.certainty import DOUBTFUL, lowest
from search.archive.recognise.dates import find_dates, impossible_dates, parse_date
from search.archive.recognise.normative import judge
from search.archive.recognise.terms import read_terms
from tests.factories.archive import day

BRACKETS = ["〔〕", "[]", "［］", "()", "（）", "【】", "﹝﹞", "「」", "„‟", "〈〉", "<>", "{}"]
quick = settings(deadline=None, max_examples=80)


def read(text: str, *, title: str = "", partial: bool = False) -> Recognised:
    return recognise(Extract(text, "txt", "text/plain", title=title, partial=partial), name="a.txt")[0]


han = st.text(alphabet="京沪粤豫辽川渝苏浙闽赣鲁湘鄂建财税银教卫", min_size=1, max_size=4)
years = st.integers(1950, 2099)
sequences = st.integers(1, 9_999)


@st.composite
def official_numbers(draw: st.DrawFn) -> tuple[str, NumberForm]:
    """A number of any form in its official spelling."""
    who, year, n = draw(han), draw(years), draw(sequences)
    return draw(
        st.sampled_from(
            [
                (f"{who}发〔{year}〕{n}号", NumberForm.STANDARD), (f"{who}政办函〔{year}〕{n}号", NumberForm.STANDARD),
                (f"{who}明电〔{year}〕{n}号", NumberForm.TELEGRAM), (f"{who}部令第{n}号", NumberForm.ORDER),
                (f"{who}部令〔{year}〕第{n}号", NumberForm.ORDER), (f"{who}局公告〔{year}〕第{n}号", NumberForm.ANNOUNCEMENT),
                (f"{who}局公告{year}年第{n}号", NumberForm.ANNOUNCEMENT), (f"HFGS—{year}—{n}", NumberForm.REGISTRATION),
            ]
        )
    )  # fmt: skip


@quick
@given(official_numbers())
def test_a_number_is_its_own_canonical_form_and_is_found_by_readers(
    given_number: tuple[str, NumberForm],
) -> None:
    raw, form = given_number
    number = parse_number(raw)
    assert number is not None and number.form is form
    assert number.canonical == raw
    assert parse_number(number.canonical) == number
    assert query_keys(raw) == [number.key]
    if form is not NumberForm.REGISTRATION:
        assert [f.number.key for f in find_numbers(f"按照《通知》（{raw}）执行。")] == [number.key]


@pytest.mark.parametrize("pair", BRACKETS)
@pytest.mark.parametrize(
    "template", ["{who}发{o}{year}{c}{n}号", "{who}发 {o} {year} {c} 第{n}號", "{who}发{o}{wide}{c}{n}号"]
)
def test_every_bracket_and_width_is_one_number(pair: str, template: str) -> None:
    wide = "2021".translate({ord(str(i)): chr(0xFF10 + i) for i in range(10)})
    raw = template.format(who="云政", o=pair[0], c=pair[1], year=2021, wide=wide, n=35)
    number = parse_number(raw)
    assert number is not None and number.key == "standard|云政发|2021|35"


@quick
@given(han, sequences)
def test_orders_in_chinese_numerals(who: str, n: int) -> None:
    assert parse_number(f"{who}部令第{to_chinese(n)}号") == parse_number(f"{who}部令第{to_chinese(n)}号")
    one, other = parse_number(f"{who}部令第{to_chinese(n)}号"), parse_number(f"{who}部令第{n}号")
    assert one and other and one.key == other.key


@quick
@given(st.lists(official_numbers(), min_size=1, max_size=5))
def test_a_list_of_numbers_gives_each_once_in_order(given_numbers: list[tuple[str, NumberForm]]) -> None:
    raws = [raw for raw, form in given_numbers if form is NumberForm.STANDARD]
    found = find_numbers("、".join(f"（{raw}）" for raw in raws))
    assert [f.number.canonical for f in found] == raws


DIGITS = {
    "circle": "○一二三四五六七八九",
    "nought": "〇一二三四五六七八九",
    "zero": "零一二三四五六七八九",
    "wide": "０１２３４５６７８９",
}


@quick
@given(
    st.dates(dt.date(1949, 1, 1), dt.date(2100, 12, 31)),
    st.sampled_from(sorted(DIGITS)),
    st.sampled_from(["", " ", "  "]),
)
def test_every_day_in_every_spelling(value: dt.date, digits: str, gap: str) -> None:
    year = gap.join(DIGITS[digits][int(d)] for d in str(value.year))
    month, date = (
        (to_chinese(value.month), to_chinese(value.day)) if digits != "wide" else (value.month, value.day)
    )
    if value.month == 1:
        month = "元"
    text = f"{year}{gap}年{gap}{month}{gap}月{gap}{date}{gap}日"
    assert parse_date(text) == value
    assert [f.day for f in find_dates(f"附件1 {text}印发")] == [value]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("电话12345 2021年3月2日", "2021-03-02"), ("附件1 2021年3月2日", "2021-03-02"), ("２０２１－０３－０２", "2021-03-02"),
        ("2021年元月5日", "2021-01-05"), ("２○○３年５月６日", "2003-05-06"), ("廿世纪，一九九九年十二月卅一日", "1999-12-31"),
        ("共120页。12021年3月2日", None), ("2021年元日", None),
    ],
)  # fmt: skip
def test_dates_among_other_figures(text: str, expected: str | None) -> None:
    assert parse_date(text) == (day(expected) if expected else None)
    assert impossible_dates(text) == []


@pytest.mark.parametrize(
    ("numeral", "value"),
    [("２○○３", 2003), ("二〇2一", 2021), ("Ｏ", 0), ("三百零五", 305), ("一万二千", 12_000)],
)
def test_numerals_of_mixed_kinds(numeral: str, value: int) -> None:
    assert to_int(numeral) == value


@pytest.mark.parametrize(
    ("text", "effective", "until"),
    [
        ("本办法自2021年5月1日起施行，至2026年4月30日止。", "2021-05-01", "2026-04-30"),
        ("有效期自2021年5月1日起至2026年4月30日止。", None, "2026-04-30"),
        ("本通知自二〇二一年五月一日起施行，有效期至二〇二六年四月三十日。", "2021-05-01", "2026-04-30"),
        ("报名自2021年5月1日起至2021年5月30日止。", None, None),
        ("活动从2021年5月1日到2021年5月30日。", None, None),
        ("本办法自2021年元月1日零时起正式施行。", "2021-01-01", None),
    ],
)
def test_terms_from_a_day_to_a_day(text: str, effective: str | None, until: str | None) -> None:
    terms = read_terms(text)
    assert (terms.effective_on, terms.until) == (
        day(effective) if effective else None,
        day(until) if until else None,
    )
    assert bool(terms.validity_text) is bool(until)


def test_a_term_counted_from_publication() -> None:
    assert read_terms("有效期自发布之日起5年。").months == 60
    assert read_terms("有效期自2021年5月1日起计算为三年。").months == 36


def test_a_gap_behind_a_date_costs_nothing() -> None:
    started = time.process_time()
    assert read_terms("2021年5月1日" + " " * 60_000 + "起施行。").effective_on == day("2021-05-01")
    assert read_terms("2021年5月1日" + " " * 60_000 + "无关。").effective_on is None
    assert time.process_time() - started < 3


@pytest.mark.parametrize(
    ("title", "issuers"),
    [
        ("国务院办公厅转发财政部关于停车的意见的通知", ["国务院办公厅"]),
        ("云岭省人民政府批转省财政厅关于停车的通知", ["云岭省人民政府"]),
        ("云岭省财政厅、云岭省公安厅关于停车的通知", ["云岭省财政厅", "云岭省公安厅"]),
        ("云岭省财政厅 云岭省公安厅关于停车的通知", ["云岭省财政厅", "云岭省公安厅"]),
        ("关于停车的通知", []),
    ],
)
def test_who_issued_is_who_stands_first(title: str, issuers: list[str]) -> None:
    assert issuers_in_title(title) == issuers


@pytest.mark.parametrize(
    ("issuer", "title", "level", "region"),
    [
        ("国务院", "国务院关于深化城市停车改革的通知", "national", ""),
        ("", "关于加强城市停车管理的通知", "", ""),
        ("", "关于促进房地产市场平稳发展的通知", "", ""),
        ("", "上市公司信息披露管理办法", "", ""),
        ("", "城市停车场管理办法", "", ""),
        ("", "关于优化我市停车管理的通知", "city", ""),
        ("", "关于印发南湖区停车办法的通知", "county", "南湖区"),
        ("", "关于印发开发区管理办法的通知", "", ""),
        ("聊城市人民政府", "聊城市停车办法", "city", "聊城市"),
        ("", "云岭省北山市南湖区停车办法", "county", "云岭省北山市南湖区"),
        ("商务部", "商务部关于城市停车的通知", "ministry", ""),
    ],
)
def test_a_place_is_one_that_is_named_and_no_word_of_the_sentence(
    issuer: str, title: str, level: str, region: str
) -> None:
    assert (str(level_of(issuer, title)), region_of(issuer, title)) == (level, region)


@pytest.mark.parametrize(
    ("title", "genre"),
    [
        ("全市开展停车秩序联合执法", ""), ("创新停车做法", ""), ("不得违反规定", ""), ("某局下达指令", ""), ("中华人民共和国公司法", "法"), ("公司法", "法"),
        ("中华人民共和国文物保护法", "法"), ("中华人民共和国立法法", "法"), ("停车突发事件应急预案", "预案"), ("委员会组成人员守则", "守则"), ("停车办法", "办法"),
    ],
)  # fmt: skip
def test_words_that_only_end_like_a_genre(title: str, genre: str) -> None:
    assert genre_of(title) == genre


def test_a_news_item_about_enforcement_is_not_taken_for_a_law() -> None:
    verdict = judge(
        title="全市开展停车秩序联合执法",
        text="昨日，全市开展停车秩序行动。" * 9,
        has_number=False,
        has_issuer=False,
        addressed=False,
    )
    assert not verdict.accepted and verdict.message


NOTICE = "云岭省财政厅关于停车收费的通知\n云财发〔2021〕5号\n{addressees}：\n为规范停车，现将有关事项通知如下：\n一、公布泊位。\n二、公布收费。\n{signature}"


@pytest.mark.parametrize(
    "addressees",
    [
        "三亚市、六安市人民政府",
        "十堰市各区人民政府",
        "第一师人民政府，各有关单位",
        "各市、州人民政府，省政府各部门",
        "省直各单位",
    ],
)
def test_addressees_may_begin_with_a_numeral(addressees: str) -> None:
    fields = read(NOTICE.format(addressees=addressees, signature="云岭省财政厅\n2021年3月2日")).fields
    assert fields["addressees"] == addressees


@pytest.mark.parametrize(
    "line", ["一、有关单位应当做到", "第三条 各单位应当", "（一）各有关单位", "请各单位注意以下事项"]
)
def test_a_clause_is_no_addressee(line: str) -> None:
    assert read(NOTICE.format(addressees=line, signature="")).fields["addressees"] == ""


@pytest.mark.parametrize(
    ("signature", "adopted", "sure"),
    [
        ("云岭省财政厅\n2021年3月2日", "2021-03-02", 0.9), ("云岭省财政厅　云岭省公安厅\n二〇二一年三月二日", "2021-03-02", 0.9),
        ("2021年3月2日", "2021-03-02", 0.7), ("2021年3月2日至2021年3月9日", None, None), ("云岭省财政厅\n2021年2月30日", None, None),
    ],
)  # fmt: skip
def test_a_signature_with_a_name_is_surer_than_a_lone_date(
    signature: str, adopted: str | None, sure: float | None
) -> None:
    fields = read(NOTICE.format(addressees="各有关单位", signature=signature)).fields
    assert fields["adopted_on"] == (day(adopted) if adopted else None)
    assert fields["confidence"].get("adopted_on") == sure


def test_a_heading_of_the_site_is_no_title_to_be_sure_of() -> None:
    text = NOTICE.format(addressees="各有关单位", signature="云岭省财政厅\n2021年3月2日").partition("\n")[2]
    doubtful = read(text, title="云岭省政务公开平台首页").fields["confidence"]
    assert (lowest(doubtful) or 1) < DOUBTFUL
    assert read(text, title="云岭省财政厅关于停车收费的通知").fields["confidence"]["title"] > DOUBTFUL


def test_a_text_of_which_a_part_is_missing_is_offered_for_checking() -> None:
    text = NOTICE.format(addressees="各有关单位", signature="云岭省财政厅\n2021年3月2日")
    whole, part = read(text).fields, read(text, partial=True).fields
    assert (whole["text_scope"], part["text_scope"]) == ("full", "excerpt")
    assert (lowest(part["confidence"]) or 1) < DOUBTFUL <= (lowest(whole["confidence"]) or 0)


def test_a_text_in_few_endless_lines_is_read_in_seconds() -> None:
    started = time.process_time()
    recognise(Extract("\n".join(["甲乙丙丁" * 12_000] * 12), "txt", "text/plain"), name="a.txt")
    assert time.process_time() - started < 6
