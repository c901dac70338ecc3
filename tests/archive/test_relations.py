"""Relations: read off the text, resolved only when one document fits, and repeal recorded where it is safe."""

from __future__ import annotations

import io

import pytest
from django.core.management import call_command
from hypothesis import given
from hypothesis import strategies as st

from search.archive.enums import RelationKind, Validity
from search.archive.models import DocumentRelation, NormativeDocument
from search.archive.relations import find_citations, resolve_relations
from search.archive.validity import validity_at
from tests.factories.archive import DocumentFactory, day


def kinds(title: str, text: str) -> dict[str, RelationKind]:
    return {c.title or c.number_key: c.kind for c in find_citations(title, text)}


def test_what_a_text_says_about_others() -> None:
    text = (
        "第一条 根据《云岭省道路交通条例》、《云岭省城乡规划条例》和国发〔2020〕3号文件，制定本办法。\n"
        "第二条 停车应当符合《停车标识规范》。\n"
        "第三条 本办法自2021年5月1日起施行。《云岭省停车场暂行办法》（云政发〔2010〕8号）同时废止。"
    )
    found = {c.title or c.number_key: c for c in find_citations("云岭省停车场管理办法", text)}
    assert {k: c.kind for k, c in found.items()} == {
        "云岭省道路交通条例": RelationKind.BASIS,
        "云岭省城乡规划条例": RelationKind.BASIS,
        "standard|国发|2020|3": RelationKind.BASIS,
        "停车标识规范": RelationKind.CITES,
        "云岭省停车场暂行办法": RelationKind.REPEALS,
    }
    assert found["云岭省停车场暂行办法"].number_key == "standard|云政发|2010|8"
    assert found["云岭省停车场暂行办法"].clause_id == "a3"


@pytest.mark.parametrize(
    ("title", "cited", "kind"),
    [
        ("关于印发《停车场管理办法》的通知", "停车场管理办法", RelationKind.PRINTS),
        ("转发《关于停车的意见》的通知", "关于停车的意见", RelationKind.FORWARDS),
        ("关于修改《停车条例》的决定", "停车条例", RelationKind.AMENDS),
        ("关于废止《停车条例》的决定", "停车条例", RelationKind.REPEALS),
    ],
)
def test_what_a_title_says(title: str, cited: str, kind: RelationKind) -> None:
    assert kinds(title, "第一条 甲。") == {cited: kind}


def test_what_is_not_repealed() -> None:
    assert kinds("甲办法", "第一条 《乙办法》废止前已经受理的，继续办理。") == {"乙办法": RelationKind.CITES}


def test_a_text_does_not_cite_itself() -> None:
    assert kinds("甲办法", "第一条 《甲办法》是本办法。") == {}


@given(st.text(alphabet="《》〈〉根据废止同时，。第一条国发〔2016〕8号（）\n", max_size=200))
def test_no_text_breaks_the_reader(text: str) -> None:
    assert isinstance(find_citations("甲办法", text), list)


@pytest.mark.django_db
def test_resolution_by_number_by_title_and_by_full_name_of_a_law() -> None:
    by_number = DocumentFactory.create(
        title="旧题", document_number="国发〔2020〕3号", published_on=day("2020-01-01")
    )
    by_title = DocumentFactory.create(title="云岭省道路交通条例", document_number="")
    law = DocumentFactory.create(title="中华人民共和国停车法", document_number="")
    source = DocumentFactory.create(
        title="停车场办法", text="第一条 根据《停车法》《云岭省道路交通条例》和国发〔2020〕3号，制定本办法。"
    )
    done = resolve_relations(document_ids=[source.pk])
    assert done.written == done.resolved == 3
    assert {r.target for r in source.relations_out.all()} == {by_number, by_title, law}
    assert resolve_relations(document_ids=[source.pk]).written == 0


