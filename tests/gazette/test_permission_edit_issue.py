"""Permission: edit an issue: role x service, role x screen, draft and published."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client

from search.gazette import services
from search.gazette.enums import Direction
from search.gazette.models import GazetteIssue
from tests.alerts.people import EVERYBODY, person
from tests.factories.gazette import EntryFactory, published
from tests.factories.organisations import DepartmentFactory
from tests.factories.search import ArchivedDocumentFactory

pytestmark = pytest.mark.django_db

ALLOWED = {"office", "superuser", "helper"}
PERMISSION = "gazette.change_gazetteissue"


@pytest.mark.parametrize("who", EVERYBODY)
def test_the_office_and_its_helpers_edit(who: str) -> None:
    user, entry = person(who, PERMISSION), EntryFactory.create()
    document, department = ArchivedDocumentFactory.create(), DepartmentFactory.create()
    attempts = (
        lambda: services.create_issue(user=user, year=2027, number=1, name="公报", issuer=department),
        lambda: services.update_issue(issue=entry.issue, user=user, foreword="x"),
        lambda: services.add_entries(issue=entry.issue, user=user, documents=[document.pk]),
        lambda: services.update_entry(entry=entry, user=user, section="x", page=1),
        lambda: services.move_entry(entry=entry, user=user, direction=Direction.DOWN),
        lambda: services.attach_pdf(issue=entry.issue, user=user, upload=None),
        lambda: services.remove_entry(entry=entry, user=user),
        lambda: services.delete_draft(issue=entry.issue, user=user),
    )
    for attempt in attempts:
        if who in ALLOWED:
            attempt()
        else:
            with pytest.raises(PermissionDenied, match="政府公报"):
                attempt()
    assert GazetteIssue.objects.filter(pk=entry.issue_id).exists() is (who not in ALLOWED)


@pytest.mark.parametrize("who", ["office", "head", "anonymous"])
@pytest.mark.parametrize("path", ["", "new/", "{pk}/", "{pk}/preview/", "{pk}/delete/"])
def test_the_screens_ask_the_same(
    sign_in: Callable[..., Client], client: Client, who: str, path: str
) -> None:
    issue = EntryFactory.create().issue
    if who != "anonymous":
        client = sign_in(person(who))
    answer = client.get(f"/admin/gazette/{path.format(pk=issue.pk)}")
    assert (answer.status_code == 200) is (who == "office")


def test_a_published_issue_is_nobody_s_to_edit() -> None:
    with pytest.raises(Exception, match="已经发布"):
        services.update_issue(issue=published(), user=person("superuser"), foreword="x")
