"""The signed token of a comment that waits for its confirmation (ADR 0008): short, expiring, useless elsewhere."""

from __future__ import annotations

from django.core import signing

from consultations.comment_services import PENDING_FOR
from consultations.models import ConsultationPage, PendingComment

_signer = signing.TimestampSigner(salt="consultations.pending", sep=".")


def token_of(pending: PendingComment) -> str:
    """A token that leads to this row for as long as it may be confirmed."""
    return _signer.sign(str(pending.pk))


def pending_of(token: str, consultation: ConsultationPage) -> PendingComment | None:
    """The row of a genuine token of this consultation that has not expired, else None."""
    try:
        pk = int(_signer.unsign(token, max_age=PENDING_FOR))
    except (signing.BadSignature, ValueError):
        return None
    found = PendingComment.objects.filter(pk=pk, consultation=consultation).select_related(
        "clause", "comment"
    )
    return found.first()
