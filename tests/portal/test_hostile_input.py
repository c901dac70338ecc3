"""No public address answers hostile input with a server error: every route, every parameter, every method."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from pytest_django import Settings

from consultations.services import start_comment
from consultations.tokens import token_of
from consultations.typed import TypedComment
from portal.organisations.enums import Role
from search import indexing
from search.alerts.tokens import Purpose
from search.alerts.tokens import token_of as token_for
from search.upkeep.enums import Conclusion
from tests.factories.alerts import AlertFactory
from tests.factories.archive import DocumentFactory
from tests.factories.consultations import CommentFactory
from tests.factories.gazette import published as printed
from tests.factories.interpretations import signed_policy
from tests.factories.organisations import member
from tests.factories.outcomes import published, team
from tests.factories.upkeep import published_batch
from tests.portal.routes import DETAIL, GAZETTE, PARAMETERS

pytestmark = pytest.mark.django_db

INTERNAL = "admin/"
VALUES = {
    "nul": "\x00",
    "nul_inside": "办\x00法",
    "long": "政" * 10_000,
    "long_number": "9" * 5_000,
    "huge_number": str(10**30),
    "above_64_bit": str(2**63),
    "negative": "-1",
    "first_day": "0001-01-01",
    "last_day": "9999-12-31",
    "odd_digits": "²",
    "other_digits": "١٢٣",
    "surrogate": "%ED%A0%80",
    "invalid_utf8": "%FF%FE",
    "bidi": "\u202e\u2066\u200b\ufeff",
    "markup": "\"'><script>alert(1)</script>{{7*7}}{% debug %}",
    "injection": "' OR 1=1 -- \\ * ? ( [ AND NOT ~ ^ :",
    "header": "x\r\nSet-Cookie: a=b",
    "traversal": "../../../../etc/passwd",
    "elsewhere": "//evil.example.org/\\evil",
    "emoji": "👩‍👩‍👧‍👦" * 50,
    "marks": "a" + "\u0301" * 500,
}
Attack = Callable[[Client, "World", str], Iterator[str]]
RAW = frozenset({"surrogate", "invalid_utf8"})


def public_routes(patterns: list[URLPattern | URLResolver], prefix: str = "") -> Iterator[str]:
    for pattern in patterns:
        route = prefix + str(pattern.pattern)
        if route.startswith((INTERNAL, "media/", "^media/")):
            continue
        if isinstance(pattern, URLResolver):
            yield from public_routes(pattern.url_patterns, route)
        else:
            yield route


@dataclass
class World:
    """The addresses of something real behind every route; `hole` is where a hostile value can take the place of an id."""

    addresses: dict[str, str] = field(default_factory=dict)

    def add(self, route: str, address: str) -> None:
        self.addresses[route] = f"/{address}"

    def address(self, route: str) -> str:
        return self.addresses.get(route, f"/{route}")


@pytest.fixture
def world(settings: Settings, tmp_path: Path) -> World:
    settings.SEARCH_INDEX_DIR = tmp_path / "index"
    policy = signed_policy()
    comment = CommentFactory.create(name="朱晓明")
    consultation = comment.consultation
    pending = start_comment(consultation=consultation, clause_id="a3", typed=TypedComment(text="好"))
    document = DocumentFactory.create()
    done = published(team())
    theme = done.themes.get()
    indexing.rebuild()
    found = World()
    slug, token, code = consultation.slug, token_of(pending), comment.receipt_code
    found.add(r"documents/^(\d+)/(.*)$", "documents/1/a.pdf")
    found.add(
        "documents/authenticate_with_password/<int:restriction_id>/",
        "documents/authenticate_with_password/1/",
    )
    found.add(DETAIL, f"api/v1/documents/{document.pk}/")
    found.add("api/v1/policies/<policy_slug:slug>/", f"api/v1/policies/{policy.slug}/")
    for route, page in (("", consultation), ("comments/", consultation), ("outcome/", done)):
        found.add(f"api/v1/consultations/<int:pk>/{route}", f"api/v1/consultations/{page.pk}/{route}")
    found.add("sitemap-<section>.xml", "sitemap-pages.xml")
    for route in ("", "original/", "relations/"):
        found.add(f"archive/<int:pk>/{route}", f"archive/{document.pk}/{route}")
    one, other = DocumentFactory.create_batch(2, version_of="停车办法")
    found.add("archive/<int:pk>/compare/<int:other>/", f"archive/{one.pk}/compare/{other.pk}/")
    found.add("search/values/<slug:name>/", "search/values/issuer/")
    batch = published_batch(member(Role.OFFICE), {one: Conclusion.CONTINUE})
    for route in ("", "results.csv"):
        found.add(f"cleanups/<int:pk>/{route}", f"cleanups/{batch.pk}/{route}")
    found.add("policies/<policy_slug:slug>/", f"policies/{policy.slug}/")
    for route in ("", "comments/", "comment/"):
        found.add(f"consultations/<str:slug>/{route}", f"consultations/{slug}/{route}")
    for route in ("", "edit/"):
        start = f"consultations/{slug}/comment/{token}/"
        found.add(f"consultations/<str:slug>/comment/<str:token>/{route}", f"{start}{route}")
    for route in ("", "withdraw/"):
        found.add(f"receipts/<str:code>/{route}", f"receipts/{code}/{route}")
    for route in ("outcome/", "outcome/single/"):
        found.add(f"consultations/<str:slug>/{route}", f"consultations/{done.slug}/{route}")
    found.add(
        "consultations/<str:slug>/outcome/themes/<int:pk>/",
        f"consultations/{done.slug}/outcome/themes/{theme.pk}/",
    )
    found.add(
        "_util/authenticate_with_password/<int:page_view_restriction_id>/<int:page_id>/",
        f"_util/authenticate_with_password/1/{policy.pk}/",
    )
    alert = AlertFactory.create(status="pending")
    for purpose in Purpose:
        key = alert.contact_id if purpose is Purpose.MANAGE else alert.pk
        found.add(f"alerts/{purpose}/<str:token>/", f"alerts/{purpose}/{token_for(purpose, key)}/")
    issue = printed(documents=[document])
    for route in (GAZETTE, f"{GAZETTE}pdf/", f"api/v1/{GAZETTE}"):
        number = f"{issue.year}/{issue.number}/"
        found.add(route, route.replace("<int:year>/<int:number>/", number))
    found.add(r"^((?:[\w\-]+/)*)$", "")
    return found


@pytest.fixture
def visitor(client: Client) -> Client:
    """A server error is an answer to look at, not an exception of the test."""
    client.raise_request_exception = False
    return client


def escaped(name: str) -> str:
    return VALUES[name] if name in RAW else quote(VALUES[name], safe="")


def test_every_public_route_is_walked() -> None:
    assert set(public_routes(get_resolver().url_patterns)) == set(PARAMETERS)


def test_every_route_leads_somewhere(visitor: Client, world: World) -> None:
    refused = {
        route: status
        for route in PARAMETERS
        if (status := visitor.get(world.address(route)).status_code) not in {200, 302}
    }
    assert set(refused) <= {
        r"documents/^(\d+)/(.*)$",
        "documents/authenticate_with_password/<int:restriction_id>/",
        "i18n/setlang/",
        "readyz",
        "archive/<int:pk>/original/",
        f"{GAZETTE}pdf/",
        "_util/authenticate_with_password/<int:page_view_restriction_id>/<int:page_id>/",
    }, refused


def with_parameters(visitor: Client, world: World, value: str) -> Iterator[str]:
    for route, names in PARAMETERS.items():
        for name in names:
            address = f"{world.address(route)}?{name}={escaped(value)}"
            if _status(visitor, address) >= 500:
                yield f"GET {route} {name}={value}"


def with_forms(visitor: Client, world: World, value: str) -> Iterator[str]:
    for route, names in PARAMETERS.items():
        body = "&".join(f"{name}={escaped(value)}" for name in (*names, "csrfmiddlewaretoken"))
        answer = visitor.post(world.address(route), body, content_type="application/x-www-form-urlencoded")
        if answer.status_code >= 500 and route != "readyz":
            yield f"POST {route} {value}"


def with_cookies(visitor: Client, world: World, value: str) -> Iterator[str]:
    for cookie in ("sessionid", "csrftoken", "django_language", "messages"):
        visitor.cookies[cookie] = VALUES[value].encode("ascii", "replace").decode().replace("\r\n", "")[:4000]
    yield from (
        f"{path} cookie {value}" for path in ("/", "/receipts/", "/admin/") if _status(visitor, path) >= 500
    )
    visitor.cookies.clear()


def in_addresses(visitor: Client, world: World, value: str) -> Iterator[str]:
    """The value stands where an id, a slug, a code or a token is expected, and after every address."""
    for route in PARAMETERS:
        address = world.address(route)
        spoilt = [f"{address.rstrip('/')}/{escaped(value)}/", f"{address}{escaped(value)}"]
        for index, part in enumerate(route.split("/")):
            if part.startswith("<"):
                real = address.lstrip("/").split("/")
                real[index] = escaped(value)
                spoilt.append("/" + "/".join(real))
        yield from (f"{at[:80]} {value}" for at in spoilt if _status(visitor, at) >= 500)


@pytest.mark.parametrize("attack", [with_parameters, with_forms, with_cookies, in_addresses])
def test_hostile_values(visitor: Client, world: World, attack: Attack) -> None:
    """One world for all values: building it takes longer than asking."""
    assert not [found for value in VALUES for found in attack(visitor, world, value)]


def _status(visitor: Client, address: str) -> int:
    return visitor.get(address).status_code


@pytest.mark.parametrize("method", ["HEAD", "OPTIONS", "PUT", "PATCH", "DELETE", "TRACE", "PROPFIND", "政"])
def test_other_methods(visitor: Client, world: World, method: str) -> None:
    failed = [
        route
        for route in PARAMETERS
        if route != "readyz" and visitor.generic(method, world.address(route), "x").status_code >= 500
    ]
    assert not failed


def test_a_thousand_parameters_and_a_thousand_values(visitor: Client, world: World) -> None:
    many = "&".join(f"p{n}=1" for n in range(1_000))
    failed = []
    for route, names in PARAMETERS.items():
        if route == "readyz":
            continue
        repeated = "&".join(f"{name}={n}" for name in names for n in range(1_000 // max(len(names), 1)))
        for query in (many, repeated):
            if visitor.get(f"{world.address(route)}?{query}").status_code >= 500:
                failed.append(route)
    assert not failed


@pytest.mark.parametrize(
    "body",
    [b"\xff\xfe\x00", b"{", b"--x\r\nContent-Disposition: form-data", b"a=" + b"1" * 3_000_000],
    ids=["binary", "json", "multipart", "large"],
)
@pytest.mark.parametrize(
    "kind",
    ["application/json", "multipart/form-data; boundary=x", "multipart/form-data", "text/plain; charset=no"],
)
def test_bodies_that_are_no_form(visitor: Client, world: World, kind: str, body: bytes) -> None:
    for route in ("receipts/", "i18n/setlang/", "consultations/<str:slug>/comment/", "_util/login/"):
        answer = visitor.generic("POST", world.address(route), body, content_type=kind)
        assert answer.status_code < 500, route
