"""What the machine finds: repeals and amendments that texts state, and newer versions of a text."""

from __future__ import annotations

from typing import Any

import pytest

from search.archive.enums import RelationKind, RelationOrigin, Validity
from search.archive.models import NormativeDocument
from search.archive.relations import resolve_relations
from search.archive.services import DocumentRow, upsert_documents
from search.archive.validity import validity_at
from search.upkeep.acts import record
from search.upkeep.enums import ActKind, ActOrigin
from search.upkeep.found import acts_from_relations
from search.upkeep.models import ValidityAct
from tests.factories.archive import DocumentFactory, RelationFactory, day

pytestmark = pytest.mark.django_db


def older(**kwargs: Any) -> NormativeDocument:
    made: NormativeDocument = DocumentFactory.create(
        **{"adopted_on": day("2018-01-01"), "published_on": day("2018-01-01"), "effective_on": day("2018-02-01"),
           "text": "第一条 甲。", **kwargs}
    )  # fmt: skip
    return made


def newer(**kwargs: Any) -> NormativeDocument:
    made: NormativeDocument = DocumentFactory.create(
        **{"published_on": day("2022-01-01"), "effective_on": day("2022-03-01"), **kwargs}
    )
    return made


def state(document: NormativeDocument) -> tuple[Any, Any, Any, Any]:
    document.refresh_from_db()
    return document.repealed_on, document.repealed_by, document.amended_on, document.amended_by


def test_a_repeal_counts_from_the_day_the_act_takes_effect() -> None:
    target, source = older(), newer()
    RelationFactory.create(source=source, target=target, kind=RelationKind.REPEALS)
    assert acts_from_relations([source.pk]) == 1
    assert state(target) == (day("2022-03-01"), source, None, None)
    assert acts_from_relations([source.pk]) == 0, "said once"


def test_an_amendment_of_the_same_body_or_place_counts() -> None:
    target, source = older(), newer()
    RelationFactory.create(source=source, target=target, kind=RelationKind.AMENDS)
    acts_from_relations([source.pk])
    assert state(target) == (None, None, day("2022-03-01"), source)


@pytest.mark.parametrize(
    "known",
    [
        {"effective_on": day("2022-03-01")},
        {"history": [{"date": "2022-03-01", "event": "修正"}]},
        {"text": "（2018年1月1日通过　根据2022年3月1日关于修改本办法的决定修正）\n第一条 甲。"},
    ],
)
def test_a_text_that_carries_the_amendment_already_is_not_amended(known: dict[str, Any]) -> None:
    target, source = older(**known), newer()
    RelationFactory.create(source=source, target=target, kind=RelationKind.AMENDS)
    assert acts_from_relations([source.pk]) == 0
    assert state(target)[2] is None


def test_a_broken_history_does_no_harm() -> None:
    target, source = older(history=[{"date": "不详", "event": "修正"}, {"event": "x"}]), newer()
    RelationFactory.create(source=source, target=target, kind=RelationKind.AMENDS)
    assert acts_from_relations([source.pk]) == 1


@pytest.mark.parametrize("kind", [RelationKind.REPEALS, RelationKind.AMENDS])
def test_a_stranger_repeals_and_amends_nothing(kind: RelationKind) -> None:
    target, source = older(), newer(issuing_authority="雾海市人民政府", region="雾海市")
    RelationFactory.create(source=source, target=target, kind=kind)
    assert acts_from_relations([source.pk]) == 0


def test_a_relation_a_person_entered_is_believed_and_stands() -> None:
    target, source = older(), newer(issuing_authority="雾海市人民政府", region="雾海市")
    RelationFactory.create(
        source=source, target=target, kind=RelationKind.REPEALS, origin=RelationOrigin.PERSON
    )
    acts_from_relations([source.pk])
    assert acts_from_relations([source.pk]) == 0
    assert state(target)[:2] == (day("2022-03-01"), source)
    assert ValidityAct.objects.get().origin == ActOrigin.PERSON