@pytest.mark.django_db
def test_an_ambiguous_title_stays_text_unless_the_place_decides() -> None:
    here = DocumentFactory.create(
        title="停车场管理办法", region="云岭省", issuing_authority="云岭省公安厅", document_number=""
    )
    DocumentFactory.create(
        title="停车场管理办法", region="别省", issuing_authority="别省公安厅", document_number=""
    )
    near = DocumentFactory.create(
        title="近处通知", region="云岭省", text="根据《停车场管理办法》，通知如下。"
    )
    far = DocumentFactory.create(
        title="远处通知",
        region="第三省",
        issuing_authority="第三省人民政府",
        text="根据《停车场管理办法》，通知如下。",
    )
    resolve_relations()
    assert near.relations_out.get().target == here
    assert far.relations_out.get().target is None


@pytest.mark.django_db
def test_a_repeal_by_the_same_body_ends_the_validity_of_the_older_text() -> None:
    old = DocumentFactory.create(
        title="云岭省停车场暂行办法", published_on=day("2010-01-01"), effective_on=day("2010-02-01")
    )
    newer = DocumentFactory.create(
        title="云岭省停车场暂行办法续", published_on=day("2023-01-01"), effective_on=day("2023-02-01")
    )
    text = "第一条 甲。\n第二条 本办法自2021年5月1日起施行，《云岭省停车场暂行办法》《云岭省停车场暂行办法续》同时废止。"
    source = DocumentFactory.create(
        title="云岭省停车场管理办法",
        text=text,
        published_on=day("2021-03-01"),
        effective_on=day("2021-05-01"),
    )
    assert resolve_relations(document_ids=[source.pk]).acts == 1
    old.refresh_from_db()
    newer.refresh_from_db()
    assert (old.repealed_on, newer.repealed_on) == (day("2021-05-01"), None)
    assert validity_at(old, day("2021-04-30")) is not Validity.REPEALED
    assert validity_at(old, day("2021-05-01")) is Validity.REPEALED


@pytest.mark.django_db
def test_a_repeal_claimed_by_a_stranger_is_shown_but_not_recorded() -> None:
    old = DocumentFactory.create(
        title="别省停车办法",
        region="别省",
        issuing_authority="别省人民政府",
        published_on=day("2010-01-01"),
        effective_on=None,
    )
    source = DocumentFactory.create(
        title="云岭省办法", text="《别省停车办法》同时废止。", published_on=day("2021-01-01")
    )
    assert resolve_relations(document_ids=[source.pk]).acts == 0
    old.refresh_from_db()
    assert old.repealed_on is None
    assert source.relations_out.get().target == old


@pytest.mark.django_db
def test_what_comes_into_the_archive_later_is_resolved_then() -> None:
    source = DocumentFactory.create(
        title="停车场办法", text="第一条 根据《云岭省道路交通条例》，制定本办法。"
    )
    resolve_relations(document_ids=[source.pk])
    relation = DocumentRelation.objects.get()
    assert relation.target is None
    cited = DocumentFactory.create(title="云岭省道路交通条例", text="第一条 甲。")
    resolve_relations(document_ids=[cited.pk])
    relation.refresh_from_db()
    assert relation.target == cited


@pytest.mark.django_db
def test_of_several_versions_the_one_current_when_cited_is_meant() -> None:
    old = DocumentFactory.create(title="云岭省停车条例", published_on=day("2010-01-01"), document_number="")
    DocumentFactory.create(title="云岭省停车条例", published_on=day("2022-01-01"), document_number="")
    source = DocumentFactory.create(
        title="通知", text="根据《云岭省停车条例》，通知如下。", published_on=day("2015-01-01")
    )
    resolve_relations(document_ids=[source.pk])
    assert source.relations_out.get().target == old


@pytest.mark.django_db
def test_the_command_runs_twice_without_duplicates() -> None:
    DocumentFactory.create(title="停车场办法", text="第一条 根据《云岭省道路交通条例》，制定本办法。")
    for _ in range(2):
        out = io.StringIO()
        call_command("resolve_relations", stdout=out)
    assert "新关系 0 条" in out.getvalue()
    assert DocumentRelation.objects.count() == 1
    assert NormativeDocument.objects.count() == 1
