"""Every change of state of a policy: permission, write, audit, in one function each and in one transaction each."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.log_actions import log
from wagtail.models import Revision, WorkflowState

from interpretations.checklist import current_task_state
from interpretations.digest import content_digest
from interpretations.enums import ReturnReason, SignOffDecision, SignOffKind
from interpretations.exceptions import PublicationBlocked
from interpretations.gate import content_obstacles, obstacles
from interpretations.models import PolicyDocumentPage, SignOff
from interpretations.models.workflow import under_review
from interpretations.rules import may_release, may_sign, may_submit, required_kinds

if TYPE_CHECKING:
    from wagtail.models import TaskState

    from portal.organisations.models import User


@transaction.atomic
def submit(*, page: PolicyDocumentPage, user: User, at: datetime | None = None) -> WorkflowState:
    """Send document, plan and materials to review together (H§9 三同步). Returns the review.

    Raises PermissionDenied; PublicationBlocked when content is missing; ValidationError when it is being reviewed.
    """
    subject = under_review(page)
    if not may_submit(user, subject):
        raise PermissionDenied(_("只有牵头起草部门的起草人员或负责人可以送审。"))
    if subject.workflow_in_progress:
        raise ValidationError(_("这份文件正在审签中。"))
    if missing := content_obstacles(subject, at=at):
        raise PublicationBlocked(missing, title=subject.title)
    workflow = subject.get_workflow()
    if workflow is None:
        raise ValidationError(_("尚未设置政策文件的审签流程。"))
    if subject.get_latest_revision() is None:
        subject.save_revision(user=user)
    if (pending := subject.current_workflow_state) is not None:
        pending.cancel(user=user)
    return workflow.start(subject, user)


@transaction.atomic
def sign(
    *,
    page: PolicyDocumentPage,
    kind: SignOffKind,
    user: User,
    note: str = "",
    go_live_at: datetime | None = None,
) -> SignOff:
    """Sign the submitted content at its present step; the last signature releases it, or plans that for `go_live_at`.

    Raises PermissionDenied for anybody not entitled to this step, a superuser included (signing is personal, H§9);
    ValidationError when this is not the open step, when the time has passed, or when a time is given before the last
    step; PublicationBlocked when content is missing.
    """
    subject, task_state = _open_step(page, kind, user)
    if missing := content_obstacles(subject):
        raise PublicationBlocked(missing, title=subject.title)
    if go_live_at is not None:
        _plan(subject, task_state, kind, go_live_at)
    sign_off = _record(subject, kind, SignOffDecision.SIGNED, user, note=note)
    log(
        instance=subject,
        action="yanlu.policy.sign",
        user=user,
        revision=task_state.revision,
        data={
            "kind": kind.value,
            "kind_label": str(kind.label),
            "digest": sign_off.content_digest,
            "note": note,
        },
    )
    task_state.approve(user=user, comment=note)
    return sign_off


def _plan(page: PolicyDocumentPage, task_state: TaskState, kind: SignOffKind, go_live_at: datetime) -> None:
    """Write the time of release into the very revision under review: a new one would ask everybody to sign again."""
    if kind != required_kinds(page)[-1]:
        raise ValidationError(_("发布时间由最后一个环节确定。"))
    if go_live_at <= timezone.now():
        raise ValidationError(_("发布时间须晚于现在。"))
    revision = task_state.revision
    revision.content["go_live_at"] = go_live_at.isoformat()
    revision.save(update_fields=["content"])


@transaction.atomic
def return_bundle(
    *, page: PolicyDocumentPage, kind: SignOffKind, user: User, reason_codes: Sequence[str], note: str
) -> SignOff:
    """退文: send the bundle back to the lead department with reason codes and a note (H§9).

    Raises PermissionDenied; ValidationError without a known reason or a note, or when this is not the open step.
    """
    subject, task_state = _open_step(page, kind, user)
    unknown = set(reason_codes) - set(ReturnReason.values)
    if unknown or not reason_codes:
        raise ValidationError(_("退文须选择退文原因。"))
    if not note.strip():
        raise ValidationError(_("退文须写明说明。"))
    codes = [code for code in ReturnReason.values if code in reason_codes]
    returned = _record(subject, kind, SignOffDecision.RETURNED, user, note=note, reason_codes=codes)
    labels = "、".join(str(ReturnReason(code).label) for code in codes)
    log(
        instance=subject,
        action="yanlu.policy.return",
        user=user,
        revision=task_state.revision,
        data={
            "kind": kind.value,
            "kind_label": str(kind.label),
            "reasons": codes,
            "labels": labels,
            "note": note,
        },
    )
    task_state.reject(user=user, comment=f"{labels}：{note}")
    return returned


def _open_step(
    page: PolicyDocumentPage, kind: SignOffKind, user: User
) -> tuple[PolicyDocumentPage, TaskState]:
    """The content under review and its open step. Raises PermissionDenied, or ValidationError when it is another's turn."""
    subject = under_review(page)
    if not may_sign(user, kind, subject):
        raise PermissionDenied(_("您无权办理“%(kind)s”。") % {"kind": kind.label})
    task_state = current_task_state(subject)
    if task_state is None:
        raise ValidationError(_("这份文件尚未送审。"))
    if task_state.task.specific.kind != kind:
        raise ValidationError(
            _("当前环节是“%(current)s”，不是“%(kind)s”。")
            % {"current": task_state.task.name, "kind": kind.label}
        )
    return subject, task_state


