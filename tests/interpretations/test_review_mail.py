"""The reviewers of a step are told by mail when it becomes theirs: once, in their language, if they want it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from contextlib import AbstractContextManager
from smtplib import SMTPServerDisconnected

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone
from wagtail.models import PageLogEntry, TaskState
from wagtail.users.models import UserProfile

from consultations.services import submit_for_opening
from interpretations import services
from interpretations.checklist import current_task_state
from interpretations.enums import ReturnReason, SignOffKind
from interpretations.models import PolicyDocumentPage
from interpretations.rules import SIGNING_ROLE
from portal.home import review_mail, tasks
from portal.organisations.enums import Role
from portal.organisations.models import User
from portal.organisations.services import assign_role
from tests.factories.consultations import ConsultationFactory, drafter_of, head_of
from tests.factories.interpretations import PolicyFactory, drafter, reviewer, sign_in_turn, submitted_policy
from tests.factories.organisations import DepartmentFactory, UserFactory

pytestmark = pytest.mark.django_db
Commit = Callable[..., AbstractContextManager[list[Callable[[], object]]]]
LEGALITY, SECRECY, JOINT, OFFICE = SignOffKind


def to(user: User) -> list[mail.EmailMessage]:
    return [one for one in mail.outbox if one.to == [user.email]]


def submit(commit: Commit, **fields: object) -> PolicyDocumentPage:
    page = PolicyFactory.create(**fields)
    with commit(execute=True):
        services.submit(page=page, user=drafter(page.lead_department))
    return PolicyDocumentPage.objects.get(pk=page.pk)


def sign(commit: Commit, page: PolicyDocumentPage, kind: SignOffKind) -> None:
    assert page.lead_department is not None
    with commit(execute=True):
        services.sign(page=page, kind=kind, user=reviewer(kind, page.lead_department))


def state_of(page: PolicyDocumentPage) -> TaskState:
    state = current_task_state(PolicyDocumentPage.objects.get(pk=page.pk))
    assert state is not None
    return state


def test_each_step_tells_exactly_its_own_reviewers(django_capture_on_commit_callbacks: Commit) -> None:
    department = DepartmentFactory.create()
    people = {kind: reviewer(kind, department) for kind in SignOffKind}
    bystander = reviewer(JOINT, DepartmentFactory.create())
    page = submit(django_capture_on_commit_callbacks, lead_department=department, in_government_name=True)
    for kind, following in zip(SignOffKind, [*list(SignOffKind)[1:], None], strict=True):
        (letter,) = to(people[kind])
        assert str(kind.label) in letter.subject and page.title in letter.subject
        mail.outbox.clear()
        sign(django_capture_on_commit_callbacks, page, kind)
        assert not to(people[kind])
        assert following is None or to(people[following])
    assert not to(bystander)


def test_the_mail_names_document_step_and_address_and_nobody(
    django_capture_on_commit_callbacks: Commit,
) -> None:
    department = DepartmentFactory.create()
    signer = reviewer(LEGALITY, department)
    page = submit(django_capture_on_commit_callbacks, lead_department=department)
    (letter,) = to(signer)
    assert reverse("policy_review", args=[page.pk]) in letter.body
    assert reverse("wagtailadmin_account") in letter.body
    assert letter.body.count("http") == 2
    assert not getattr(letter, "alternatives", [])
    everybody = User.objects.all()
    for told in (letter.subject, letter.body):
        assert not any(user.display_name in told or user.username in told for user in everybody)
        assert page.body[:10] not in told


def test_every_holder_of_the_role_is_told_in_a_mail_of_their_own(
    django_capture_on_commit_callbacks: Commit,
) -> None:
    department = DepartmentFactory.create()
    first, second = reviewer(LEGALITY, department), UserFactory.create()
    assign_role(user=second, role=Role.LEGALITY, department=DepartmentFactory.create())
    submit(django_capture_on_commit_callbacks, lead_department=department)
    assert len(to(first)) == len(to(second)) == 1


def test_superusers_are_not_written_to(django_capture_on_commit_callbacks: Commit) -> None:
    """They sign nothing, and Wagtail's mail to them would name the person who submitted."""
    superuser = UserFactory.create(is_superuser=True)
    page = submit(django_capture_on_commit_callbacks)
    assert current_task_state(page) is not None
    assert not to(superuser)


def test_nothing_is_sent_when_the_transaction_is_rolled_back() -> None:
    department = DepartmentFactory.create()
    signer = reviewer(LEGALITY, department)
    submitted_policy(lead_department=department)  # its callbacks are never run
    assert not to(signer)
    assert not PageLogEntry.objects.filter(action=review_mail.ANNOUNCED).exists()


def test_once_for_each_step_whatever_the_queue_repeats(django_capture_on_commit_callbacks: Commit) -> None:
    department = DepartmentFactory.create()
    signer = reviewer(LEGALITY, department)
    page = submit(django_capture_on_commit_callbacks, lead_department=department)
    with django_capture_on_commit_callbacks(execute=True):
        assert tasks.announce_step(task_state_id=state_of(page).pk, acting_user_id=None) == 0
    assert len(to(signer)) == 1


def test_a_step_that_begins_again_after_a_return_is_told_again(
    django_capture_on_commit_callbacks: Commit,
) -> None:
    department = DepartmentFactory.create()
    signer = reviewer(LEGALITY, department)
    page = submit(django_capture_on_commit_callbacks, lead_department=department)
    services.return_bundle(
        page=page, kind=LEGALITY, user=signer, reason_codes=[ReturnReason.INCOMPLETE], note="请补充。"
    )
    with django_capture_on_commit_callbacks(execute=True):
        services.submit(page=page, user=drafter(department))
    assert len(to(signer)) == 2


