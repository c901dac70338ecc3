"""The to-do list on the first page of the admin: who sees it, what it says when nothing waits, in which order it shows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.models import GroupApprovalTask

from interpretations.enums import SignOffKind
from interpretations.models.workflow import LegalityReviewTask
from portal.home.registry import Todo, TodoRegistry, todo_sources
from portal.home.todo import SHOWN, OtherReviewsPanel, TodoPanel, arrange_panels, todo_groups
from portal.organisations.duties import Duties, duties_of
from portal.organisations.enums import GOVERNMENT_WIDE_ROLES, Role
from portal.organisations.models import Department, RoleAssignment, User
from portal.organisations.rules import has_role
from tests.factories.interpretations import reviewer, submitted_policy
from tests.factories.organisations import DepartmentFactory, UserFactory, member

pytestmark = pytest.mark.django_db
SignIn = Callable[[User], Client]
NOBODY = Duties(None, frozenset())
#: Queries of the first page of the admin for a head, whatever waits.
FIRST_PAGE_QUERIES = 60


def _todo(number: int, **kwargs: object) -> Todo:
    return Todo(title=f"文件{number}", text="签署", url=f"/admin/x/{number}/", **kwargs)  # type: ignore[arg-type]


def _registry(**sources: Sequence[Todo]) -> TodoRegistry:
    """Sources in the reverse of the order they are given in."""
    registry = TodoRegistry()
    for order, (key, todos) in enumerate(sources.items()):
        registry.register(key=key, order=-order, heading=key, collect=lambda duties, at, todos=todos: todos)
    return registry


def test_groups_follow_the_order_and_empty_ones_are_left_out() -> None:
    groups = todo_groups(NOBODY, registry=_registry(late=[_todo(1)], none=[], early=[_todo(2)]))
    assert [group.key for group in groups] == ["early", "late"]


def test_registering_a_key_again_replaces_it() -> None:
    registry = _registry(one=[_todo(1)])
    registry.register(key="one", order=1, heading="新", collect=lambda duties, at: [_todo(2)])
    assert [str(group.heading) for group in todo_groups(NOBODY, registry=registry)] == ["新"]


def test_the_moment_reaches_every_source() -> None:
    seen: list[dt.datetime] = []
    registry = TodoRegistry()

    def collect(duties: Duties, at: dt.datetime) -> list[Todo]:
        seen.append(at)
        return []

    registry.register(key="a", order=1, heading="a", collect=collect)
    moment = timezone.now() - dt.timedelta(days=400)
    todo_groups(NOBODY, moment, registry)
    assert seen == [moment]


@pytest.mark.parametrize(("number", "folded"), [(SHOWN, 0), (SHOWN + 1, 1), (SHOWN * 3, SHOWN * 2)])
def test_long_groups_fold(number: int, folded: int) -> None:
    (group,) = todo_groups(NOBODY, registry=_registry(many=[_todo(n) for n in range(number)]))
    assert (len(group.shown), len(group.folded)) == (SHOWN, folded)


def test_every_group_has_a_key_and_a_heading_of_its_own() -> None:
    sources = todo_sources.ordered()
    headings = [str(source.heading) for source in sources]
    assert len(sources) >= 8
    assert len(set(headings)) == len(headings)


def _html(user: User) -> str:
    request = RequestFactory().get("/admin/")
    request.user = user
    return str(TodoPanel().render_html({"request": request}))


def test_nothing_waits() -> None:
    html = _html(member(Role.OFFICE))
    assert "目前没有等您办理的事项" in html
    assert "yl-todo__list" not in html


def test_an_administrator_is_told_why_nothing_waits() -> None:
    html = _html(UserFactory.create(is_superuser=True))
    assert "没有担任任何部门的角色" in html
    assert "目前没有等您办理的事项" not in html


def test_titles_and_notes_are_text(monkeypatch: pytest.MonkeyPatch) -> None:
    hostile = Todo(title="<script>alert(1)</script>", text="<b>", url="/admin/", note="<i>", urgent=True)
    registry = _registry(one=[hostile])
    monkeypatch.setattr(todo_sources, "_sources", registry._sources)
    html = _html(member(Role.OFFICE))
    assert "&lt;script&gt;" in html
    assert "yl-todo__item--urgent" in html
    for markup in ("<script>", "<b>", "<i>"):
        assert markup not in html


def test_the_first_page_shows_the_list_first(sign_in: SignIn) -> None:
    html = sign_in(member(Role.MODERATOR)).get("/admin/").content.decode()
    assert html.count('class="yl-todo"') == 1


class TestDuties:
    @pytest.mark.parametrize("role", list(Role))
    def test_they_answer_as_the_rules_do(self, role: Role) -> None:
        own, other = DepartmentFactory.create(), DepartmentFactory.create()
        user = member(role, own)
        duties = duties_of(user)
        for asked in Role:
            for department in (own, other):
                assert duties.holds(asked, department.pk) is has_role(user, asked, department)
        assert duties.departments(role) == {own.pk}
        assert duties.holds(role, None) is (role in GOVERNMENT_WIDE_ROLES)

    @pytest.mark.parametrize(("first", "last", "held"), [(0, 0, True), (1, 9, False), (-9, -1, False)])
    def test_an_assignment_holds_between_its_dates(self, first: int, last: int, held: bool) -> None:
        user = member(Role.HEAD)
        today = timezone.localdate()
        RoleAssignment.objects.filter(user=user).update(
            valid_from=today + dt.timedelta(days=first), valid_until=today + dt.timedelta(days=last)
        )
        assert duties_of(user).has(Role.HEAD) is held

    def test_nobody_and_switched_off_accounts_have_none(self) -> None:
        user = member(Role.HEAD)
        user.is_active = False
        assert not duties_of(user)
        assert not duties_of(AnonymousUser())
        assert not duties_of(UserFactory.create(is_superuser=True))

    def test_one_query(self, django_assert_num_queries: Callable[[int], CaptureQueriesContext]) -> None:
        user = member(Role.DRAFTER)
        with django_assert_num_queries(1):
            duties = duties_of(user)
            assert [duties.has(role) for role in Role].count(True) == 1


class TestWagtailsOwnList:
    def _states(self, user: User) -> list[object]:
        request = RequestFactory().get("/admin/")
        request.user = user
        return list(OtherReviewsPanel().get_context_data({"request": request, "csrf_token": ""})["states"])

    def test_it_does_not_repeat_the_to_do_list(self, sign_in: SignIn) -> None:
        page = submitted_policy()
        assert page.lead_department is not None
        user = reviewer(SignOffKind.LEGALITY, page.lead_department)
        assert self._states(user) == []
        html = sign_in(user).get("/admin/").content.decode()
        assert html.count(page.title) == 1

    def test_it_still_shows_steps_of_other_kinds(self, monkeypatch: pytest.MonkeyPatch) -> None:
        page = submitted_policy()
        assert page.lead_department is not None
        monkeypatch.setattr(LegalityReviewTask, "listed_in_todo", False)
        assert len(self._states(reviewer(SignOffKind.LEGALITY, page.lead_department))) == 1

    def test_other_tasks_are_not_ours(self) -> None:
        assert not getattr(GroupApprovalTask, "listed_in_todo", False)

    def test_panels_that_were_there_stay(self) -> None:
        other = object()
        panels: list[object] = [other]
        arrange_panels(panels)
        assert panels[0] is other
        assert isinstance(panels[1], TodoPanel)


def test_the_first_page_costs_the_same_whatever_waits(sign_in: SignIn) -> None:
    department: Department = DepartmentFactory.create()
    user = reviewer(SignOffKind.LEGALITY, department)
    client = sign_in(user)

    def queries() -> int:
        client.get("/admin/")
        with CaptureQueriesContext(connection) as found:
            assert client.get("/admin/").status_code == 200
        return len(found)

    submitted_policy(lead_department=department)
    one = queries()
    for _number in range(5):
        submitted_policy(lead_department=department)
    assert queries() == one <= FIRST_PAGE_QUERIES
