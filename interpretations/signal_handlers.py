"""The guard below every user interface, the archive, and the bridge from review tasks to services (ADR 0001).

A policy row may say `live` only when the gate lets it through. The guard runs in `pre_save`, which every path that
writes through the ORM meets; `releasable` on the same row lets the database refuse what does not (`QuerySet.update`).
"""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Any

from django.contrib.contenttypes.models import ContentType
from django.db.models.signals import post_save, pre_delete, pre_save
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.log_actions import log
from wagtail.models import Revision, TaskState
from wagtail.signals import init_new_page, page_published, pre_page_move

from interpretations import archive_sync, package_guard, services
from interpretations.digest import content_fields
from interpretations.enums import Point, StepCode
from interpretations.exceptions import PublicationBlocked
from interpretations.gate import Obstacle, obstacles
from interpretations.models import (
    CoIssuer,
    InterpretationMaterial,
    PointAnswer,
    PolicyDocumentPage,
    ProcedureStep,
)
from interpretations.models.workflow import APPROVE, REJECT
from interpretations.querysets import TAKEN_DOWN
from interpretations.signals import policy_submitted, review_decided
from portal.home.models import BasePage, DepartmentPage
from portal.home.signals import pages_written_in_bulk

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from portal.organisations.models import User

#: Columns that tell of a withdrawal.
WITHDRAWAL = ("withdrawn_at", "withdrawal_explanation", "withdrawn_revision_id")
CANNOT_VANISH = gettext_lazy("公开发布过的文件不能删除；确需停止公开的，请撤回并公开说明原因。")


def connect() -> None:
    """Called once, when the app is ready."""
    uid = "interpretations.{}".format
    pre_save.connect(guard_policy, sender=PolicyDocumentPage, dispatch_uid=uid("guard"))
    pre_save.connect(guard_base_row, sender=BasePage, dispatch_uid=uid("guard_base"))
    pre_save.connect(guard_schedule, sender=Revision, dispatch_uid=uid("guard_schedule"))
    post_save.connect(sync_archive, sender=PolicyDocumentPage, dispatch_uid=uid("archive"))
    post_save.connect(sync_archive_base_row, sender=BasePage, dispatch_uid=uid("archive_base"))
    pre_delete.connect(keep_released, sender=PolicyDocumentPage, dispatch_uid=uid("keep"))
    pages_written_in_bulk.connect(guard_bulk_write, sender=BasePage, dispatch_uid=uid("bulk"))
    page_published.connect(audit_publication, sender=PolicyDocumentPage, dispatch_uid=uid("audit_publish"))
    policy_submitted.connect(audit_submission, dispatch_uid=uid("audit_submit"))
    review_decided.connect(carry_out_decision, dispatch_uid=uid("decide"))
    pre_page_move.connect(keep_place, sender=PolicyDocumentPage, dispatch_uid=uid("place"))
    package_guard.connect((CoIssuer, InterpretationMaterial, PointAnswer, ProcedureStep))
    init_new_page.connect(prefill, dispatch_uid=uid("prefill"))


def touches_release(update_fields: Collection[str] | None) -> bool:
    """A save that writes `live`, content or children; bookkeeping (latest revision, locks) passes."""
    if update_fields is None:
        return True
    content = {
        "live",
        "releasable",
        "title",
        *(field.name for field in content_fields(PolicyDocumentPage)),
    }
    return not content.isdisjoint(update_fields)


def guard_policy(
    instance: PolicyDocumentPage, raw: bool, update_fields: Collection[str] | None, **kwargs: Any
) -> None:
    """Let a live policy be written only when nothing is missing, and taken down only with words. Raises PublicationBlocked."""
    if raw:
        # A fixture is written table by table before its children exist; the database constraint still judges it.
        return
    if instance.alias_of_id:
        message = _("政策文件不能建立别名页面：每份文件须有自己的审签")
        raise PublicationBlocked([Obstacle("alias", message)], title=instance.title)
    if not touches_release(update_fields):
        return
    written = instance if update_fields is None else _as_written(instance, update_fields)
    kept = _explained(written, written)
    instance.releasable = _pass_gate(instance, written)
    if instance.releasable:
        kept = {"withdrawn_at": None, "withdrawal_explanation": "", "withdrawn_revision_id": None}
    for name, value in kept.items():
        setattr(instance, name, value)


def _as_written(instance: PolicyDocumentPage, update_fields: Collection[str]) -> PolicyDocumentPage:
    """The policy as a partial save leaves it: the stored one with only these fields and children of `instance`."""
    stored = PolicyDocumentPage.objects.filter(pk=instance.pk).first()
    if stored is None:
        return instance
    for name in update_fields:
        setattr(stored, name, getattr(instance, name))
    for name in instance.children_written:
        getattr(stored, name).set(list(getattr(instance, name).all()))
    return stored


def guard_base_row(
    instance: BasePage, raw: bool, update_fields: Collection[str] | None, **kwargs: Any
) -> None:
    """The same for a policy saved through its base row (`BasePage.objects.get(...).save()`)."""
    if raw or not _is_policy(instance.content_type_id) or not touches_release(update_fields):
        return
    policy = PolicyDocumentPage.objects.filter(pk=instance.pk).first()
    if policy is None:
        instance.releasable = False
        return
    policy.title = instance.title
    _explained(instance, policy)
    instance.releasable = _pass_gate(instance, policy)


