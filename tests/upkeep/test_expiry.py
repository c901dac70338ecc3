"""Evaluation before the last day: noticed once, told once, concluded in a batch."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone

from portal.organisations.enums import Role
from portal.organisations.models import Department, User
from search.archive.models import NormativeDocument
from search.upkeep import cleanups, expiry
from search.upkeep.cleanups import Decision
from search.upkeep.enums import Conclusion
from search.upkeep.models import CleanupBatch, ReminderSent
from search.upkeep.tasks import remind_of_expiry
from tests.factories.archive import DocumentFactory
from tests.factories.organisations import DepartmentFactory, member

pytestmark = pytest.mark.django_db
STAYS = Decision(Conclusion.CONTINUE, "仍需执行", None, dt.date(2090, 12, 31))


@pytest.fixture
def department() -> Department:
    made: Department = DepartmentFactory.create(name="云岭省林业厅")
    return made


@pytest.fixture
def head(department: Department) -> User:
    return member(Role.HEAD, department)


def expiring(days: int = 90, **kwargs: Any) -> NormativeDocument:
    kwargs.setdefault("issuing_authority", "云岭省林业厅")
    last = timezone.localdate() + dt.timedelta(days=days)
    made: NormativeDocument = DocumentFactory.create(valid_until=last, **kwargs)
    return made


def test_due_within_the_period_and_not_before() -> None:
    today = timezone.localdate()
    first, edge = expiring(1), expiring(180)
    expiring(181), expiring(-1), expiring(90, repealed_on=today), expiring(90, withdrawn=True)
    assert list(expiry.due_for_evaluation(today)) == [first, edge]


def test_one_digest_for_each_department_and_never_twice(head: User) -> None:
    first, second = expiring(10), expiring(20)
    assert remind_of_expiry() == 1
    assert [m.to for m in mail.outbox] == [[head.email]]
    assert first.title in mail.outbox[0].body and second.title in mail.outbox[0].body
    assert "2 件" in mail.outbox[0].subject
    assert remind_of_expiry() == 0
    later = expiring(30)
    assert remind_of_expiry() == 1
    assert later.title in mail.outbox[1].body and first.title not in mail.outbox[1].body


def test_files_of_nobody_here_are_told_to_the_office(head: User) -> None:
    office = member(Role.OFFICE)
    expiring(10, issuing_authority="他省政府")
    remind_of_expiry()
    assert [m.to for m in mail.outbox] == [[office.email]]


def test_a_worker_killed_while_sending_sends_nothing_twice(
    head: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    expiring(10)

    def killed(*args: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(expiry, "send_mail", killed)
    with pytest.raises(KeyboardInterrupt):
        remind_of_expiry()
    monkeypatch.undo()
    assert remind_of_expiry() == 0 and mail.outbox == []
    assert ReminderSent.objects.get().mailed_at is not None


def test_a_mail_the_server_refuses_is_tried_again(head: User, monkeypatch: pytest.MonkeyPatch) -> None:
    expiring(10)

    def refused(*args: Any) -> None:
        raise ConnectionRefusedError

    monkeypatch.setattr(expiry, "send_mail", refused)
    assert remind_of_expiry() == 0
    monkeypatch.undo()
    assert remind_of_expiry() == 1


def test_without_anybody_to_write_to_the_reminder_waits(department: Department) -> None:
    expiring(10)
    assert remind_of_expiry() == 0
    reminder = ReminderSent.objects.get()
    assert (reminder.department, reminder.mailed_at) == (department, None)
    member(Role.HEAD, department)
    assert remind_of_expiry() == 1


def test_what_was_settled_before_the_mail_is_not_told(department: Department) -> None:
    settled, extended, open_one = expiring(10), expiring(20), expiring(30)
    expiry.notice(timezone.localdate())
    NormativeDocument.objects.filter(pk=settled.pk).update(repealed_on=timezone.localdate())
    NormativeDocument.objects.filter(pk=extended.pk).update(valid_until=dt.date(2090, 1, 1))
    member(Role.HEAD, department)
    assert remind_of_expiry() == 1
    body = mail.outbox[0].body
    assert open_one.title in body and settled.title not in body and extended.title not in body


def test_many_files_are_counted_not_all_named(head: User) -> None:
    NormativeDocument.objects.bulk_create(
        NormativeDocument(
            source_key=f"e{n}",
            title=f"办法{n:03}",
            text="甲",
            issuing_authority="云岭省林业厅",
            valid_until=timezone.localdate(),
        )
        for n in range(60)
    )
    remind_of_expiry()
    assert "等共 60 件" in mail.outbox[0].body and "办法055" not in mail.outbox[0].body


def test_an_extension_is_a_new_last_day_with_a_new_reminder(head: User) -> None:
    document = expiring(10)
    remind_of_expiry()
    NormativeDocument.objects.update(valid_until=timezone.localdate() + dt.timedelta(days=100))
    assert remind_of_expiry() == 1
    assert ReminderSent.objects.filter(document=document).count() == 2


def test_conclusions_gather_in_the_departments_batch_of_the_year(head: User, department: Department) -> None:
    one, two = expiring(10), expiring(20)
    batch = expiry.start_evaluation(document_id=one.pk, user=head, decision=STAYS)
    assert expiry.start_evaluation(document_id=two.pk, user=head, decision=STAYS) == batch
    assert batch.department == department and str(timezone.localdate().year) in batch.title
    assert set(expiry.in_preparation([one.pk, two.pk])) == {one.pk, two.pk}
    cleanups.name_decision(
        batch_id=batch.pk, user=head, decided_on=timezone.localdate(), text="林发〔2026〕1号"
    )
    cleanups.publish_batch(batch_id=batch.pk, user=head)
    one.refresh_from_db()
    assert one.valid_until == STAYS.valid_until
    assert list(expiry.due_for_evaluation(timezone.localdate())) == []


def test_what_does_not_expire_is_not_evaluated(head: User) -> None:
    with pytest.raises(ValidationError, match="不在评估期内"):
        expiry.start_evaluation(document_id=expiring(500).pk, user=head, decision=STAYS)
    with pytest.raises(ValidationError, match="理由"):
        expiry.start_evaluation(
            document_id=expiring(5).pk, user=head, decision=Decision(Conclusion.REPEAL, "")
        )
    assert not CleanupBatch.objects.exists()


def test_the_public_page_says_that_evaluation_is_due(client: Client) -> None:
    soon, far = expiring(30), expiring(900)
    assert "已进入届满前评估" in client.get(soon.get_absolute_url()).content.decode()
    assert "已进入届满前评估" not in client.get(far.get_absolute_url()).content.decode()
