"""Who may prepare a clean-up: office, legality reviewer, head of the department whose clean-up it is."""

from __future__ import annotations

import datetime as dt

import pytest

from portal.organisations.models import User
from search.upkeep import cleanups
from tests.factories.archive import DocumentFactory
from tests.factories.organisations import DepartmentFactory
from tests.factories.upkeep import BatchFactory, EntryFactory
from tests.upkeep.permissions import assert_only, everybody

pytestmark = pytest.mark.django_db
ORGANISERS = {"office", "legality", "head"}


def test_creating_a_batch() -> None:
    department = DepartmentFactory.create()
    assert_only(
        ORGANISERS,
        everybody(department),
        lambda user: cleanups.create_batch(title="清理", department=department, user=user),
    )


def test_files_decision_and_proposals() -> None:
    batch = BatchFactory.create()
    document = DocumentFactory.create()
    people = everybody(batch.department)

    def prepare(user: User) -> None:
        cleanups.add_documents(batch_id=batch.pk, document_ids=[document.pk], user=user)
        entries = list(batch.entries.values_list("pk", flat=True))
        cleanups.remove_entries(batch_id=batch.pk, entry_ids=entries, user=user)

    assert_only(ORGANISERS, people, prepare)
    day = dt.date(2025, 1, 1)
    assert_only(
        ORGANISERS, people, lambda user: cleanups.name_decision(batch_id=batch.pk, user=user, decided_on=day)
    )
    assert_only(ORGANISERS, people, lambda user: cleanups.accept_proposals(batch_id=batch.pk, user=user))


def test_giving_up() -> None:
    department = DepartmentFactory.create()

    def discard(user: User) -> None:
        batch = BatchFactory.create(department=department)
        EntryFactory.create(batch=batch)
        cleanups.discard_batch(batch_id=batch.pk, user=user)

    assert_only(ORGANISERS, everybody(department), discard)
