"""What people decide about the archive: validity of imports, corrections. Every decision is audited."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from search.archive.models import NormativeDocument
from search.archive.numbers import parse_number
from search.archive.rules import RULES
from search.archive.services import derive_columns, record_acts, tell_index
from search.upkeep.acts import record
from search.upkeep.enums import ActKind, ActOrigin
from search.upkeep.models import ValidityAct

if TYPE_CHECKING:
    from portal.organisations.models import User


def _require(action: str, user: User) -> None:
    if not RULES[action](user):
        raise PermissionDenied(_("您没有维护规范性文件库的权限。"))


@dataclass(frozen=True, slots=True)
class Confirmation:
    """What a person found out about a document's validity, and where (`note`)."""

    note: str
    effective_on: dt.date | None = None
    valid_until: dt.date | None = None
    repealed_on: dt.date | None = None
    not_repealed: bool = False
    amended_on: dt.date | None = None
    not_amended: bool = False
    act_text: str = ""


@transaction.atomic
def confirm_validity(*, document_id: int, user: User, **found: Any) -> NormativeDocument:
    """Record that a person checked whether a document is in force; `found` are the fields of `Confirmation` (H§6).

    What the person says stands over what the machine reads later. Raises PermissionDenied; ValidationError without an
    effective date, without a note, or with dates out of order.
    """
    _require("confirm_validity", user)
    document = NormativeDocument.objects.select_for_update().get(pk=document_id)
    given = Confirmation(**{**found, "note": str(found.get("note", "")).strip()[:500]})
    effective_on = given.effective_on or document.effective_on
    _check_dates(given, effective_on)
    changed = {
        "effective_on": effective_on,
        "valid_until": given.valid_until or document.valid_until,
        "validity_confirmed": True,
    }
    if given.valid_until:
        changed["lapsed"] = False
    record_acts(acts={document.pk: changed})
    record(list(_words(document, given, user)))
    document.refresh_from_db()
    data = {"title": document.title, "note": given.note}
    log(instance=document, action="yanlu.validity_confirmed", user=user, data=data)
    return document


def _check_dates(given: Confirmation, effective_on: dt.date | None) -> None:
    if not given.note:
        raise ValidationError(_("请注明确认的依据，例如清理结果文件或标准文本出处。"))
    if effective_on is None and given.repealed_on is None:
        raise ValidationError(_("确认效力需要施行日期。"))
    if (given.not_repealed and given.repealed_on) or (given.not_amended and given.amended_on):
        raise ValidationError(_("不能既填写日期，又注明没有废止或修改。"))
    for day, message in (
        (given.valid_until, _("有效期不能早于施行日期。")),
        (given.amended_on, _("修改日期不能早于施行日期。")),
        (given.repealed_on, _("废止日期不能早于施行日期。")),
    ):
        if day and effective_on and day < effective_on:
            raise ValidationError(message)


def _words(document: NormativeDocument, given: Confirmation, user: User) -> Iterator[ValidityAct]:
    """The person's word on each thing that differs from what the document says now."""
    today = timezone.localdate()
    said: list[tuple[ActKind, dt.date | None, dt.date | None]] = []
    if given.not_repealed:
        said.append((ActKind.NOT_REPEALED, today, None))
    elif given.repealed_on and given.repealed_on != document.repealed_on:
        said.append((ActKind.REPEAL, given.repealed_on, None))
    if given.not_amended:
        said.append((ActKind.NOT_AMENDED, today, None))
    elif given.amended_on and given.amended_on != document.amended_on:
        said.append((ActKind.AMEND, given.amended_on, None))
    # Said once more, the day is a person's from now on: what the machine reads of earlier acts no longer moves it.
    if given.valid_until:
        said.append((ActKind.TERM, today, given.valid_until))
    act = _act_named(given.act_text)
    for kind, effective_on, valid_until in said:
        yield ValidityAct(
            document=document,
            kind=kind,
            effective_on=effective_on,
            valid_until=valid_until,
            origin=ActOrigin.PERSON,
            note=given.note,
            act=act,
            act_text=given.act_text.strip()[:500],
            recorded_by=user,
        )


def _act_named(text: str) -> NormativeDocument | None:
    """The one document of the archive with the number that `text` is; None when there is none or there are several."""
    number = parse_number(text.strip()) if text.strip() else None
    if number is None:
        return None
    found = list(NormativeDocument.objects.visible().same_number(number.key).light()[:2])
    return found[0] if len(found) == 1 else None


@transaction.atomic
def document_corrected(
    *, document: NormativeDocument, user: User, before: Mapping[str, Any] | None = None
) -> NormativeDocument:
    """After a person edited a document in the admin: derived columns follow, and the index is told.

    `before` holds the validity columns as they were: a day the person changed is that person's word.
    """
    _require("edit_document", user)
    derived: Mapping[str, Any] = derive_columns(document)
    for name, value in derived.items():
        setattr(document, name, value)
    document.relations_read_at = None
    document.save(update_fields=[*derived, "relations_read_at", "updated_at"])
    words = list(_edited_words(document, user, before or {}))
    if words:
        record(words)
        document.refresh_from_db()
    tell_index([document.pk])
    return document


def _edited_words(
    document: NormativeDocument, user: User, before: Mapping[str, Any]
) -> Iterator[ValidityAct]:
    today = timezone.localdate()
    for column, said, unsaid in (
        ("repealed_on", ActKind.REPEAL, ActKind.NOT_REPEALED),
        ("amended_on", ActKind.AMEND, ActKind.NOT_AMENDED),
    ):
        day: dt.date | None = getattr(document, column)
        if column in before and before[column] != day:
            yield ValidityAct(
                document=document,
                kind=said if day else unsaid,
                effective_on=day or today,
                origin=ActOrigin.PERSON,
                recorded_by=user,
            )
    if "valid_until" in before and before["valid_until"] != document.valid_until:
        # What the source had said no longer matters.
        document.stated_until = None
        document.save(update_fields=["stated_until"])
    if document.valid_until and before.get("valid_until", document.valid_until) != document.valid_until:
        yield ValidityAct(
            document=document,
            kind=ActKind.TERM,
            effective_on=today,
            valid_until=document.valid_until,
            origin=ActOrigin.PERSON,
            recorded_by=user,
        )