def _explained(row: BasePage, policy: PolicyDocumentPage) -> dict[str, Any]:
    """A live policy goes offline by a withdrawal with public words or when its planned end has come, in no other way.

    Returns what the row says of a withdrawal: a revision from before knows nothing of it (a new release that is planned
    is saved from one), and the public words stay until it is released again.
    """
    if row.live or (policy.withdrawn_at is not None and policy.withdrawal_explanation.strip()):
        return {}
    stored = PolicyDocumentPage.objects.filter(pk=row.pk).values("live", *WITHDRAWAL).first()
    if stored is None:
        return {}
    if stored.pop("live") and not (row.expired and row.expire_at is not None):
        raise PublicationBlocked([Obstacle("taken_down", TAKEN_DOWN)], title=policy.title)
    return stored if stored["withdrawn_at"] else {}


def _pass_gate(row: BasePage, policy: PolicyDocumentPage) -> bool:
    """False for a row that is not live, True for a live one with nothing missing; otherwise raises."""
    if not row.live:
        return False
    if missing := obstacles(policy):
        raise PublicationBlocked(missing, title=policy.title)
    return True


def guard_schedule(
    instance: Revision, raw: bool, update_fields: Collection[str] | None = None, **kwargs: Any
) -> None:
    """A release planned for later needs everything now; the scheduler asks again when the moment comes."""
    moment = instance.approved_go_live_at
    if raw or not moment or not _is_policy(instance.content_type_id):
        return
    if update_fields is not None and "approved_go_live_at" not in update_fields:
        return
    page = instance.as_object()
    if missing := obstacles(page, at=moment):
        raise PublicationBlocked(missing, title=page.title)


def _is_policy(content_type_id: int | None) -> bool:
    return content_type_id == ContentType.objects.get_for_model(PolicyDocumentPage).pk


def sync_archive(
    instance: PolicyDocumentPage, raw: bool, update_fields: Collection[str] | None, **kwargs: Any
) -> None:
    """Write the archive in the transaction that writes the page."""
    if not raw and touches_release(update_fields):
        archive_sync.sync(instance)


def sync_archive_base_row(
    instance: BasePage, raw: bool, update_fields: Collection[str] | None, **kwargs: Any
) -> None:
    if raw or not _is_policy(instance.content_type_id) or not touches_release(update_fields):
        return
    policy = PolicyDocumentPage.objects.filter(pk=instance.pk).first()
    if policy is not None:
        archive_sync.sync(policy)


def keep_released(instance: PolicyDocumentPage, **kwargs: Any) -> None:
    """What the public has read is never deleted, whoever asks, alone or with the page above it (H§6: files stay)."""
    if PolicyDocumentPage.objects.filter(pk=instance.pk).released().exists():
        raise PublicationBlocked([Obstacle("released", CANNOT_VANISH)], title=instance.title)


def guard_bulk_write(rows: QuerySet[BasePage], values: dict[str, Any], **kwargs: Any) -> None:
    """`BasePage.objects.update` on the base rows of live policies. Raises PublicationBlocked as their own does."""
    if {"title", "live"} & values.keys():
        PolicyDocumentPage.objects.filter(pk__in=rows.values("pk")).refuse_bulk_write(values)


def keep_place(
    instance: PolicyDocumentPage, parent_page_before: BasePage, parent_page_after: BasePage, **kwargs: Any
) -> None:
    """A live policy stays with the department that signed it: who may edit it follows its place in the tree (H§9)."""
    if instance.live and parent_page_before.pk != parent_page_after.pk:
        message = _("已发布的文件不能移到其他部门")
        raise PublicationBlocked([Obstacle("moved", message)], title=instance.title)


def audit_publication(instance: PolicyDocumentPage, revision: Revision | None = None, **kwargs: Any) -> None:
    """Whatever path led here, the release is in the audit log under our own name too."""
    log(
        instance=instance,
        action="yanlu.policy.publish",
        revision=revision,
        data={"number": instance.document_number},
    )


def audit_submission(page: PolicyDocumentPage, user: User | None, **kwargs: Any) -> None:
    log(instance=page, action="yanlu.policy.submit", user=user, revision=page.get_latest_revision())


def carry_out_decision(
    task_state: TaskState, user: User, action: str, data: dict[str, Any], **kwargs: Any
) -> None:
    """A reviewer pressed a button in Wagtail's own screens: the services do the rest."""
    page = task_state.workflow_state.content_object.specific
    kind = task_state.task.specific.kind
    if action == APPROVE:
        services.sign(
            page=page, kind=kind, user=user, note=data.get("note", ""), go_live_at=data.get("go_live_at")
        )
    elif action == REJECT:
        services.return_bundle(
            page=page,
            kind=kind,
            user=user,
            reason_codes=data.get("reason_codes", []),
            note=data.get("note", ""),
        )


def prefill(page: BasePage, parent: BasePage, **kwargs: Any) -> None:
    """A new policy starts with a row for each of the eight points and five steps, and its department filled in."""
    if not isinstance(page, PolicyDocumentPage):
        return
    page.points.add(*(PointAnswer(point=point, sort_order=n) for n, point in enumerate(Point)))
    page.steps.add(*(ProcedureStep(step=step, sort_order=n) for n, step in enumerate(StepCode)))
    if isinstance(parent, DepartmentPage) and parent.department is not None:
        page.lead_department = parent.department
        page.issuing_authority = parent.department.name
