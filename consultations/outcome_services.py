"""Deciding on themes and comments, and publishing the outcome once (H§7, 国令713 §18, §32; ADR 0012).

Each function is one mutation: permission, write, audit, signal. `PermissionDenied`, `ValidationError` (with messages for
people), `OutcomeIsFinal` after publication. The theme functions are offered from here too.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from consultations.enums import REASON_REQUIRED, REJECTED, DispositionStatus, Screening
from consultations.exceptions import OutcomeBlocked, OutcomeIsFinal
from consultations.models import ConsultationPage, Disposition, DraftClause, Outcome, PublicComment, Theme
from consultations.outcome_coverage import outcome_obstacles
from consultations.outcome_rules import require, says_something
from consultations.outcome_signals import outcome_published
from consultations.theme_services import (
    assign_comments,
    begin_work,
    create_theme,
    delete_theme,
    lock_outcome,
    merge_themes,
    outcome_row,
    rename_theme,
    reorder_themes,
    unassign_comments,
)
from interpretations.models import PolicyDocumentPage
from portal.organisations.enums import Role
from portal.organisations.models import User

__all__ = [
    "assign_comments",
    "clear_decision",
    "create_theme",
    "decide_comment",
    "decide_theme",
    "delete_theme",
    "link_final_policy",
    "merge_themes",
    "outcome_obstacles",
    "publish_outcome",
    "rename_theme",
    "reorder_themes",
    "save_introduction",
    "unassign_comments",
]


@transaction.atomic
def decide_theme(
    *,
    theme: Theme,
    user: User,
    status: str,
    reason: str = "",
    changed_clause_ids: Sequence[str] = (),
    at: datetime | None = None,
) -> Disposition:
    """Decide a theme, or change its decision: it covers every comment in it that has no decision of its own."""
    begin_work(consultation=theme.consultation, user=user, at=at, after_closing=True)
    values = _clean_decision(theme.consultation, status, reason, changed_clause_ids)
    decision, _created = Disposition.objects.update_or_create(
        theme=theme, defaults={**values, "decided_by": user}
    )
    facts = {"theme": theme.pk, "title": theme.title, "status": status}
    log(instance=theme.consultation, action="yanlu.theme_decided", user=user, data=facts)
    return decision


@transaction.atomic
def decide_comment(
    *,
    comment: PublicComment,
    user: User,
    status: str,
    reason: str = "",
    changed_clause_ids: Sequence[str] = (),
    at: datetime | None = None,
) -> Disposition:
    """Decide one comment by itself; this wins over the decision on its theme (ADR 0012)."""
    begin_work(consultation=comment.consultation, user=user, at=at, after_closing=True)
    if comment.screening == Screening.WITHDRAWN:
        raise ValidationError(_("作者已经撤回这条意见，无需处理。"), code="withdrawn")
    values = _clean_decision(comment.consultation, status, reason, changed_clause_ids)
    decision, _created = Disposition.objects.update_or_create(
        comment=comment, defaults={**values, "decided_by": user}
    )
    facts = {"comment": comment.pk, "status": status}
    log(instance=comment.consultation, action="yanlu.comment_decided", user=user, data=facts)
    return decision


@transaction.atomic
def clear_decision(*, decision: Disposition, user: User, at: datetime | None = None) -> None:
    """Take a decision back before publication; what it covered is undecided again."""
    target = decision.theme or decision.comment
    assert target is not None  # noqa: S101  # the database holds one of the two
    begin_work(consultation=target.consultation, user=user, at=at, after_closing=True)
    facts = {"theme": decision.theme_id, "comment": decision.comment_id, "status": decision.status}
    log(instance=target.consultation, action="yanlu.decision_cleared", user=user, data=facts)
    decision.delete()


@transaction.atomic
def save_introduction(
    *, consultation: ConsultationPage, user: User, introduction: str, at: datetime | None = None
) -> Outcome:
    """Save the general remarks that open the outcome page."""
    outcome = begin_work(consultation=consultation, user=user, at=at)
    outcome.introduction = introduction.strip()
    outcome.save(update_fields=["introduction"])
    log(instance=consultation, action="yanlu.outcome_introduced", user=user)
    return outcome


@transaction.atomic
def link_final_policy(
    *, consultation: ConsultationPage, user: User, policy: PolicyDocumentPage | None
) -> Outcome:
    """Say which policy came of the draft. After publication it can only be filled in, never changed."""
    require(user, consultation, Role.DRAFTER, Role.HEAD)
    outcome = outcome_row(consultation)
    if outcome.published_at is not None and outcome.final_policy_id is not None:
        raise OutcomeIsFinal
    if policy is not None and policy.lead_department_id != consultation.department_id:
        raise ValidationError(
            {"final_policy": _("只能关联本部门牵头起草的政策文件。")}, code="other_department"
        )
    outcome.final_policy = policy
    outcome.save(update_fields=["final_policy"])
    facts = {"policy": policy.pk if policy else None}
    log(instance=consultation, action="yanlu.final_policy_linked", user=user, data=facts)
    return outcome


@transaction.atomic
def publish_outcome(*, consultation: ConsultationPage, user: User, at: datetime | None = None) -> Outcome:
    """Publish the outcome, once and for good.

    `user` must be a head of the department and must not have made any of the decisions (the reviewer is not the author).
    Raises `PermissionDenied`, `OutcomeIsFinal` when it is published already, `OutcomeBlocked` with everything missing.
    """
    at = at or timezone.now()
    require(user, consultation, Role.HEAD)
    outcome = lock_outcome(consultation)
    obstacles = outcome_obstacles(consultation, at=at)
    if obstacles:
        raise OutcomeBlocked(obstacles)
    own = Disposition.objects.of(consultation.pk).filter(decided_by=user).count()
    if own:
        message = _("其中 %(number)s 项处理决定由您本人作出，须由另一位部门负责人审核公布。")
        raise PermissionDenied(message % {"number": own})
    values: dict[str, object] = {"published_at": at, "published_by": user}
    if outcome.final_policy_id is None and consultation.policy_id is not None:
        values["final_policy_id"] = consultation.policy_id
    # The condition, not the read above, is what makes "once" true on databases that do not lock rows.
    if not Outcome.objects.filter(pk=outcome.pk, published_at__isnull=True).update(**values):
        raise OutcomeIsFinal
    outcome.refresh_from_db(fields=["published_at", "published_by", "final_policy"])
    log(instance=consultation, action="yanlu.outcome_published", user=user, data={"outcome": outcome.pk})
    outcome_published.send(sender=Outcome, outcome=outcome)
    return outcome


def _clean_decision(
    consultation: ConsultationPage, status: str, reason: str, changed_clause_ids: Sequence[str]
) -> dict[str, object]:
    """The decision's fields, checked together so that a form can show every error at once."""
    errors: dict[str, str] = {}
    reason = reason.strip()
    changed = list(dict.fromkeys(changed_clause_ids))
    if status not in DispositionStatus.values:
        errors["status"] = _("请选择处理结果。")
    elif status in REASON_REQUIRED and not says_something(reason):
        errors["reason"] = _("「%(status)s」须说明具体理由，不能只有空格、标点或几个字。") % {
            "status": DispositionStatus(status).label
        }
    known = DraftClause.objects.filter(consultation=consultation, clause_id__in=changed).count()
    if known != len(changed):
        errors["changed_clause_ids"] = _("选择的条款不在本次征求意见稿中。")
    elif changed and status in REJECTED:
        errors["changed_clause_ids"] = _("未采纳的意见不应关联修改的条款。")
    if errors:
        raise ValidationError({field: [message] for field, message in errors.items()})
    return {"status": status, "reason": reason, "changed_clause_ids": changed}
