"""No policy without a complete, signed package goes live by any path: path x missing part (issue of the whole design)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.db import IntegrityError, transaction

from interpretations.exceptions import PublicationBlocked
from interpretations.gate import obstacles
from interpretations.models import PolicyDocumentPage
from search.archive.models import NormativeDocument
from tests.factories.organisations import UserFactory
from tests.interpretations import paths
from tests.interpretations.missing import EVERY, REPRESENTATIVE, policy_missing

if TYPE_CHECKING:
    from django.test import Client

pytestmark = pytest.mark.django_db

with_representative = pytest.mark.parametrize("code", REPRESENTATIVE)


def by_name(found: tuple[paths.Path, ...] | tuple[paths.WebPath, ...]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("path", found, ids=[path.__name__ for path in found])


def message_of(page: PolicyDocumentPage, code: str) -> str:
    return next(str(obstacle.message) for obstacle in obstacles(page) if obstacle.code == code)


def assert_nothing_public(client: Client, page: PolicyDocumentPage) -> None:
    assert not PolicyDocumentPage.objects.live().exists()
    assert client.get(page.public_path).status_code == 404
    assert not NormativeDocument.objects.filter(page_id__isnull=False, withdrawn=False).exists()


@pytest.mark.parametrize("code", EVERY)
def test_each_part_alone_is_an_obstacle_and_is_named(client: Client, code: str) -> None:
    page = policy_missing(code)
    found = {obstacle.code for obstacle in obstacles(page)}
    assert code in found
    assert found <= {code, "not_public"}
    with pytest.raises(PublicationBlocked) as refused, transaction.atomic():
        paths.revision_publish(page)
    assert code in {obstacle.code for obstacle in refused.value.obstacles}
    assert message_of(page, code) in refused.value.summary()
    assert_nothing_public(client, page)


@with_representative
@by_name(paths.SHELL_PATHS)
def test_refused_in_python(client: Client, path: paths.Path, code: str) -> None:
    page = policy_missing(code)
    with pytest.raises(PublicationBlocked) as refused, transaction.atomic():
        path(page)
    assert code in {obstacle.code for obstacle in refused.value.obstacles}
    assert_nothing_public(client, page)


@by_name(paths.COPYING_PATHS)
@pytest.mark.parametrize("code", ["materials", "sign_off_joint"])
def test_copies_need_signatures_of_their_own(path: paths.Path, code: str) -> None:
    page = policy_missing(code)
    with pytest.raises(PublicationBlocked), transaction.atomic():
        path(page)
    assert not PolicyDocumentPage.objects.live().exclude(pk=page.pk).exists()


@with_representative
@by_name(paths.DATABASE_PATHS)
def test_refused_by_the_database(client: Client, path: paths.Path, code: str) -> None:
    page = policy_missing(code)
    with pytest.raises(IntegrityError), transaction.atomic():
        path(page)
    assert_nothing_public(client, page)


@with_representative
@by_name(paths.SCHEDULER_PATHS)
def test_held_back_by_the_scheduler(client: Client, path: paths.Path, code: str) -> None:
    page = policy_missing(code)
    path(page)
    assert_nothing_public(client, page)
    assert paths.latest(page).approved_go_live_at is None


@with_representative
@by_name(paths.WEB_PATHS)
def test_refused_in_the_admin_with_a_message(client: Client, path: paths.WebPath, code: str) -> None:
    page = policy_missing(code)
    client.force_login(
        UserFactory.create(is_superuser=True, is_staff=True),
        backend="django.contrib.auth.backends.ModelBackend",
    )
    response = path(client, page)
    assert response.status_code in {200, 400, 409}
    text = response.json() if path is paths.admin_api else response.content.decode()
    assert message_of(page, code) in str(text)
    client.logout()
    assert_nothing_public(client, page)
