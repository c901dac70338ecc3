"""Who may conclude on a file: the organisers on all of them, a head on those of the department."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied

from portal.organisations.enums import Role
from search.upkeep import cleanups
from search.upkeep.cleanups import Decision
from search.upkeep.enums import Conclusion
from search.upkeep.models import CleanupEntry
from tests.factories.organisations import DepartmentFactory, member
from tests.factories.upkeep import BatchFactory, EntryFactory
from tests.upkeep.permissions import assert_only, everybody

pytestmark = pytest.mark.django_db
DECISION = Decision(Conclusion.REPEAL, "已不适用")


def test_the_head_of_the_responsible_department_and_the_organisers() -> None:
    responsible = DepartmentFactory.create()
    entry = EntryFactory.create(department=responsible)
    assert_only(
        {"office", "legality", "head"},
        everybody(responsible),
        lambda user: cleanups.decide(
            batch_id=entry.batch_id, entry_ids=[entry.pk], user=user, decision=DECISION
        ),
    )


def test_one_file_of_another_department_refuses_all() -> None:
    batch = BatchFactory.create()
    own, other = (
        EntryFactory.create(batch=batch, department=DepartmentFactory.create()),
        EntryFactory.create(batch=batch),
    )
    head = member(Role.HEAD, own.department)
    with pytest.raises(PermissionDenied):
        cleanups.decide(batch_id=batch.pk, entry_ids=[own.pk, other.pk], user=head, decision=DECISION)
    assert CleanupEntry.objects.open().count() == 2
