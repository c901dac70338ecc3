"""The history under a title, on one line or broken over several, and the days that follow from it."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from search.archive.item_forms import AcceptForm
from search.archive.item_services import CORRECTABLE
from search.archive.readers import Extract
from search.archive.recognise import Recognised, history, recognise
from tests.factories.archive import day

TITLE = "云岭省停车条例"
BODY = "\n".join(f"第{n}条　停车场应当公示收费标准，接受社会监督。" for n in "一二三四")
EVENTS = (
    "2001年3月2日云岭省第八届人民代表大会常务委员会第二十次会议通过",
    "根据2009年8月7日云岭省第十届人民代表大会常务委员会第十次会议《关于修改〈云岭省停车条例〉的决定》第一次修正",
    "2019年10月8日云岭省第十二届人民代表大会常务委员会第六次会议修订",
)
WHOLE = f"（{' '.join(EVENTS)}）"


def read(*lines: str) -> Recognised:
    return recognise(Extract("\n".join(lines), "txt", "text/plain"), name="a.txt")[0]


@settings(deadline=None, max_examples=60)
@given(st.lists(st.sampled_from(range(12, len(WHOLE) - 6, 7)), max_size=6, unique=True))
def test_a_history_broken_anywhere_reads_like_one_line(cuts: list[int]) -> None:
    pieces = [WHOLE[a:b] for a, b in zip([0, *sorted(cuts)], [*sorted(cuts), len(WHOLE)], strict=True)]
    fields = read(TITLE, *pieces, BODY).fields
    assert [e["date"] for e in fields["history"]] == ["2001-03-02", "2009-08-07", "2019-10-08"]
    assert fields["issuing_authority"] == "云岭省人民代表大会常务委员会"
    assert fields["adopted_on"] == day("2019-10-08")
    assert fields["text"].startswith("第一条")


def test_a_bracket_that_never_closes_takes_no_article_with_it() -> None:
    fields = read(TITLE, "（2001年3月2日云岭省第八届人民代表大会常务委员会第二十次会议通过", BODY).fields
    assert [e["date"] for e in fields["history"]] == ["2001-03-02"]
    assert fields["text"].startswith("第一条")
    assert fields["text"].count("第") == 4


def test_a_long_remark_is_no_history() -> None:
    remark = "（2001年3月2日以前建成的停车场" + "及其附属设施" * 600 + "已经通过验收的，不适用本条例）"
    fields = read(TITLE, remark, BODY).fields
    assert "附属设施" in fields["text"] or fields["history"] == []


def test_the_day_in_the_last_article_of_an_amended_text_is_that_of_its_first_version() -> None:
    ends = "第五条　本条例自2001年5月1日起施行。"
    fields = read(TITLE, f"（{EVENTS[0]} {EVENTS[1]}）", BODY, ends).fields
    assert (fields["effective_on"], fields["first_effective_on"]) == (None, day("2001-05-01"))
    assert fields["confidence"]["first_effective_on"] > 0
    revised = read(TITLE, WHOLE, BODY, "第五条　本条例自2020年1月1日起施行。").fields
    assert (revised["effective_on"], revised["first_effective_on"]) == (day("2020-01-01"), None)
    first = read(TITLE, f"（{EVENTS[0]}）", BODY, ends).fields
    assert (first["effective_on"], first["first_effective_on"]) == (day("2001-05-01"), None)


def test_the_day_of_taking_effect_is_not_the_day_of_passing() -> None:
    events = [
        {"date": "", "event": words}
        for words in (
            "2013年10月31日 云岭市人民代表大会常务委员会第十五次会议通过", "2014年3月27日 云岭省人民代表大会常务委员会第九次会议批准",
            "2014年4月11日 云岭市人民代表大会常务委员会第26号公告公布", "2014年6月1日 起施行",
        )
    ]  # fmt: skip
    assert history.adopted(events) == day("2014-03-27")
    assert history.published(events, since=day("2014-03-27")) == day("2014-04-11")
    assert history.effective(events) == day("2014-06-01")
    assert history.amended(events) is None


def test_a_publication_before_the_last_amendment_was_that_of_an_earlier_text() -> None:
    events = [
        {"date": "", "event": "1991年3月4日云岭省人民政府令第76号发布"},
        {"date": "", "event": "2018年9月6日省人民政府第23次常务会议修订通过"},
    ]
    assert history.adopted(events) == day("2018-09-06")
    assert history.published(events, since=day("2018-09-06")) is None
    assert history.adopted(events[:1]) == day("1991-03-04")


@pytest.mark.parametrize("words", ["", "某日通过", "2021年2月30日通过"])
def test_an_event_without_a_day_says_nothing(words: str) -> None:
    events = [{"date": "", "event": words}]
    assert history.adopted(events) is history.amended(events) is history.effective(events) is None
    assert history.published(events, since=None) is None


@given(st.lists(st.dates(dt.date(1950, 1, 1), dt.date(2049, 12, 31)), min_size=1, max_size=5))
def test_the_latest_event_counts_in_whatever_order_they_stand(days: list[dt.date]) -> None:
    events = [{"date": "", "event": f"{d.year}年{d.month}月{d.day}日云岭省人大常委会会议修正"} for d in days]
    assert history.adopted(events) == history.amended(events) == max(days)


def test_the_clerk_can_correct_every_day_that_is_recognised() -> None:
    read_days = {
        name for name in read(TITLE, WHOLE, BODY).fields if name.endswith("_on") or name == "valid_until"
    }
    assert read_days <= CORRECTABLE
    assert read_days <= set(AcceptForm.base_fields)
