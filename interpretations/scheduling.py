"""Planned releases, one by one: a policy that no longer passes the gate is held back, the others go on.

Wagtail's own `publish_scheduled` stops at the first exception; this takes its place (see the management command).
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from wagtail.log_actions import log
from wagtail.models import Revision

from interpretations.exceptions import PublicationBlocked
from interpretations.notifications import notify_held_back
from portal.home.models import BasePage

logger = logging.getLogger(__name__)


@dataclass
class ScheduleRun:
    """What one run did: ids of pages released, held back (with why) and expired."""

    published: list[str] = field(default_factory=list)
    held_back: dict[str, str] = field(default_factory=dict)
    expired: list[int] = field(default_factory=list)


def run_schedule(at: datetime | None = None) -> ScheduleRun:
    """Release everything due at `at` (default now) and take down what has expired."""
    now = at or timezone.now()
    run = ScheduleRun()
    for page in BasePage.objects.filter(live=True, expire_at__lt=now).order_by("expire_at").specific():
        _expire(page, run)
    for revision in Revision.objects.filter(approved_go_live_at__lt=now).order_by("approved_go_live_at"):
        _release(revision, run)
    return run


def _expire(page: BasePage, run: ScheduleRun) -> None:
    """A page that must stay public (an opened consultation) stays, and keeps nothing else from its turn."""
    try:
        with transaction.atomic():
            page.unpublish(set_expired=True, log_action="wagtail.unpublish.scheduled")
    except ValidationError as error:
        logger.warning("page %s is not taken down at its planned end: %s", page.pk, reason_of(error))
    else:
        run.expired.append(page.pk)


def _release(revision: Revision, run: ScheduleRun) -> None:
    try:
        with transaction.atomic():
            revision.publish(log_action="wagtail.publish.scheduled")
    except (ValidationError, IntegrityError) as error:
        hold_back(revision, error)
        run.held_back[str(revision.object_id)] = reason_of(error)
    else:
        run.published.append(str(revision.object_id))


@transaction.atomic
def hold_back(revision: Revision, error: Exception) -> None:
    """Cancel the planned release, say so in the audit log, and tell the people concerned once it is committed."""
    Revision.objects.filter(pk=revision.pk).update(approved_go_live_at=None)
    page = revision.as_object()
    reason = reason_of(error)
    data: dict[str, Any] = {"reason": reason, "planned": str(revision.approved_go_live_at)}
    if isinstance(error, PublicationBlocked):
        data["codes"] = [obstacle.code for obstacle in error.obstacles]
    log(instance=page, action="yanlu.schedule.held_back", revision=revision, data=data)
    # The next release must not wait for a queue that is down; the audit log keeps the reason.
    transaction.on_commit(lambda: notify_held_back.delay(page_id=page.pk, reason=reason), robust=True)


def reason_of(error: Exception) -> str:
    """The obstacles, or whatever messages the error carries."""
    if isinstance(error, PublicationBlocked):
        return error.summary()
    return "；".join(error.messages) if isinstance(error, ValidationError) else str(error)
