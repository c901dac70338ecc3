"""Whoever asked for a review is told how it ended: after the commit, by the worker, and no mail server can undo a decision."""

from __future__ import annotations

import socket
from collections.abc import Callable
from contextlib import AbstractContextManager
from smtplib import SMTPServerDisconnected

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.db import transaction
from pytest_django import Settings
from wagtail.models import WorkflowState
from wagtail.signals import workflow_approved, workflow_rejected
from wagtail.users.models import UserProfile

from interpretations import services
from interpretations.enums import ReturnReason, SignOffDecision, SignOffKind
from interpretations.models import PolicyDocumentPage, SignOff
from interpretations.notifications import notify_held_back, staff_addresses
from portal.home import review_mail, tasks
from portal.organisations.enums import Role
from portal.organisations.models import Department, User
from portal.organisations.services import assign_role
from tests.factories.interpretations import drafter, reviewer, sign_in_turn, submitted_policy
from tests.factories.organisations import DepartmentFactory, UserFactory

pytestmark = pytest.mark.django_db
Commit = Callable[..., AbstractContextManager[list[Callable[[], object]]]]
LEGALITY, SECRECY, JOINT, OFFICE = SignOffKind
FAILURES = [socket.gaierror, SMTPServerDisconnected, TimeoutError, ConnectionRefusedError]


class DeadServer(EmailBackend):
    """A mail server whose connection fails with `error`."""

    error: type[OSError] = ConnectionRefusedError

    def open(self) -> bool:
        raise self.error


@pytest.fixture
def department() -> Department:
    return DepartmentFactory.create()


@pytest.fixture
def author(department: Department) -> User:
    return drafter(department)


@pytest.fixture
def page(department: Department, author: User) -> PolicyDocumentPage:
    return submitted_policy(lead_department=department)


def to(user: User) -> list[mail.EmailMessage]:
    return [one for one in mail.outbox if one.to == [user.email]]


def send_back(page: PolicyDocumentPage, note: str = "请补充口径说明。") -> None:
    assert page.lead_department is not None
    services.return_bundle(
        page=page,
        kind=LEGALITY,
        user=reviewer(LEGALITY, page.lead_department),
        reason_codes=[ReturnReason.NO_PLAN],
        note=note,
    )


def decide(page: PolicyDocumentPage, outcome: str) -> None:
    if outcome == "returned":
        send_back(page)
        return
    assert page.lead_department is not None
    services.sign(page=page, kind=JOINT, user=reviewer(JOINT, page.lead_department))


def at_last_step(page: PolicyDocumentPage, outcome: str) -> PolicyDocumentPage:
    return sign_in_turn(page, [LEGALITY, SECRECY]) if outcome == "approved" else page


def state_of(page: PolicyDocumentPage) -> WorkflowState:
    found: WorkflowState = WorkflowState.objects.get(object_id=str(page.pk))
    return found


def status_of(outcome: str) -> str:
    return WorkflowState.STATUS_APPROVED if outcome == "approved" else WorkflowState.STATUS_NEEDS_CHANGES


outcomes = pytest.mark.parametrize("outcome", ["returned", "approved"])


@outcomes
def test_exactly_who_asked_is_told_after_the_commit(
    django_capture_on_commit_callbacks: Commit, page: PolicyDocumentPage, author: User, outcome: str
) -> None:
    page = at_last_step(page, outcome)
    mail.outbox.clear()
    with django_capture_on_commit_callbacks() as waiting:
        decide(page, outcome)
        assert mail.outbox == [], "nothing leaves while the decision can still be undone"
    for callback in waiting:
        callback()
    (letter,) = to(author)
    assert page.title in letter.subject
    assert [one.to for one in mail.outbox] == [[author.email]]
    if outcome == "returned":
        assert "请补充口径说明。" in letter.body and "未附解读方案" in letter.body


@outcomes
def test_a_decision_that_is_rolled_back_is_told_to_nobody(
    django_capture_on_commit_callbacks: Commit, page: PolicyDocumentPage, outcome: str
) -> None:
    class Stop(Exception):
        pass

    page = at_last_step(page, outcome)
    mail.outbox.clear()
    with django_capture_on_commit_callbacks(execute=True), pytest.raises(Stop), transaction.atomic():
        decide(page, outcome)
        raise Stop
    assert mail.outbox == []
    assert state_of(page).status == WorkflowState.STATUS_IN_PROGRESS


@outcomes
@pytest.mark.parametrize("error", FAILURES)
def test_no_mail_server_undoes_a_decision(
    django_capture_on_commit_callbacks: Commit,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
    page: PolicyDocumentPage,
    outcome: str,
    error: type[OSError],
) -> None:
    page = at_last_step(page, outcome)
    monkeypatch.setattr(DeadServer, "error", error)
    settings.EMAIL_BACKEND = f"{__name__}.DeadServer"
    with django_capture_on_commit_callbacks():
        decide(page, outcome)
    last = SignOff.objects.filter(page=page).latest("pk")
    assert last.decision == (SignOffDecision.RETURNED if outcome == "returned" else SignOffDecision.SIGNED)
    assert state_of(page).status == status_of(outcome)
    assert PolicyDocumentPage.objects.get(pk=page.pk).live is (outcome == "approved")


