"""Who may file: drafters and head of the department, and the office, which alone adds files to the list by hand."""

from __future__ import annotations

import pytest

from portal.organisations.models import User
from search.upkeep import filings
from tests.factories.archive import DocumentFactory
from tests.factories.organisations import DepartmentFactory
from tests.factories.upkeep import FilingFactory
from tests.upkeep.permissions import assert_only, everybody

pytestmark = pytest.mark.django_db


def test_sending_to_the_filing_authority() -> None:
    department = DepartmentFactory.create()

    def submit(user: User) -> None:
        filing = FilingFactory.create(department=department)
        filings.submit_filing(filing_id=filing.pk, user=user, authority="云岭省人大常委会")

    assert_only({"office", "head", "drafter"}, everybody(department), submit)


def test_a_filing_of_no_department_is_the_offices() -> None:
    department = DepartmentFactory.create()

    def submit(user: User) -> None:
        filing = FilingFactory.create(department=None)
        filings.submit_filing(filing_id=filing.pk, user=user, authority="云岭省人大常委会")

    assert_only({"office"}, everybody(department), submit)


def test_adding_by_hand() -> None:
    document = DocumentFactory.create()
    people = everybody(DepartmentFactory.create())
    assert_only({"office"}, people, lambda user: filings.add_filing(document_id=document.pk, user=user))
