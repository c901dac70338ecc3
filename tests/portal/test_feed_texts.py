"""Every feed goes on being a feed whatever characters an old file brought into the archive."""

from __future__ import annotations

import io
from pathlib import Path
from xml.etree import ElementTree

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from portal.feeds import AtomFeed
from search import indexing
from tests.factories.search import ArchivedDocumentFactory

ATOM = "{http://www.w3.org/2005/Atom}"
_SITE = Path(__file__).resolve().parents[2]
_ANY = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)


@given(_ANY, _ANY)
def test_any_text_makes_a_feed_that_can_be_read(title: str, text: str) -> None:
    feed = AtomFeed(title=f"甲{title}", link="/", description=text)
    feed.add_item(f"乙{title}", "/a", text, author_name=text, categories=[title, "丙"], unique_id="tag:x")
    out = io.BytesIO()
    feed.write(out, "utf-8")
    root = ElementTree.fromstring(out.getvalue())  # noqa: S314 - our own feed
    (entry,) = root.findall(f"{ATOM}entry")
    found = entry.findtext(f"{ATOM}title") or ""
    kept = [char for char in title if char.isprintable() and char not in "\ufffe\uffff"]
    assert [char for char in found if char.isprintable()][1:] == kept, "nothing that can be shown is lost"


@pytest.mark.django_db
def test_control_characters_of_a_document_cost_nobody_the_feed(
    client: Client, settings: object, tmp_path: Path
) -> None:
    settings.SEARCH_INDEX_DIR = tmp_path / "index"  # type: ignore[attr-defined]
    ArchivedDocumentFactory.create(
        title="公积\x0b金\x01通知",
        text="第一条 公\x02积金。\ufffe",
        issuing_authority="某\x1f厅",
        genre="通\x08知",
    )
    indexing.rebuild()
    answer = client.get("/feeds/search/")
    assert answer.status_code == 200
    root = ElementTree.fromstring(answer.content)  # noqa: S314 - our own feed
    assert root.findtext(f"{ATOM}entry/{ATOM}title") == "公积金通知"


def test_no_feed_is_written_without_that_care() -> None:
    rooms = [
        path
        for room in ("search", "consultations", "interpretations", "site")
        for path in (_SITE / room).rglob("*feed*.py")
    ]
    assert len(rooms) > 5
    for path in rooms:
        text = path.read_text(encoding="utf-8")
        if path.name != "feeds.py" or path.parent.name != "portal":
            assert "Atom1Feed" not in text, path
