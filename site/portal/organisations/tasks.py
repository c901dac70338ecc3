"""Assignments begin and end with the day; groups follow once a day."""

from __future__ import annotations

from celery import shared_task

from portal.organisations.models import User
from portal.organisations.services import sync_groups


@shared_task
def sync_all_groups() -> int:
    """Bring the groups of everyone who holds or held a role in line with today. Returns the number of people."""
    people = User.objects.filter(assignments__isnull=False).distinct()
    for user in people:
        sync_groups(user)
    return len(people)
