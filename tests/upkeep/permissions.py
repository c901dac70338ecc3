"""Everybody there is, for the tests of one permission each."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.core.exceptions import PermissionDenied

from portal.organisations.enums import Role
from portal.organisations.models import Department, User
from tests.factories.organisations import DepartmentFactory, UserFactory, member


def everybody(department: Department) -> dict[str, User]:
    """A holder of each role, by role: for the department where the role is one of a department; and three others."""
    people = {role.value: member(role, department) for role in Role}
    people["other_head"] = member(Role.HEAD, DepartmentFactory.create())
    people["nobody"] = UserFactory.create()
    people["administrator"] = UserFactory.create(is_superuser=True, is_staff=True)
    return people


def assert_only(allowed: set[str], people: dict[str, User], call: Callable[[User], object]) -> None:
    """`call` succeeds for those named and is refused to all others. It must be repeatable."""
    for name, user in people.items():
        if name in allowed:
            call(user)
        else:
            with pytest.raises(PermissionDenied):
                call(user)
                pytest.fail(f"{name} was let through")
