"""Who may submit, sign, return, release, withdraw: role x state."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from wagtail.models import Workflow

from interpretations import services
from interpretations.enums import ReturnReason, SignOffKind
from interpretations.models import PolicyDocumentPage
from interpretations.rules import SIGNING_ORDER, SIGNING_ROLE, may_release, may_review, may_sign, may_submit
from portal.organisations.enums import Role
from portal.organisations.models import Department, User
from tests.factories.interpretations import PolicyFactory, sign_in_turn, signed_policy, submitted_policy
from tests.factories.organisations import DepartmentFactory, UserFactory, member

pytestmark = pytest.mark.django_db

LEGALITY, SECRECY, JOINT, OFFICE = SIGNING_ORDER
EVERYBODY = (
    "drafter", "head", "other_drafter", "other_head", "office", "legality", "secrecy", "moderator",
    "superuser", "nobody", "inactive",
)  # fmt: skip
who = pytest.mark.parametrize("name", EVERYBODY)


@pytest.fixture
def department() -> Department:
    return DepartmentFactory.create(code="own")


@pytest.fixture
def person(department: Department) -> Callable[[str], User]:
    def find(name: str) -> User:
        if name == "superuser":
            return UserFactory.create(is_superuser=True, is_staff=True)
        if name == "nobody":
            return UserFactory.create()
        if name == "inactive":
            user = member(Role.HEAD, department)
            user.is_active = False
            user.save()
            return user
        where = DepartmentFactory.create(code="other") if name.startswith("other_") else department
        return member(Role(name.removeprefix("other_")), where)

    return find


Person = Callable[[str], User]


@who
def test_submit_is_for_drafter_and_head_of_the_lead_department(
    person: Person, department: Department, name: str
) -> None:
    page = PolicyFactory.create(lead_department=department)
    user = person(name)
    allowed = name in {"drafter", "head"}
    assert may_submit(user, page) is allowed
    if allowed:
        services.submit(page=page, user=user)
    else:
        with pytest.raises(PermissionDenied):
            services.submit(page=page, user=user)


SIGNERS = {LEGALITY: "legality", SECRECY: "secrecy", JOINT: "head", OFFICE: "office"}


@who
@pytest.mark.parametrize("kind", SIGNING_ORDER)
def test_each_step_is_signed_or_returned_by_its_own_role_only(
    person: Person, department: Department, name: str, kind: SignOffKind
) -> None:
    page = submitted_policy(lead_department=department, in_government_name=True)
    sign_in_turn(page, SIGNING_ORDER[: SIGNING_ORDER.index(kind)])
    user = person(name)
    allowed = SIGNERS[kind] == name
    assert may_sign(user, kind, page) is allowed
    if allowed:
        services.sign(page=page, kind=kind, user=user)
        assert page.sign_offs.filter(kind=kind, user=user).exists()
        return
    with pytest.raises(PermissionDenied):
        services.sign(page=page, kind=kind, user=user)
    with pytest.raises(PermissionDenied):
        services.return_bundle(
            page=page, kind=kind, user=user, reason_codes=[ReturnReason.NO_PLAN], note="缺方案"
        )
    assert not page.sign_offs.filter(user=user).exists()


@who
@pytest.mark.parametrize("in_government_name", [False, True])
def test_release_and_withdrawal(
    person: Person, department: Department, name: str, in_government_name: bool
) -> None:
    page = signed_policy(lead_department=department, in_government_name=in_government_name)
    user = person(name)
    allowed = name == "office" or (name == "head" and not in_government_name)
    assert may_release(user, page) is allowed
    if not allowed:
        with pytest.raises(PermissionDenied):
            services.withdraw(page=page, user=user, explanation="有误")
        with pytest.raises(PermissionDenied):
            services.publish(page=page, user=user)
        return
    assert not services.withdraw(page=page, user=user, explanation="有误").live
    assert services.publish(page=page, user=user).live


@who
def test_the_bundle_is_read_by_those_who_write_or_sign_it(
    person: Person, department: Department, name: str
) -> None:
    page = PolicyFactory.create(lead_department=department)
    assert may_review(person(name), page) is (name in {"drafter", "head", "legality", "secrecy"})


def test_office_reads_only_what_is_issued_in_the_governments_name(
    person: Person, department: Department
) -> None:
    user = person("office")
    assert not may_review(user, PolicyFactory.create(lead_department=department))
    assert may_review(user, PolicyFactory.create(lead_department=department, in_government_name=True))


def test_nobody_acts_for_a_policy_without_lead_department(person: Person) -> None:
    page = PolicyFactory.create(lead_department=None)
    for name in ("head", "legality", "office", "drafter"):
        user = person(name)
        assert not may_submit(user, page)
        assert not may_release(user, page)
        assert not any(may_sign(user, kind, page) for kind in SIGNING_ROLE)


def test_superuser_gets_no_signing_actions_in_wagtails_screens(department: Department) -> None:
    page = submitted_policy(lead_department=department)
    superuser = UserFactory.create(is_superuser=True)
    workflow = PolicyDocumentPage.get_default_workflow()
    assert isinstance(workflow, Workflow)
    assert all(task.specific.get_actions(page, superuser) == [] for task in workflow.tasks)


def test_withdrawing_what_is_not_published_is_refused(person: Person, department: Department) -> None:
    page = PolicyFactory.create(lead_department=department)
    with pytest.raises(ValidationError, match="没有发布"):
        services.withdraw(page=page, user=person("head"), explanation="有误")


def test_withdrawing_needs_an_explanation(person: Person, department: Department) -> None:
    page = signed_policy(lead_department=department)
    with pytest.raises(ValidationError, match="说明"):
        services.withdraw(page=page, user=person("head"), explanation=" ")
