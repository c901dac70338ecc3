"""Permission: confirm the validity of a document: role x service, role x screen."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse

from search.archive.curation import confirm_validity
from search.archive.models import NormativeDocument
from search.upkeep.models import ValidityAct
from tests.alerts.people import EVERYBODY, person
from tests.factories.archive import DocumentFactory, day

pytestmark = pytest.mark.django_db

PERMISSION = "archive.change_normativedocument"
ALLOWED = {"office", "helper", "superuser"}


@pytest.mark.parametrize("who", EVERYBODY)
def test_who_keeps_the_archive_confirms(who: str) -> None:
    document, user = DocumentFactory.create(), person(who, PERMISSION)
    found = {"effective_on": day("2021-01-01"), "valid_until": day("2031-12-31"), "note": "见目录。"}
    if who in ALLOWED:
        confirm_validity(document_id=document.pk, user=user, **found)
    else:
        with pytest.raises(PermissionDenied, match="规范性文件库"):
            confirm_validity(document_id=document.pk, user=user, **found)
    stored = NormativeDocument.objects.get(pk=document.pk)
    assert stored.validity_confirmed is (who in ALLOWED)
    assert ValidityAct.objects.exists() is (who in ALLOWED), "a refused person leaves no word"


@pytest.mark.parametrize("who", ["office", "superuser", "drafter", "legality", "head"])
def test_the_screen_asks_the_same(sign_in: Callable[..., Client], who: str) -> None:
    document = DocumentFactory.create()
    client, address = sign_in(person(who)), reverse("archive_admin:confirm", args=[document.pk])
    shown = client.get(address).status_code == 200
    client.post(address, {"effective_on": "2021-01-01", "note": "见目录。"})
    confirmed = NormativeDocument.objects.get(pk=document.pk).validity_confirmed
    assert (shown, confirmed) == ((who in ALLOWED),) * 2
