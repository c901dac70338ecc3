"""What still stands between a consultation and its outcome: every comment covered, every refusal with a reason (H§7).

Read only. The checklist in the admin, the publish service and the tests all ask here.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from consultations.enums import REASON_REQUIRED, REJECTED, Screening
from consultations.models import ConsultationPage, Disposition, Outcome, PublicComment, Theme
from consultations.outcome_rules import concentrated_threshold, has_closed, last_arrival, says_something


@dataclass(frozen=True, slots=True)
class OutcomeObstacle:
    """One thing that is missing; `anchor` is the address, from the workbench, where it is put right, `count` how many rows it is about."""

    code: str
    message: str
    anchor: str = ""
    count: int = 1


@dataclass(frozen=True, slots=True)
class Requirement:
    """One line of the checklist: what is asked, and what of it is missing."""

    label: str
    obstacles: tuple[OutcomeObstacle, ...]

    @property
    def met(self) -> bool:
        return not self.obstacles


def to_answer(consultation: ConsultationPage) -> QuerySet[PublicComment]:
    """Every comment that needs an answer: all that were received, late ones too, but those their authors withdrew."""
    found: QuerySet[PublicComment] = PublicComment.objects.filter(consultation=consultation)
    return found.exclude(screening=Screening.WITHDRAWN)


def with_effective_status(comments: QuerySet[PublicComment]) -> QuerySet[PublicComment]:
    """Annotate `effective_status`: the comment's own decision, else its theme's, else null (ADR 0012)."""
    return comments.annotate(effective_status=Coalesce("disposition__status", "theme__disposition__status"))


def undecided(consultation: ConsultationPage) -> QuerySet[PublicComment]:
    return with_effective_status(to_answer(consultation)).filter(effective_status__isnull=True)


def outcome_checklist(consultation: ConsultationPage, *, at: datetime | None = None) -> list[Requirement]:
    """The whole checklist, met and unmet, in the order in which the work is done."""
    at = at or timezone.now()
    decisions = list(Disposition.objects.of(consultation.pk).select_related("theme", "comment"))
    themes = list(_themes_with_rejections(consultation))
    return [
        Requirement(_("征求意见已经截止"), tuple(_time_obstacles(consultation, at))),
        Requirement(_("每一条意见都有处理决定"), tuple(_coverage_obstacles(consultation))),
        Requirement(_("需要说明理由的决定都有实质理由"), tuple(_reason_obstacles(decisions))),
        Requirement(_("相对集中而未采纳的意见逐项公开说明理由"), tuple(_concentrated_obstacles(themes))),
        Requirement(_("采纳情况只公布一次"), tuple(_once_obstacles(consultation))),
    ]


def outcome_obstacles(consultation: ConsultationPage, *, at: datetime | None = None) -> list[OutcomeObstacle]:
    """Everything that stops publication at `at` (default now); empty means that the head may publish."""
    return [item for requirement in outcome_checklist(consultation, at=at) for item in requirement.obstacles]


def _time_obstacles(consultation: ConsultationPage, at: datetime) -> Iterator[OutcomeObstacle]:
    if consultation.terminated_at is not None and consultation.terminated_at <= at:
        yield OutcomeObstacle("terminated", _("本次征求意见已经终止，终止理由已公开，不再公布采纳情况。"))
    elif not has_closed(consultation, at):
        yield OutcomeObstacle("not_closed", _("征求意见尚未截止。"))
    elif (end := last_arrival(consultation)) is not None and at < end:
        message = _("截止时正在确认的意见还可能到达，%(moment)s起才能公布。")
        shown = date_format(timezone.localtime(end), "H:i")
        yield OutcomeObstacle("may_arrive", message % {"moment": shown})


def _once_obstacles(consultation: ConsultationPage) -> Iterator[OutcomeObstacle]:
    if Outcome.objects.published().filter(consultation=consultation).exists():
        yield OutcomeObstacle("already_published", _("采纳情况已经公布，不能再次公布。"))


def _coverage_obstacles(consultation: ConsultationPage) -> Iterator[OutcomeObstacle]:
    waiting = (
        undecided(consultation)
        .values("theme_id", "theme__title")
        .annotate(number=Count("pk"))
        .order_by("theme_id")
    )
    for row in waiting:
        if row["theme_id"] is None:
            message = _("还有 %(number)s 条意见没有归入主题，也没有单独处理。")
            yield OutcomeObstacle(
                "undecided_comments",
                message % {"number": row["number"]},
                "?state=undecided&theme=none#comments",
                row["number"],
            )
        else:
            message = _("主题「%(title)s」还没有处理决定，涉及 %(number)s 条意见。")
            values = {"title": row["theme__title"], "number": row["number"]}
            yield OutcomeObstacle(
                "undecided_theme", message % values, f"themes/{row['theme_id']}/", row["number"]
            )


def _reason_obstacles(decisions: list[Disposition]) -> Iterator[OutcomeObstacle]:
    for decision in decisions:
        if decision.status not in REASON_REQUIRED or says_something(decision.reason):
            continue
        if decision.theme is not None:
            message = _("主题「%(title)s」的处理结果是「%(status)s」，但没有实质理由。") % {
                "title": decision.theme.title,
                "status": decision.get_status_display(),
            }
            yield OutcomeObstacle("missing_reason", message, f"themes/{decision.theme_id}/")
        elif decision.comment is not None and decision.comment.screening != Screening.WITHDRAWN:
            message = _("第 %(number)s 号意见的处理结果是「%(status)s」，但没有实质理由。") % {
                "number": decision.comment_id,
                "status": decision.get_status_display(),
            }
            yield OutcomeObstacle("missing_reason", message, f"comments/{decision.comment_id}/")


def _themes_with_rejections(consultation: ConsultationPage) -> QuerySet[Theme]:
    """Themes with `rejected`: how many of their comments ended up not being taken up."""
    waiting = ~Q(public_comments__screening=Screening.WITHDRAWN)
    own = Q(public_comments__disposition__status__in=REJECTED)
    inherited = Q(public_comments__disposition__isnull=True, disposition__status__in=REJECTED)
    return (
        Theme.objects.filter(consultation=consultation)
        .select_related("disposition")
        .annotate(rejected=Count("public_comments", filter=waiting & (own | inherited), distinct=True))
    )


def _concentrated_obstacles(themes: list[Theme]) -> Iterator[OutcomeObstacle]:
    """A theme rejected for many people needs a reason of its own: its theme's, and not one pasted from another theme."""
    same_reason: dict[str, list[Theme]] = defaultdict(list)
    for theme in themes:
        rejected: int = theme.rejected  # type: ignore[attr-defined]  # annotated
        if rejected < concentrated_threshold():
            continue
        decision: Disposition | None = getattr(theme, "disposition", None)
        values = {"title": theme.title, "number": rejected}
        if decision is None:
            message = _("主题「%(title)s」有 %(number)s 条意见未被采纳，须对该主题作出决定并公开说明理由。")
            yield OutcomeObstacle("concentrated_reason", message % values, f"themes/{theme.pk}/", rejected)
        elif not says_something(decision.reason):
            message = _(
                "主题「%(title)s」有 %(number)s 条意见未被采纳，属于相对集中的意见，须有专门的公开理由。"
            )
            yield OutcomeObstacle("concentrated_reason", message % values, f"themes/{theme.pk}/", rejected)
        else:
            same_reason["".join(decision.reason.split())].append(theme)
    for sharing in same_reason.values():
        if len(sharing) > 1:
            titles = "」「".join(theme.title for theme in sharing)
            message = _("主题「%(titles)s」使用了同一段理由，相对集中的意见须逐项说明。") % {"titles": titles}
            yield OutcomeObstacle("copied_reason", message, f"themes/{sharing[-1].pk}/", len(sharing))
