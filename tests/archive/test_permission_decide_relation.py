"""Permission: decide about relations: role x each decision, role x screen; what a refusal leaves untouched."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse
from wagtail.models import ModelLogEntry

from portal.organisations.models import User
from search.archive import relation_services as services
from search.archive.enums import RelationKind, RelationOrigin
from search.archive.models import DocumentRelation
from tests.alerts.people import EVERYBODY, person
from tests.factories.archive import DocumentFactory, RelationFactory

pytestmark = pytest.mark.django_db

PERMISSION = "archive.change_normativedocument"
ALLOWED = {"office", "helper", "superuser"}


def confirm(relation: DocumentRelation, user: User) -> None:
    services.confirm_relation(relation_id=relation.pk, user=user)


def fix(relation: DocumentRelation, user: User) -> None:
    services.fix_relation(
        relation_id=relation.pk, user=user, kind=RelationKind.CITES, target_id=DocumentFactory.create().pk
    )


def reject(relation: DocumentRelation, user: User) -> None:
    services.reject_relation(relation_id=relation.pk, user=user, note="说的是别的文件")


def add(relation: DocumentRelation, user: User) -> None:
    services.add_relation(
        source_id=relation.source_id,
        target_id=DocumentFactory.create().pk,
        user=user,
        kind=RelationKind.BASIS,
    )


@pytest.mark.parametrize("decide", [confirm, fix, reject, add])
@pytest.mark.parametrize("who", EVERYBODY)
def test_who_keeps_the_archive_decides(who: str, decide: Callable[[DocumentRelation, User], None]) -> None:
    relation, user = RelationFactory.create(), person(who, PERMISSION)
    if who in ALLOWED:
        decide(relation, user)
        assert ModelLogEntry.objects.filter(action__startswith="yanlu.relation_", user=user).count() == 1
        return
    with pytest.raises(PermissionDenied, match="规范性文件库"):
        decide(relation, user)
    stored = DocumentRelation.objects.get()
    assert (stored.origin, stored.rejected) == (RelationOrigin.MACHINE, False)
    assert not ModelLogEntry.objects.filter(action__startswith="yanlu.relation_").exists()


@pytest.mark.parametrize("who", ["office", "superuser", "drafter", "legality", "head"])
def test_the_screen_asks_the_same(sign_in: Callable[..., Client], who: str) -> None:
    relation = RelationFactory.create()
    client, address = (
        sign_in(person(who)),
        reverse("archive_admin:relations", args=[relation.source_id]),
    )
    assert (client.get(address).status_code == 200) is (who in ALLOWED)
    client.post(address, {"relation": relation.pk, "decision": "reject", "note": "说的是别的文件"})
    assert DocumentRelation.objects.get().rejected is (who in ALLOWED)
