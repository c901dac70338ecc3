"""Whatever screen runs into the gate: a message and a way back, or JSON for programs; never an error page."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.contrib.messages.storage.fallback import FallbackStorage
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from django.urls import reverse

from interpretations.exceptions import PublicationBlocked
from interpretations.gate import Obstacle
from interpretations.middleware import PublicationBlockedMiddleware

BLOCKED = PublicationBlocked(
    [Obstacle("body", "缺少正文", "id_body"), Obstacle("materials", "缺少解读材料", "id_materials-ADD")],
    title="某办法",
)


def handle(path: str = "/admin/pages/7/edit/", error: Exception = BLOCKED, **headers: str) -> Any:
    request = asked(path, **headers)
    return request, PublicationBlockedMiddleware(lambda _: HttpResponse("ok")).process_exception(
        request, error
    )


def asked(path: str, **headers: str) -> HttpRequest:
    meta = {f"HTTP_{name.upper()}": value for name, value in headers.items()}
    request = RequestFactory().post(path, **meta)  # type: ignore[arg-type]
    request.session = {}  # type: ignore[assignment]
    request._messages = FallbackStorage(request)  # type: ignore[attr-defined]
    return request


def said(request: HttpRequest) -> str:
    return " ".join(str(message) for message in get_messages(request))


def test_an_ordinary_answer_passes() -> None:
    middleware = PublicationBlockedMiddleware(lambda _: HttpResponse("ok"))
    assert middleware(asked("/")).content == b"ok"


@pytest.mark.parametrize("error", [ValueError("x"), PermissionError(), KeyError("body")])
def test_other_errors_go_their_usual_way(error: Exception) -> None:
    request, response = handle(error=error)
    assert response is None and said(request) == ""


def test_people_get_every_obstacle_and_return_to_the_editor() -> None:
    request, response = handle()
    assert response.status_code == 302 and response["Location"] == "/admin/pages/7/edit/"
    assert "某办法" in said(request) and "缺少正文；缺少解读材料" in said(request)


def test_they_return_to_where_they_came_from() -> None:
    _request, response = handle(
        "/admin/pages/7/publish/", referer="http://testserver/admin/policies/7/review/"
    )
    assert response["Location"] == "http://testserver/admin/policies/7/review/"


@pytest.mark.parametrize(
    "referer", ["https://evil.example/", "//evil.example/x", "javascript:alert(1)", "http://testserver.evil/"]
)
def test_never_to_another_site(referer: str) -> None:
    _request, response = handle("/admin/bulk/", referer=referer)
    assert response["Location"] == reverse("wagtailadmin_home")


def test_a_page_that_answers_no_get_leads_to_the_dashboard() -> None:
    _request, response = handle("/admin/pages/7/publish/")
    assert response["Location"] == reverse("wagtailadmin_home")


def test_a_dialog_is_told_where_to_go() -> None:
    request, response = handle(x_requested_with="XMLHttpRequest")
    assert json.loads(response.content) == {"step": "success", "redirect": "/admin/pages/7/edit/"}
    assert "缺少正文" in said(request)


@pytest.mark.parametrize(
    ("path", "headers"), [("/api/v1/policies/", {}), ("/admin/pages/7/edit/", {"accept": "application/json"})]
)
def test_programs_get_codes_messages_and_fields(path: str, headers: dict[str, str]) -> None:
    request = asked(path, **headers)
    response = PublicationBlockedMiddleware(lambda _: HttpResponse("ok")).process_exception(request, BLOCKED)
    assert response is not None
    answer = json.loads(response.content)
    assert response.status_code == 409
    assert [one["code"] for one in answer["obstacles"]] == ["body", "materials"]
    assert answer["obstacles"][0] == {"code": "body", "message": "缺少正文", "anchor": "id_body"}
    assert "某办法" in answer["detail"]
    assert said(request) == "", "a program shows no messages; the next page of a person must not"
