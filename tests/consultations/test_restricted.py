"""A department page closed to the public takes its consultations with it: no list, count, filter, feed or figure leaks them."""

from __future__ import annotations

import json
import re

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone
from wagtail.models import PageViewRestriction

from consultations import selectors
from consultations.models import ConsultationPage
from tests.factories import outcomes as make
from tests.factories.organisations import department_page

pytestmark = pytest.mark.django_db

MARK = "云岭省涉密演练"
PUBLIC = (
    "/",
    "/board/",
    "/consultations/",
    "/consultations/?state=open",
    "/consultations/?state=outcome_published",
    "/consultations/?q=涉密",
    "/feeds/consultations/",
    "/feeds/outcomes/",
    "/api/v1/consultations/",
    "/api/v1/consultations/?state=outcome_published",
    "/sitemap.xml",
)


@pytest.fixture
def hidden() -> list[ConsultationPage]:
    """One answered, one open and one overdue consultation of a department; a second department has an open one."""
    crew = make.team(name=f"{MARK}办公室", short_name=f"{MARK}办", code="hidden")
    pages = [
        make.published(crew, title=f"{MARK}办法之一"),
        make.opened(crew.department, title=f"{MARK}办法之二"),
        make.closed(crew.department, title=f"{MARK}办法之三", opens_in=-200),
    ]
    make.opened(make.team().department)
    return pages


def _restrict(page: ConsultationPage) -> None:
    """Close the page of the department, above the consultation, to everybody without an account."""
    PageViewRestriction.objects.create(
        page=department_page(page.department), restriction_type=PageViewRestriction.LOGIN
    )
    cache.clear()


def _text(client: Client, address: str) -> str:
    answer = client.get(address)
    body = answer.content.decode()
    return json.dumps(json.loads(body), ensure_ascii=False) if "json" in answer["Content-Type"] else body


def test_before_it_is_restricted_every_such_address_but_the_filters_shows_it(
    client: Client, hidden: list[ConsultationPage]
) -> None:
    """The other test proves something only while these addresses do show what is public."""
    shown = {address for address in PUBLIC if MARK in _text(client, address)}
    assert {"/", "/board/", "/consultations/", "/feeds/consultations/", "/feeds/outcomes/"} <= shown
    assert {"/api/v1/consultations/", "/api/v1/consultations/?state=outcome_published"} <= shown


@pytest.mark.parametrize("address", PUBLIC)
def test_once_restricted_nothing_of_it_is_there(
    client: Client, hidden: list[ConsultationPage], address: str
) -> None:
    _restrict(hidden[0])
    text = _text(client, address)
    assert MARK not in text
    assert all(page.slug not in text for page in hidden)


@pytest.mark.parametrize(
    "rest", ["", "comments/", "comment/", "outcome/", "outcome/single/", "outcome/themes/{theme}/"]
)
def test_its_own_addresses_are_not_found(client: Client, hidden: list[ConsultationPage], rest: str) -> None:
    page = hidden[0]
    address = f"/consultations/{page.slug}/{rest}".format(theme=page.themes.values_list("pk", flat=True)[0])
    assert client.get(address).status_code == 200
    _restrict(page)
    assert client.get(address).status_code == 404


def test_nothing_can_be_said_on_it_either(client: Client, hidden: list[ConsultationPage]) -> None:
    _restrict(hidden[1])
    form = {"text": "建议延长。", "author_kind": "citizen", "consent": "on"}
    assert client.post(f"/consultations/{hidden[1].slug}/comment/", form).status_code == 404


@pytest.mark.parametrize("rest", ["", "comments/", "outcome/"])
def test_the_api_does_not_know_it(client: Client, hidden: list[ConsultationPage], rest: str) -> None:
    address = f"/api/v1/consultations/{hidden[0].pk}/{rest}"
    assert client.get(address).status_code == 200
    _restrict(hidden[0])
    assert client.get(address).status_code == 404


def test_the_counts_are_those_of_the_list(client: Client, hidden: list[ConsultationPage]) -> None:
    """A tab that says two and lists one tells that there is a third thing to find."""
    _restrict(hidden[0])
    at = timezone.now()
    for count in selectors.state_counts(at):
        assert count.total == selectors.listed(at=at, state=count.state).count(), count.state
    assert sum(count.total for count in selectors.state_counts(at)) == selectors.listed(at=at).count() == 1


def test_its_department_is_no_filter(client: Client, hidden: list[ConsultationPage]) -> None:
    _restrict(hidden[0])
    assert hidden[0].department not in selectors.departments_with_consultations()
    options = re.findall(r'<option value="([^"]*)"', client.get("/consultations/").content.decode())
    assert "hidden" not in options
    assert client.get("/consultations/?department=hidden").status_code == 400


def test_the_author_keeps_the_receipt(client: Client, hidden: list[ConsultationPage]) -> None:
    """Who spoke while it was public may still read what was received."""
    comment = hidden[0].public_comments.first()
    # A code of the real shape: the factory's is made up.
    from consultations.receipts import new_code

    comment.receipt_code = new_code()
    comment.save(update_fields=["receipt_code"])
    _restrict(hidden[0])
    assert comment.comment in client.get(f"/receipts/{comment.receipt_code}/").content.decode()
