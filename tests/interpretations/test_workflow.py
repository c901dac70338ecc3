"""From submission to release: order, signatures, returns, what a later edit does to them."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone
from wagtail.models import PageLogEntry, TaskState, Workflow, WorkflowState

from interpretations import services
from interpretations.checklist import checklist, current_task_state
from interpretations.digest import content_digest
from interpretations.enums import ReturnReason, SignOffDecision, SignOffKind
from interpretations.exceptions import PublicationBlocked
from interpretations.gate import obstacles
from interpretations.models import (
    JointSignOffTask,
    LegalityReviewTask,
    OfficeAcceptanceTask,
    PolicyDocumentPage,
    SecrecyReviewTask,
    SignOff,
)
from interpretations.models.workflow import under_review
from interpretations.rules import SIGNING_ORDER
from tests.factories.interpretations import (
    PolicyFactory,
    drafter,
    reviewer,
    sign_in_turn,
    signed_policy,
    submitted_policy,
)

pytestmark = pytest.mark.django_db

LEGALITY, SECRECY, JOINT, OFFICE = SIGNING_ORDER


def fresh(page: PolicyDocumentPage) -> PolicyDocumentPage:
    return PolicyDocumentPage.objects.get(pk=page.pk)


def sign(page: PolicyDocumentPage, kind: SignOffKind, **kwargs: object) -> SignOff:
    assert page.lead_department is not None
    return services.sign(page=page, kind=kind, user=reviewer(kind, page.lead_department), **kwargs)  # type: ignore[arg-type]


def send_back(
    page: PolicyDocumentPage, kind: SignOffKind, *reasons: str, note: str = "请补充口径说明。"
) -> SignOff:
    assert page.lead_department is not None
    return services.return_bundle(
        page=page,
        kind=kind,
        user=reviewer(kind, page.lead_department),
        reason_codes=reasons or [ReturnReason.INCOMPLETE],
        note=note,
    )


def resubmit(page: PolicyDocumentPage) -> None:
    assert page.lead_department is not None
    services.submit(page=page, user=drafter(page.lead_department))


def edit(page: PolicyDocumentPage, **fields: object) -> PolicyDocumentPage:
    draft = under_review(fresh(page))
    for name, value in fields.items():
        setattr(draft, name, value)
    draft.save_revision()
    return draft


def kind_now(page: PolicyDocumentPage) -> SignOffKind | None:
    return checklist(fresh(page)).current_kind


def actions(page: PolicyDocumentPage) -> list[str]:
    entries = PageLogEntry.objects.filter(page=page.pk, action__startswith="yanlu.").order_by("pk")
    return [entry.action for entry in entries]


def test_workflow_of_the_migration() -> None:
    workflow = PolicyDocumentPage.get_default_workflow()
    assert isinstance(workflow, Workflow)
    assert [type(task.specific) for task in workflow.tasks] == [
        LegalityReviewTask,
        SecrecyReviewTask,
        JointSignOffTask,
        OfficeAcceptanceTask,
    ]


def test_four_steps_in_order_release_document_and_package_together() -> None:
    page = submitted_policy(in_government_name=True)
    for kind in SIGNING_ORDER:
        assert not fresh(page).live
        assert kind_now(page) == kind
        sign(page, kind)
    live = fresh(page)
    assert live.live and live.releasable and not live.has_unpublished_changes
    assert live.materials.count() == 1 and live.points.count() == 8
    assert live.live_revision_id == live.latest_revision_id
    assert actions(page) == ["yanlu.policy.submit", *["yanlu.policy.sign"] * 4, "yanlu.policy.publish"]


def test_office_is_passed_over_for_a_departments_own_document() -> None:
    page = submitted_policy()
    sign_in_turn(page, [LEGALITY, SECRECY, JOINT])
    assert fresh(page).live
    office = TaskState.objects.get(task=OfficeAcceptanceTask.objects.get())
    assert office.status == TaskState.STATUS_SKIPPED


@pytest.mark.parametrize("kind", [SECRECY, JOINT, OFFICE])
def test_nobody_signs_before_their_turn(kind: SignOffKind) -> None:
    page = submitted_policy(in_government_name=True)
    with pytest.raises(ValidationError, match="当前环节"):
        sign(page, kind)
    assert not SignOff.objects.exists()


def test_a_draft_that_was_not_submitted_cannot_be_signed() -> None:
    with pytest.raises(ValidationError, match="尚未送审"):
        sign(PolicyFactory.create(), LEGALITY)


def test_incomplete_bundle_cannot_be_submitted() -> None:
    page = PolicyFactory.create(materials=[], plan_outline="")
    with pytest.raises(PublicationBlocked) as refused:
        resubmit(page)
    assert {obstacle.code for obstacle in refused.value.obstacles} == {"materials", "plan_outline"}
    assert not WorkflowState.objects.exists()


def test_wagtails_own_start_is_refused_for_an_incomplete_bundle() -> None:
    page = PolicyFactory.create(materials=[])
    workflow = page.get_workflow()
    assert workflow is not None and page.lead_department is not None
    with pytest.raises(PublicationBlocked):
        workflow.start(page, drafter(page.lead_department))
    assert not WorkflowState.objects.exists()


def test_submitting_twice_is_refused() -> None:
    page = submitted_policy()
    with pytest.raises(ValidationError, match="正在审签"):
        resubmit(page)


def test_return_records_reasons_and_lets_the_drafter_edit_again() -> None:
    page = submitted_policy()
    slip = send_back(page, LEGALITY, ReturnReason.NO_MATERIAL, ReturnReason.NO_PLAN)
    assert slip.decision == SignOffDecision.RETURNED
    assert slip.reason_codes == ["no_plan", "no_material"]
    assert kind_now(page) is None
    state = fresh(page).current_workflow_state
    assert state is not None and state.status == WorkflowState.STATUS_NEEDS_CHANGES
    entry = PageLogEntry.objects.get(page=page.pk, action="yanlu.policy.return")
    assert "未附解读材料" in entry.comment and "请补充口径说明" in entry.comment
    codes = {obstacle.code for obstacle in obstacles(fresh(page))}
    assert "sign_off_legality_returned" in codes


@pytest.mark.parametrize(
    ("reasons", "note"), [([], "说明"), (["whatever"], "说明"), ([ReturnReason.NO_PLAN], "  ")]
)
def test_return_needs_known_reasons_and_a_note(reasons: list[str], note: str) -> None:
    page = submitted_policy()
    assert page.lead_department is not None
    with pytest.raises(ValidationError):
        services.return_bundle(
            page=page,
            kind=LEGALITY,
            user=reviewer(LEGALITY, page.lead_department),
            reason_codes=reasons,
            note=note,
        )
    assert not SignOff.objects.exists()


def test_unchanged_content_keeps_its_signatures_after_a_return() -> None:
    page = submitted_policy()
    sign_in_turn(page, [LEGALITY, SECRECY])
    send_back(page, JOINT)
    resubmit(page)
    assert kind_now(page) == JOINT


def test_edit_after_a_return_asks_everybody_again_from_the_start() -> None:
    page = submitted_policy(in_government_name=True)
    sign_in_turn(page, [LEGALITY, SECRECY, JOINT])
    send_back(page, OFFICE)
    edit(page, plan_outline="重写的提纲。")
    resubmit(page)
    assert kind_now(page) == LEGALITY
    sign_in_turn(page, SIGNING_ORDER)
    assert fresh(page).live


def test_wagtails_own_resume_also_starts_with_the_voided_signatures() -> None:
    page = submitted_policy(in_government_name=True)
    sign_in_turn(page, [LEGALITY, SECRECY, JOINT])
    send_back(page, OFFICE)
    edit(page, plan_outline="重写的提纲。")
    state = fresh(page).current_workflow_state
    assert state is not None and page.lead_department is not None
    state.resume(drafter(page.lead_department))
    assert kind_now(page) == LEGALITY
    sign_in_turn(page, SIGNING_ORDER)
    assert fresh(page).live


@pytest.mark.parametrize(
    "change",
    [
        {"title": "新标题"},
        {"body": "第一条 全新的内容。"},
        {"plan_time": "改期"},
        {"valid_until": dt.date(2040, 1, 1)},
    ],
)
def test_a_later_edit_voids_the_signatures_and_the_checklist_says_so(change: dict[str, object]) -> None:
    page = signed_policy()
    draft = edit(page, **change)
    state = checklist(under_review(fresh(page)))
    assert {obstacle.code for obstacle in state.sign_offs} == {
        "sign_off_legality_void",
        "sign_off_secrecy_void",
        "sign_off_joint_void",
    }
    assert all(row.void for row in state.timeline)
    with pytest.raises(PublicationBlocked):
        draft.get_latest_revision().publish()
    assert fresh(page).live and fresh(page).title == page.title


def test_a_revised_version_goes_through_review_and_replaces_the_live_one() -> None:
    page = signed_policy()
    edit(page, body="第一条 修订后的内容。")
    resubmit(page)
    sign_in_turn(page, [LEGALITY, SECRECY, JOINT])
    assert fresh(page).body == "第一条 修订后的内容。"


def test_signature_carries_digest_revision_and_department() -> None:
    page = submitted_policy()
    row = sign(page, LEGALITY, note="同意")
    draft = under_review(fresh(page))
    assert row.content_digest == content_digest(draft)
    assert row.revision_id == draft.latest_revision_id
    assert row.department == page.lead_department


def test_content_broken_during_review_cannot_be_signed() -> None:
    page = submitted_policy()
    edit(page, body="")
    with pytest.raises(PublicationBlocked, match="缺少正文"):
        sign(page, LEGALITY)


def test_last_signature_may_plan_the_release() -> None:
    page = submitted_policy()
    sign_in_turn(page, [LEGALITY, SECRECY])
    moment = timezone.now() + dt.timedelta(days=2)
    sign(page, JOINT, go_live_at=moment)
    planned = fresh(page)
    assert not planned.live
    assert planned.scheduled_revision is not None
    assert planned.scheduled_revision.approved_go_live_at == moment


def test_only_the_last_signature_plans_and_only_ahead() -> None:
    page = submitted_policy()
    with pytest.raises(ValidationError, match="最后一个环节"):
        sign(page, LEGALITY, go_live_at=timezone.now() + dt.timedelta(days=1))
    sign_in_turn(page, [LEGALITY, SECRECY])
    with pytest.raises(ValidationError, match="晚于现在"):
        sign(page, JOINT, go_live_at=timezone.now() - dt.timedelta(minutes=1))


def test_direct_approval_without_a_signature_does_not_release() -> None:
    page = submitted_policy()
    sign_in_turn(page, [LEGALITY, SECRECY])
    state = current_task_state(fresh(page))
    assert state is not None
    with pytest.raises(PublicationBlocked):
        state.approve()
    assert not fresh(page).live


def test_cancelling_lets_the_drafter_edit() -> None:
    page = submitted_policy()
    state = fresh(page).current_workflow_state
    assert state is not None and page.lead_department is not None
    user = drafter(page.lead_department)
    assert state.user_can_cancel(user)
    state.cancel(user=user)
    assert kind_now(page) is None
    resubmit(page)
    assert kind_now(page) == LEGALITY


def test_tasks_to_decide_are_listed_for_the_right_people_only() -> None:
    page, other = submitted_policy(), submitted_policy()
    for one in (page, other):
        sign_in_turn(one, [LEGALITY, SECRECY])
    assert page.lead_department is not None and other.lead_department is not None
    head = reviewer(JOINT, page.lead_department)
    listed = TaskState.objects.reviewable_by(head)
    assert [int(state.workflow_state.object_id) for state in listed] == [page.pk]
    assert not TaskState.objects.reviewable_by(reviewer(LEGALITY, page.lead_department)).exists()
