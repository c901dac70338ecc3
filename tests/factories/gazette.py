"""Issues of the gazette: drafts through the factory, published ones through the service."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import factory
from factory.django import DjangoModelFactory

from portal.organisations.enums import Role
from portal.organisations.models import User
from search.archive.models import NormativeDocument
from search.gazette import services
from search.gazette.models import GazetteEntry, GazetteIssue
from tests.factories.organisations import DepartmentFactory, member
from tests.factories.search import ArchivedDocumentFactory


class IssueFactory(DjangoModelFactory[GazetteIssue]):
    """A draft without documents."""

    class Meta:
        model = GazetteIssue

    year = 2026
    number = factory.Sequence(lambda n: n + 1)
    name = "云岭省人民政府公报"
    issuer = factory.SubFactory(DepartmentFactory, code="gazette-office", name="云岭省人民政府办公厅")


class EntryFactory(DjangoModelFactory[GazetteEntry]):
    """One document at the end of a draft."""

    class Meta:
        model = GazetteEntry

    issue = factory.SubFactory(IssueFactory)
    document = factory.SubFactory(ArchivedDocumentFactory)
    position = factory.LazyAttribute(lambda entry: entry.issue.entries.count() + 1)


def office() -> User:
    """Somebody of the general office."""
    return member(Role.OFFICE)


def published(
    *, documents: Sequence[NormativeDocument] = (), user: User | None = None, section: str = "", **values: Any
) -> GazetteIssue:
    """A published issue with `documents` (one of its own if none are given)."""
    user = user or office()
    issue: GazetteIssue = IssueFactory.create(**values)
    printed = list(documents) or [ArchivedDocumentFactory.create()]
    services.add_entries(issue=issue, user=user, documents=[one.pk for one in printed], section=section)
    return services.publish_issue(issue=issue, user=user)
