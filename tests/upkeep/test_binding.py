"""What bound people on a day: of several versions of one text the one of that day, and a text that was only amended."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from search import indexing
from search.archive.enums import Validity
from search.archive.models import NormativeDocument
from search.archive.services import DocumentRow, upsert_documents
from search.archive.validity import validity_at
from search.conditions import binding_on
from search.engines import get_engine
from search.engines.fallback import search_database
from search.plan import make_plan
from search.query import SearchQuery
from search.upkeep.acts import record, replace_found
from search.upkeep.enums import ActKind, ActOrigin
from search.upkeep.models import ValidityAct
from tests.factories.archive import DocumentFactory, day
from tests.upkeep.test_agreement import DATES, DAYS, FACTS, facts_of, holds

D = dt.date


def binds_at(document: NormativeDocument, on: dt.date) -> bool:
    """The rule in plain words: it bound people on that day, and no newer text of it did."""
    if document.replaced_on and document.replaced_on <= on:
        return False
    return validity_at(document, on) in (Validity.IN_FORCE, Validity.AMENDED)


def versions(*years: int) -> dict[int, NormativeDocument]:
    upsert_documents(
        rows=[
            DocumentRow(
                f"v{year}",
                {"title": f"云岭省渡口条例（{year}年）", "text": "第一条 渡口。", "version_of": "渡口条例", "effective_on": D(year, 5, 1)},
            )
            for year in years
        ]
    )  # fmt: skip
    NormativeDocument.objects.update(validity_confirmed=True)
    return {year: NormativeDocument.objects.get(source_key=f"v{year}") for year in years}


def listed(on: dt.date, **more: Any) -> set[int]:
    plan = make_plan(SearchQuery(in_force_on=on, page_size=100, **more), day=on)
    found = {hit.id for hit in get_engine().search(plan).hits}
    assert found == set(NormativeDocument.objects.binding(on).values_list("pk", flat=True))
    return found


@pytest.mark.django_db
def test_on_each_day_the_version_of_that_day_and_no_other() -> None:
    held = versions(2010, 2015, 2020)
    indexing.rebuild()
    for on, year in (
        (D(2012, 1, 1), 2010),
        (D(2015, 4, 30), 2010),
        (D(2015, 5, 1), 2015),
        (D(2024, 1, 1), 2020),
    ):
        assert listed(on) == {held[year].pk}
    assert listed(D(2009, 1, 1)) == set()


@pytest.mark.django_db
def test_a_text_that_was_amended_while_nothing_newer_is_held_still_binds() -> None:
    target, act = (
        DocumentFactory.create(effective_on=D(2010, 5, 1), validity_confirmed=True),
        DocumentFactory.create(),
    )
    replace_found(
        [
            ValidityAct(
                document=target,
                kind=ActKind.AMEND,
                effective_on=D(2015, 5, 1),
                act=act,
                origin=ActOrigin.MACHINE,
            )
        ],
        [],
    )
    indexing.rebuild()
    assert listed(D(2016, 1, 1)) == {target.pk}


@pytest.mark.django_db
def test_between_an_amendment_and_the_newer_text_the_old_one_binds() -> None:
    held, act = versions(2010, 2020), DocumentFactory.create()
    found = ValidityAct(
        document=held[2010], kind=ActKind.AMEND, effective_on=D(2015, 5, 1), act=act, origin=ActOrigin.MACHINE
    )
    replace_found([found], [])
    indexing.rebuild()
    assert listed(D(2016, 1, 1)) == {held[2010].pk}
    assert listed(D(2021, 1, 1)) == {held[2020].pk}


@pytest.mark.django_db
def test_a_person_who_denies_the_replacement_is_believed() -> None:
    held = versions(2010, 2020)
    record(
        [
            ValidityAct(
                document=held[2010],
                kind=ActKind.NOT_AMENDED,
                effective_on=day("2024-01-01"),
                origin=ActOrigin.PERSON,
            )
        ]
    )
    held[2010].refresh_from_db()
    assert held[2010].replaced_on is None and binds_at(held[2010], D(2022, 1, 1))


@pytest.mark.django_db
def test_a_version_that_leaves_gives_the_older_one_its_place_back() -> None:
    held = versions(2010, 2020)
    upsert_documents(
        rows=[DocumentRow("v2020", {"title": "别的条例", "text": "第一条 甲。", "version_of": "别的"})]
    )
    from search.upkeep.found import acts_from_versions

    acts_from_versions(["渡口条例"])
    held[2010].refresh_from_db()
    assert held[2010].replaced_on is None


@pytest.mark.django_db
def test_titles_and_numbers_alone_say_the_same() -> None:
    held = versions(2010, 2020)
    plan = make_plan(SearchQuery(q="渡口条例", in_force_on=D(2022, 1, 1)), day=D(2022, 1, 1))
    assert {hit.id for hit in search_database(plan).hits} == {held[2020].pk}


@settings(max_examples=200, deadline=None)
@given(facts=FACTS, replaced=DATES, asked=DAYS)
def test_rule_and_index_agree(facts: dict[str, Any], replaced: dt.date | None, asked: dt.date) -> None:
    document = NormativeDocument(title="甲", replaced_on=replaced, **facts)
    known = facts_of(document) | ({"replaced_on": replaced.toordinal()} if replaced else {})
    assert holds(binding_on(asked), known) is binds_at(document, asked)


@pytest.mark.django_db
@settings(max_examples=15, deadline=None)
@given(rows=st.lists(st.tuples(FACTS, DATES), min_size=1, max_size=10), asked=DAYS)
def test_rule_and_database_agree(rows: list[tuple[dict[str, Any], dt.date | None]], asked: dt.date) -> None:
    NormativeDocument.objects.all().delete()
    documents = NormativeDocument.objects.bulk_create(
        NormativeDocument(
            source_key=f"k{n}", title="甲", text="乙", replaced_on=replaced, **{**facts, "page_id": n + 1 if facts["page_id"] else None}
        )
        for n, (facts, replaced) in enumerate(rows)
    )  # fmt: skip
    assert set(NormativeDocument.objects.binding(asked)) == {d for d in documents if binds_at(d, asked)}
