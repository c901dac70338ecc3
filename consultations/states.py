"""Where a consultation stands, derived from its dates and facts (ADR 0003). Nothing here is stored, `at` is an argument."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.core.exceptions import ObjectDoesNotExist
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from consultations.clock import current, end_of, last_day_before
from consultations.enums import CLOSED_STATES, ConsultationState
from consultations.plain import is_blank
from portal.periods.calendar import WorkingCalendar
from portal.periods.enums import Unit

if TYPE_CHECKING:
    from consultations.models import Outcome


@dataclass(frozen=True)
class DaysLeft:
    """Time left until 24:00 of `last_day`; the day asked on is not counted (民法典 §201), so the last day has 0 left."""

    days: int
    working_days: int
    last_day: dt.date

    @property
    def is_last_day(self) -> bool:
        return self.days == 0

    @property
    def text(self) -> str:
        """A sentence for people."""
        if self.is_last_day:
            return _("今天是最后一天，24:00 截止")
        left = ngettext("还剩 %(days)d 天", "还剩 %(days)d 天", self.days) % {"days": self.days}
        working = ngettext("（%(days)d 个工作日）", "（%(days)d 个工作日）", self.working_days)
        return left + working % {"days": self.working_days}


class ConsultationStates:
    """What a `ConsultationPage` can say about itself. Every method takes `at`, a moment; default now."""

    if TYPE_CHECKING:
        live: bool
        opens_at: dt.datetime | None
        closes_at: dt.datetime | None
        outcome_due_on: dt.date | None
        extended_from: dt.datetime | None
        terminated_at: dt.datetime | None
        shortened_reason: str
        outcome: Outcome

    def state(self, at: dt.datetime | None = None) -> ConsultationState:
        """The state at `at`. Each `ConsultationQuerySet` filter of the same name selects exactly these."""
        at = current(at)
        if not self.live or self.opens_at is None or self.closes_at is None:
            return ConsultationState.DRAFT
        if (published := self.outcome_published_at) and published <= at:
            return ConsultationState.OUTCOME_PUBLISHED
        if self.terminated_at and self.terminated_at <= at:
            return ConsultationState.TERMINATED
        if at < self.opens_at:
            return ConsultationState.ANNOUNCED
        if at < self.closes_at:
            return ConsultationState.OPEN
        if self.outcome_due_on and at >= end_of(self.outcome_due_on):
            return ConsultationState.OVERDUE
        return ConsultationState.AWAITING_OUTCOME

    def is_open(self, at: dt.datetime | None = None) -> bool:
        """Whether a comment arriving at `at` is in time."""
        return self.state(at) == ConsultationState.OPEN

    def has_closed(self, at: dt.datetime | None = None) -> bool:
        """Whether commenting is over at `at`, for whatever reason."""
        return self.state(at) in CLOSED_STATES

    def was_opened(self, at: dt.datetime | None = None) -> bool:
        """Whether people could comment at `at` or before: from then on the draft and its dates are fixed."""
        return bool(self.live and self.opens_at and self.opens_at <= current(at))

    @property
    def outcome_published_at(self) -> dt.datetime | None:
        """When the outcome was published, if it was. Free when the queryset selected `outcome`."""
        try:
            return self.outcome.published_at
        except ObjectDoesNotExist:
            return None

    @property
    def first_day(self) -> dt.date | None:
        """The day (Asia/Shanghai) commenting begins."""
        return timezone.localdate(self.opens_at) if self.opens_at else None

    @property
    def last_day(self) -> dt.date | None:
        """The last day (Asia/Shanghai) on which a comment is in time, in full."""
        return last_day_before(self.closes_at) if self.closes_at else None

    @property
    def extended_from_day(self) -> dt.date | None:
        """The last day before the extension, if there was one."""
        return last_day_before(self.extended_from) if self.extended_from else None

    @property
    def is_shortened(self) -> bool:
        """Whether it runs for less than the minimum, for a reason that is published (国令713 §15)."""
        return not is_blank(self.shortened_reason)

    def days_left(self, at: dt.datetime | None = None) -> DaysLeft | None:
        """Days and working days left while open, else None."""
        if not self.is_open(at) or self.last_day is None:
            return None
        today = timezone.localdate(current(at))
        working = WorkingCalendar.load().count(today, self.last_day, Unit.WORKING_DAY)
        return DaysLeft((self.last_day - today).days, working, self.last_day)

    def days_overdue(self, at: dt.datetime | None = None) -> int:
        """Whole days since the outcome was due; 0 unless it is overdue."""
        if self.state(at) != ConsultationState.OVERDUE or self.outcome_due_on is None:
            return 0
        return (timezone.localdate(current(at)) - self.outcome_due_on).days
