"""Every write to the gazette: one function each, which checks the person, the state and the values, writes and records."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Sequence
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files import File
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from portal.organisations.models import Department, User
from search.archive.models import NormativeDocument
from search.gazette.enums import Direction
from search.gazette.fingerprints import text_hash
from search.gazette.models import GazetteEntry, GazetteErratum, GazetteIssue
from search.gazette.rules import RULES

#: Bytes of the PDF of one issue, and documents in one.
MAX_PDF, MAX_ENTRIES = 100 * 1024 * 1024, 300
_PDF_START = b"%PDF-"


@transaction.atomic
def create_issue(
    *,
    user: User,
    year: int,
    number: int,
    name: str,
    issuer: Department,
    total_number: int | None = None,
    published_on: dt.date | None = None,
    foreword: str = "",
) -> GazetteIssue:
    """A new draft. Raises PermissionDenied; ValidationError when the number is taken or a value does not hold."""
    _require("edit_issue", user)
    issue = GazetteIssue(
        year=year, number=number, total_number=total_number, name=name.strip(), issuer=issuer,
        published_on=published_on, foreword=foreword.strip(),
    )  # fmt: skip
    issue.full_clean()
    issue.save()
    _log(issue, "gazette_created", user)
    return issue


@transaction.atomic
def update_issue(*, issue: GazetteIssue, user: User, **values: Any) -> GazetteIssue:
    """Change a draft's number, name, issuer, date or foreword. Raises as `create_issue` does, and when it is published."""
    _require("edit_issue", user)
    issue = _draft(issue)
    for name, value in values.items():
        if name not in ("year", "number", "total_number", "name", "issuer", "published_on", "foreword"):
            raise ValueError(f"not a value of a draft: {name}")
        setattr(issue, name, value.strip() if isinstance(value, str) else value)
    issue.full_clean()
    issue.save()
    _log(issue, "gazette_changed", user)
    return issue


@transaction.atomic
def attach_pdf(*, issue: GazetteIssue, user: User, upload: File[bytes] | None) -> GazetteIssue:
    """Keep (or with None drop) the printed version of a draft. Raises PermissionDenied; ValidationError for what is no PDF."""
    _require("edit_issue", user)
    issue = _draft(issue)
    old = issue.pdf.name
    issue.pdf, issue.pdf_sha256 = "", ""
    if upload is not None:
        if upload.size > MAX_PDF:
            limit = MAX_PDF // 1024 // 1024
            raise ValidationError(_("PDF 不能超过 %(limit)d MB。") % {"limit": limit})
        data = upload.read()
        if not data.startswith(_PDF_START):
            raise ValidationError(_("这个文件不是 PDF。"))
        issue.pdf_sha256 = hashlib.sha256(data).hexdigest()
        upload.seek(0)
        issue.pdf.save(upload.name or "gazette.pdf", upload, save=False)
    issue.save()
    if old:
        transaction.on_commit(lambda: issue.pdf.storage.delete(old), robust=True)
    _log(issue, "gazette_changed", user)
    return issue


@transaction.atomic
def add_entries(
    *, issue: GazetteIssue, user: User, documents: Sequence[int], section: str = ""
) -> list[GazetteEntry]:
    """Add documents at the end of a draft, in the order given; those it holds already are left where they are.

    Raises PermissionDenied; ValidationError for a document that is withdrawn, has no text, or is printed in another
    published issue already: there is one authoritative text.
    """
    _require("edit_issue", user)
    issue = _draft(issue)
    held = set(issue.entries.values_list("document_id", flat=True))
    wanted = [pk for pk in dict.fromkeys(documents) if pk not in held]
    if len(held) + len(wanted) > MAX_ENTRIES:
        raise ValidationError(_("一期最多收 %(limit)d 件文件。") % {"limit": MAX_ENTRIES})
    found = NormativeDocument.objects.visible().in_bulk(wanted)
    last = issue.entries.count()
    entries = []
    for position, pk in enumerate(wanted, start=last + 1):
        if pk not in found:
            raise ValidationError(_("所选文件不存在或已撤回。"))
        _may_print(found[pk])
        entries.append(
            GazetteEntry(issue=issue, document=found[pk], position=position, section=section.strip()[:80])
        )
    GazetteEntry.objects.bulk_create(entries)
    _log(issue, "gazette_entries_added", user, documents=wanted)
    return entries


@transaction.atomic
def update_entry(*, entry: GazetteEntry, user: User, section: str, page: int | None) -> GazetteEntry:
    """Set the section heading and the printed page of one entry of a draft. Raises as `update_issue` does."""
    _require("edit_issue", user)
    _draft(entry.issue)
    entry.section, entry.page = " ".join(section.split()), page
    entry.full_clean(exclude=["document"])
    entry.save(update_fields=["section", "page"])
    _log(entry.issue, "gazette_entry_changed", user, document=entry.document_id)
    return entry


@transaction.atomic
def move_entry(*, entry: GazetteEntry, user: User, direction: Direction) -> GazetteEntry:
    """Change places with the neighbour in `direction`; at the end of the list nothing happens. Raises as `update_issue` does."""
    _require("edit_issue", user)
    issue = _draft(entry.issue)
    entries = list(issue.entries.order_by("position", "pk"))
    here = next(index for index, one in enumerate(entries) if one.pk == entry.pk)
    there = here - 1 if direction == Direction.UP else here + 1
    if 0 <= there < len(entries):
        entries[here], entries[there] = entries[there], entries[here]
        _number(entries)
        _log(issue, "gazette_entry_moved", user, document=entry.document_id, direction=direction.value)
    return next(one for one in entries if one.pk == entry.pk)


