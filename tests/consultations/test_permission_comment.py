"""Permission: comment and withdraw (`rules`): role x state."""

from __future__ import annotations

import datetime as dt

import pytest

from consultations.exceptions import CommentRefused
from consultations.models import ConsultationPage, PublicComment
from consultations.services import TypedComment, start_comment, submit_comment, terminate, withdraw_comment
from tests.factories.consultations import CommentFactory, ConsultationFactory, head_of

pytestmark = pytest.mark.django_db


SECOND = dt.timedelta(seconds=1)
TYPED = TypedComment(text="建议延长开放时间。")


@pytest.fixture
def page() -> ConsultationPage:
    found: ConsultationPage = ConsultationFactory.create()
    return found


def test_anyone_comments_from_the_first_to_the_last_moment(page: ConsultationPage) -> None:
    for at in (page.opens_at, page.closes_at - SECOND):
        assert submit_comment(consultation=page, typed=TYPED, at=at).submit_date == at
        assert start_comment(consultation=page, clause_id="a3", typed=TYPED, at=at).clause.clause_id == "a3"


@pytest.mark.parametrize(
    ("edge", "offset", "says"), [("opens_at", -1, "尚未开始"), ("closes_at", 0, "24:00 截止")]
)
def test_nobody_before_or_after(page: ConsultationPage, edge: str, offset: int, says: str) -> None:
    at = getattr(page, edge) + offset * SECOND
    with pytest.raises(CommentRefused, match=says):
        submit_comment(consultation=page, typed=TYPED, at=at)
    with pytest.raises(CommentRefused, match=says):
        start_comment(consultation=page, clause_id=None, typed=TYPED, at=at)
    assert not PublicComment.objects.exists()


def test_nobody_on_a_draft_or_a_terminated_one(page: ConsultationPage) -> None:
    with pytest.raises(CommentRefused, match="尚未公布"):
        submit_comment(consultation=ConsultationFactory.create(draft=True), typed=TYPED)
    terminate(page=page, user=head_of(page.department), reason="上位法已经修改。")
    with pytest.raises(CommentRefused, match="上位法已经修改"):
        submit_comment(consultation=page, typed=TYPED)


def test_the_holder_withdraws_until_the_end(page: ConsultationPage) -> None:
    comment = CommentFactory.create(consultation=page)
    with pytest.raises(CommentRefused, match="已经截止"):
        withdraw_comment(comment=comment, at=page.closes_at)
    withdrawn = withdraw_comment(comment=comment, at=page.closes_at - SECOND)
    assert withdrawn.screening == "withdrawn"
    assert withdraw_comment(comment=withdrawn, at=page.closes_at).pk == comment.pk
