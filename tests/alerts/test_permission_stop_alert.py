"""Permission: stop a subscription for a reader: role x state."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied

from search.alerts.enums import AlertStatus
from search.alerts.services import stop_for_reader
from tests.alerts.people import EVERYBODY, person
from tests.factories.alerts import AlertFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("who", EVERYBODY)
def test_who_keeps_the_archive_stops_them(who: str) -> None:
    alert = AlertFactory.create()
    user = person(who, "archive.change_normativedocument")
    if who in {"office", "superuser", "helper"}:
        assert stop_for_reader(alert=alert, user=user).status == AlertStatus.STOPPED
        return
    with pytest.raises(PermissionDenied, match="检索订阅"):
        stop_for_reader(alert=alert, user=user)
    alert.refresh_from_db()
    assert alert.status == AlertStatus.CONFIRMED


@pytest.mark.parametrize("status", [AlertStatus.STOPPED, AlertStatus.BOUNCED])
def test_what_has_ended_stays_as_it_ended(status: AlertStatus) -> None:
    alert = AlertFactory.create(status=status)
    assert stop_for_reader(alert=alert, user=person("office")).status == status
