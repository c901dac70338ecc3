"""One file's text in, its documents out: fields with a confidence each, what was taken out, and what a person must decide."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field, replace
from typing import Any

from django.utils.translation import gettext as _

from search.archive.enums import Reason
from search.archive.numbers import DocumentNumber, parse_number
from search.archive.readers.base import Extract
from search.archive.recognise import bodies, history
from search.archive.recognise.articles import split_articles
from search.archive.recognise.certainty import derived_confidence
from search.archive.recognise.dates import impossible_dates, parse_date
from search.archive.recognise.noise import Cleaned, clean
from search.archive.recognise.normative import Verdict, judge
from search.archive.recognise.parts import Parts, read_parts
from search.archive.recognise.terms import Terms, read_terms, resolve
from search.archive.recognise.title import (
    FoundTitle,
    find_title,
    is_title,
    locate,
    names_a_site,
    tidy_title,
    title_from_name,
)

#: Confidence of the clauses of a text of which a part could not be read.
_PART = 0.4
#: A publication date this much later than the signature is a reposting, not the publication.
_REPOST_AFTER = dt.timedelta(days=366)


@dataclass(slots=True)
class Recognised:
    """One document as read. `reason` is set when it waits for a person."""

    fields: dict[str, Any]
    noise: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    reason: Reason | None = None
    message: str = ""

    @property
    def title(self) -> str:
        return str(self.fields.get("title", ""))


def recognise(extract: Extract, *, name: str = "") -> list[Recognised]:
    """The documents in one file. More than one means the file held several articles: all of those wait for a person."""
    cleaned = clean(extract.text)
    articles = split_articles(cleaned.lines)
    if len(articles) == 1:
        return [_one(cleaned.lines, extract, cleaned, name=name)]
    out: list[Recognised] = []
    for title, lines in articles:
        part = Extract(
            "\n".join(lines), extract.origin, extract.media_type, title=title, notes=extract.notes,
            partial=extract.partial,
        )  # fmt: skip
        one = _one(lines, part, Cleaned(lines, cleaned.noise if not out else []), name="")
        one.reason = Reason.SEVERAL
        one.message = _("原文件含 %(count)s 篇文章，已按篇拆开，请确认哪些应当收录。") % {
            "count": len(articles)
        }
        out.append(one)
    return out


def _title(lines: list[str], extract: Extract, name: str) -> FoundTitle:
    stated = _stated_title(extract)
    if stated:
        first, last = locate(stated, lines)
        found = find_title(lines[:12])
        # A page's heading may be the bare name of what the text prints under a longer title.
        if found and not last and found.title.endswith(stated) and not found.rest:
            return found
        # What the text does not say itself and no document is called like may be the name of the site.
        return FoundTitle(stated, 0.95 if last else 0.85 if is_title(stated) else 0.5, first, last)
    found = find_title(lines)
    if found:
        return FoundTitle(tidy_title(found.title), found.confidence, found.first, found.last, found.rest)
    named = title_from_name(name)
    return FoundTitle(named, 0.5) if named else FoundTitle("", 0.0)


def _stated_title(extract: Extract) -> str:
    """The title the source gives; where that is only the name of the site, the heading its page shows."""
    site = extract.meta.get("site", "")
    names = (tidy_title(extract.title), tidy_title(extract.meta.get("heading", "")))
    if names[0] and not names_a_site(names[0], site):
        return names[0]
    return "" if names_a_site(names[1], site) else names[1]


def _one(lines: list[str], extract: Extract, cleaned: Cleaned, *, name: str) -> Recognised:
    title = _title(lines, extract, name)
    if title.rest:
        lines = [*lines[: title.first], title.title, title.rest, *lines[title.first + 1 :]]
        title = FoundTitle(title.title, title.confidence, title.first, title.first + 1)
    parts = read_parts(lines, title_end=title.last)
    taken = parts.taken | set(range(title.first, title.last))
    body = "\n".join(line for i, line in enumerate(lines) if i not in taken).strip()
    stated = {**parts.labels, **extract.meta}
    confidence: dict[str, float] = {"title": title.confidence}
    fields: dict[str, Any] = {
        "title": title.title,
        "text": body,
        "text_origin": extract.origin,
        "text_scope": "excerpt" if extract.partial else "full",
    }
    number = _number(stated, parts, fields, confidence)
    parts.history = parts.history or _stated_history(stated)
    _bodies(title.title, stated, parts, number, fields, confidence)
    notes = [*extract.notes, *cleaned.notes, *_dates(body, stated, parts, fields, confidence)]
    if cleaned.lost_characters:
        notes.append(_("原文有 %(count)s 处字符缺失，未作补全。") % {"count": cleaned.lost_characters})
    fields["signature"] = _signature(parts)
    fields["confidence"] = confidence
    confidence |= derived_confidence(fields, parts)
    if extract.partial:
        confidence["clauses"] = min(confidence["clauses"], _PART)
    fields["confidence"] = {k: round(v, 2) for k, v in confidence.items()}
    verdict = judge(
        title=title.title, text=body, has_number=number is not None, has_issuer=bool(fields["issuing_authority"]),
        addressed=bool(parts.addressees),
    )  # fmt: skip
    return _result(fields, cleaned, notes, verdict)


def _result(fields: dict[str, Any], cleaned: Cleaned, notes: list[str], verdict: Verdict) -> Recognised:
    fields["confidence"]["normative"] = round(verdict.confidence, 2)
    return Recognised(fields, cleaned.noise, notes, verdict.reason, verdict.message)


def _signature(parts: Parts) -> str:
    """落款: who signed and when, as one line; empty when the text is not signed."""
    day = f"{parts.signed_on:%Y}年{parts.signed_on.month}月{parts.signed_on.day}日" if parts.signed_on else ""
    return " ".join(filter(None, ("、".join(parts.signed_by), day)))


def _number(
    stated: dict[str, str], parts: Parts, fields: dict[str, Any], confidence: dict[str, float]
) -> DocumentNumber | None:
    number = parse_number(stated.get("number", ""))
    confidence_in = 0.95
    if number is None:
        number, confidence_in = parts.number, 0.9
    if number is not None:
        fields["document_number"] = number.canonical
        fields["document_number_raw"] = number.raw
        confidence["document_number"] = confidence_in
    registration = stated.get("registration_number", "")
    if registration:
        fields["registration_number"] = registration
    return number


def _bodies(
    title: str, stated: dict[str, str], parts: Parts, number: DocumentNumber | None, fields: dict[str, Any],
    confidence: dict[str, float],
) -> None:  # fmt: skip
    signed = [n for line in parts.signed_by for n in bodies.split_bodies(line)]
    named = [bodies.in_full(name, signed) for name in bodies.issuers_in_title(title)]
    stated_issuers = [n for n in bodies.split_bodies(stated.get("issuer", "")) if bodies.looks_like_body(n)]
    red_head = bodies.split_bodies(parts.red_head)
    passed_by = [
        bodies.issuer_in_event(e["event"]) for e in parts.history[:1] if bodies.issuer_in_event(e["event"])
    ]
    candidates = (
        (named, 0.9), (signed, 0.85), (red_head, 0.85), (_from_order(number), 0.8), (stated_issuers, 0.7), (passed_by, 0.8),
    )  # fmt: skip
    for candidate, sure in candidates:
        if candidate:
            fields["issuing_authority"] = candidate[0]
            fields["co_issuers"] = candidate[1:]
            confidence["issuing_authority"] = sure
            break
    issuer = str(fields.setdefault("issuing_authority", ""))
    fields["level"] = str(bodies.level_of(issuer, title))
    fields["region"] = stated.get("region", "") or bodies.region_of(issuer, title)
    fields["genre"] = bodies.genre_of(title)
    form = number.form.value if number else ""
    fields["doc_type"] = str(bodies.document_type_of(title, issuer, fields["level"], form))
    fields["addressees"] = parts.addressees
    fields["index_number"] = stated.get("index_number", "")
    fields["subject_category"] = stated.get("subject", "").split("\\")[0]
    fields["lapsed"] = stated.get("status", "").strip() in ("失效", "已失效")


def _from_order(number: DocumentNumber | None) -> list[str]:
    if number is None or number.form.value != "order":
        return []
    issuer = number.code.removesuffix("令").removeprefix("中华人民共和国")
    return [issuer] if len(issuer) > 1 and issuer != "国" else (["国务院"] if issuer == "国" else [])


def _stated_history(stated: dict[str, str]) -> list[dict[str, str]]:
    events = []
    for line in stated.get("history", "").split("\n"):
        day = parse_date(line)
        if line:
            events.append({"date": day.isoformat() if day else "", "event": line})
    return events


def _terms(
    body: str,
    stated: dict[str, str],
    events: list[dict[str, str]],
    adopted: dt.date | None,
    published: dt.date | None,
) -> tuple[Terms, dt.date | None, dt.date | None, dt.date | None]:
    """What the text says about its force, when it begins, first began and ends; a page's own statement goes first."""
    terms = read_terms(body)
    # 自发布之日起 in an amended text means its first publication, not this version's.
    counted = replace(terms, effective_rule="") if len(events) > 1 else terms
    effective, until = resolve(counted, adopted_on=adopted, published_on=published)
    effective, first = effective or history.effective(events), None
    changed = history.amended(events)
    if effective and changed and effective < changed:
        # An amendment leaves the last article as it was: the day in it is that of the first version.
        effective, first = None, effective
    effective = parse_date(stated.get("effective_on", "")) or effective
    return terms, effective, first, parse_date(stated.get("valid_until", "")) or until


