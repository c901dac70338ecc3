"""Which document is meant: by number, title, issuer, place and day; and when none is."""

from __future__ import annotations

from typing import Any

import pytest

from search.archive.candidates import COLUMNS, Candidates, as_known
from search.archive.citations import find_citations
from search.archive.enums import RelationKind
from search.archive.models import NormativeDocument
from search.archive.resolution import Resolver
from tests.factories.archive import DocumentFactory, day

pytestmark = pytest.mark.django_db


def make(title: str, **fields: Any) -> NormativeDocument:
    fields = {"document_number": "", "region": "", "issuing_authority": "", "text": "第一条 甲。", **fields}
    for name in ("published_on", "adopted_on", "effective_on"):
        if isinstance(fields.get(name), str):
            fields[name] = day(fields[name])
    return DocumentFactory.create(title=title, **fields)


def meant(source: NormativeDocument) -> list[NormativeDocument | None]:
    """The documents the text of `source` names, in order; None where none is certain."""
    known = as_known(NormativeDocument.objects.values_list(*COLUMNS).get(pk=source.pk))
    citations = [c for c in find_citations(source.title, source.text) if not c.in_title]
    resolver = Resolver(Candidates((c.title_key, c.number_key) for c in citations))
    targets = [resolver.resolve(c, known) for c in citations]
    return [NormativeDocument.objects.get(pk=t.pk) if t else None for t in targets]


def clause_of(source: NormativeDocument) -> str:
    known = as_known(NormativeDocument.objects.values_list(*COLUMNS).get(pk=source.pk))
    citation = find_citations(source.title, source.text)[-1]
    resolver = Resolver(Candidates([(citation.title_key, citation.number_key)]))
    target = resolver.resolve(citation, known)
    assert target
    return resolver.linked_clause(target, citation.references[0], known)


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("中华人民共和国停车法", "依照《停车法》办理。"),
        ("停车法", "依照《中华人民共和国停车法》办理。"),
        ("停车法（2020年修订）", "依照《停车法》办理。"),
        ("停车办法（试行）", "依照《停车办法》办理。"),
        ("停车办法", "依照《停车办法（试行）》办理。"),
        ("关于印发《停车办法》的通知", "依照《停车办法》办理。"),
        (
            "国家停车部关于适用〈停车法〉的解释",
            "依照国家停车部《关于适用〈中华人民共和国停车法〉的解释》办理。",
        ),
        ("停车管理办法", "依照《停车\n管理 办法》办理。"),
    ],
)
def test_spellings_find_the_document(title: str, text: str) -> None:
    target = make(title, issuing_authority="国家停车部" if "停车部" in title else "")
    assert meant(make("某通知", text=text, published_on="2022-01-01"))[-1] == target


def test_the_number_decides_between_namesakes() -> None:
    make("关于停车收费的通知", document_number="云价〔2019〕4号", issuing_authority="云岭省物价局")
    wanted = make("关于停车收费的通知", document_number="云价〔2020〕5号", issuing_authority="云岭省物价局")
    source = make(
        "某通知", text="依照《关于停车收费的通知》（云价〔2020〕5号）办理。", published_on="2022-01-01"
    )
    assert meant(source) == [wanted]


def test_a_namesake_with_another_number_is_not_meant() -> None:
    make("停车办法", document_number="云价〔2019〕4号")
    assert meant(make("某通知", text="《停车办法》（云价〔2020〕5号）另行公布。")) == [None]


def test_a_namesake_without_a_number_is_meant_when_the_years_agree() -> None:
    near = make("停车办法", published_on="2020-03-01")
    text = "依照《停车办法》（云价〔2020〕5号）办理。"
    assert meant(make("某通知", text=text, published_on="2022-01-01")) == [near]
    NormativeDocument.objects.filter(pk=near.pk).update(published_on=day("2012-03-01"), effective_on=None)
    assert meant(make("另一通知", text=text, published_on="2022-01-01")) == [None]


def test_a_place_that_is_not_named_rules_out_strangers() -> None:
    make("停车场管理办法", region="青禾省", issuing_authority="青禾省公安厅")
    text = "依照《停车场管理办法》办理。"
    assert meant(make("远处通知", text=text, region="云岭省")) == [None]
    assert meant(make("国家通知", text=text)) == [None]


def test_a_place_in_the_title_is_reason_enough() -> None:
    target = make("青禾省停车条例", region="青禾省")
    assert meant(make("远处通知", text="参照《青禾省停车条例》办理。", region="云岭省")) == [target]


def test_a_town_means_its_own_province_and_the_nation() -> None:
    province = make("停车场管理办法", region="云岭省", issuing_authority="云岭省公安厅")
    nation = make("车辆管理办法")
    source = make(
        "通知",
        text="依照《停车场管理办法》《车辆管理办法》办理。",
        region="云岭省青石市",
        published_on="2022-01-01",
    )
    assert meant(source) == [province, nation]


def test_the_body_named_before_a_title_decides() -> None:
    make("云岭省公安厅关于停车收费的通知", issuing_authority="云岭省公安厅", region="云岭省")
    wanted = make("云岭省财政厅关于停车收费的通知", issuing_authority="云岭省财政厅", region="云岭省")
    text = "按照云岭省财政厅《关于停车收费的通知》办理。"
    assert meant(make("通知", text=text, region="云岭省")) == [wanted]
    assert meant(make("通知二", text="按照《云岭省财政厅关于停车收费的通知》办理。", region="云岭省")) == [
        wanted
    ]
    assert meant(make("通知三", text="按照云岭省水利厅《关于停车收费的通知》办理。", region="云岭省")) == [
        None
    ]


