"""Two people act on the same thing: whoever is second acts on what is stored, not on what they were shown earlier."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone

from consultations.enums import Screening
from consultations.exceptions import CommentRefused
from consultations.models import CommentContact, ConsultationPage, PendingComment, PublicComment
from consultations.services import (
    TypedComment,
    confirm_comment,
    extend,
    screen_comment,
    start_comment,
    submit_comment,
    terminate,
    withdraw_comment,
)
from tests.factories.consultations import CommentFactory, ConsultationFactory, head_of, moderator

pytestmark = pytest.mark.django_db

DECISIONS = (
    {"decision": "published"},
    {"decision": "withheld", "reason": "含有他人住址"},
    {"decision": "redacted", "reason": "含有他人住址", "redacted_text": "（略）建议延长。"},
)


@pytest.fixture
def page() -> ConsultationPage:
    found: ConsultationPage = ConsultationFactory.create()
    return found


def _again(comment: PublicComment) -> PublicComment:
    """The same row as another person has it before them."""
    found: PublicComment = PublicComment.objects.plain().get(pk=comment.pk)
    return found


@pytest.mark.parametrize("decision", DECISIONS, ids=lambda values: values["decision"])
def test_a_moderator_who_opened_it_earlier_does_not_undo_a_withdrawal(
    page: ConsultationPage, decision: dict[str, str]
) -> None:
    comment = CommentFactory.create(consultation=page, email="zhu@example.org")
    before_the_moderator = _again(comment)
    withdraw_comment(comment=comment)
    with pytest.raises(ValidationError):
        screen_comment(comment=before_the_moderator, user=moderator(), **decision)
    stored = _again(comment)
    assert (stored.screening, stored.screening_reason, stored.redacted_text) == (Screening.WITHDRAWN, "", "")
    assert not stored.is_public
    assert not PublicComment.objects.visible().exists()


@pytest.mark.parametrize("decision", DECISIONS, ids=lambda values: values["decision"])
def test_a_withdrawal_asked_for_before_the_screening_still_counts(
    page: ConsultationPage, decision: dict[str, str]
) -> None:
    comment = CommentFactory.create(consultation=page)
    before_the_author = _again(comment)
    screen_comment(comment=comment, user=moderator(), **decision)
    withdraw_comment(comment=before_the_author)
    stored = _again(comment)
    assert stored.screening == before_the_author.screening == Screening.WITHDRAWN
    assert stored.withdrawn_at is not None
    # What the moderator found is still on record; the text is as typed.
    assert stored.screening_reason == decision.get("reason", "")
    assert stored.comment == comment.comment


def test_withdrawing_in_two_windows_keeps_the_first_moment(page: ConsultationPage) -> None:
    comment = CommentFactory.create(consultation=page)
    second = _again(comment)
    first = withdraw_comment(comment=comment).withdrawn_at
    assert first is not None
    assert withdraw_comment(comment=second, at=first + dt.timedelta(minutes=5)).withdrawn_at == first
    assert _again(comment).withdrawn_at == first


def test_a_receipt_page_left_open_does_not_withdraw_after_a_termination(page: ConsultationPage) -> None:
    comment = CommentFactory.create(consultation=page, email="zhu@example.org")
    held = PublicComment.objects.plain().select_related("consultation").get(pk=comment.pk)
    assert held.consultation.is_open()
    terminate(page=page, user=head_of(page.department), reason="上位法已经修改。")
    with pytest.raises(CommentRefused):
        withdraw_comment(comment=held)
    assert _again(comment).screening == Screening.RECEIVED
    assert CommentContact.objects.filter(comment=comment).exists()


def test_a_receipt_page_left_open_withdraws_after_an_extension(page: ConsultationPage) -> None:
    comment = CommentFactory.create(consultation=page)
    held = PublicComment.objects.plain().select_related("consultation").get(pk=comment.pk)
    end = page.closes_at
    assert end is not None
    assert page.last_day is not None
    later = page.last_day + dt.timedelta(days=9)
    extend(page=page, user=head_of(page.department), last_day=later, reason="应多家单位请求。")
    withdraw_comment(comment=held, at=end + dt.timedelta(hours=1))
    assert _again(comment).screening == Screening.WITHDRAWN


def test_a_second_window_cannot_say_it_again_once_it_is_confirmed(page: ConsultationPage) -> None:
    """One window confirms while the other still edits: what is edited there is a comment of its own, to be confirmed."""
    typed = TypedComment(text="建议延长开放时间。", name="朱晓明", email="zhu@example.org")
    pending = start_comment(consultation=page, clause_id="a3", typed=typed)
    other_window = PendingComment.objects.get(pk=pending.pk)
    said = confirm_comment(pending=pending)
    edited = start_comment(
        consultation=page, clause_id=None, typed=TypedComment(text="另一句话。"), pending=other_window
    )
    first = PendingComment.objects.get(pk=pending.pk)
    assert first.comment_id == said.pk, "the first confirmation no longer leads to its receipt"
    assert (first.text, first.name, first.email) == ("", "", "")
    assert edited.pk != first.pk
    assert confirm_comment(pending=pending).pk == said.pk
    assert PublicComment.objects.count() == 1
    assert confirm_comment(pending=edited).comment == "另一句话。"
    assert sorted(PublicComment.objects.values_list("comment", flat=True)) == sorted(
        [said.comment, "另一句话。"]
    )


def test_editing_what_was_purged_meanwhile_starts_anew(page: ConsultationPage) -> None:
    pending = start_comment(consultation=page, clause_id="a3", typed=TypedComment(text="先写一句。"))
    PendingComment.objects.filter(pk=pending.pk).delete()
    again = start_comment(
        consultation=page, clause_id="a3", typed=TypedComment(text="再写一句。"), pending=pending
    )
    assert confirm_comment(pending=again).comment == "再写一句。"
    assert PendingComment.objects.count() == 1


@pytest.mark.parametrize("step", ["start", "confirm", "submit"])
def test_a_form_left_open_is_refused_after_a_termination(page: ConsultationPage, step: str) -> None:
    """The page in the hands of the visitor's request still says open; what is stored decides."""
    typed = TypedComment(text="建议延长开放时间。")
    pending = start_comment(consultation=page, clause_id=None, typed=typed)
    held = ConsultationPage.objects.get(pk=page.pk)
    terminate(page=page, user=head_of(page.department), reason="上位法已经修改。")
    with pytest.raises(CommentRefused, match="上位法已经修改"):
        if step == "start":
            start_comment(consultation=held, clause_id=None, typed=typed)
        elif step == "submit":
            submit_comment(consultation=held, typed=typed)
        else:
            confirm_comment(pending=pending)
    assert not PublicComment.objects.exists()


