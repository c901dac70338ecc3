"""Policies with their packages, taken through review by the people whose turn it is."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db import transaction

from interpretations import services
from interpretations.archive_sync import sync
from interpretations.enums import MaterialForm, Point, ReturnReason, SignOffDecision, SignOffKind
from interpretations.models import (
    CoIssuer,
    InterpretationMaterial,
    PointAnswer,
    PolicyDocumentPage,
    ProcedureStep,
    SignOff,
)
from interpretations.rules import SIGNING_ROLE, required_kinds
from portal.demo.content_files import Entry, fill, read_folder
from portal.demo.ledger import Ledger
from portal.demo.people import department_of, holder
from portal.demo.pictures import parse_chart, save_picture
from portal.organisations.enums import Role
from tests.factories.interpretations import PolicyFactory

PUBLISHED, SUBMITTED, RETURNED = "published", "submitted", "returned"
#: Fields of the page that the front matter gives as they are.
PLAIN_FIELDS = (
    "title", "slug", "genre", "subject_category", "index_number", "addressees", "summary", "plan_outline", "plan_forms",
    "plan_channels", "plan_time", "interpreter", "head_interprets", "in_government_name", "business_related",
)  # fmt: skip
#: Days before publication on which each step is signed.
SIGNED_BEFORE = {SignOffKind.LEGALITY: 5, SignOffKind.SECRECY: 4, SignOffKind.JOINT: 2, SignOffKind.OFFICE: 1}
MATERIAL = "材料 "


def load_policies(ledger: Ledger) -> None:
    """Every policy of the content folder; one transaction each."""
    entries = read_folder("policies")
    numbers = {
        f"number:{entry.meta['slug']}": _number(entry, ledger) for entry in entries if "number" in entry.meta
    }
    for entry in entries:
        key = f"policy:{entry.meta['slug']}"
        if not ledger.has(key):
            with transaction.atomic():
                page = _load(entry, ledger, numbers)
                ledger.record(key, page.pk)


def policy_of(ledger: Ledger, slug: str) -> PolicyDocumentPage:
    found: PolicyDocumentPage = PolicyDocumentPage.objects.get(pk=ledger.id_of(f"policy:{slug}"))
    return found


def _load(entry: Entry, ledger: Ledger, numbers: Mapping[str, str]) -> PolicyDocumentPage:
    values = {**numbers, **_dates_in_words(entry, ledger)}
    meta = fill(dict(entry.meta), values)
    filled = Entry(entry.name, meta, "", tuple((head, fill(text, values)) for head, text in entry.sections))
    page: PolicyDocumentPage = PolicyFactory.create(**_page_fields(filled, ledger))
    state = meta["state"]
    if state in (SUBMITTED, RETURNED, PUBLISHED):
        _review(page, meta, ledger)
    return page


def _page_fields(entry: Entry, ledger: Ledger) -> dict[str, Any]:
    meta = entry.meta
    department = department_of(ledger, meta["department"])
    dates = _dates(entry, ledger)
    competition = meta.get("fair_competition")
    return {
        **{name: meta[name] for name in PLAIN_FIELDS if name in meta},
        "complete": False,
        "lead_department": department,
        "document_number": meta.get("number", ""),
        "issuing_authority": meta.get("issuing_authority", department.name),
        "adopted_on": dates.get("adopted_on"),
        "effective_on": dates.get("effective_on"),
        "valid_until": dates.get("valid_until"),
        "fair_competition_reviewed_on": ledger.date(competition["on"]) if competition else None,
        "fair_competition_note": competition["note"] if competition else "",
        "body": entry.section("正文"),
        "points": _points(entry),
        "materials": _materials(entry),
        "steps": [_step(row, ledger) for row in meta.get("steps", [])],
        "co_issuers": [
            CoIssuer(department=department_of(ledger, code)) for code in meta.get("co_issuers", [])
        ],
    }


def _points(entry: Entry) -> list[PointAnswer]:
    answers = ((point, entry.section(str(point.label))) for point in Point)
    return [PointAnswer(point=point, answer=answer) for point, answer in answers if answer]


def _step(row: Mapping[str, Any], ledger: Ledger) -> ProcedureStep:
    return ProcedureStep(
        step=row["step"],
        done_on=ledger.date(row["done_on"]) if "done_on" in row else None,
        note=row.get("note", ""),
        not_applicable_reason=row.get("not_applicable_reason", ""),
    )


def _materials(entry: Entry) -> list[InterpretationMaterial]:
    """Sections `材料 form | title | credited`; charts are drawn, films begin with a line `video_url: address`."""
    rows = []
    for heading, text in entry.sections:
        if heading.startswith(MATERIAL):
            form, title, *credited = (part.strip() for part in heading.removeprefix(MATERIAL).split("|"))
            row = InterpretationMaterial(form=MaterialForm(form), title=title, credited_to="".join(credited))
            _fill_material(row, entry, text)
            rows.append(row)
    return rows


def _fill_material(row: InterpretationMaterial, entry: Entry, text: str) -> None:
    if row.form == MaterialForm.CHART:
        chart = parse_chart(row.title, text)
        row.image = save_picture(chart, slug=entry.meta["slug"])
        row.image_alt = chart.description
    elif row.form == MaterialForm.AUDIO_VIDEO:
        first, _newline, rest = text.partition("\n")
        row.video_url, row.transcript = first.removeprefix("video_url:").strip(), rest
    else:
        row.body = text


def _review(page: PolicyDocumentPage, meta: Mapping[str, Any], ledger: Ledger) -> None:
    """Submit, then sign, or return, up to the state the content asks for."""
    department = department_of(ledger, meta["department"])
    services.submit(page=page, user=holder(Role.DRAFTER, department))
    kinds = required_kinds(page)
    if meta["state"] != PUBLISHED:
        kinds = kinds[: kinds.index(SignOffKind.JOINT)] if meta["state"] == SUBMITTED else kinds[:-1]
    for kind in kinds:
        services.sign(page=page, kind=kind, user=holder(SIGNING_ROLE[kind], department))
    if meta["state"] == RETURNED:
        services.return_bundle(
            page=page,
            kind=SignOffKind.OFFICE,
            user=holder(Role.OFFICE, department),
            reason_codes=[ReturnReason(code) for code in meta["return_reasons"]],
            note=meta["return_note"],
        )
    _age(page, meta, ledger)


def _age(page: PolicyDocumentPage, meta: Mapping[str, Any], ledger: Ledger) -> None:
    """The services act now; the demo's history lies in the past, so its moments are moved there afterwards."""
    last = meta.get("published_on", meta.get("returned_on", meta.get("submitted_on", 0)))
    for row in SignOff.objects.filter(page_id=page.pk):
        before = 0 if row.decision == SignOffDecision.RETURNED else SIGNED_BEFORE[SignOffKind(row.kind)]
        day = last - before if meta["state"] != SUBMITTED else last + (row.kind == SignOffKind.SECRECY)
        SignOff.objects.filter(pk=row.pk).update(
            created_at=ledger.moment(day, 10 + row.pk % 7, row.pk * 7 % 60)
        )
    if meta["state"] == PUBLISHED:
        at = ledger.moment(meta["published_on"], 9, 0)
        PolicyDocumentPage.objects.filter(pk=page.pk).update(
            first_published_at=at, last_published_at=at, latest_revision_created_at=at
        )
        sync(PolicyDocumentPage.objects.get(pk=page.pk))


def _dates(entry: Entry, ledger: Ledger) -> dict[str, dt.date]:
    meta = entry.meta
    names = ("adopted_on", "effective_on", "valid_until")
    dates = {name: ledger.date(meta[name]) for name in names if name in meta}
    if "valid_years" in meta:
        dates["valid_until"] = _years_later(dates["effective_on"], meta["valid_years"]) - dt.timedelta(days=1)
    return dates


def _years_later(day: dt.date, years: int) -> dt.date:
    """The same day of a later year; 29 February becomes 1 March."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return dt.date(day.year + years, 3, 1)


def _dates_in_words(entry: Entry, ledger: Ledger) -> dict[str, str]:
    dates = _dates(entry, ledger)
    words = {name: f"{day.year}年{day.month}月{day.day}日" for name, day in dates.items()}
    words["year"] = str(dates.get("adopted_on", ledger.day).year)
    return words


def _number(entry: Entry, ledger: Ledger) -> str:
    return str(fill(entry.meta["number"], _dates_in_words(entry, ledger)))
