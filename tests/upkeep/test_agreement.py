"""Validity on any day: Python, the database and the index's condition say the same, whatever the dates."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from search import indexing
from search.archive.enums import Validity
from search.archive.models import NormativeDocument
from search.archive.validity import starts_on, validity_at, validity_reading
from search.conditions import AllOf, Among, AnyOf, Between, Condition, Flag, Not, validity_on
from search.engines import get_engine
from search.plan import make_plan
from search.query import SearchQuery

DAY = dt.date(2020, 6, 15)
#: Few days, close together, so that random documents meet every border.
DAYS = st.sampled_from([DAY + dt.timedelta(days=n) for n in (-400, -1, 0, 1, 400)])
DATES = st.none() | DAYS
FACTS = st.fixed_dictionaries(
    {
        "effective_on": DATES,
        "published_on": DATES,
        "valid_until": DATES,
        "amended_on": DATES,
        "repealed_on": DATES,
        "lapsed": st.booleans(),
        "validity_confirmed": st.booleans(),
        "page_id": st.none() | st.just(1),
    }
)


def facts_of(document: NormativeDocument) -> dict[str, Any]:
    """What the index holds of a document, in its own names."""
    started = starts_on(document)
    days = {
        "starts_on": started,
        **{n: getattr(document, n) for n in ("valid_until", "amended_on", "repealed_on")},
    }
    numbers = {name: day.toordinal() for name, day in days.items() if day}
    standing = document.validity_confirmed and not document.lapsed and started is not None
    return {**numbers, "lapsed": document.lapsed, "standing": standing}


def holds(condition: Condition, facts: dict[str, Any]) -> bool:
    """The meaning of a condition, written out: both engines compile to this."""
    match condition:
        case AllOf(parts):
            return all(holds(part, facts) for part in parts)
        case AnyOf(parts):
            return any(holds(part, facts) for part in parts)
        case Not(part):
            return not holds(part, facts)
        case Flag(field):
            return bool(facts.get(field))
        case Between(field, low, high):
            value = facts.get(field)
            return value is not None and (low is None or value >= low) and (high is None or value <= high)
        case Among(field, values):
            return facts.get(field) in values
    raise AssertionError(condition)


@settings(max_examples=300, deadline=None)
@given(facts=FACTS, day=DAYS, ahead=st.booleans())
def test_the_condition_of_the_index_says_what_the_rule_says(
    facts: dict[str, Any], day: dt.date, ahead: bool
) -> None:
    asked = timezone.localdate() + dt.timedelta(days=(day - DAY).days) if ahead else day
    if ahead:
        facts = {
            k: v + (timezone.localdate() - DAY) if isinstance(v, dt.date) else v for k, v in facts.items()
        }
    document = NormativeDocument(title="甲", **facts)
    expected = validity_at(document, asked)
    found = [v for v in Validity if holds(validity_on(v, asked), facts_of(document))]
    assert found == [expected]


@pytest.mark.django_db
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(FACTS, min_size=1, max_size=12), day=DAYS)
def test_the_database_says_what_the_rule_says(rows: list[dict[str, Any]], day: dt.date) -> None:
    NormativeDocument.objects.all().delete()
    NormativeDocument.objects.bulk_create(
        NormativeDocument(
            source_key=f"k{n}", title="甲", text="乙", **{**row, "page_id": n + 1 if row["page_id"] else None}
        )
        for n, row in enumerate(rows)
    )
    annotated: list[Any] = list(NormativeDocument.objects.with_validity(day))
    assert [d.validity for d in annotated] == [validity_at(d, day).value for d in annotated]


def examples() -> Iterator[dict[str, Any]]:
    """Ninety-six documents whose facts differ in one way or another."""
    for n in range(96):
        pick = [None, *(DAY + dt.timedelta(days=k) for k in (-400, -1, 0, 1, 400))]
        yield {
            "effective_on": pick[n % 6],
            "published_on": pick[(n // 2) % 6],
            "valid_until": pick[(n // 5) % 6],
            "amended_on": pick[(n // 7) % 6],
            "repealed_on": pick[(n // 11) % 6] if n % 3 else None,
            "lapsed": n % 5 == 0,
            "validity_confirmed": n % 2 == 0,
            "page_id": n + 1 if n % 4 == 0 else None,
        }


@pytest.mark.django_db
def test_the_index_finds_by_validity_what_the_rule_says() -> None:
    documents = NormativeDocument.objects.bulk_create(
        NormativeDocument(source_key=f"k{n}", title=f"甲办法{n}", text="乙", **facts)
        for n, facts in enumerate(examples())
    )
    indexing.rebuild()
    for day in (DAY - dt.timedelta(days=1), DAY, DAY + dt.timedelta(days=1), timezone.localdate()):
        for validity in Validity:
            query = SearchQuery(validity=(validity.value,), page_size=100)
            found = get_engine().search(make_plan(query, day=day))
            ids = {hit.id for hit in found.hits}
            assert ids == {d.pk for d in documents if validity_at(d, day) is validity}, (day, validity)


@given(facts=FACTS, day=DAYS)
@settings(max_examples=100, deadline=None)
def test_every_reading_has_a_reason(facts: dict[str, Any], day: dt.date) -> None:
    reading = validity_reading(NormativeDocument(title="甲", **facts), day)
    assert (
        reading.reason.endswith("。") and "None" not in reading.reason and "起施行" not in reading.reason[:2]
    )


def test_a_mark_without_a_day_decides_nothing_about_the_past() -> None:
    document = NormativeDocument(title="甲", lapsed=True, effective_on=DAY, validity_confirmed=True)
    assert validity_at(document) is Validity.LAPSED
    reading = validity_reading(document, DAY)
    assert reading.validity is Validity.UNKNOWN and "无法确定当日的效力" in reading.reason
    assert validity_at(document, DAY - dt.timedelta(days=1)) is Validity.PENDING
