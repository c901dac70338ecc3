"""Validity on any day after acts written through the ledger: checked against the history told day by day."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from search.archive.enums import Validity
from search.archive.models import NormativeDocument
from search.archive.validity import validity_at
from search.conditions import validity_on
from search.upkeep.acts import record, replace_found, standing
from search.upkeep.enums import HUMAN, ActKind, ActOrigin
from search.upkeep.models import ValidityAct
from search.upkeep.validity_view import validity_view
from tests.factories.archive import DocumentFactory
from tests.upkeep.test_agreement import facts_of, holds

START = dt.date(2015, 1, 1)
SPAN = 12 * 365
WHEN = st.integers(0, SPAN).map(lambda n: START + dt.timedelta(days=n))


@st.composite
def ledger(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Acts in the order in which they were recorded, by whoever."""
    rows = []
    for _ in range(draw(st.integers(0, 7))):
        kind = draw(st.sampled_from(list(ActKind)))
        machine = kind in (ActKind.REPEAL, ActKind.AMEND, ActKind.TERM) and draw(st.booleans())
        day = draw(WHEN)
        dated = kind is ActKind.TERM or (kind is ActKind.CONTINUE and draw(st.booleans()))
        rows.append(
            {
                "kind": kind,
                "origin": ActOrigin.MACHINE if machine else draw(st.sampled_from(sorted(HUMAN))),
                "effective_on": day,
                "valid_until": day + dt.timedelta(days=draw(st.integers(1, 2_000))) if dated else None,
            }
        )
    return rows


def columns_of(document: NormativeDocument) -> tuple[Any, ...]:
    document.refresh_from_db()
    return document.repealed_on, document.amended_on, document.valid_until, document.stated_until


@pytest.mark.django_db
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=ledger(), last=st.none() | WHEN, asked=WHEN)
def test_the_three_answers_agree_after_any_ledger(
    rows: list[dict[str, Any]], last: dt.date | None, asked: dt.date
) -> None:
    document = DocumentFactory.create(effective_on=START, valid_until=last, validity_confirmed=True)
    acting = DocumentFactory.create_batch(len(rows))
    record([ValidityAct(document=document, act=a, **row) for a, row in zip(acting, rows, strict=True)])
    document.refresh_from_db()
    expected = validity_at(document, asked)
    row: Any = NormativeDocument.objects.with_validity(asked).get(pk=document.pk)
    assert row.validity == expected.value
    assert [v for v in Validity if holds(validity_on(v, asked), facts_of(document))] == [expected]
    assert validity_view(document, asked).reading.validity is expected


@pytest.mark.django_db
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=ledger(), last=st.none() | WHEN)
def test_what_the_machine_said_can_be_taken_back_whole(
    rows: list[dict[str, Any]], last: dt.date | None
) -> None:
    spoken = [row for row in rows if row["origin"] in HUMAN]
    plain = DocumentFactory.create(effective_on=START, valid_until=last, validity_confirmed=True)
    record([ValidityAct(document=plain, **row) for row in spoken])
    document = DocumentFactory.create(effective_on=START, valid_until=last, validity_confirmed=True)
    acting = DocumentFactory.create_batch(len(rows))
    record([ValidityAct(document=document, act=a, **row) for a, row in zip(acting, rows, strict=True)])
    replace_found([], ValidityAct.objects.filter(document=document, origin=ActOrigin.MACHINE))
    repealed, amended, until, stated = columns_of(document)
    assert stated is None
    assert (repealed, amended) == columns_of(plain)[:2]
    assert until == columns_of(plain)[2]


@settings(max_examples=150, deadline=None)
@given(rows=ledger(), day=WHEN)
def test_a_persons_last_word_on_repeal_cannot_be_shouted_down(
    rows: list[dict[str, Any]], day: dt.date
) -> None:
    acts = [ValidityAct(**row) for row in rows]
    denial = ValidityAct(kind=ActKind.NOT_REPEALED, origin=ActOrigin.PERSON, effective_on=day)
    held = standing([*acts, denial]).repeal
    assert held is None or (held.origin not in HUMAN and held.effective_on and held.effective_on > day)


def test_each_day_of_a_life_in_order() -> None:
    """Pending, in force, amended, repealed: the states follow each other and none comes back."""
    document = NormativeDocument(
        title="甲", effective_on=dt.date(2016, 1, 1), amended_on=dt.date(2018, 1, 1), valid_until=dt.date(2022, 12, 31),
        repealed_on=dt.date(2024, 1, 1), validity_confirmed=True,
    )  # fmt: skip
    seen: list[Validity] = []
    for offset in range(0, SPAN, 15):
        state = validity_at(document, START + dt.timedelta(days=offset))
        if not seen or seen[-1] is not state:
            seen.append(state)
    assert seen == [
        Validity.PENDING, Validity.IN_FORCE, Validity.AMENDED, Validity.LAPSED, Validity.REPEALED,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("facts", "border"),
    [
        ({"repealed_on": dt.date(2020, 2, 29)}, dt.date(2020, 2, 29)),
        ({"amended_on": dt.date(2020, 12, 31)}, dt.date(2020, 12, 31)),
        ({"valid_until": dt.date(2020, 2, 28)}, dt.date(2020, 2, 29)),
        ({"effective_on": dt.date(2021, 1, 1)}, dt.date(2021, 1, 1)),
    ],
)
def test_a_state_changes_at_midnight_and_only_then(facts: dict[str, Any], border: dt.date) -> None:
    document = NormativeDocument(
        **{"title": "甲", "effective_on": START, "validity_confirmed": True, **facts}
    )
    before, on, after = (validity_at(document, border + dt.timedelta(days=n)) for n in (-1, 0, 1))
    assert before is not on and on is after


@pytest.mark.django_db
def test_today_is_that_of_the_country(settings: Any) -> None:
    document = DocumentFactory.create(effective_on=START, valid_until=timezone.localdate())
    record(
        [ValidityAct(document=document, kind=ActKind.CONTINUE, origin=ActOrigin.PERSON, effective_on=START)]
    )
    document.refresh_from_db()
    assert settings.TIME_ZONE == "Asia/Shanghai"
    assert validity_at(document) is Validity.IN_FORCE
    assert validity_at(document, timezone.localdate() + dt.timedelta(days=1)) is Validity.LAPSED
