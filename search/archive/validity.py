"""效力状态: computed for a day from dates and acts, never stored (domain section 4).

Precedence: repealed > lapsed > pending > amended > in force > unknown. A document is only called in force when somebody
confirmed it or it was published here: a legacy import without an act against it is unknown, not in force. A source that
marks a document as lapsed without saying since when speaks of today: for a day gone by that mark decides nothing but
that nobody can call the document in force on that day.

`search.conditions` says the same for the engines; a property test holds the three together.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Case, CharField, Q, Value, When
from django.utils import formats, timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from search.archive.enums import Validity

if TYPE_CHECKING:
    from search.archive.models import NormativeDocument


@dataclass(frozen=True, slots=True)
class ActReference:
    """The act behind a change; without `id` it is known by name only, not kept here."""

    title: str
    url: str = ""
    id: int | None = None
    document_number: str = ""


@dataclass(frozen=True, slots=True)
class ValidityReading:
    """The validity on `day`, the sentence that says why, and the act that made it so where there is one."""

    validity: Validity
    reason: str
    day: dt.date
    act: ActReference | None = None

    @property
    def label(self) -> str:
        return str(self.validity.label)


def conditions(day: dt.date, today: dt.date | None = None) -> list[tuple[Validity, Q]]:
    """The rule as data, strongest first; what matches none is unknown."""
    published_here = Q(page_id__isnull=False, effective_on__isnull=True)
    over = Q(valid_until__lt=day)
    return [
        (Validity.REPEALED, Q(repealed_on__lte=day)),
        (Validity.LAPSED, over | Q(lapsed=True) if day >= (today or timezone.localdate()) else over),
        (Validity.PENDING, Q(effective_on__gt=day) | (published_here & Q(published_on__gt=day))),
        (Validity.AMENDED, Q(amended_on__lte=day)),
        (
            Validity.IN_FORCE,
            Q(validity_confirmed=True, lapsed=False)
            & (Q(effective_on__lte=day) | (published_here & Q(published_on__lte=day))),
        ),
    ]


def validity_expression(day: dt.date, today: dt.date | None = None) -> Case:
    """The same rule for the database."""
    whens = [When(condition, then=Value(validity.value)) for validity, condition in conditions(day, today)]
    return Case(*whens, default=Value(Validity.UNKNOWN.value), output_field=CharField())


def starts_on(document: NormativeDocument) -> dt.date | None:
    """The day `document` takes effect; a policy published here that states none applies from its publication."""
    return document.effective_on or (document.published_on if document.page_id else None)


def validity_at(
    document: NormativeDocument, day: dt.date | None = None, *, today: dt.date | None = None
) -> Validity:
    """Validity of `document` on `day` (default today, Asia/Shanghai), as known on `today`."""
    today = today or timezone.localdate()
    day = day or today
    started = starts_on(document)
    if document.repealed_on and document.repealed_on <= day:
        return Validity.REPEALED
    if (document.lapsed and day >= today) or (document.valid_until and document.valid_until < day):
        return Validity.LAPSED
    if started and started > day:
        return Validity.PENDING
    if document.amended_on and document.amended_on <= day:
        return Validity.AMENDED
    if document.validity_confirmed and started and not document.lapsed:
        return Validity.IN_FORCE
    return Validity.UNKNOWN


def day_in_words(day: dt.date | None) -> str:
    """`day` as the pages write it: 2026年11月23日, 23 November 2026."""
    if day is None:
        return ""
    chinese = (get_language() or "").startswith("zh")
    return str(formats.date_format(day, "Y年n月j日" if chinese else "j F Y"))


def _reason(document: NormativeDocument, validity: Validity, day: dt.date) -> str:
    if validity is Validity.REPEALED:
        return _("自%(day)s起废止。") % {"day": day_in_words(document.repealed_on)}
    if validity is Validity.LAPSED:
        if document.valid_until and document.valid_until < day:
            return _("有效期至%(day)s，已届满。") % {"day": day_in_words(document.valid_until)}
        return _("来源标注为失效，失效日期不详。")
    if validity is Validity.PENDING:
        return _("自%(day)s起施行。") % {"day": day_in_words(document.effective_on or document.published_on)}
    if validity is Validity.AMENDED:
        return _("%(day)s被修改，本文本不是最新文本。") % {"day": day_in_words(document.amended_on)}
    if validity is Validity.IN_FORCE:
        if document.valid_until:
            return _("%(start)s起施行，有效期至%(end)s。") % {
                "start": day_in_words(document.effective_on or document.published_on),
                "end": day_in_words(document.valid_until),
            }
        return _("%(start)s起施行，未查到废止、失效或修改的记录。") % {
            "start": day_in_words(document.effective_on or document.published_on)
        }
    if document.lapsed:
        return _("来源标注为失效，失效日期不详，无法确定当日的效力。")
    if document.effective_on:
        return _("%(day)s起施行；效力未经人工确认。") % {"day": day_in_words(document.effective_on)}
    return _("未载明施行日期；效力未经人工确认。")


def validity_reading(document: NormativeDocument, day: dt.date | None = None) -> ValidityReading:
    """Validity of `document` on `day` (default today) with its reason, in the reader's language."""
    day = day or timezone.localdate()
    validity = validity_at(document, day)
    return ValidityReading(validity, _reason(document, validity, day), day)
