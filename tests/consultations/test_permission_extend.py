"""Permission: extend (`rules`): role x state."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from consultations.models import CommentContact, ConsultationPage
from consultations.services import TypedComment, extend, submit_comment
from tests.consultations.permissions import EVERYBODY, person
from tests.factories.consultations import ConsultationFactory

pytestmark = pytest.mark.django_db


LATER = dt.timedelta(days=10)


@pytest.mark.parametrize("who", EVERYBODY)
def test_only_the_head_extends(who: str) -> None:
    page = ConsultationFactory.create()
    last_day, user = page.last_day, person(who, page)
    if who == "head":
        assert (
            extend(page=page, user=user, last_day=last_day + LATER, reason="多地要求。").last_day
            == last_day + LATER
        )
        return
    with pytest.raises(PermissionDenied):
        extend(page=page, user=user, last_day=last_day + LATER, reason="多地要求。")
    assert ConsultationPage.objects.get(pk=page.pk).last_day == last_day


@pytest.mark.parametrize("trait", ["announced", "closed", "overdue"])
def test_only_an_open_one_is_extended(trait: str) -> None:
    page = ConsultationFactory.create(**{trait: True})
    with pytest.raises(ValidationError, match="正在进行"):
        extend(page=page, user=person("head", page), last_day=page.last_day + LATER * 30, reason="多地要求。")


@pytest.mark.parametrize(
    ("days", "reason", "field"),
    [(0, "r", "last_day"), (-1, "r", "last_day"), (5, " ", "reason"), (5, "\u200b\u2060\u00ad", "reason")],
)
def test_only_to_a_later_day_and_with_a_reason(days: int, reason: str, field: str) -> None:
    page = ConsultationFactory.create()
    with pytest.raises(ValidationError) as refused:
        extend(
            page=page,
            user=person("head", page),
            last_day=page.last_day + dt.timedelta(days=days),
            reason=reason,
        )
    assert field in refused.value.message_dict


def test_whom_to_answer_is_kept_as_much_longer() -> None:
    page = ConsultationFactory.create()
    comment = submit_comment(consultation=page, typed=TypedComment(text="建议延长。", email="a@example.org"))
    before = CommentContact.objects.get(comment=comment).purge_after
    other = ConsultationFactory.create()
    stays = submit_comment(consultation=other, typed=TypedComment(text="同意。", email="b@example.org"))
    known = CommentContact.objects.get(comment=stays).purge_after
    extend(page=page, user=person("head", page), last_day=page.last_day + LATER, reason="多地要求。")
    after = CommentContact.objects.get(comment=comment).purge_after
    assert after > before
    assert CommentContact.objects.get(comment=stays).purge_after == known
