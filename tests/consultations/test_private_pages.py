"""A consultation behind a view restriction is nowhere on the public side: page, comments, outcome, list, API."""

from __future__ import annotations

import pytest
from django.test import Client
from wagtail.models import PageViewRestriction

from tests.factories import outcomes as make

pytestmark = pytest.mark.django_db


def test_a_restricted_consultation_is_not_found(client: Client) -> None:
    page = make.closed(make.team().department)
    addresses = (
        f"/consultations/{page.slug}/",
        f"/consultations/{page.slug}/comments/",
        f"/consultations/{page.slug}/outcome/",
        f"/api/v1/consultations/{page.pk}/",
        f"/api/v1/consultations/{page.pk}/outcome/",
    )
    assert [client.get(address).status_code for address in addresses] == [200] * 5
    PageViewRestriction.objects.create(page=page, restriction_type=PageViewRestriction.LOGIN)
    assert [client.get(address).status_code for address in addresses] == [404] * 5
    assert page.title not in client.get("/consultations/").content.decode()
