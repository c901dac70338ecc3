"""An administrator edits periods and calendar days; others do not see them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from django.test import Client

from portal.organisations.enums import Role
from portal.organisations.models import User
from portal.periods import calendar, services
from portal.periods.models import CalendarDay, StatutoryPeriod
from tests.factories.organisations import UserFactory, member

pytestmark = pytest.mark.django_db
SignIn = Callable[[User], Client]


def test_an_administrator_ends_a_period_and_enters_the_next(sign_in: SignIn) -> None:
    client = sign_in(UserFactory.create(is_superuser=True))
    period = StatutoryPeriod.objects.get(code="outcome_due")
    fields = {"code": "outcome_due", "unit": "day", "basis": "地方规定", "verified": "on"}

    response = client.post(
        f"/admin/snippets/periods/statutoryperiod/edit/{period.pk}/",
        fields | {"value": 30, "in_force_from": "2016-01-01", "in_force_to": "2026-12-31"},
    )
    assert response.status_code == 302
    response = client.post(
        "/admin/snippets/periods/statutoryperiod/add/",
        fields | {"value": 20, "in_force_from": "2027-01-01", "in_force_to": ""},
    )
    assert response.status_code == 302

    assert services.get_period("outcome_due", dt.date(2026, 12, 31)).value == 30
    assert services.get_period("outcome_due", dt.date(2027, 1, 1)).value == 20


def test_an_overlap_is_explained_in_the_form(sign_in: SignIn) -> None:
    client = sign_in(UserFactory.create(is_superuser=True))
    response = client.post(
        "/admin/snippets/periods/statutoryperiod/add/",
        {"code": "outcome_due", "unit": "day", "basis": "x", "value": 20, "in_force_from": "2027-01-01"},
    )
    assert response.status_code == 200
    assert "重叠" in response.content.decode()
    assert StatutoryPeriod.objects.filter(code="outcome_due").count() == 1


def test_an_administrator_enters_a_holiday(sign_in: SignIn) -> None:
    client = sign_in(UserFactory.create(is_superuser=True))
    response = client.post(
        "/admin/snippets/periods/calendarday/add/",
        {"day": "2026-11-24", "kind": "holiday", "name": "地方节日"},
    )
    assert response.status_code == 302
    assert CalendarDay.objects.get().name == "地方节日"
    assert not calendar.is_working_day(dt.date(2026, 11, 24))


@pytest.mark.parametrize("path", ["statutoryperiod", "calendarday", "yearnotice"])
@pytest.mark.parametrize("role", list(Role))
def test_roles_do_not_edit_periods(sign_in: SignIn, role: Role, path: str) -> None:
    client = sign_in(member(role))
    assert client.get(f"/admin/snippets/periods/{path}/").status_code == 302
    assert client.post(f"/admin/snippets/periods/{path}/add/", {}).status_code == 302


@pytest.mark.parametrize("path", ["statutoryperiod", "calendarday", "yearnotice"])
def test_lists_open_for_administrators(sign_in: SignIn, path: str) -> None:
    response = sign_in(UserFactory.create(is_superuser=True)).get(f"/admin/snippets/periods/{path}/")
    assert response.status_code == 200
