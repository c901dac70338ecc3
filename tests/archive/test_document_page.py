"""`/archive/<id>/`: what it shows, how fast, how many queries, and that an original is only ever a download."""

from __future__ import annotations

import time

import pytest
from django.conf import settings
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from search.archive.enums import RelationKind
from tests.factories.archive import DocumentFactory, RelationFactory, day, original

pytestmark = pytest.mark.django_db


def test_title_metadata_validity_and_clauses(client: Client) -> None:
    document = DocumentFactory.create(
        title="云岭省停车场办法", co_issuers=["云岭省公安厅"], document_number_raw="云政发[2021]1号", document_number="云政发〔2021〕1号",
        validity_text="有效期5年。", source="某政府网站", history=[{"date": "2021-03-01", "event": "印发"}],
    )  # fmt: skip
    response = client.get(document.get_absolute_url())
    page = response.content.decode()
    assert response.status_code == 200
    for expected in ("云岭省停车场办法", "云政发〔2021〕1号", "云政发[2021]1号", "云岭省公安厅", "待确认", "未经人工确认", "有效期5年。", "某政府网站",
                     "印发", 'id="a2-i1"', 'href="#a1"', "第二条", "公共停车场；", "badge--unknown"):  # fmt: skip
        assert expected in page
    assert page.count("<h1") == 1


def test_a_contents_list_only_for_texts_with_several_headings(client: Client) -> None:
    short = DocumentFactory.create(text="第一条 甲。")
    long = DocumentFactory.create(text="\n".join(f"第{n}章 规定{n}\n第{n}条 正文。" for n in "一二三四五"))
    assert 'class="contents' not in client.get(short.get_absolute_url()).content.decode()
    page = client.get(long.get_absolute_url()).content.decode()
    assert 'class="contents' in page and 'href="#ch5"' in page


def test_validity_on_another_day(client: Client) -> None:
    document = DocumentFactory.create(
        effective_on=day("2021-05-01"), repealed_on=day("2024-01-01"), validity_confirmed=True
    )
    assert "badge--repealed" in client.get(document.get_absolute_url()).content.decode()
    page = client.get(document.get_absolute_url(), {"on": "2023-06-01"}).content.decode()
    assert "badge--in_force" in page and "在2023年6月1日" in page
    assert "badge--pending" in client.get(document.get_absolute_url(), {"on": "2020-06-01"}).content.decode()


@pytest.mark.parametrize("on", ["2023-02-30", "yesterday", "<script>", "9" * 5000, "\u202e", "0000-00-00"])
def test_a_day_that_is_none_is_told_and_taken_as_today(client: Client, on: str) -> None:
    response = client.get(DocumentFactory.create().get_absolute_url(), {"on": on})
    assert response.status_code == 200
    assert "2026-01-31 的形式" in response.content.decode()
    assert b"<script>" not in response.content


def test_markup_in_a_text_is_harmless(client: Client) -> None:
    document = DocumentFactory.create(
        title="<b>办法</b>", text="第一条 <script>alert(1)</script>。", source="<img src=x>"
    )
    page = client.get(document.get_absolute_url()).content.decode()
    assert "<script>alert" not in page and "<b>办法" not in page and "<img src=x>" not in page


def test_relations_both_ways_and_unresolved_ones(client: Client) -> None:
    document = DocumentFactory.create()
    basis = RelationFactory.create(source=document, kind=RelationKind.BASIS)
    RelationFactory.create(
        source=document, target=None, kind=RelationKind.REPEALS, target_text="《消失的办法》"
    )
    incoming = RelationFactory.create(target=document, kind=RelationKind.CITES, clause_id="a3")
    RelationFactory.create(
        target=document, source=DocumentFactory.create(title="已撤回的文件", withdrawn=True)
    )
    page = client.get(document.get_absolute_url()).content.decode()
    assert basis.target and basis.target.get_absolute_url() in page
    assert "《消失的办法》" in page and "本库未收录" in page
    assert f"{incoming.source.get_absolute_url()}#a3" in page
    assert "已撤回的文件" not in page