def _record(
    page: PolicyDocumentPage,
    kind: SignOffKind,
    decision: SignOffDecision,
    user: User,
    *,
    note: str,
    reason_codes: Sequence[str] = (),
) -> SignOff:
    return SignOff.objects.create(
        page_id=page.pk,
        kind=kind,
        decision=decision,
        content_digest=content_digest(page),
        revision_id=page.latest_revision_id,
        reason_codes=list(reason_codes),
        note=note,
        user=user,
        department=page.lead_department,
    )


@transaction.atomic
def publish(*, page: PolicyDocumentPage, user: User, at: datetime | None = None) -> PolicyDocumentPage:
    """Release document and package now, whatever time was planned. Returns the live page.

    Raises PermissionDenied; PublicationBlocked naming everything that is missing at `at` (default now).
    """
    return _release(page, user, go_live_at=None, at=at)


@transaction.atomic
def schedule(*, page: PolicyDocumentPage, user: User, go_live_at: datetime) -> PolicyDocumentPage:
    """Plan the release of document and package together for `go_live_at`.

    Raises PermissionDenied; ValidationError for a time that has passed; PublicationBlocked as `publish`.
    """
    if go_live_at <= timezone.now():
        raise ValidationError(_("发布时间须晚于现在。"))
    return _release(page, user, go_live_at=go_live_at, at=go_live_at)


def _release(
    page: PolicyDocumentPage, user: User, *, go_live_at: datetime | None, at: datetime | None
) -> PolicyDocumentPage:
    subject = under_review(page)
    if not may_release(user, subject):
        raise PermissionDenied(_("您无权发布这份文件。"))
    if missing := obstacles(subject, at=at):
        raise PublicationBlocked(missing, title=subject.title)
    revision: Revision | None = subject.get_latest_revision()
    if revision is None or subject.go_live_at != go_live_at:
        subject.go_live_at = go_live_at
        revision = subject.save_revision(user=user, changed=False, clean=False)
    if go_live_at is not None:
        data = {"go_live_at": go_live_at.isoformat()}
        log(instance=subject, action="yanlu.policy.schedule", user=user, revision=revision, data=data)
    revision.publish(user=user, skip_permission_checks=True)
    return PolicyDocumentPage.objects.get(pk=subject.pk)


@transaction.atomic
def withdraw(
    *, page: PolicyDocumentPage, user: User, explanation: str, at: datetime | None = None
) -> PolicyDocumentPage:
    """Take a published policy out of circulation; its text stays readable with the explanation. Returns the page.

    Raises PermissionDenied; ValidationError without an explanation or for a policy that is not published.
    """
    current = PolicyDocumentPage.objects.get(pk=page.pk)
    if not may_release(user, current):
        raise PermissionDenied(_("您无权撤回这份文件。"))
    if not explanation.strip():
        raise ValidationError(_("撤回须写明说明。"))
    if not current.live:
        raise ValidationError(_("这份文件没有发布。"))
    # What the public read is kept as it was: later drafts overwrite the row of a page that is not live.
    current.withdrawn_revision = current.live_revision or current.save_revision(user=user, changed=False)
    current.withdrawn_at = at or timezone.now()
    current.withdrawal_explanation = explanation.strip()
    current.unpublish(user=user)
    log(
        instance=current, action="yanlu.policy.withdraw", user=user, data={"explanation": explanation.strip()}
    )
    return current
