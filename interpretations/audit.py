"""What reached the database past every guard: raw SQL, fixtures, rows written with `_base_manager`, files replaced on disk.

Read only. For `manage.py audit_policies`; each finding says what is wrong in words for an operator.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.db.models import Q
from django.utils.translation import gettext as _
from wagtail.models import PageLogEntry

from interpretations.archive_sync import archive_fields
from interpretations.digest import content_digest
from interpretations.enums import SignOffDecision
from interpretations.gate import Obstacle, obstacles
from interpretations.gate.signatures import ANCHOR, latest_sign_offs
from interpretations.models import PolicyDocumentPage
from interpretations.rules import required_kinds
from portal.text import storable
from search.archive.models import NormativeDocument

SIGNED = "yanlu.policy.sign"


@dataclass(frozen=True)
class Finding:
    """A policy, or a record of one that is gone, and what is wrong with it."""

    page_id: int
    title: str
    messages: tuple[str, ...]


def audit() -> list[Finding]:
    """Everything a guard would have refused, by page."""
    found: dict[int, list[str]] = defaultdict(list)
    titles: dict[int, str] = {}
    for page_id, title, message in _all():
        titles.setdefault(page_id, title)
        found[page_id].append(message)
    return [Finding(pk, titles[pk], tuple(messages)) for pk, messages in sorted(found.items())]


def _all() -> Iterator[tuple[int, str, str]]:
    live = list(PolicyDocumentPage.objects.live().with_package())
    for page in live:
        messages = [
            *(str(one.message) for one in _missing(page)),
            *_unlogged_signatures(page),
            *_archive_differs(page),
        ]
        yield from ((page.pk, page.title, message) for message in messages)
    for page in _vanished():
        yield page.pk, page.title, _("曾经公开，现已下线，但没有公开说明")
    yield from _orphans({page.pk for page in live})


def _missing(page: PolicyDocumentPage) -> list[Obstacle]:
    """What the gate says of a live page. Its signatures are those of what is public, also while a newer draft is in review."""
    missing = obstacles(page)
    if not any(one.anchor == ANCHOR for one in missing):
        return missing
    public = page.sign_offs.filter(decision=SignOffDecision.SIGNED, content_digest=content_digest(page))
    signed = set(public.values_list("kind", flat=True)) >= set(required_kinds(page))
    return [one for one in missing if not (signed and one.anchor == ANCHOR)]


def _unlogged_signatures(page: PolicyDocumentPage) -> Iterator[str]:
    """A signature given through the service leaves an entry in the log with the same digest."""
    entries = PageLogEntry.objects.filter(page=page.pk, action=SIGNED)
    logged = {(entry.data.get("kind"), entry.data.get("digest")) for entry in entries}
    for kind, row in latest_sign_offs(page).items():
        if row.decision == SignOffDecision.SIGNED and (kind.value, row.content_digest) not in logged:
            yield _("“%(kind)s”的签署没有审签记录") % {"kind": kind.label}


def _archive_differs(page: PolicyDocumentPage) -> Iterable[str]:
    """The archive holds what the page says, visible to readers."""
    record = NormativeDocument.objects.filter(page_id=page.pk).first()
    if record is None or record.withdrawn:
        return [_("文件库中没有这份已发布的文件")]
    fields = archive_fields(page)
    if (record.title, record.text) != (storable(fields["title"]), storable(fields["text"])):
        return [_("文件库中的标题或正文与已发布的不一致")]
    return []


def _vanished() -> Iterable[PolicyDocumentPage]:
    """Public once, neither live now nor withdrawn with words, nor taken down because its time was over."""
    gone = PolicyDocumentPage.objects.filter(live=False, first_published_at__isnull=False, expired=False)
    found: Iterable[PolicyDocumentPage] = gone.filter(
        Q(withdrawn_at__isnull=True) | Q(withdrawal_explanation="")
    )
    return found


def _orphans(live: set[int]) -> Iterator[tuple[int, str, str]]:
    """Records that readers find although their page is not live any more."""
    shown = NormativeDocument.objects.filter(page_id__isnull=False, withdrawn=False)
    for record in shown.exclude(page_id__in=live).order_by("page_id").only("page_id", "title"):
        if record.page_id is not None:
            yield record.page_id, record.title, _("文件库仍向读者显示，但页面没有发布或已不存在")
