"""Everything a page or the API says about the validity of one document on one day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from portal.periods.exceptions import PeriodUnknown
from search.archive.enums import Validity
from search.archive.models import NormativeDocument
from search.archive.validity import ActReference, ValidityReading, day_in_words, validity_reading
from search.upkeep.acts import standing
from search.upkeep.enums import HUMAN, ActKind, ActOrigin, Conclusion
from search.upkeep.expiry import evaluation_from
from search.upkeep.extensions import extended_by
from search.upkeep.models import CleanupBatch, CleanupEntry, ValidityAct
from search.upkeep.querysets import without_long_columns


@dataclass(frozen=True, slots=True)
class TimelineEvent:
    """One change of the document's standing; `ahead` when its day is after the day looked at."""

    day: dt.date
    label: str
    text: str = ""
    act: ActReference | None = None
    batch: CleanupBatch | None = None
    clause_id: str = ""
    ahead: bool = False
    ends: bool = False


@dataclass(frozen=True, slots=True)
class ValidityView:
    """The reading with its act, what led to it, and where the text that applied on the day is."""

    reading: ValidityReading
    timeline: tuple[TimelineEvent, ...] = ()
    #: Clauses that were repealed or amended on their own.
    partial: tuple[TimelineEvent, ...] = ()
    #: Another version that applied on the day asked for, when this one did not.
    applying: NormativeDocument | None = None
    #: The last day, when evaluation before it is due today.
    evaluation_until: dt.date | None = None
    #: Conclusion of the latest published clean-up that dealt with the document.
    cleanup: CleanupEntry | None = None


def validity_view(
    document: NormativeDocument, on: dt.date | None = None, *, today: dt.date | None = None
) -> ValidityView:
    """The validity of `document` on `on` (default today). At most three queries, two without versions."""
    today = today or timezone.localdate()
    day = on or today
    acts = list(
        ValidityAct.objects.filter(document=document)
        .select_related("act", "entry__batch")
        .defer(*without_long_columns("act"))
        .order_by("pk")
    )
    reading = _with_act(validity_reading(document, day), document, acts)
    events = _events(document, acts, day)
    entries = [act.entry for act in acts if act.entry is not None]
    return ValidityView(
        reading=reading,
        timeline=tuple(e for e in events if not e.clause_id),
        partial=tuple(e for e in events if e.clause_id),
        applying=_applying(document, day, reading.validity),
        evaluation_until=_evaluation(document, today),
        cleanup=entries[-1] if entries else None,
    )


def reference(act: ValidityAct) -> ActReference | None:
    """The act as readers cite it; None when nobody named one."""
    document = act.act
    if document is not None and not document.withdrawn:
        return ActReference(
            document.title, document.get_absolute_url(), document.pk, document.document_number
        )
    return ActReference(act.act_text) if act.act_text else None


def _with_act(
    reading: ValidityReading, document: NormativeDocument, acts: Sequence[ValidityAct]
) -> ValidityReading:
    held = standing(acts)
    if reading.validity is Validity.REPEALED:
        return replace(reading, act=reference(held.repeal) if held.repeal else _linked(document.repealed_by))
    if reading.validity is Validity.AMENDED:
        act = reference(held.amendment) if held.amendment else _linked(document.amended_by)
        if held.amendment and held.amendment.origin == ActOrigin.VERSION:
            reason = _("自%(day)s起由新的文本代替。") % {"day": day_in_words(document.amended_on)}
            return replace(reading, reason=reason, act=act)
        return replace(reading, act=act)
    extension = extended_by(document, acts)
    if extension is not None and reading.validity in (Validity.IN_FORCE, Validity.LAPSED):
        reason = _("原有效期至%(day)s，后经延续。") % {"day": day_in_words(document.stated_until)}
        return replace(reading, reason=f"{reading.reason}{reason}", act=reference(extension))
    term = held.term
    if term is None:
        return reading
    if reading.validity is Validity.LAPSED and term.kind == ActKind.LAPSE:
        stated = term.effective_on and document.valid_until == term.effective_on - dt.timedelta(days=1)
        reason = _("自%(day)s起宣布失效。") % {"day": day_in_words(term.effective_on)}
        return replace(reading, reason=reason, act=reference(term)) if stated else reading
    continued = reading.validity is Validity.IN_FORCE and term.kind == ActKind.CONTINUE
    if continued and term.effective_on and term.effective_on <= reading.day:
        reason = _("%(day)s经清理确认继续有效。") % {"day": day_in_words(term.effective_on)}
        return replace(reading, reason=f"{reading.reason}{reason}", act=reference(term))
    return reading


