"""No comment arrives after its outcome is published, because then nobody could answer it (H§7)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from consultations.comment_services import confirm_comment, start_comment
from consultations.exceptions import CommentRefused, OutcomeBlocked
from consultations.models import ConsultationPage, Outcome, PendingComment, PublicComment
from consultations.outcome_coverage import outcome_obstacles
from consultations.outcome_rules import LATE_GRACE, last_arrival
from consultations.outcome_services import decide_comment, publish_outcome
from consultations.receipts import new_code
from consultations.services import TypedComment
from portal.organisations.models import User
from tests.factories import outcomes as make

pytestmark = pytest.mark.django_db
SignIn = Callable[[User], Client]
SECOND = dt.timedelta(seconds=1)


def closing(page: ConsultationPage) -> dt.datetime:
    assert page.closes_at is not None
    return page.closes_at


def reviewing(page: ConsultationPage) -> PendingComment:
    """Typed a second before the end, not confirmed yet."""
    typed = TypedComment(text="请把提交期限改为五日。")
    return start_comment(consultation=page, clause_id=None, typed=typed, at=closing(page) - SECOND)


def left_behind(page: ConsultationPage) -> PublicComment:
    """A comment as older data may hold it: received after publication, so without a decision."""
    item = make.comment(page, late=True)
    item.receipt_code = new_code()
    item.save(update_fields=["receipt_code"])
    Outcome.objects.update_or_create(consultation=page, defaults={"published_at": closing(page) + LATE_GRACE})
    return item


def codes(page: ConsultationPage, at: dt.datetime) -> set[str]:
    return {obstacle.code for obstacle in outcome_obstacles(page, at=at)}


@given(seconds=st.integers(min_value=-7200, max_value=7200))
def test_an_outcome_can_be_published_only_when_nothing_can_arrive(seconds: int) -> None:
    """Before, during and after the grace: never both a comment that may arrive and an outcome that may be published."""
    end = dt.datetime(2026, 3, 1, tzinfo=dt.UTC)
    page = ConsultationPage(
        live=True, opens_at=end - dt.timedelta(days=30), closes_at=end, slug="x", title="x"
    )
    moment = end + dt.timedelta(seconds=seconds)
    last = last_arrival(page)
    assert last is not None
    may_arrive = moment < last
    from consultations.outcome_coverage import _time_obstacles

    blocked = bool(list(_time_obstacles(page, moment)))
    assert blocked == may_arrive


def test_without_a_deadline_nothing_is_due() -> None:
    assert last_arrival(ConsultationPage(closes_at=None)) is None


def test_the_checklist_names_the_moment(page: ConsultationPage) -> None:
    (obstacle,) = outcome_obstacles(page, at=closing(page))
    assert obstacle.code == "may_arrive"
    assert "00:30" in obstacle.message


def test_a_late_comment_is_answered_with_the_others(crew: make.Team, page: ConsultationPage) -> None:
    pending = reviewing(page)
    during = closing(page) + dt.timedelta(minutes=10)
    with pytest.raises(OutcomeBlocked):
        publish_outcome(consultation=page, user=crew.head, at=during)
    comment = confirm_comment(pending=pending, at=during)
    assert comment.late
    after = closing(page) + LATE_GRACE
    assert codes(page, after) == {"undecided_comments"}
    decide_comment(comment=comment, user=crew.drafter, status="adopted", at=after)
    assert publish_outcome(consultation=page, user=crew.head, at=after).published_at == after


def test_a_late_comment_leaves_an_unpublished_outcome_to_work_on(page: ConsultationPage) -> None:
    confirm_comment(pending=reviewing(page), at=closing(page) + SECOND)
    outcome = Outcome.objects.get(consultation=page)
    assert outcome.published_at is None


def test_published_all_the_same_the_late_comment_is_refused(page: ConsultationPage) -> None:
    """Two clocks that differ: the outcome is public although this confirmation believes to be within the grace."""
    pending = reviewing(page)
    Outcome.objects.create(consultation=page, published_at=closing(page) + SECOND)
    with pytest.raises(CommentRefused):
        confirm_comment(pending=pending, at=closing(page) + dt.timedelta(minutes=5))
    assert not PublicComment.objects.exists()
    pending.refresh_from_db()
    assert pending.text, "kept, so that its author can copy it"


def test_confirming_again_after_publication_shows_the_same_comment(
    crew: make.Team, page: ConsultationPage
) -> None:
    pending = reviewing(page)
    comment = confirm_comment(pending=pending, at=closing(page) + SECOND)
    end = closing(page) + LATE_GRACE
    decide_comment(comment=comment, user=crew.drafter, status="adopted", at=end)
    publish_outcome(consultation=page, user=crew.head, at=end)
    assert confirm_comment(pending=pending, at=end + SECOND).pk == comment.pk


def test_screening_goes_on_after_publication(crew: make.Team, page: ConsultationPage) -> None:
    item = make.comment(page)
    decide_comment(comment=item, user=crew.drafter, status="adopted")
    publish_outcome(consultation=page, user=crew.head)
    item.screening_reason = "含有个人信息"
    item.save(update_fields=["screening_reason"])
    item.save()
    assert PublicComment.objects.get(pk=item.pk).screening_reason == "含有个人信息"


def test_its_receipt_says_that_there_is_no_decision_and_whom_to_ask(
    client: Client, page: ConsultationPage
) -> None:
    ConsultationPage._base_manager.filter(pk=page.pk).update(contact="政策法规处，电话 0000-1234567")
    item = left_behind(page)
    html = client.get(reverse("consultations:receipt", args=[item.receipt_code])).content.decode()
    assert "没有处理结果" in html and "等待处理结果" not in html
    assert "公布后不能再作决定" in html and "政策法规处" in html


def test_its_screen_says_why_it_cannot_be_decided(
    sign_in: SignIn, crew: make.Team, page: ConsultationPage
) -> None:
    item = left_behind(page)
    url = reverse("outcomes_admin:comment", args=[page.pk, item.pk])
    html = sign_in(crew.drafter).get(url).content.decode()
    assert "公布后不能再作决定" in html and "请直接答复其作者" in html
    assert 'name="status"' not in html


def test_a_decided_comment_needs_no_such_words(
    sign_in: SignIn, crew: make.Team, page: ConsultationPage
) -> None:
    item = make.comment(page)
    decide_comment(comment=item, user=crew.drafter, status="adopted")
    publish_outcome(consultation=page, user=crew.head)
    url = reverse("outcomes_admin:comment", args=[page.pk, item.pk])
    assert "公布后不能再作决定" not in sign_in(crew.drafter).get(url).content.decode()
