"""Write, review, receipt: without JavaScript, nothing lost, nothing twice, hostile text harmless."""

from __future__ import annotations

import datetime as dt
import re
import time
import unicodedata
from typing import Any
from unittest.mock import patch

import pytest
from django.test import Client

from consultations.models import CommentContact, ConsultationPage, PendingComment, PublicComment
from consultations.services import confirm_comment, start_comment, terminate
from consultations.tokens import pending_of, token_of
from consultations.typed import MAX_TEXT, TypedComment
from tests.factories.consultations import ConsultationFactory, head_of

pytestmark = pytest.mark.django_db

SECOND = dt.timedelta(seconds=1)
FORM = {
    "clause": "a3",
    "text": "建议综合公园夏季开放到二十二时。",
    "proposed_text": "综合公园每日开放时间不得少于十六小时",
    "author_kind": "citizen",
    "name": "朱晓明",
    "email": "zhu@example.org",
    "phone": "0000-7654321",
    "consent": "on",
}


@pytest.fixture
def page() -> ConsultationPage:
    found: ConsultationPage = ConsultationFactory.create()
    return found


def _post(client: Client, page: ConsultationPage, **changes: Any) -> Any:
    return client.post(f"{page.public_path}comment/", {**FORM, **changes})


def _at(moment: dt.datetime) -> Any:
    return patch("django.utils.timezone.now", return_value=moment)


def test_from_the_clause_to_the_receipt(client: Client, page: ConsultationPage) -> None:
    detail = client.get(page.public_path).content.decode()
    link = re.search(r'href="([^"]+comment/\?clause=a3)"', detail)
    assert link
    form = client.get(link[1]).content.decode()
    assert '<option value="a3" selected>' in form
    review = _post(client, page)
    assert review.status_code == 302
    shown = client.get(review["Location"]).content.decode()
    assert all(FORM[name] in shown for name in ("text", "proposed_text", "email", "phone"))
    assert "朱**" in shown
    assert not PublicComment.objects.exists()
    receipt = client.post(review["Location"])
    comment = PublicComment.objects.get()
    assert receipt["Location"] == f"/receipts/{comment.receipt_code}/"
    html = client.get(receipt["Location"]).content.decode()
    assert comment.receipt_code in html
    assert FORM["text"] in html
    assert (comment.comment, comment.clause.clause_id, comment.screening) == (FORM["text"], "a3", "received")


def test_confirming_twice_gives_the_same_receipt(client: Client, page: ConsultationPage) -> None:
    address = _post(client, page)["Location"]
    first, second = client.post(address), client.post(address)
    assert first["Location"] == second["Location"] == client.get(address)["Location"]
    assert client.get(f"{address}edit/")["Location"] == first["Location"]
    assert PublicComment.objects.count() == CommentContact.objects.count() == 1


def test_reviewing_confirms_nothing(client: Client, page: ConsultationPage) -> None:
    address = _post(client, page)["Location"]
    for _ in range(3):
        assert client.get(address).status_code == 200
    assert client.head(address).status_code == 200
    assert not PublicComment.objects.exists()


def test_editing_again_loses_nothing_and_makes_no_second_row(client: Client, page: ConsultationPage) -> None:
    address = _post(client, page)["Location"]
    form = client.get(f"{address}edit/").content.decode()
    assert all(FORM[name] in form for name in ("text", "proposed_text", "name", "email", "phone"))
    again = client.post(f"{address}edit/", {**FORM, "text": "改好的意见"})
    assert PendingComment.objects.count() == 1
    client.post(again["Location"])
    assert PublicComment.objects.get().comment == "改好的意见"


def test_confirming_empties_what_was_pending(client: Client, page: ConsultationPage) -> None:
    client.post(_post(client, page)["Location"])
    row = PendingComment.objects.get()
    assert (row.text, row.proposed_text, row.name, row.email, row.phone) == ("", "", "", "", "")


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"text": ""}, "请写下您的意见"),
        ({"text": "\u200b\u202e"}, "请写下您的意见"),
        ({"text": "长" * (MAX_TEXT + 1)}, "最多 5000 个字，现有 5001 个字"),
        ({"proposed_text": "长" * 10_000}, "最多 5000 个字，现有 10000 个字"),
        ({"email": "不是邮箱"}, "电子邮箱的格式不正确"),
        ({"clause": "a99"}, "没有这一条款"),
        ({"author_kind": "robot"}, "请选择个人或单位"),
        ({"consent": ""}, "请勾选"),
        ({"text": "有\x00空"}, "空字符"),
        ({"website": "https://spam.example"}, "应当留空"),
    ],
)
def test_a_mistake_is_named_and_nothing_is_lost(
    client: Client, page: ConsultationPage, changes: dict[str, str], says: str
) -> None:
    response = _post(client, page, **changes)
    html = response.content.decode()
    assert response.status_code == 400
    assert "还有几处需要修改" in html
    assert says in html
    assert FORM["phone"] in html
    assert changes.get("text", FORM["text"]).replace("\x00", "")[:5] in html.replace("\x00", "")
    assert not PendingComment.objects.exists()


