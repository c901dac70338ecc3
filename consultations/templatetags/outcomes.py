"""`{% load outcomes %}`: what the outcome templates need of a comment and of a clause."""

from __future__ import annotations

from collections.abc import Mapping

from django import template
from django.utils.translation import gettext as _

from consultations import outcome_selectors
from consultations.models import Disposition, PublicComment
from search.archive.diffs import ClauseStatus

register = template.Library()

STATUS_WORDS = {
    ClauseStatus.UNCHANGED: lambda: _("未改动"),
    ClauseStatus.CHANGED: lambda: _("有修改"),
    ClauseStatus.ADDED: lambda: _("新增"),
    ClauseStatus.REMOVED: lambda: _("删去"),
    ClauseStatus.MOVED: lambda: _("位置或序号变动"),
}


@register.filter
def shown_text(comment: PublicComment) -> str:
    """The text the public may read; empty when it may not."""
    return outcome_selectors.shown_text(comment)


@register.filter
def own_decision(comment: PublicComment) -> Disposition | None:
    return outcome_selectors.decision_on(comment)


@register.filter
def effective_decision(comment: PublicComment) -> Disposition | None:
    return outcome_selectors.effective_decision(comment)


@register.filter
def label_of(labels: Mapping[str, str], clause_id: str) -> str:
    """The number of a clause by its id; the id itself for a clause without a number."""
    return labels.get(clause_id) or clause_id


@register.filter
def status_word(status: ClauseStatus) -> str:
    """What became of a clause, in words."""
    return STATUS_WORDS[status]()