def _linked(document: NormativeDocument | None) -> ActReference | None:
    if document is None or document.withdrawn:
        return None
    return ActReference(document.title, document.get_absolute_url(), document.pk, document.document_number)


def _events(document: NormativeDocument, acts: Sequence[ValidityAct], day: dt.date) -> list[TimelineEvent]:
    held = standing(acts)
    events = [
        TimelineEvent(when, label)
        for when, label in (
            (document.adopted_on, _("成文")),
            (document.published_on, pgettext("event", "公布")),
            (document.first_effective_on, _("首次施行")),
            (document.effective_on, _("施行")),
        )
        if when and not (label == _("首次施行") and when == document.effective_on)
    ]
    standing_acts = (held.repeal, held.amendment, extended_by(document, acts))
    shown = [a for a in acts if a.origin in HUMAN or a.clause_id or a in standing_acts]
    events += [_act_event(act) for act in shown if act.effective_on]
    # Dates written before acts were kept one by one.
    if document.repealed_on and held.repeal is None:
        events.append(
            TimelineEvent(
                document.repealed_on, pgettext("event", "废止"), act=_linked(document.repealed_by), ends=True
            )
        )
    if document.amended_on and held.amendment is None:
        events.append(
            TimelineEvent(document.amended_on, pgettext("event", "修改"), act=_linked(document.amended_by))
        )
    declared = held.term is not None and held.term.kind == ActKind.LAPSE
    if document.valid_until and not declared and not document.repealed_on:
        events.append(TimelineEvent(document.valid_until, _("有效期届满"), ends=True))
    events.sort(key=lambda event: event.day)
    return [replace(event, ahead=event.day > day) for event in events]


def _act_event(act: ValidityAct) -> TimelineEvent:
    kind = ActKind(act.kind)
    label = str(kind.label)
    if act.origin == ActOrigin.VERSION:
        label = _("由新的文本代替")
    elif act.origin == ActOrigin.MACHINE and kind is ActKind.TERM:
        label = _("延续有效期")
    elif act.clause_id:
        label = _("部分条款修改或废止")
    elif act.entry is not None and act.entry.conclusion == Conclusion.AMEND:
        label = _("清理后拟修改")
    text = act.note if act.clause_id or act.origin == ActOrigin.MACHINE else ""
    if act.entry is not None:
        text = act.entry.reason
    if act.valid_until:
        text += _("有效期至%(day)s。") % {"day": day_in_words(act.valid_until)}
    return TimelineEvent(
        act.effective_on or act.created_at.date(),
        label,
        text,
        reference(act),
        act.entry.batch if act.entry else None,
        act.clause_id,
        ends=kind in (ActKind.REPEAL, ActKind.LAPSE),
    )


def _applying(document: NormativeDocument, day: dt.date, validity: Validity) -> NormativeDocument | None:
    """The version of the same text that applied on `day`: the last one that had taken effect by then."""
    if not document.version_of or validity is Validity.IN_FORCE:
        return None
    versions = NormativeDocument.objects.visible().filter(version_of=document.version_of).light()
    started = [(when, v.pk, v) for v in versions if (when := _starts(v)) and when <= day]
    latest = max(started, default=None, key=lambda item: item[:2])
    return latest[2] if latest and latest[1] != document.pk else None


def _starts(document: NormativeDocument) -> dt.date | None:
    return document.effective_on or document.published_on or document.adopted_on


def _evaluation(document: NormativeDocument, today: dt.date) -> dt.date | None:
    last = document.valid_until
    if last is None or last < today or document.lapsed or document.repealed_on:
        return None
    try:
        return last if evaluation_from(last) <= today else None
    except PeriodUnknown:
        return None