def test_extending_twice_from_two_screens_never_shortens(page: ConsultationPage) -> None:
    head = head_of(page.department)
    held = ConsultationPage.objects.get(pk=page.pk)
    assert page.last_day is not None
    far, near = (page.last_day + dt.timedelta(days=days) for days in (20, 6))
    extend(page=page, user=head, last_day=far, reason="应多家单位请求。")
    with pytest.raises(ValidationError) as refused:
        extend(page=held, user=head, last_day=near, reason="另一个理由。")
    assert set(refused.value.message_dict) == {"last_day"}
    stored = ConsultationPage.objects.get(pk=page.pk)
    assert (stored.last_day, stored.extension_reason) == (far, "应多家单位请求。")


def test_terminating_twice_from_two_screens_keeps_the_first_reason(page: ConsultationPage) -> None:
    head = head_of(page.department)
    held = ConsultationPage.objects.get(pk=page.pk)
    terminate(page=page, user=head, reason="上位法已经修改。")
    with pytest.raises(ValidationError, match="可以终止"):
        terminate(page=held, user=head, reason="另一个理由。")
    assert ConsultationPage.objects.get(pk=page.pk).termination_reason == "上位法已经修改。"


def test_a_comment_confirmed_while_the_head_extends_is_not_late(page: ConsultationPage) -> None:
    """What would have been late is in time once the end has moved, even for who began before it moved."""
    assert page.closes_at is not None
    assert page.last_day is not None
    end, last = page.closes_at, page.last_day
    typed = TypedComment(text="建议延长开放时间。")
    pending = start_comment(consultation=page, clause_id=None, typed=typed, at=end - dt.timedelta(minutes=3))
    head = head_of(page.department)
    moment = end - dt.timedelta(minutes=1)
    extend(page=page, user=head, last_day=last + dt.timedelta(days=5), reason="应多家单位请求。", at=moment)
    comment = confirm_comment(pending=pending, at=end + dt.timedelta(minutes=2))
    assert comment.late is False


def test_the_receipt_page_follows_the_first_of_two_windows(client: Client, page: ConsultationPage) -> None:
    comment = CommentFactory.create(consultation=page, at=timezone.now())
    address = f"/receipts/{comment.receipt_code}/withdraw/"
    assert "<form" in client.get(address).content.decode()
    assert client.post(address).status_code == client.post(address).status_code == 302
    assert client.get(address)["Location"] == f"/receipts/{comment.receipt_code}/"
    assert (
        f"/receipts/{comment.receipt_code}/withdraw/"
        not in client.get(f"/receipts/{comment.receipt_code}/").content.decode()
    )
