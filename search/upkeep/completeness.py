"""What still keeps a clean-up from being published (H§6): counted in the database, whatever the number of files."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, F, Q
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from search.upkeep.enums import ENDING, ActKind, Conclusion
from search.upkeep.models import CleanupBatch

_STAYING = (Conclusion.CONTINUE, Conclusion.AMEND)


@dataclass(frozen=True, slots=True)
class Obstacle:
    """One thing that is missing; `filter` is the filter of the editor that lists the files concerned."""

    text: str
    filter: str = ""


def counts(batch: CleanupBatch) -> dict[Conclusion, int]:
    """Files by conclusion, every conclusion listed."""
    rows = dict(batch.entries.order_by().values_list("conclusion").annotate(n=Count("pk")))
    return {conclusion: rows.get(conclusion.value, 0) for conclusion in Conclusion}


def faulty(batch: CleanupBatch) -> dict[str, Q]:
    """Conditions on entries that must not hold at publication, by the name of the editor's filter."""
    ended = Q(conclusion__in=ENDING)
    staying = Q(conclusion__in=_STAYING)
    lapsed_by_act = Q(document__validity_acts__kind=ActKind.LAPSE)
    return {
        "open": Q(conclusion=""),
        "no_reason": ~Q(conclusion="") & Q(reason=""),
        "too_early": ended & Q(day__lt=F("document__effective_on")),
        "itself": ended & Q(document_id=batch.decision_document_id or 0),
        "expired": Q(
            conclusion=Conclusion.CONTINUE, valid_until__isnull=True, document__valid_until__lt=F("day")
        )
        & ~lapsed_by_act,
        "last_day": Q(valid_until__lt=F("day")),
        "undated": staying
        & Q(
            document__effective_on__isnull=True,
            document__published_on__isnull=True,
            document__adopted_on__isnull=True,
        ),
    }


def faulty_entries(batch: CleanupBatch, name: str) -> object:
    """Entries of `batch` that the filter `name` lists."""
    today = batch.decided_on or timezone.localdate()
    return batch.entries.annotate(day=Coalesce("effective_on", today)).filter(faulty(batch)[name]).distinct()


def _texts(name: str, n: int) -> str:
    """What a fault is called, with the number of files."""
    return {
        "open": ngettext("%(n)d 件文件没有结论。", "%(n)d 件文件没有结论。", n),
        "no_reason": ngettext("%(n)d 件文件没有理由。", "%(n)d 件文件没有理由。", n),
        "too_early": ngettext(
            "%(n)d 件文件的废止或失效日期早于其施行日期。", "%(n)d 件文件的废止或失效日期早于其施行日期。", n
        ),
        "itself": ngettext(
            "清理决定不能废止自己（%(n)d 件）。", "清理决定不能废止自己（%(n)d 件）。", n
        ),
        "expired": ngettext(
            "%(n)d 件文件有效期已届满，继续有效须写明延续至何日。",
            "%(n)d 件文件有效期已届满，继续有效须写明延续至何日。",
            n,
        ),
        "last_day": ngettext(
            "%(n)d 件文件延续后的有效期早于生效日期。", "%(n)d 件文件延续后的有效期早于生效日期。", n
        ),
        "undated": ngettext(
            "%(n)d 件继续有效的文件没有任何日期，请先在文件库中补充。",
            "%(n)d 件继续有效的文件没有任何日期，请先在文件库中补充。",
            n,
        ),
    }[name] % {"n": n}  # fmt: skip


def obstacles(batch: CleanupBatch) -> list[Obstacle]:
    """Everything that is missing; empty when the results may be published."""
    found: list[Obstacle] = []
    if not batch.entries.exists():
        found.append(Obstacle(_("清理范围内没有文件。")))
    if not (batch.decision_document_id or batch.decision_text):
        found.append(Obstacle(_("没有写明清理决定，每件变动的文件都须引用它。")))
    if not batch.decided_on:
        found.append(Obstacle(_("没有写明决定日期。")))
    for name in faulty(batch):
        if n := faulty_entries(batch, name).count():  # type: ignore[attr-defined]
            found.append(Obstacle(_texts(name, n), name))
    return found
