"""Validity: the precedence, the reasons, and that Python and the database say the same."""

from __future__ import annotations

import datetime as dt
import itertools
from typing import Any

import pytest
from django.utils import translation

from search.archive.enums import Validity
from search.archive.models import NormativeDocument
from search.archive.validity import validity_at, validity_reading
from tests.factories.archive import DocumentFactory, day

TODAY = dt.date(2026, 6, 1)
PAST, LATER = day("2020-01-01"), day("2027-01-01")


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"effective_on": PAST, "validity_confirmed": True}, Validity.IN_FORCE),
        ({"effective_on": PAST}, Validity.UNKNOWN),
        ({"effective_on": None, "validity_confirmed": True}, Validity.UNKNOWN),
        ({"effective_on": LATER, "validity_confirmed": True}, Validity.PENDING),
        ({"effective_on": PAST, "amended_on": PAST, "validity_confirmed": True}, Validity.AMENDED),
        ({"effective_on": PAST, "amended_on": LATER, "validity_confirmed": True}, Validity.IN_FORCE),
        ({"effective_on": PAST, "valid_until": TODAY, "validity_confirmed": True}, Validity.IN_FORCE),
        (
            {"effective_on": PAST, "valid_until": TODAY - dt.timedelta(days=1), "validity_confirmed": True},
            Validity.LAPSED,
        ),
        ({"effective_on": PAST, "lapsed": True, "amended_on": PAST}, Validity.LAPSED),
        ({"effective_on": PAST, "lapsed": True, "repealed_on": TODAY}, Validity.REPEALED),
        ({"effective_on": PAST, "repealed_on": LATER, "validity_confirmed": True}, Validity.IN_FORCE),
        (
            {"effective_on": None, "page_id": 7, "published_on": PAST, "validity_confirmed": True},
            Validity.IN_FORCE,
        ),
        (
            {"effective_on": None, "page_id": 7, "published_on": LATER, "validity_confirmed": True},
            Validity.PENDING,
        ),
        ({"effective_on": None, "published_on": LATER, "validity_confirmed": True}, Validity.UNKNOWN),
    ],
)
def test_precedence(fields: dict[str, Any], expected: Validity) -> None:
    assert validity_at(NormativeDocument(title="甲", **fields), TODAY, today=TODAY) is expected


@pytest.mark.django_db
def test_the_database_says_the_same_for_every_combination() -> None:
    dates = (None, PAST, LATER)
    combinations = itertools.product(dates, dates, dates, dates, (False, True), (False, True), (None, "page"))
    documents = []
    for n, (effective, until, amended, repealed, lapsed, confirmed, page) in enumerate(combinations):
        documents.append(
            NormativeDocument(
                source_key=f"k{n}", title="甲", text="乙", effective_on=effective, valid_until=until, amended_on=amended,
                repealed_on=repealed, lapsed=lapsed, validity_confirmed=confirmed, page_id=n + 1 if page else None,
                published_on=PAST if n % 2 else LATER,
            )
        )  # fmt: skip
    NormativeDocument.objects.bulk_create(documents)
    annotated = NormativeDocument.objects.with_validity(TODAY)
    assert annotated.count() == len(documents)
    assert [d.pk for d in annotated if d.validity != validity_at(d, TODAY)] == []  # type: ignore[attr-defined]


@pytest.mark.django_db
def test_filters_by_validity_and_day() -> None:
    current = DocumentFactory.create(effective_on=PAST, validity_confirmed=True)
    gone = DocumentFactory.create(effective_on=PAST, validity_confirmed=True, repealed_on=day("2024-01-01"))
    unconfirmed = DocumentFactory.create(effective_on=PAST)
    assert set(NormativeDocument.objects.in_force(TODAY)) == {current}
    assert set(NormativeDocument.objects.in_force(day("2023-06-01"))) == {current, gone}
    assert set(NormativeDocument.objects.valid_as(Validity.REPEALED, on=TODAY)) == {gone}
    assert set(NormativeDocument.objects.unconfirmed(TODAY)) == {unconfirmed}


@pytest.mark.django_db
def test_documents_about_to_lapse() -> None:
    soon = DocumentFactory.create(valid_until=day("2026-08-01"))
    DocumentFactory.create(valid_until=day("2026-08-01"), repealed_on=PAST)
    DocumentFactory.create(valid_until=day("2028-08-01"))
    assert list(NormativeDocument.objects.lapsing(between=(TODAY, day("2026-12-01")))) == [soon]


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"repealed_on": PAST}, "2020年1月1日起废止"),
        ({"valid_until": PAST}, "有效期至2020年1月1日"),
        ({"lapsed": True}, "来源标注为失效"),
        ({"effective_on": LATER}, "自2027年1月1日起施行"),
        ({"effective_on": PAST, "amended_on": PAST}, "被修改"),
        ({"effective_on": PAST, "validity_confirmed": True, "valid_until": LATER}, "有效期至2027年1月1日"),
        ({"effective_on": PAST}, "未经人工确认"),
        ({}, "未载明施行日期"),
    ],
)
def test_the_reason_is_told(fields: dict[str, Any], words: str) -> None:
    with translation.override("zh-hans"):
        assert words in validity_reading(NormativeDocument(title="甲", **fields), TODAY).reason


def test_the_reason_writes_dates_as_the_reader_does() -> None:
    document = NormativeDocument(title="甲", repealed_on=day("2026-02-01"))
    with translation.override("en"):
        assert "1 February 2026" in validity_reading(document, TODAY).reason
