"""What the office does about searches that found nothing."""

from __future__ import annotations

import datetime as dt

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from portal.organisations.models import User
from search.alerts.models import MissedResolution, MissedSearch
from search.alerts.rules import RULES


@transaction.atomic
def resolve(*, key: str, user: User, note: str, at: dt.datetime | None = None) -> MissedResolution:
    """Note what was done about a search; it leaves the list until it is missed again.

    Raises PermissionDenied; ValidationError without a note or for a search nobody missed.
    """
    if not RULES["resolve_missed"](user):
        raise PermissionDenied(_("您没有维护规范性文件库的权限。"))
    missed = MissedSearch.objects.filter(key=key).order_by("-last_at").first() if key.isalnum() else None
    if missed is None:
        raise ValidationError(_("没有这样的检索记录。"))
    if not note.strip():
        raise ValidationError(_("请写明怎样处理的，例如“已补录文件”“已加同义词”。"))
    resolution, _created = MissedResolution.objects.update_or_create(
        key=key,
        defaults={
            "text": missed.text,
            "note": note.strip()[:200],
            "resolved_at": at or timezone.now(),
            "resolved_by": user,
        },
    )
    log(
        instance=resolution,
        action="yanlu.missed_resolved",
        user=user,
        data={"title": missed.text, "note": resolution.note},
    )
    return resolution
