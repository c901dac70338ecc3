"""Acts and what they come to: a person's word stands over the machine's, and both leave a trace."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from search.archive.enums import Validity
from search.archive.models import NormativeDocument
from search.archive.validity import validity_at
from search.models import IndexAction
from search.upkeep.acts import project, record, replace_found, standing
from search.upkeep.enums import HUMAN, ActKind, ActOrigin
from search.upkeep.models import ValidityAct
from tests.factories.archive import DocumentFactory, day

BLANK = {"effective_on": None, "published_on": None, "adopted_on": None, "valid_until": None}


def act(
    kind: ActKind, when: str | None = "2024-01-01", origin: ActOrigin = ActOrigin.MACHINE, **more: Any
) -> ValidityAct:
    return ValidityAct(kind=kind, effective_on=day(when) if when else None, origin=origin, **more)


def test_without_acts_nothing_is_said() -> None:
    assert project([], BLANK) == {}


def test_the_earliest_amendment_the_machine_found_counts() -> None:
    acts = [act(ActKind.AMEND, "2024-05-01"), act(ActKind.AMEND, "2022-01-01", act_id=7)]
    assert project(acts, BLANK) == {
        "amended_on": day("2022-01-01"),
        "amended_by_id": 7,
        "replaced_on": None,
    }


def test_of_two_on_one_day_the_act_is_named_before_the_newer_text() -> None:
    acts = [act(ActKind.AMEND, origin=ActOrigin.VERSION, act_id=1), act(ActKind.AMEND, act_id=2)]
    assert project(acts, BLANK)["amended_by_id"] == 2


def test_a_persons_day_stands_over_an_earlier_one_the_machine_found() -> None:
    acts = [act(ActKind.REPEAL, "2020-01-01"), act(ActKind.REPEAL, "2023-01-01", ActOrigin.PERSON)]
    assert project(acts, BLANK)["repealed_on"] == day("2023-01-01")
    assert project(acts[::-1], BLANK)["repealed_on"] == day("2023-01-01")


def test_not_repealed_is_a_word_too_until_a_later_act() -> None:
    denied = [act(ActKind.REPEAL, "2020-01-01"), act(ActKind.NOT_REPEALED, "2023-01-01", ActOrigin.PERSON)]
    assert project(denied, BLANK)["repealed_on"] is None
    later = [*denied, act(ActKind.REPEAL, "2024-01-01", act_id=3)]
    assert project(later, BLANK) == {"repealed_on": day("2024-01-01"), "repealed_by_id": 3}


def test_a_continuation_denies_the_repeals_before_it_and_confirms() -> None:
    acts = [act(ActKind.REPEAL, "2020-01-01"), act(ActKind.CONTINUE, "2023-01-01", ActOrigin.CLEANUP)]
    columns = project(acts, {**BLANK, "published_on": day("2019-01-01")})
    assert columns["repealed_on"] is None and columns["validity_confirmed"] is True
    assert columns["effective_on"] == day("2019-01-01"), "自公布之日起"


@pytest.mark.parametrize(
    ("stated", "expected"),
    [(None, "2023-12-31"), ("2022-06-30", "2022-06-30"), ("2030-01-01", "2023-12-31")],
)
def test_a_declared_lapse_ends_the_term_the_day_before(stated: str | None, expected: str) -> None:
    document = {**BLANK, "valid_until": day(stated) if stated else None}
    columns = project([act(ActKind.LAPSE, "2024-01-01", ActOrigin.CLEANUP)], document)
    assert columns["valid_until"] == day(expected)


def test_a_lapse_is_taken_back_by_a_continuation() -> None:
    acts = [
        act(ActKind.LAPSE, origin=ActOrigin.CLEANUP),
        act(ActKind.CONTINUE, "2025-01-01", ActOrigin.CLEANUP),
    ]
    assert project(acts, {**BLANK, "valid_until": day("2023-12-31")})["valid_until"] is None
    acts[-1].valid_until = day("2029-12-31")
    assert project(acts, BLANK)["valid_until"] == day("2029-12-31")


ACTS = st.builds(
    lambda kind, days, origin: act(kind, (dt.date(2020, 1, 1) + dt.timedelta(days=days)).isoformat(), origin),
    st.sampled_from(list(ActKind)),
    st.integers(0, 2000),
    st.sampled_from(list(ActOrigin)),
)


@given(st.lists(ACTS, max_size=8), ACTS.filter(lambda a: a.origin not in HUMAN))
@settings(max_examples=200)
def test_the_machine_never_moves_a_repeal_a_person_stated(
    acts: list[ValidityAct], found: ValidityAct
) -> None:
    word = act(ActKind.REPEAL, "2021-01-01", ActOrigin.PERSON)
    assert standing([*acts, word, found]).repeal is word
    assert standing([found, *acts, word]).repeal is word


@given(st.lists(ACTS, max_size=8))
@settings(max_examples=200)
def test_a_projection_names_only_what_was_spoken_of(acts: list[ValidityAct]) -> None:
    columns = project(acts, BLANK)
    kinds = {a.kind for a in acts}
    assert ("amended_on" in columns) == bool(kinds & {ActKind.AMEND, ActKind.NOT_AMENDED})
    assert project(acts, {**BLANK, **columns}).get("repealed_on") == columns.get("repealed_on")


@pytest.mark.django_db
def test_recording_writes_the_document_and_tells_the_index() -> None:
    document, repealing = DocumentFactory.create(validity_confirmed=True), DocumentFactory.create()
    assert (
        record([act(ActKind.REPEAL, "2024-01-01", ActOrigin.PERSON, document=document, act=repealing)]) == 1
    )
    document.refresh_from_db()
    assert (document.repealed_on, document.repealed_by) == (day("2024-01-01"), repealing)
    assert validity_at(document, day("2023-12-31")) is Validity.IN_FORCE
    assert IndexAction.objects.filter(document_id=document.pk).exists()


@pytest.mark.django_db
def test_an_act_the_texts_no_longer_state_is_taken_back() -> None:
    document, newer = DocumentFactory.create(), DocumentFactory.create()
    replace_found([act(ActKind.AMEND, document=document, act=newer)], [])
    document.refresh_from_db()
    assert document.amended_by == newer
    assert replace_found([], ValidityAct.objects.all()) == 1
    document.refresh_from_db()
    assert (document.amended_on, document.amended_by) == (None, None)


@pytest.mark.django_db
def test_taking_back_a_machines_act_leaves_a_persons_word() -> None:
    document, newer = DocumentFactory.create(), DocumentFactory.create()
    record([act(ActKind.REPEAL, "2022-01-01", ActOrigin.PERSON, document=document)])
    replace_found([act(ActKind.REPEAL, "2023-01-01", document=document, act=newer)], [])
    replace_found([], ValidityAct.objects.filter(origin=ActOrigin.MACHINE))
    assert NormativeDocument.objects.get(pk=document.pk).repealed_on == day("2022-01-01")


@pytest.mark.django_db
def test_a_thousand_documents_cost_few_queries(django_assert_max_num_queries: Any) -> None:
    repealing = DocumentFactory.create()
    documents = NormativeDocument.objects.bulk_create(
        NormativeDocument(source_key=f"m{n}", title="甲", text="乙") for n in range(1000)
    )
    acts = [act(ActKind.REPEAL, origin=ActOrigin.CLEANUP, document=d, act=repealing) for d in documents]
    with django_assert_max_num_queries(40):
        assert record(acts) == 1000
