"""Consultations at every stage, opened by the head and commented on while they were open."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Mapping
from typing import Any

from django.db import transaction

from consultations.clock import as_of, end_of, start_of
from consultations.enums import AuthorKind, ConsultationKind, Screening
from consultations.gate import minimum
from consultations.models import ConsultationPage, PublicComment
from consultations.services import TypedComment, open_consultation, screen_comment, submit_comment
from portal.demo.comment_texts import Written, write_comments
from portal.demo.content_files import CONTENT, Entry, read, read_folder
from portal.demo.ledger import Ledger
from portal.demo.outcomes import load_outcome
from portal.demo.people import department_of, holder, page_of
from portal.organisations.enums import Role
from portal.organisations.models import User
from portal.planner import analyse

#: Days before its first day on which a consultation is published, so that people know that it is coming.
ANNOUNCED_BEFORE = 2
#: Comments younger than this still wait for the moderator.
UNSCREENED = dt.timedelta(hours=20)
#: One in so many comments is withheld, and one in so many shown in part.
WITHHELD_EVERY, REDACTED_EVERY = 61, 47
WITHHELD_REASON = "正文含有可以识别他人身份的信息，不宜公开；意见内容已转起草部门研究。"
REDACTED_REASON = "隐去一处联系电话。"
EMAIL_SHARE, PHONE_SHARE = 0.35, 0.2


def load_consultations(ledger: Ledger) -> None:
    """Every consultation of the content folder with its comments, then the outcome of the one that has one."""
    for entry in read_folder("consultations"):
        _load(entry, ledger)


def _load(entry: Entry, ledger: Ledger) -> None:
    slug = entry.meta["slug"]
    if not ledger.has(f"consultation:{slug}"):
        with transaction.atomic():
            page = _open(entry, ledger)
            ledger.record(f"consultation:{slug}", page.pk)
    page = ConsultationPage.objects.get(pk=ledger.id_of(f"consultation:{slug}"))
    if entry.meta["comments"] and not ledger.has(f"comments:{slug}"):
        with transaction.atomic():
            received = _receive(entry, page, ledger)
            ledger.record(f"comments:{slug}", number=len(received))
            if entry.meta["state"] == "outcome":
                load_outcome(page, received, ledger)


def _open(entry: Entry, ledger: Ledger) -> ConsultationPage:
    meta = entry.meta
    department = department_of(ledger, meta["department"])
    first_day = ledger.date(meta["opens"])
    before = 0 if "shortened_reason" in meta else ANNOUNCED_BEFORE
    published = min(ledger.moment(meta["opens"] - before, 8, 30), ledger.moment(0, 0, 1))
    page = ConsultationPage(
        title=meta["title"],
        slug=meta["slug"],
        live=False,
        department=department,
        kind=ConsultationKind(meta["kind"]),
        summary=meta["summary"],
        draft_body=entry.section("征求意见稿"),
        drafting_note=entry.section("起草说明"),
        decision_basis=entry.section("决策依据"),
        opens_at=start_of(first_day),
        closes_at=end_of(_last_day(meta, first_day, ledger)),
        shortened_reason=meta.get("shortened_reason", ""),
        contact=meta["contact"],
    )
    with as_of(published):
        parent = page_of(department)
        parent.refresh_from_db()
        parent.add_child(instance=page)
    return open_consultation(page=page, user=holder(Role.HEAD, department), at=published)


def _last_day(meta: Mapping[str, Any], first_day: dt.date, ledger: Ledger) -> dt.date:
    """The planned last day, later where holidays make the lawful minimum longer; a stated reason allows less."""
    planned = ledger.date(meta["closes"])
    if "shortened_reason" in meta:
        return planned
    return max(planned, minimum(ConsultationKind(meta["kind"]), first_day).last_day)


def _receive(entry: Entry, page: ConsultationPage, ledger: Ledger) -> list[tuple[Written, PublicComment]]:
    """Submit every comment at a moment of its own while the consultation was open, and screen it."""
    rng = random.Random(f"{ledger.seed}:{entry.name}")  # noqa: S311  # texts, not secrets
    texts = write_comments(read(CONTENT / "comments" / f"{entry.name}.txt").text, rng)
    moderator = holder(Role.MODERATOR, department_of(ledger, entry.meta["department"]))
    end = ledger.moment(0, 0, 0)
    moments = _moments(page, len(texts), end, rng)
    received = []
    for number, (text, at) in enumerate(zip(texts, moments, strict=True), 1):
        comment = submit_comment(
            consultation=page, typed=_typed(text, number, rng), clause_id=text.clause or None, at=at
        )
        if at < end - UNSCREENED or not page.is_open():
            _screen(comment, number, text, moderator, at + dt.timedelta(hours=rng.randint(2, 19)))
        received.append((text, comment))
    # Grouping and deciding them joins three tables of comments, again and again.
    analyse()
    return received


def _moments(page: ConsultationPage, number: int, now: dt.datetime, rng: random.Random) -> list[dt.datetime]:
    """Sorted moments between opening and closing (or `now`), in waking hours, denser at both ends."""
    assert page.opens_at is not None and page.closes_at is not None  # noqa: S101  # the gate asks for both
    days = max((min(page.closes_at, now) - page.opens_at).days, 1)
    found = []
    for _ in range(number):
        day = min(int(rng.betavariate(0.7, 0.8) * days), days - 1)
        minutes = rng.choice((rng.randint(450, 780), rng.randint(840, 1380)))
        found.append(page.opens_at + dt.timedelta(days=day, minutes=minutes, seconds=rng.randint(0, 59)))
    return sorted(found)


def _typed(text: Written, number: int, rng: random.Random) -> TypedComment:
    body = text.text
    if number % REDACTED_EVERY == 0:
        body += f"有问题可以打我电话0999-55{number:05d}。"
    return TypedComment(
        text=body,
        proposed_text=text.proposed,
        author_kind=AuthorKind.ORGANISATION if text.organisation else AuthorKind.CITIZEN,
        name=text.name,
        email=f"reader{number}@example.org" if rng.random() < EMAIL_SHARE else "",
        phone=f"0999-66{number:05d}" if rng.random() < PHONE_SHARE else "",
    )


def _screen(comment: PublicComment, number: int, text: Written, moderator: User, at: dt.datetime) -> None:
    if number % REDACTED_EVERY == 0:
        hidden = text.text + "有问题可以打我电话██████。"
        screen_comment(
            comment=comment,
            user=moderator,
            decision=Screening.REDACTED,
            reason=REDACTED_REASON,
            redacted_text=hidden,
            at=at,
        )
    elif number % WITHHELD_EVERY == 0:
        screen_comment(
            comment=comment, user=moderator, decision=Screening.WITHHELD, reason=WITHHELD_REASON, at=at
        )
    else:
        screen_comment(comment=comment, user=moderator, decision=Screening.PUBLISHED, at=at)
