"""Titles of web pages, names of sites, and bodies as titles name them."""

from __future__ import annotations

import pytest

from search.archive.numbers import parse_number, query_keys
from search.archive.readers import Extract, html
from search.archive.recognise import Recognised, recognise
from search.archive.recognise.bodies import in_full, issuers_in_title
from search.archive.recognise.title import names_a_site, tidy_title

DOCUMENT = "云岭省教育厅关于加强校园停车管理的通知"
TEXT = (
    "各市教育局：<p>为规范校园停车，现就有关事项通知如下：</p><p>一、校园停车场应当公示收费标准，接受师生监督，不得占用消防通道。</p>"
    "<p>二、本通知自印发之日起施行。</p><p>云岭省教育厅</p><p>2024年5月6日</p>"
)


def page(title: str, *, head: str = "", before: str = "", inside: str = f"<p>{DOCUMENT}</p>") -> Recognised:
    source = (
        f"<html><head><meta charset='utf-8'>{head}<title>{title}</title></head><body>{before}"
        f"<div id='zoom'>{inside}{TEXT}</div></body></html>"
    )
    return recognise(html.read(source.encode()), name="art_1_2.html")[0]


@pytest.mark.parametrize(
    "title",
    ["云岭省人民政府门户网站", "云岭省教育厅", "中国云岭网", "首页", "政策详情", "云岭省人民政府", "通知公告", "", "Untitled Document"],
)  # fmt: skip
def test_the_name_of_the_site_is_not_the_title_of_its_page(title: str) -> None:
    assert page(title).title == DOCUMENT
    assert page(title, before=f"<h1>{DOCUMENT}</h1>", inside="").title == DOCUMENT
    assert page(title, before=f"<h1>您的位置：首页</h1><h1>{DOCUMENT}</h1>", inside="").title == DOCUMENT


def test_what_a_page_calls_its_site_is_not_its_title() -> None:
    head = "<meta name='SiteName' content='云岭在线'>"
    assert page("云岭在线", head=head).title == DOCUMENT
    assert page("云岭在线", head=head, before="<h1>云岭在线</h1>").title == DOCUMENT


@pytest.mark.parametrize(
    "title",
    [f"{DOCUMENT}-云岭省教育厅", f"{DOCUMENT} - 规范性文件 - 云岭省教育厅", f"{DOCUMENT}|政策文件|云岭在线", f"{DOCUMENT}_通知_云岭网"],
)  # fmt: skip
def test_column_and_site_behind_a_title_go(title: str) -> None:
    assert page(title, inside="").title == DOCUMENT


def test_news_keep_the_headline_they_have() -> None:
    assert page("新学期停车不再难", inside="").title == "新学期停车不再难"


def test_a_dash_within_a_title_stays() -> None:
    assert tidy_title("云岭省停车设施建设方案（2025 - 2030年）").endswith("2030年）")
    assert not names_a_site("云岭省政务服务平台管理办法")
    assert not names_a_site("")


@pytest.mark.parametrize(
    ("title", "issuers"),
    [
        ("云岭省数据局等部门关于印发《数据管理办法》的通知", ["云岭省数据局"]),
        ("云岭省财政厅等五部门关于停车收费的通知", ["云岭省财政厅"]),
        ("云岭省财政厅、云岭省教育厅关于停车收费的通知", ["云岭省财政厅", "云岭省教育厅"]),
    ],
)  # fmt: skip
def test_who_else_is_not_told_is_no_part_of_a_name(title: str, issuers: list[str]) -> None:
    assert issuers_in_title(title) == issuers


def test_a_body_named_without_its_place_is_called_as_it_signed() -> None:
    text = (
        "云岭发〔2020〕3号\n各市人民政府：\n现就有关事项通知如下：停车场应当公示收费标准，接受社会监督，不得占用消防通道。\n"
        "中共云岭省委办公厅\n云岭省人民政府办公厅\n2020年3月4日"
    )
    title = "中共云岭省委办公厅、省政府办公厅关于规范停车的通知"
    fields = recognise(Extract(text, "txt", "text/plain", title=title))[0].fields
    assert [fields["issuing_authority"], *fields["co_issuers"]] == [
        "中共云岭省委办公厅",
        "云岭省人民政府办公厅",
    ]
    assert in_full("省政府办公厅", []) == "省政府办公厅"
    assert in_full("云岭市财政局", ["云岭省云岭市财政局"]) == "云岭市财政局"


def test_a_title_run_into_its_number_is_no_part_of_the_number() -> None:
    line = "关于优化停车收费有关政策的通知云房管规发〔2025〕4号"
    assert parse_number(line) is None
    assert query_keys(line) == ["standard|云房管规发|2025|4"]
    text = f"{line}\n各有关单位：\n现就有关事项通知如下：停车场应当公示收费标准，接受社会监督，不得占用消防通道。"
    fields = recognise(Extract(text, "txt", "text/plain"))[0].fields
    assert fields["document_number"] == "云房管规发〔2025〕4号"
    assert fields["title"] == "关于优化停车收费有关政策的通知"
