"""`/api/v1/policies/`: the package comes with the document; no input gives a 500."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from pytest_django import DjangoAssertNumQueries

from interpretations.enums import Point, StepCode
from interpretations.models import PolicyDocumentPage
from tests.factories.interpretations import PolicyFactory, signed_policy

if TYPE_CHECKING:
    from django.test import Client

pytestmark = pytest.mark.django_db


@pytest.fixture
def policy() -> PolicyDocumentPage:
    return signed_policy(title="云岭省意见答复办法", slug="意见答复办法")


def test_list_carries_the_package(client: Client, policy: PolicyDocumentPage) -> None:
    PolicyFactory.create(slug="draft")
    data = client.get("/api/v1/policies/").json()
    assert data["count"] == 1 and data["next"] is None
    entry = data["results"][0]
    assert entry["title"] == policy.title
    assert entry["url"].endswith(policy.public_path)
    package = entry["interpretation"]
    assert package["plan"]["outline"] == policy.plan_outline
    assert [point["point"] for point in package["points"]] == [point.value for point in Point]
    assert package["materials"][0]["title"] == "一图读懂意见去向"


def test_detail_has_clauses_and_steps(client: Client, policy: PolicyDocumentPage) -> None:
    data = client.get("/api/v1/policies/意见答复办法/").json()
    assert [clause["id"] for clause in data["clauses"]] == ["a1", "a2", "a3", "a4"]
    assert [step["step"] for step in data["steps"]] == [step.value for step in StepCode]
    assert data["body"] == policy.body


def test_draft_is_not_found(client: Client) -> None:
    PolicyFactory.create(slug="draft")
    assert client.get("/api/v1/policies/draft/").status_code == 404


def test_pages(client: Client) -> None:
    for number in range(3):
        signed_policy(slug=f"p{number}")
    first = client.get("/api/v1/policies/?page_size=2").json()
    second = client.get(first["next"]).json()
    assert first["count"] == 3
    assert len(first["results"]) == 2 and len(second["results"]) == 1
    assert second["next"] is None and second["previous"]


@pytest.mark.parametrize(
    ("query", "parameter"),
    [("year=abc", "year"), ("department=nowhere", "department"), ("q=" + "x" * 201, "q")],
)
def test_unusable_value_is_a_400_naming_the_parameter(client: Client, query: str, parameter: str) -> None:
    response = client.get(f"/api/v1/policies/?{query}")
    assert response.status_code == 400
    assert parameter in response.json()


@pytest.mark.parametrize("query", ["page=0", "page=zzz", "page=99999999999999999999"])
def test_page_that_does_not_exist_is_a_404(client: Client, query: str) -> None:
    assert client.get(f"/api/v1/policies/?{query}").status_code == 404


def test_only_reading(client: Client, policy: PolicyDocumentPage) -> None:
    assert client.post("/api/v1/policies/", {}).status_code == 405
    assert client.delete("/api/v1/policies/意见答复办法/").status_code == 405


def test_queries_do_not_grow_with_the_list(
    client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(4):
        signed_policy(slug=f"p{number}")
    client.get("/api/v1/policies/")
    with django_assert_max_num_queries(10):
        client.get("/api/v1/policies/")
