"""Citizens' comments: typed, reviewed, confirmed, withdrawn, screened. Each function is one mutation.

Personal data goes to `CommentContact` and nowhere else; nothing here is logged but primary keys (decision 10).
"""

from __future__ import annotations

import datetime as dt
from dataclasses import fields

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from consultations.clock import current
from consultations.enums import (
    SCREENING_DECISIONS,
    SCREENING_NEEDS_REASON,
    VISIBLE_SCREENINGS,
    AuthorKind,
    Screening,
)
from consultations.exceptions import CommentRefused
from consultations.models import CommentContact, ConsultationPage, DraftClause, PendingComment, PublicComment
from consultations.outcome_rules import last_arrival
from consultations.plain import as_typed, is_blank, public_name
from consultations.receipts import new_code
from consultations.rules import may_screen, refusal, require
from consultations.theme_services import outcome_row
from consultations.typed import TypedComment
from portal.organisations.models import User
from portal.periods.enums import PeriodCode
from portal.periods.services import deadline

#: Characters of a screening reason.
MAX_REASON = 300
#: How long a reviewed comment may wait for its confirmation.
PENDING_FOR = dt.timedelta(hours=24)


@transaction.atomic
def start_comment(
    *,
    consultation: ConsultationPage,
    clause_id: str | None,
    typed: TypedComment,
    pending: PendingComment | None = None,
    at: dt.datetime | None = None,
) -> PendingComment:
    """Keep what was typed until it is confirmed; with `pending` it replaces what was typed before.

    Raises CommentRefused when it is not open, ValidationError by field.
    """
    moment = current(at)
    _require_open(_stored(consultation.pk), moment)
    clause = _clause(consultation, clause_id)
    typed = typed.cleaned()
    pending = _unconfirmed(pending) or PendingComment(consultation=consultation, created_at=moment)
    pending.clause, pending.expires_at = clause, moment + PENDING_FOR
    for field in fields(typed):
        setattr(pending, field.name, getattr(typed, field.name))
    pending.save()
    return pending


@transaction.atomic
def confirm_comment(*, pending: PendingComment, at: dt.datetime | None = None) -> PublicComment:
    """Turn a reviewed comment into a received one; doing it again returns the same one.

    Raises CommentRefused when it closed meanwhile (beyond a short grace, in which it is flagged late) or it expired.
    """
    moment = current(at)
    row = PendingComment.objects.select_for_update().get(pk=pending.pk)
    if row.comment_id is not None:
        return PublicComment.objects.plain().get(pk=row.comment_id)
    if row.expires_at <= moment:
        raise CommentRefused(_("这份意见等待确认的时间已过，请重新填写。"), code="expired")
    consultation = _stored(row.consultation_id)
    late = _is_late(consultation, row, moment)
    # The outcome's row is held, so that a late comment and the publication cannot pass each other unseen.
    if not late or outcome_row(consultation).published_at is not None:
        _require_open(consultation, moment)
    typed = TypedComment(**{field.name: getattr(row, field.name) for field in fields(TypedComment)})
    row.comment = _receive(consultation, row.clause, typed, moment, late=late)
    for name in ("text", "proposed_text", "name", "email", "phone"):
        setattr(row, name, "")
    row.save()
    return row.comment


@transaction.atomic
def submit_comment(
    *,
    consultation: ConsultationPage,
    typed: TypedComment,
    clause_id: str | None = None,
    at: dt.datetime | None = None,
) -> PublicComment:
    """Receive a comment in one step (paper letters entered by staff, demo data). Raises as `start_comment` does."""
    moment = current(at)
    consultation = _stored(consultation.pk)
    _require_open(consultation, moment)
    return _receive(consultation, _clause(consultation, clause_id), typed.cleaned(), moment, late=False)


@transaction.atomic
def withdraw_comment(*, comment: PublicComment, at: dt.datetime | None = None) -> PublicComment:
    """Withdraw a comment before it closes: no longer shown or counted, its contact details are deleted at once.

    Who holds the receipt may do it. Withdrawing again changes nothing. Raises CommentRefused after the end.
    """
    moment = current(at)
    _hold(comment)
    if comment.screening == Screening.WITHDRAWN:
        return comment
    if not _stored(comment.consultation_id).is_open(moment):
        raise CommentRefused(_("征求意见已经截止，不能再撤回意见。"), code="closed")
    comment.screening, comment.withdrawn_at, comment.is_public = Screening.WITHDRAWN, moment, False
    comment.save(update_fields=["screening", "withdrawn_at", "is_public"])
    CommentContact.objects.filter(comment=comment).delete()
    log(instance=comment, action="yanlu.comment_withdrawn", data={"comment": comment.pk})
    return comment


