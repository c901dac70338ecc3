"""Permission: see the subscriptions, masked: role x screen."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from search.alerts.rules import RULES
from tests.alerts.people import EVERYBODY, person

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("who", EVERYBODY)
def test_who_keeps_the_archive_sees_them(who: str) -> None:
    allowed = who in {"office", "superuser", "helper"}
    assert RULES["view_alerts"](person(who, "archive.change_normativedocument")) is allowed


@pytest.mark.parametrize(("who", "seen"), [("office", True), ("head", False)])
def test_the_screen_asks_the_same(sign_in: Callable[..., Client], who: str, seen: bool) -> None:
    answer = sign_in(person(who)).get("/admin/missed-searches/alerts/")
    assert (answer.status_code == 200) is seen
