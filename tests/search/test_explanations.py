"""Why a hit is here: for staff only, and what it says holds."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.test import Client

from portal.organisations.enums import Role
from search.archive.models import NormativeDocument
from search.explanations import Reason, explain
from search.plan import PROFILES
from search.query import Scope, SearchQuery, Sort
from search.relaxation import ENOUGH
from search.selectors import run_search
from tests.factories.organisations import UserFactory, member

if TYPE_CHECKING:
    from portal.organisations.models import User

pytestmark = pytest.mark.django_db
Make = Callable[..., NormativeDocument]
POINTS = PROFILES[Scope.ALL]


@pytest.fixture
def colleague() -> User:
    return member(Role.OFFICE)


def reasons(q: str, user: User, **query: object) -> dict[str, Reason]:
    results = run_search(SearchQuery(q=q, **query))  # type: ignore[arg-type]
    (explanation,) = explain(results, user).values()
    return {reason.name: reason for reason in explanation.reasons}


class TestPermission:
    @pytest.mark.parametrize("role", list(Role))
    def test_everyone_who_works_here(self, archive: Make, role: Role) -> None:
        archive()
        assert explain(run_search(SearchQuery(q="公积金")), member(role))

    def test_nobody_else(self, archive: Make) -> None:
        archive()
        results = run_search(SearchQuery(q="公积金"))
        former = member(Role.OFFICE)
        former.is_active = False
        for user in (None, AnonymousUser(), UserFactory.create(), former):
            with pytest.raises(PermissionDenied):
                explain(results, user)

    def test_a_reader_gets_the_results_without_reasons(self, client: Client, archive: Make) -> None:
        archive()
        html = client.get("/search/?q=公积金&explain=1").content.decode()
        assert "命中原因只对登录的工作人员显示" in html
        assert "search-why" not in html
        assert 'class="item"' in html
        assert "explain=1" not in client.get("/search/?q=公积金").content.decode()

    def test_a_colleague_is_led_to_them(
        self, sign_in: Callable[[User], Client], colleague: User, archive: Make
    ) -> None:
        archive()
        client = sign_in(colleague)
        assert "explain=1" in client.get("/search/?q=公积金").content.decode()
        html = client.get("/search/?q=公积金&explain=1").content.decode()
        assert "search-why" in html
        assert "得分" in html


class TestReasons:
    def test_a_pinned_number(self, archive: Make, colleague: User) -> None:
        archive(document_number="云政发〔2021〕77号")
        found = reasons("云政发[2021]77号", colleague)
        assert found["发文字号就是所查的文号，置顶"] == Reason(
            "发文字号就是所查的文号，置顶", "云政发〔2021〕77号", POINTS.number
        )

    def test_a_whole_title(self, archive: Make, colleague: User) -> None:
        document = archive(title="云岭省渔港管理规定", text="第一条 渔港。")
        found = reasons(document.title, colleague)
        assert found["就是所查的标题"].points == POINTS.exact_title
        assert found["全部词语都在标题里"].points == POINTS.title_bonus

    def test_pairs_are_counted(self, archive: Make, colleague: User) -> None:
        archive(title="渔港规定", text="第一条 停泊。")
        assert reasons("渔港停靠", colleague)["命中的字对"].value == "1 / 3，其中标题 1"
        assert "全部字对都在" not in reasons("渔港停靠", colleague)
        assert reasons("渔港规定", colleague)["全部字对都在"].points == POINTS.all_bonus

    def test_most_of_it_counts_only_where_less_than_all_was_asked(
        self, archive: Make, colleague: User
    ) -> None:
        archive(title="渔港规定", text="第一条 停泊。")
        assert reasons("渔港规定吗", colleague)["大部分字对都在"].points == POINTS.most_bonus
        for number in range(ENOUGH):
            archive(title=f"渔场规定（{number}）", text="第一条 渔场。")
        results = run_search(SearchQuery(q="渔场规定"))
        assert results.total == ENOUGH
        for explanation in explain(results, colleague).values():
            names = {reason.name for reason in explanation.reasons}
            assert "全部字对都在" in names and "大部分字对都在" not in names

    @pytest.mark.parametrize("q", ["渔港规定", "渔港规定吗", "渔港停靠"])
    def test_no_points_the_engine_did_not_give(self, archive: Make, colleague: User, q: str) -> None:
        archive(title="渔港规定", text="第一条 停泊。")
        results = run_search(SearchQuery(q=q))
        (explanation,) = explain(results, colleague).values()
        assert explanation.score is not None
        assert sum(reason.points or 0.0 for reason in explanation.reasons) <= explanation.score

    def test_a_synonym(self, archive: Make, colleague: User) -> None:
        archive(title="国家发展和改革委员会工作规则", text="第一条 本委。")
        assert "发展和改革委员会" in reasons("发改委工作规则", colleague)["用同义说法检索"].value

    def test_a_quoted_phrase_and_where_it_stands(self, archive: Make, colleague: User) -> None:
        archive(title="渔港规定", text="第一条 渔船停泊。")
        assert reasons("“渔船停泊”", colleague)["引号内短语原样出现"].value == "正文"

    def test_conditions_and_filters(self, archive: Make, colleague: User) -> None:
        archive(title="渔港规定", text="第一条 渔船停泊。")
        found = reasons("渔港 +停泊 -贷款", colleague, level=("province",))
        assert found["满足必须条件"].value == "停泊"
        assert found["不含"].value == "贷款"
        assert "level" in found["符合筛选条件（不计分）"].value

    def test_sorted_by_date_there_is_no_score(self, archive: Make, colleague: User) -> None:
        archive()
        (explanation,) = explain(run_search(SearchQuery(q="公积金", sort=Sort.NEWEST)), colleague).values()
        assert explanation.score is None
