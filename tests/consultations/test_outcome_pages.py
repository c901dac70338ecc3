"""The public outcome page: what it shows, what it hides, what it costs."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from consultations.clock import as_of
from consultations.enums import AuthorKind, Screening
from consultations.models import ConsultationPage, PublicComment
from consultations.outcome_selectors import figures_of, published_outcome_of
from consultations.outcome_services import (
    decide_comment,
    decide_theme,
    link_final_policy,
    publish_outcome,
    save_introduction,
)
from consultations.services import terminate
from tests.factories import outcomes as make
from tests.factories.interpretations import PolicyFactory, signed_policy

pytestmark = pytest.mark.django_db

FINAL = """第一条 为规范省级健康数据共享，制定本办法。
第二条 本办法适用于本省行政区域内的公立医院和基层医疗卫生机构。
第三条 医院应当在五个工作日内提交数据目录。
第四条 数据安全事件应当立即报告。
第五条 违反本办法的，由主管部门责令改正。
"""
#: Queries of the outcome page with themes, comments, single decisions and the difference, whatever their number.
PAGE_QUERIES = 15


@pytest.fixture
def crew() -> make.Team:
    return make.team()


def address(page: ConsultationPage, rest: str = "") -> str:
    return f"/consultations/{page.slug}/outcome/{rest}"


def text_of(response: object) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())  # type: ignore[attr-defined]


class TestAwaiting:
    def test_open_closed_and_overdue_say_so(self, client: Client, crew: make.Team) -> None:
        for page, words in (
            (make.announced(crew.department), "截止以后在本页公布采纳情况"),
            (make.opened(crew.department), "正在征求意见"),
            (make.consultation(department=crew.department, opens_in=-42, days=40), "以前在本页公布"),
            (make.consultation(department=crew.department, opens_in=-120, days=40), "逾期"),
        ):
            response = client.get(address(page))
            assert response.status_code == 200
            assert words in text_of(response)
            assert "outcome.css" not in response.content.decode()

    def test_terminated_says_why(self, client: Client, crew: make.Team) -> None:
        page = make.opened(crew.department)
        terminate(page=page, user=crew.head, reason="上位法即将修改，草案须重新起草。")
        assert "上位法即将修改" in text_of(client.get(address(page)))

    def test_decisions_made_but_not_published_stay_inside(self, client: Client, crew: make.Team) -> None:
        page = make.closed(crew.department)
        item = make.comment(page)
        decide_comment(comment=item, user=crew.drafter, status="not_adopted", reason=make.REASON)
        theme = make.theme_with(page, crew.drafter, [item], "期限过短")
        save_introduction(consultation=page, user=crew.drafter, introduction="内部草稿")
        body = client.get(address(page)).content.decode()
        for secret in (make.REASON, "期限过短", "内部草稿"):
            assert secret not in body
        for rest in (f"themes/{theme.pk}/", "single/"):
            assert client.get(address(page, rest)).status_code == 404

    @pytest.mark.parametrize("slug", ["nothing", "没有这个", "a" * 300, "%00", "..%2f"])
    def test_unknown_consultations_are_not_found(self, client: Client, slug: str) -> None:
        assert client.get(f"/consultations/{slug}/outcome/").status_code == 404

    def test_a_draft_consultation_is_not_found(self, client: Client, crew: make.Team) -> None:
        page = make.consultation(department=crew.department, live=False)
        assert client.get(address(page)).status_code == 404


class TestOutcome:
    def test_figures_themes_reasons_and_single_decisions(self, client: Client, crew: make.Team) -> None:
        page = make.published(crew)
        words = text_of(client.get(address(page)))
        for expected in (
            "4 条意见",
            "75 %",
            "提交期限过短",
            "3 条意见",
            "已将期限延长为五个工作日",
            "希望取消本办法",
            make.REASON,
        ):
            assert expected.replace(" ", "") in words.replace(" ", ""), expected
        assert "征求意见稿第三条" in words
        assert "正式文件尚未公布" in words

    def test_no_comments_still_has_a_page(self, client: Client, crew: make.Team) -> None:
        page = make.closed(crew.department)
        publish_outcome(consultation=page, user=crew.head)
        response = client.get(address(page))
        assert response.status_code == 200
        assert "没有收到意见" in text_of(response)

    def test_what_was_withheld_or_hidden_is_counted_and_not_shown(
        self, client: Client, crew: make.Team
    ) -> None:
        page = make.closed(crew.department)
        items = [
            make.comment(page, "公开的意见全文"),
            make.comment(page, "含有他人电话的意见", screening=Screening.WITHHELD),
            make.comment(
                page, "张某某的住址在某处", screening=Screening.REDACTED, redacted_text="〔隐去〕的住址"
            ),
            make.comment(page, "还没有审核的意见", screening=Screening.RECEIVED),
        ]
        gone = make.comment(page, "撤回的意见", screening=Screening.WITHDRAWN)
        theme = make.theme_with(page, crew.drafter, items)
        decide_theme(theme=theme, user=crew.drafter, status="adopted")
        publish_outcome(consultation=page, user=crew.head)
        for rest in ("", f"themes/{theme.pk}/"):
            body = client.get(address(page, rest)).content.decode()
            assert "公开的意见全文" in body
            assert "〔隐去〕的住址" in body
            for secret in ("含有他人电话的意见", "张某某", "还没有审核的意见", gone.comment):
                assert secret not in body
        words = text_of(client.get(address(page))).replace(" ", "")
        assert "4条意见" in words
        assert "另有2条意见已经处理，未在网上公开原文" in words
        assert "作者撤回1条" in words

    def test_markup_in_comments_and_reasons_is_text(self, client: Client, crew: make.Team) -> None:
        page = make.closed(crew.department)
        item = make.comment(page, "<script>alert(1)</script><b>建议</b> javascript:alert(1)")
        reason = "<img src=x onerror=alert(1)>该建议与上位法不一致。"
        decide_comment(comment=item, user=crew.drafter, status="not_adopted", reason=reason)
        theme = make.theme_with(page, crew.drafter, [item], "<i>主题</i>")
        publish_outcome(consultation=page, user=crew.head)
        for rest in ("", f"themes/{theme.pk}/", "single/"):
            body = client.get(address(page, rest)).content.decode()
            for hostile in ("<script>alert", "<b>建议", "<img src=x", "<i>主题", 'href="javascript'):
                assert hostile not in body

    def test_receipt_codes_and_names_are_nowhere(self, client: Client, crew: make.Team) -> None:
        page = make.published(crew)
        codes = set(PublicComment.objects.filter(consultation=page).values_list("receipt_code", flat=True))
        for path in (address(page), address(page, "single/"), f"/api/v1/consultations/{page.pk}/outcome/"):
            body = client.get(path).content.decode()
            assert codes
            assert not [code for code in codes if code in body]

    def test_each_single_decision_shows_on_its_theme_too(self, client: Client, crew: make.Team) -> None:
        page = make.closed(crew.department)
        one, two = make.comments(page, 2)
        theme = make.theme_with(page, crew.drafter, [one, two])
        decide_theme(theme=theme, user=crew.drafter, status="adopted", reason="已经修改。")
        decide_comment(comment=two, user=crew.drafter, status="not_adopted", reason=make.REASON)
        publish_outcome(consultation=page, user=crew.head)
        words = text_of(client.get(address(page, f"themes/{theme.pk}/")))
        assert "这条意见单独处理" in words
        assert make.REASON in words

    def test_a_number_opens_the_page_that_holds_the_comment(self, client: Client, crew: make.Team) -> None:
        page = make.closed(crew.department)
        items = make.comments(page, 65)
        for item in items:
            decide_comment(comment=item, user=crew.drafter, status="adopted")
        publish_outcome(consultation=page, user=crew.head)
        for item, number in ((items[0], 1), (items[29], 1), (items[30], 2), (items[64], 3)):
            response = client.get(address(page, "single/"), {"number": item.pk})
            assert response.context["page_obj"].number == number
            assert f'id="comment-{item.pk}"' in response.content.decode()
        for junk in ("x", "9" * 40, "-1", "0"):
            assert client.get(address(page, "single/"), {"number": junk}).context["page_obj"].number == 1

    def test_only_get(self, client: Client, crew: make.Team) -> None:
        page = make.published(crew)
        assert client.post(address(page)).status_code == 405
        assert client.head(address(page)).status_code == 200

    @pytest.mark.parametrize("number", ["0", "-1", "x", "99999999999999999999", "\x00"])
    def test_impossible_pages_show_a_real_one(self, client: Client, crew: make.Team, number: str) -> None:
        page = make.published(crew)
        assert client.get(address(page, "single/"), {"page": number}).status_code == 200


class TestDifference:
    def test_draft_and_final_text_side_by_side(self, client: Client, crew: make.Team) -> None:
        page = make.published(crew)
        policy = signed_policy(lead_department=crew.department, body=FINAL)
        link_final_policy(consultation=page, user=crew.drafter, policy=policy)
        body = client.get(address(page)).content.decode()
        assert policy.public_path in body
        assert "<del>" in body
        assert "<ins>" in body
        assert 'id="draft-a3"' in body
        assert 'href="#draft-a3"' in body
        assert 'id="draft-a1"' not in body
        assert 'id="draft-a1"' in client.get(address(page), {"clauses": "all"}).content.decode()
        words = text_of(client.get(address(page)))
        assert "依据的意见： 提交期限过短" in words
        assert "新增" in words

    def test_every_link_to_a_clause_or_a_decision_leads_somewhere(
        self, client: Client, crew: make.Team
    ) -> None:
        """A decision may name a clause that came out the same; a decision may stand behind nothing that is shown."""
        page = make.closed(crew.department)
        theme = make.theme_with(page, crew.drafter, [make.comment(page)], "适用范围")
        decide_theme(theme=theme, user=crew.drafter, status="adopted", changed_clause_ids=["a1", "a3"])
        hidden = make.comment(page, "含有他人电话的意见", screening=Screening.WITHHELD)
        decide_comment(comment=hidden, user=crew.drafter, status="adopted", changed_clause_ids=["a3"])
        empty = make.theme_with(page, crew.drafter, [], "没有人提的主题")
        decide_theme(theme=empty, user=crew.drafter, status="adopted", changed_clause_ids=["a3"])
        policy = signed_policy(lead_department=crew.department, body=FINAL)
        link_final_policy(consultation=page, user=crew.drafter, policy=policy)
        publish_outcome(consultation=page, user=crew.head)
        for query in ({}, {"clauses": "all"}):
            body = client.get(address(page), query).content.decode()
            links = set(re.findall(r'href="#([^"]+)"', body))
            assert {"draft-a1", "draft-a3", f"theme-{theme.pk}"} <= links
            assert links <= set(re.findall(r' id="([^"]+)"', body))
            assert f"#comment-{hidden.pk}" not in body
            assert f"第 {hidden.pk} 号意见" in body

    def test_a_policy_not_published_yet_is_not_shown(self, client: Client, crew: make.Team) -> None:
        page = make.published(crew)
        policy = PolicyFactory.create(lead_department=crew.department, title="尚未公布的办法")
        link_final_policy(consultation=page, user=crew.drafter, policy=policy)
        words = text_of(client.get(address(page)))
        assert "尚未公布的办法" not in words
        assert "正式文件尚未公布" in words


class TestCost:
    def queries(self, client: Client, path: str) -> int:
        client.get(path)
        with CaptureQueriesContext(connection) as found:
            assert client.get(path).status_code == 200
        return len(found)

    def test_ten_thousand_comments_cost_as_many_queries_as_ten(self, client: Client, crew: make.Team) -> None:
        small, large = make.closed(crew.department), make.closed(crew.department)
        policy = signed_policy(lead_department=crew.department, body=FINAL)
        for page, number in ((small, 10), (large, 10_000)):
            themes = [
                make.theme_with(page, crew.drafter, [make.comment(page)])
                for _ in range(3 if number == 10 else 12)
            ]
            for theme in themes:
                decide_theme(theme=theme, user=crew.drafter, status="adopted", changed_clause_ids=["a3"])
            alone = make.comments(page, 3 if number == 10 else 40)
            for item in alone:
                decide_comment(comment=item, user=crew.drafter, status="adopted")
            make.many_comments(page, number, theme=themes[0])
            link_final_policy(consultation=page, user=crew.drafter, policy=policy)
            publish_outcome(consultation=page, user=crew.head)
        counts = [self.queries(client, address(page)) for page in (small, large)]
        assert counts[0] == counts[1] <= PAGE_QUERIES
        start = timezone.now()
        client.get(address(large))
        assert (timezone.now() - start).total_seconds() < 3
        theme_pages = [
            self.queries(client, address(page, f"themes/{page.themes.first().pk}/"))
            for page in (small, large)
        ]
        assert theme_pages[0] == theme_pages[1] <= 9

    def test_feed_and_api_do_not_grow(self, client: Client, crew: make.Team) -> None:
        first = make.published(crew)
        before = self.queries(client, "/feeds/outcomes/")
        api_before = self.queries(client, f"/api/v1/consultations/{first.pk}/outcome/")
        second = make.published(crew)
        assert self.queries(client, "/feeds/outcomes/") == before
        assert self.queries(client, f"/api/v1/consultations/{second.pk}/outcome/") == api_before


class TestFeed:
    def test_newest_first_and_only_what_is_published(self, client: Client, crew: make.Team) -> None:
        old = make.published(crew, title="较早的办法")
        new = make.published(crew, title="较晚的办法")
        make.closed(crew.department, title="还没有公布的办法")
        body = client.get("/feeds/outcomes/").content.decode()
        assert body.index(new.title) < body.index(old.title)
        assert "还没有公布的办法" not in body
        assert f"/consultations/{new.slug}/outcome/" in body
        assert "application/atom+xml" in client.get("/feeds/outcomes/")["Content-Type"]


class TestTime:
    def test_the_outcome_is_public_from_its_moment_on(self, crew: make.Team) -> None:
        page = make.published(crew)
        moment = page.outcome.published_at
        assert moment is not None
        assert published_outcome_of(page, at=moment) is not None
        assert published_outcome_of(page, at=moment - dt.timedelta(seconds=1)) is None
        with as_of(moment):
            assert page.state() == "outcome_published"

    def test_author_kinds_are_counted(self, crew: make.Team) -> None:
        page = make.closed(crew.department)
        make.comments(page, 2, author_kind=AuthorKind.ORGANISATION)
        make.comment(page, late=True)
        figures = figures_of(page)
        assert {share.value: share.count for share in figures.by_author} == {"citizen": 1, "organisation": 2}
        assert (figures.late, figures.undecided, figures.adoption_share) == (1, 3, 0)
