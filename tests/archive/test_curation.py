"""Decisions of people: who may, what is checked, what is written, audited and told."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from wagtail.models import ModelLogEntry

from portal.organisations.enums import Role
from portal.organisations.models import User
from search.archive import curation
from search.archive.enums import ItemStatus, Validity
from search.archive.models import ImportItem
from search.archive.validity import validity_at
from search.models import IndexAction
from tests.factories.archive import DocumentFactory, ImportItemFactory, day, original
from tests.factories.organisations import UserFactory, member

pytestmark = pytest.mark.django_db


@pytest.fixture
def keeper() -> User:
    return member(Role.OFFICE)


def entries(action: str) -> list[ModelLogEntry]:
    return list(ModelLogEntry.objects.filter(action=f"yanlu.{action}"))


def test_accepting_takes_the_item_in_as_corrected(keeper: User) -> None:
    item = ImportItemFactory.create(original=original(b"bytes"))
    document = curation.accept_item(
        item_id=item.pk,
        user=keeper,
        title=" 云岭省停车办法 ",
        document_number="云政发[2021]9号",
        text="第一条 甲。",
    )
    item.refresh_from_db()
    assert (item.status, item.document) == (ItemStatus.ACCEPTED, document)
    assert (document.title, document.document_number, document.adopted_on) == (
        "云岭省停车办法",
        "云政发〔2021〕9号",
        day("2021-03-01"),
    )
    assert document.original == item.original
    assert document.validity_confirmed is False
    assert [e.user for e in entries("item_accepted")] == [keeper]
    assert IndexAction.objects.filter(document_id=document.pk).exists()


def test_a_scan_can_be_taken_in_with_a_text_typed_by_a_person(keeper: User) -> None:
    item = ImportItemFactory.create(payload={}, reason_code="scanned")
    document = curation.accept_item(item_id=item.pk, user=keeper, title="云岭省停车办法", text="第一条 甲。")
    assert document.text == "第一条 甲。"


@pytest.mark.parametrize(
    "changes",
    [{"title": " "}, {"text": ""}, {"document_number": "不是字号"}, {"document_number": "（2021）5号"}],
)
def test_what_does_not_hold_is_refused_and_nothing_written(keeper: User, changes: dict[str, str]) -> None:
    item = ImportItemFactory.create()
    with pytest.raises(ValidationError):
        curation.accept_item(
            item_id=item.pk, user=keeper, **{"title": "甲办法", "text": "第一条。", **changes}
        )
    item.refresh_from_db()
    assert item.status == ItemStatus.SET_ASIDE and not entries("item_accepted")


def test_rejecting_keeps_the_item_with_its_reason(keeper: User) -> None:
    item = ImportItemFactory.create()
    curation.reject_item(item_id=item.pk, user=keeper, note="是办事指南")
    item.refresh_from_db()
    assert (item.status, item.payload["rejected"], item.document) == (ItemStatus.REJECTED, "是办事指南", None)
    assert entries("item_rejected")[0].data["note"] == "是办事指南"
    with pytest.raises(ValidationError):
        curation.reject_item(item_id=ImportItemFactory.create().pk, user=keeper, note="  ")


def test_an_item_is_decided_once(keeper: User) -> None:
    item = ImportItemFactory.create()
    curation.reject_item(item_id=item.pk, user=keeper, note="重复")
    with pytest.raises(ValidationError):
        curation.accept_item(item_id=item.pk, user=keeper, title="甲办法", text="第一条。")
    with pytest.raises(ValidationError):
        curation.reject_item(item_id=item.pk, user=keeper, note="再次")


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
    user, item, document = UserFactory.create(), ImportItemFactory.create(), DocumentFactory.create()
    with pytest.raises(PermissionDenied):
        curation.accept_item(item_id=item.pk, user=user, title="甲办法", text="第一条。")
    with pytest.raises(PermissionDenied):
        curation.reject_item(item_id=item.pk, user=user, note="理由")
    with pytest.raises(PermissionDenied):
        curation.confirm_validity(
            document_id=document.pk, user=user, note="依据", effective_on=day("2021-01-01")
        )
    with pytest.raises(PermissionDenied):
        curation.document_corrected(document=document, user=user)
    assert ImportItem.objects.waiting().count() == 1


def test_a_corrected_number_brings_its_key_along(keeper: User) -> None:
    document = DocumentFactory.create()
    document.document_number_raw = "雲政發(2022)33號"
    curation.document_corrected(document=document, user=keeper)
    document.refresh_from_db()
    assert (document.document_number, document.number_key) == (
        "云政发〔2022〕33号",
        "standard|云政发|2022|33",
    )
