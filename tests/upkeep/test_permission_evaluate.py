"""Who may conclude on an expiring file, and who sees it in the list."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone

from search.upkeep import expiry
from search.upkeep.cleanups import Decision
from search.upkeep.enums import Conclusion
from tests.factories.archive import DocumentFactory
from tests.factories.organisations import DepartmentFactory
from tests.upkeep.permissions import assert_only, everybody

pytestmark = pytest.mark.django_db
DECISION = Decision(Conclusion.REPEAL, "已不适用")


def test_the_head_and_the_organisers_of_clean_ups() -> None:
    department = DepartmentFactory.create(name="云岭省林业厅")
    today = timezone.localdate()
    document = DocumentFactory.create(
        issuing_authority="云岭省林业厅", valid_until=today + dt.timedelta(days=30)
    )
    people = everybody(department)
    allowed = {"office", "legality", "head"}
    assert_only(
        allowed,
        people,
        lambda user: expiry.start_evaluation(document_id=document.pk, user=user, decision=DECISION),
    )
    seeing = {name for name, user in people.items() if expiry.visible_to(user, today)}
    assert seeing == {*allowed, "administrator"}


def test_a_file_of_nobody_here_is_evaluated_by_those_who_organise() -> None:
    today = timezone.localdate()
    document = DocumentFactory.create(issuing_authority="他省政府", valid_until=today)
    people = everybody(DepartmentFactory.create())
    assert_only(
        {"office", "legality"},
        people,
        lambda user: expiry.start_evaluation(document_id=document.pk, user=user, decision=DECISION),
    )
