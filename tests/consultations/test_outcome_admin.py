"""The staff screens, by plain requests as a browser without JavaScript would make them."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from wagtail.models import PageLogEntry

from consultations.enums import Screening
from consultations.models import ConsultationPage, Disposition, Outcome, PublicComment
from consultations.outcome_services import decide_comment, decide_theme, save_introduction
from portal.organisations.enums import Role
from portal.organisations.models import User
from portal.organisations.services import assign_role
from tests.factories import outcomes as make
from tests.factories.interpretations import PolicyFactory
from tests.factories.organisations import UserFactory, member

pytestmark = pytest.mark.django_db

SignIn = Callable[[User], Client]


@pytest.fixture
def drafter(crew: make.Team, sign_in: SignIn) -> Client:
    return sign_in(crew.drafter)


def address(page: ConsultationPage, rest: str = "") -> str:
    return f"/admin/outcomes/{page.pk}/{rest}"


def words(client: Client, path: str, **query: str) -> str:
    response = client.get(path, query)
    assert response.status_code == 200, response
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


SCREENS = ("", "suggestions/", "introduction/", "themes/new/", "policy/", "preview/")


class TestWhoSees:
    @pytest.mark.parametrize("rest", SCREENS)
    def test_drafter_and_head_of_the_department(
        self, crew: make.Team, page: ConsultationPage, sign_in: SignIn, rest: str
    ) -> None:
        for user in (crew.drafter, crew.head):
            assert sign_in(user).get(address(page, rest)).status_code == 200

    @pytest.mark.parametrize("rest", [*SCREENS, "publish/"])
    def test_nobody_else(self, page: ConsultationPage, sign_in: SignIn, rest: str) -> None:
        outsiders = [make.team().drafter, make.team().head]
        outsiders += [member(role) for role in (Role.OFFICE, Role.LEGALITY, Role.SECRECY, Role.MODERATOR)]
        for user in outsiders:
            response = sign_in(user).get(address(page, rest))
            assert response.status_code == 302
            assert response["Location"] == "/admin/"

    def test_the_public_must_sign_in(self, client: Client, page: ConsultationPage) -> None:
        for path in (address(page), "/admin/outcomes/", "/admin/screening/"):
            assert "/admin/login/" in client.get(path)["Location"]

    def test_an_administrator_looks_and_cannot_decide(self, page: ConsultationPage, sign_in: SignIn) -> None:
        client = sign_in(UserFactory.create(is_superuser=True, is_staff=True))
        assert client.get(address(page)).status_code == 200
        response = client.post(address(page, "themes/new/"), {"title": "期限"})
        assert "只有起草部门" in response.content.decode()
        assert not page.themes.exists()

    def test_the_menu_is_for_those_concerned(self, crew: make.Team, sign_in: SignIn) -> None:
        assert "/admin/outcomes/" in sign_in(crew.drafter).get("/admin/").content.decode()
        moderator = sign_in(member(Role.MODERATOR)).get("/admin/").content.decode()
        assert "/admin/screening/" in moderator
        assert "/admin/outcomes/" not in moderator

    def test_the_list_shows_my_departments_with_progress(
        self, crew: make.Team, page: ConsultationPage, drafter: Client
    ) -> None:
        other = make.closed(make.team().department, title="别的部门的草案")
        items = make.comments(page, 4)
        decide_comment(comment=items[0], user=crew.drafter, status="adopted")
        make.comment(page, screening=Screening.WITHDRAWN)
        response = drafter.get("/admin/outcomes/")
        body = response.content.decode()
        assert page.title in body
        assert other.title not in body
        row = response.context["page_obj"][0]
        assert (row.total, row.waiting, row.decided) == (4, 3, 1)


class TestGrouping:
    def test_selected_comments_go_into_a_new_theme(self, page: ConsultationPage, drafter: Client) -> None:
        first, second, third = make.comments(page, 3)
        response = drafter.post(
            address(page), {"comments": [first.pk, second.pk], "title": "期限过短", "action": "assign"}
        )
        assert response.status_code == 302
        theme = page.themes.get()
        assert (theme.title, theme.public_comments.count()) == ("期限过短", 2)
        drafter.post(address(page), {"comments": [third.pk], "theme": theme.pk, "action": "assign"})
        assert theme.public_comments.count() == 3
        drafter.post(address(page), {"comments": [third.pk], "action": "unassign"})
        assert theme.public_comments.count() == 2

    @pytest.mark.parametrize(
        ("data", "message"),
        [
            ({"title": "期限"}, "请先选择意见"),
            ({"comments": "own"}, "二者选一"),
            ({"comments": "own", "title": "期限", "theme": "old"}, "二者选一"),
            ({"comments": "own", "title": "长" * 300}, "200"),
            ({"comments": "own", "title": "已有主题"}, "同名"),
            ({"comments": "foreign", "title": "期限"}, "不属于本次征求意见"),
            ({"comments": "own", "theme": "999999"}, ""),
        ],
    )
    def test_an_error_keeps_what_was_chosen_and_typed(
        self, crew: make.Team, page: ConsultationPage, drafter: Client, data: dict[str, str], message: str
    ) -> None:
        own, foreign = make.comment(page), make.comment(make.closed(crew.department))
        old = make.theme_with(page, crew.drafter, [], "已有主题")
        known = {"own": str(own.pk), "foreign": str(foreign.pk), "old": str(old.pk)}
        sent = {name: known.get(value, value) for name, value in data.items()} | {"action": "assign"}
        response = drafter.post(address(page), sent)
        body = response.content.decode()
        assert response.status_code == 200
        assert 'role="alert"' in body
        assert message in body
        if sent.get("comments") == str(own.pk):
            assert f'value="{own.pk}" id="select-{own.pk}" checked' in body
        if "title" in data:
            assert f'value="{data["title"]}"' in body
        assert page.themes.count() == 1
        assert not PublicComment.objects.filter(theme__isnull=False).exists()

    @pytest.mark.parametrize("junk", ["x", "-1", "1" * 40, "\x00", "1;drop"])
    def test_junk_ids_are_no_selection(self, page: ConsultationPage, drafter: Client, junk: str) -> None:
        response = drafter.post(address(page), {"comments": [junk], "title": "期限", "action": "assign"})
        assert response.status_code == 200
        assert not page.themes.exists()

    def test_everything_that_matches_the_filter(self, page: ConsultationPage, drafter: Client) -> None:
        make.comments(page, 60, "建议延长")
        make.comments(page, 3, "赞成")
        drafter.post(address(page) + "?q=延长", {"all_matching": "on", "title": "期限", "action": "assign"})
        assert page.themes.get().public_comments.count() == 60

    def test_filters(self, crew: make.Team, page: ConsultationPage, drafter: Client) -> None:
        on_clause = make.comment(page, "针对第三条的意见", clause_id="a3")
        decided = make.comment(page, "已经处理的意见")
        grouped = make.comment(page, "归入主题的意见", proposed_text="改成五日")
        decide_comment(comment=decided, user=crew.drafter, status="adopted")
        theme = make.theme_with(page, crew.drafter, [grouped])
        expected = {
            "clause=a3": {on_clause},
            "clause=whole": {decided, grouped},
            "state=undecided": {on_clause, grouped},
            "state=decided": {decided},
            "state=own": {decided},
            "theme=none": {on_clause, decided},
            f"theme={theme.pk}": {grouped},
            "q=五日": {grouped},
            "q=处理&theme=none": {decided},
            "q=没有这样的字": set(),
            "state=nonsense": {on_clause, decided, grouped},
            "theme=999999&clause=zzz": {on_clause, decided, grouped},
        }
        for query, found in expected.items():
            response = drafter.get(address(page) + "?" + query)
            assert set(response.context["page_obj"]) == found, query

    def test_themes_are_moved_by_buttons(
        self, crew: make.Team, page: ConsultationPage, drafter: Client
    ) -> None:
        a, b = (make.theme_with(page, crew.drafter, [], title) for title in ("甲主题", "乙主题"))
        drafter.post(address(page, f"themes/{b.pk}/move/"), {"direction": "up"})
        assert list(page.themes.all()) == [b, a]
        drafter.post(address(page, f"themes/{b.pk}/move/"), {"direction": "up"})
        assert list(page.themes.all()) == [b, a]
        assert drafter.get(address(page, f"themes/{b.pk}/move/")).status_code == 405

    def test_suggestions_become_a_theme(self, page: ConsultationPage, drafter: Client) -> None:
        alike = [
            make.comment(page, "建议把提交数据目录的期限由三日延长到五个工作日" + end)
            for end in ("。", "！", "，谢谢。")
        ]
        make.comment(page, "支持这个办法。")
        response = drafter.get(address(page, "suggestions/"))
        (suggestion,) = response.context["suggestions"]
        assert set(suggestion.comment_ids) == {item.pk for item in alike}
        drafter.post(address(page), {"comments": suggestion.comment_ids, "title": "期限", "action": "assign"})
        assert page.themes.get().public_comments.count() == 3
        assert "没有发现相近的意见" in words(drafter, address(page, "suggestions/"))


class TestDeciding:
    def test_a_theme_is_decided_and_the_decision_taken_back(
        self, crew: make.Team, page: ConsultationPage, drafter: Client
    ) -> None:
        theme = make.theme_with(page, crew.drafter, make.comments(page, 5))
        path = address(page, f"themes/{theme.pk}/")
        assert "须有专门的公开理由" in words(drafter, path)
        data = {
            "action": "decide",
            "decision-status": "partially_adopted",
            "decision-reason": make.REASON,
            "decision-changed_clause_ids": ["a3"],
        }
        assert drafter.post(path, data).status_code == 302
        assert Disposition.objects.get(theme=theme).changed_clause_ids == ["a3"]
        assert make.REASON in drafter.get(path).content.decode()
        drafter.post(path, {"action": "clear"})
        assert not Disposition.objects.exists()

    def test_errors_keep_what_was_typed(
        self, crew: make.Team, page: ConsultationPage, drafter: Client
    ) -> None:
        theme = make.theme_with(page, crew.drafter, make.comments(page, 1))
        item = make.comment(page)
        for path in (address(page, f"themes/{theme.pk}/"), address(page, f"comments/{item.pk}/")):
            data = {
                "action": "decide",
                "decision-status": "not_adopted",
                "decision-reason": "不采纳。",
                "decision-changed_clause_ids": ["a3"],
            }
            response = drafter.post(path, data)
            body = response.content.decode()
            assert response.status_code == 200
            assert "须说明具体理由" in body
            assert "不应关联修改的条款" in body
            assert "不采纳。</textarea>" in body
            assert re.search(r'value="not_adopted"[^>]*checked', body)
            assert re.search(r'value="a3"[^>]*checked', body)
        assert not Disposition.objects.exists()

    def test_a_comment_is_decided_by_itself(
        self, crew: make.Team, page: ConsultationPage, drafter: Client
    ) -> None:
        item = make.comment(page)
        theme = make.theme_with(page, crew.drafter, [item])
        decide_theme(theme=theme, user=crew.drafter, status="adopted")
        path = address(page, f"comments/{item.pk}/")
        assert "优先于主题的决定" in words(drafter, path)
        drafter.post(
            path, {"action": "decide", "decision-status": "explained", "decision-reason": make.REASON}
        )
        assert Disposition.objects.get(comment=item).status == "explained"
        drafter.post(path, {"action": "clear"})
        assert not Disposition.objects.filter(comment=item).exists()

    def test_renaming_merging_and_deleting(
        self, crew: make.Team, page: ConsultationPage, drafter: Client
    ) -> None:
        first, second = (make.theme_with(page, crew.drafter, [item]) for item in make.comments(page, 2))
        path = address(page, f"themes/{first.pk}/")
        drafter.post(path, {"action": "rename", "title": "新名称", "summary": "概述"})
        first.refresh_from_db()
        assert (first.title, first.summary) == ("新名称", "概述")
        response = drafter.post(path, {"action": "rename", "title": second.title, "summary": "新概述"})
        assert "同名" in response.content.decode()
        assert "新概述" in response.content.decode()
        assert drafter.post(path, {"action": "merge"}).status_code == 200
        drafter.post(path, {"action": "merge", "merge-target": second.pk})
        assert list(page.themes.all()) == [second]
        drafter.post(address(page, f"themes/{second.pk}/"), {"action": "delete"})
        assert not page.themes.exists()
        assert PublicComment.objects.count() == 2

    def test_similar_comments_are_beside_it(self, page: ConsultationPage, drafter: Client) -> None:
        first, second, _other = (
            make.comment(page, text)
            for text in ("建议把期限延长到五日", "建议把期限延长到五日！", "完全赞成")
        )
        response = drafter.get(address(page, f"comments/{first.pk}/"))
        assert response.context["similar"] == [second]

    def test_rows_of_another_consultation_are_not_found(
        self, crew: make.Team, page: ConsultationPage, drafter: Client
    ) -> None:
        elsewhere = make.closed(crew.department)
        item = make.comment(elsewhere)
        theme = make.theme_with(elsewhere, crew.drafter, [])
        for rest in (f"themes/{theme.pk}/", f"comments/{item.pk}/"):
            assert drafter.get(address(page, rest)).status_code == 404

    def test_before_the_closing_it_says_why_not(self, crew: make.Team, drafter: Client) -> None:
        page = make.opened(crew.department)
        item = make.comment(page)
        path = address(page, f"comments/{item.pk}/")
        response = drafter.post(
            path, {"action": "decide", "decision-status": "adopted", "decision-reason": "留住我"}
        )
        assert "截止后才能作出处理决定" in response.content.decode()
        assert "留住我" in response.content.decode()

    def test_the_head_reads_only(self, crew: make.Team, page: ConsultationPage, sign_in: SignIn) -> None:
        item = make.comment(page)
        theme = make.theme_with(page, crew.drafter, [item])
        client = sign_in(crew.head)
        assert "decision-status" not in client.get(address(page, f"themes/{theme.pk}/")).content.decode()
        data = {"action": "decide", "decision-status": "adopted"}
        assert "只有起草部门" in client.post(address(page, f"themes/{theme.pk}/"), data).content.decode()
        for data in ({"action": "delete"}, {"action": "rename", "title": "改名"}):
            client.post(address(page, f"themes/{theme.pk}/"), data)
        client.post(address(page, f"themes/{theme.pk}/move/"), {"direction": "up"})
        assert page.themes.get().title == theme.title
        assert not Disposition.objects.exists()


class TestPublishing:
    def test_the_whole_way(
        self, crew: make.Team, page: ConsultationPage, drafter: Client, sign_in: SignIn
    ) -> None:
        item = make.comment(page, clause_id="a3")
        assert "还有 1 条意见没有归入主题" in words(drafter, address(page))
        drafter.post(address(page, "introduction/"), {"introduction": "共收到意见一条。"})
        policy = PolicyFactory.create(lead_department=crew.department)
        drafter.post(address(page, "policy/"), {"final_policy": policy.pk})
        drafter.post(
            address(page, f"comments/{item.pk}/"), {"action": "decide", "decision-status": "adopted"}
        )
        assert "共收到意见一条" in words(drafter, address(page, "preview/"))
        assert drafter.get(address(page, "publish/")).status_code == 302
        head = sign_in(crew.head)
        assert "我已审阅全部处理决定" in words(head, address(page, "publish/"))
        unconfirmed = head.post(address(page, "publish/"), {})
        assert "请确认已经审阅" in unconfirmed.content.decode()
        assert not Outcome.objects.published().exists()
        assert head.post(address(page, "publish/"), {"confirm": "on"}).status_code == 302
        outcome = Outcome.objects.published().get()
        assert (outcome.published_by, outcome.final_policy, outcome.introduction) == (
            crew.head,
            policy,
            "共收到意见一条。",
        )
        assert "不能再改动" in words(head, address(page))
        again = head.post(address(page, "publish/"), {"confirm": "on"})
        assert "已经公布" in again.content.decode()
        assert PageLogEntry.objects.filter(action="yanlu.outcome_published").count() == 1

    def test_obstacles_are_shown_and_the_button_is_off(
        self, crew: make.Team, page: ConsultationPage, sign_in: SignIn
    ) -> None:
        make.comment(page)
        client = sign_in(crew.head)
        body = client.get(address(page, "publish/")).content.decode()
        assert "还有 1 条意见没有归入主题" in body
        assert re.search(r"<button[^>]*disabled", body)
        assert "还有 1 条意见" in client.post(address(page, "publish/"), {"confirm": "on"}).content.decode()
        assert not Outcome.objects.published().exists()

    def test_who_decided_is_told_that_another_must_publish(
        self, crew: make.Team, page: ConsultationPage, sign_in: SignIn
    ) -> None:
        assign_role(user=crew.drafter, role=Role.HEAD, department=crew.department)
        decide_comment(comment=make.comment(page), user=crew.drafter, status="adopted")
        response = sign_in(crew.drafter).post(address(page, "publish/"), {"confirm": "on"})
        assert "须由另一位部门负责人" in response.content.decode()
        assert not Outcome.objects.published().exists()

    def test_after_publication_the_screens_only_show(self, crew: make.Team, drafter: Client) -> None:
        page = make.published(crew)
        theme, item = page.themes.get(), page.public_comments.filter(theme__isnull=True).get()
        assert 'name="action"' not in drafter.get(address(page)).content.decode()
        for rest in (f"themes/{theme.pk}/", f"comments/{item.pk}/"):
            assert 'name="action"' not in drafter.get(address(page, rest)).content.decode()
        before = Disposition.objects.of(page.pk).count()
        drafter.post(address(page, f"themes/{theme.pk}/"), {"action": "clear"})
        drafter.post(address(page, f"themes/{theme.pk}/"), {"action": "delete"})
        drafter.post(address(page), {"comments": [item.pk], "title": "新主题", "action": "assign"})
        assert Disposition.objects.of(page.pk).count() == before
        assert page.themes.count() == 1

    def test_audit_entries_have_names(self, crew: make.Team, page: ConsultationPage) -> None:
        make.theme_with(page, crew.drafter, [make.comment(page)], "期限过短")
        save_introduction(consultation=page, user=crew.drafter, introduction="总体")
        entries = list(PageLogEntry.objects.filter(page=page.pk, action__startswith="yanlu."))
        assert {str(entry.message) for entry in entries} >= {
            "新建了意见主题「期限过短」",
            "把意见归入主题「期限过短」",
            "填写了采纳情况的总体情况",
        }


class TestCost:
    def test_the_workbench_and_the_list_do_not_grow(self, crew: make.Team, drafter: Client) -> None:
        small, large = make.closed(crew.department), make.closed(crew.department)
        for page, number in ((small, 60), (large, 3000)):
            theme = make.theme_with(page, crew.drafter, make.comments(page, 2))
            make.many_comments(page, number, theme=theme)
        counts = []
        for path in (address(small), address(large)):
            drafter.get(path)
            with CaptureQueriesContext(connection) as found:
                drafter.get(path)
            counts.append(len(found))
        assert counts[0] == counts[1] <= 40
