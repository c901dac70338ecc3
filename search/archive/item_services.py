"""What people decide about set-aside items of an import: take in (as corrected) or leave out. Every decision is audited."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
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
from search.archive.services import DocumentRow, upsert_documents

if TYPE_CHECKING:
    from portal.organisations.models import User

#: What a person may set right beside title, number and text.
CORRECTABLE = frozenset(
    {
        "issuing_authority", "co_issuers", "level", "region", "doc_type", "genre", "addressees", "signature", "adopted_on",
        "published_on", "effective_on", "first_effective_on", "valid_until",
    }
)  # fmt: skip
#: Items decided with one click.
MAX_TOGETHER = 200


@dataclass(slots=True)
class Decided:
    """What became of several items: how many were decided, and a message for each that was not."""

    done: int = 0
    refused: list[str] = field(default_factory=list)


def _open_item(item_id: int, user: User) -> ImportItem:
    if not RULES["decide_set_aside"](user):
        raise PermissionDenied(_("您没有维护规范性文件库的权限。"))
    item = ImportItem.objects.select_for_update().get(pk=item_id)
    if item.status != ItemStatus.SET_ASIDE:
        raise ValidationError(_("这个条目已经处理过。"))
    return item


@transaction.atomic
def accept_item(
    *, item_id: int, user: User, title: str, text: str, document_number: str = "",
    corrections: Mapping[str, Any] | None = None,
) -> NormativeDocument:  # fmt: skip
    """Take a set-aside item into the archive as a person corrected it; `corrections` holds `CORRECTABLE` fields.

    Raises PermissionDenied; ValidationError when it was decided before, or title, text, number or dates do not hold;
    ValueError for a field that is not correctable.
    """
    item = _open_item(item_id, user)
    title, text, raw = title.strip(), text.strip(), document_number.strip()
    given = dict(corrections or {})
    if set(given) - CORRECTABLE:
        raise ValueError(f"not correctable: {sorted(set(given) - CORRECTABLE)}")
    if not title or not text:
        raise ValidationError(_("收录需要标题和正文。"))
    if raw and parse_number(raw) is None:
        raise ValidationError(_("“%(raw)s”不是完整的发文字号。") % {"raw": raw})
    _check_dates(given)
    fields = fields_from_payload(item.payload.get("fields", {})) | given
    fields |= {"title": title, "document_number_raw": raw, "document_number": raw, "text": text}
    # A person has looked at every field: there is nothing left to be unsure of.
    fields["confidence"] = {}
    fields.setdefault("source", item.origin.rsplit("/", 1)[-1])
    if item.original_id and item.source_key.startswith("file:"):
        fields["original_id"] = item.original_id
    result = upsert_documents(rows=[DocumentRow(item.source_key, fields)])
    document = NormativeDocument.objects.get(pk=result.ids[item.source_key])
    item.status, item.document, item.title = ItemStatus.ACCEPTED, document, title[:500]
    item.save(update_fields=["status", "document", "title", "updated_at"])
    data = {"title": title, "item": item.pk, "reason": item.reason_code}
    log(instance=document, action="yanlu.item_accepted", user=user, data=data)
    return document


def _check_dates(given: Mapping[str, Any]) -> None:
    effective: dt.date | None = given.get("effective_on")
    until: dt.date | None = given.get("valid_until")
    if effective and until and until < effective:
        raise ValidationError(_("有效期不能早于施行日期。"))


@transaction.atomic
def reject_item(*, item_id: int, user: User, note: str) -> ImportItem:
    """Decide that a set-aside item does not belong in the archive. The original stays. Raises as `accept_item` does."""
    item = _open_item(item_id, user)
    if not note.strip():
        raise ValidationError(_("请说明不收录的理由。"))
    item.status = ItemStatus.REJECTED
    item.payload = {**item.payload, "rejected": note.strip()[:500]}
    item.save(update_fields=["status", "payload", "updated_at"])
    data = {"title": item.title, "note": note.strip()[:500]}
    log(instance=item, action="yanlu.item_rejected", user=user, data=data)
    return item


@transaction.atomic
def reopen_item(*, item_id: int, user: User) -> ImportItem:
    """Undo a rejection: the item waits for a person again. Raises PermissionDenied; ValidationError if not rejected."""
    if not RULES["decide_set_aside"](user):
        raise PermissionDenied(_("您没有维护规范性文件库的权限。"))
    item = ImportItem.objects.select_for_update().get(pk=item_id)
    if item.status != ItemStatus.REJECTED:
        raise ValidationError(_("只有决定不收录的条目可以重新打开。"))
    item.status = ItemStatus.SET_ASIDE
    item.payload = {k: v for k, v in item.payload.items() if k != "rejected"}
    item.save(update_fields=["status", "payload", "updated_at"])
    log(instance=item, action="yanlu.item_reopened", user=user, data={"title": item.title})
    return item


def reject_items(*, item_ids: Sequence[int], user: User, note: str) -> Decided:
    """Reject several items for the same reason, each by itself: one that cannot be decided does not hold up the others.

    Raises PermissionDenied; ValidationError without a reason or with more than `MAX_TOGETHER` items.
    """
    if not RULES["decide_set_aside"](user):
        raise PermissionDenied(_("您没有维护规范性文件库的权限。"))
    if not item_ids:
        raise ValidationError(_("请先选择条目。"))
    if len(item_ids) > MAX_TOGETHER:
        raise ValidationError(_("一次最多处理 %(n)s 个条目。") % {"n": MAX_TOGETHER})
    if not note.strip():
        raise ValidationError(_("请说明不收录的理由。"))
    decided = Decided()
    for pk in item_ids:
        try:
            reject_item(item_id=pk, user=user, note=note)
            decided.done += 1
        except ImportItem.DoesNotExist:
            decided.refused.append(_("条目 %(pk)s 不存在。") % {"pk": pk})
        except ValidationError as error:
            decided.refused.append(f"{pk}：{'；'.join(error.messages)}")
    return decided
