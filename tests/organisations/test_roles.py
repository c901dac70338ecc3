"""Roles: who holds what, for how long, what the groups of Wagtail make of it, what the audit keeps."""

from __future__ import annotations

import datetime as dt

import pytest
from django.contrib.auth.models import AnonymousUser, Group, Permission
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone
from wagtail.models import ModelLogEntry

from portal.organisations.enums import GOVERNMENT_WIDE_ROLES, Role
from portal.organisations.models import Department, RoleAssignment, User
from portal.organisations.rules import departments_of, has_role
from portal.organisations.services import assign_role, ensure_groups, group_name, remove_role, sync_groups
from portal.organisations.tasks import sync_all_groups
from tests.factories.organisations import (
    DepartmentFactory,
    RoleAssignmentFactory,
    UserFactory,
    department_page,
)

pytestmark = pytest.mark.django_db
LOCAL_ROLES = [role for role in Role if role not in GOVERNMENT_WIDE_ROLES]


def groups_of(user: User) -> set[str]:
    return set(user.groups.values_list("name", flat=True))


def day(offset: int) -> dt.date:
    return timezone.localdate() + dt.timedelta(days=offset)


@pytest.fixture
def department() -> Department:
    return DepartmentFactory.create(code="fgw", name="云岭省发展改革委")


@pytest.fixture
def user() -> User:
    return UserFactory.create()


@pytest.mark.parametrize("role", LOCAL_ROLES)
def test_a_department_role_holds_for_that_department_only(
    user: User, department: Department, role: Role
) -> None:
    other = DepartmentFactory.create()
    assign_role(user=user, role=role, department=department)

    assert has_role(user, role, department)
    assert not has_role(user, role, other)
    assert has_role(user, role)
    assert departments_of(user, role) == [department]
    assert groups_of(user) == {f"dept:fgw:{role.value}"}


@pytest.mark.parametrize("role", sorted(GOVERNMENT_WIDE_ROLES))
def test_a_government_wide_role_holds_for_every_department(
    user: User, department: Department, role: Role
) -> None:
    other = DepartmentFactory.create()
    assign_role(user=user, role=role, department=department)

    assert has_role(user, role, department)
    assert has_role(user, role, other)
    assert groups_of(user) == {f"role:{role.value}"}


@pytest.mark.parametrize("held", list(Role))
def test_one_role_is_never_another(user: User, department: Department, held: Role) -> None:
    assign_role(user=user, role=held, department=department)
    for role in set(Role) - {held}:
        assert not has_role(user, role, department)


@pytest.mark.parametrize("role", list(Role))
def test_nobody_else_passes(department: Department, role: Role) -> None:
    assert not has_role(None, role, department)
    assert not has_role(AnonymousUser(), role, department)
    assert departments_of(AnonymousUser(), role) == []
    assert not has_role(UserFactory.create(is_superuser=True), role, department)


def test_a_deactivated_account_loses_its_roles(user: User, department: Department) -> None:
    assign_role(user=user, role=Role.HEAD, department=department)
    user.is_active = False
    user.save()
    assert not has_role(user, Role.HEAD, department)


@pytest.mark.parametrize(
    ("since", "until", "holds"),
    [
        (None, None, True),
        (0, None, True),
        (1, None, False),
        (None, 0, True),
        (None, -1, False),
        (-3, 3, True),
    ],
)
def test_assignments_hold_between_their_dates(
    user: User, department: Department, since: int | None, until: int | None, holds: bool
) -> None:
    assign_role(
        user=user,
        role=Role.HEAD,
        department=department,
        valid_from=None if since is None else day(since),
        valid_until=None if until is None else day(until),
    )
    assert has_role(user, Role.HEAD, department) is holds
    assert groups_of(user) == ({"dept:fgw:head"} if holds else set())


def test_groups_follow_the_calendar_once_a_day(user: User, department: Department) -> None:
    assign_role(user=user, role=Role.HEAD, department=department, valid_until=day(0))
    assign_role(user=user, role=Role.DRAFTER, department=department, valid_from=day(1))

    sync_groups(user, at=timezone.now() + dt.timedelta(days=1))
    assert groups_of(user) == {"dept:fgw:drafter"}
    assert sync_all_groups() == 1
    assert groups_of(user) == {"dept:fgw:head"}


def test_assigning_again_changes_the_dates_only(user: User, department: Department) -> None:
    first = assign_role(user=user, role=Role.HEAD, department=department)
    again = assign_role(user=user, role=Role.HEAD, department=department, valid_until=day(5))
    assert first.pk == again.pk
    assert RoleAssignment.objects.get().valid_until == day(5)
    actions = ModelLogEntry.objects.order_by("pk").values_list("action", flat=True)
    assert list(actions) == ["yanlu.assign_role", "yanlu.change_role"]


