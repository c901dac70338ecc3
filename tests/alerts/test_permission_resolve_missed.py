"""Permission: mark a missed search as seen to: role x service."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied

from search.alerts.missed_services import resolve
from search.alerts.models import MissedResolution
from tests.alerts.people import EVERYBODY, person
from tests.factories.alerts import MissedFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("who", EVERYBODY)
def test_who_keeps_the_archive_sees_to_it(who: str) -> None:
    row = MissedFactory.create()
    user = person(who, "archive.change_normativedocument")
    if who in {"office", "superuser", "helper"}:
        assert resolve(key=row.key, user=user, note="已补录").resolved_by == user
        return
    with pytest.raises(PermissionDenied, match="维护规范性文件库"):
        resolve(key=row.key, user=user, note="已补录")
    assert not MissedResolution.objects.exists()
