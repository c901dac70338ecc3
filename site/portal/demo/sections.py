"""Section pages of the demo itself; about, privacy and the others belong to every installation (home migrations)."""

from __future__ import annotations

from collections.abc import Iterator

from django.db import transaction
from django.utils.html import escape

from portal.demo.content_files import Entry, read_folder
from portal.demo.ledger import Ledger
from portal.home.models import BasePage, SectionPage
from tests.factories.organisations import home_page


def load_sections(ledger: Ledger) -> list[str]:
    """Publish each section page below home. Returns the slugs left out because another page has them."""
    taken = []
    for entry in read_folder("sections"):
        key = f"section:{entry.meta['slug']}"
        if ledger.has(key):
            continue
        home = home_page()
        if home.get_children().filter(slug=entry.meta["slug"]).exists():
            taken.append(entry.meta["slug"])
            continue
        with transaction.atomic():
            ledger.record(key, _publish(entry, home).pk)
    return taken


def _publish(entry: Entry, home: BasePage) -> SectionPage:
    page = SectionPage(title=entry.meta["title"], slug=entry.meta["slug"], show_in_menus=True, live=False)
    page.body = "".join(_html(entry.text))
    home.add_child(instance=page)
    page.save_revision().publish()
    return page


def _html(text: str) -> Iterator[str]:
    """Blocks parted by empty lines: `## ` heads, `- ` and `1. ` lists, paragraphs. Everything is escaped."""
    for block in text.strip().split("\n\n"):
        for lines in _runs(block.splitlines()):
            kind = _kind(lines[0])
            if kind == "h2":
                yield f"<h2>{escape(lines[0][3:])}</h2>"
            elif kind == "p":
                yield "".join(f"<p>{escape(line)}</p>" for line in lines)
            else:
                items = "".join(f"<li>{escape(line.split(' ', 1)[1])}</li>" for line in lines)
                yield f"<{kind}>{items}</{kind}>"


def _kind(line: str) -> str:
    if line.startswith("## "):
        return "h2"
    if line.startswith("- "):
        return "ul"
    return "ol" if line[:1].isdigit() and line[1:3] == ". " else "p"


def _runs(lines: list[str]) -> Iterator[list[str]]:
    """Neighbouring lines of the same kind; a heading stands alone."""
    run: list[str] = []
    for line in lines:
        if run and (_kind(run[-1]) != _kind(line) or _kind(line) == "h2"):
            yield run
            run = []
        run.append(line)
    if run:
        yield run
