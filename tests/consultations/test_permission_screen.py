"""Permission: screen a comment (`rules`): role x state."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from consultations.enums import Screening
from consultations.models import PublicComment
from consultations.services import screen_comment, withdraw_comment
from tests.consultations.permissions import EVERYBODY, person
from tests.factories.consultations import CommentFactory, ConsultationFactory, moderator

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("who", EVERYBODY)
def test_only_moderators_screen(who: str) -> None:
    comment = CommentFactory.create()
    user = person(who, comment.consultation)
    if who == "moderator":
        assert screen_comment(comment=comment, user=user, decision=Screening.PUBLISHED).is_visible
        return
    with pytest.raises(PermissionDenied):
        screen_comment(comment=comment, user=user, decision=Screening.PUBLISHED)
    assert PublicComment.objects.get(pk=comment.pk).screening == Screening.RECEIVED


@pytest.mark.parametrize("trait", [None, "closed", "overdue"])
@pytest.mark.parametrize(
    ("decision", "reason", "redacted"),
    [("published", "", ""), ("withheld", "含有他人住址", ""), ("redacted", "隐去电话", "建议……")],
)
def test_at_any_time(trait: str | None, decision: str, reason: str, redacted: str) -> None:
    page = ConsultationFactory.create(**({trait: True} if trait else {}))
    comment = CommentFactory.create(consultation=page, text="建议拨打 000")
    screen_comment(
        comment=comment, user=moderator(), decision=decision, reason=reason, redacted_text=redacted
    )
    fresh = PublicComment.objects.get(pk=comment.pk)
    assert (fresh.screening, fresh.screening_reason, fresh.redacted_text) == (decision, reason, redacted)
    assert fresh.comment == "建议拨打 000"
    assert fresh.is_public == (decision != "withheld")


@pytest.mark.parametrize(
    ("decision", "reason", "redacted", "field"),
    [
        ("withheld", " ", "", "reason"),
        ("redacted", "", "建议", "reason"),
        ("redacted", "隐去电话", " ", "redacted_text"),
        ("redacted", "隐去电话", "原文", "redacted_text"),
        ("received", "", "", "decision"),
        ("withdrawn", "", "", "decision"),
        ("nonsense", "", "", "decision"),
        ("withheld", "长" * 301, "", "reason"),
    ],
)
def test_a_decision_that_says_too_little_is_refused(
    decision: str, reason: str, redacted: str, field: str
) -> None:
    comment = CommentFactory.create(text="原文")
    with pytest.raises(ValidationError) as refused:
        screen_comment(
            comment=comment, user=moderator(), decision=decision, reason=reason, redacted_text=redacted
        )
    assert field in refused.value.message_dict


def test_not_once_it_is_withdrawn() -> None:
    comment = withdraw_comment(comment=CommentFactory.create())
    with pytest.raises(ValidationError, match="撤回"):
        screen_comment(comment=comment, user=moderator(), decision=Screening.PUBLISHED)
