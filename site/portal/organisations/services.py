"""Giving and taking roles. Assignments are the truth; Django groups follow them, so that Wagtail's permissions do too."""

from __future__ import annotations

import datetime as dt

from django.contrib.auth.models import Group, Permission
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from wagtail.log_actions import log
from wagtail.models import Collection, GroupCollectionPermission

from portal.organisations.enums import GOVERNMENT_WIDE_ROLES, Role
from portal.organisations.models import Department, RoleAssignment, User

#: Roles that write pages, and so need to upload attachments and pictures.
WRITING_ROLES = frozenset({Role.DRAFTER, Role.HEAD, Role.OFFICE})
UPLOAD_PERMISSIONS = (
    ("wagtaildocs", "add_document"),
    ("wagtaildocs", "choose_document"),
    ("wagtailimages", "add_image"),
    ("wagtailimages", "choose_image"),
)
DEPARTMENT_PREFIX, ROLE_PREFIX = "dept:", "role:"


def group_name(role: Role, department: Department) -> str:
    """Name of the Django group that stands for `role`: one per department, or one for the whole government."""
    if role in GOVERNMENT_WIDE_ROLES:
        return f"{ROLE_PREFIX}{role.value}"
    return f"{DEPARTMENT_PREFIX}{department.code}:{role.value}"


@transaction.atomic
def ensure_groups(department: Department) -> dict[Role, Group]:
    """Create what is missing of the groups of `department`, with access to the admin. Returns the group of each role.

    Page permissions are given with the department's page (`portal.home.services.ensure_department_page`).
    """
    names = {role: group_name(role, department) for role in Role}
    known = {group.name: group for group in Group.objects.filter(name__in=names.values())}
    return {role: known.get(name) or _new_group(name, role) for role, name in names.items()}


def _new_group(name: str, role: Role) -> Group:
    """The group with access to the admin; whoever creates it first gives it what it may do."""
    group, created = Group.objects.get_or_create(name=name)
    if created:
        group.permissions.add(
            Permission.objects.get(content_type__app_label="wagtailadmin", codename="access_admin")
        )
        if role in WRITING_ROLES:
            _allow_uploads(group)
    return group


def _allow_uploads(group: Group) -> None:
    root = Collection.get_first_root_node()
    wanted = Q()
    for app_label, codename in UPLOAD_PERMISSIONS:
        wanted |= Q(content_type__app_label=app_label, codename=codename)
    GroupCollectionPermission.objects.bulk_create(
        GroupCollectionPermission(group=group, collection=root, permission=permission)
        for permission in Permission.objects.filter(wanted)
    )


@transaction.atomic
def assign_role(
    *,
    user: User,
    role: Role,
    department: Department,
    by: User | None = None,
    valid_from: dt.date | None = None,
    valid_until: dt.date | None = None,
) -> RoleAssignment:
    """Give `user` the `role` for `department`, for the days from `valid_from` to `valid_until` if given. Idempotent.

    `by` is who decides; None stands for the system itself (commands, demo).
    Raises PermissionDenied when `by` may not assign roles, ValidationError when the dates are in the wrong order.
    """
    if by is not None and not by.has_perm("organisations.add_roleassignment"):
        raise PermissionDenied(_("您没有分配角色的权限。"))
    if valid_from and valid_until and valid_until < valid_from:
        raise ValidationError(_("任职结束日期不能早于开始日期。"))
    # Groups follow by the receiver of the row's save, as they do for rows edited elsewhere.
    assignment, created = RoleAssignment.objects.update_or_create(
        user=user,
        department=department,
        role=role,
        defaults={"valid_from": valid_from, "valid_until": valid_until},
    )
    log(
        instance=assignment,
        action="yanlu.assign_role" if created else "yanlu.change_role",
        user=by,
        data=_data(assignment),
    )
    return assignment


@transaction.atomic
def remove_role(*, user: User, role: Role, department: Department, by: User | None = None) -> bool:
    """Take the `role` for `department` away from `user`. Returns False when they did not hold it.

    Raises PermissionDenied when `by` may not remove roles.
    """
    if by is not None and not by.has_perm("organisations.delete_roleassignment"):
        raise PermissionDenied(_("您没有撤销角色的权限。"))
    assignment = RoleAssignment.objects.filter(user=user, department=department, role=role).first()
    if assignment is None:
        return False
    log(instance=assignment, action="yanlu.remove_role", user=by, data=_data(assignment), deleted=True)
    assignment.delete()
    sync_groups(user)
    return True


def sync_groups(user: User, at: dt.datetime | None = None) -> None:
    """Make the role groups of `user` what the assignments valid at `at` (default now) say; other groups stay."""
    wanted = {
        group_name(Role(assignment.role), assignment.department)
        for assignment in RoleAssignment.objects.valid(at).filter(user=user).select_related("department")
    }
    held = {
        name: pk
        for pk, name in user.groups.values_list("pk", "name")
        if name.startswith((DEPARTMENT_PREFIX, ROLE_PREFIX))
    }
    user.groups.remove(*(pk for name, pk in held.items() if name not in wanted))
    user.groups.add(*Group.objects.filter(name__in=wanted - held.keys()))


def _data(assignment: RoleAssignment) -> dict[str, str]:
    return {
        "user": str(assignment.user_id),
        "department": assignment.department.code,
        "role": assignment.role,
        "valid_from": str(assignment.valid_from or ""),
        "valid_until": str(assignment.valid_until or ""),
    }