def test_a_step_that_is_passed_over_tells_nobody(django_capture_on_commit_callbacks: Commit) -> None:
    department = DepartmentFactory.create()
    office = reviewer(OFFICE, department)
    page = submit(django_capture_on_commit_callbacks, lead_department=department)
    for kind in (LEGALITY, SECRECY, JOINT):
        sign(django_capture_on_commit_callbacks, page, kind)
    assert PolicyDocumentPage.objects.get(pk=page.pk).live
    assert not to(office)


@pytest.mark.parametrize("reason", ["preference", "no address", "inactive", "expired role"])
def test_who_does_not_want_it_or_cannot_act_gets_none(
    django_capture_on_commit_callbacks: Commit, reason: str
) -> None:
    department = DepartmentFactory.create()
    signer = reviewer(LEGALITY, department)
    if reason == "preference":
        UserProfile.objects.create(user=signer, submitted_notifications=False)
    elif reason == "no address":
        User.objects.filter(pk=signer.pk).update(email="")
    elif reason == "inactive":
        User.objects.filter(pk=signer.pk).update(is_active=False)
    else:
        signer.assignments.update(valid_until=timezone.localdate() - dt.timedelta(days=1))
    page = submit(django_capture_on_commit_callbacks, lead_department=department)
    assert mail.outbox == []
    assert PageLogEntry.objects.get(page=page.pk, action=review_mail.ANNOUNCED).data["number"] == 0


def test_whoever_signs_a_step_is_not_told_of_the_next_one_that_is_theirs_too(
    django_capture_on_commit_callbacks: Commit,
) -> None:
    department = DepartmentFactory.create()
    both = reviewer(LEGALITY, department)
    assign_role(user=both, role=SIGNING_ROLE[SECRECY], department=department)
    other = reviewer(SECRECY, department)
    page = submit(django_capture_on_commit_callbacks, lead_department=department)
    mail.outbox.clear()
    sign(django_capture_on_commit_callbacks, page, LEGALITY)
    assert not to(both) and len(to(other)) == 1


def test_in_the_language_of_each_reader(django_capture_on_commit_callbacks: Commit) -> None:
    department = DepartmentFactory.create()
    signer = reviewer(LEGALITY, department)
    UserProfile.objects.create(user=signer, preferred_language="en")
    page = submit(django_capture_on_commit_callbacks, lead_department=department)
    (letter,) = to(signer)
    assert "Legality" in letter.subject.replace("legality", "Legality")
    assert page.title in letter.subject


def test_a_step_decided_before_the_worker_came_to_it_needs_no_mail() -> None:
    page = submitted_policy()
    assert page.lead_department is not None
    signer = reviewer(LEGALITY, page.lead_department)
    state = state_of(page)
    sign_in_turn(page, [LEGALITY])
    assert review_mail.announce(task_state_id=state.pk, acting_user_id=None) == []
    assert not review_mail.tell(task_state_id=state.pk, user_id=signer.pk)


def test_a_page_deleted_meanwhile_needs_no_mail() -> None:
    page = submitted_policy()
    state = state_of(page)
    page.delete()
    assert review_mail.announce(task_state_id=state.pk, acting_user_id=None) == []
    assert review_mail.announce(task_state_id=10**9, acting_user_id=None) == []


def test_a_line_break_in_a_title_does_not_break_the_subject(
    django_capture_on_commit_callbacks: Commit,
) -> None:
    department = DepartmentFactory.create()
    signer = reviewer(LEGALITY, department)
    submit(django_capture_on_commit_callbacks, lead_department=department, title="第一行\n第二行")
    (letter,) = to(signer)
    assert "\n" not in letter.subject and "第一行 第二行" in letter.subject


def test_a_mail_server_that_is_down_is_tried_again_and_stops_no_review(
    django_capture_on_commit_callbacks: Commit, monkeypatch: pytest.MonkeyPatch
) -> None:
    department = DepartmentFactory.create()
    signer = reviewer(LEGALITY, department)
    page = submitted_policy(lead_department=department)
    state = state_of(page)

    def refused(*args: object) -> int:
        raise SMTPServerDisconnected

    monkeypatch.setattr(review_mail, "send_mail", refused)
    with pytest.raises(OSError):  # every error of a mail server is one
        review_mail.tell(task_state_id=state.pk, user_id=signer.pk)
    monkeypatch.undo()
    assert review_mail.tell(task_state_id=state.pk, user_id=signer.pk)
    assert len(to(signer)) == 1


def test_the_history_of_the_page_says_how_many_were_told(django_capture_on_commit_callbacks: Commit) -> None:
    department = DepartmentFactory.create()
    reviewer(LEGALITY, department)
    page = submit(django_capture_on_commit_callbacks, lead_department=department)
    entry = PageLogEntry.objects.get(page=page.pk, action=review_mail.ANNOUNCED)
    assert "1 人" in entry.message and "合法性" in entry.message


def test_the_head_is_told_of_a_consultation_to_open(django_capture_on_commit_callbacks: Commit) -> None:
    page = ConsultationFactory.create(draft=True, opens_on=timezone.localdate() + dt.timedelta(days=20))
    head, other = head_of(page.department), head_of(DepartmentFactory.create())
    with django_capture_on_commit_callbacks(execute=True):
        submit_for_opening(page=page, user=drafter_of(page.department))
    (letter,) = to(head)
    assert page.title in letter.subject
    assert reverse("wagtailadmin_pages:edit", args=[page.pk]) in letter.body
    assert not to(other)
