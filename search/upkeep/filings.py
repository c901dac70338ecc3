"""The filing list (备案目录, H§6): due after publication, sent by the department, registered or returned by the register."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from portal.periods.enums import PeriodCode
from portal.periods.exceptions import PeriodUnknown
from portal.periods.services import deadline
from search.archive.models import NormativeDocument
from search.upkeep.departments import DepartmentIndex
from search.upkeep.enums import FilingResult
from search.upkeep.models import Filing
from search.upkeep.rules import may_file, may_open_filing, may_register, require

if TYPE_CHECKING:
    from portal.organisations.models import Department, User


def due_day(published_on: dt.date) -> dt.date:
    """The last day to file a document published on this day: the period `filing` in force on it. Raises PeriodUnknown."""
    return deadline(PeriodCode.FILING, published_on).day


@transaction.atomic
def open_filing(
    *, document: NormativeDocument, department: Department | None = None, published_on: dt.date | None = None
) -> Filing | None:
    """Put a document on the filing list, once; called when a policy is published. Returns the filing there is.

    None when no period of filing was in force on the day: then nothing is due, and no publication fails for it.
    Raises ValidationError for a document without a date of publication.
    """
    rows = Filing.objects.filter(document=document)
    known = rows.exclude(result=FilingResult.RETURNED).first()
    if known is not None and (known.filed_on or rows.filter(result=FilingResult.RETURNED).exists()):
        return known
    day = published_on or document.published_on or document.adopted_on
    if day is None:
        raise ValidationError(_("没有发布日期，无法计算报备期限。"))
    try:
        due_on = due_day(day)
    except PeriodUnknown:
        return known
    if known is not None:
        # The day of publication was corrected before anything was sent.
        Filing.objects.filter(pk=known.pk).exclude(due_on=due_on).update(due_on=due_on)
        known.due_on = due_on
        return known
    responsible = department or DepartmentIndex().responsible(document)
    return Filing.objects.create(document=document, department=responsible, due_on=due_on)


@transaction.atomic
def add_filing(*, document_id: int, user: User, department: Department | None = None) -> Filing:
    """Put a document of the archive on the filing list by hand. Raises PermissionDenied, ValidationError."""
    require(may_open_filing(user))
    document = NormativeDocument.objects.visible().filter(pk=document_id).first()
    if document is None:
        raise ValidationError(_("文件库中没有这件文件。"))
    filing = open_filing(document=document, department=department)
    if filing is None:
        raise ValidationError(_("该文件发布时没有适用的备案期限。"))
    log(instance=filing, action="yanlu.filing_opened", user=user, data={"title": document.title})
    return filing


def _locked(filing_id: int) -> Filing:
    filings = Filing.objects.select_for_update(of=("self",)).with_document()
    return filings.get(pk=filing_id)


@transaction.atomic
def submit_filing(
    *,
    filing_id: int,
    user: User,
    authority: str,
    filed_on: dt.date | None = None,
    at: dt.datetime | None = None,
) -> Filing:
    """Record that the document was sent to `authority` (default today).

    Raises PermissionDenied; ValidationError when it was sent before, without an authority, or for a day that cannot be.
    """
    filing = _locked(filing_id)
    require(may_file(user, filing.department))
    today = timezone.localdate(at)
    day = filed_on or today
    if filing.filed_on:
        raise ValidationError(_("这件文件已经报送备案。"))
    if not authority.strip():
        raise ValidationError(_("请填写备案机关。"))
    if day > today:
        raise ValidationError(_("报送日期不能晚于今天。"))
    if filing.document.published_on and day < filing.document.published_on:
        raise ValidationError(_("报送日期不能早于文件的发布日期。"))
    filing.authority, filing.filed_on, filing.filed_by = authority.strip()[:200], day, user
    filing.save(update_fields=["authority", "filed_on", "filed_by"])
    data = {"title": filing.document.title, "authority": filing.authority}
    log(instance=filing, action="yanlu.filing_submitted", user=user, data=data)
    return filing


def _to_answer(filing_id: int, user: User, day: dt.date) -> Filing:
    filing = _locked(filing_id)
    require(may_register(user))
    if not filing.filed_on:
        raise ValidationError(_("这件文件尚未报送备案。"))
    if filing.result:
        raise ValidationError(_("这件备案已经办理。"))
    if day < filing.filed_on:
        raise ValidationError(_("办理日期不能早于报送日期。"))
    return filing


@transaction.atomic
def register_filing(
    *, filing_id: int, user: User, registration_number: str, at: dt.datetime | None = None
) -> Filing:
    """Register a filing under its number (备案登记号), which is given once.

    Raises PermissionDenied; ValidationError when it was not sent, is answered, or the number is missing or taken.
    """
    day = timezone.localdate(at)
    filing = _to_answer(filing_id, user, day)
    number = " ".join(registration_number.split())[:80]
    if not number:
        raise ValidationError(_("请填写备案登记号。"))
    if Filing.objects.filter(registration_number=number).exists():
        raise ValidationError(_("备案登记号“%(number)s”已经使用。") % {"number": number})
    filing.result, filing.registration_number, filing.answered_on = FilingResult.REGISTERED, number, day
    filing.save(update_fields=["result", "registration_number", "answered_on"])
    data = {"title": filing.document.title, "number": number}
    log(instance=filing, action="yanlu.filing_registered", user=user, data=data)
    return filing


@transaction.atomic
def return_filing(*, filing_id: int, user: User, reason: str, at: dt.datetime | None = None) -> Filing:
    """Return a filing with a reason; the department files again within the same period from this day.

    Returns the new filing. Raises as `register_filing` does.
    """
    day = timezone.localdate(at)
    filing = _to_answer(filing_id, user, day)
    if not reason.strip():
        raise ValidationError(_("退回须说明理由。"))
    filing.result, filing.return_reason, filing.answered_on = FilingResult.RETURNED, reason.strip()[:500], day
    filing.save(update_fields=["result", "return_reason", "answered_on"])
    data = {"title": filing.document.title, "reason": filing.return_reason}
    log(instance=filing, action="yanlu.filing_returned", user=user, data=data)
    return Filing.objects.create(document=filing.document, department=filing.department, due_on=due_day(day))
