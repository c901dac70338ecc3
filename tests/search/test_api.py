"""`/api/v1/documents/`: its shape is an interface that stays stable."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from unittest import mock

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from search import indexing
from search.archive.models import DocumentRelation, NormativeDocument
from tests.factories.search import ArchivedDocumentFactory

pytestmark = pytest.mark.django_db
Make = Callable[..., NormativeDocument]


def get(client: Client, **parameters: object) -> dict[str, Any]:
    response = client.get("/api/v1/documents/", parameters)
    assert response.status_code == 200, response.content
    data: dict[str, Any] = response.json()
    return data


def test_the_shape_of_a_page(client: Client, archive: Make) -> None:
    document = archive(title="云岭省住房公积金提取管理办法", document_number="云政发〔2021〕77号")
    data = get(client, q="购房合同")
    assert list(data) == ["count", "next", "previous", "facets", "notices", "corrections", "results"]
    assert (data["count"], data["next"], data["previous"]) == (1, None, None)
    assert set(data["facets"]) == {"level", "issuer", "region", "type", "genre", "validity", "year"}
    assert data["facets"]["level"] == [{"value": "province", "label": "省级", "count": 1, "estimated": False}]
    (result,) = data["results"]
    assert result.pop("score") > 0
    assert "购房合同" in result.pop("snippet")
    assert result == {
        "id": document.pk,
        "title": "云岭省住房公积金提取管理办法",
        "document_number": "云政发〔2021〕77号",
        "issuing_authority": "云岭省人民政府",
        "level": "province",
        "type": "规范性文件",
        "validity": "in_force",
        "published_on": "2021-03-01",
        "url": f"http://testserver/archive/{document.pk}/",
        "clause": {"id": "a3", "label": "第三条", "url": f"http://testserver/archive/{document.pk}/#a3"},
    }


def test_pages_are_linked_and_can_be_walked(client: Client, db: None) -> None:
    ArchivedDocumentFactory.create_batch(5)
    indexing.rebuild()
    address, seen = "/api/v1/documents/?q=公积金&page_size=2", []
    while address:
        data = client.get(address).json()
        seen += [result["id"] for result in data["results"]]
        address = data["next"]
    assert len(seen) == len(set(seen)) == 5
    assert data["previous"].endswith("page=2&page_size=2")


def test_paging_ends_where_the_page_says_it_does(client: Client, archive: Make) -> None:
    archive()
    response = client.get("/api/v1/documents/?page=101&page_size=100")
    assert response.status_code == 400
    assert list(response.json()) == ["page"]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("scope", "x"),
        ("level", "x"),
        ("type", "x"),
        ("validity", "x"),
        ("year", "x"),
        ("from", "x"),
        ("to", "x"),
        ("in_force_on", "x"),
        ("sort", "x"),
        ("page", "x"),
        ("page_size", "0"),
    ],
)
def test_a_bad_value_is_a_400_that_names_the_parameter(client: Client, name: str, value: str) -> None:
    response = client.get("/api/v1/documents/", {name: value})
    assert response.status_code == 400
    assert list(response.json()) == [name]


def test_a_missing_index_is_a_503(client: Client) -> None:
    with mock.patch("search.tasks.build_index.delay"):
        assert client.get("/api/v1/documents/").status_code == 503


def test_one_document(client: Client, archive: Make) -> None:
    document = archive()
    DocumentRelation.objects.create(source=document, kind="basis", target_text="《住房公积金管理条例》")
    data = client.get(f"/api/v1/documents/{document.pk}/").json()
    assert data["text"] == document.text
    assert [clause["id"] for clause in data["clauses"]] == ["ch1", "a1", "a2", "ch2", "a3"]
    assert data["validity"] == "in_force"
    assert data["validity_reason"]
    (relation,) = data["relations"]
    assert (relation["kind"], relation["document"], relation["text"]) == (
        "basis",
        None,
        "《住房公积金管理条例》",
    )


@pytest.mark.parametrize("pk", [0, 999_999, 2**63, 10**30])
def test_no_such_document(client: Client, pk: int) -> None:
    assert client.get(f"/api/v1/documents/{pk}/").status_code == 404


def test_a_withdrawn_document_is_not_given_out(client: Client, archive: Make) -> None:
    assert client.get(f"/api/v1/documents/{archive(withdrawn=True).pk}/").status_code == 404


def test_read_only(client: Client) -> None:
    assert client.post("/api/v1/documents/", {}).status_code == 405


@pytest.mark.parametrize("number", [1, 10])
def test_queries_do_not_grow_with_results(client: Client, db: None, number: int) -> None:
    ArchivedDocumentFactory.create_batch(number)
    indexing.rebuild()
    with CaptureQueriesContext(connection) as captured:
        assert len(get(client, q="公积金")["results"]) == number
    assert len(captured.captured_queries) == 1


def test_the_schema_describes_it() -> None:
    from drf_spectacular.generators import SchemaGenerator

    schema = SchemaGenerator().get_schema(request=None, public=True)
    search = schema["paths"]["/api/v1/documents/"]["get"]
    assert {parameter["name"] for parameter in search["parameters"]} == {
        "q", "scope", "match", "level", "issuer", "region", "type", "genre", "validity", "year", "from", "to", "in_force_on",
        "sort", "page", "page_size",
    }  # fmt: skip
    assert "/api/v1/documents/{id}/" in schema["paths"]
