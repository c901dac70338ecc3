"""What the machine proposes for the files of a clean-up, so that people look at what needs judgement."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils import timezone
from django.utils.translation import gettext as _

from search.archive.enums import Validity
from search.archive.models import NormativeDocument
from search.archive.validity import day_in_words, validity_at
from search.upkeep.enums import ActOrigin, Conclusion
from search.upkeep.extensions import OpenExtension, open_extensions
from search.upkeep.models import CleanupBatch, CleanupEntry, ValidityAct

_CHUNK = 500


def propose(batch: CleanupBatch) -> int:
    """Fill in the proposals of all files without a conclusion, as of the decision day (else today). Returns how many.

    Expired: lapse, unless a text says that it goes on without saying until when; then it is for a person to say. Repealed
    by another act, or replaced by a newer version of the text: repeal. Else nothing.
    """
    day = batch.decided_on or timezone.localdate()
    replaced = set(
        ValidityAct.objects.filter(
            document__cleanup_entries__batch=batch, origin=ActOrigin.VERSION, effective_on__lte=day
        ).values_list("document_id", flat=True)
    )
    changed: list[CleanupEntry] = []
    entries = batch.entries.open().with_document().select_related(
        "document", "document__repealed_by", "document__amended_by"
    )  # fmt: skip
    light = entries.defer(
        *(
            f"{prefix}__{name}"
            for prefix in ("document", "document__repealed_by", "document__amended_by")
            for name in ("text", "history", "confidence", "source")
        )
    )
    waiting = open_extensions(set(entries.values_list("document_id", flat=True)))
    for entry in light.iterator(chunk_size=_CHUNK):
        said = waiting.get(entry.document_id, [])
        wanted, reason = _proposal(entry.document, validity_at(entry.document, day), replaced, said)
        if (entry.proposed, entry.proposed_reason) != (wanted, reason):
            entry.proposed, entry.proposed_reason = wanted, reason[:300]
            changed.append(entry)
    CleanupEntry.objects.bulk_update(changed, ["proposed", "proposed_reason"], batch_size=200)
    return len(changed)


def _proposal(
    document: NormativeDocument, validity: Validity, replaced: set[int], said: Sequence[OpenExtension]
) -> tuple[str, str]:
    if validity is Validity.REPEALED:
        values = {"day": day_in_words(document.repealed_on), "act": _named(document.repealed_by)}
        return Conclusion.REPEAL.value, _("自%(day)s起已被%(act)s废止。") % values
    if validity is Validity.LAPSED and said:
        return Conclusion.CONTINUE.value, extension_in_words(said[-1])
    if validity is Validity.LAPSED:
        if document.valid_until:
            day = day_in_words(document.valid_until)
            return Conclusion.LAPSE.value, _("有效期至%(day)s，已届满。") % {"day": day}
        return Conclusion.LAPSE.value, _("来源标注为失效。")
    if validity is Validity.AMENDED and document.pk in replaced:
        return Conclusion.REPEAL.value, _("已由%(act)s取代。") % {"act": _named(document.amended_by)}
    return "", ""


def extension_in_words(said: OpenExtension) -> str:
    """A statement that waits for a person, as the office reads it."""
    values = {"act": f"《{said.title}》{said.number}", "day": day_in_words(said.until), "n": said.months}
    if said.until:
        return _("%(act)s称有效期延续至%(day)s，未自动采用，请核定有效期。") % values
    if said.months:
        return _("%(act)s称有效期延长%(n)s个月，未自动采用，请核定有效期。") % values
    return _("%(act)s称其继续有效，未说明期限，请核定有效期。") % values


def _named(act: NormativeDocument | None) -> str:
    if act is None:
        return _("其他文件")
    return f"《{act.title}》{act.document_number}"
