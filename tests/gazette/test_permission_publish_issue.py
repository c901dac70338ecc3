"""Permission: publish an issue: role x service, role x screen."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client

from search.gazette.models import GazetteIssue
from search.gazette.services import publish_issue
from tests.alerts.people import EVERYBODY, person
from tests.factories.gazette import EntryFactory

pytestmark = pytest.mark.django_db

PERMISSION = "gazette.change_gazetteissue"


@pytest.mark.parametrize("who", EVERYBODY)
def test_the_office_alone_publishes(who: str) -> None:
    issue, user = EntryFactory.create().issue, person(who, PERMISSION)
    if who == "office":
        assert publish_issue(issue=issue, user=user).published_by == user
        return
    with pytest.raises(PermissionDenied, match="发布政府公报"):
        publish_issue(issue=issue, user=user)
    assert not GazetteIssue.objects.get().is_published


@pytest.mark.parametrize("who", ["office", "superuser", "drafter"])
def test_the_screen_asks_the_same(sign_in: Callable[..., Client], who: str) -> None:
    issue = EntryFactory.create().issue
    client = sign_in(person(who))
    client.post(f"/admin/gazette/{issue.pk}/publish/")
    assert GazetteIssue.objects.get().is_published is (who == "office")
