"""Clean-up batches (清理, H§6): prepared, concluded file by file, published at once, never undone but by another batch."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from search.archive.models import NormativeDocument
from search.upkeep import completeness, proposals
from search.upkeep.acts import record
from search.upkeep.departments import DepartmentIndex
from search.upkeep.enums import ActKind, ActOrigin, Conclusion
from search.upkeep.models import CleanupBatch, CleanupEntry, ValidityAct
from search.upkeep.rules import headed_by, may_organise, may_publish, require

if TYPE_CHECKING:
    from portal.organisations.models import Department, User

_CHUNK = 500
#: What a conclusion does. 拟修改 changes nothing yet: the file stays in force until it is amended.
_ACTS = {
    Conclusion.REPEAL: ActKind.REPEAL,
    Conclusion.LAPSE: ActKind.LAPSE,
    Conclusion.CONTINUE: ActKind.CONTINUE,
    Conclusion.AMEND: ActKind.CONTINUE,
}


@dataclass(frozen=True, slots=True)
class Decision:
    """What a person concludes on one or many files; `effective_on` empty means the day of the clean-up decision."""

    conclusion: Conclusion
    reason: str
    effective_on: dt.date | None = None
    valid_until: dt.date | None = None


def _open_batch(batch_id: int) -> CleanupBatch:
    batch = CleanupBatch.objects.select_for_update(of=("self",)).select_related("department").get(pk=batch_id)
    if batch.published_at:
        raise ValidationError(_("清理结果已经公布，不能再改；更正须通过新的清理进行。"))
    return batch


@transaction.atomic
def create_batch(
    *, title: str, department: Department, user: User, scope: str = "", document_ids: Sequence[int] = (),
    stored_search: str = "",
) -> CleanupBatch:  # fmt: skip
    """A new batch with these files. Raises PermissionDenied; ValidationError without a title."""
    require(may_organise(user, department))
    if not title.strip():
        raise ValidationError(_("请填写清理的名称。"))
    batch = CleanupBatch.objects.create(
        title=title.strip()[:200],
        department=department,
        scope=scope.strip()[:500],
        stored_search=stored_search[:1000],
        created_by=user,
    )
    log(instance=batch, action="yanlu.cleanup_created", user=user, data={"title": batch.title})
    _add(batch, document_ids)
    return batch


@transaction.atomic
def add_documents(*, batch_id: int, document_ids: Sequence[int], user: User) -> int:
    """Add files; those already in the batch stay as they are. Returns how many came in. Raises PermissionDenied."""
    batch = _open_batch(batch_id)
    require(may_organise(user, batch.department))
    return _add(batch, document_ids)


def _add(batch: CleanupBatch, document_ids: Sequence[int]) -> int:
    known = set(batch.entries.values_list("document_id", flat=True))
    wanted = [pk for pk in dict.fromkeys(document_ids) if pk not in known]
    departments = DepartmentIndex()
    added: list[int] = []
    for start in range(0, len(wanted), _CHUNK):
        chunk = wanted[start : start + _CHUNK]
        documents = NormativeDocument.objects.visible().light().in_bulk(chunk)
        entries = [
            CleanupEntry(
                batch=batch,
                document_id=pk,
                department=departments.responsible(documents[pk]) or batch.department,
            )
            for pk in chunk
            if pk in documents
        ]
        added.extend(entry.document_id for entry in CleanupEntry.objects.bulk_create(entries))
    if added:
        proposals.propose(batch)
    return len(added)


@transaction.atomic
def remove_entries(*, batch_id: int, entry_ids: Collection[int], user: User) -> int:
    """Take files out of a batch. Returns how many. Raises PermissionDenied, ValidationError."""
    batch = _open_batch(batch_id)
    require(may_organise(user, batch.department))
    return batch.entries.filter(pk__in=entry_ids).delete()[0]


@transaction.atomic
def name_decision(
    *, batch_id: int, user: User, decided_on: dt.date | None, document: NormativeDocument | None = None, text: str = "",
    introduction: str = "",
) -> CleanupBatch:  # fmt: skip
    """Name the decision document (from the archive, or by title and number) and its day.

    Raises PermissionDenied; ValidationError for a day to come.
    """
    batch = _open_batch(batch_id)
    require(may_organise(user, batch.department))
    if decided_on and decided_on > timezone.localdate():
        raise ValidationError(_("决定日期不能晚于今天。"))
    batch.decided_on, batch.decision_document = decided_on, document
    batch.decision_text = text.strip()[:300]
    batch.introduction = introduction.strip()
    batch.save(update_fields=["decided_on", "decision_document", "decision_text", "introduction"])
    proposals.propose(batch)
    return batch


@transaction.atomic
def decide(*, batch_id: int, entry_ids: Collection[int], user: User, decision: Decision) -> int:
    """Conclude on these files of a batch. Returns how many.

    The organisers conclude on all files, a department head on those of the department. Raises PermissionDenied;
    ValidationError without a reason, or with a last day that does not fit.
    """
    batch = _open_batch(batch_id)
    entries = batch.entries.filter(pk__in=entry_ids)
    _require_entries(user, batch, set(entries.values_list("department_id", flat=True)))
    reason = decision.reason.strip()[:500]
    if not reason:
        raise ValidationError(_("请写明理由，理由随清理结果一并公布。"))
    if decision.valid_until and decision.conclusion != Conclusion.CONTINUE:
        raise ValidationError(_("只有继续有效的文件可以延续有效期。"))
    return entries.update(
        conclusion=decision.conclusion,
        reason=reason,
        effective_on=decision.effective_on,
        valid_until=decision.valid_until,
        decided_by=user,
        decided_at=timezone.now(),
    )


def _require_entries(user: User, batch: CleanupBatch, departments: set[int | None]) -> None:
    if not may_organise(user, batch.department) and not departments <= headed_by(user):
        raise PermissionDenied(_("您只能对本部门负责的文件作出清理结论。"))


@transaction.atomic
def accept_proposals(*, batch_id: int, user: User) -> int:
    """Take over the proposals for every file without a conclusion. Returns how many. Raises PermissionDenied."""
    batch = _open_batch(batch_id)
    require(may_organise(user, batch.department))
    return (
        batch.entries.open()
        .exclude(proposed="")
        .update(
            conclusion=F("proposed"), reason=F("proposed_reason"), decided_by=user, decided_at=timezone.now()
        )
    )


@transaction.atomic
def discard_batch(*, batch_id: int, user: User) -> None:
    """Give up a batch before its publication. Raises PermissionDenied; ValidationError when it is published."""
    batch = _open_batch(batch_id)
    require(may_organise(user, batch.department))
    log(
        instance=batch,
        action="yanlu.cleanup_discarded",
        user=user,
        data={"title": batch.title, "files": batch.entries.count()},
    )
    batch.delete()


@transaction.atomic
def publish_batch(*, batch_id: int, user: User, at: dt.datetime | None = None) -> CleanupBatch:
    """Write the conclusions to the documents and publish the results, all or nothing (H§6).

    Raises PermissionDenied; ValidationError that lists everything that is missing.
    """
    batch = _open_batch(batch_id)
    require(may_publish(user, batch.department))
    if missing := completeness.obstacles(batch):
        raise ValidationError([obstacle.text for obstacle in missing])
    batch.published_at, batch.published_by = at or timezone.now(), user
    batch.save(update_fields=["published_at", "published_by"])
    record([_act(entry, batch, user) for entry in batch.entries.select_for_update().order_by("pk")])
    counts = completeness.counts(batch)
    log(
        instance=batch,
        action="yanlu.cleanup_published",
        user=user,
        data={"title": batch.title, **{str(k.value): n for k, n in counts.items()}},
    )
    return batch


def _act(entry: CleanupEntry, batch: CleanupBatch, user: User) -> ValidityAct:
    conclusion = Conclusion(entry.conclusion)
    return ValidityAct(
        document_id=entry.document_id,
        kind=_ACTS[conclusion],
        effective_on=entry.effective_on or batch.decided_on,
        valid_until=entry.valid_until,
        act_id=batch.decision_document_id,
        act_text=batch.decision_text,
        origin=ActOrigin.CLEANUP,
        note=str(conclusion.label) if conclusion is Conclusion.AMEND else "",
        recorded_by=user,
        entry=entry,
    )
