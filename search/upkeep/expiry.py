"""Evaluation before the last day (有效期届满前评估, H§6): who is reminded, once, and where the evaluation starts."""

from __future__ import annotations

import datetime as dt
import logging
from collections import defaultdict
from collections.abc import Collection
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.core.mail import send_mail
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portal.organisations.enums import Role
from portal.organisations.models import Department, RoleAssignment
from portal.periods.enums import PeriodCode
from portal.periods.services import get_period
from search.archive.models import NormativeDocument
from search.archive.querysets import NormativeDocumentQuerySet
from search.archive.validity import day_in_words
from search.upkeep import cleanups
from search.upkeep.departments import DepartmentIndex
from search.upkeep.models import CleanupBatch, CleanupEntry, ReminderSent
from search.upkeep.querysets import without_long_columns
from search.upkeep.rules import headed_by, may_organise, require

if TYPE_CHECKING:
    from portal.organisations.models import User

logger = logging.getLogger(__name__)
#: Files named in one mail; the admin list has the others.
_NAMED = 50


def evaluation_from(valid_until: dt.date) -> dt.date:
    """First day of evaluating a document whose last day is this one. Raises PeriodUnknown."""
    return valid_until - dt.timedelta(days=get_period(PeriodCode.VALIDITY_EVALUATION_REMINDER).value)


def due_for_evaluation(day: dt.date) -> NormativeDocumentQuerySet:
    """Documents whose last day lies within the period from `day` on, the nearest first. Raises PeriodUnknown."""
    length = dt.timedelta(days=get_period(PeriodCode.VALIDITY_EVALUATION_REMINDER).value)
    found = NormativeDocument.objects.lapsing(between=(day, day + length))
    return found.light().order_by("valid_until", "pk")


@transaction.atomic
def notice(day: dt.date) -> int:
    """Write one row for each document whose evaluation is due and was not noticed yet. Returns how many."""
    due = list(due_for_evaluation(day))
    known = set(ReminderSent.objects.filter(document__in=due).values_list("document_id", "valid_until"))
    departments = DepartmentIndex()
    fresh = [
        ReminderSent(document=d, valid_until=d.valid_until, department=departments.responsible(d))
        for d in due
        if d.valid_until and (d.pk, d.valid_until) not in known
    ]
    ReminderSent.objects.bulk_create(fresh, ignore_conflicts=True, batch_size=500)
    return len(fresh)


def remind(at: dt.datetime | None = None) -> int:
    """Notice what is due and send one digest to each department's heads (the general office for what is nobody's).

    A reminder is marked as sent before the mail goes out, so a worker killed in between never sends it twice; the
    to-do list shows it all the same. A mail that the server refuses is tried again next day. Returns mails sent.
    """
    now = at or timezone.now()
    notice(timezone.localdate(now))
    departments = list(_waiting(now).order_by().values_list("department_id", flat=True).distinct())
    return sum(_remind_department(department, now) for department in departments)


def _waiting(now: dt.datetime) -> QuerySet[ReminderSent]:
    """Reminders nobody was told of that still hold: not extended, not repealed, not withdrawn meanwhile."""
    return ReminderSent.objects.filter(
        mailed_at__isnull=True,
        valid_until__gte=timezone.localdate(now),
        document__valid_until=F("valid_until"),
        document__repealed_on__isnull=True,
        document__withdrawn=False,
    )


def _remind_department(department_id: int | None, now: dt.datetime) -> int:
    addresses = _addresses(department_id)
    if not addresses:
        return 0
    with transaction.atomic():
        waiting = list(
            _waiting(now)
            .filter(Q(department_id=department_id) if department_id else Q(department__isnull=True))
            .select_for_update(skip_locked=True, of=("self",))
            .select_related("document")
            .defer(*without_long_columns())
            .order_by("valid_until", "pk")
        )
        ids = [reminder.pk for reminder in waiting]
        ReminderSent.objects.filter(pk__in=ids).update(mailed_at=now)
    if not waiting:
        return 0
    try:
        send_mail(_subject(waiting), _message(waiting), None, addresses)
    except OSError:
        logger.exception("digest of expiring documents not sent")
        ReminderSent.objects.filter(pk__in=ids).update(mailed_at=None)
        return 0
    return 1


