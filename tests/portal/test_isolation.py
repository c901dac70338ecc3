"""The test database stays whole: transactional tests see the rows of the migrations, and so does everyone after them."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.contrib.auth.models import Permission
from wagtail.models import Site

from portal.home.models import BasePage
from portal.organisations.models import User
from portal.periods.models import StatutoryPeriod
from portal.periods.services import get_period
from tests.factories.organisations import UserFactory
from tests.support.database import ReferenceData, migrations_digest


def assert_whole() -> None:
    assert BasePage.objects.get(depth=1).slug == "root"
    assert Site.objects.get().is_default_site
    assert get_period("outcome_due").value == 30
    assert Permission.objects.filter(codename="publish_basepage").exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("turn", [1, 2])
def test_every_transactional_test_starts_whole(turn: int) -> None:
    assert_whole()
    assert not User.objects.exists()
    UserFactory.create()
    StatutoryPeriod.objects.all().delete()
    Site.objects.all().delete()


@pytest.mark.django_db
def test_other_tests_see_the_rows_of_the_migrations() -> None:
    assert_whole()
    assert not User.objects.exists()


def test_a_killed_run_or_a_changed_migration_makes_the_database_stale(tmp_path: Path) -> None:
    reference = ReferenceData(tmp_path / "database.digest")
    assert reference.database_is_stale()

    reference.database_is_new()
    assert not reference.database_is_stale()
    assert reference.stamp.read_text() == migrations_digest()

    reference.mark.touch()
    assert reference.database_is_stale()

    reference.database_is_new()
    reference.stamp.write_text("of other migrations")
    assert reference.database_is_stale()
