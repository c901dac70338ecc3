"""What every response says to the browser."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from portal.organisations.enums import Role
from portal.organisations.models import User
from tests.factories.organisations import department_page, member

pytestmark = pytest.mark.django_db
PUBLIC = [
    "/",
    "/policies/",
    "/consultations/",
    "/search/",
    "/board/",
    "/receipts/",
    "/feeds/",
    "/api/docs/",
    "/no-such/",
]


def policy_of(response: object) -> dict[str, str]:
    header = response.headers["Content-Security-Policy"]  # type: ignore[attr-defined]
    return dict(part.strip().partition(" ")[::2] for part in header.split(";"))


@pytest.mark.parametrize("path", PUBLIC)
def test_public_pages_allow_nothing_inline_and_nothing_from_elsewhere(client: Client, path: str) -> None:
    policy = policy_of(client.get(path))
    assert policy["default-src"] == "'self'"
    assert policy["script-src"] == policy["style-src"] == "'self'"
    assert policy["object-src"] == policy["frame-ancestors"] == "'none'"
    assert policy["base-uri"] == policy["form-action"] == "'self'"
    assert "unsafe" not in str(policy)


@pytest.mark.parametrize("path", PUBLIC)
def test_public_pages_contain_nothing_the_policy_would_block(client: Client, path: str) -> None:
    text = client.get(path).content.decode().lower()
    assert "<style" not in text
    assert " style=" not in text
    assert " onclick=" not in text
    assert "<script>" not in text


@pytest.mark.parametrize("path", [*PUBLIC, "/healthz", "/admin/login/", "/api/v1/documents/"])
def test_security_headers(client: Client, path: str) -> None:
    headers = client.get(path).headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    for feature in ("camera", "geolocation", "microphone", "payment"):
        assert f"{feature}=()" in headers["Permissions-Policy"]


def test_the_admin_may_frame_its_own_previews(sign_in: Callable[[User], Client]) -> None:
    user = member(Role.HEAD)
    page = department_page(user.assignments.get().department)
    response = sign_in(user).get(f"/admin/pages/{page.pk}/edit/preview/")
    assert response.headers["X-Frame-Options"] == "SAMEORIGIN"
    assert "Content-Security-Policy" not in response.headers


def test_session_cookies_are_out_of_reach_of_scripts(client: Client) -> None:
    user = member(Role.DRAFTER)
    client.post("/admin/login/", {"username": user.username, "password": "yanlu-demo"})
    cookie = client.cookies["sessionid"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
