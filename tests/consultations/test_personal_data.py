"""Personal data stays apart: its own table, its own end, never in logs, audit entries, revisions or the comment."""

from __future__ import annotations

import datetime as dt
import logging

import pytest
from django.contrib.contenttypes.models import ContentType
from django.test import Client
from django.utils import timezone
from wagtail.models import ModelLogEntry, PageLogEntry

from consultations.models import CommentContact, ConsultationPage, PendingComment, PublicComment
from consultations.services import (
    TypedComment,
    confirm_comment,
    screen_comment,
    start_comment,
    withdraw_comment,
)
from consultations.tasks import purge_contacts, purge_contacts_task, purge_pending, purge_pending_task
from portal.periods.services import deadline
from tests.consultations.test_comment_flow import FORM
from tests.factories.consultations import CommentFactory, ConsultationFactory, moderator

pytestmark = pytest.mark.django_db

SECRETS = ("晓明", FORM["email"], FORM["phone"], FORM["text"], FORM["proposed_text"])


def test_the_library_s_own_personal_fields_stay_empty(client: Client) -> None:
    page = ConsultationFactory.create()
    client.post(client.post(f"{page.public_path}comment/", FORM)["Location"])
    comment = PublicComment.objects.get()
    assert (comment.user_name, comment.user_email, comment.user_url) == ("", "", "")
    assert comment.ip_address is None
    assert comment.user is None
    assert comment.author_masked == "朱**"
    assert comment.content_object == page
    assert comment.content_type == ContentType.objects.get_for_model(ConsultationPage)
    contact = CommentContact.objects.get()
    assert (contact.name, contact.email, contact.phone) == ("朱晓明", FORM["email"], FORM["phone"])


def test_nothing_said_or_personal_is_logged(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    page = ConsultationFactory.create()
    with caplog.at_level(logging.DEBUG):
        review = client.post(f"{page.public_path}comment/", FORM)["Location"]
        client.get(review)
        receipt = client.post(review)["Location"]
        client.get(receipt)
        client.post(f"{page.public_path}comment/", {**FORM, "consent": ""})
        comment = PublicComment.objects.get()
        screen_comment(comment=comment, user=moderator(), decision="withheld", reason="含有他人住址")
        withdraw_comment(comment=comment)
        purge_contacts()
    messages = "\n".join(
        record.getMessage() for record in caplog.records if record.name != "django.db.backends"
    )
    for secret in SECRETS:
        assert secret not in messages


def test_audit_entries_hold_keys_and_decisions_only() -> None:
    comment = CommentFactory.create(name="朱晓明", email=FORM["email"], text=FORM["text"])
    screen_comment(comment=comment, user=moderator(), decision="published")
    withdraw_comment(comment=comment)
    entries = list(ModelLogEntry.objects.filter(action__startswith="yanlu.comment"))
    assert [entry.action for entry in entries] == ["yanlu.comment_withdrawn", "yanlu.comment_screened"]
    text = " ".join(f"{entry.label} {entry.data}" for entry in [*entries, *PageLogEntry.objects.all()])
    for secret in SECRETS:
        assert secret not in text
    assert entries[1].formatter.format_message(entries[1]) == "审核了一条意见"


def test_contacts_are_kept_for_the_retention_period_after_the_end_and_then_deleted() -> None:
    comment = CommentFactory.create(email=FORM["email"])
    until = comment.contact.purge_after
    assert until == deadline("contact_retention", comment.consultation.last_day).day
    assert until - comment.consultation.last_day >= dt.timedelta(days=365)
    noon = timezone.make_aware(dt.datetime.combine(until, dt.time(12)))
    assert purge_contacts(noon) == 0
    assert purge_contacts(noon + dt.timedelta(days=1)) == 1
    assert PublicComment.objects.filter(pk=comment.pk).exists()


def test_no_contact_no_row() -> None:
    CommentFactory.create()
    assert not CommentContact.objects.exists()


def test_what_was_never_confirmed_is_deleted_after_a_day() -> None:
    page = ConsultationFactory.create()
    now = timezone.now()
    typed = TypedComment(text=FORM["text"], email=FORM["email"])
    pending = start_comment(consultation=page, clause_id=None, typed=typed, at=now)
    confirmed = start_comment(consultation=page, clause_id=None, typed=typed, at=now)
    comment = confirm_comment(pending=confirmed, at=now)
    assert purge_pending(now + dt.timedelta(hours=23)) == 0
    assert purge_pending(now + dt.timedelta(hours=25)) == 2
    assert not PendingComment.objects.filter(pk=pending.pk).exists()
    assert PublicComment.objects.filter(pk=comment.pk).exists()


def test_an_expired_one_cannot_be_confirmed() -> None:
    page = ConsultationFactory.create()
    now = timezone.now()
    pending = start_comment(consultation=page, clause_id=None, typed=TypedComment(text="好"), at=now)
    with pytest.raises(Exception, match="时间已过"):
        confirm_comment(pending=pending, at=now + dt.timedelta(hours=24))


def test_the_tasks_do_the_same_and_are_on_the_schedule(settings: object) -> None:
    comment = CommentFactory.create(email=FORM["email"])
    CommentContact.objects.update(purge_after=timezone.localdate() - dt.timedelta(days=1))
    purge_contacts_task.delay()
    purge_pending_task.delay()
    assert not CommentContact.objects.filter(comment=comment).exists()
    planned = {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}  # type: ignore[attr-defined]
    assert {purge_contacts_task.name, purge_pending_task.name} <= planned
