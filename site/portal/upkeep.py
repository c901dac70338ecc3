"""Clean-up, filing and expiry on the staff's to-do list and on the public board: composed here, search knows no home."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from portal.home.dates import day_text
from portal.home.registry import Todo, board_panels, todo_sources
from portal.organisations.enums import Role
from search.upkeep import selectors
from search.upkeep.models import ReminderSent
from search.upkeep.querysets import without_long_columns

if TYPE_CHECKING:
    from portal.organisations.duties import Duties
    from search.upkeep.models import Filing

BOARD_ROWS = 10
#: Lines of one kind of work.
_LIMIT = 50


def register() -> None:
    """Called once, when the app is ready."""
    todo_sources.register(key="filings", order=60, heading=_("规范性文件备案"), collect=filings)
    todo_sources.register(key="filings_register", order=61, heading=_("备案登记"), collect=registrations)
    todo_sources.register(key="cleanups", order=62, heading=_("文件清理"), collect=conclusions)
    todo_sources.register(key="expiring", order=63, heading=_("有效期将满的文件"), collect=expiring)
    board_panels.register(
        key="filings_overdue", order=33, template="upkeep/board_filings.html", context=overdue_filings
    )


def filings(duties: Duties, at: datetime) -> list[Todo]:
    """What the person's departments have to file."""
    departments = duties.departments(Role.DRAFTER, Role.HEAD)
    if not departments:
        return []
    today = timezone.localdate(at)
    return [_to_file(filing, filing.due_on < today) for filing in selectors.unfiled(departments)[:_LIMIT]]


def _to_file(filing: Filing, late: bool) -> Todo:
    note = _t("应于%(day)s前报送") % {"day": day_text(filing.due_on)}
    url = reverse("upkeep_admin:filing", args=[filing.pk])
    return Todo(filing.document.title, _t("报送备案"), url, note=note, urgent=late)


def registrations(duties: Duties, at: datetime) -> list[Todo]:
    """What waits for the register."""
    if not duties.has(Role.LEGALITY):
        return []
    return [
        Todo(
            filing.document.title,
            _t("办理备案"),
            reverse("upkeep_admin:filing", args=[filing.pk]),
            note=_t("%(day)s报送") % {"day": day_text(filing.filed_on or filing.due_on)},
        )
        for filing in selectors.to_register()[:_LIMIT]
    ]


def conclusions(duties: Duties, at: datetime) -> list[Todo]:
    """Clean-ups in which files of the person's departments have no conclusion yet."""
    departments = duties.departments(Role.HEAD)
    if not departments:
        return []
    return [
        Todo(
            work.batch.title,
            _t("作出清理结论"),
            f"{reverse('upkeep_admin:batch', args=[work.batch.pk])}?filter=open",
            note=ngettext("%(n)d 件文件没有结论", "%(n)d 件文件没有结论", work.waiting) % {"n": work.waiting},
        )
        for work in selectors.to_conclude(departments)
    ]


def expiring(duties: Duties, at: datetime) -> list[Todo]:
    """Documents that the daily look noticed: for the department's head, else for the general office."""
    departments = duties.departments(Role.HEAD)
    if not departments and not duties.has(Role.OFFICE):
        return []
    today = timezone.localdate(at)
    waiting = ReminderSent.objects.filter(
        valid_until__gte=today, document__withdrawn=False, document__repealed_on__isnull=True
    ).exclude(
        document__cleanup_entries__batch__published_at__isnull=True, document__cleanup_entries__isnull=False
    )
    own = waiting.filter(department_id__in=departments)
    found = own | waiting.filter(department__isnull=True) if duties.has(Role.OFFICE) else own
    rows = found.select_related("document").defer(*without_long_columns()).order_by("valid_until", "pk")
    return [
        Todo(
            row.document.title,
            _t("届满前评估"),
            reverse("upkeep_admin:expiring"),
            note=_t("有效期至%(day)s") % {"day": day_text(row.valid_until)},
        )
        for row in rows.distinct()[:_LIMIT]
        if row.document.valid_until == row.valid_until
    ]


def overdue_filings(request: HttpRequest, at: datetime) -> Mapping[str, Any]:
    """Board: documents that should have been filed."""
    overdue = selectors.overdue_filings(timezone.localdate(at))
    return {"filings": list(overdue[:BOARD_ROWS]), "total": overdue.count()}
