"""Who may do what with a consultation and its comments, and when. One screen; outcomes have theirs in `outcome_rules`.

| action                  | who                             | when                                      |
|-------------------------|---------------------------------|-------------------------------------------|
| submit for opening      | drafter or head of the department | before it is published                  |
| open (publish)          | head of the department          | once nothing is missing                   |
| extend                  | head of the department          | while open, to a later day, with a reason |
| terminate               | head of the department          | announced or open, with a reason          |
| comment                 | anyone                          | while open                                |
| withdraw a comment      | who holds its receipt           | while open                                |
| screen a comment        | moderator                       | any time, not once withdrawn              |

Administrators do not pass: opening and closing the road for people to speak is a head's personal decision.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from consultations.enums import ConsultationState
from portal.home.dates import day_text
from portal.organisations.enums import Role
from portal.organisations.rules import has_role

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from consultations.models import ConsultationPage
    from portal.organisations.models import User


def may_submit(user: User | AnonymousUser | None, consultation: ConsultationPage) -> bool:
    """Drafters and heads of the drafting department."""
    return _holds(user, consultation, Role.DRAFTER) or _holds(user, consultation, Role.HEAD)


def may_open(user: User | AnonymousUser | None, consultation: ConsultationPage) -> bool:
    """The head of the drafting department; also extends and terminates."""
    return _holds(user, consultation, Role.HEAD)


def may_screen(user: User | AnonymousUser | None) -> bool:
    """Moderators, for every department."""
    return has_role(user, Role.MODERATOR)


def require(allowed: bool, message: str) -> None:
    """Raise PermissionDenied with `message` unless `allowed`."""
    if not allowed:
        raise PermissionDenied(message)


def require_head(user: User | AnonymousUser | None, consultation: ConsultationPage) -> None:
    """Raise PermissionDenied unless `user` heads the drafting department."""
    require(may_open(user, consultation), _("只有起草部门负责人可以决定公开、延长或终止征求意见。"))


def refusal(consultation: ConsultationPage, at: dt.datetime | None = None) -> str:
    """Why no comment can be taken at `at`, and what comes next, for people; empty while it is open."""
    state = consultation.state(at)
    if state == ConsultationState.OPEN:
        return ""
    if state == ConsultationState.ANNOUNCED and consultation.first_day:
        return _("征求意见尚未开始，将于 %(day)s 0:00 起接受意见。") % {
            "day": day_text(consultation.first_day)
        }
    if state == ConsultationState.TERMINATED:
        return _("本次征求意见已经终止，不再接受意见。终止理由：%(reason)s") % {
            "reason": consultation.termination_reason
        }
    if state == ConsultationState.DRAFT or consultation.last_day is None:
        return _("征求意见尚未公布。")
    closed = _("征求意见已于 %(day)s 24:00 截止，不再接受意见。") % {"day": day_text(consultation.last_day)}
    if state == ConsultationState.OUTCOME_PUBLISHED:
        return closed + _("采纳情况已经公布，欢迎查阅。")
    if consultation.outcome_due_on:
        closed += _("起草部门应于 %(day)s 前公布采纳情况。") % {"day": day_text(consultation.outcome_due_on)}
    return closed


def _holds(user: User | AnonymousUser | None, consultation: ConsultationPage, role: Role) -> bool:
    return consultation.department is not None and has_role(user, role, consultation.department)
