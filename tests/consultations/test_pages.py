"""The public pages: what they say in each state, their filters, and that their queries do not grow."""

from __future__ import annotations

import datetime as dt
from typing import Any
from unittest.mock import patch

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from consultations.clock import end_of, start_of
from consultations.enums import ConsultationKind, Screening
from consultations.models import ConsultationPage
from consultations.services import extend, screen_comment, terminate
from tests.factories.consultations import CommentFactory, ConsultationFactory, head_of, moderator
from tests.factories.outcomes import many_comments, published, team

pytestmark = pytest.mark.django_db


def _html(client: Client, url: str, status: int = 200) -> str:
    response = client.get(url)
    assert response.status_code == status, url
    return response.content.decode()


def _queries(client: Client, url: str) -> int:
    client.get(url)  # fills the caches of periods, calendar, site and content types
    with CaptureQueriesContext(
        connection,
    ) as seen:
        assert client.get(url).status_code == 200
    return len(seen)


def test_the_list_groups_by_state_in_the_order_a_citizen_needs(client: Client) -> None:
    for trait in ("overdue", "closed", "announced"):
        ConsultationFactory.create(**{trait: True})
    ConsultationFactory.create(draft=True, title="还没有公布的草案")
    ConsultationFactory.create()
    published(team())
    html = _html(client, "/consultations/")
    states = ["open", "announced", "awaiting_outcome", "overdue", "outcome_published"]
    places = [html.index(f'id="state-{state}"') for state in states]
    assert places == sorted(places)
    assert "还没有公布的草案" not in html
    assert "还剩 43 天" in html


def test_the_nearest_end_comes_first(client: Client) -> None:
    later = ConsultationFactory.create(days=60)
    sooner = ConsultationFactory.create(days=40)
    html = _html(client, "/consultations/")
    assert html.index(sooner.title) < html.index(later.title)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("state=open", True),
        ("state=overdue", False),
        ("kind=business", True),
        ("kind=rule", False),
        ("q=夜市", True),
        ("q=夜市 没有", False),
        ("department=parks", True),
        ("page=999", True),
        ("page=abc", True),
    ],
)
def test_filters(client: Client, query: str, found: bool) -> None:
    from tests.factories.organisations import DepartmentFactory

    ConsultationFactory.create(
        title="夜市管理办法",
        kind=ConsultationKind.BUSINESS,
        department=DepartmentFactory.create(code="parks"),
    )
    assert ("夜市管理办法" in _html(client, f"/consultations/?{query}")) == found


@pytest.mark.parametrize("query", ["state=zzz", "kind=%00", "department=nowhere", "q=" + "长" * 500])
def test_a_filter_that_does_not_exist_is_named_in_place(client: Client, query: str) -> None:
    page = ConsultationFactory.create()
    html = _html(client, f"/consultations/?{query}", 400)
    assert "还有几处需要修改" in html
    assert page.title in html


def test_the_detail_shows_reasons_clauses_and_ways_to_comment(client: Client) -> None:
    page = ConsultationFactory.create(shortened=True, opens_on=timezone.localdate())
    html = _html(client, page.public_path)
    for text in (page.shortened_reason, page.drafting_note, page.decision_basis, page.contact, "工作日"):
        assert text in html
    assert 'id="a3"' in html
    assert f"{page.public_path}comment/?clause=a3" in html
    assert "?clause=ch1" not in html


def test_every_state_says_where_it_stands(client: Client) -> None:
    page = ConsultationFactory.create()
    html = {
        "announced": "尚未开始",
        "open": "还剩",
        "last": "今天是最后一天",
        "awaiting": "已经截止",
        "overdue": "逾期未公布",
    }
    moments = {
        "announced": page.opens_at - dt.timedelta(hours=1),
        "open": page.opens_at,
        "last": page.closes_at - dt.timedelta(hours=1),
        "awaiting": page.closes_at,
        "overdue": end_of(page.outcome_due_on),
    }
    for state, moment in moments.items():
        with patch("django.utils.timezone.now", return_value=moment):
            text = _html(client, page.public_path)
        assert html[state] in text
        assert ("对全文提意见" in text) == (state in ("open", "last"))


def test_extension_and_termination_are_shown_with_their_reasons(client: Client) -> None:
    page = ConsultationFactory.create()
    head = head_of(page.department)
    extend(page=page, user=head, last_day=page.last_day + dt.timedelta(days=9), reason="多地要求延长。")
    assert "多地要求延长。" in _html(client, page.public_path)
    terminate(page=page, user=head, reason="上位法已经修改。")
    assert "上位法已经修改。" in _html(client, page.public_path)


def test_a_draft_and_a_wrong_address_are_not_found(client: Client) -> None:
    page = ConsultationFactory.create(draft=True)
    for part in ("", "comments/", "comment/", "comment/x/", "comment/x/edit/"):
        assert client.get(f"{page.public_path}{part}").status_code == 404
    assert client.get("/consultations/nowhere/").status_code == 404


