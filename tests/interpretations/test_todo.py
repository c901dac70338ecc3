"""What waits for whom about policies: signatures, held back and unplanned releases, returned and unfinished drafts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.models import PageLogEntry, Revision, TaskState

from interpretations import services, todo
from interpretations.enums import ReturnReason, SignOffKind
from interpretations.models import PolicyDocumentPage
from interpretations.rules import SIGNING_ORDER
from interpretations.scheduling import hold_back
from interpretations.selectors import awaiting_sign_off
from portal.home.registry import Todo
from portal.organisations.duties import duties_of
from portal.organisations.enums import Role
from portal.organisations.models import Department, User
from portal.organisations.services import assign_role
from tests.factories.interpretations import (
    PolicyFactory,
    drafter,
    reviewer,
    sign_in_turn,
    signed_policy,
    submitted_policy,
)
from tests.factories.organisations import DepartmentFactory, member

pytestmark = pytest.mark.django_db
SignIn = Callable[[User], Client]
LEGALITY, SECRECY, JOINT, OFFICE = SIGNING_ORDER
#: Queries of every source together, whatever waits.
ALL_QUERIES = 30


@pytest.fixture
def department() -> Department:
    return DepartmentFactory.create(code="water")


def collected(collect: Callable[..., list[Todo]], user: User, at: dt.datetime | None = None) -> list[Todo]:
    return collect(duties_of(user), at or timezone.now())


def returned(page: PolicyDocumentPage, department: Department) -> None:
    services.return_bundle(
        page=page,
        kind=LEGALITY,
        user=reviewer(LEGALITY, department),
        reason_codes=[ReturnReason.NO_PLAN],
        note="提纲只有一句话。",
    )


def held_back_policy(department: Department) -> PolicyDocumentPage:
    """Signed and planned for the day after tomorrow; then the scheduler refused."""
    page = submitted_policy(lead_department=department)
    sign_in_turn(page, [LEGALITY, SECRECY])
    services.sign(
        page=page,
        kind=JOINT,
        user=reviewer(JOINT, department),
        go_live_at=timezone.now() + dt.timedelta(days=2),
    )
    revision = Revision.objects.get(approved_go_live_at__isnull=False, object_id=str(page.pk))
    hold_back(revision, ValueError("缺少解读材料"))
    return PolicyDocumentPage.objects.get(pk=page.pk)


class TestSigning:
    def test_each_step_waits_for_its_own_signer_only(self, department: Department) -> None:
        page = submitted_policy(lead_department=department, in_government_name=True)
        for kind in SIGNING_ORDER:
            for other in SIGNING_ORDER:
                found = collected(todo.to_sign, reviewer(other, department))
                assert [item.title for item in found] == ([page.title] if other == kind else [])
            (item,) = collected(todo.to_sign, reviewer(kind, department))
            assert item.text == str(kind.label)
            sign_in_turn(page, [kind])
        assert not collected(todo.to_sign, reviewer(OFFICE, department))

    def test_the_head_of_another_department_is_not_asked(self, department: Department) -> None:
        sign_in_turn(submitted_policy(lead_department=department), [LEGALITY, SECRECY])
        assert not collected(todo.to_sign, member(Role.HEAD, DepartmentFactory.create(code="other")))

    def test_the_link_leads_to_the_signature(self, sign_in: SignIn, department: Department) -> None:
        submitted_policy(lead_department=department)
        user = reviewer(LEGALITY, department)
        (item,) = collected(todo.to_sign, user)
        assert 'value="sign"' in sign_in(user).get(item.url).content.decode()

    @pytest.mark.parametrize(("days", "urgent"), [(0, False), (6, False), (7, True), (30, True)])
    def test_a_long_wait_is_urgent(self, department: Department, days: int, urgent: bool) -> None:
        submitted_policy(lead_department=department)
        sign_in_turn(PolicyDocumentPage.objects.get(), [LEGALITY])
        later = timezone.now() + dt.timedelta(days=days)
        (item,) = collected(todo.to_sign, reviewer(SECRECY, department), later)
        assert item.urgent is urgent

    def test_legality_review_names_its_last_day(self, department: Department) -> None:
        submitted_policy(lead_department=department)
        (item,) = collected(todo.to_sign, reviewer(LEGALITY, department))
        assert "前办结" in item.note
        TaskState.objects.update(started_at=timezone.now() - dt.timedelta(days=60))
        (item,) = collected(todo.to_sign, reviewer(LEGALITY, department))
        assert item.urgent


class TestDrafts:
    def test_an_incomplete_draft_says_how_much_is_missing(self, department: Department) -> None:
        page = PolicyFactory.create(lead_department=department, materials=[], plan_time="")
        (item,) = collected(todo.drafts, drafter(department))
        assert item.url == f"/admin/pages/{page.pk}/edit/"
        assert "送审前还缺 2 项" in item.note
        assert not item.urgent

    def test_a_complete_draft_waits_to_be_submitted(self, sign_in: SignIn, department: Department) -> None:
        PolicyFactory.create(lead_department=department)
        (item,) = collected(todo.drafts, drafter(department))
        assert item.text == "送审"
        assert "一并送审</button>" in sign_in(drafter(department)).get(item.url).content.decode()

    def test_a_returned_one_comes_first_with_its_reasons(self, department: Department) -> None:
        page = submitted_policy(lead_department=department)
        returned(page, department)
        PolicyFactory.create(lead_department=department)
        first, second = collected(todo.drafts, drafter(department))
        assert (first.title, first.urgent, second.urgent) == (page.title, True, False)
        assert "未附解读方案" in first.note
        assert "提纲只有一句话" in first.note

    def test_it_leaves_when_it_is_submitted_and_when_it_is_public(self, department: Department) -> None:
        page = submitted_policy(lead_department=department)
        assert not collected(todo.drafts, drafter(department))
        sign_in_turn(page, [LEGALITY, SECRECY, JOINT])
        assert not collected(todo.drafts, drafter(department))

    def test_a_revision_of_a_public_policy_is_listed(self, department: Department) -> None:
        page = signed_policy(lead_department=department)
        page.title = "修订后的办法"
        page.save_revision()
        (item,) = collected(todo.drafts, drafter(department))
        assert (item.title, item.text) == ("修订后的办法", "继续修订")

    def test_a_withdrawn_policy_is_no_draft(self, department: Department) -> None:
        page = signed_policy(lead_department=department)
        services.withdraw(page=page, user=reviewer(JOINT, department), explanation="与新规定不一致。")
        assert not collected(todo.drafts, drafter(department))

    @pytest.mark.parametrize("role", [role for role in Role if role != Role.DRAFTER])
    def test_only_drafters_of_the_department_see_it(self, department: Department, role: Role) -> None:
        PolicyFactory.create(lead_department=department)
        assert not collected(todo.drafts, member(role, department))
        assert not collected(todo.drafts, member(Role.DRAFTER, DepartmentFactory.create(code="other")))

    def test_a_department_that_is_not_the_owner_of_the_subtree_counts_as_missing(
        self, department: Department
    ) -> None:
        page = PolicyFactory.create(lead_department=department)
        other = DepartmentFactory.create(code="other")
        PolicyDocumentPage.objects.filter(pk=page.pk).update(lead_department=other)
        (item,) = collected(todo.drafts, drafter(other))
        assert "送审前还缺 1 项" in item.note


class TestRelease:
    def test_a_release_held_back_waits_for_everybody_concerned(self, department: Department) -> None:
        page = held_back_policy(department)
        for user in (drafter(department), reviewer(JOINT, department), reviewer(OFFICE, department)):
            (item,) = collected(todo.held_back, user)
            assert (item.title, item.urgent) == (page.title, True)
            assert "缺少解读材料" in item.note
            assert not collected(todo.to_release, user)
        for role in (Role.LEGALITY, Role.SECRECY, Role.MODERATOR):
            assert not collected(todo.held_back, member(role, department))
        assert not collected(todo.held_back, member(Role.HEAD, DepartmentFactory.create(code="other")))

    def test_it_leaves_when_it_is_planned_again(self, department: Department) -> None:
        page = held_back_policy(department)
        head = reviewer(JOINT, department)
        services.schedule(page=page, user=head, go_live_at=timezone.now() + dt.timedelta(days=1))
        assert not collected(todo.held_back, head)

    def test_it_leaves_when_it_is_published(self, department: Department) -> None:
        page = held_back_policy(department)
        head = reviewer(JOINT, department)
        services.publish(page=page, user=head)
        assert not collected(todo.held_back, head)

    def test_it_leaves_when_it_is_submitted_again(self, department: Department) -> None:
        page = held_back_policy(department)
        services.submit(page=page, user=drafter(department))
        assert not collected(todo.held_back, reviewer(JOINT, department))

    def test_signed_without_a_plan_waits_for_who_may_release_it(
        self, sign_in: SignIn, department: Department
    ) -> None:
        page = held_back_policy(department)
        PageLogEntry.objects.filter(action="yanlu.schedule.held_back").delete()
        for user in (reviewer(JOINT, department), reviewer(OFFICE, department)):
            (item,) = collected(todo.to_release, user)
            assert item.title == page.title
            assert "同步发布文件与解读" in sign_in(user).get(item.url).content.decode()
        assert not collected(todo.to_release, drafter(department))
        assert not collected(todo.drafts, drafter(department))

    def test_only_the_office_releases_in_the_governments_name(self, department: Department) -> None:
        page = held_back_policy(department)
        PageLogEntry.objects.filter(action="yanlu.schedule.held_back").delete()
        PolicyDocumentPage.objects.filter(pk=page.pk).update(in_government_name=True)
        assert not collected(todo.to_release, reviewer(JOINT, department))
        assert collected(todo.to_release, reviewer(OFFICE, department))


def test_the_first_page_shows_them(sign_in: SignIn, department: Department) -> None:
    page = submitted_policy(lead_department=department)
    html = sign_in(reviewer(LEGALITY, department)).get("/admin/").content.decode()
    assert "等您审签" in html
    assert f'href="/admin/policies/{page.pk}/review/"' in html


def test_queries_do_not_grow(department: Department) -> None:
    user = drafter(department)
    for role in (Role.HEAD, Role.OFFICE, Role.LEGALITY):
        assign_role(user=user, role=role, department=department)

    def more() -> None:
        returned(submitted_policy(lead_department=department), department)
        PolicyFactory.create(lead_department=department, materials=[])
        submitted_policy(lead_department=department)
        held_back_policy(department)

    def queries() -> int:
        duties = duties_of(user)
        sources = (todo.to_sign, todo.held_back, todo.to_release, todo.drafts)
        assert all(source(duties, timezone.now()) for source in sources if source is not todo.to_release)
        with CaptureQueriesContext(connection) as found:
            for source in sources:
                source(duties, timezone.now())
        return len(found)

    more()
    first = queries()
    for _number in range(3):
        more()
    assert queries() == first <= ALL_QUERIES


def test_kinds_are_those_of_the_review() -> None:
    page = submitted_policy()
    (waiting,) = awaiting_sign_off(timezone.localdate())
    assert (waiting.page.pk, waiting.kind) == (page.pk, SignOffKind.LEGALITY)
