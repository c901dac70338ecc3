"""Who may do what about an outcome and when, and when a reason says something. One screen.

| action                         | who                         | when                                  |
|--------------------------------|-----------------------------|---------------------------------------|
| group into themes, assign      | drafter of the department   | from the opening until publication    |
| introduction                   | drafter of the department   | from the opening until publication    |
| decide, clear a decision       | drafter of the department   | from the closing until publication    |
| publish                        | head of the department, who | once, when no comment can arrive any  |
|                                | decided none of it          | more (`LATE_GRACE` after the closing) |
| link the final policy          | drafter or head             | any time, after publication only once |
"""

from __future__ import annotations

import datetime as dt
import unicodedata
from datetime import datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.translation import gettext as _

from portal.organisations.enums import Role
from portal.organisations.rules import has_role

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from consultations.models import ConsultationPage
    from portal.organisations.models import User

#: Who was reviewing a comment when it closed may still confirm it for this long; it is kept and flagged as late.
LATE_GRACE = dt.timedelta(minutes=30)
#: Fewer letters than this cannot say why (characters; Chinese needs few).
REASON_MIN_LETTERS = 8
#: A reason made of fewer different letters than this is filler (「。。。」, 「无无无」, `xxxxxxxx`).
REASON_MIN_DISTINCT = 5


def holds(user: User | AnonymousUser | None, consultation: ConsultationPage, *roles: Role) -> bool:
    """True when `user` holds one of `roles` for the consultation's own department."""
    department = consultation.department
    return department is not None and any(has_role(user, role, department) for role in roles)


def require(user: User | AnonymousUser | None, consultation: ConsultationPage, *roles: Role) -> None:
    """Raise `PermissionDenied` unless `user` holds one of `roles` for the consultation's department."""
    if not holds(user, consultation, *roles):
        wanted = "、".join(str(role.label) for role in roles)
        raise PermissionDenied(_("只有起草部门的%(roles)s可以进行此项操作。") % {"roles": wanted})


def has_opened(consultation: ConsultationPage, at: datetime) -> bool:
    return bool(consultation.live and consultation.opens_at and consultation.opens_at <= at)


def has_closed(consultation: ConsultationPage, at: datetime) -> bool:
    """True from the deadline on; the deadline itself is the first moment after the last full day."""
    return bool(has_opened(consultation, at) and consultation.closes_at and consultation.closes_at <= at)


def last_arrival(consultation: ConsultationPage) -> datetime | None:
    """The first moment at which no comment can arrive any more; None without a deadline."""
    return consultation.closes_at + LATE_GRACE if consultation.closes_at else None


def require_opened(consultation: ConsultationPage, at: datetime) -> None:
    if consultation.terminated_at is not None and consultation.terminated_at <= at:
        raise ValidationError(_("本次征求意见已经终止，不再处理意见。"), code="terminated")
    if not has_opened(consultation, at):
        raise ValidationError(_("征求意见尚未开始，还没有可以处理的意见。"), code="not_opened")


def require_closed(consultation: ConsultationPage, at: datetime) -> None:
    require_opened(consultation, at)
    if not has_closed(consultation, at):
        raise ValidationError(_("征求意见尚未截止，截止后才能作出处理决定。"), code="not_closed")


def says_something(reason: str) -> bool:
    """True when a reason has substance: enough letters, and not the same few repeated; spaces, signs and digits do not count."""
    letters = [c for c in unicodedata.normalize("NFKC", reason) if unicodedata.category(c)[0] == "L"]
    return len(letters) >= REASON_MIN_LETTERS and len(set(letters)) >= REASON_MIN_DISTINCT


def concentrated_threshold() -> int:
    """From how many supporters a rejected theme counts as concentrated (相对集中, H§7); a setting, default 5."""
    return max(int(getattr(settings, "OUTCOME_CONCENTRATED_THEME", 5)), 1)
