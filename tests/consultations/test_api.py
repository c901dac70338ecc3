"""The API: parameters, pages, and nothing personal anywhere in it."""

from __future__ import annotations

import json

import pytest
from django.test import Client

from consultations.enums import Screening
from consultations.models import ConsultationPage
from consultations.services import screen_comment
from tests.factories.consultations import CommentFactory, ConsultationFactory, moderator

pytestmark = pytest.mark.django_db


@pytest.fixture
def page() -> ConsultationPage:
    found: ConsultationPage = ConsultationFactory.create()
    for number in range(25):
        comment = CommentFactory.create(
            consultation=found,
            clause_id="a3" if number % 2 else None,
            name="朱晓明",
            email="zhu@example.org",
            phone="0000-7654321",
        )
        screen_comment(comment=comment, user=moderator(), decision=Screening.PUBLISHED)
    return found


def test_the_list_pages_and_filters(client: Client, page: ConsultationPage) -> None:
    ConsultationFactory.create(announced=True)
    ConsultationFactory.create(draft=True)
    answer = client.get("/api/v1/consultations/").json()
    assert [row["state"] for row in answer["results"]] == ["open", "announced"]
    row = answer["results"][0]
    assert (row["comments"], row["days_left"], row["id"]) == (25, 43, page.pk)
    assert row["url"] == f"http://testserver{page.public_path}"
    assert client.get("/api/v1/consultations/?state=announced").json()["count"] == 1
    assert client.get("/api/v1/consultations/?page_size=1").json()["next"]


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("state=x", "state"),
        ("kind=%00", "kind"),
        ("department=nowhere", "department"),
        ("department=%00", "department"),
    ],
)
def test_an_unknown_value_is_a_400_that_names_the_parameter(client: Client, query: str, name: str) -> None:
    response = client.get(f"/api/v1/consultations/?{query}")
    assert response.status_code == 400
    assert name in response.json()


def test_one_consultation_has_its_clauses(client: Client, page: ConsultationPage) -> None:
    answer = client.get(f"/api/v1/consultations/{page.pk}/").json()
    assert [clause["id"] for clause in answer["clauses"]][:3] == ["ch1", "a1", "a2"]
    assert answer["drafting_note"] == page.drafting_note
    assert client.get("/api/v1/consultations/999999/").status_code == 404
    assert (
        client.get(f"/api/v1/consultations/{ConsultationFactory.create(draft=True).pk}/").status_code == 404
    )


def test_comments_page_and_filter_by_clause(client: Client, page: ConsultationPage) -> None:
    url = f"/api/v1/consultations/{page.pk}/comments/"
    answer = client.get(url).json()
    assert (answer["count"], len(answer["results"])) == (25, 20)
    assert client.get(f"{url}?clause=a3").json()["count"] == 12
    assert client.get(f"{url}?clause=whole").json()["count"] == 13
    assert client.get(f"{url}?clause=a99").status_code == 400
    assert client.get(f"{url}?page=99").status_code == 404
    assert client.get("/api/v1/consultations/999999/comments/").status_code == 404


def test_a_redacted_comment_shows_its_redacted_text_only(client: Client, page: ConsultationPage) -> None:
    comment = CommentFactory.create(consultation=page, text="我的电话是一二三", proposed_text="打一二三")
    screen_comment(
        comment=comment,
        user=moderator(),
        decision=Screening.REDACTED,
        reason="电话",
        redacted_text="我的电话是……",
    )
    row = client.get(f"/api/v1/consultations/{page.pk}/comments/").json()["results"][0]
    assert (row["text"], row["proposed_text"], row["redacted"]) == ("我的电话是……", "", True)


def test_nothing_personal_is_in_any_answer(client: Client, page: ConsultationPage) -> None:
    codes = list(page.public_comments.values_list("receipt_code", flat=True))
    for part in ("", f"{page.pk}/", f"{page.pk}/comments/?page_size=100"):
        text = json.dumps(client.get(f"/api/v1/consultations/{part}").json(), ensure_ascii=False)
        for secret in ("晓明", "zhu@example.org", "7654321", *codes):
            assert secret not in text


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_it_is_read_only(client: Client, page: ConsultationPage, method: str) -> None:
    for part in ("", f"{page.pk}/", f"{page.pk}/comments/"):
        assert getattr(client, method)(f"/api/v1/consultations/{part}").status_code == 405
