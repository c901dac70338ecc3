"""A file is public when a public page shows it, and not before."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from wagtail.documents import get_document_model

from interpretations.models import InterpretationMaterial
from portal.organisations.enums import Role
from portal.organisations.models import User
from tests.factories.interpretations import MATERIAL, PolicyFactory, signed_policy
from tests.factories.organisations import member

pytestmark = pytest.mark.django_db


@pytest.fixture
def document() -> Any:
    file = ContentFile("解读附件".encode(), name="notes.txt")
    return get_document_model().objects.create(title="解读附件", file=file)


def material(document: Any) -> list[InterpretationMaterial]:
    return [InterpretationMaterial(title="答记者问", body=MATERIAL, document=document)]


def test_the_file_of_a_published_policy_is_public(client: Client, document: Any) -> None:
    signed_policy(materials=material(document))
    response = client.get(document.url)
    assert response.status_code == 200
    assert b"".join(response.streaming_content).decode() == "解读附件"  # type: ignore[attr-defined]


def test_the_file_of_a_draft_is_not(client: Client, document: Any) -> None:
    PolicyFactory(materials=material(document))
    assert client.get(document.url).status_code == 404


def test_a_file_no_page_shows_is_not(client: Client, document: Any) -> None:
    assert client.get(document.url).status_code == 404


def test_staff_see_the_file_of_a_draft(sign_in: Callable[[User], Client], document: Any) -> None:
    PolicyFactory(materials=material(document))
    assert sign_in(member(Role.LEGALITY)).get(document.url).status_code == 200


def test_a_withdrawn_or_unknown_name_is_not_found(client: Client, document: Any) -> None:
    assert client.get(document.url.replace("notes", "other")).status_code == 404
