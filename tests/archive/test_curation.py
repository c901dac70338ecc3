"""Decisions of people: who may, what is checked, what is written, audited and told."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from wagtail.models import ModelLogEntry

from portal.organisations.enums import Role
from portal.organisations.models import User
from search.archive import curation
from search.archive.enums import Validity
from search.archive.validity import validity_at
from search.models import IndexAction
from tests.factories.archive import DocumentFactory, day
from tests.factories.organisations import UserFactory, member

pytestmark = pytest.mark.django_db


@pytest.fixture
def keeper() -> User:
    return member(Role.OFFICE)


def entries(action: str) -> list[ModelLogEntry]:
    return list(ModelLogEntry.objects.filter(action=f"yanlu.{action}"))


def test_confirmation_makes_an_unknown_import_in_force(keeper: User) -> None:
    document = DocumentFactory.create(effective_on=None)
    assert validity_at(document, day("2023-01-01")) is Validity.UNKNOWN
    confirmed = curation.confirm_validity(
        document_id=document.pk,
        user=keeper,
        note="2022年清理结果",
        effective_on=day("2021-05-01"),
        valid_until=day("2026-04-30"),
    )
    assert validity_at(confirmed, day("2023-01-01")) is Validity.IN_FORCE
    assert validity_at(confirmed, day("2026-05-01")) is Validity.LAPSED
    assert entries("validity_confirmed")[0].data["note"] == "2022年清理结果"
    assert IndexAction.objects.filter(document_id=document.pk).exists()


@pytest.mark.parametrize(
    "given",
    [
        {"note": " ", "effective_on": day("2021-05-01")},
        {"note": "依据"},
        {"note": "依据", "effective_on": day("2021-05-01"), "valid_until": day("2021-04-30")},
        {"note": "依据", "effective_on": day("2021-05-01"), "repealed_on": day("2020-01-01")},
    ],
)
def test_confirmation_without_ground_or_with_dates_out_of_order(
    keeper: User, given: dict[str, object]
) -> None:
    document = DocumentFactory.create(effective_on=None)
    with pytest.raises(ValidationError):
        curation.confirm_validity(document_id=document.pk, user=keeper, **given)  # type: ignore[arg-type]
    document.refresh_from_db()
    assert document.validity_confirmed is False


def test_strangers_decide_nothing() -> None:
    user, document = UserFactory.create(), DocumentFactory.create()
    with pytest.raises(PermissionDenied):
        curation.confirm_validity(
            document_id=document.pk, user=user, note="依据", effective_on=day("2021-01-01")
        )
    with pytest.raises(PermissionDenied):
        curation.document_corrected(document=document, user=user)


def test_a_corrected_number_brings_its_key_along(keeper: User) -> None:
    document = DocumentFactory.create()
    document.document_number_raw = "雲政發(2022)33號"
    curation.document_corrected(document=document, user=keeper)
    document.refresh_from_db()
    assert (document.document_number, document.number_key) == (
        "云政发〔2022〕33号",
        "standard|云政发|2022|33",
    )