def test_a_repealed_clause_amends_the_text_and_leaves_it_in_force() -> None:
    target, source = older(validity_confirmed=True), newer()
    RelationFactory.create(source=source, target=target, kind=RelationKind.REPEALS, target_clause_id="a1")
    acts_from_relations([source.pk])
    assert state(target) == (None, None, day("2022-03-01"), source)
    assert validity_at(target) is Validity.AMENDED
    assert ValidityAct.objects.get().clause_id == "a1"


def test_a_relation_that_is_gone_takes_its_act_along() -> None:
    target, source = older(), newer()
    relation = RelationFactory.create(source=source, target=target, kind=RelationKind.REPEALS)
    acts_from_relations([source.pk])
    relation.delete()
    acts_from_relations([source.pk])
    assert state(target)[0] is None


def test_a_persons_word_survives_another_reading() -> None:
    target, source = older(), newer()
    RelationFactory.create(source=source, target=target, kind=RelationKind.REPEALS)
    record(
        [ValidityAct(document=target, kind=ActKind.NOT_REPEALED, effective_on=day("2024-01-01"), origin=ActOrigin.PERSON)]
    )  # fmt: skip
    acts_from_relations([source.pk])
    assert state(target)[0] is None


def test_the_resolver_records_acts_with_their_source() -> None:
    target = older(
        title="云岭省渡口管理办法", document_number="云政发〔2018〕7号", number_key="standard|云政发|2018|7"
    )
    source = newer(
        title="云岭省人民政府关于废止《云岭省渡口管理办法》的决定",
        text="决定废止《云岭省渡口管理办法》（云政发〔2018〕7号）。",
    )
    resolve_relations(document_ids=[source.pk])
    assert state(target)[:2] == (day("2022-03-01"), source)


def test_an_earlier_version_is_amended_from_the_day_of_the_next() -> None:
    rows = [
        DocumentRow(
            f"v{year}",
            {"title": "云岭省渡口条例", "text": "第一条 甲。", "version_of": "渡口条例", "effective_on": day(f"{year}-05-01")},
        )
        for year in (2010, 2020, 2015)
    ]  # fmt: skip
    upsert_documents(rows=rows)
    first, third, second = NormativeDocument.objects.order_by("source_key").order_by("pk")
    assert state(first)[2:] == (day("2015-05-01"), second)
    assert state(second)[2:] == (day("2020-05-01"), third)
    assert state(third)[2:] == (None, None)
    assert [d.pk for d in NormativeDocument.objects.valid_as(Validity.AMENDED, on=day("2016-01-01"))] == [
        first.pk
    ]


def test_a_version_in_between_moves_the_day() -> None:
    fields = {"title": "云岭省渡口条例", "text": "第一条 甲。", "version_of": "渡口条例"}
    upsert_documents(rows=[DocumentRow("a", {**fields, "effective_on": day("2010-05-01")})])
    upsert_documents(rows=[DocumentRow("c", {**fields, "effective_on": day("2020-05-01")})])
    first = NormativeDocument.objects.get(source_key="a")
    assert first.amended_on == day("2020-05-01")
    upsert_documents(rows=[DocumentRow("b", {**fields, "effective_on": day("2015-05-01")})])
    first.refresh_from_db()
    assert first.amended_on == day("2015-05-01")
    assert ValidityAct.objects.filter(document=first).count() == 1


def test_a_source_does_not_overwrite_what_a_person_confirmed() -> None:
    fields = {"title": "云岭省渡口办法", "text": "甲", "effective_on": day("2010-05-01"), "lapsed": False}
    upsert_documents(rows=[DocumentRow("a", fields)])
    NormativeDocument.objects.update(validity_confirmed=True, valid_until=day("2030-01-01"))
    upsert_documents(
        rows=[DocumentRow("a", {**fields, "lapsed": True, "valid_until": None, "title": "改名"})]
    )
    stored = NormativeDocument.objects.get()
    assert (stored.title, stored.lapsed, stored.valid_until) == ("改名", False, day("2030-01-01"))
