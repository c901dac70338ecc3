"""What people decide about the archive: set-aside items, validity of imports, corrections. Every decision is audited."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from search.archive.enums import ItemStatus
from search.archive.importing.entries import fields_from_payload
from search.archive.models import ImportItem, NormativeDocument
from search.archive.numbers import parse_number
from search.archive.rules import RULES
from search.archive.services import DocumentRow, derive_columns, tell_index, upsert_documents

if TYPE_CHECKING:
    from portal.organisations.models import User


def _require(action: str, user: User) -> None:
    if not RULES[action](user):
        raise PermissionDenied(_("您没有维护规范性文件库的权限。"))


def _open_item(item_id: int) -> ImportItem:
    item = ImportItem.objects.select_for_update().get(pk=item_id)
    if item.status != ItemStatus.SET_ASIDE:
        raise ValidationError(_("这个条目已经处理过。"))
    return item


@transaction.atomic
def accept_item(
    *, item_id: int, user: User, title: str, document_number: str = "", text: str
) -> NormativeDocument:
    """Take a set-aside item into the archive with title, number and text as a person corrected them.

    Raises PermissionDenied; ValidationError when it was decided before, or title, text or number do not hold.
    """
    _require("decide_set_aside", user)
    item = _open_item(item_id)
    title, text, raw = title.strip(), text.strip(), document_number.strip()
    if not title or not text:
        raise ValidationError(_("收录需要标题和正文。"))
    if raw and parse_number(raw) is None:
        raise ValidationError(_("“%(raw)s”不是完整的发文字号。") % {"raw": raw})
    fields = fields_from_payload(item.payload.get("fields", {}))
    fields |= {"title": title, "document_number_raw": raw, "document_number": raw, "text": text}
    fields.setdefault("source", item.origin.rsplit("/", 1)[-1])
    if item.original_id and item.source_key.startswith("file:"):
        fields["original_id"] = item.original_id
    result = upsert_documents(rows=[DocumentRow(item.source_key, fields)])
    document = NormativeDocument.objects.get(pk=result.ids[item.source_key])
    item.status, item.document, item.title = ItemStatus.ACCEPTED, document, title[:500]
    item.save(update_fields=["status", "document", "title", "updated_at"])
    log(
        instance=document,
        action="yanlu.item_accepted",
        user=user,
        data={"title": title, "item": item.pk, "reason": item.reason_code},
    )
    return document


@transaction.atomic
def reject_item(*, item_id: int, user: User, note: str) -> ImportItem:
    """Decide that a set-aside item does not belong in the archive. The original stays. Raises as `accept_item` does."""
    _require("decide_set_aside", user)
    item = _open_item(item_id)
    if not note.strip():
        raise ValidationError(_("请说明不收录的理由。"))
    item.status = ItemStatus.REJECTED
    item.payload = {**item.payload, "rejected": note.strip()[:500]}
    item.save(update_fields=["status", "payload", "updated_at"])
    log(
        instance=item,
        action="yanlu.item_rejected",
        user=user,
        data={"title": item.title, "note": note.strip()[:500]},
    )
    return item


@transaction.atomic
def confirm_validity(
    *, document_id: int, user: User, note: str, effective_on: dt.date | None = None, valid_until: dt.date | None = None,
    repealed_on: dt.date | None = None,
) -> NormativeDocument:  # fmt: skip
    """Record that a person checked whether an imported document is in force, with the dates found (H§6).

    Raises PermissionDenied; ValidationError without an effective date, without a note, or with dates out of order.
    """
    _require("confirm_validity", user)
    document = NormativeDocument.objects.select_for_update().get(pk=document_id)
    effective_on = effective_on or document.effective_on
    if not note.strip():
        raise ValidationError(_("请注明确认的依据，例如清理结果文件或标准文本出处。"))
    if effective_on is None and repealed_on is None:
        raise ValidationError(_("确认效力需要施行日期。"))
    for day, message in (
        (valid_until, _("有效期不能早于施行日期。")),
        (repealed_on, _("废止日期不能早于施行日期。")),
    ):
        if day and effective_on and day < effective_on:
            raise ValidationError(message)
    document.effective_on = effective_on
    document.valid_until = valid_until or document.valid_until
    document.repealed_on = repealed_on or document.repealed_on
    document.validity_confirmed = True
    document.save(
        update_fields=["effective_on", "valid_until", "repealed_on", "validity_confirmed", "updated_at"]
    )
    log(
        instance=document,
        action="yanlu.validity_confirmed",
        user=user,
        data={"title": document.title, "note": note.strip()[:500]},
    )
    tell_index([document.pk])
    return document


@transaction.atomic
def document_corrected(*, document: NormativeDocument, user: User) -> NormativeDocument:
    """After a person edited a document in the admin: derived columns follow, and the index is told."""
    _require("edit_document", user)
    derived: Mapping[str, Any] = derive_columns(document)
    for name, value in derived.items():
        setattr(document, name, value)
    document.save(update_fields=[*derived, "updated_at"])
    tell_index([document.pk])
    return document
