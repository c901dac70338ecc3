"""Permission: publish an erratum: role x service, role x screen."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client

from search.gazette.models import GazetteErratum
from search.gazette.services import publish_erratum
from tests.alerts.people import EVERYBODY, person
from tests.factories.gazette import published

pytestmark = pytest.mark.django_db

PERMISSION = "gazette.change_gazetteissue"


@pytest.mark.parametrize("who", EVERYBODY)
def test_the_office_alone_corrects(who: str) -> None:
    issue, user = published(), person(who, PERMISSION)
    if who == "office":
        assert publish_erratum(issue=issue, user=user, text="更正").published_by == user
        return
    with pytest.raises(PermissionDenied, match="政府公报"):
        publish_erratum(issue=issue, user=user, text="更正")
    assert not GazetteErratum.objects.exists()


@pytest.mark.parametrize("who", ["office", "superuser", "drafter"])
def test_the_screen_asks_the_same(sign_in: Callable[..., Client], who: str) -> None:
    issue = published()
    client = sign_in(person(who))
    client.post(f"/admin/gazette/{issue.pk}/erratum/", {"text": "更正"})
    assert GazetteErratum.objects.exists() is (who == "office")