def test_dates_in_the_wrong_order_are_refused(user: User, department: Department) -> None:
    with pytest.raises(ValidationError, match="不能早于"):
        assign_role(user=user, role=Role.HEAD, department=department, valid_from=day(1), valid_until=day(0))
    assert not RoleAssignment.objects.exists()
    row = RoleAssignmentFactory.build(user=user, department=department, valid_from=day(1), valid_until=day(0))
    with pytest.raises(ValidationError, match="不能早于"):
        row.full_clean()


def test_removing_a_role_leaves_the_others_and_groups_given_by_hand(
    user: User, department: Department
) -> None:
    user.groups.add(Group.objects.create(name="网站编辑"))
    assign_role(user=user, role=Role.HEAD, department=department)
    assign_role(user=user, role=Role.OFFICE, department=department)

    assert remove_role(user=user, role=Role.HEAD, department=department)
    assert groups_of(user) == {"网站编辑", "role:office"}
    assert not has_role(user, Role.HEAD, department)
    assert not remove_role(user=user, role=Role.HEAD, department=department)


def test_a_government_wide_group_stays_while_one_assignment_is_left(
    user: User, department: Department
) -> None:
    other = DepartmentFactory.create()
    assign_role(user=user, role=Role.OFFICE, department=department)
    assign_role(user=user, role=Role.OFFICE, department=other)
    remove_role(user=user, role=Role.OFFICE, department=department)
    assert groups_of(user) == {"role:office"}
    remove_role(user=user, role=Role.OFFICE, department=other)
    assert groups_of(user) == set()


def test_the_audit_says_who_gave_and_took_what(user: User, department: Department) -> None:
    boss = UserFactory.create(is_superuser=True)
    assignment = assign_role(user=user, role=Role.LEGALITY, department=department, by=boss)
    remove_role(user=user, role=Role.LEGALITY, department=department, by=boss)

    given, taken = ModelLogEntry.objects.order_by("pk")
    assert (given.action, given.user, taken.action, taken.deleted) == (
        "yanlu.assign_role",
        boss,
        "yanlu.remove_role",
        True,
    )
    assert given.object_id == str(assignment.pk)
    assert given.data == {
        "user": str(user.pk),
        "department": "fgw",
        "role": "legality",
        "valid_from": "",
        "valid_until": "",
    }
    assert given.message == "授予角色：合法性审核机构（fgw）"
    assert taken.message == "撤销角色：合法性审核机构（fgw）"


@pytest.mark.parametrize("permission", [None, "add_roleassignment", "delete_roleassignment"])
def test_only_those_allowed_assign_and_remove(
    user: User, department: Department, permission: str | None
) -> None:
    actor = UserFactory.create()
    if permission:
        actor.user_permissions.add(Permission.objects.get(codename=permission))
    assign_role(user=user, role=Role.HEAD, department=department)

    if permission == "add_roleassignment":
        assign_role(user=user, role=Role.DRAFTER, department=department, by=actor)
        assert has_role(user, Role.DRAFTER, department)
    else:
        with pytest.raises(PermissionDenied):
            assign_role(user=user, role=Role.DRAFTER, department=department, by=actor)
        assert not has_role(user, Role.DRAFTER, department)
    if permission == "delete_roleassignment":
        assert remove_role(user=user, role=Role.HEAD, department=department, by=actor)
    else:
        with pytest.raises(PermissionDenied):
            remove_role(user=user, role=Role.HEAD, department=department, by=actor)
        assert has_role(user, Role.HEAD, department)


def test_rows_edited_outside_the_services_reach_the_groups_too(user: User, department: Department) -> None:
    assignment = RoleAssignmentFactory.create(user=user, department=department, role=Role.HEAD)
    assert groups_of(user) == {"dept:fgw:head"}
    assignment.delete()
    assert groups_of(user) == set()


def test_a_deleted_department_takes_its_groups_along(user: User, department: Department) -> None:
    assign_role(user=user, role=Role.HEAD, department=department)
    assign_role(user=user, role=Role.OFFICE, department=department)
    department.delete()
    assert groups_of(user) == set()
    assert not Group.objects.filter(name__startswith="dept:fgw:").exists()
    assert Group.objects.filter(name="role:office").exists()


def test_a_deleted_user_takes_the_assignments_along(user: User, department: Department) -> None:
    assign_role(user=user, role=Role.HEAD, department=department)
    user.delete()
    assert not RoleAssignment.objects.exists()


def test_groups_open_the_admin_and_are_made_once(department: Department) -> None:
    groups = ensure_groups(department)
    assert ensure_groups(department) == groups
    assert {group.name for group in groups.values()} == {group_name(role, department) for role in Role}
    for role, group in groups.items():
        assert group.permissions.filter(codename="access_admin").exists(), role
        uploads = group.collection_permissions.filter(permission__codename="add_document").exists()
        assert uploads is (role in {Role.DRAFTER, Role.HEAD, Role.OFFICE}), role


def test_the_code_of_a_department_is_fixed(department: Department) -> None:
    department.code = "other"
    with pytest.raises(ValidationError, match="不能修改"):
        department.full_clean()
    department_page(department)
    department.code = "fgw"
    department.full_clean()
