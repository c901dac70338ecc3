"""The mails themselves: plain text and HTML from the row, in the language of the subscription, every value escaped."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from email.utils import parseaddr
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db.models.functions import Substr
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from search.alerts.enums import LETTERS, MailKind
from search.alerts.models import AlertMail
from search.alerts.searches import EXCERPT, words_of
from search.alerts.tokens import CONFIRM_DAYS, Purpose, token_of
from search.archive.models import NormativeDocument
from search.archive.validity import validity_at
from search.query import Sort

#: Documents written out in one mail; the others are counted and linked.
MAX_SHOWN = 20
#: Characters of the search in a subject line, and of a summary.
SUBJECT_WORDS, SUMMARY = 40, 120
#: Characters of a search in a letter to somebody who has not confirmed that it is theirs.
LETTER_WORDS = 80
_LINK = re.compile(r"\S*(?:://|[\w-]\.[a-z]{2,})\S*", re.IGNORECASE)
_HEAVY = ("text", "history", "confidence", "source")


@dataclass(frozen=True)
class Announced:
    """One document as a mail tells it."""

    title: str
    number: str
    issuer: str
    validity: str
    published_on: dt.date | None
    summary: str
    url: str
    changed: bool


def absolute(path: str) -> str:
    """The public address of `path`: mails have no request to take the host from."""
    return f"{settings.WAGTAILADMIN_BASE_URL.rstrip('/')}{path}"


def message(mail: AlertMail, *, at: dt.datetime | None = None) -> EmailMultiAlternatives:
    """The mail of a row, ready to be sent. Raises `ParameterError` when its search is no longer valid."""
    with translation.override(mail.alert.language):
        context = _context(mail, timezone.localdate(at))
        name = f"alerts/mail/{mail.kind}"
        built = EmailMultiAlternatives(
            subject=_subject(mail, context["words"]),
            body=render_to_string(f"{name}.txt", context),
            to=[mail.alert.contact.email],
            headers=_headers(mail, context["stop_url"]),
        )
        built.attach_alternative(render_to_string(f"{name}.html", context), "text/html")
        return built


def _subject(mail: AlertMail, words: list[str]) -> str:
    asked = " · ".join(words)
    asked = asked if len(asked) <= SUBJECT_WORDS else f"{asked[: SUBJECT_WORDS - 1]}…"
    if mail.kind == MailKind.FOUND:
        subject = ngettext("%(count)d 件新文件：%(asked)s", "%(count)d 件新文件：%(asked)s", mail.total)
        return subject % {"count": mail.total, "asked": asked}
    if mail.kind == MailKind.CONFIRM:
        return _("请确认检索订阅：%(asked)s") % {"asked": asked}
    if mail.kind == MailKind.EXISTING:
        return _("您已经订阅了这项检索：%(asked)s") % {"asked": asked}
    return _("检索订阅已满")


def _headers(mail: AlertMail, stop_url: str) -> dict[str, str]:
    """One-click stop (RFC 8058); one identity per row, so that a copy is recognised as one; no answers from machines."""
    host = urlsplit(settings.WAGTAILADMIN_BASE_URL).hostname or "localhost"
    headers = {
        "Message-ID": f"<alert-mail-{mail.pk}.{int(mail.created_at.timestamp())}@{host}>",
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "All",
    }
    if mail.kind == MailKind.FOUND:
        headers |= {
            "List-Id": f"<search-alerts.{host}>",
            "List-Unsubscribe": f"<{stop_url}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        }
    return headers


def _context(mail: AlertMail, day: dt.date) -> dict[str, Any]:
    alert = mail.alert
    query = alert.query
    shown = _announced(mail, day) if mail.kind == MailKind.FOUND else []
    manage = token_of(Purpose.MANAGE, alert.contact_id)
    return {
        "alert": alert,
        "mail": mail,
        "words": _in_letter(words_of(query)) if mail.kind in LETTERS else words_of(query),
        "site_name": parseaddr(settings.DEFAULT_FROM_EMAIL)[0] or _("言路"),
        "home_url": absolute("/"),
        "search_url": absolute(f"{reverse('search')}{query.link(sort=Sort.NEWEST)}"),
        "confirm_url": absolute(reverse("alerts:confirm", args=[token_of(Purpose.CONFIRM, alert.pk)])),
        "confirm_days": CONFIRM_DAYS,
        "stop_url": absolute(reverse("alerts:stop", args=[token_of(Purpose.STOP, alert.pk)])),
        "manage_url": absolute(reverse("alerts:manage", args=[manage])),
        "fresh": [document for document in shown if not document.changed],
        "changed": [document for document in shown if document.changed],
        "more": max(mail.total - len(shown), 0),
    }


def _in_letter(words: list[str]) -> list[str]:
    """`words` short and without addresses: a stranger may have typed them to have us send somebody an advertisement."""
    text = _LINK.sub("…", " · ".join(words))
    return [text if len(text) <= LETTER_WORDS else f"{text[: LETTER_WORDS - 1]}…"]


def _announced(mail: AlertMail, day: dt.date) -> list[Announced]:
    """What the row announces and is still there, as it is now; two kinds in one order, the newest first. One query."""
    changed = {int(row[0]): bool(row[1]) for row in mail.documents[:MAX_SHOWN]}
    documents = (
        NormativeDocument.objects.visible()
        .defer(*_HEAVY)
        .annotate(excerpt=Substr("text", 1, EXCERPT))
        .in_bulk(list(changed))
    )
    return [_one(documents[pk], is_changed, day) for pk, is_changed in changed.items() if pk in documents]


def _one(document: NormativeDocument, changed: bool, day: dt.date) -> Announced:
    text = " ".join(document.excerpt.split())  # type: ignore[attr-defined]  # annotated
    return Announced(
        title=document.title,
        number=document.document_number,
        issuer=document.issuing_authority,
        validity=str(validity_at(document, day).label),
        published_on=document.published_on,
        summary=f"{text[:SUMMARY]}…" if len(text) > SUMMARY else text,
        url=absolute(document.page_url or document.get_absolute_url()),
        changed=changed,
    )
