"""The moderator's screen: 意见审核."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from consultations.enums import Screening
from consultations.models import ConsultationPage, PublicComment
from portal.organisations.enums import Role
from portal.organisations.models import User
from tests.factories import outcomes as make
from tests.factories.organisations import UserFactory, member

pytestmark = pytest.mark.django_db

SignIn = Callable[[User], Client]
LIST = "/admin/screening/"


@pytest.fixture
def page() -> ConsultationPage:
    return make.opened(make.team().department)


@pytest.fixture
def moderator(sign_in: SignIn) -> Client:
    return sign_in(member(Role.MODERATOR))


def received(page: ConsultationPage, text: str = "建议延长期限") -> PublicComment:
    return make.comment(page, text, screening=Screening.RECEIVED)


def test_only_moderators(page: ConsultationPage, sign_in: SignIn) -> None:
    item = received(page)
    users = [member(role) for role in Role if role != Role.MODERATOR] + [
        UserFactory.create(is_superuser=True)
    ]
    for user in users:
        client = sign_in(user)
        for path in (LIST, f"{LIST}{item.pk}/"):
            assert client.get(path).status_code == 302
        assert client.post(LIST, {"comments": [item.pk]}).status_code == 302
        assert client.post(f"{LIST}{item.pk}/", {"decision": "published"}).status_code == 302
    item.refresh_from_db()
    assert item.screening == Screening.RECEIVED


def test_what_waits_comes_first(page: ConsultationPage, moderator: Client) -> None:
    waiting, done = received(page, "等待审核的意见"), make.comment(page, "已经公开的意见")
    body = moderator.get(LIST).content.decode()
    assert waiting.comment in body
    assert done.comment not in body
    assert done.comment in moderator.get(LIST, {"screening": "published"}).content.decode()
    assert waiting.comment in moderator.get(LIST, {"screening": "nonsense"}).content.decode()


def test_several_are_published_at_once(page: ConsultationPage, moderator: Client) -> None:
    items = [received(page) for _ in range(3)]
    response = moderator.post(LIST, {"comments": [items[0].pk, items[1].pk, "x", "9" * 30]}, follow=True)
    assert "已公开 2 条意见" in response.content.decode()
    assert PublicComment.objects.filter(screening=Screening.PUBLISHED).count() == 2
    assert "请先选择意见" in moderator.post(LIST, {}, follow=True).content.decode()


def test_a_withdrawn_one_does_not_stop_the_others(page: ConsultationPage, moderator: Client) -> None:
    item, gone = received(page), make.comment(page, screening=Screening.WITHDRAWN)
    response = moderator.post(LIST, {"comments": [item.pk, gone.pk]}, follow=True)
    assert f"第 {gone.pk} 号意见" in response.content.decode()
    assert PublicComment.objects.get(pk=item.pk).screening == Screening.PUBLISHED


def test_withholding_needs_a_reason_and_keeps_what_was_typed(
    page: ConsultationPage, moderator: Client
) -> None:
    item = received(page, "张某某住在某处")
    path = f"{LIST}{item.pk}/"
    response = moderator.post(
        path, {"decision": "redacted", "reason": "", "redacted_text": "〔隐去〕住在某处"}
    )
    body = response.content.decode()
    assert response.status_code == 200
    assert "必须写明理由" in body
    assert "〔隐去〕住在某处</textarea>" in body
    data = {"decision": "redacted", "reason": "含有他人的个人信息", "redacted_text": "〔隐去〕住在某处"}
    assert moderator.post(path, data).status_code == 302
    item.refresh_from_db()
    assert (item.screening, item.redacted_text, item.comment) == (
        "redacted",
        "〔隐去〕住在某处",
        "张某某住在某处",
    )
    assert moderator.post(path, {"decision": "withheld", "reason": "侮辱他人"}).status_code == 302
    item.refresh_from_db()
    assert (item.screening, item.redacted_text) == ("withheld", "")


def test_a_text_with_markup_is_shown_as_text(page: ConsultationPage, moderator: Client) -> None:
    item = received(page, "<script>alert(1)</script>")
    for path in (LIST, f"{LIST}{item.pk}/"):
        assert "<script>alert(1)" not in moderator.get(path).content.decode()


def test_the_first_page_of_the_admin_says_how_many_wait(page: ConsultationPage, moderator: Client) -> None:
    received(page)
    received(page)
    assert "2 条意见待审核" in moderator.get("/admin/").content.decode()
