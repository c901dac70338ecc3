"""`/feeds/search/?<parameters of a search>`: any search as Atom, the latest published documents first."""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.syndication.views import Feed
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import get_conditional_response, patch_cache_control
from django.utils.html import format_html_join
from django.utils.http import http_date, quote_etag
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from portal.feeds import AtomFeed
from search.alerts.searches import newest, standing, words_of
from search.archive.models import NormativeDocument
from search.archive.validity import validity_at
from search.engines.base import EngineUnavailable
from search.query import ParameterError, SearchQuery, Sort, parse_query

ENTRIES = 50
#: Seconds a reader may keep the answer; and seconds after which to ask again while the index is being built.
MAX_AGE, RETRY_AFTER = 600, 300
SUMMARY = 200


@dataclass(frozen=True)
class Found:
    """A search and what it finds today."""

    query: SearchQuery
    documents: list[NormativeDocument]
    day: dt.date


class SearchFeed(Feed):  # type: ignore[type-arg]  # not generic when it runs
    """One entry for each document; its identity never changes, its `updated` does when the archive's record does."""

    feed_type = AtomFeed
    title = gettext_lazy("文件库检索")
    subtitle = gettext_lazy("任意检索条件下新发布的文件；把检索页地址中“?”后面的部分接在本地址之后。")
    item_guid_is_permalink = False

    def __call__(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The feed, or 304; 400 and 503 say in words what is wrong."""
        if request.method not in ("GET", "HEAD"):
            return HttpResponseNotAllowed(["GET", "HEAD"])
        try:
            query = standing(parse_query(request.GET))
            found = Found(query, newest(query, limit=ENTRIES), timezone.localdate())
        except ParameterError as error:
            reasons = "\n".join(f"{name}: {message}" for name, message in error.errors.items())
            return _plain(_("检索条件有误：") + f"\n{reasons}\n", 400)
        except EngineUnavailable:
            response = _plain(_("检索暂时不可用，请稍后再试。") + "\n", 503)
            response["Retry-After"] = str(RETRY_AFTER)
            return response
        etag, changed = _etag(found), _changed_at(found)
        answer = get_conditional_response(request, etag=etag, last_modified=int(changed.timestamp()))
        if answer is None:
            feed = self.get_feed(found, request)
            answer = HttpResponse(content_type=feed.content_type)
            feed.write(answer, "utf-8")
        answer["ETag"], answer["Last-Modified"] = etag, http_date(changed.timestamp())
        patch_cache_control(answer, public=True, max_age=MAX_AGE)
        return answer

    def get_object(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Found:
        raise NotImplementedError("the search is looked up before the feed is made")

    def get_feed(self, obj: Any, request: HttpRequest) -> Any:
        """Django's own, with the title and the identity of this search."""
        feed = super().get_feed(obj, request)
        words = " · ".join(words_of(obj.query))
        feed.feed["title"] = _("文件库检索：%(words)s") % {"words": words}
        feed.feed["id"] = f"{_tag()}search/{hashlib.sha256(obj.query.link().encode()).hexdigest()[:24]}"
        return feed

    def link(self, obj: Found) -> str:
        return f"{reverse('search')}{obj.query.link(sort=Sort.NEWEST)}"

    def feed_url(self, obj: Found) -> str:
        return f"{reverse('alerts:feed')}{obj.query.link()}"

    def items(self, obj: Found) -> list[NormativeDocument]:
        return obj.documents

    def item_title(self, item: NormativeDocument) -> str:
        return item.title

    def item_description(self, item: NormativeDocument) -> str:
        """Number, issuer, validity, dates, then the beginning of the text; HTML as Atom says, every value escaped."""
        text = " ".join(item.excerpt.split())  # type: ignore[attr-defined]  # annotated
        published = item.published_on.isoformat() if item.published_on else ""
        facts = (item.document_number, item.issuing_authority, _validity(item), published)
        lines = (" · ".join(fact for fact in facts if fact), text[:SUMMARY])
        return format_html_join("", "<p>{}</p>", ((line,) for line in lines if line))

    def item_link(self, item: NormativeDocument) -> str:
        return item.page_url or item.get_absolute_url()

    def item_guid(self, item: NormativeDocument) -> str:
        return f"{_tag()}document/{item.pk}"

    def item_author_name(self, item: NormativeDocument) -> str:
        return item.issuing_authority

    def item_categories(self, item: NormativeDocument) -> list[str]:
        return [word for word in (_validity(item), item.get_doc_type_display(), item.genre) if word]

    def item_pubdate(self, item: NormativeDocument) -> dt.datetime:
        if item.published_on is None:
            return item.created_at
        return timezone.make_aware(dt.datetime.combine(item.published_on, dt.time()))

    def item_updateddate(self, item: NormativeDocument) -> dt.datetime:
        return item.updated_at


def _validity(item: NormativeDocument) -> str:
    return str(validity_at(item, timezone.localdate()).label)


def _tag() -> str:
    """What identities begin with: the host of the site as configured, whatever name a request used (RFC 4151)."""
    return f"tag:{urlsplit(settings.WAGTAILADMIN_BASE_URL).hostname or 'localhost'},2026:"


def _etag(found: Found) -> str:
    """Changes with the documents, their records, the language, and the day on which validity is judged."""
    parts = [get_language() or "", found.day.isoformat(), found.query.link()]
    parts += [f"{document.pk}:{document.updated_at.timestamp()}" for document in found.documents]
    return quote_etag(hashlib.sha256("\n".join(parts).encode()).hexdigest()[:32])


def _changed_at(found: Found) -> dt.datetime:
    """The last change of a record shown, or the beginning of today, when validity was last judged anew."""
    midnight = timezone.make_aware(dt.datetime.combine(found.day, dt.time()))
    return max([midnight, *(document.updated_at for document in found.documents)])


def _plain(text: str, status: int) -> HttpResponse:
    return HttpResponse(text, status=status, content_type="text/plain; charset=utf-8")
