"""What stands between a draft and the public (ADR 0003): `obstacles` before it opens, `locked_changes` afterwards.

The editor shows both, services refuse with both, and `signal_handlers` enforces both on every path that saves a page.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from consultations.clock import current
from consultations.plain import is_blank
from consultations.querysets import LOCKED_FIELDS
from portal.home.dates import day_text
from portal.periods import calendar
from portal.periods.enums import CONSULTATION_MINIMUM_PREFIX, PeriodCode
from portal.periods.exceptions import PeriodUnknown
from portal.periods.models import StatutoryPeriod
from portal.periods.services import deadline, get_period
from search.archive.clauses import parse_clauses

if TYPE_CHECKING:
    from consultations.models import ConsultationPage

#: Set by services only, and only once each.
TERMINATION_FIELDS = ("terminated_at", "termination_reason")
EXTENSION_FIELDS = ("extended_from", "extension_reason")
GUARDED_FIELDS = (*LOCKED_FIELDS, *EXTENSION_FIELDS, *TERMINATION_FIELDS)


@dataclass(frozen=True)
class Obstacle:
    """One thing that is missing; `anchor` is the id of the editor's field where it is put right."""

    code: str
    message: str
    anchor: str


@dataclass(frozen=True)
class Minimum:
    """The shortest lawful comment period for a kind and a first day; `last_day` runs until 24:00."""

    period: StatutoryPeriod
    last_day: dt.date
    provisional: bool

    @property
    def text(self) -> str:
        """A sentence that says how long and why."""
        text = _("不得少于 %(value)d %(unit)s（%(basis)s），最早可于 %(day)s 24:00 截止") % {
            "value": self.period.value,
            "unit": self.period.get_unit_display(),
            "basis": self.period.basis,
            "day": day_text(self.last_day),
        }
        if self.provisional:
            text += _("；该年度的节假日安排尚未公布，按周末暂计")
        return text


def minimum(kind: str, first_day: dt.date) -> Minimum:
    """The minimum comment period (国令713 §15 and local rules, from `portal.periods`). Raises PeriodUnknown."""
    period = get_period(f"{CONSULTATION_MINIMUM_PREFIX}{kind}", first_day)
    end = calendar.add(first_day, period.value, period.unit)
    return Minimum(period, end.day, end.provisional)


def outcome_due(last_day: dt.date) -> calendar.Deadline:
    """The day by which the outcome must be public, counted from the last day of comment. Raises PeriodUnknown."""
    return deadline(PeriodCode.OUTCOME_DUE, last_day)


def obstacles(page: ConsultationPage, at: dt.datetime | None = None) -> list[Obstacle]:
    """Everything that is missing before `page` may be published at `at`; empty when nothing is."""
    at = current(at)
    return [found for check in _CHECKS for found in check(page, at)]


def locked_changes(old: dict[str, Any], page: ConsultationPage) -> list[str]:
    """Names of fixed fields in which `page` differs from the stored values `old` and may not.

    A lawful extension (a later end, the old end kept, a reason) and a first termination with a reason are no changes.
    """
    changed = {name for name in GUARDED_FIELDS if _value(page, name) != old[name]}
    if _is_extension(old, page):
        changed -= {"closes_at", *EXTENSION_FIELDS}
    if old["terminated_at"] is None and page.terminated_at and not is_blank(page.termination_reason):
        changed -= set(TERMINATION_FIELDS)
    return [name for name in GUARDED_FIELDS if name in changed]


def labels(page: ConsultationPage, names: list[str]) -> list[str]:
    """Field names as people know them."""
    return [str(capfirst(page._meta.get_field(name).verbose_name)) for name in names]


def stored_values(page: ConsultationPage) -> dict[str, Any] | None:
    """The guarded values, `live` and `opens_at` as the database has them; None for a page not saved yet."""
    if page.pk is None:
        return None
    from consultations.models import ConsultationPage

    # Wagtail hands pages over as their base class too.
    found = ConsultationPage._base_manager.filter(pk=page.pk).values(*GUARDED_FIELDS, "live")
    row: dict[str, Any] | None = found.first()
    return row