def test_documents_with_the_same_number_are_named(client: Client) -> None:
    document = DocumentFactory.create(document_number="云政发〔2021〕77号")
    twin = DocumentFactory.create(document_number="云政发〔2021〕77号", title="同号文件")
    page = client.get(document.get_absolute_url()).content.decode()
    assert "同一字号" in page and twin.get_absolute_url() in page


def test_a_document_published_here_links_to_its_page(client: Client) -> None:
    document = DocumentFactory.create(page_id=5, page_url="/policies/parking/", validity_confirmed=True)
    assert 'href="/policies/parking/"' in client.get(document.get_absolute_url()).content.decode()


def test_a_withdrawn_document_stays_with_its_explanation(client: Client) -> None:
    document = DocumentFactory.create(
        withdrawn=True, history=[{"date": "2024-01-01", "event": "撤回：内容有误"}]
    )
    page = client.get(document.get_absolute_url()).content.decode()
    assert "本文件已撤回" in page and "内容有误" in page and "noindex" in page


@pytest.mark.parametrize(
    "address", ["/archive/999999/", "/archive/999999/original/", "/archive/99999999999999999999/"]
)
def test_unknown_documents(client: Client, address: str) -> None:
    assert client.get(address).status_code == 404


def test_only_reading_is_possible(client: Client) -> None:
    document = DocumentFactory.create()
    assert client.post(document.get_absolute_url()).status_code == 405
    assert client.head(document.get_absolute_url()).status_code == 200


def test_the_list_is_the_search_page(client: Client) -> None:
    assert client.get("/archive/").headers["Location"] == "/search/"
    assert client.get("/archive/?q=%E5%81%9C").headers["Location"] == "/search/?q=%E5%81%9C"


def test_queries_do_not_grow_with_relations(
    client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    document = DocumentFactory.create(original=original(b"x"))
    for _ in range(12):
        RelationFactory.create(source=document)
        RelationFactory.create(target=document)
    with django_assert_max_num_queries(8):
        client.get(document.get_absolute_url())


def test_a_text_of_a_hundred_thousand_characters_renders_quickly(client: Client) -> None:
    text = "\n".join(f"第{n}条 {'停车场应当公布收费标准。' * 8}\n（一）公共停车场；" for n in range(1, 1001))
    assert len(text) > 100_000
    document = DocumentFactory.create(text=text)
    client.get(document.get_absolute_url())
    started = time.perf_counter()
    assert client.get(document.get_absolute_url()).status_code == 200
    assert time.perf_counter() - started < 2


def test_an_original_is_a_download_with_its_own_bytes(client: Client) -> None:
    data = b"<html><script>alert(1)</script></html>"
    document = DocumentFactory.create(original=original(data, name="办法.html"))
    address = f"/archive/{document.pk}/original/"
    assert address in client.get(document.get_absolute_url()).content.decode()
    response = client.get(address)
    assert b"".join(response) == data
    assert response.headers["Content-Disposition"].startswith("attachment")
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Content-Type"] == "application/octet-stream"


def test_an_original_outside_its_folder_or_missing_is_not_served(client: Client) -> None:
    gone = DocumentFactory.create(original=original(b"gone", path="zz/none"))
    outside = DocumentFactory.create(
        original=original(b"outside", path="../../../../etc/hostname", bytes_on_disk=None)
    )
    nothing = DocumentFactory.create()
    withdrawn = DocumentFactory.create(original=original(b"w"), withdrawn=True)
    (settings.ARCHIVE_ORIGINALS_DIR / "zz" / "none").unlink()
    for document in (gone, outside, nothing, withdrawn):
        assert client.get(f"/archive/{document.pk}/original/").status_code == 404
