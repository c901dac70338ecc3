"""Whatever people do to a policy, in whatever order: public exactly what was signed, and nothing of the record is lost."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.utils import timezone
from hypothesis import example, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from interpretations import scheduling, services
from interpretations.audit import audit
from interpretations.checklist import current_task_state
from interpretations.digest import content_digest
from interpretations.enums import ReturnReason, SignOffDecision, SignOffKind
from interpretations.gate import obstacles
from interpretations.gate.signatures import ANCHOR
from interpretations.models import PolicyDocumentPage, SignOff
from interpretations.models.workflow import under_review
from interpretations.rules import required_kinds
from search.archive.models import NormativeDocument
from tests.factories.interpretations import PolicyFactory, drafter, reviewer

ACTIONS = (
    "submit", "sign", "sign", "sign", "sign out of turn", "return", "edit", "empty", "publish", "withdraw",
    "take down", "schedule", "time passes",
)  # fmt: skip
HISTORIES = st.lists(
    st.tuples(st.sampled_from(ACTIONS), st.sampled_from(list(SignOffKind))), min_size=6, max_size=14
)


class Story:
    """One policy, the people who act for it, and what they try; a refusal is an answer, an error is not."""

    def __init__(self, *, in_government_name: bool) -> None:
        self.page: PolicyDocumentPage = PolicyFactory.create(in_government_name=in_government_name)
        assert self.page.lead_department is not None
        self.department = self.page.lead_department
        self.edits = 0
        self.withdrawals = 0

    def stored(self) -> PolicyDocumentPage:
        return PolicyDocumentPage.objects.get(pk=self.page.pk)

    def draft(self) -> PolicyDocumentPage:
        return under_review(self.stored())

    def attempt(self, action: str, kind: SignOffKind) -> bool:
        """Whether it was done; refused ones leave by ValidationError or PermissionDenied only."""
        try:
            getattr(self, action.replace(" ", "_"))(kind)
        except (ValidationError, PermissionDenied):
            return False
        return True

    def submit(self, _kind: SignOffKind) -> None:
        services.submit(page=self.page, user=drafter(self.department))

    def sign(self, _kind: SignOffKind) -> None:
        state = current_task_state(self.stored())
        kind = state.task.specific.kind if state else SignOffKind.LEGALITY
        services.sign(page=self.page, kind=kind, user=reviewer(kind, self.department))

    def sign_out_of_turn(self, kind: SignOffKind) -> None:
        services.sign(page=self.page, kind=kind, user=reviewer(kind, self.department))

    def _return(self, kind: SignOffKind) -> None:
        services.return_bundle(
            page=self.page,
            kind=kind,
            user=reviewer(kind, self.department),
            reason_codes=[ReturnReason.INCOMPLETE],
            note="请补充。",
        )

    def edit(self, _kind: SignOffKind) -> None:
        self._write(body=f"第一条 第{self.edits}次修改后的内容，与解读材料的文字不同。")

    def empty(self, _kind: SignOffKind) -> None:
        self._write(plan_outline="")

    def _write(self, **fields: Any) -> None:
        self.edits += 1
        draft = self.draft()
        for name, value in {"plan_outline": "一、为什么要定这个办法。", **fields}.items():
            setattr(draft, name, value)
        draft.save_revision(clean=False)

    def _office(self) -> Any:
        return reviewer(SignOffKind.OFFICE, self.department)

    def publish(self, _kind: SignOffKind) -> None:
        services.publish(page=self.page, user=self._office())

    def withdraw(self, _kind: SignOffKind) -> None:
        services.withdraw(page=self.page, user=self._office(), explanation="与新规定不一致。")
        self.withdrawals += 1

    def take_down(self, _kind: SignOffKind) -> None:
        self.stored().unpublish()

    def schedule(self, _kind: SignOffKind) -> None:
        moment = timezone.now() + dt.timedelta(hours=1)
        services.schedule(page=self.page, user=self._office(), go_live_at=moment)

    def time_passes(self, _kind: SignOffKind) -> None:
        scheduling.run_schedule(timezone.now() + dt.timedelta(hours=2))


setattr(Story, "return", Story._return)


class TestAnyHistory(TestCase):
    """A run of attempts; after each the same few sentences are true."""

    # Each history takes seconds, so few are tried in a run, and always the same.
    @settings(max_examples=6, deadline=None, derandomize=True)
    @example(
        history=[(action, SignOffKind.LEGALITY) for action in ("sign", "edit", "submit", "sign")],
        signatures=2,
        in_government_name=False,
    )
    @example(history=[("take down", SignOffKind.JOINT)], signatures=4, in_government_name=True)
    @example(
        history=[("edit", SignOffKind.JOINT), ("publish", SignOffKind.JOINT)],
        signatures=3,
        in_government_name=False,
    )
    @example(
        history=[
            (action, SignOffKind.LEGALITY) for action in ("sign", "withdraw", "schedule", "time passes")
        ],
        signatures=3,
        in_government_name=False,
    )
    @given(history=HISTORIES, signatures=st.integers(0, 4), in_government_name=st.booleans())
    def test_public_is_exactly_what_was_signed(
        self, history: list[tuple[str, SignOffKind]], signatures: int, in_government_name: bool
    ) -> None:
        """`signatures` are given beforehand, so that a short history starts at every stage."""
        story = Story(in_government_name=in_government_name)
        for action in ("submit", *["sign"] * signatures):
            story.attempt(action, SignOffKind.LEGALITY)
        records = 0
        for action, kind in history:
            before = self._seen(story)
            done = story.attempt(action, kind)
            if not done:
                assert self._seen(story) == before, f"{action} was refused and changed something all the same"
            self._sound(story)
            count = SignOff.objects.filter(page=story.page).count()
            assert count >= records, "signatures and returns are kept for good"
            records = count

    @settings(max_examples=3, deadline=None, derandomize=True)
    @given(
        edited_after=st.integers(0, 3),
        in_government_name=st.booleans(),
        returned_by=st.sampled_from(list(SignOffKind)[:3]),
    )
    def test_every_policy_that_is_put_right_gets_through(
        self, edited_after: int, in_government_name: bool, returned_by: SignOffKind
    ) -> None:
        """No return, edit or resubmission leaves a policy where nobody can get it on."""
        story = Story(in_government_name=in_government_name)
        kinds = required_kinds(story.page)
        assert story.attempt("submit", kinds[0])
        for kind in kinds[: kinds.index(returned_by)]:
            assert story.attempt("sign", kind)
        assert story.attempt("return", returned_by)
        for _ in range(edited_after):
            story.edit(returned_by)
        assert story.attempt("submit", returned_by)
        rounds = 0
        while not story.stored().live:
            assert story.attempt("sign", returned_by), "somebody can always take the open step"
            rounds += 1
            assert rounds <= len(kinds)
        again = len(kinds) if edited_after else len(kinds) - kinds.index(returned_by)
        assert rounds == again, "unchanged content keeps its signatures, changed content loses them all"

    @staticmethod
    def _seen(story: Story) -> tuple[Any, ...]:
        page = story.stored()
        signed = SignOff.objects.filter(page=page).count()
        state = current_task_state(page)
        revision = page.latest_revision
        planned = revision.approved_go_live_at if revision else None
        return page.live, page.body, content_digest(story.draft()), signed, state and state.pk, planned

    @staticmethod
    def _sound(story: Story) -> None:
        page = story.stored()
        shown = Client().get(page.public_path)
        in_archive = NormativeDocument.objects.filter(page_id=page.pk, withdrawn=False)
        assert audit() == []
        assert shown.status_code == (200 if page.live or story.withdrawals else 404)
        assert in_archive.exists() is page.live
        if page.live:
            # A newer draft in review has signatures of its own; those of what is public come below.
            assert [one for one in obstacles(page) if one.anchor != ANCHOR] == []
            assert in_archive.get().text == page.body
            signed = page.sign_offs.filter(
                decision=SignOffDecision.SIGNED, content_digest=content_digest(page)
            )
            assert set(signed.values_list("kind", flat=True)) >= set(required_kinds(page))
        elif story.withdrawals:
            assert page.withdrawal_explanation and "与新规定不一致。" in shown.content.decode()
