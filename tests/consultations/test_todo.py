"""What waits for whom about consultations: openings, drafts, comments to screen, outcomes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from consultations import todo
from consultations.enums import Screening
from consultations.models import ConsultationPage
from consultations.outcome_services import decide_comment, decide_theme, publish_outcome
from consultations.services import submit_for_opening
from portal.home.registry import Todo
from portal.organisations.duties import duties_of
from portal.organisations.enums import Role
from portal.organisations.models import User
from portal.organisations.services import assign_role
from tests.factories import outcomes as make
from tests.factories.consultations import ConsultationFactory
from tests.factories.organisations import DepartmentFactory, member

pytestmark = pytest.mark.django_db
SignIn = Callable[[User], Client]
#: Queries of every source together, whatever waits.
ALL_QUERIES = 12


@pytest.fixture
def crew() -> make.Team:
    return make.team()


def collected(collect: Callable[..., list[Todo]], user: User, at: dt.datetime | None = None) -> list[Todo]:
    return collect(duties_of(user), at or timezone.now())


def draft(crew: make.Team) -> ConsultationPage:
    page: ConsultationPage = ConsultationFactory.create(
        draft=True, department=crew.department, opens_on=timezone.localdate() + dt.timedelta(days=20)
    )
    return page


def submitted(crew: make.Team) -> ConsultationPage:
    page = draft(crew)
    submit_for_opening(page=page, user=crew.drafter)
    return ConsultationPage.objects.get(pk=page.pk)


class TestOpening:
    def test_it_waits_for_the_head_of_the_department(self, sign_in: SignIn, crew: make.Team) -> None:
        page = submitted(crew)
        (item,) = collected(todo.to_open, crew.head)
        assert item.title == page.title
        assert "审定并公开征求意见" in sign_in(crew.head).get(item.url).content.decode()
        assert not collected(todo.to_open, crew.drafter)
        assert not collected(todo.to_open, make.team().head)

    def test_a_first_day_that_is_near_is_urgent(self, crew: make.Team) -> None:
        page = submitted(crew)
        assert page.opens_at is not None
        (later,) = collected(todo.to_open, crew.head)
        (near,) = collected(todo.to_open, crew.head, page.opens_at - dt.timedelta(days=6))
        assert (later.urgent, near.urgent) == (False, True)

    def test_nothing_waits_once_it_is_open(self, crew: make.Team) -> None:
        page = submitted(crew)
        page.current_workflow_task_state.approve(user=crew.head)
        assert not collected(todo.to_open, crew.head)
        assert not collected(todo.drafts, crew.drafter)


class TestDrafts:
    def test_it_waits_for_the_drafters_of_the_department(self, crew: make.Team) -> None:
        page = draft(crew)
        (item,) = collected(todo.drafts, crew.drafter)
        assert (item.title, item.text, item.urgent) == (page.title, "继续起草", False)
        assert item.url == f"/admin/pages/{page.pk}/edit/"
        assert not collected(todo.drafts, crew.head)
        assert not collected(todo.drafts, make.team().drafter)

    def test_submitted_ones_leave_and_returned_ones_come_first(self, crew: make.Team) -> None:
        page = submitted(crew)
        assert not collected(todo.drafts, crew.drafter)
        page.current_workflow_task_state.reject(user=crew.head, comment="请补充依据")
        draft(crew)
        first, second = collected(todo.drafts, crew.drafter)
        assert (first.title, first.text, first.urgent) == (page.title, "退回待改", True)
        assert not second.urgent


class TestScreening:
    def test_one_line_per_consultation(self, sign_in: SignIn, crew: make.Team) -> None:
        busy, quiet = make.opened(crew.department), make.opened(crew.department)
        make.comments(busy, 3, screening=Screening.RECEIVED)
        make.comment(quiet, screening=Screening.RECEIVED)
        make.comment(quiet, screening=Screening.PUBLISHED)
        moderator = member(Role.MODERATOR)
        first, second = collected(todo.to_screen, moderator)
        assert (first.title, first.text) == (busy.title, "审核 3 条意见")
        assert (second.title, second.text) == (quiet.title, "审核 1 条意见")
        html = sign_in(moderator).get(second.url)
        assert [item.consultation_id for item in html.context["page_obj"]] == [quiet.pk]
        assert f"只列出《{quiet.title}》的意见" in html.content.decode()
        assert not collected(todo.to_screen, crew.head)

    @pytest.mark.parametrize("junk", ["", "x", "-1", "9" * 40, "0", "\x00"])
    def test_a_number_of_no_consultation_narrows_nothing(
        self, sign_in: SignIn, crew: make.Team, junk: str
    ) -> None:
        make.comment(make.opened(crew.department), screening=Screening.RECEIVED)
        response = sign_in(member(Role.MODERATOR)).get("/admin/screening/", {"consultation": junk})
        assert response.context["page_obj"].paginator.count == 1

    def test_the_tabs_count_and_keep_what_is_chosen(self, sign_in: SignIn, crew: make.Team) -> None:
        one, other = make.opened(crew.department), make.opened(crew.department)
        make.comment(one, screening=Screening.RECEIVED)
        make.comments(other, 4, screening=Screening.RECEIVED)
        response = sign_in(member(Role.MODERATOR)).get("/admin/screening/", {"consultation": one.pk})
        assert dict(response.context["tabs"])[Screening.RECEIVED] == 1
        assert f"?screening=published&amp;consultation={one.pk}" in response.content.decode()


class TestOutcomes:
    def test_the_drafter_decides_then_the_head_publishes(self, sign_in: SignIn, crew: make.Team) -> None:
        page = make.closed(crew.department)
        comment = make.comment(page)
        make.comment(page, screening=Screening.WITHDRAWN)
        (mine,) = collected(todo.outcomes, crew.drafter)
        (heads,) = collected(todo.outcomes, crew.head)
        assert (mine.text, heads.text) == ("处理 1 条意见", "督促处理 1 条意见")
        decide_comment(comment=comment, user=crew.drafter, status="adopted")
        (mine,) = collected(todo.outcomes, crew.drafter)
        (heads,) = collected(todo.outcomes, crew.head)
        assert (mine.text, heads.text) == ("意见已处理完，等待负责人公布", "公布采纳情况")
        assert heads.url == f"/admin/outcomes/{page.pk}/publish/"
        for user, item in ((crew.drafter, mine), (crew.head, heads)):
            assert sign_in(user).get(item.url).status_code == 200
        publish_outcome(consultation=page, user=crew.head)
        assert not collected(todo.outcomes, crew.head)

    def test_a_theme_decided_covers_its_comments(self, crew: make.Team) -> None:
        page = make.closed(crew.department)
        theme = make.theme_with(page, crew.drafter, make.comments(page, 3))
        make.comment(page)
        decide_theme(theme=theme, user=crew.drafter, status="adopted")
        (item,) = collected(todo.outcomes, crew.drafter)
        assert item.text == "处理 1 条意见"

    def test_overdue_comes_first_and_says_for_how_long(self, crew: make.Team) -> None:
        today = timezone.localdate()
        soon, late = make.closed(crew.department), make.closed(crew.department)
        for page, days in ((soon, 20), (late, -3)):
            due = today + dt.timedelta(days=days)
            ConsultationPage.objects.filter(pk=page.pk).update(outcome_due_on=due)
        first, second = collected(todo.outcomes, crew.drafter)
        assert (first.title, second.title) == (late.title, soon.title)
        assert "已逾期 3 天" in first.note
        assert "前公布" in second.note
        assert (first.urgent, second.urgent) == (True, False)

    def test_open_and_foreign_ones_do_not_wait(self, crew: make.Team) -> None:
        make.opened(crew.department)
        make.closed(DepartmentFactory.create())
        assert not collected(todo.outcomes, crew.drafter)
        assert not collected(todo.outcomes, member(Role.MODERATOR, crew.department))


def test_the_first_page_shows_them(sign_in: SignIn, crew: make.Team) -> None:
    page = make.closed(crew.department)
    html = sign_in(crew.head).get("/admin/").content.decode()
    assert f'href="/admin/outcomes/{page.pk}/publish/"' in html


def test_queries_do_not_grow(crew: make.Team) -> None:
    for role in (Role.HEAD, Role.MODERATOR):
        assign_role(user=crew.drafter, role=role, department=crew.department)
    duties = duties_of(crew.drafter)
    sources = (todo.to_open, todo.drafts, todo.to_screen, todo.outcomes)

    def more() -> None:
        submitted(crew)
        draft(crew)
        make.comments(make.opened(crew.department), 2, screening=Screening.RECEIVED)
        make.comment(make.closed(crew.department))

    def queries() -> int:
        assert all(source(duties, timezone.now()) for source in sources)
        with CaptureQueriesContext(connection) as found:
            for source in sources:
                source(duties, timezone.now())
        return len(found)

    more()
    first = queries()
    for _number in range(3):
        more()
    assert queries() == first <= ALL_QUERIES
