"""Opening, extending and terminating a consultation. Each function is one mutation: permission, write, audit.

The services for comments are offered from here too. `PermissionDenied` and `ValidationError` carry messages for people.
"""

from __future__ import annotations

import datetime as dt

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from wagtail.log_actions import log
from wagtail.models import WorkflowState

from consultations.clock import as_of, end_of, in_calendar
from consultations.comment_services import (
    confirm_comment,
    contacts_kept_until,
    screen_comment,
    start_comment,
    submit_comment,
    withdraw_comment,
)
from consultations.editor import DayField
from consultations.enums import ConsultationState
from consultations.exceptions import ConsultationBlocked
from consultations.gate import obstacles, outcome_due
from consultations.models import CommentContact, ConsultationPage
from consultations.plain import is_blank
from consultations.rules import may_submit, require, require_head
from consultations.typed import TypedComment
from portal.organisations.models import User

__all__ = [
    "TypedComment",
    "confirm_comment",
    "extend",
    "open_consultation",
    "screen_comment",
    "start_comment",
    "submit_comment",
    "submit_for_opening",
    "terminate",
    "withdraw_comment",
]

TERMINABLE = (ConsultationState.ANNOUNCED, ConsultationState.OPEN)


@transaction.atomic
def submit_for_opening(*, page: ConsultationPage, user: User) -> WorkflowState:
    """Submit a complete draft to the head of its department. Raises ConsultationBlocked when something is missing."""
    require(may_submit(user, page), _("只有起草部门的人员可以提交。"))
    if found := obstacles(page):
        raise ConsultationBlocked(found)
    workflow = page.get_workflow()
    if workflow is None:
        raise ValidationError(_("征求意见审批流程已停用，请与管理员联系。"), code="no_workflow")
    page.save_revision(user=user, log_action=True)
    return workflow.start(page, user)


@transaction.atomic
def open_consultation(
    *, page: ConsultationPage, user: User, at: dt.datetime | None = None
) -> ConsultationPage:
    """Publish: it is announced until its first day and open from then on; the draft is frozen into clauses.

    Raises PermissionDenied unless `user` heads the department, ConsultationBlocked when something is missing.
    """
    require_head(user, page)
    with as_of(at) as moment:
        if found := obstacles(page, moment):
            raise ConsultationBlocked(found)
        page.save_revision(user=user).publish(user=user, skip_permission_checks=True)
        fresh: ConsultationPage = ConsultationPage.objects.get(pk=page.pk)
        if at is not None:
            ConsultationPage.objects.filter(pk=page.pk).update(first_published_at=at, last_published_at=at)
            fresh.refresh_from_db()
        data = {
            "opens_at": str(fresh.opens_at),
            "closes_at": str(fresh.closes_at),
            "shortened": fresh.is_shortened,
        }
        log(instance=fresh, action="yanlu.consultation_opened", user=user, data=data)
    return fresh


@transaction.atomic
def extend(
    *, page: ConsultationPage, user: User, last_day: dt.date, reason: str, at: dt.datetime | None = None
) -> ConsultationPage:
    """Move the end to 24:00 of a later day, for a reason that is published; the old end stays on record.

    Raises PermissionDenied, ValidationError when it is not open, the day is not later or the reason is missing.
    """
    require_head(user, page)
    with as_of(at) as moment:
        fresh = _locked(page)
        if not fresh.is_open(moment) or fresh.closes_at is None:
            raise ValidationError(_("只有正在进行的征求意见可以延长期限。"), code="not_open")
        if not in_calendar(last_day):
            raise ValidationError({"last_day": DayField.default_error_messages["invalid"]})
        closes_at = end_of(last_day)
        if closes_at <= fresh.closes_at:
            raise ValidationError({"last_day": _("新的截止日期必须晚于原截止日期。")})
        if is_blank(reason):
            raise ValidationError({"reason": _("请写明延长期限的理由，该理由将公开。")})
        due = outcome_due(last_day)
        fresh.extended_from, fresh.closes_at, fresh.extension_reason = (
            fresh.closes_at,
            closes_at,
            reason.strip(),
        )
        fresh.outcome_due_on, fresh.outcome_due_provisional = due.day, due.provisional
        fields = [
            "extended_from",
            "closes_at",
            "extension_reason",
            "outcome_due_on",
            "outcome_due_provisional",
        ]
        fresh.save(update_fields=fields)
        # Who was asked to answer by then is answered later, so the address is kept as much longer.
        contacts = CommentContact.objects.filter(comment__consultation=fresh)
        contacts.update(purge_after=contacts_kept_until(fresh, moment))
        data = {"from": str(fresh.extended_from), "to": str(closes_at), "reason": fresh.extension_reason}
        log(instance=fresh, action="yanlu.consultation_extended", user=user, data=data)
    return _copied(page, fresh, fields)


@transaction.atomic
def terminate(
    *, page: ConsultationPage, user: User, reason: str, at: dt.datetime | None = None
) -> ConsultationPage:
    """Stop an announced or open consultation for a reason that is published; what was said stays on record.

    Raises PermissionDenied, ValidationError when it is neither, or the reason is missing.
    """
    require_head(user, page)
    with as_of(at) as moment:
        fresh = _locked(page)
        if fresh.state(moment) not in TERMINABLE:
            raise ValidationError(_("只有已预告或正在进行的征求意见可以终止。"), code="not_terminable")
        if is_blank(reason):
            raise ValidationError({"reason": _("请写明终止的理由，该理由将公开。")})
        fresh.terminated_at, fresh.termination_reason = moment, reason.strip()
        fields = ["terminated_at", "termination_reason"]
        fresh.save(update_fields=fields)
        log(
            instance=fresh,
            action="yanlu.consultation_terminated",
            user=user,
            data={"reason": fresh.termination_reason},
        )
    return _copied(page, fresh, fields)


def _locked(page: ConsultationPage) -> ConsultationPage:
    """The row as the database has it, locked: what the caller holds may be old or edited."""
    fresh: ConsultationPage = ConsultationPage.objects.select_for_update(of=("self",)).get(pk=page.pk)
    return fresh


def _copied(page: ConsultationPage, fresh: ConsultationPage, fields: list[str]) -> ConsultationPage:
    """Put the new values on the caller's object as well, and return it."""
    for name in fields:
        setattr(page, name, getattr(fresh, name))
    return page
