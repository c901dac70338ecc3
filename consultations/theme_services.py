"""Grouping comments into themes (相对集中的意见). Each function is one mutation: permission, write, audit.

All raise `PermissionDenied` for anyone but a drafter of the department, `ValidationError` with a message for people, and
`OutcomeIsFinal` after publication.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from consultations.enums import Screening
from consultations.exceptions import OutcomeIsFinal
from consultations.models import ConsultationPage, Outcome, PublicComment, Theme
from consultations.outcome_rules import require, require_closed, require_opened
from portal.organisations.enums import Role
from portal.organisations.models import User

#: Ids per statement: SQLite takes 999 variables in its smallest build.
CHUNK = 500


def begin_work(
    *, consultation: ConsultationPage, user: User, at: datetime | None = None, after_closing: bool = False
) -> Outcome:
    """Check who and when, and hold the outcome's row until the transaction ends, so that no decision races publication.

    Returns the outcome (created on first use, unpublished). Must be called inside a transaction.
    """
    require(user, consultation, Role.DRAFTER)
    outcome = lock_outcome(consultation)
    moment = at or timezone.now()
    if after_closing:
        require_closed(consultation, moment)
    else:
        require_opened(consultation, moment)
    return outcome


def lock_outcome(consultation: ConsultationPage) -> Outcome:
    """The outcome's row, locked; `OutcomeIsFinal` when it is published."""
    outcome = outcome_row(consultation)
    if outcome.published_at is not None:
        raise OutcomeIsFinal
    return outcome


def outcome_row(consultation: ConsultationPage) -> Outcome:
    """The outcome's row, locked, created on first use; the caller's `consultation.outcome` is this very object."""
    outcome, _created = Outcome.objects.select_for_update().get_or_create(consultation=consultation)
    outcome.consultation = consultation
    return outcome


@transaction.atomic
def create_theme(
    *, consultation: ConsultationPage, user: User, title: str, summary: str = "", at: datetime | None = None
) -> Theme:
    """A new theme at the end of the list. Titles are unique within a consultation."""
    begin_work(consultation=consultation, user=user, at=at)
    last = Theme.objects.filter(consultation=consultation).aggregate(last=Max("position"))["last"]
    theme = Theme.objects.create(
        consultation=consultation,
        title=_clean_title(consultation, title),
        summary=summary.strip(),
        position=0 if last is None else last + 1,
        created_by=user,
    )
    _record("theme_created", theme, user)
    return theme


@transaction.atomic
def rename_theme(
    *, theme: Theme, user: User, title: str, summary: str | None = None, at: datetime | None = None
) -> Theme:
    """Change a theme's title and, when given, its summary."""
    begin_work(consultation=theme.consultation, user=user, at=at)
    before = theme.title
    theme.title = _clean_title(theme.consultation, title, but=theme)
    if summary is not None:
        theme.summary = summary.strip()
    theme.save()
    _record("theme_renamed", theme, user, before=before)
    return theme


@transaction.atomic
def reorder_themes(
    *, consultation: ConsultationPage, user: User, theme_ids: Sequence[int], at: datetime | None = None
) -> None:
    """Put the themes in the order of `theme_ids`, which must name each of them exactly once."""
    begin_work(consultation=consultation, user=user, at=at)
    themes = {theme.pk: theme for theme in Theme.objects.filter(consultation=consultation)}
    if sorted(theme_ids) != sorted(themes):
        raise ValidationError(_("主题列表已经变化，请刷新后再调整顺序。"), code="themes_changed")
    for position, pk in enumerate(theme_ids):
        themes[pk].position = position
    Theme.objects.bulk_update(themes.values(), ["position"])
    log(instance=consultation, action="yanlu.themes_reordered", user=user, data={"themes": list(theme_ids)})


@transaction.atomic
def merge_themes(*, source: Theme, target: Theme, user: User, at: datetime | None = None) -> int:
    """Move the comments of `source` to `target` and delete `source` with its decision; returns how many moved.

    The target's decision stays: it now also covers the comments that came in.
    """
    begin_work(consultation=target.consultation, user=user, at=at)
    if source.consultation_id != target.consultation_id or source.pk == target.pk:
        raise ValidationError(_("只能与同一次征求意见的另一个主题合并。"), code="other_theme")
    moved = PublicComment.objects.filter(theme=source).update(theme=target)
    _record("themes_merged", target, user, merged=source.title, comments=moved)
    source.delete()
    return int(moved)


@transaction.atomic
def delete_theme(*, theme: Theme, user: User, at: datetime | None = None) -> None:
    """Delete a theme and its decision; its comments stay, without a theme."""
    begin_work(consultation=theme.consultation, user=user, at=at)
    freed = PublicComment.objects.filter(theme=theme).update(theme=None)
    _record("theme_deleted", theme, user, comments=freed)
    theme.delete()


@transaction.atomic
def assign_comments(
    *, theme: Theme, comment_ids: Iterable[int], user: User, at: datetime | None = None
) -> int:
    """Put comments into a theme (out of the one they were in); returns how many there are. All or none."""
    begin_work(consultation=theme.consultation, user=user, at=at)
    ids = _own_ids(theme.consultation, comment_ids)
    for chunk in _chunks(ids):
        PublicComment.objects.filter(pk__in=chunk).update(theme=theme)
    _record("comments_assigned", theme, user, comments=ids)
    return len(ids)


@transaction.atomic
def unassign_comments(
    *, consultation: ConsultationPage, comment_ids: Iterable[int], user: User, at: datetime | None = None
) -> int:
    """Take comments out of their themes; returns how many there are. All or none."""
    begin_work(consultation=consultation, user=user, at=at)
    ids = _own_ids(consultation, comment_ids)
    for chunk in _chunks(ids):
        PublicComment.objects.filter(pk__in=chunk).update(theme=None)
    log(instance=consultation, action="yanlu.comments_unassigned", user=user, data={"comments": ids})
    return len(ids)


def _clean_title(consultation: ConsultationPage, title: str, but: Theme | None = None) -> str:
    title = " ".join(title.split())
    limit = Theme._meta.get_field("title").max_length or 200
    if not title:
        raise ValidationError({"title": _("请填写主题名称。")}, code="required")
    if len(title) > limit:
        raise ValidationError(
            {"title": _("主题名称不能超过 %(limit)s 个字。") % {"limit": limit}}, code="too_long"
        )
    same = Theme.objects.filter(consultation=consultation, title__iexact=title)
    if but is not None:
        same = same.exclude(pk=but.pk)
    if same.exists():
        raise ValidationError({"title": _("已经有一个同名的主题。")}, code="duplicate")
    return title


def _own_ids(consultation: ConsultationPage, comment_ids: Iterable[int]) -> list[int]:
    """The ids, once each and sorted; refused when one is not a comment of this consultation that needs an answer."""
    ids = sorted(set(comment_ids))
    if not ids:
        raise ValidationError(_("请先选择意见。"), code="no_comments")
    own = PublicComment.objects.filter(consultation=consultation).exclude(screening=Screening.WITHDRAWN)
    found = sum(own.filter(pk__in=chunk).count() for chunk in _chunks(ids))
    if found != len(ids):
        raise ValidationError(
            _("选中的意见里有不属于本次征求意见的，或已被作者撤回的。"), code="foreign_comments"
        )
    return ids


def _chunks(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(ids), CHUNK):
        yield ids[start : start + CHUNK]


def _record(verb: str, theme: Theme, user: User, **data: object) -> None:
    facts = {"theme": theme.pk, "title": theme.title, **data}
    log(instance=theme.consultation, action=f"yanlu.{verb}", user=user, data=facts)