def _addresses(department_id: int | None) -> list[str]:
    valid = RoleAssignment.objects.valid().exclude(user__email="").filter(user__is_active=True)
    heads = (
        valid.filter(role=Role.HEAD, department_id=department_id)
        if department_id
        else valid.filter(role=Role.OFFICE)
    )
    return sorted(set(heads.values_list("user__email", flat=True)))


def _subject(waiting: list[ReminderSent]) -> str:
    n = len(waiting)
    return ngettext("%(n)d 件文件有效期将满，请组织评估", "%(n)d 件文件有效期将满，请组织评估", n) % {"n": n}


def _message(waiting: list[ReminderSent]) -> str:
    lines = [
        _("《%(title)s》%(number)s，有效期至%(day)s")
        % {
            "title": r.document.title,
            "number": r.document.document_number,
            "day": day_in_words(r.valid_until),
        }
        for r in waiting[:_NAMED]
    ]
    if len(waiting) > _NAMED:
        lines.append(_("……等共 %(n)d 件。") % {"n": len(waiting)})
    closing = _("请在届满前评估，决定继续有效、修改或者废止；逾期自动失效。办理：后台“将到期文件”。")
    return "\n".join([*lines, "", closing])


@transaction.atomic
def start_evaluation(
    *, document_id: int, user: User, decision: cleanups.Decision, at: dt.datetime | None = None
) -> CleanupBatch:
    """Conclude on an expiring document: it comes into the department's open evaluation batch of the year.

    Raises PermissionDenied; ValidationError when the document is not expiring or the decision does not hold.
    """
    day = timezone.localdate(at)
    document = due_for_evaluation(day).filter(pk=document_id).first()
    if document is None:
        raise ValidationError(_("这件文件目前不在评估期内。"))
    department = responsible_for(document, user)
    title = _("%(department)s有效期届满评估（%(year)s年）") % {
        "department": department.name,
        "year": day.year,
    }
    batch = CleanupBatch.objects.preparing().filter(department=department, title=title[:200]).first()
    if batch is None:
        batch = cleanups.create_batch(title=title, department=department, user=user)
    cleanups.add_documents(batch_id=batch.pk, document_ids=[document.pk], user=user)
    entry = batch.entries.get(document=document)
    cleanups.decide(batch_id=batch.pk, entry_ids=[entry.pk], user=user, decision=decision)
    return batch


def responsible_for(document: NormativeDocument, user: User) -> Department:
    """The department that evaluates `document`; for a body that is none of ours the one `user` acts for.

    Raises PermissionDenied when this person may not evaluate it.
    """
    department = DepartmentIndex().responsible(document)
    if department is None:
        department = Department.objects.filter(
            assignments__in=RoleAssignment.objects.valid().filter(
                user=user, role__in=[Role.OFFICE, Role.LEGALITY]
            )
        ).first()
    require(department is not None and may_organise(user, department))
    assert department is not None  # noqa: S101  # `require` has seen to it
    return department


def in_preparation(document_ids: Collection[int]) -> dict[int, CleanupEntry]:
    """Document -> its entry in a batch that is not published yet."""
    entries = CleanupEntry.objects.filter(document_id__in=document_ids, batch__published_at__isnull=True)
    found: dict[int, CleanupEntry] = defaultdict()
    for entry in entries.select_related("batch").order_by("pk"):
        found[entry.document_id] = entry
    return found


def visible_to(user: User, day: dt.date) -> list[NormativeDocument]:
    """Expiring documents this person answers for: of their departments, of all for those who organise clean-ups."""
    due = list(due_for_evaluation(day))
    if may_organise(user, None) or user.is_superuser:
        return due
    departments, own = DepartmentIndex(), headed_by(user)
    found = []
    for document in due:
        responsible = departments.responsible(document)
        if responsible is not None and responsible.pk in own:
            found.append(document)
    return found
