"""E-mails to staff. Each is sent by the worker, after the transaction it speaks of."""

from __future__ import annotations

from celery import shared_task
from django.core.mail import send_mail
from django.utils.translation import gettext as _

from interpretations.models import PolicyDocumentPage
from portal.organisations.enums import Role
from portal.organisations.models import RoleAssignment


@shared_task(autoretry_for=(OSError,), retry_backoff=True, max_retries=5)
def notify_held_back(*, page_id: int, reason: str) -> int:
    """Tell drafters and head of the lead department, and the office, that a planned release did not happen.

    Returns the number of addresses written to; a page that is not a policy has no such readers.
    """
    page = PolicyDocumentPage.objects.filter(pk=page_id).select_related("lead_department").first()
    if page is None:
        return 0
    addresses = staff_addresses(page)
    if addresses:
        send_mail(
            # A title may hold line breaks if a script wrote it; a subject may not.
            subject=_("定时发布未能执行：%(title)s") % {"title": " ".join(page.title.split())},
            message=_("《%(title)s》到了预定的发布时间，但没有发布。原因：\n\n%(reason)s")
            % {"title": page.title, "reason": reason},
            from_email=None,
            recipient_list=addresses,
        )
    return len(addresses)


def staff_addresses(page: PolicyDocumentPage) -> list[str]:
    """E-mail addresses of the lead department's drafters and head, and of the general office."""
    valid = RoleAssignment.objects.valid().filter(user__is_active=True).exclude(user__email="")
    own = valid.filter(department=page.lead_department, role__in=[Role.DRAFTER, Role.HEAD])
    office = valid.filter(role=Role.OFFICE)
    return sorted({row.user.email for row in (own | office).select_related("user")})
