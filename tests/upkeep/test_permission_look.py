"""Permission: look into clean-up, expiry and filing: role x every screen that shows something."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from tests.alerts.people import person
from tests.factories.upkeep import BatchFactory, FilingFactory

pytestmark = pytest.mark.django_db

ALLOWED = {"drafter", "head", "office", "legality", "superuser"}


@pytest.mark.parametrize("who", [*sorted(ALLOWED), "secrecy", "moderator", "nobody"])
def test_who_has_a_part_in_it_looks(sign_in: Callable[..., Client], who: str) -> None:
    batch, filing = BatchFactory.create(), FilingFactory.create()
    client = sign_in(person(who))
    for name, args in (
        ("batches", []),
        ("create", []),
        ("batch", [batch.pk]),
        ("expiring", []),
        ("filings", []),
        ("filing", [filing.pk]),
    ):
        status = client.get(reverse(f"upkeep_admin:{name}", args=args)).status_code
        assert (status == 200) is (who in ALLOWED), name


@pytest.mark.parametrize("name", ["batches", "create", "expiring", "filings"])
def test_nobody_looks_without_signing_in(client: Client, name: str) -> None:
    response = client.get(reverse(f"upkeep_admin:{name}"))
    assert response.status_code == 302 and "/login/" in response["Location"]


@pytest.mark.parametrize("who", [*sorted(ALLOWED), "secrecy", "moderator"])
def test_the_menu_shows_it_to_them_alone(sign_in: Callable[..., Client], who: str) -> None:
    html = sign_in(person(who)).get("/admin/").content.decode()
    assert (reverse("upkeep_admin:batches") in html) is (who in ALLOWED)
