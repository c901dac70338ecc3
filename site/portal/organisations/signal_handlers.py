"""Assignments edited outside the services (admin screens, cascades) still reach the groups."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import Group
from django.db.models.signals import post_delete, post_save, pre_save

from portal.organisations.models import Department, RoleAssignment, User
from portal.organisations.services import DEPARTMENT_PREFIX, ensure_groups, sync_groups


def assignment_changes(instance: RoleAssignment, raw: bool = False, **kwargs: Any) -> None:
    """Remember whose the row was: an administrator may give it to somebody else."""
    if not raw and instance.pk is not None:
        stored = RoleAssignment.objects.filter(pk=instance.pk).values_list("user_id", flat=True).first()
        instance.former_user_id = stored if stored != instance.user_id else None


def assignment_saved(instance: RoleAssignment, raw: bool = False, **kwargs: Any) -> None:
    """The holder joins the group of the role; whoever held the row before leaves it."""
    if raw:
        return
    ensure_groups(instance.department)
    sync_groups(instance.user)
    if instance.former_user_id is not None:
        sync_groups(User.objects.get(pk=instance.former_user_id))
        instance.former_user_id = None


def assignment_deleted(instance: RoleAssignment, **kwargs: Any) -> None:
    """The former holder leaves the group, if the account itself still exists."""
    if user := User.objects.filter(pk=instance.user_id).first():
        sync_groups(user)


def department_deleted(instance: Department, **kwargs: Any) -> None:
    """Groups of a department that is gone would only be found by mistake."""
    Group.objects.filter(name__startswith=f"{DEPARTMENT_PREFIX}{instance.code}:").delete()


def connect() -> None:
    """Connect the receivers, once."""
    pre_save.connect(
        assignment_changes, sender=RoleAssignment, dispatch_uid="organisations.assignment_changes"
    )
    post_save.connect(assignment_saved, sender=RoleAssignment, dispatch_uid="organisations.assignment_saved")
    post_delete.connect(
        assignment_deleted, sender=RoleAssignment, dispatch_uid="organisations.assignment_deleted"
    )
    post_delete.connect(
        department_deleted, sender=Department, dispatch_uid="organisations.department_deleted"
    )
