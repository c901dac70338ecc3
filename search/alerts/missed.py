"""What people looked for and did not find: counted by day, never by person, and never at the expense of a search."""

from __future__ import annotations

import datetime as dt
import hashlib
import logging
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from celery.exceptions import CeleryError
from django.core.cache import cache
from django.db import DatabaseError, transaction
from django.db.models import F
from django.utils import timezone
from kombu.exceptions import KombuError

from search.alerts.masking import mask, says_nothing
from search.alerts.models import MissedResolution, MissedSearch
from search.alerts.searches import standing
from search.analysis import normalise
from search.query import SearchQuery

logger = logging.getLogger(__name__)
#: Different searches kept of one day, and days they are kept.
MAX_PER_DAY, KEEP_DAYS = 2_000, 400
#: Misses counted in one minute, all readers together: a robot cannot fill the queue.
MAX_PER_MINUTE = 120
_TEXT, _PARAMETERS = 120, 600
_TYPED_FILTERS = ("issuer", "region", "genre")
#: The key of the row that counts what came after the day was full.
OVERFLOW = ""


@dataclass(frozen=True)
class Miss:
    """One search that found nothing, ready to be kept: `parameters` lead to it again, unless something was masked."""

    text: str
    parameters: str
    masked: bool

    @property
    def key(self) -> str:
        """The same for spellings of the same search: case, width and traditional characters do not matter."""
        words = normalise(self.text)
        filters = [pair for pair in self.parameters.split("&") if not pair.startswith("q=")]
        return hashlib.sha256(f"{words}\n{'&'.join(filters)}".encode()).hexdigest()


def record_search(query: SearchQuery, total: int) -> None:
    """Count `query` if its first page is empty. Call it after a search; it never raises and hardly takes time.

    The text leaves this function masked, so neither the queue nor the table holds anybody's number or address.
    """
    if total or not query.q or query.page > 1:
        return
    miss = _miss(query)
    if miss is None or _is_flooded():
        return
    from search.alerts.tasks import count_missed_task

    try:
        count_missed_task.apply_async((miss.text, miss.parameters, miss.masked), retry=False)
    except (CeleryError, KombuError, DatabaseError, OSError) as error:
        logger.warning("a missed search was not counted: %s", type(error).__name__)


def count(miss: Miss, at: dt.datetime | None = None) -> None:
    """Add one to the row of the day. When the day is full, only the number of further misses is kept."""
    now = at or timezone.now()
    day = timezone.localdate(now)
    today = MissedSearch.objects.filter(day=day)
    again = {"count": F("count") + 1, "last_at": now}
    if today.filter(key=miss.key).update(**again):
        return
    full = today.count() >= MAX_PER_DAY
    key = OVERFLOW if full else miss.key
    values = {} if full else {"parameters": miss.parameters, "masked": miss.masked}
    text = "" if full else miss.text
    with transaction.atomic():
        row, created = MissedSearch.objects.get_or_create(
            day=day, key=key, defaults={"text": text, "last_at": now, **values}
        )
        if not created:
            MissedSearch.objects.filter(pk=row.pk).update(**again)


def purge(at: dt.datetime | None = None) -> int:
    """Delete rows older than `KEEP_DAYS` and what was said about searches that are gone; returns rows deleted."""
    oldest = timezone.localdate(at) - dt.timedelta(days=KEEP_DAYS)
    deleted, _by_model = MissedSearch.objects.filter(day__lt=oldest).delete()
    MissedResolution.objects.exclude(key__in=MissedSearch.objects.values("key")).delete()
    return deleted


def _miss(query: SearchQuery) -> Miss | None:
    text, masked = mask(query.q)
    if masked and says_nothing(text):
        return None
    # What is typed into a field of the advanced form is a filter, and may be anything, too.
    kept: dict[str, Any] = {
        name: tuple(value for value in getattr(query, name) if not mask(value)[1]) for name in _TYPED_FILTERS
    }
    parameters = urlencode(sorted(replace(standing(query), q=text, **kept).parameters()))
    if len(parameters) > _PARAMETERS:
        # Too long to lead there again: the words are what matters.
        parameters = urlencode({"q": text[:_TEXT]})[:_PARAMETERS] if len(text) <= _TEXT // 2 else ""
    return Miss(text[:_TEXT], parameters, masked)


def _is_flooded() -> bool:
    """True when this minute has had its share. Losing the cache loses the limit, nothing else."""
    minute = int(timezone.now().timestamp() // 60)
    name = f"alerts.missed.{minute}"
    if cache.add(name, 1, 120):
        return False
    try:
        return bool(cache.incr(name) > MAX_PER_MINUTE)
    except ValueError:
        return False