def test_only_what_may_be_seen_is_listed(client: Client) -> None:
    page = ConsultationFactory.create()
    texts = {
        "published": "公开的意见",
        "withheld": "不公开的意见",
        "redacted": "有电话的意见",
        "received": "新到的意见",
    }
    for decision, text in texts.items():
        comment = CommentFactory.create(
            consultation=page, text=text, clause_id="a3", proposed_text=f"{text}的建议"
        )
        if decision != "received":
            screen_comment(
                comment=comment,
                user=moderator(),
                decision=decision,
                reason="隐去电话",
                redacted_text="隐去后的意见",
            )
    html = _html(client, f"{page.public_path}comments/?clause=a3")
    assert "公开的意见</div>" in html
    assert "隐去后的意见" in html
    for hidden in ("不公开的意见", "有电话的意见", "新到的意见"):
        assert hidden not in html
    assert "2 条意见" in _html(client, page.public_path)
    assert "公开的意见</div>" not in _html(client, f"{page.public_path}comments/?clause=a4")
    assert "没有这一条款" in _html(client, f"{page.public_path}comments/?clause=a99", 404)
    assert client.get(f"{page.public_path}comments/?clause=whole").status_code == 200


def test_comment_forms_name_the_clause(client: Client) -> None:
    page = ConsultationFactory.create()
    html = _html(client, f"{page.public_path}comment/?clause=a4")
    assert "提前三日公告" in html
    assert _html(client, f"{page.public_path}comment/?clause=a99")


def test_ten_thousand_comments_cost_the_same_queries_and_little_time(client: Client) -> None:
    page = ConsultationFactory.create()
    urls = [
        page.public_path,
        f"{page.public_path}comments/",
        f"{page.public_path}comments/?page=300",
        f"{page.public_path}comment/",
        "/consultations/",
        f"/api/v1/consultations/{page.pk}/comments/",
        f"/api/v1/consultations/{page.pk}/",
    ]
    CommentFactory.create(consultation=page, clause_id="a3")
    before = {url: _queries(client, url) for url in urls}
    many_comments(page, 10_000)
    started = timezone.now()
    after = {url: _queries(client, url) for url in urls}
    took = (timezone.now() - started).total_seconds() / (2 * len(urls))
    # The listing had nothing visible before: it reads rows now, and with them the clause in the same query.
    assert after[page.public_path] == before[page.public_path]
    assert all(after[url] <= before[url] + 1 for url in urls)
    assert max(after.values()) <= 9
    assert took < 1.5


def test_the_list_costs_the_same_for_one_and_for_many(client: Client) -> None:
    ConsultationFactory.create()
    one = _queries(client, "/consultations/"), _queries(client, "/api/v1/consultations/")
    for trait in ("announced", "closed", "overdue", "shortened"):
        ConsultationFactory.create(**{trait: True})
    cache.clear()
    assert (_queries(client, "/consultations/"), _queries(client, "/api/v1/consultations/")) == one


def test_the_receipt_costs_few_queries(client: Client) -> None:
    comment = CommentFactory.create(clause_id="a3", name="朱")
    assert _queries(client, f"/receipts/{comment.receipt_code}/") <= 4


def test_home_and_board_show_deadlines(client: Client) -> None:
    near = ConsultationFactory.create(shortened=True, opens_on=timezone.localdate(), title="三天后截止的办法")
    late = ConsultationFactory.create(overdue=True, title="早该公布的办法")
    waiting = ConsultationFactory.create(closed=True, title="等待公布的办法")
    home, board = _html(client, "/"), _html(client, "/board/")
    assert near.days_left().text in home  # type: ignore[union-attr]
    assert "期限缩短" in home
    for page in (late, waiting):
        assert page.title in home
    assert near.title in board
    assert late.title in board
    assert str(late.days_overdue()) in board
    assert waiting.title not in board


def test_the_home_page_announces_when_nothing_is_open(client: Client) -> None:
    page = ConsultationFactory.create(announced=True)
    assert page.title in _html(client, "/")


def test_the_feed_lists_consultations_without_comments(client: Client) -> None:
    page = ConsultationFactory.create(title="带\u0007控制符的标题")
    comment = CommentFactory.create(consultation=page, text="不该出现在订阅里的意见", name="朱晓明")
    screen_comment(comment=comment, user=moderator(), decision=Screening.PUBLISHED)
    response = client.get("/feeds/consultations/")
    text = response.content.decode()
    assert response["Content-Type"].startswith("application/atom+xml")
    assert page.public_path in text
    assert "不该出现" not in text
    assert "\u0007" not in text


def _days(page: ConsultationPage) -> Any:
    return page.days_left(start_of(page.last_day))


def test_last_day_wording() -> None:
    page = ConsultationFactory.create()
    assert _days(page).text == "今天是最后一天，24:00 截止"


@pytest.mark.parametrize(
    "path",
    [
        "consultations/%00/",
        "consultations/%F0%9F%98%80/comments/",
        "consultations/x%0Ay/comment/",
        "consultations/..%2f..%2fetc/",
        "consultations/" + "x" * 2000 + "/",
        "receipts/%00/",
        "receipts/%E2%80%AE/withdraw/",
        "receipts/" + "9" * 5000 + "/",
    ],
)
def test_hostile_addresses_are_not_found(client: Client, path: str) -> None:
    assert client.get(f"/{path}").status_code == 404


@pytest.mark.parametrize(
    "query", ["page=%00", "page=99999999999999999999999", "page=-1", "clause=%00", "clause=%E2%80%AE"]
)
def test_hostile_queries_never_break_a_page(client: Client, query: str) -> None:
    page = ConsultationFactory.create()
    for part in ("", "comments/", "comment/"):
        assert client.get(f"{page.public_path}{part}?{query}").status_code in (200, 404)
    for api in ("", f"{page.pk}/comments/"):
        assert client.get(f"/api/v1/consultations/{api}?{query}").status_code in (200, 400, 404)
    assert client.get(f"/consultations/?{query}").status_code == 200
