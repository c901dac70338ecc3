"""Users, departments and roles."""

from __future__ import annotations

from typing import Any

import factory
from django.contrib.auth.hashers import make_password
from factory.django import DjangoModelFactory

from portal.home.models import DepartmentPage, HomePage
from portal.home.services import ensure_department_page, ensure_home_page
from portal.organisations.enums import BodyKind, Level, Role
from portal.organisations.models import Department, RoleAssignment, User
from portal.organisations.services import assign_role

PASSWORD = "yanlu-demo"


class UserFactory(DjangoModelFactory[User]):
    """A member of staff without any role; the password is `PASSWORD`."""

    class Meta:
        model = User
        django_get_or_create = ("username",)

    username = factory.Sequence(lambda n: f"user{n}")
    display_name = factory.Sequence(lambda n: f"工作人员{n}")
    email = factory.LazyAttribute(lambda user: f"{user.username}@example.org")
    password = factory.LazyFunction(lambda: make_password(PASSWORD))


class DepartmentFactory(DjangoModelFactory[Department]):
    """A department of an invented province."""

    class Meta:
        model = Department
        django_get_or_create = ("code",)

    code = factory.Sequence(lambda n: f"dept{n}")
    name = factory.LazyAttribute(lambda department: f"云岭省{department.code}厅")
    short_name = factory.LazyAttribute(lambda department: f"省{department.code}厅")
    number_code = factory.LazyAttribute(lambda department: f"云{department.code}发")
    kind = BodyKind.DEPARTMENT
    level = Level.PROVINCE
    region = "云岭省"


class RoleAssignmentFactory(DjangoModelFactory[RoleAssignment]):
    class Meta:
        model = RoleAssignment

    user = factory.SubFactory(UserFactory)
    department = factory.SubFactory(DepartmentFactory)
    role = Role.DRAFTER


def home_page() -> HomePage:
    """The home page of the default site."""
    return ensure_home_page()


def department_page(department: Department | None = None, **kwargs: Any) -> DepartmentPage:
    """The page of `department` (or of a new one made from `kwargs`), with its permissions, below the home page."""
    return ensure_department_page(
        department=department or DepartmentFactory.create(**kwargs), home=ensure_home_page()
    )


def member(role: Role, department: Department | None = None, **kwargs: Any) -> User:
    """A user who holds `role` for `department` (or for a new one), whose page and permissions exist."""
    department = department or DepartmentFactory.create()
    department_page(department)
    user: User = UserFactory.create(**kwargs)
    assign_role(user=user, role=role, department=department)
    return user