@transaction.atomic
def screen_comment(
    *,
    comment: PublicComment,
    user: User,
    decision: str,
    reason: str = "",
    redacted_text: str = "",
    at: dt.datetime | None = None,
) -> PublicComment:
    """Publish, withhold (with a reason its author is told) or publish in part (with an explanation).

    The text as typed is never changed. Raises PermissionDenied unless `user` is a moderator, ValidationError by field.
    """
    require(may_screen(user), _("只有意见审核人员可以审核意见。"))
    _hold(comment)
    reason, redacted_text = reason.strip(), as_typed(redacted_text).strip()
    if errors := _screening_problems(comment, decision, reason, redacted_text):
        raise ValidationError({name: [message] for name, message in errors.items()})
    comment.screening, comment.screening_reason = Screening(decision), reason
    comment.redacted_text = redacted_text if decision == Screening.REDACTED else ""
    comment.screened_at, comment.is_public = current(at), decision in VISIBLE_SCREENINGS
    comment.save(update_fields=["screening", "screening_reason", "redacted_text", "screened_at", "is_public"])
    log(
        instance=comment,
        action="yanlu.comment_screened",
        user=user,
        data={"comment": comment.pk, "decision": str(decision)},
    )
    return comment


def _stored(pk: int | None) -> ConsultationPage:
    """The consultation as the database has it: it may have been extended or terminated since the caller read it."""
    found: ConsultationPage = ConsultationPage.objects.get(pk=pk)
    return found


def _unconfirmed(pending: PendingComment | None) -> PendingComment | None:
    """The stored row of `pending`, held; None once another window has confirmed it, or it is gone."""
    if pending is None:
        return None
    return PendingComment.objects.select_for_update().filter(pk=pending.pk, comment__isnull=True).first()


def _hold(comment: PublicComment) -> None:
    """Hold the row, and let the caller's object say what is stored: author and moderator may act at the same time."""
    stored: PublicComment = PublicComment.objects.plain().select_for_update().get(pk=comment.pk)
    for name in (
        "screening",
        "screening_reason",
        "redacted_text",
        "screened_at",
        "withdrawn_at",
        "is_public",
    ):
        setattr(comment, name, getattr(stored, name))


def _receive(
    consultation: ConsultationPage,
    clause: DraftClause | None,
    typed: TypedComment,
    at: dt.datetime,
    *,
    late: bool,
) -> PublicComment:
    """Write the comment and, apart from it, who to answer. The library's own personal fields stay empty."""
    organisation = typed.author_kind == AuthorKind.ORGANISATION
    comment: PublicComment = PublicComment.objects.create(
        content_type=ContentType.objects.get_for_model(ConsultationPage),
        object_pk=str(consultation.pk),
        site_id=settings.SITE_ID,
        submit_date=at,
        is_public=False,
        comment=typed.text,
        proposed_text=typed.proposed_text,
        consultation=consultation,
        clause=clause,
        receipt_code=_unused_code(),
        author_kind=typed.author_kind,
        author_masked=public_name(typed.name, organisation=organisation)[:60],
        late=late,
    )
    if typed.name or typed.email or typed.phone:
        CommentContact.objects.create(
            comment=comment,
            name=typed.name,
            email=typed.email,
            phone=typed.phone,
            purge_after=contacts_kept_until(consultation, at),
        )
    return comment


def contacts_kept_until(consultation: ConsultationPage, at: dt.datetime) -> dt.date:
    """Return the last day contact details are kept: the retention period after the consultation ends."""
    return deadline(PeriodCode.CONTACT_RETENTION, consultation.last_day or timezone.localdate(at)).day


def _unused_code() -> str:
    code = new_code()
    while PublicComment.objects.plain().filter(receipt_code=code).exists():
        code = new_code()
    return code


def _clause(consultation: ConsultationPage, clause_id: str | None) -> DraftClause | None:
    if not clause_id:
        return None
    clause = DraftClause.objects.filter(consultation=consultation, clause_id=clause_id[:80]).first()
    if clause is None:
        raise ValidationError({"clause": [_("征求意见稿中没有这一条款。")]})
    return clause


def _require_open(consultation: ConsultationPage, at: dt.datetime) -> None:
    if message := refusal(consultation, at):
        raise CommentRefused(message, code=str(consultation.state(at)))


def _is_late(consultation: ConsultationPage, pending: PendingComment, at: dt.datetime) -> bool:
    """Begun in time, confirmed within the grace after the end."""
    closes_at = consultation.closes_at
    if closes_at is None or not consultation.live or consultation.terminated_at is not None:
        return False
    end = last_arrival(consultation)
    return end is not None and pending.created_at < closes_at <= at < end


def _screening_problems(comment: PublicComment, decision: str, reason: str, redacted: str) -> dict[str, str]:
    errors: dict[str, str] = {}
    if comment.screening == Screening.WITHDRAWN:
        errors["decision"] = _("作者已经撤回这条意见，无需审核。")
    elif decision not in SCREENING_DECISIONS:
        errors["decision"] = _("请选择审核结论。")
    if decision in SCREENING_NEEDS_REASON and is_blank(reason):
        errors["reason"] = _("不予公开或隐去部分内容的，必须写明理由，作者会看到。")
    if len(reason) > MAX_REASON:
        errors["reason"] = _("审核说明最多 %(limit)d 个字。") % {"limit": MAX_REASON}
    if decision == Screening.REDACTED and (is_blank(redacted) or redacted == comment.comment.strip()):
        errors["redacted_text"] = _("请写出隐去后公开的文本，应与原文不同。")
    return errors
