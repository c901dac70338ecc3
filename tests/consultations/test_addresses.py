"""One address leads to one consultation, whatever is stored."""

from __future__ import annotations

import pytest
from django.db.models import QuerySet
from django.test import Client

from consultations.models import ConsultationPage
from tests.factories.consultations import ConsultationFactory

pytestmark = pytest.mark.django_db


def test_of_two_with_the_same_slug_the_first_keeps_the_address(client: Client) -> None:
    first, second = ConsultationFactory.create(), ConsultationFactory.create()
    # Past our own query set, which refuses it.
    QuerySet(ConsultationPage).filter(pk=second.pk).update(slug=first.slug)
    page = client.get(f"/consultations/{first.slug}/")
    assert page.status_code == 200
    assert first.title in page.content.decode()


@pytest.mark.parametrize("slug", ["nowhere", "a%00", "%F0%9F%90%9F"])
def test_an_address_without_a_consultation_is_not_found(client: Client, slug: str) -> None:
    assert client.get(f"/consultations/{slug}/").status_code == 404
