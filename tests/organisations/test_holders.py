"""`holders_of` and `duties_of` answer for many what `has_role` answers for one: they never disagree."""

from __future__ import annotations

import datetime as dt
from itertools import product

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.models import GroupCollectionPermission

from portal.organisations.duties import duties_of
from portal.organisations.enums import GOVERNMENT_WIDE_ROLES, Role
from portal.organisations.models import Department, User
from portal.organisations.rules import departments_of, has_role, holders_of
from portal.organisations.services import UPLOAD_PERMISSIONS, assign_role, ensure_groups
from tests.factories.organisations import DepartmentFactory, RoleAssignmentFactory, UserFactory

pytestmark = pytest.mark.django_db


def day(offset: int) -> dt.date:
    return timezone.localdate() + dt.timedelta(days=offset)


@pytest.fixture
def departments() -> list[Department]:
    return [DepartmentFactory.create() for _ in range(2)]


@pytest.fixture
def people(departments: list[Department]) -> list[User]:
    """One person for each role in each department, and those who should not count."""
    found = []
    for role, department in product(Role, departments):
        user = UserFactory.create()
        assign_role(user=user, role=role, department=department)
        found.append(user)
    inactive: User = UserFactory.create(is_active=False)
    RoleAssignmentFactory.create(user=inactive, department=departments[0], role=Role.HEAD)
    past, future = UserFactory.create(), UserFactory.create()
    RoleAssignmentFactory.create(
        user=past, department=departments[0], role=Role.HEAD, valid_from=day(-9), valid_until=day(-1)
    )
    RoleAssignmentFactory.create(user=future, department=departments[0], role=Role.HEAD, valid_from=day(1))
    return [*found, inactive, past, future, UserFactory.create(), UserFactory.create(is_superuser=True)]


@pytest.mark.parametrize("role", Role)
def test_holders_are_exactly_those_who_hold_the_role(
    departments: list[Department], people: list[User], role: Role
) -> None:
    for department in departments:
        expected = {user.pk for user in people if has_role(user, role, department)}
        assert set(holders_of(role, department).values_list("pk", flat=True)) == expected
        assert len(expected) == (2 if role in GOVERNMENT_WIDE_ROLES else 1)


@pytest.mark.parametrize("role", Role)
def test_without_a_department_only_government_wide_roles_have_holders(people: list[User], role: Role) -> None:
    assert holders_of(role, None).count() == (2 if role in GOVERNMENT_WIDE_ROLES else 0)


@pytest.mark.parametrize("role", Role)
def test_duties_say_the_same(departments: list[Department], people: list[User], role: Role) -> None:
    for user in people:
        duties = duties_of(user)
        for department in departments:
            assert duties.holds(role, department.pk) is has_role(user, role, department)
        assert duties.has(role) is has_role(user, role)
        held = {department.pk for department in departments_of(user, role)}
        assert user.is_active is False or duties.departments(role) == held


def test_somebody_with_the_role_twice_is_one_holder(departments: list[Department]) -> None:
    user = UserFactory.create()
    for department in departments:
        assign_role(user=user, role=Role.LEGALITY, department=department)
    assert list(holders_of(Role.LEGALITY, departments[0])) == [user]


@pytest.mark.parametrize(("since", "until"), [(0, 0), (-3, 0), (0, None), (None, 0), (None, None)])
def test_the_first_and_the_last_day_count(
    departments: list[Department], since: int | None, until: int | None
) -> None:
    user = UserFactory.create()
    RoleAssignmentFactory.create(
        user=user,
        department=departments[0],
        role=Role.DRAFTER,
        valid_from=None if since is None else day(since),
        valid_until=None if until is None else day(until),
    )
    assert list(holders_of(Role.DRAFTER, departments[0])) == [user]


def test_holders_are_found_in_one_query(departments: list[Department], people: list[User]) -> None:
    with CaptureQueriesContext(connection) as queries:
        list(holders_of(Role.HEAD, departments[0]))
    assert len(queries) == 1


def test_giving_a_role_costs_few_queries(departments: list[Department]) -> None:
    user, other = UserFactory.create(), UserFactory.create()
    assign_role(user=user, role=Role.HEAD, department=departments[0])
    with CaptureQueriesContext(connection) as queries:
        assign_role(user=other, role=Role.HEAD, department=departments[0])
    assert len(queries) <= 25
    assert other.groups.filter(name=f"dept:{departments[0].code}:head").exists()


def test_a_new_department_gets_each_permission_to_upload_once(departments: list[Department]) -> None:
    group = ensure_groups(departments[0])[Role.DRAFTER]
    ensure_groups(departments[0])
    given = GroupCollectionPermission.objects.filter(group=group)
    found = given.values_list("permission__content_type__app_label", "permission__codename")
    assert sorted(found) == sorted(UPLOAD_PERMISSIONS)
    reader = ensure_groups(departments[0])[Role.SECRECY]
    assert not GroupCollectionPermission.objects.filter(group=reader).exists()
    assert reader.permissions.filter(codename="access_admin").exists()


def test_duties_on_another_day_are_those_of_that_day(departments: list[Department]) -> None:
    user = UserFactory.create()
    RoleAssignmentFactory.create(user=user, department=departments[0], role=Role.HEAD, valid_from=day(5))
    assert not duties_of(user)
    assert duties_of(user, timezone.now() + dt.timedelta(days=5)).holds(Role.HEAD, departments[0].pk)
