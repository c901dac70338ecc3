"""Recognition of a document's fields, of noise, and of what is no normative document."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.archive.enums import Reason
from search.archive.readers import Extract
from search.archive.recognise import Recognised, recognise
from search.archive.recognise.bodies import (
    document_type_of,
    genre_of,
    issuer_in_event,
    issuers_in_title,
    level_of,
    looks_like_body,
    region_of,
)
from search.archive.recognise.noise import clean
from search.archive.recognise.title import find_title, tidy_title, title_from_name
from tests.archive.files import NOTICE
from tests.factories.archive import TEXT, day


def read(text: str, *, title: str = "", name: str = "", **meta: str) -> Recognised:
    documents = recognise(Extract(text, "txt", "text/plain", title=title, meta=meta), name=name)
    assert len(documents) == 1
    return documents[0]


def test_an_ordinary_notice() -> None:
    document = read(NOTICE)
    fields = document.fields
    assert document.reason is None
    assert fields["title"] == "云岭省人民政府办公厅关于加强停车场管理的通知"
    assert fields["document_number"] == "云政办发〔2021〕5号"
    assert fields["issuing_authority"] == "云岭省人民政府办公厅"
    assert fields["addressees"] == "各市、州人民政府，省政府各部门"
    assert (fields["level"], fields["region"], fields["genre"]) == ("province", "云岭省", "通知")
    assert fields["doc_type"] == "规范性文件"
    assert fields["adopted_on"] == day("2021-03-02")
    assert (fields["effective_on"], fields["valid_until"]) == (day("2021-05-01"), day("2026-04-30"))
    assert fields["text"].startswith("各市、州人民政府")
    assert set(fields["confidence"]) >= {
        "title",
        "document_number",
        "issuing_authority",
        "adopted_on",
        "normative",
    }
    assert all(0 <= v <= 1 for v in fields["confidence"].values())


def test_an_order_with_its_number_on_a_line_of_its_own() -> None:
    document = read(
        f"云岭省人民政府令\n第12号\n《云岭省公共停车场管理办法》已经通过，现予公布。\n省长　甲乙\n2021年3月2日\n云岭省公共停车场管理办法\n{TEXT}"
    )
    assert document.fields["document_number"] == "云岭省人民政府令第12号"
    assert document.fields["issuing_authority"] == "云岭省人民政府"
    assert document.fields["doc_type"] == "地方政府规章"


def test_a_title_broken_over_lines_and_repeated_is_taken_once() -> None:
    text = NOTICE.replace("关于加强停车场管理的通知\n", "关于\n加强停车场管理的通知\n", 1)
    document = read("云岭省人民政府办公厅关于加强停车场管理的通知\n" + text)
    assert document.title == "云岭省人民政府办公厅关于加强停车场管理的通知"
    assert "停车场管理的通知" not in document.fields["text"].split("\n")[0]


def test_a_title_run_into_its_addressees_is_cut_off() -> None:
    text = NOTICE.replace("管理的通知\n云政办发〔2021〕5号\n", "管理的通知")
    document = read("云政办发〔2021〕5号\n" + text)
    assert document.title == "云岭省人民政府办公厅关于加强停车场管理的通知"
    assert document.fields["addressees"].startswith("各市")


def test_joint_issuers_lead_first() -> None:
    text = NOTICE.replace("云岭省人民政府办公厅关于", "云岭省财政厅 云岭省住房和城乡建设厅关于")
    fields = read(text).fields
    assert fields["issuing_authority"] == "云岭省财政厅"
    assert fields["co_issuers"] == ["云岭省住房和城乡建设厅"]


def test_a_law_and_its_history() -> None:
    head = "中华人民共和国停车法\n（2001年4月28日第九届全国人民代表大会常务委员会第二十一次会议通过 根据2015年4月24日第十二届全国人民代表大会常务委员会第十四次会议《关于修改〈停车法〉的决定》修正）\n"
    fields = read(head + TEXT).fields
    assert [e["date"] for e in fields["history"]] == ["2001-04-28", "2015-04-24"]
    assert fields["issuing_authority"] == "全国人民代表大会常务委员会"
    assert (fields["doc_type"], fields["level"], fields["adopted_on"]) == (
        "法律",
        "national",
        day("2015-04-24"),
    )


def test_labels_of_a_legal_portal() -> None:
    head = "您的位置首页 >> 法规正文\n云岭省人民政府办公厅关于加强停车场管理的通知\n状态:失效 发布日期:2021-03-05 生效日期: 2021-04-01\n发布部门: 云岭省人民政府办公厅\n发布文号: 云政办发[2021]5号\n"
    fields = read(head + "\n".join(NOTICE.split("\n")[2:])).fields
    assert fields["document_number"] == "云政办发〔2021〕5号"
    assert (fields["published_on"], fields["effective_on"]) == (day("2021-03-05"), day("2021-04-01"))
    assert fields["lapsed"] is True


def test_a_reposting_date_is_not_the_publication() -> None:
    document = read(NOTICE, published_on="2024-09-01")
    assert document.fields["published_on"] is None
    assert any("转载" in note for note in document.notes)


def test_impossible_dates_are_told_and_not_used() -> None:
    document = read(NOTICE.replace("2021年3月2日", "2021年2月30日"))
    assert document.fields["adopted_on"] is None
    assert any("2021年2月30日" in note for note in document.notes)


def test_ruby_goes_lost_characters_stay_and_are_counted() -> None:
    text = NOTICE.replace("关于", "關(guān)于").replace("有关", "有關(guān)").replace("规范", "?guī)?fàn)")
    document = read(text)
    assert document.title.startswith("云岭省人民政府办公厅關于")
    assert "(guān)" not in document.fields["text"] and "?guī)?fàn)" in document.fields["text"]
    assert any("缺失" in note for note in document.notes)
    assert any("ruby" in line for line in document.noise)


def test_portal_furniture_and_adverts_are_taken_out_and_listed() -> None:
    head = "用户名 密码\n加入收藏\n当前位置: > 首页 >\n"
    middle = NOTICE.replace("坚持便民", "坚持那一世小说网 穿越小说网 便民")
    tail = "“某律师网”提供的法律法规及相关资料仅供您参考。\n最新法律法规\n- -另一个标题-\n版权所有:某网"
    document = read(head + middle + tail)
    assert "穿越小说网" not in document.fields["text"] and "最新法律法规" not in document.fields["text"]
    # Where a grown-in advert begins cannot be told: it stays, and a person is told.
    assert "坚持那一世小说网 便民利民。" in document.fields["text"]
    assert any("那一世小说网" in note for note in document.notes)
    listed = "\n".join(document.noise)
    for piece in ("用户名 密码", "当前位置", "小说网", "最新法律法规", "另一个标题", "版权所有"):
        assert piece in listed


def test_a_page_mark_inside_a_sentence_goes_and_the_sentence_is_whole() -> None:
    cleaned = clean("各证券机构、保— 1 —\n险机构应当报告。\n— 2 —\n第二条 甲。")
    assert cleaned.lines == ["各证券机构、保险机构应当报告。", "第二条 甲。"]


def test_lines_in_scripts_of_no_use_are_noise() -> None:
    cleaned = clean("第一条 甲。\nᦢᳯ౯ጱӫંᑮᳵᔺฬᚆᳯᒼ\n第二条 乙。")
    assert cleaned.lines == ["第一条 甲。", "第二条 乙。"]
    assert len(cleaned.noise) == 1


@given(
    st.lists(
        st.sampled_from(
            ["第一条 甲。", "版权所有", "正文，很长的一句话，没有结束", "— 3 —", "2021年3月2日", "EN"]
        ),
        max_size=20,
    )
)
def test_cleaning_loses_nothing(lines: list[str]) -> None:
    cleaned = clean("\n".join(lines))
    kept = "".join(cleaned.lines) + "".join(cleaned.noise)
    assert sorted(kept.replace("— 3 —", "")) == sorted("".join(lines).replace("— 3 —", ""))


@pytest.mark.parametrize(
    ("title", "text", "reason"),
    [
        ("停车难怎么办？一文看懂", TEXT, Reason.NOT_NORMATIVE),
        ("云岭省停车场管理办法（征求意见稿）", TEXT, Reason.NOT_NORMATIVE),
        ("关于停车难问题的调研报告", "近年来停车难。" * 20, Reason.NOT_NORMATIVE),
        (
            "Parking regulations",
            "All cars must be parked in designated places only. " * 10,
            Reason.NOT_NORMATIVE,
        ),
        ("云岭省停车场管理办法", "短", Reason.NO_TEXT),
    ],
)
def test_what_waits_for_a_person(title: str, text: str, reason: Reason) -> None:
    document = read(text, title=title)
    assert document.reason is reason and document.message


def test_an_essay_without_a_title() -> None:
    document = read(
        "作者：某某\n停车场管理事关民生，必须抓紧抓好，不断提高服务水平和管理水平，满足群众的需要。" * 3
    )
    assert document.reason is Reason.NO_TITLE


def test_several_articles_in_one_file_wait_for_a_person_each() -> None:
    text = f"第一篇:停车场管理经验\n停车场管理经验\n正文。\n第二篇:云岭省停车场管理办法\n{TEXT}\n第三篇:县里的方案\n方案正文。"
    documents = recognise(Extract(text, "txt", "text/plain"))
    assert [d.title for d in documents] == ["停车场管理经验", "云岭省停车场管理办法", "县里的方案"]
    assert {d.reason for d in documents} == {Reason.SEVERAL}
    assert "3 篇" in documents[0].message


@pytest.mark.parametrize(
    ("raw", "tidy"),
    [
        ("《云岭省停车场管理办法》", "云岭省停车场管理办法"),
        ("云岭省停车场管理办法_政策库_某网-b00bafa3c8", "云岭省停车场管理办法"),
        ("关于 进一步加强停车管理的通知", "关于进一步加强停车管理的通知"),
        ("关于印发《甲》和《乙》的通知", "关于印发《甲》和《乙》的通知"),
    ],
)
def test_titles_are_tidied(raw: str, tidy: str) -> None:
    assert tidy_title(raw) == tidy


def test_titles_from_file_names() -> None:
    assert title_from_name("/x/云岭省停车场管理办法(2019-01-08).md") == "云岭省停车场管理办法"
    assert title_from_name("20_扫描.pdf") == ""
    assert find_title(["正文。", "又一段正文。"]) is None


@pytest.mark.parametrize(
    ("title", "genre"),
    [
        ("甲实施细则", "细则"),
        ("甲暂行办法（试行）", "办法"),
        ("關于乙的實施意見", "意见"),
        ("关于印发《丙》的通知", "通知"),
        ("中华人民共和国丁法", "法"),
        ("停车那些事", ""),
    ],
)
def test_genres(title: str, genre: str) -> None:
    assert genre_of(title) == genre


@pytest.mark.parametrize(
    ("issuer", "title", "level", "region"),
    [
        ("国务院办公厅", "", "national", ""),
        ("最高人民法院", "", "national", ""),
        ("中国人民银行", "", "ministry", ""),
        ("国家市场监督管理总局", "", "ministry", ""),
        ("云岭省人民政府", "", "province", "云岭省"),
        ("中共河南省委办公厅", "", "province", "河南省"),
        ("北京市农业农村局", "", "province", "北京市"),
        ("广州市天河区教育局", "", "county", "广州市天河区"),
        ("广州市民政局", "", "city", "广州市"),
        ("", "商丘市城市市容和环境卫生管理条例", "city", "商丘市"),
    ],
)
def test_levels_and_regions(issuer: str, title: str, level: str, region: str) -> None:
    assert (level_of(issuer, title), region_of(issuer, title)) == (level, region)


@pytest.mark.parametrize(
    ("arguments", "kind"),
    [
        (("中华人民共和国宪法", "全国人民代表大会", "national", ""), "宪法"),
        (("中华人民共和国甲法", "", "national", ""), "法律"),
        (("甲条例", "国务院", "national", "order"), "行政法规"),
        (("云岭省甲条例", "", "province", ""), "地方性法规"),
        (("甲办法", "公安部", "ministry", "order"), "部门规章"),
        (("关于甲的解释", "最高人民法院", "national", "standard"), "司法解释"),
        (("甲办法", "云岭省财政厅", "province", "standard"), "规范性文件"),
    ],
)
def test_document_types(arguments: tuple[Any, ...], kind: str) -> None:
    assert document_type_of(*arguments) == kind


def test_bodies() -> None:
    assert issuers_in_title("广州市民政局广州市财政局关于甲的通知") == ["广州市民政局", "广州市财政局"]
    assert looks_like_body("云岭省人民政府办公厅") and not looks_like_body("请认真贯彻执行。")
    assert (
        issuer_in_event("2013年10月31日 云岭市第十二届人民代表大会常务委员会第十五次会议通过")
        == "云岭市人民代表大会常务委员会"
    )
    assert issuer_in_event("2014年6月1日 施行") == ""


@given(st.text(max_size=300))
def test_no_text_breaks_recognition(text: str) -> None:
    for document in recognise(Extract(text, "txt", "text/plain"), name="a.txt"):
        assert document.reason is None or document.message
