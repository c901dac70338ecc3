"""Relations over time: repeated runs, changed texts, late arrivals, and the word of people."""

from __future__ import annotations

import pytest
from pytest_django import DjangoAssertNumQueries

from portal.organisations.enums import Role
from search.archive.curation import document_corrected
from search.archive.enums import RelationKind, RelationOrigin
from search.archive.models import DocumentRelation, NormativeDocument
from search.archive.relations import citation_of, read_unread, resolve_relations, resolve_waiting
from search.archive.services import upsert_document, upsert_site_document, withdraw_site_document
from search.archive.tasks import read_relations
from tests.factories.archive import DocumentFactory, day
from tests.factories.organisations import member

pytestmark = pytest.mark.django_db


def law(title: str = "云岭省停车条例", **fields: object) -> NormativeDocument:
    fields.setdefault("text", "第一条 甲。\n第二条 乙。")
    return DocumentFactory.create(title=title, document_number="", published_on=day("2015-01-01"), **fields)


def notice(text: str = "依照《云岭省停车条例》第二条办理。", **fields: object) -> NormativeDocument:
    return DocumentFactory.create(title="停车通知", text=text, **fields)


def test_a_second_run_changes_nothing() -> None:
    law()
    notice()
    first = resolve_relations()
    before = list(DocumentRelation.objects.order_by("pk").values())
    second = resolve_relations()
    assert first.written and (second.written, second.removed, second.resolved) == (0, 0, 0)
    assert list(DocumentRelation.objects.order_by("pk").values()) == before


def test_what_the_text_no_longer_says_is_removed() -> None:
    law()
    source = notice()
    resolve_relations()
    NormativeDocument.objects.filter(pk=source.pk).update(text="依照《另一办法》办理。")
    done = resolve_relations(document_ids=[source.pk])
    assert done.removed == 1
    assert [r.target_text for r in source.relations_out.all()] == ["《另一办法》"]


def test_each_clause_cited_is_a_relation_with_both_ends() -> None:
    target = law()
    source = notice("第一条 甲。\n第二条 依照《云岭省停车条例》第一条、第二条和第九条办理。")
    resolve_relations()
    rows = source.relations_out.order_by("pk").values_list(
        "target", "clause_id", "target_clause_id", "target_clause_text"
    )
    assert list(rows) == [
        (target.pk, "a2", "a1", "第一条"), (target.pk, "a2", "a2", "第二条"), (target.pk, "a2", "", "第九条"),
    ]  # fmt: skip


def test_an_arrival_resolves_what_waited_for_it_without_reading_the_rest(
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    sources = [notice(), *(DocumentFactory.create(text=f"第一条 《别的办法{n}》。") for n in range(5))]
    resolve_relations()
    read = {d.pk: d.relations_read_at for d in NormativeDocument.objects.all()}
    target = law()
    with django_assert_max_num_queries(30):
        done = resolve_relations(document_ids=[target.pk])
    relation = sources[0].relations_out.get()
    assert (relation.target, relation.target_clause_id, done.resolved) == (target, "a2", 1)
    assert {d.pk: d.relations_read_at for d in NormativeDocument.objects.exclude(pk=target.pk)} == read


def test_a_better_version_takes_over() -> None:
    older = law()
    source = notice(published_on=day("2022-01-01"))
    resolve_relations()
    newer = DocumentFactory.create(
        title="云岭省停车条例",
        document_number="",
        published_on=day("2020-01-01"),
        text="第一条 甲。\n第二条 丙。",
    )
    resolve_relations(document_ids=[newer.pk])
    assert source.relations_out.get().target == newer != older


def test_a_waiting_citation_is_found_by_number() -> None:
    source = notice("按云政发〔2019〕7号文件办理。")
    resolve_relations()
    target = DocumentFactory.create(document_number="云政发〔2019〕7号", published_on=day("2019-01-01"))
    assert resolve_waiting(document_ids=[target.pk]).resolved == 1
    assert source.relations_out.get().target == target


def test_a_short_name_waits_under_its_full_key() -> None:
    text = "根据《云岭省停车条例》（以下简称《条例》），制定本通知。\n第二条 依照《条例》第二条办理。"
    source = notice(text)
    resolve_relations()
    target = law()
    resolve_waiting(document_ids=[target.pk])
    assert {r.target for r in source.relations_out.all()} == {target}
    assert {citation_of(r).title_key for r in source.relations_out.all()} == {"云岭省停车条例"}


def test_a_person_has_the_last_word_whatever_is_read_again() -> None:
    law()
    other = DocumentFactory.create(title="人工选定的文件")
    source = notice()
    resolve_relations()
    source.relations_out.update(origin=RelationOrigin.PERSON, target=other, kind=RelationKind.BASIS)
    resolve_relations()
    resolve_waiting(document_ids=[NormativeDocument.objects.get(title="云岭省停车条例").pk])
    relation = source.relations_out.get()
    assert (relation.target, relation.kind) == (other, RelationKind.BASIS)


def test_a_rejected_relation_stays_away() -> None:
    law()
    source = notice()
    resolve_relations()
    source.relations_out.update(origin=RelationOrigin.PERSON, rejected=True)
    assert resolve_relations().written == 0
    assert source.relations_out.filter(rejected=False).count() == 0


def test_a_publication_is_read_and_its_withdrawal_lets_go() -> None:
    source = notice()
    read_relations()
    fields = {
        "title": "云岭省停车条例",
        "text": "第一条 甲。\n第二条 乙。",
        "region": "云岭省",
        "published_on": day("2015-01-01"),
    }
    page = upsert_site_document(page_id=9, page_url="/policies/9/", fields=fields)
    read_relations()
    assert source.relations_out.get().target == page
    withdraw_site_document(page_id=9, reason="内容有误")
    read_relations()
    assert source.relations_out.get().target is None


def test_changed_and_corrected_documents_are_read_again() -> None:
    fields = {"title": "停车通知", "text": "依照《甲办法》办理。"}
    upsert_document(source_key="x:1", fields=fields)
    assert read_unread().written == 1
    assert read_unread().written == 0
    document = upsert_document(source_key="x:1", fields={**fields, "text": "依照《乙办法》办理。"})
    assert document.relations_read_at is None
    assert (read_unread().written, document.relations_out.count()) == (1, 1)
    document.text = "没有引用。"
    document.save()
    document_corrected(document=document, user=member(Role.OFFICE))
    assert read_unread().removed == 1


def test_a_local_text_does_not_repeal_a_law() -> None:
    national = law("中华人民共和国停车法", region="", issuing_authority="国家机关")
    source = notice("同《中华人民共和国停车法》相抵触的，《中华人民共和国停车法》停止执行。")
    resolve_relations()
    assert {r.kind for r in source.relations_out.filter(target=national)} == {RelationKind.CITES}


def test_the_cost_of_a_batch_does_not_grow_with_its_citations(
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    ids = [notice("".join(f"依照《停车办法{n}》办理。" for n in range(30))).pk for _ in range(20)]
    with django_assert_max_num_queries(30):
        resolve_relations(document_ids=ids)
    assert DocumentRelation.objects.count() == 600
