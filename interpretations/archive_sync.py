"""The published policy in the archive of normative files: written when it goes live, withdrawn when it no longer is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils import timezone
from django.utils.translation import gettext as _

from search.archive.models import NormativeDocument
from search.archive.services import upsert_site_document, withdraw_site_document
from search.upkeep.filings import open_filing

if TYPE_CHECKING:
    from interpretations.models import PolicyDocumentPage


def sync(page: PolicyDocumentPage) -> None:
    """Bring the archive in line with `page`. Call inside the transaction that writes the page."""
    if page.live:
        fields = archive_fields(page)
        document = upsert_site_document(page_id=page.pk, page_url=page.public_path, fields=fields)
        open_filing(document=document, department=page.lead_department, published_on=fields["published_on"])
    else:
        remove(page, reason=page.withdrawal_explanation or _("本站已停止发布"))


def remove(page: PolicyDocumentPage, *, reason: str) -> None:
    """Withdraw it if the archive shows it; drafts were never there."""
    if NormativeDocument.objects.filter(page_id=page.pk, withdrawn=False).exists():
        withdraw_site_document(page_id=page.pk, reason=reason)


def archive_fields(page: PolicyDocumentPage) -> dict[str, Any]:
    """The archive's fields as this policy gives them."""
    department = page.lead_department
    return {
        "title": page.title,
        "document_number": page.document_number,
        "index_number": page.index_number,
        "issuing_authority": page.issuing_authority,
        "co_issuers": [issuer.department.name for issuer in page.co_issuers.all()],
        "level": department.level if department else "",
        "region": department.region if department else "",
        "doc_type": page.doc_type,
        "genre": page.genre,
        "subject_category": page.subject_category,
        "addressees": page.addressees,
        "adopted_on": page.adopted_on,
        "published_on": timezone.localdate(page.first_published_at),
        "effective_on": page.effective_on,
        "valid_until": page.valid_until,
        "text": page.body,
    }