@transaction.atomic
def remove_entry(*, entry: GazetteEntry, user: User) -> None:
    """Take a document out of a draft; the others move up. Raises as `update_issue` does."""
    _require("edit_issue", user)
    issue = _draft(entry.issue)
    document_id = entry.document_id
    entry.delete()
    _number(list(issue.entries.order_by("position", "pk")))
    _log(issue, "gazette_entry_removed", user, document=document_id)


@transaction.atomic
def delete_draft(*, issue: GazetteIssue, user: User) -> None:
    """Give up a draft with its list. Raises PermissionDenied; ValidationError when it is published."""
    _require("edit_issue", user)
    issue = _draft(issue)
    _log(issue, "gazette_deleted", user)
    if name := issue.pdf.name:
        storage = issue.pdf.storage
        transaction.on_commit(lambda: storage.delete(name), robust=True)
    issue.delete()


@transaction.atomic
def publish_issue(*, issue: GazetteIssue, user: User, at: dt.datetime | None = None) -> GazetteIssue:
    """Publish a draft: its contents are fixed and the text of each document becomes its authoritative text.

    Raises PermissionDenied; ValidationError that lists everything still missing.
    """
    _require("publish_issue", user)
    now = at or timezone.now()
    issue = _draft(issue)
    entries = list(issue.entries.select_related("document").order_by("position", "pk"))
    if obstacles := publication_obstacles(issue, entries, timezone.localdate(now)):
        raise ValidationError(obstacles)
    for entry in entries:
        document = entry.document
        entry.printed_title = document.title
        entry.printed_number = (document.document_number or document.document_number_raw)[:200]
        entry.printed_issuer = document.issuing_authority
        entry.text_hash = text_hash(document.text)
    _number(entries)
    fixed = ["printed_title", "printed_number", "printed_issuer", "text_hash"]
    GazetteEntry.objects.bulk_update(entries, fixed, batch_size=100)
    issue.published_on = issue.published_on or timezone.localdate(now)
    issue.published_at, issue.published_by = now, user
    issue.save()
    _log(issue, "gazette_published", user, documents=[entry.document_id for entry in entries])
    return issue


def publication_obstacles(issue: GazetteIssue, entries: Sequence[GazetteEntry], today: dt.date) -> list[str]:
    """What keeps a draft from being published, in words; empty when nothing does."""
    found = []
    if not entries:
        found.append(_("还没有收入任何文件。"))
    if issue.published_on and issue.published_on > today:
        found.append(_("出版日期还没有到。"))
    found += [
        _("“%(title)s”已经撤回，请移出。") % {"title": entry.document.title}
        for entry in entries
        if entry.document.withdrawn
    ]
    others = GazetteEntry.objects.published().of(entry.document_id for entry in entries)
    found += [
        _("“%(title)s”已载于%(issue)s，标准文本只有一个。")
        % {"title": entry.printed_title, "issue": str(entry.issue)}
        for entry in others.select_related("issue")
    ]
    return found


@transaction.atomic
def publish_erratum(
    *, issue: GazetteIssue, user: User, text: str, entry: GazetteEntry | None = None, at: dt.datetime | None = None
) -> GazetteErratum:  # fmt: skip
    """Add a public correction to a published issue, or to one of its documents.

    Raises PermissionDenied; ValidationError without a text, for a draft, or for an entry of another issue.
    """
    _require("correct_issue", user)
    if not issue.is_published:
        raise ValidationError(_("还没有发布的公报可以直接修改，不用更正。"))
    if entry is not None and entry.issue_id != issue.pk:
        raise ValidationError(_("这一篇不在本期公报中。"))
    if not text.strip():
        raise ValidationError(_("请写明更正的内容。"))
    erratum = GazetteErratum.objects.create(
        issue=issue, entry=entry, text=text.strip(), published_at=at or timezone.now(), published_by=user
    )
    _log(issue, "gazette_corrected", user, erratum=erratum.pk)
    return erratum


def _may_print(document: NormativeDocument) -> None:
    if not document.text.strip():
        raise ValidationError(_("“%(title)s”没有正文，不能作为标准文本刊载。") % {"title": document.title})
    printed = GazetteEntry.objects.published().of([document.pk]).select_related("issue").first()
    if printed:
        raise ValidationError(
            _("“%(title)s”已载于%(issue)s，标准文本只有一个。")
            % {"title": document.title, "issue": str(printed.issue)}
        )


def _number(entries: Sequence[GazetteEntry]) -> None:
    """Positions 1, 2, 3 … in the order of the list."""
    for position, entry in enumerate(entries, start=1):
        entry.position = position
    GazetteEntry.objects.bulk_update(entries, ["position"], batch_size=100)


def _draft(issue: GazetteIssue) -> GazetteIssue:
    """The issue, locked. Raises ValidationError when it is published."""
    locked = GazetteIssue.objects.select_for_update().get(pk=issue.pk)
    if locked.is_published:
        raise ValidationError(_("公报已经发布，内容不能再改动；有误请发布更正。"))
    return locked


def _require(action: str, user: User) -> None:
    if not RULES[action](user):
        raise PermissionDenied(_("您没有编辑或发布政府公报的权限。"))


def _log(issue: GazetteIssue, verb: str, user: User, **data: Any) -> None:
    log(instance=issue, action=f"yanlu.{verb}", user=user, data={"title": str(issue), **data})
