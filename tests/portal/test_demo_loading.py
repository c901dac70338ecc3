"""When the demo refuses, and that it is the same every time."""

from __future__ import annotations

import datetime as dt

import pytest
from django.conf import settings
from django.core.management import CommandError
from django.db import transaction
from django.utils import timezone

from consultations.gate import minimum, outcome_due
from interpretations.models import PolicyDocumentPage
from portal.demo.consultations import _last_day
from portal.demo.content_files import read_folder
from portal.demo.ledger import Ledger
from portal.demo.models import DemoItem
from portal.demo.people import ACCOUNTS, load_accounts, load_departments
from portal.organisations.models import Department, User
from tests.factories.organisations import DepartmentFactory, UserFactory
from tests.support.demo import comment_texts, run_demo


@pytest.mark.django_db
class TestRefusals:
    def test_no_accounts_outside_debug(self) -> None:
        assert not settings.DEBUG
        with pytest.raises(CommandError, match="--no-accounts"):
            run_demo(debug=False)
        assert not User.objects.exists()
        assert not DemoItem.objects.exists()

    def test_a_real_department_of_the_same_code_stops_the_demo(self) -> None:
        real = DepartmentFactory.create(code="edu", name="某省教育厅")
        with pytest.raises(CommandError, match="澜川省教育厅"):
            run_demo()
        real.refresh_from_db()
        assert real.name == "某省教育厅"
        assert list(Department.objects.all()) == [real]
        assert not DemoItem.objects.exists()
        assert not PolicyDocumentPage.objects.exists()


@pytest.mark.django_db
def test_the_same_seed_says_the_same_and_nobody_can_log_in_without_debug() -> None:
    """Twice from nothing, outside debug: the same comments at the same moments, and no account with a password."""
    runs = []
    for _turn in range(2):
        with transaction.atomic():
            run_demo("--no-accounts", "--seed", "11", debug=False)
            runs.append(comment_texts())
            assert not User.objects.filter(username__in=ACCOUNTS).exists()
            assert not any(user.has_usable_password() for user in User.objects.all())
            transaction.set_rollback(True)
    assert runs[0] == runs[1]
    assert len(runs[0]) >= 400


@pytest.mark.django_db
def test_an_account_name_in_use_is_kept_and_reported() -> None:
    UserFactory.create(username="admin", display_name="真的管理员")
    ledger = Ledger.open(seed=3)
    load_departments(ledger)
    assert load_accounts(ledger) == ["admin"]
    real = User.objects.get(username="admin")
    assert real.display_name == "真的管理员"
    assert not real.is_superuser
    assert User.objects.filter(username__in=ACCOUNTS).count() == len(ACCOUNTS)


@pytest.mark.django_db
def test_a_run_that_was_stopped_is_taken_up_where_it_ended() -> None:
    """People without an account, then the accounts: nothing is made twice."""
    first = Ledger.open(seed=3)
    load_departments(first)
    people = User.objects.count()
    again = Ledger.open(seed=3)
    load_departments(again)
    assert again.made == 0
    assert User.objects.count() == people
    load_accounts(again)
    assert User.objects.count() == people + len(ACCOUNTS)
    assert load_accounts(Ledger.open(seed=3)) == []


@pytest.mark.django_db
@pytest.mark.parametrize("weeks", range(0, 60, 3))
def test_whatever_day_it_is_loaded_open_is_open_and_closed_is_closed(weeks: int) -> None:
    """Holidays make the lawful minimum longer; the states must hold all the same, and only one may be shortened."""
    today = timezone.localdate() + dt.timedelta(weeks=weeks)
    ledger = Ledger(day=today, seed=1)
    for entry in read_folder("consultations"):
        meta = entry.meta
        first = ledger.date(meta["opens"])
        last = _last_day(meta, first, ledger)
        lawful = minimum(meta["kind"], first).last_day
        assert (last < lawful) is ("shortened_reason" in meta), entry.name
        overdue = outcome_due(last).day < today
        expected = {
            "announced": first > today,
            "open": first <= today <= last,
            "awaiting": last < today and not overdue,
            "overdue": overdue,
            "outcome": last < ledger.date(meta.get("outcome_on", 0)) <= outcome_due(last).day,
        }
        assert expected[meta["state"]], entry.name