@pytest.mark.parametrize(
    ("cited_on", "expected"), [("2012-01-01", 0), ("2019-06-01", 1), ("2025-01-01", 2), ("2000-01-01", 0)]
)
def test_the_version_of_the_day(cited_on: str, expected: int) -> None:
    versions = [
        make("停车法", published_on=d, effective_on=None) for d in ("2010-01-01", "2018-01-01", "2024-01-01")
    ]
    source = make("通知", text="依照《停车法》办理。", published_on=cited_on, effective_on=None)
    assert meant(source) == [versions[expected]]


def test_a_draft_is_not_the_final_text() -> None:
    make("停车办法（征求意见稿）")
    final = make("停车办法")
    assert meant(make("通知", text="依照《停车办法》办理。", published_on="2022-01-01")) == [final]


def test_only_what_is_older_is_repealed() -> None:
    make("停车办法", published_on="2024-01-01")
    assert meant(make("新办法", text="《停车办法》同时废止。", published_on="2022-01-01")) == [None]


def test_a_text_of_its_own_name_is_repealed_only_in_the_year_it_states() -> None:
    make("停车办法", published_on="2015-01-01")
    text = "第九条 2001年发布的《停车办法》同时废止。"
    assert meant(make("停车办法", text=text, published_on="2022-01-01")) == [None]


def test_withdrawn_documents_are_not_meant() -> None:
    make("停车法", withdrawn=True)
    assert meant(make("通知", text="依照《停车法》办理。")) == [None]


def test_the_part_of_a_code_that_has_the_article() -> None:
    make("交通法典·总则", text="第一条 甲。\n第二条 乙。", published_on="2020-01-01")
    part = make("交通法典·停车编", text="第三条 丙。\n第四条 丁。", published_on="2020-01-01")
    assert meant(make("通知", text="依照《交通法典》第四条办理。", published_on="2022-01-01")) == [part]
    assert meant(make("通知二", text="依照《交通法典》办理。", published_on="2022-01-01")) == [None]


def test_a_clause_is_linked_only_where_it_exists_and_could_be_meant() -> None:
    make("停车法", text="第一条 甲。\n第二条 分为：\n（一）甲；\n（二）乙。", published_on="2020-01-01")
    later = {"published_on": "2022-01-01", "effective_on": None}
    assert clause_of(make("甲通知", text="依照《停车法》第二条第二项办理。", **later)) == "a2-i2"
    assert clause_of(make("乙通知", text="依照《停车法》第九条办理。", **later)) == ""
    earlier = {"published_on": "2019-01-01", "effective_on": None}
    assert clause_of(make("丙通知", text="依照《停车法》第二条办理。", **earlier)) == ""


def test_a_clause_of_measures_inside_a_notice_is_found() -> None:
    text = "一、认真执行。\n附件1\n第一条 甲。\n第二条 乙。"
    make("关于印发《停车办法》的通知", text=text, published_on="2020-01-01")
    found = clause_of(make("通知", text="依照《停车办法》第二条办理。", published_on="2022-01-01"))
    assert found.endswith("a2") and found != "a2"


def test_the_final_text_of_a_draft() -> None:
    from search.archive.relations import resolve_relations

    draft = make("云岭省停车办法（征求意见稿）", published_on="2021-01-01", region="云岭省")
    final = make("云岭省停车办法", published_on="2022-01-01", region="云岭省")
    resolve_relations()
    relation = draft.relations_out.get(kind=RelationKind.DRAFT_OF)
    assert relation.target == final


def test_a_number_we_do_not_hold_makes_no_stranger_the_one_that_is_meant() -> None:
    make(
        "关于促进停车若干措施的通知",
        issuing_authority="远山市人民政府办公室",
        region="远山市",
        adopted_on="2023-09-09",
    )
    source = make(
        "近水市停车若干措施", region="近水市", issuing_authority="近水市人民政府", adopted_on="2024-08-07",
        text="第一条 《关于促进停车若干措施的通知》（近建房〔2024〕37号）继续执行。",
    )  # fmt: skip
    assert meant(source) == [None]
    own = make(
        "关于促进停车若干措施的通知",
        issuing_authority="近水市住房局",
        region="近水市",
        adopted_on="2024-02-01",
    )
    assert meant(source) == [own]


def test_a_notice_prints_its_own_annex_and_no_earlier_notice() -> None:
    make(
        "云岭省停车厅办公室关于印发《停车规程》的通知",
        issuing_authority="云岭省停车厅办公室",
        adopted_on="2014-01-01",
    )
    source = make(
        "云岭省停车厅关于印发《停车规程》的通知", issuing_authority="云岭省停车厅", adopted_on="2024-02-07",
        text="现将修订后的《停车规程》印发给你们，请遵照执行。",
    )  # fmt: skip
    assert meant(source) == [None]
    printed = make("停车规程", issuing_authority="云岭省停车厅", adopted_on="2024-02-01")
    assert meant(source) == [printed]
