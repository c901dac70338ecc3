"""Departments with their pages, the people who sign for them, and the demo's log-in accounts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils.translation import gettext as _

from portal.demo.content_files import read_toml
from portal.demo.exceptions import DemoRefused
from portal.demo.ledger import Ledger
from portal.home.models import DepartmentPage
from portal.organisations.enums import BodyKind, Level, Role
from portal.organisations.models import Department, User
from portal.organisations.services import assign_role
from tests.factories.organisations import PASSWORD, DepartmentFactory, UserFactory, department_page

#: People without a password who sign what the demo publishes: role -> (user name, name, title).
REVIEWERS = {
    Role.OFFICE: ("demo-wen-bozhou", "文泊舟", "文电处处长"),
    Role.LEGALITY: ("demo-qin-shoulu", "秦守律", "合法性审核处处长"),
    Role.SECRECY: ("demo-mo-buyan", "莫不言", "保密工作处处长"),
    Role.MODERATOR: ("demo-ruan-tingyi", "阮听意", "民意征集处主任科员"),
}
REVIEWERS_HOME = "gov-office"
#: Surnames and given names of drafters, in the order of the departments.
DRAFTERS = (
    "于知微", "苗青禾", "范行简", "常思齐", "陆见山", "宋怀瑾", "包广厦", "叶清源", "计准平", "路通达", "施仁和", "田有年",
)  # fmt: skip
#: Log-in accounts: user name -> (name, title, role, departments). The administrator has no role: signing is personal.
ACCOUNTS: Mapping[str, tuple[str, str, Role | None, tuple[str, ...]]] = {
    "drafter": ("季起草", "演示账号 · 起草人员", Role.DRAFTER, ("agri", "market", "transport")),
    "head": ("盛主签", "演示账号 · 部门负责人", Role.HEAD, ("agri", "market", "transport")),
    "office": ("办文达", "演示账号 · 政府办公厅", Role.OFFICE, ("gov-office",)),
    "legality": ("章合法", "演示账号 · 合法性审核", Role.LEGALITY, ("gov-office",)),
    "secrecy": ("宓慎言", "演示账号 · 保密审查", Role.SECRECY, ("gov-office",)),
    "moderator": ("齐审意", "演示账号 · 意见审核", Role.MODERATOR, ("gov-office",)),
    "admin": ("管理员", "演示账号 · 系统管理员", None, ()),
}


def load_departments(ledger: Ledger) -> None:
    """Departments, their pages, and one head and one drafter each.

    Raises DemoRefused when a code or name is taken by a department the demo did not make.
    """
    rows = read_toml("departments.toml")
    for position, row in enumerate(rows["department"]):
        key = f"department:{row['code']}"
        if not ledger.has(key):
            with transaction.atomic():
                department = _department(ledger, row, rows["province"], position)
                _staff(department, row, DRAFTERS[position])
                ledger.record(key, department.pk)
    if not ledger.has("reviewers"):
        with transaction.atomic():
            _reviewers(ledger)
            ledger.record("reviewers")


def load_accounts(ledger: Ledger) -> list[str]:
    """The log-in accounts, for debug only. Returns the user names that exist already and are somebody else's."""
    taken: list[str] = []
    if all(ledger.has(f"account:{name}") for name in ACCOUNTS):
        return taken
    # Hashed once for all: the hash is slow on purpose, and this password is no secret.
    hashed = make_password(PASSWORD)
    for name, (display, title, role, departments) in ACCOUNTS.items():
        key = f"account:{name}"
        if ledger.has(key):
            continue
        if User.objects.filter(username=name).exists():
            taken.append(name)
            continue
        with transaction.atomic():
            user = _person(name, display, title, password=hashed)
            if role is None:
                user.is_staff = user.is_superuser = True
                user.save(update_fields=["is_staff", "is_superuser"])
            for code in departments:
                assign_role(user=user, role=_given(role), department=department_of(ledger, code))
            ledger.record(key, user.pk)
    return taken


def department_of(ledger: Ledger, code: str) -> Department:
    return Department.objects.get(pk=ledger.id_of(f"department:{code}"))


def page_of(department: Department) -> DepartmentPage:
    found: DepartmentPage = department_page(department)
    return found


def holder(role: Role, department: Department) -> User:
    """The demo's own person who holds `role` for `department`."""
    if role in REVIEWERS:
        return User.objects.get(username=REVIEWERS[role][0])
    people = User.objects.filter(username__startswith="demo-")
    return people.get(assignments__role=role, assignments__department=department)


def _given(role: Role | None) -> Role:
    assert role is not None  # noqa: S101  # accounts without a role have no departments
    return role


def _department(ledger: Ledger, row: Mapping[str, Any], province: str, position: int) -> Department:
    if (
        Department.objects.filter(code=row["code"]).exists()
        or Department.objects.filter(name=row["name"]).exists()
    ):
        raise DemoRefused(_("机构“%(name)s”已存在，且不是演示内容，演示未写入。") % {"name": row["name"]})
    parent = department_of(ledger, row["parent"]) if row.get("parent") else None
    department: Department = DepartmentFactory.create(
        code=row["code"],
        name=row["name"],
        short_name=row["short_name"],
        number_code=row["number_code"],
        kind=BodyKind(row.get("kind", BodyKind.DEPARTMENT)),
        level=Level.PROVINCE,
        region=province,
        livelihood=row["livelihood"],
        contact_phone=row["phone"],
        address=row["address"],
        parent=parent,
        position=(position + 1) * 10,
    )
    page = page_of(department)
    page.intro = f"<p>{row['intro']}</p>"
    page.save_revision().publish()
    return department


def _staff(department: Department, row: Mapping[str, Any], drafter: str) -> None:
    head = row["head"]
    title = f"{department.short_name}{head['title']}"
    assign_role(user=_person(head["username"], head["name"], title), role=Role.HEAD, department=department)
    writer = _person(f"demo-drafter-{department.code}", drafter, f"{department.short_name}政策法规处")
    assign_role(user=writer, role=Role.DRAFTER, department=department)


def _reviewers(ledger: Ledger) -> None:
    home = department_of(ledger, REVIEWERS_HOME)
    for role, (username, name, title) in REVIEWERS.items():
        assign_role(user=_person(username, name, title), role=role, department=home)


def _person(username: str, name: str, title: str, *, password: str | None = None) -> User:
    """A new user without an address (nothing is mailed to the invented); without a hashed `password` nobody can log in."""
    if User.objects.filter(username=username).exists():
        raise DemoRefused(_("用户名“%(name)s”已被占用，演示未写入。") % {"name": username})
    user: User = UserFactory.create(
        username=username,
        display_name=name,
        job_title=title,
        email="",
        password=password or make_password(None),
    )
    return user
