"""Decisions about set-aside items: who may, what is corrected, what is written, audited and undone."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from wagtail.models import ModelLogEntry

from portal.organisations.enums import Role
from portal.organisations.models import User
from search.archive import item_services
from search.archive.enums import ItemStatus
from search.archive.models import ImportItem, NormativeDocument
from search.models import IndexAction
from tests.factories.archive import ImportItemFactory, day, original
from tests.factories.organisations import UserFactory, member

pytestmark = pytest.mark.django_db


@pytest.fixture
def keeper() -> User:
    return member(Role.OFFICE)


def entries(action: str) -> list[ModelLogEntry]:
    return list(ModelLogEntry.objects.filter(action=f"yanlu.{action}"))


def test_accepting_takes_the_item_in_as_corrected(keeper: User) -> None:
    item = ImportItemFactory.create(original=original(b"bytes"))
    document = item_services.accept_item(
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
    document = item_services.accept_item(
        item_id=item.pk, user=keeper, title="云岭省停车办法", text="第一条 甲。"
    )
    assert document.text == "第一条 甲。"


@pytest.mark.parametrize(
    "changes",
    [{"title": " "}, {"text": ""}, {"document_number": "不是字号"}, {"document_number": "（2021）5号"}],
)
def test_what_does_not_hold_is_refused_and_nothing_written(keeper: User, changes: dict[str, str]) -> None:
    item = ImportItemFactory.create()
    with pytest.raises(ValidationError):
        item_services.accept_item(
            item_id=item.pk, user=keeper, **{"title": "甲办法", "text": "第一条。", **changes}
        )
    item.refresh_from_db()
    assert item.status == ItemStatus.SET_ASIDE and not entries("item_accepted")


def test_rejecting_keeps_the_item_with_its_reason(keeper: User) -> None:
    item = ImportItemFactory.create()
    item_services.reject_item(item_id=item.pk, user=keeper, note="是办事指南")
    item.refresh_from_db()
    assert (item.status, item.payload["rejected"], item.document) == (ItemStatus.REJECTED, "是办事指南", None)
    assert entries("item_rejected")[0].data["note"] == "是办事指南"
    with pytest.raises(ValidationError):
        item_services.reject_item(item_id=ImportItemFactory.create().pk, user=keeper, note="  ")


def test_an_item_is_decided_once(keeper: User) -> None:
    item = ImportItemFactory.create()
    item_services.reject_item(item_id=item.pk, user=keeper, note="重复")
    with pytest.raises(ValidationError):
        item_services.accept_item(item_id=item.pk, user=keeper, title="甲办法", text="第一条。")
    with pytest.raises(ValidationError):
        item_services.reject_item(item_id=item.pk, user=keeper, note="再次")


CORRECTED = {
    "issuing_authority": "云岭省公安厅",
    "co_issuers": ["云岭省财政厅"],
    "level": "province",
    "genre": "办法",
    "addressees": "各市、州人民政府",
    "signature": "云岭省公安厅 2021年3月1日",
    "effective_on": day("2021-05-01"),
    "valid_until": day("2026-04-30"),
}


def test_every_field_can_be_set_right(keeper: User) -> None:
    item = ImportItemFactory.create()
    document = item_services.accept_item(
        item_id=item.pk, user=keeper, title="云岭省停车办法", text="第一条 甲。", corrections=CORRECTED
    )
    assert {name: getattr(document, name) for name in CORRECTED} == CORRECTED


def test_what_a_person_checked_is_no_longer_doubtful(keeper: User) -> None:
    payload = {"fields": {"title": "甲办法", "text": "第一条", "confidence": {"title": 0.3, "genre": 0.9}}}
    document = item_services.accept_item(
        item_id=ImportItemFactory.create(payload=payload).pk, user=keeper, title="甲办法", text="第一条"
    )
    assert (document.confidence, document.lowest_confidence) == ({}, None)


def test_what_is_decided_elsewhere_cannot_be_slipped_in(keeper: User) -> None:
    item = ImportItemFactory.create()
    with pytest.raises(ValueError, match="validity_confirmed"):
        item_services.accept_item(
            item_id=item.pk, user=keeper, title="甲", text="乙", corrections={"validity_confirmed": True}
        )


def test_a_term_that_ends_before_it_begins_is_refused(keeper: User) -> None:
    days = {"effective_on": day("2021-05-01"), "valid_until": day("2020-05-01")}
    with pytest.raises(ValidationError, match="有效期"):
        item_services.accept_item(
            item_id=ImportItemFactory.create().pk, user=keeper, title="甲", text="乙", corrections=days
        )
    assert NormativeDocument.objects.count() == 0


def test_a_rejection_can_be_undone_and_decided_again(keeper: User) -> None:
    item = ImportItemFactory.create()
    item_services.reject_item(item_id=item.pk, user=keeper, note="点错了")
    reopened = item_services.reopen_item(item_id=item.pk, user=keeper)
    assert reopened.status == ItemStatus.SET_ASIDE and "rejected" not in reopened.payload
    assert len(entries("item_reopened")) == 1
    item_services.accept_item(item_id=item.pk, user=keeper, title="甲办法", text="第一条。")
    with pytest.raises(ValidationError):
        item_services.reopen_item(item_id=item.pk, user=keeper)


def test_several_are_rejected_for_one_reason_and_the_undecidable_are_told(keeper: User) -> None:
    one, two, done = ImportItemFactory.create_batch(3)
    item_services.reject_item(item_id=done.pk, user=keeper, note="早已处理")
    decided = item_services.reject_items(
        item_ids=[one.pk, done.pk, 987_654, two.pk], user=keeper, note="办事指南"
    )
    assert decided.done == 2 and len(decided.refused) == 2
    assert ImportItem.objects.filter(status=ItemStatus.REJECTED).count() == 3
    done.refresh_from_db()
    assert done.payload["rejected"] == "早已处理"


@pytest.mark.parametrize("changes", [{"item_ids": []}, {"note": "  "}, {"item_ids": list(range(1, 500))}])
def test_deciding_together_needs_items_a_reason_and_a_bound(keeper: User, changes: dict[str, Any]) -> None:
    item = ImportItemFactory.create()
    with pytest.raises(ValidationError):
        item_services.reject_items(**{"item_ids": [item.pk], "user": keeper, "note": "指南", **changes})
    item.refresh_from_db()
    assert item.status == ItemStatus.SET_ASIDE


@pytest.mark.parametrize("role", [None, Role.DRAFTER, Role.HEAD, Role.LEGALITY])
def test_only_who_keeps_the_archive_decides(role: Role | None) -> None:
    user = member(role) if role else UserFactory.create()
    item = ImportItemFactory.create()
    for attempt in (
        lambda: item_services.accept_item(item_id=item.pk, user=user, title="甲", text="乙"),
        lambda: item_services.reject_item(item_id=item.pk, user=user, note="丙"),
        lambda: item_services.reject_items(item_ids=[item.pk], user=user, note="丙"),
        lambda: item_services.reopen_item(item_id=item.pk, user=user),
    ):
        with pytest.raises(PermissionDenied):
            attempt()
    item.refresh_from_db()
    assert item.status == ItemStatus.SET_ASIDE
