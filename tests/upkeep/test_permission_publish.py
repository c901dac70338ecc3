"""Who may publish the results of a clean-up: the office, and the head of the department whose clean-up it is."""

from __future__ import annotations

import pytest

from portal.organisations.models import User
from search.upkeep import cleanups
from search.upkeep.models import CleanupBatch
from tests.factories.organisations import DepartmentFactory
from tests.factories.upkeep import DECIDED_ON, BatchFactory, EntryFactory
from tests.upkeep.permissions import assert_only, everybody

pytestmark = pytest.mark.django_db


def test_office_and_own_head() -> None:
    department = DepartmentFactory.create()

    def publish(user: User) -> None:
        batch: CleanupBatch = BatchFactory.create(
            department=department, decided_on=DECIDED_ON, decision_text="云政令第9号"
        )
        EntryFactory.create(batch=batch, conclusion="repeal", reason="理由")
        cleanups.publish_batch(batch_id=batch.pk, user=user)

    assert_only({"office", "head"}, everybody(department), publish)
    assert CleanupBatch.objects.published().count() == 2
