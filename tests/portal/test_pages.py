"""Pages and behaviour that belong to no room: feeds, API description, lock-out, language, what each address needs."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings
from wagtail.users.models import UserProfile

from portal.organisations.models import User
from portal.views import feed_links
from search import indexing
from tests.factories.organisations import UserFactory

pytestmark = pytest.mark.django_db


def test_every_feed_is_listed_and_answers(client: Client, settings: Settings, tmp_path: Path) -> None:
    """With an index of its own: the feed of a search answers 503 without one, and the shared one may not be built yet."""
    settings.SEARCH_INDEX_DIR = tmp_path / "index"
    indexing.rebuild()
    links = feed_links()
    assert len(links) >= 2
    text = client.get("/feeds/").content.decode()
    for link in links:
        assert f'href="{link.path}"' in text
        assert str(link.title) in text
        response = client.get(link.path)
        assert response.status_code == 200
        assert "xml" in response.headers["Content-Type"]


def test_the_feeds_page_needs_no_query(
    client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_max_num_queries(2):  # Wagtail's site
        client.get("/feeds/")


def test_the_description_of_the_api_covers_what_is_public_and_nothing_else(client: Client) -> None:
    response = client.get("/api/schema/?format=json")
    schema = json.loads(response.content)
    assert schema["openapi"].startswith("3.")
    paths = schema["paths"]
    for path in (
        "/api/v1/documents/",
        "/api/v1/documents/{id}/",
        "/api/v1/policies/",
        "/api/v1/consultations/",
    ):
        assert path in paths
    assert all(path.startswith("/api/v1/") for path in paths)
    assert {method for operations in paths.values() for method in operations} == {"get"}


def test_the_api_browser_loads_everything_from_this_site(client: Client) -> None:
    text = client.get("/api/docs/").content.decode()
    assert 'id="swagger-ui"' in text
    for part in text.split('src="')[1:] + text.split('href="')[1:]:
        address = part.split('"')[0]
        assert address.startswith(("/", "#", "?")), address


def test_too_many_failed_sign_ins_are_told_to_wait(client: Client, settings: Settings) -> None:
    settings.AXES_ENABLED = True
    settings.AXES_FAILURE_LIMIT = 3
    user = UserFactory.create(is_superuser=True)
    wrong = {"username": user.username, "password": "wrong"}
    for _ in range(2):
        assert client.post("/admin/login/", wrong).status_code == 200

    response = client.post("/admin/login/", wrong)
    assert response.status_code == 429
    assert response.headers["Retry-After"] == "900"
    assert "15 分钟" in response.content.decode()
    right = {"username": user.username, "password": "yanlu-demo"}
    assert client.post("/admin/login/", right).status_code == 429
    other = UserFactory.create(is_superuser=True)
    assert client.post("/admin/login/", right | {"username": other.username}).status_code == 302


@pytest.mark.parametrize(("language", "word"), [("zh-hans", "帐号"), ("en", "Account")])
def test_the_admin_speaks_the_language_its_user_prefers(
    sign_in: Callable[[User], Client], language: str, word: str
) -> None:
    user = UserFactory.create(is_superuser=True)
    UserProfile.objects.create(user=user, preferred_language=language)
    response = sign_in(user).get("/admin/")
    assert f'lang="{language}"' in response.content.decode()[:400].replace("zh-Hans", "zh-hans")
    assert word in response.content.decode()


def test_no_setting_names_another_host() -> None:
    csp = str(django_settings.CONTENT_SECURITY_POLICY)
    assert "http" not in csp
    assert django_settings.STATIC_URL == "/static/"
