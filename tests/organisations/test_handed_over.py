"""A role that passes from one person to another, by whatever hand: nobody keeps a permission that was another's by then."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from portal.home.models import BasePage
from portal.organisations.duties import duties_of
from portal.organisations.enums import Role
from portal.organisations.models import Department, RoleAssignment, User
from portal.organisations.rules import departments_of, has_role, holders_of
from portal.organisations.services import assign_role, group_name, remove_role, sync_groups
from portal.organisations.tasks import sync_all_groups
from tests.factories.interpretations import PolicyFactory
from tests.factories.organisations import (
    DepartmentFactory,
    RoleAssignmentFactory,
    UserFactory,
    department_page,
    member,
)

pytestmark = pytest.mark.django_db


def groups_of(user: User) -> set[str]:
    return set(user.groups.values_list("name", flat=True))


def may_publish(user: User, page: BasePage) -> bool:
    """As Wagtail sees it, which asks the groups; a user object keeps what it once asked."""
    return bool(page.permissions_for_user(User.objects.get(pk=user.pk)).can_publish())


@pytest.fixture
def department() -> Department:
    department = DepartmentFactory.create(code="fgw")
    department_page(department)
    return department


def test_the_row_given_to_somebody_else_takes_the_permissions_along(department: Department) -> None:
    first, second = UserFactory.create(), UserFactory.create()
    page = PolicyFactory.create(lead_department=department)
    row = assign_role(user=first, role=Role.HEAD, department=department)
    assert may_publish(first, page) and not may_publish(second, page)
    row.user = second
    row.save()
    assert groups_of(first) == set() and groups_of(second) == {"dept:fgw:head"}
    assert may_publish(second, page) and not may_publish(first, page)


def test_through_the_screen_of_the_administrator_too(
    sign_in: Callable[[User], Client], department: Department
) -> None:
    first, second = UserFactory.create(), UserFactory.create()
    row = assign_role(user=first, role=Role.HEAD, department=department)
    client = sign_in(UserFactory.create(is_superuser=True))
    url = reverse("wagtailsnippets_organisations_roleassignment:edit", args=[row.pk])
    data = {"user": second.pk, "department": department.pk, "role": Role.HEAD.value}
    assert client.post(url, {**data, "valid_from": "", "valid_until": ""}).status_code == 302
    assert RoleAssignment.objects.get(pk=row.pk).user == second
    assert groups_of(first) == set() and groups_of(second) == {"dept:fgw:head"}


def test_it_keeps_what_it_holds_by_another_row(department: Department) -> None:
    first, second = UserFactory.create(), UserFactory.create()
    other = DepartmentFactory.create()
    row = assign_role(user=first, role=Role.OFFICE, department=department)
    assign_role(user=first, role=Role.OFFICE, department=other)
    row.user = second
    row.save()
    assert groups_of(first) == groups_of(second) == {"role:office"}


def test_back_and_forth_with_the_same_object(department: Department) -> None:
    first, second = UserFactory.create(), UserFactory.create()
    row = assign_role(user=first, role=Role.DRAFTER, department=department)
    for holder, former in ((second, first), (first, second), (second, first)):
        row.user = holder
        row.save()
        assert groups_of(holder) == {"dept:fgw:drafter"} and groups_of(former) == set()


@pytest.mark.parametrize(
    ("change", "left", "joined"),
    [
        ({"role": Role.DRAFTER}, "dept:fgw:head", {"dept:fgw:drafter"}),
        ({"valid_until": dt.date(2020, 1, 1)}, "dept:fgw:head", set()),
        ({"valid_from": dt.date(2199, 1, 1)}, "dept:fgw:head", set()),
    ],
)
def test_any_other_change_of_a_row_reaches_the_groups(
    department: Department, change: dict[str, object], left: str, joined: set[str]
) -> None:
    user = UserFactory.create()
    row = assign_role(user=user, role=Role.HEAD, department=department)
    assert groups_of(user) == {left}
    for name, value in change.items():
        setattr(row, name, value)
    row.save()
    assert groups_of(user) == joined


def test_a_row_moved_to_another_department_leaves_the_first(department: Department) -> None:
    user, other = UserFactory.create(), DepartmentFactory.create(code="slt")
    row = assign_role(user=user, role=Role.HEAD, department=department)
    row.department = other
    row.save()
    assert groups_of(user) == {"dept:slt:head"}
    assert not has_role(user, Role.HEAD, department) and has_role(user, Role.HEAD, other)


@pytest.mark.parametrize("given_to_another", [True, False])
def test_the_nightly_look_finds_those_whose_row_went_past_the_signals(
    department: Department, given_to_another: bool
) -> None:
    first, second = UserFactory.create(), UserFactory.create()
    row = assign_role(user=first, role=Role.HEAD, department=department)
    with connection.cursor() as cursor:
        if given_to_another:
            cursor.execute(
                "UPDATE organisations_roleassignment SET user_id = %s WHERE id = %s", [second.pk, row.pk]
            )
        else:
            cursor.execute("DELETE FROM organisations_roleassignment WHERE id = %s", [row.pk])
    assert groups_of(first) == {"dept:fgw:head"}, "nobody was told"
    sync_all_groups()
    assert groups_of(first) == set()
    assert groups_of(second) == ({"dept:fgw:head"} if given_to_another else set())


def test_the_nightly_look_counts_each_person_once(department: Department) -> None:
    user = UserFactory.create()
    for role in (Role.HEAD, Role.DRAFTER, Role.OFFICE):
        assign_role(user=user, role=role, department=department)
    member(Role.SECRECY)
    UserFactory.create()
    assert sync_all_groups() == 2


def test_a_role_ends_at_midnight_in_shanghai_and_not_in_greenwich(department: Department) -> None:
    user, last = UserFactory.create(), dt.date(2026, 3, 31)
    RoleAssignmentFactory.create(user=user, department=department, role=Role.HEAD, valid_until=last)
    zone = timezone.get_current_timezone()
    for moment, holds in (
        (dt.datetime(2026, 3, 31, 23, 59, 59, tzinfo=zone), True),
        (dt.datetime(2026, 3, 31, 15, 59, 59, tzinfo=dt.UTC), True),
        (dt.datetime(2026, 3, 31, 16, 0, 0, tzinfo=dt.UTC), False),
        (dt.datetime(2026, 4, 1, 0, 0, 0, tzinfo=zone), False),
    ):
        assert duties_of(user, moment).holds(Role.HEAD, department.pk) is holds, moment
        sync_groups(user, at=moment)
        assert groups_of(user) == ({"dept:fgw:head"} if holds else set()), moment


def test_taking_a_role_that_is_not_held_changes_nothing(department: Department) -> None:
    user, other = UserFactory.create(), DepartmentFactory.create()
    assign_role(user=user, role=Role.HEAD, department=department)
    assert not remove_role(user=user, role=Role.HEAD, department=other)
    assert not remove_role(user=user, role=Role.DRAFTER, department=department)
    assert groups_of(user) == {"dept:fgw:head"}


# whatever happens in whatever order, the three answers to "who may" are one


OFFSETS = st.one_of(st.none(), st.integers(-3, 3))
ACTIONS = st.lists(
    st.tuples(
        st.sampled_from(["give", "give", "take", "hand over", "switch off", "switch on"]),
        st.integers(0, 2),
        st.integers(0, 2),
        st.sampled_from(list(Role)),
        st.integers(0, 1),
        OFFSETS,
        OFFSETS,
    ),
    min_size=1,
    max_size=8,
)


class TestAnyHistory(TestCase):
    """Assignments are the truth; groups, duties and holders follow them through any sequence of changes."""

    @settings(max_examples=25, deadline=None)
    @given(actions=ACTIONS)
    def test_groups_rules_duties_and_holders_agree(self, actions: list[tuple[object, ...]]) -> None:
        people = [UserFactory.create() for _ in range(3)]
        departments = [DepartmentFactory.create() for _ in range(2)]
        for action in actions:
            self._act(action, people, departments)
        for user in (User.objects.get(pk=one.pk) for one in people):
            self._agree(user, departments)

    @staticmethod
    def _act(action: tuple[object, ...], people: list[User], departments: list[Department]) -> None:
        what, who, other, role, where, since, until = action
        user, second = people[who], people[other]  # type: ignore[call-overload]
        department = departments[where]  # type: ignore[call-overload]
        today = timezone.localdate()
        ends = [None if n is None else today + dt.timedelta(days=n) for n in (since, until)]  # type: ignore[arg-type]
        row = RoleAssignment.objects.filter(user=user, role=role, department=department).first()
        taken = RoleAssignment.objects.filter(user=second, role=role, department=department).exists()
        if what == "give" and not (ends[0] and ends[1] and ends[1] < ends[0]):
            assign_role(
                user=user,
                role=Role(role),
                department=department,
                valid_from=ends[0],
                valid_until=ends[1],
            )
        elif what == "take":
            remove_role(user=user, role=Role(role), department=department)
        elif what == "hand over" and row is not None and not taken:
            row.user = second
            row.save()
        elif what in ("switch off", "switch on"):
            User.objects.filter(pk=user.pk).update(is_active=what == "switch on")

    @staticmethod
    def _agree(user: User, departments: list[Department]) -> None:
        valid = RoleAssignment.objects.valid().filter(user=user).select_related("department")
        assert groups_of(user) == {group_name(Role(row.role), row.department) for row in valid}
        duties = duties_of(user)
        for role in Role:
            assert duties.has(role) is has_role(user, role)
            for department in departments:
                held = has_role(user, role, department)
                assert duties.holds(role, department.pk) is held
                assert holders_of(role, department).filter(pk=user.pk).exists() is held
            if user.is_active:
                assert {one.pk for one in departments_of(user, role)} == duties.departments(role)