def test_a_server_that_cannot_be_reached_is_tried_again(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, page: PolicyDocumentPage, author: User
) -> None:
    send_back(page)
    values = {"workflow_state_id": state_of(page).pk, "status": status_of("returned"), "acting_user_id": None}
    monkeypatch.setattr(DeadServer, "error", socket.gaierror)
    settings.EMAIL_BACKEND = f"{__name__}.DeadServer"
    with pytest.raises(OSError):
        review_mail.tell_requester(**values)
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert review_mail.tell_requester(**values)
    assert len(to(author)) == 1


def test_what_went_on_since_is_not_told_late(page: PolicyDocumentPage, author: User) -> None:
    """The drafter has put it right and submitted again before the queue came to the mail about the return."""
    send_back(page)
    state = state_of(page)
    services.submit(page=page, user=author)
    mail.outbox.clear()
    for status in (WorkflowState.STATUS_NEEDS_CHANGES, WorkflowState.STATUS_APPROVED):
        assert not tasks.tell_requester(workflow_state_id=state.pk, status=status, acting_user_id=None)
    assert not tasks.tell_requester(workflow_state_id=10**9, status=status, acting_user_id=None)
    assert mail.outbox == []


def test_a_page_deleted_meanwhile_needs_no_mail(page: PolicyDocumentPage) -> None:
    send_back(page)
    state = state_of(page)
    page.delete()
    status = status_of("returned")
    assert not tasks.tell_requester(workflow_state_id=state.pk, status=status, acting_user_id=None)


@pytest.mark.parametrize("reason", ["preference", "no address", "inactive"])
def test_who_does_not_want_it_gets_none(
    django_capture_on_commit_callbacks: Commit, page: PolicyDocumentPage, author: User, reason: str
) -> None:
    if reason == "preference":
        UserProfile.objects.create(user=author, rejected_notifications=False)
    else:
        change = {"email": ""} if reason == "no address" else {"is_active": False}
        User.objects.filter(pk=author.pk).update(**change)
    mail.outbox.clear()
    with django_capture_on_commit_callbacks(execute=True):
        send_back(page)
    assert mail.outbox == []


def test_whoever_decides_about_their_own_bundle_is_not_told(
    django_capture_on_commit_callbacks: Commit, department: Department, page: PolicyDocumentPage, author: User
) -> None:
    assign_role(user=author, role=Role.LEGALITY, department=department)
    mail.outbox.clear()
    with django_capture_on_commit_callbacks(execute=True):
        services.return_bundle(
            page=page,
            kind=LEGALITY,
            user=author,
            reason_codes=[ReturnReason.NO_PLAN],
            note="自查发现缺方案。",
        )
    assert not to(author)


def test_nothing_of_wagtail_s_own_still_writes_within_the_transaction() -> None:
    for signal in (workflow_approved, workflow_rejected):
        receivers = signal._live_receivers(WorkflowState)
        found = [one.__module__ for group in receivers for one in group if hasattr(one, "__module__")]
        assert "portal.home.signal_handlers" in found
        assert not [module for module in found if module.startswith("wagtail.admin")]


# what was planned and did not happen


def test_only_people_who_still_act_are_told_of_a_release_held_back(
    department: Department, page: PolicyDocumentPage, author: User
) -> None:
    gone, silent = UserFactory.create(is_active=False), UserFactory.create(email="")
    for user in (gone, silent):
        assign_role(user=user, role=Role.HEAD, department=department)
    head, office = reviewer(JOINT, department), reviewer(OFFICE, DepartmentFactory.create())
    stranger = reviewer(JOINT, DepartmentFactory.create())
    told = staff_addresses(page)
    assert set(told) == {author.email, head.email, office.email}
    assert not {gone.email, stranger.email, ""} & set(told)


def test_one_person_with_two_roles_is_written_to_once(
    department: Department, page: PolicyDocumentPage, author: User
) -> None:
    for role in (Role.HEAD, Role.OFFICE):
        assign_role(user=author, role=role, department=department)
    assert staff_addresses(page) == [author.email]


def test_a_line_break_in_the_title_costs_nobody_the_mail(department: Department, author: User) -> None:
    page = submitted_policy(lead_department=department, title="第一行\r\n第二行")
    mail.outbox.clear()
    assert notify_held_back(page_id=page.pk, reason="缺少正文\n缺少标题") == 1
    (letter,) = mail.outbox
    assert letter.subject.endswith("第一行 第二行") and "缺少正文\n缺少标题" in letter.body


def test_a_page_that_is_gone_or_has_no_staff_is_told_to_nobody(page: PolicyDocumentPage) -> None:
    mail.outbox.clear()
    User.objects.update(is_active=False)
    assert notify_held_back(page_id=page.pk, reason="x") == 0
    assert notify_held_back(page_id=10**9, reason="x") == 0
    assert mail.outbox == []
