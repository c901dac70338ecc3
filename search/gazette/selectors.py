"""What pages, feed and API read of the gazette, in a fixed number of queries."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from django.db.models import Count, Max, Min, QuerySet

from search.archive.models import NormativeDocument
from search.gazette.fingerprints import text_hash
from search.gazette.models import GazetteEntry, GazetteErratum, GazetteIssue
from search.gazette.querysets import HEAVY

#: Documents suggested for an issue at once.
SUGGESTIONS = 50


@dataclass(frozen=True)
class Section:
    """Entries that stand together under one heading; a heading may come back later."""

    heading: str
    entries: Sequence[GazetteEntry]

    @property
    def anchor(self) -> str:
        return f"s{self.entries[0].position}"


@dataclass(frozen=True)
class IssueView:
    """One issue with everything its page shows."""

    issue: GazetteIssue
    sections: Sequence[Section]
    errata: Sequence[GazetteErratum]
    previous: GazetteIssue | None
    following: GazetteIssue | None
    total: int


@dataclass(frozen=True)
class Printed:
    """Where a document is printed, and whether the archive still holds the text that was printed."""

    entry: GazetteEntry
    is_unchanged: bool
    errata: Sequence[GazetteErratum]

    @property
    def url(self) -> str:
        return f"{self.entry.issue.get_absolute_url()}#{self.entry.anchor}"


def years() -> list[int]:
    """Years with published issues, the latest first. One query."""
    issues = GazetteIssue.objects.published().order_by("-year")
    return list(issues.values_list("year", flat=True).distinct())


def issues_of(year: int) -> QuerySet[GazetteIssue]:
    """Published issues of a year, the latest first, with the number of documents as `documents`."""
    issues = GazetteIssue.objects.published().in_order().filter(year=year).select_related("issuer")
    return issues.annotate(documents=Count("entries"))


def issue_view(issue: GazetteIssue) -> IssueView:
    """The contents of `issue`, its errata and its neighbours. Four queries."""
    entries = list(issue.entries.with_documents().order_by("position", "pk"))
    errata = list(issue.errata.select_related("entry__document").defer(*_documents("entry__document")))
    by_heading = groupby(entries, key=lambda entry: entry.section)
    sections = [Section(heading, list(group)) for heading, group in by_heading]
    published = GazetteIssue.objects.published()
    earlier = published.filter(year__lt=issue.year) | published.filter(
        year=issue.year, number__lt=issue.number
    )
    later = published.filter(year__gt=issue.year) | published.filter(year=issue.year, number__gt=issue.number)
    return IssueView(
        issue=issue,
        sections=sections,
        errata=errata,
        previous=earlier.order_by("-year", "-number").first(),
        following=later.order_by("year", "number").first(),
        total=len(entries),
    )


def _documents(prefix: str) -> list[str]:
    return [f"{prefix}__{name}" for name in HEAVY]


def printed_in(document: NormativeDocument) -> Printed | None:
    """The published issue that prints `document`, if any. Two queries, one when there is none."""
    entry = (
        GazetteEntry.objects.published()
        .of([document.pk])
        .select_related("issue")
        .order_by("issue__published_at")
        .first()
    )
    if entry is None:
        return None
    return Printed(entry, text_hash(document.text) == entry.text_hash, list(entry.errata.all()))


def suggestions(issue: GazetteIssue) -> list[NormativeDocument]:
    """Documents of this site published since the last issue, or before it, that no gazette holds; the oldest first."""
    wanted = (
        NormativeDocument.objects.visible()
        .filter(page_id__isnull=False, gazette_entries__isnull=True)
        .defer(*HEAVY)
        .order_by("published_on", "pk")
    )
    if since := last_published_on(issue):
        wanted = wanted.filter(published_on__gte=since)
    return list(wanted[:SUGGESTIONS])


def last_published_on(issue: GazetteIssue) -> dt.date | None:
    """The day of the published issue before this one, if there is one."""
    others = GazetteIssue.objects.published().exclude(pk=issue.pk)
    day: dt.date | None = others.aggregate(last=Max("published_on"))["last"]
    return day


def candidates(words: str, *, limit: int = 20) -> list[NormativeDocument]:
    """Documents whose title, number or issuer holds `words`, with `in_gazette` saying that a gazette prints them."""
    found = NormativeDocument.objects.visible().containing(words).defer(*HEAVY)
    return list(
        found.annotate(in_gazette=Min("gazette_entries__issue__number")).order_by("-published_on")[:limit]
    )


def drafts() -> QuerySet[GazetteIssue]:
    """Issues that are being edited, with the number of documents as `documents`."""
    waiting = GazetteIssue.objects.filter(published_at__isnull=True).in_order()
    return waiting.select_related("issuer").annotate(documents=Count("entries"))


def next_numbers(year: int) -> tuple[int, int | None]:
    """The number the next issue of `year` would have, and its total number where the last issue has one."""
    last = GazetteIssue.objects.filter(year=year).aggregate(last=Max("number"))["last"] or 0
    total = GazetteIssue.objects.aggregate(last=Max("total_number"))["last"]
    return last + 1, total + 1 if total else None
