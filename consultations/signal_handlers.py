"""The guard below every user interface: admin, bulk actions, `revision.publish()`, scheduler, copies, API and shell.

A live page with obstacles is refused, an opened one cannot change or vanish, frozen clauses stay as they are (ADR 0003).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.db.models.signals import post_save, pre_delete, pre_save
from django.utils.translation import gettext_lazy as _
from wagtail.signals import pre_page_move

from consultations import gate
from consultations.clock import current
from consultations.exceptions import ConsultationBlocked, ConsultationLocked
from consultations.freezing import freeze_draft, is_freezing
from consultations.models import ConsultationPage, DraftClause
from portal.home.models import BasePage
from portal.home.signals import pages_written_in_bulk
from portal.periods.exceptions import PeriodUnknown

if TYPE_CHECKING:
    from django.db.models import QuerySet

#: A save of none of these cannot release or change anything (Wagtail's bookkeeping of revisions and locks).
RELEVANT_FIELDS = frozenset({*gate.GUARDED_FIELDS, "department_id", "live", "title"})
CANNOT_MOVE = _("已经开始的征求意见不能移到其他部门。")
CANNOT_VANISH = _("已经开始的征求意见不能下线或删除；确需停止的，请终止并公开理由。")


def guard_page(
    instance: ConsultationPage, raw: bool = False, update_fields: Iterable[str] | None = None, **_kwargs: Any
) -> None:
    """Refuse what may not be saved; set `releasable` and the outcome's due day.

    Raises ConsultationBlocked for a live page with obstacles, ConsultationLocked for a change of what is fixed.
    """
    instance.freeze_due = False
    if raw or (update_fields is not None and RELEVANT_FIELDS.isdisjoint(update_fields)):
        return
    old = gate.stored_values(instance)
    if old and gate.stored_as_opened(old):
        _guard_opened(instance, old)
    else:
        _guard_unopened(instance)
    _set_outcome_due(instance)


def _guard_opened(page: ConsultationPage, old: dict[str, Any]) -> None:
    if not page.live:
        raise ConsultationLocked(["live"], str(CANNOT_VANISH))
    if changed := gate.locked_changes(old, page):
        raise ConsultationLocked(gate.labels(page, changed))
    page.releasable = True


def _guard_unopened(page: ConsultationPage) -> None:
    if page.department_id is None:
        page.department_id = page.home_department_id()
    found = gate.obstacles(page)
    page.releasable = not found
    if page.live and found:
        raise ConsultationBlocked(found)
    page.freeze_due = page.live


def _set_outcome_due(page: ConsultationPage) -> None:
    if page.last_day is None:
        page.outcome_due_on = None
        return
    try:
        due = gate.outcome_due(page.last_day)
    except PeriodUnknown:  # an obstacle of its own, and kept as it is for an opened page
        return
    page.outcome_due_on, page.outcome_due_provisional = due.day, due.provisional


def freeze_page(instance: ConsultationPage, raw: bool = False, **_kwargs: Any) -> None:
    """Freeze the draft in the transaction that publishes it (Wagtail's `Page.save` opens one)."""
    if not raw and instance.freeze_due:
        instance.freeze_due = False
        freeze_draft(instance)


def keep_page(instance: ConsultationPage, **_kwargs: Any) -> None:
    """An opened consultation is never deleted, whoever asks."""
    if gate.stored_as_opened(gate.stored_values(instance)):
        raise ConsultationLocked(["live"], str(CANNOT_VANISH))


def keep_place(
    instance: ConsultationPage, parent_page_before: Any, parent_page_after: Any, **_kwargs: Any
) -> None:
    """An opened consultation stays with its department: permissions follow the place in the tree."""
    moved = parent_page_before.pk != parent_page_after.pk
    if moved and gate.stored_as_opened(gate.stored_values(instance)):
        raise ConsultationLocked(["department"], str(CANNOT_MOVE))


def guard_bulk_write(rows: QuerySet[BasePage], values: dict[str, Any], **_kwargs: Any) -> None:
    """`BasePage.objects.update` on the base rows of opened consultations. Raises as their own `update` does."""
    if {"slug", "live"} & values.keys():
        ConsultationPage.objects.filter(pk__in=rows.values("pk")).refuse_bulk_write(values)


def guard_clause(instance: DraftClause, raw: bool = False, **_kwargs: Any) -> None:
    """Clauses are written by freezing only; once people can comment, by nobody."""
    opened = ConsultationPage._base_manager.filter(
        pk=instance.consultation_id, live=True, opens_at__lte=current()
    )
    if not raw and not is_freezing() and opened.exists():
        raise ConsultationLocked(["clauses"], str(_("征求意见稿的条款已经固定，不能改动。")))


def connect() -> None:
    """Connect every guard; called once when the app is ready."""
    uid = "consultations.guard"
    pre_save.connect(guard_page, sender=ConsultationPage, dispatch_uid=uid)
    post_save.connect(freeze_page, sender=ConsultationPage, dispatch_uid=uid)
    pre_delete.connect(keep_page, sender=ConsultationPage, dispatch_uid=uid)
    pages_written_in_bulk.connect(guard_bulk_write, sender=BasePage, dispatch_uid=uid)
    pre_page_move.connect(keep_place, sender=ConsultationPage, dispatch_uid=uid)
    pre_save.connect(guard_clause, sender=DraftClause, dispatch_uid=uid)
    pre_delete.connect(guard_clause, sender=DraftClause, dispatch_uid=uid)
