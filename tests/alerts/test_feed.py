"""`/feeds/search/`: any search as Atom, newest first, stable, conditional, and plain about what is wrong."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from typing import Any
from xml.etree import ElementTree

import pytest
from django.template.loader import render_to_string
from django.test import Client
from django.utils import timezone

from search.alerts import feeds
from search.archive.models import NormativeDocument
from search.engines.base import EngineUnavailable
from search.query import SearchQuery, Sort
from tests.factories.search import ArchivedDocumentFactory

pytestmark = pytest.mark.django_db

ATOM = "{http://www.w3.org/2005/Atom}"
Enters = Callable[..., NormativeDocument]


def entries(client: Client, path: str) -> list[ElementTree.Element]:
    return ElementTree.fromstring(client.get(path).content).findall(f"{ATOM}entry")  # noqa: S314 - our own feed


def text(element: ElementTree.Element, name: str) -> str:
    found = element.find(f"{ATOM}{name}")
    assert found is not None
    return found.text or ""


def test_the_latest_published_first_whatever_the_page_s_order(client: Client, enters: Enters) -> None:
    for day in (3, 9, 6):
        enters(title=f"公积金通知{day}", published_on=dt.date(2022, 1, day))
    enters(title="停车通知", text="第一条 停车。", published_on=dt.date(2022, 2, 1))
    found = entries(client, "/feeds/search/?q=公积金&sort=oldest&page=7&page_size=1")
    assert [text(entry, "title") for entry in found] == ["公积金通知9", "公积金通知6", "公积金通知3"]


def test_an_entry_says_what_a_reader_needs(client: Client, enters: Enters) -> None:
    document = enters(published_on=dt.date(2022, 1, 3))
    [entry] = entries(client, "/feeds/search/?q=公积金")
    summary = text(entry, "summary")
    for fact in (document.document_number, document.issuing_authority, "现行有效", "2022-01-03", "第一条"):
        assert fact in summary
    link = entry.find(f"{ATOM}link")
    assert link is not None
    assert link.get("href", "").endswith(document.get_absolute_url())
    assert text(entry, "id") == f"tag:yanlu.example,2026:document/{document.pk}"
    assert text(entry, "published").startswith("2022-01-03T00:00:00+08:00")
    author = entry.find(f"{ATOM}author/{ATOM}name")
    assert author is not None
    assert author.text == document.issuing_authority


def test_identities_do_not_depend_on_the_host_that_was_asked(client: Client, enters: Enters) -> None:
    enters()
    here, there = (
        re.findall(r"<id>(.*?)</id>", client.get("/feeds/search/?q=公积金", HTTP_HOST=host).content.decode())
        for host in ("a.example", "b.example")
    )
    assert here == there
    assert len(set(here)) == 2


def test_markup_in_a_document_stays_text(client: Client, enters: Enters) -> None:
    enters(title="公积金<script>", issuing_authority="<b>x</b>", text="第一条 <img src=x> 公积金")
    raw = client.get("/feeds/search/?q=公积金").content.decode()
    assert "<script>" not in raw
    summary = text(entries(client, "/feeds/search/?q=公积金")[0], "summary")
    assert "<img" not in summary
    assert "<b>x" not in summary


def test_the_title_names_the_search_and_the_link_leads_to_it(client: Client, enters: Enters) -> None:
    enters()
    feed = ElementTree.fromstring(client.get("/feeds/search/?q=公积金&level=province").content)  # noqa: S314
    assert "“公积金” · 层级：省级" in text(feed, "title")
    links = {link.get("rel"): link.get("href", "") for link in feed.findall(f"{ATOM}link")}
    assert "/search/?" in links["alternate"]
    assert "sort=newest" in links["alternate"]
    assert "/feeds/search/?" in links["self"]


def test_fifty_entries_at_most(client: Client, enters: Enters) -> None:
    ArchivedDocumentFactory.create_batch(feeds.ENTRIES + 2)
    enters()
    assert len(entries(client, "/feeds/search/")) == feeds.ENTRIES


def test_an_unchanged_feed_is_not_sent_again(client: Client, enters: Enters) -> None:
    document = enters()
    first = client.get("/feeds/search/?q=公积金")
    assert first.status_code == 200
    again = {"HTTP_IF_NONE_MATCH": first["ETag"]}
    answer = client.get("/feeds/search/?q=公积金", **again)
    assert (answer.status_code, answer.content) == (304, b"")
    assert (
        client.get("/feeds/search/?q=公积金", HTTP_IF_MODIFIED_SINCE=first["Last-Modified"]).status_code
        == 304
    )
    NormativeDocument.objects.filter(pk=document.pk).update(
        title="公积金新标题", updated_at=timezone.now() + dt.timedelta(seconds=2)
    )
    assert client.get("/feeds/search/?q=公积金", **again).status_code == 200


def test_what_is_in_force_changes_overnight_and_so_does_the_feed(enters: Enters) -> None:
    found = feeds.Found(SearchQuery(), [enters()], dt.date(2026, 1, 1))
    tomorrow = feeds.Found(SearchQuery(), found.documents, dt.date(2026, 1, 2))
    assert feeds._etag(found) != feeds._etag(tomorrow)


@pytest.mark.parametrize("bad", ["level=moon", "from=gestern", "year=20", "page=0", "sort=up"])
def test_bad_values_are_said_in_words(client: Client, bad: str) -> None:
    answer = client.get(f"/feeds/search/?{bad}")
    assert answer.status_code == 400
    assert answer["Content-Type"].startswith("text/plain")
    assert "检索条件有误" in answer.content.decode()
    assert bad.split("=")[0] in answer.content.decode()


def test_without_an_index_it_says_when_to_ask_again(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*args: Any, **kwargs: Any) -> list[NormativeDocument]:
        raise EngineUnavailable("none")

    monkeypatch.setattr(feeds, "newest", refuse)
    answer = client.get("/feeds/search/")
    assert answer.status_code == 503
    assert int(answer["Retry-After"]) > 0


def test_only_reading_is_allowed(client: Client) -> None:
    assert client.post("/feeds/search/").status_code == 405


def test_the_list_of_feeds_names_it(client: Client) -> None:
    page = client.get("/feeds/").content.decode()
    assert "/feeds/search/" in page
    assert "文件库检索" in page


def test_two_queries_however_many_entries(
    client: Client, enters: Enters, django_assert_max_num_queries: Any
) -> None:
    ArchivedDocumentFactory.create_batch(9)
    enters()
    client.get("/feeds/search/")
    with django_assert_max_num_queries(2):
        client.get("/feeds/search/")


def test_the_search_page_s_offer_leads_to_feed_and_form() -> None:
    query = SearchQuery(q="公积金", level=("province",), sort=Sort.OLDEST, page=3)
    offer = render_to_string("alerts/_offer.html", {"query": query})
    head = render_to_string("alerts/_head.html", {"query": query})
    assert "/alerts/new/?q=" in offer
    assert "/feeds/search/?q=" in offer
    assert "level=province" in offer
    assert "page=" not in offer
    assert 'rel="alternate" type="application/atom+xml"' in head
    assert 'href="/feeds/search/"' in render_to_string("alerts/_head.html", {"query": SearchQuery()})
