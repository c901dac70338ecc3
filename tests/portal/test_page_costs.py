"""Feeds, site maps, lists and screens of the staff ask the database as often for many rows as for a few."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from portal.organisations.enums import Role
from portal.organisations.models import User
from search.upkeep.enums import Conclusion
from tests.factories import outcomes
from tests.factories.archive import DocumentFactory
from tests.factories.consultations import CommentFactory, ConsultationFactory, moderator
from tests.factories.interpretations import signed_policy
from tests.factories.organisations import DepartmentFactory, member
from tests.factories.upkeep import FilingFactory, published_batch

pytestmark = pytest.mark.django_db
SignIn = Callable[[User], Client]
FEW, MORE = 2, 3
#: A public page, whatever is on it.
PUBLIC_QUERIES = 15
#: A screen of the administration, with its menu, the user's roles and what waits for her.
STAFF_QUERIES = 60


def policy() -> str:
    return signed_policy(lead_department=DepartmentFactory.create()).title


def consultation() -> str:
    return ConsultationFactory.create().title


def outcome() -> str:
    return outcomes.published(outcomes.team()).title


def cleanup() -> str:
    office = member(Role.OFFICE)
    title = f"云岭省清理结果{DocumentFactory.create().pk}"
    return published_batch(office, {DocumentFactory.create(): Conclusion.CONTINUE}, title=title).title


def filing() -> str:
    return FilingFactory.create().document.title


def comment() -> str:
    return CommentFactory.create(name="朱明远").receipt_code


def asked(client: Client, path: str) -> tuple[int, str]:
    """How often the database is asked by a page that was shown before, and what it says."""
    client.get(path)
    with CaptureQueriesContext(connection) as seen:
        response = client.get(path)
        assert response.status_code == 200, path
        # A table to download is put together while it is read.
        text = response.getvalue().decode()
    return len(seen), text


def stays(client: Client, path: str, make: Callable[[], str], shown: bool = True) -> int:
    """Queries for a few rows, after it was checked that more of them ask no more and that all of them are there."""
    names = [make() for _ in range(FEW)]
    cache.clear()
    few, _text = asked(client, path)
    names += [make() for _ in range(MORE)]
    cache.clear()
    many, text = asked(client, path)
    assert many <= few
    if shown:
        assert [name for name in names if name not in text] == []
    return few


@pytest.mark.parametrize(
    ("path", "make"),
    [
        ("/feeds/policies/", policy),
        ("/feeds/consultations/", consultation),
        ("/feeds/outcomes/", outcome),
        ("/feeds/cleanups/", cleanup),
        ("/cleanups/", cleanup),
        ("/filings/", filing),
        ("/filings/filings.csv", filing),
    ],
)
def test_a_public_list_costs_the_same_for_many(client: Client, path: str, make: Callable[[], str]) -> None:
    assert stays(client, path, make) <= PUBLIC_QUERIES


@pytest.mark.parametrize("make", [policy, consultation])
def test_the_map_of_the_pages_costs_the_same_for_many(client: Client, make: Callable[[], str]) -> None:
    assert stays(client, "/sitemap-pages.xml", make, shown=False) <= PUBLIC_QUERIES


def test_the_list_to_screen_costs_the_same_for_many(sign_in: SignIn) -> None:
    assert stays(sign_in(moderator()), "/admin/screening/", comment, shown=False) <= STAFF_QUERIES


def test_the_list_of_outcomes_costs_the_same_for_many(sign_in: SignIn) -> None:
    assert stays(sign_in(member(Role.OFFICE)), "/admin/outcomes/", outcome, shown=False) <= STAFF_QUERIES
