"""Permission: see what people did not find: role x screen."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from search.alerts.rules import RULES
from tests.alerts.people import EVERYBODY, person

pytestmark = pytest.mark.django_db

ALLOWED = {"office", "superuser", "helper"}


@pytest.mark.parametrize("who", EVERYBODY)
def test_who_keeps_the_archive_sees_it(who: str) -> None:
    assert RULES["view_missed"](person(who, "archive.change_normativedocument")) is (who in ALLOWED)


@pytest.mark.parametrize("path", ["", "csv/"])
@pytest.mark.parametrize("who", ["office", "drafter", "anonymous"])
def test_the_screens_ask_the_same(
    sign_in: Callable[..., Client], client: Client, who: str, path: str
) -> None:
    if who != "anonymous":
        client = sign_in(person(who))
    answer = client.get(f"/admin/missed-searches/{path}")
    assert (answer.status_code == 200) is (who in ALLOWED)
