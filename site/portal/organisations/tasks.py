"""Assignments begin and end with the day; groups follow once a day."""

from __future__ import annotations

from celery import shared_task
from django.db.models import Q

from portal.organisations.models import User
from portal.organisations.services import DEPARTMENT_PREFIX, ROLE_PREFIX, sync_groups


@shared_task
def sync_all_groups() -> int:
    """Bring the groups of everyone who holds or held a role in line with today. Returns the number of people."""
    # A row removed past the signals leaves somebody in a group for whom no assignment speaks any more.
    in_group = Q(groups__name__startswith=DEPARTMENT_PREFIX) | Q(groups__name__startswith=ROLE_PREFIX)
    people = User.objects.filter(Q(assignments__isnull=False) | in_group).distinct()
    for user in people:
        sync_groups(user)
    return len(people)
