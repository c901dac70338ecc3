"""The database as it is set up: readers go on while somebody writes, writers wait, keys are enforced."""

from __future__ import annotations

import threading

import pytest
from django.db import IntegrityError, connection, transaction

from portal.organisations.models import Department, RoleAssignment
from tests.factories.organisations import DepartmentFactory, UserFactory

TIMEOUT_SECONDS = 30


def pragma(name: str) -> object:
    with connection.cursor() as cursor:
        return cursor.execute(f"PRAGMA {name}").fetchone()[0]


@pytest.mark.sqlite
@pytest.mark.django_db
def test_the_pragmas_are_in_force() -> None:
    assert pragma("journal_mode") == "wal"
    assert pragma("foreign_keys") == 1
    assert pragma("synchronous") == 1  # NORMAL: safe with WAL
    assert pragma("busy_timeout") == 20_000


@pytest.mark.django_db(transaction=True)
def test_readers_go_on_while_a_writer_holds_its_transaction() -> None:
    DepartmentFactory.create(code="before")
    seen: list[int] = []

    def read() -> None:
        try:
            seen.append(Department.objects.count())
        finally:
            connection.close()

    with transaction.atomic():
        DepartmentFactory.create(code="during")
        reader = threading.Thread(target=read)
        reader.start()
        reader.join(TIMEOUT_SECONDS)
        assert not reader.is_alive()
    assert seen == [1]
    assert Department.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_writers_wait_for_each_other_instead_of_failing() -> None:
    """Each reads, then writes, in one transaction: the case that fails at once without IMMEDIATE."""
    errors: list[Exception] = []
    start = threading.Barrier(4)

    def write(number: int) -> None:
        try:
            start.wait(TIMEOUT_SECONDS)
            for turn in range(5):
                with transaction.atomic():
                    Department.objects.count()
                    DepartmentFactory.create(code=f"d{number}-{turn}")
        except Exception as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=write, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(TIMEOUT_SECONDS)
    assert errors == []
    assert Department.objects.count() == 20


@pytest.mark.django_db(transaction=True)
def test_foreign_keys_are_enforced_by_the_database() -> None:
    department = DepartmentFactory.create()
    with pytest.raises(IntegrityError):
        RoleAssignment.objects.create(
            user_id=UserFactory.create().pk + 1000, department=department, role="head"
        )
