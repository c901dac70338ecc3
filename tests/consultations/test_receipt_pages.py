"""What the holder of a receipt sees, and how guessing is slowed down."""

from __future__ import annotations

from unittest.mock import patch

import pytest
from django.core.cache import cache
from django.test import Client, RequestFactory, override_settings

from consultations import receipts
from consultations.limits import address_digest
from consultations.models import CommentContact, ConsultationPage, PublicComment
from consultations.services import screen_comment
from tests.consultations.test_comment_flow import FORM
from tests.factories.consultations import CommentFactory, ConsultationFactory, moderator
from tests.factories.outcomes import published, team

pytestmark = pytest.mark.django_db


@pytest.fixture
def comment() -> PublicComment:
    found: PublicComment = CommentFactory.create(name="朱晓明", email="zhu@example.org", text="请开放夜场。")
    return found


def test_the_form_leads_to_the_receipt_whatever_the_spelling(client: Client, comment: PublicComment) -> None:
    typed = comment.receipt_code.lower().replace("-", " ")
    response = client.post("/receipts/", {"code": typed})
    assert response["Location"] == f"/receipts/{comment.receipt_code}/"
    assert client.get(f"/receipts/{typed.replace(' ', '')}/")["Location"] == response["Location"]


@pytest.mark.parametrize("code", ["", "YL-1", "不是编号", "x" * 99, "YL-0000-0000-0000-1"])
def test_a_mistyped_code_is_told_apart(client: Client, code: str) -> None:
    response = client.post("/receipts/", {"code": code})
    assert response.status_code == 400
    assert "校验码" in response.content.decode() or not code


def test_an_unknown_code_is_a_polite_404(client: Client) -> None:
    response = client.get(f"/receipts/{receipts.new_code()}/")
    assert response.status_code == 404
    assert "没有找到" in response.content.decode()


def test_it_shows_the_comment_without_contact_details(client: Client, comment: PublicComment) -> None:
    response = client.get(f"/receipts/{comment.receipt_code}/")
    html = response.content.decode()
    assert "请开放夜场。" in html
    assert "朱**" in html
    assert "zhu@example.org" not in html
    assert "晓明" not in html
    assert "no-store" in response["Cache-Control"]
    assert "noindex" in response["X-Robots-Tag"]
    assert 'content="noindex' in html


@pytest.mark.parametrize(
    ("decision", "reason", "redacted", "says"),
    [
        ("published", "", "", "已公开"),
        ("withheld", "含有他人住址", "", "含有他人住址"),
        ("redacted", "隐去电话", "请开放……", "请开放……"),
    ],
)
def test_the_author_is_told_how_it_was_screened(
    client: Client, comment: PublicComment, decision: str, reason: str, redacted: str, says: str
) -> None:
    screen_comment(
        comment=comment, user=moderator(), decision=decision, reason=reason, redacted_text=redacted
    )
    html = client.get(f"/receipts/{comment.receipt_code}/").content.decode()
    assert says in html
    assert "请开放夜场。" in html


def test_once_the_outcome_is_published_it_shows_what_became_of_it(client: Client) -> None:
    page = published(team())
    grouped = PublicComment.objects.filter(consultation=page, theme__isnull=False).order_by("pk")[0]
    alone = PublicComment.objects.filter(consultation=page, theme__isnull=True).order_by("pk")[0]
    for comment in (grouped, alone):
        comment.receipt_code = receipts.new_code()
        comment.save(update_fields=["receipt_code"])
    html = client.get(f"/receipts/{grouped.receipt_code}/").content.decode()
    assert "badge--adopted" in html
    assert "已将期限延长为五个工作日" in html
    assert f"{page.public_path}#a3" in html
    html = client.get(f"/receipts/{alone.receipt_code}/").content.decode()
    assert "badge--not_adopted" in html
    assert "不一致" in html


def test_it_is_withdrawn_by_post_after_asking(client: Client, comment: PublicComment) -> None:
    address = f"/receipts/{comment.receipt_code}/withdraw/"
    assert "确认撤回" in client.get(address).content.decode()
    assert PublicComment.objects.get().screening == "received"
    assert client.post(address)["Location"] == f"/receipts/{comment.receipt_code}/"
    assert PublicComment.objects.get().screening == "withdrawn"
    assert not CommentContact.objects.exists()
    assert "已撤回" in client.get(f"/receipts/{comment.receipt_code}/").content.decode()
    assert client.get(address).status_code == 302


def test_after_the_end_it_cannot_be_withdrawn(client: Client, comment: PublicComment) -> None:
    address = f"/receipts/{comment.receipt_code}/"
    with patch("django.utils.timezone.now", return_value=comment.consultation.closes_at):
        assert "withdraw/" not in client.get(address).content.decode()
        response = client.post(f"{address}withdraw/")
    assert response.status_code == 409
    assert PublicComment.objects.get().screening == "received"


@override_settings(RATELIMIT_ENABLE=True, RECEIPT_RATE="3/h")
def test_guessing_codes_is_slowed_down_and_hits_cost_nothing(client: Client, comment: PublicComment) -> None:
    cache.clear()
    good = f"/receipts/{comment.receipt_code}/"
    for _ in range(6):
        assert client.get(good).status_code == 200
    tries = [client.get(f"/receipts/{receipts.new_code()}/").status_code for _ in range(6)]
    assert tries[:3] == [404, 404, 404]
    assert tries[-1] == 429
    assert client.get(good).status_code == 429
    assert client.get(good, REMOTE_ADDR="203.0.113.9").status_code == 200


@override_settings(RATELIMIT_ENABLE=True, COMMENT_RATE="4/h")
def test_writing_too_often_is_refused_and_the_text_stays(client: Client) -> None:
    cache.clear()
    page: ConsultationPage = ConsultationFactory.create()
    url = f"{page.public_path}comment/"
    codes = [client.post(url, FORM).status_code for _ in range(6)]
    assert codes == [302] * 4 + [429] * 2
    response = client.post(url, FORM)
    assert FORM["text"] in response.content.decode()
    assert "请稍后再试" in response.content.decode()
    assert "下一步" in response.content.decode()


def test_the_address_is_digested_and_an_ipv6_network_counts_as_one(rf: object) -> None:
    def digest(address: str) -> str:
        return address_digest("g", rf.get("/", REMOTE_ADDR=address))  # type: ignore[attr-defined]

    assert digest("203.0.113.9") != digest("203.0.113.10")
    assert digest("2001:db8::1") == digest("2001:db8::ffff")
    assert digest("2001:db8::1") != digest("2001:db8:0:1::1")
    assert digest("") == digest("not an address")
    assert "203.0.113.9" not in digest("203.0.113.9")


@override_settings(RATELIMIT_IP_META_KEY="HTTP_X_FORWARDED_FOR")
def test_a_claimed_address_does_not_reset_the_limit() -> None:
    def digest(header: str) -> str:
        return address_digest("g", RequestFactory().get("/", HTTP_X_FORWARDED_FOR=header))

    assert digest("198.51.100.1, 203.0.113.9") == digest("192.0.2.77, 203.0.113.9") == digest("203.0.113.9")
    assert digest("203.0.113.9") != digest("203.0.113.10")