@pytest.mark.parametrize(
    "text",
    [
        "长" * MAX_TEXT,
        "👨\u200d👩\u200d👧 支持！🎉" * 50,
        "<script>alert(document.cookie)</script>",
        "\u202e倒过来的字\u202c 和 \u2066隔离\u2069",
        "看\u200b不\u200b见",
        "' OR 1=1; DROP TABLE comments; --",
        "{{ settings.SECRET_KEY }}{% debug %}",
        "a\u0301" + "\u0301" * 300,
        "第一行\r\n第二行\r第三行",
        "مرحبا שלום",
        "%s %(x)s {0} \\x00",
    ],
)
def test_hostile_and_unusual_text_is_kept_and_shown_harmless(
    client: Client, page: ConsultationPage, text: str
) -> None:
    address = _post(client, page, text=text, proposed_text="")["Location"]
    receipt = client.post(address)["Location"]
    comment = PublicComment.objects.get()
    comment.screening = "published"
    comment.save()
    for url in (receipt, f"{page.public_path}comments/", f"/api/v1/consultations/{page.pk}/comments/"):
        response = client.get(url)
        html = response.content.decode()
        assert response.status_code == 200
        assert "<script>alert" not in html or "json" in response["Content-Type"]
        assert not re.search("[\u202a-\u202e\u2066-\u2069\u200b\x00]", html)
    assert comment.comment.replace("\n", "") == unicodedata.normalize("NFC", text).replace("\r", "").replace(
        "\n", ""
    )


def test_ten_thousand_characters_are_refused_and_given_back(client: Client, page: ConsultationPage) -> None:
    text = "意" * 10_000
    response = _post(client, page, text=text)
    assert response.status_code == 400
    assert text in response.content.decode()


@pytest.mark.parametrize(("edge", "says"), [("opens_at", "尚未开始"), ("closes_at", "24:00 截止")])
def test_outside_the_dates_it_says_when_and_gives_the_text_back(
    client: Client, page: ConsultationPage, edge: str, says: str
) -> None:
    moment = page.opens_at - SECOND if edge == "opens_at" else page.closes_at
    with _at(moment):
        text = f"\n\n{FORM['text']}"
        get, post = client.get(f"{page.public_path}comment/"), _post(client, page, text=text)
    assert (get.status_code, post.status_code) == (200, 409)
    for response in (get, post):
        assert says in response.content.decode()
        assert '<button class="button">下一步' not in response.content.decode()
    # Browsers drop a line break right after the tag: ours, not the one that was typed.
    assert f"readonly>\n{text}</textarea>" in post.content.decode()
    assert f"readonly>\n{FORM['proposed_text']}</textarea>" in post.content.decode()
    assert not PendingComment.objects.exists()


def test_who_was_reviewing_when_it_closed_may_still_confirm_for_a_while(page: ConsultationPage) -> None:
    pending = start_comment(
        consultation=page, clause_id=None, typed=TypedComment(text="赶上了"), at=page.closes_at - SECOND
    )
    comment = confirm_comment(pending=pending, at=page.closes_at + dt.timedelta(minutes=29))
    assert comment.late
    assert comment.submit_date > page.closes_at


def test_after_the_grace_it_is_refused_and_shown_for_copying(client: Client, page: ConsultationPage) -> None:
    with _at(page.closes_at - SECOND):
        address = _post(client, page)["Location"]
    with _at(page.closes_at + dt.timedelta(minutes=31)):
        response = client.post(address)
    assert response.status_code == 409
    assert FORM["text"] in response.content.decode()
    assert not PublicComment.objects.exists()


def test_the_token_expires_and_is_good_for_its_consultation_only(
    client: Client, page: ConsultationPage
) -> None:
    address = _post(client, page)["Location"]
    token = token_of(PendingComment.objects.get())
    assert len(token) < 80
    assert pending_of(token, ConsultationFactory.create()) is None
    assert pending_of(token[:-1] + ("A" if token[-1] != "A" else "B"), page) is None
    assert pending_of("nonsense", page) is None
    with patch("time.time", return_value=time.time() + 25 * 3600):
        response = client.get(address)
    assert response.status_code == 410
    assert "24 小时" in response.content.decode()


def test_forms_need_their_csrf_token(page: ConsultationPage) -> None:
    strict = Client(enforce_csrf_checks=True)
    assert strict.post(f"{page.public_path}comment/", FORM).status_code == 403


def test_the_pages_are_private(client: Client, page: ConsultationPage) -> None:
    address = _post(client, page)["Location"]
    for response in (
        client.get(address),
        client.get(f"{page.public_path}comment/"),
        client.get(f"{address}edit/"),
    ):
        assert "no-store" in response["Cache-Control"]
        assert "noindex" in response["X-Robots-Tag"]
        assert response["Referrer-Policy"] == "same-origin"


def test_an_organisation_and_an_anonymous_citizen(client: Client, page: ConsultationPage) -> None:
    for changes in (
        {"author_kind": "organisation", "name": "云桥建设集团"},
        {"name": "", "email": "", "phone": ""},
    ):
        client.post(_post(client, page, **changes)["Location"])
    names = list(PublicComment.objects.order_by("pk").values_list("author_masked", flat=True))
    assert names == ["云桥****", ""]
    assert CommentContact.objects.count() == 1


def test_a_terminated_one_says_why(client: Client, page: ConsultationPage) -> None:
    terminate(page=page, user=head_of(page.department), reason="上位法已经修改。")
    response = _post(client, page)
    assert response.status_code == 409
    assert "上位法已经修改" in response.content.decode()


def test_the_form_is_english_where_the_reader_is(client: Client, page: ConsultationPage) -> None:
    html = client.get(f"{page.public_path}comment/", headers={"accept-language": "en"}).content.decode()
    assert f"{MAX_TEXT}" in html
    assert "请不要写入身份证号" not in html
