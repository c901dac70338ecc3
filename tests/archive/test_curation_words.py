"""What a person states about validity: recorded as that person's word, kept against what the machine reads later."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from portal.organisations.enums import Role
from portal.organisations.models import User
from search.archive import curation
from search.archive.enums import RelationKind
from search.archive.models import NormativeDocument
from search.upkeep.enums import ActKind, ActOrigin
from search.upkeep.found import acts_from_relations
from search.upkeep.models import ValidityAct
from tests.factories.archive import DocumentFactory, RelationFactory, day
from tests.factories.organisations import member

pytestmark = pytest.mark.django_db


@pytest.fixture
def keeper() -> User:
    return member(Role.OFFICE)


def confirm(document: NormativeDocument, keeper: User, **found: Any) -> NormativeDocument:
    return curation.confirm_validity(document_id=document.pk, user=keeper, note="核对公报", **found)


def test_every_day_stated_is_an_act(keeper: User) -> None:
    document = DocumentFactory.create()
    confirm(
        document,
        keeper,
        valid_until=day("2030-01-01"),
        amended_on=day("2022-01-01"),
        repealed_on=day("2024-01-01"),
    )
    acts = ValidityAct.objects.filter(document=document)
    assert {a.kind for a in acts} == {ActKind.REPEAL, ActKind.AMEND, ActKind.TERM}
    assert {(a.origin, a.recorded_by, a.note) for a in acts} == {(ActOrigin.PERSON, keeper, "核对公报")}
    document.refresh_from_db()
    assert (document.repealed_on, document.amended_on, document.valid_until) == (
        day("2024-01-01"), day("2022-01-01"), day("2030-01-01"),
    )  # fmt: skip


def test_confirming_what_is_known_says_nothing_new(keeper: User) -> None:
    document = DocumentFactory.create(repealed_on=day("2024-01-01"))
    confirm(document, keeper, repealed_on=day("2024-01-01"))
    assert not ValidityAct.objects.exists()


def test_an_act_is_linked_by_its_number(keeper: User) -> None:
    act = DocumentFactory.create(document_number="云政令第9号", number_key="order|云政令||9")
    act = DocumentFactory.create(document_number="云政发〔2024〕9号")
    document = DocumentFactory.create()
    confirm(document, keeper, repealed_on=day("2024-01-01"), act_text=" 云政发[2024]9号 ")
    assert NormativeDocument.objects.get(pk=document.pk).repealed_by == act
    DocumentFactory.create(document_number="云政发〔2024〕9号")
    other = DocumentFactory.create()
    confirm(other, keeper, repealed_on=day("2024-01-01"), act_text="云政发〔2024〕9号")
    assert NormativeDocument.objects.get(pk=other.pk).repealed_by is None, "two have the number"


def test_what_was_denied_stays_denied(keeper: User) -> None:
    target = DocumentFactory.create(effective_on=day("2018-01-01"), published_on=day("2018-01-01"))
    source = DocumentFactory.create(effective_on=day("2022-01-01"), published_on=day("2022-01-01"))
    for kind in (RelationKind.REPEALS, RelationKind.AMENDS):
        RelationFactory.create(source=source, target=target, kind=kind)
    acts_from_relations([source.pk])
    confirm(target, keeper, not_repealed=True, not_amended=True)
    acts_from_relations([source.pk])
    target.refresh_from_db()
    assert (target.repealed_on, target.amended_on, target.validity_confirmed) == (None, None, True)


@pytest.mark.parametrize(
    "found",
    [
        {"not_repealed": True, "repealed_on": day("2024-01-01")},
        {"not_amended": True, "amended_on": day("2024-01-01")},
        {"amended_on": day("2000-01-01")},
    ],
)
def test_contradictions_are_refused(keeper: User, found: dict[str, Any]) -> None:
    document = DocumentFactory.create()
    with pytest.raises(ValidationError):
        confirm(document, keeper, **found)
    assert NormativeDocument.objects.get(pk=document.pk).validity_confirmed is False


def test_a_day_changed_in_the_form_is_a_word(keeper: User, sign_in: Callable[[User], Client]) -> None:
    document = DocumentFactory.create(repealed_on=day("2020-01-01"))
    form = {
        "title": document.title, "document_number_raw": document.document_number, "text": "第一条 甲。",
        "issuing_authority": "云岭省人民政府", "level": "province", "doc_type": "规范性文件", "amended_on": "2023-01-01",
        "valid_until": "2033-01-01",
    }  # fmt: skip
    client = sign_in(keeper)
    assert (
        client.post(f"/admin/snippets/archive/normativedocument/edit/{document.pk}/", form).status_code == 302
    )
    kinds = set(ValidityAct.objects.values_list("kind", flat=True))
    assert kinds == {ActKind.NOT_REPEALED, ActKind.AMEND, ActKind.TERM}
    document.refresh_from_db()
    assert (document.repealed_on, document.amended_on) == (None, day("2023-01-01"))


def test_the_form_takes_corrections(keeper: User, sign_in: Callable[[User], Client]) -> None:
    document = DocumentFactory.create(repealed_on=day("2020-01-01"))
    address = reverse("archive_admin:confirm", args=[document.pk])
    client = sign_in(keeper)
    assert "经核实未被废止" in client.get(address).content.decode()
    form = {"note": "核对公报", "effective_on": "2019-01-01", "not_repealed": "on"}
    assert client.post(address, form).status_code == 302
    document.refresh_from_db()
    assert document.repealed_on is None
