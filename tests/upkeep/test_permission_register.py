"""Who may register or return a filing: the legality reviewer alone, who keeps the register."""

from __future__ import annotations

from itertools import count

import pytest
from django.utils import timezone

from portal.organisations.models import User
from search.upkeep import filings
from tests.factories.organisations import DepartmentFactory
from tests.factories.upkeep import FilingFactory
from tests.upkeep.permissions import assert_only, everybody

pytestmark = pytest.mark.django_db


def test_registering_and_returning() -> None:
    department, numbers = DepartmentFactory.create(), count()

    def register(user: User) -> None:
        filing = FilingFactory.create(department=department, filed_on=timezone.localdate())
        filings.register_filing(filing_id=filing.pk, user=user, registration_number=f"YL-{next(numbers)}")

    def send_back(user: User) -> None:
        filing = FilingFactory.create(department=department, filed_on=timezone.localdate())
        filings.return_filing(filing_id=filing.pk, user=user, reason="缺少说明")

    people = everybody(department)
    assert_only({"legality"}, people, register)
    assert_only({"legality"}, people, send_back)