def _sure_of_signing(stated: dict[str, str], parts: Parts) -> float:
    """A date under the name of who signed is surer than one that stands alone, or that follows from the history."""
    if parse_date(stated.get("adopted_on", "")) or (parts.signed_on and parts.signed_by):
        return 0.9
    return 0.8 if parts.noted_on else 0.7


def _dates(
    body: str, stated: dict[str, str], parts: Parts, fields: dict[str, Any], confidence: dict[str, float]
) -> list[str]:
    """Fill in the dates; returns what is to be told (impossible dates, a reposting)."""
    notes: list[str] = []
    events = parts.history
    fields["history"] = events
    adopted = parse_date(stated.get("adopted_on", "")) or parts.signed_on or parts.noted_on
    adopted = adopted or history.adopted(events)
    published = parse_date(stated.get("published_on", ""))
    if adopted and published and published - adopted > _REPOST_AFTER:
        notes.append(
            _("页面日期 %(day)s 晚于成文日期一年以上，按转载处理，不作发布日期。")
            % {"day": published.isoformat()}
        )
        published = None
    published = published or history.published(events, since=adopted)
    terms, effective, first, until = _terms(body, stated, events, adopted, published)
    if until and (started := effective or first) and until < started:
        notes.append(_("有效期早于施行日期，未采用。"))
        until = None
    fields.update(
        adopted_on=adopted, published_on=published, effective_on=effective, first_effective_on=first, valid_until=until,
        validity_text=terms.validity_text, effective_rule=terms.effective_rule,
    )  # fmt: skip
    for column, sure in (
        ("adopted_on", _sure_of_signing(stated, parts)),
        ("published_on", 0.8),
        ("effective_on", 0.8),
        ("first_effective_on", 0.8),
        ("valid_until", 0.75),
    ):
        if fields[column]:
            confidence[column] = sure
    impossible = impossible_dates(body)
    if impossible:
        notes.append(
            _("原文中有不存在的日期：%(dates)s。") % {"dates": "、".join(dict.fromkeys(impossible))[:200]}
        )
    return notes


__all__ = ["Recognised", "recognise"]
