"""Fixtures every test may use. Test data comes from `tests/factories`, so there are few of them."""

from __future__ import annotations

import os
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import TYPE_CHECKING
from unittest import mock

import pytest
from django.conf import settings
from django.core.cache import cache
from django.test import TransactionTestCase
from django.utils import translation

from scripts.compile_messages import compile_messages
from tests.factories.organisations import PASSWORD
from tests.support.browser import ARGUMENTS, executable
from tests.support.database import REPOSITORY, ReferenceData, is_transactional, stamp_path
from tests.support.selection import belongs_here

if TYPE_CHECKING:
    from django.test import Client
    from playwright.sync_api import Browser, Page
    from pytest_django import DjangoDbBlocker, Settings
    from pytest_django.live_server_helper import LiveServer

    from portal.organisations.models import User

CORPUS = REPOSITORY.parent / "shared"
NAVIGATION_TIMEOUT_MS = 20_000
_reference = pytest.StashKey[ReferenceData]()


def pytest_configure(config: pytest.Config) -> None:
    """English texts are tested too, so their catalogue is compiled first; once, not by every xdist worker."""
    if not hasattr(config, "workerinput"):
        compile_messages()


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what cannot run here (`tests/support/selection.py`).

    Tests on the real corpus need its folder beside the repository; nothing else is ever skipped.
    """
    chosen = [item for item in items if belongs_here(item)]
    if len(chosen) < len(items):
        config.hook.pytest_deselected(items=[item for item in items if item not in set(chosen)])
        items[:] = chosen
    if CORPUS.is_dir():
        return
    absent = pytest.mark.skip(reason="the corpus folder beside the repository is absent")
    for item in items:
        if item.get_closest_marker("corpus"):
            item.add_marker(absent)


@pytest.fixture(scope="session")
def django_db_createdb(request: pytest.FixtureRequest) -> bool:
    """Create the reused database again when asked to, when migrations changed, or when a run was killed midway."""
    worker = getattr(request.config, "workerinput", {}).get("workerid", "")
    reference = ReferenceData(stamp_path(worker))
    request.config.stash[_reference] = reference
    return bool(request.config.getvalue("create_db")) or reference.database_is_stale()


@pytest.fixture(scope="session")
def django_db_setup(request: pytest.FixtureRequest, django_db_setup: None) -> Iterator[None]:
    """The database exists and is good from here on. Its tables are put back by us, not emptied by Django."""
    request.config.stash[_reference].database_is_new()
    if not request.config.getvalue("reuse_db"):
        yield
        return
    with mock.patch.object(TransactionTestCase, "_fixture_teardown", lambda case: None):
        yield


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item) -> Generator[None, None, None]:
    """After a transactional test its rows are still there: bring back what the migrations had put in their place."""
    wanted = is_transactional(item) and _reference in item.config.stash
    # Asked for before the teardown: after the last test of a session its fixtures are gone, the database is not.
    blocker: DjangoDbBlocker | None = item._request.getfixturevalue("django_db_blocker") if wanted else None  # type: ignore[attr-defined]
    yield
    if blocker is not None and item.config.getvalue("reuse_db"):
        with blocker.unblock():
            item.config.stash[_reference].restore()


@pytest.fixture(autouse=True)
def _reference_data(request: pytest.FixtureRequest) -> None:
    """Remember the rows of the migrations before a transactional test can change them."""
    if is_transactional(request.node):
        request.getfixturevalue("django_db_setup")
        with request.getfixturevalue("django_db_blocker").unblock():
            request.config.stash[_reference].remember()


@pytest.fixture(autouse=True)
def _empty_cache() -> None:
    """No test sees what another one cached (periods, calendar, site roots)."""
    cache.clear()


@pytest.fixture(autouse=True)
def _first_language() -> Iterator[None]:
    """No test leaves the language of the last page it asked for to the next one, as Django does in a thread."""
    translation.activate(settings.LANGUAGE_CODE)
    yield
    translation.activate(settings.LANGUAGE_CODE)


@pytest.fixture(autouse=True, scope="session")
def _data_folders(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """A clean search index, clean originals and clean uploads for every session and every xdist worker."""
    from django.test.utils import override_settings

    folder = tmp_path_factory.mktemp("data")
    paths = {name: folder / name for name in ("index", "originals", "media")}
    for path in paths.values():
        path.mkdir()
    with override_settings(
        SEARCH_INDEX_DIR=paths["index"],
        ARCHIVE_ORIGINALS_DIR=paths["originals"],
        MEDIA_ROOT=str(paths["media"]),
    ):
        yield


@pytest.fixture
def corpus() -> Path:
    """The folder of real documents; only for tests marked `corpus`."""
    return CORPUS


@pytest.fixture
def sign_in(client: Client) -> Callable[[User], Client]:
    """The test client, signed in as the user it is called with."""

    def sign_in_as(user: User) -> Client:
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return sign_in_as


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for the session. Playwright runs an event loop in this thread, so Django must be told it is safe."""
    from playwright.sync_api import sync_playwright

    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=executable(), args=list(ARGUMENTS))
        yield chromium
        chromium.close()


@pytest.fixture
def page(browser: Browser, live_server: LiveServer, settings: Settings) -> Iterator[Page]:
    """A new browser window in Chinese on the live server; paths given to `goto` are relative to it."""
    settings.WAGTAILADMIN_BASE_URL = live_server.url
    context = browser.new_context(
        base_url=live_server.url,
        locale="zh-CN",
        timezone_id="Asia/Shanghai",
        viewport={"width": 1280, "height": 900},
    )
    context.set_default_timeout(NAVIGATION_TIMEOUT_MS)
    yield context.new_page()
    context.close()


@pytest.fixture
def browser_sign_in(page: Page) -> Callable[[User], Page]:
    """The browser window, signed in through the form of the admin as the user it is called with."""

    def sign_in_as(user: User) -> Page:
        page.context.clear_cookies()
        page.goto("/admin/login/")
        page.fill("input[name=username]", user.username)
        page.fill("input[name=password]", PASSWORD)
        page.click("form button[type=submit]")
        page.wait_for_url(lambda url: "/login/" not in url)
        return page

    return sign_in_as