def stored_as_opened(old: dict[str, Any] | None, at: dt.datetime | None = None) -> bool:
    """Whether the stored row says that people can or could comment at `at`."""
    return bool(old and old["live"] and old["opens_at"] and old["opens_at"] <= current(at))


def _value(page: ConsultationPage, name: str) -> Any:
    return getattr(page, "department_id" if name == "department" else name)


def _is_extension(old: dict[str, Any], page: ConsultationPage) -> bool:
    return bool(
        page.closes_at
        and old["closes_at"]
        and page.closes_at > old["closes_at"]
        and page.extended_from == old["closes_at"]
        and not is_blank(page.extension_reason)
    )


def _check_texts(page: ConsultationPage, at: dt.datetime) -> Iterator[Obstacle]:
    if is_blank(page.title):
        yield Obstacle("no_title", _("没有标题"), "id_title")
    if not parse_clauses(page.draft_body):
        yield Obstacle("no_clauses", _("没有征求意见稿正文，无法分条"), "id_draft_body")
    if is_blank(page.drafting_note):
        yield Obstacle("no_drafting_note", _("没有起草说明"), "id_drafting_note")
    if is_blank(page.decision_basis):
        yield Obstacle("no_decision_basis", _("没有决策依据"), "id_decision_basis")


def _check_place(page: ConsultationPage, at: dt.datetime) -> Iterator[Obstacle]:
    if page.department_id is None:
        yield Obstacle("no_department", _("没有指明起草部门"), "id_department")
    elif (home := page.home_department_id()) and home != page.department_id:
        yield Obstacle("department_elsewhere", _("起草部门与所在的部门页面不一致"), "id_department")
    others = type(page)._base_manager.filter(slug=page.slug, live=True).exclude(pk=page.pk)
    if page.slug and others.exists():
        yield Obstacle(
            "slug_taken", _("网址段“%(slug)s”已被另一次征求意见使用") % {"slug": page.slug}, "id_slug"
        )
    if page.go_live_at or page.expire_at:
        message = _("征求意见的开始和截止由征求意见日期决定，不能另设定时发布或下线")
        yield Obstacle("scheduled", message, "id_go_live_at")


def _check_dates(page: ConsultationPage, at: dt.datetime) -> Iterator[Obstacle]:
    if page.opens_at is None:
        yield Obstacle("no_opening", _("没有开始日期"), "id_first_day")
    elif page.opens_at < at and timezone.localdate(page.opens_at) < timezone.localdate(at):
        yield Obstacle("opens_in_past", _("开始日期已经过去，期限应从公布之日起算"), "id_first_day")
    if page.closes_at is None:
        yield Obstacle("no_closing", _("没有截止日期"), "id_last_day")
    elif page.opens_at and page.closes_at <= page.opens_at:
        yield Obstacle("closes_before_opening", _("截止日期早于开始日期"), "id_last_day")


def _check_periods(page: ConsultationPage, at: dt.datetime) -> Iterator[Obstacle]:
    if page.first_day is None or page.last_day is None or page.last_day < page.first_day:
        return
    try:
        shortest = minimum(page.kind, page.first_day)
        outcome_due(page.last_day)
    except PeriodUnknown as error:
        yield Obstacle("no_period", _("没有可适用的法定期限：%(code)s") % {"code": error.code}, "id_kind")
        return
    if page.last_day < shortest.last_day and not page.is_shortened:
        message = _("期限过短：%(minimum)s。确需缩短的，应当写明并公开理由") % {"minimum": shortest.text}
        yield Obstacle("too_short", message, "id_shortened_reason")


_CHECKS: tuple[Callable[[ConsultationPage, dt.datetime], Iterator[Obstacle]], ...] = (
    _check_texts,
    _check_place,
    _check_dates,
    _check_periods,
)
