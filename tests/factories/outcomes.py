"""Consultations at every stage with their comments, for the outcome half. Plain functions: a page needs its tree."""

from __future__ import annotations

import datetime as dt
import itertools
from dataclasses import dataclass
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.core.management.color import no_style
from django.db import connection
from django.utils import timezone
from django_comments.models import Comment

from consultations.clock import as_of
from consultations.enums import DispositionStatus, Screening
from consultations.freezing import freeze_draft
from consultations.models import ConsultationPage, PublicComment, Theme
from consultations.outcome_services import (
    assign_comments,
    create_theme,
    decide_comment,
    decide_theme,
    publish_outcome,
)
from portal.organisations.enums import Role
from portal.organisations.models import Department, User
from portal.planner import analyse
from tests.factories.organisations import DepartmentFactory, department_page, member

_serial = itertools.count(1)

DRAFT = """第一条 为规范省级健康数据共享，制定本办法。
第二条 本办法适用于本省行政区域内的公立医院。
第三条 医院应当在三日内提交数据目录。
第四条 违反本办法的，由主管部门责令改正。
"""
REASON = "经与相关部门会商，该建议与上位法关于提交期限的规定不一致。"


@dataclass(frozen=True)
class Team:
    """A department with the people who act for it."""

    department: Department
    drafter: User
    head: User


def team(**kwargs: Any) -> Team:
    department = DepartmentFactory.create(**kwargs)
    return Team(department, member(Role.DRAFTER, department), member(Role.HEAD, department))


def consultation(
    *,
    department: Department,
    opens_in: int = -60,
    days: int = 40,
    live: bool = True,
    draft: str = DRAFT,
    **kwargs: Any,
) -> ConsultationPage:
    """A consultation that opens `opens_in` days from today and runs for `days` full days; closed by default."""
    number = next(_serial)
    today = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    opens_at = today + dt.timedelta(days=opens_in)
    page = ConsultationPage(
        title=kwargs.pop("title", f"云岭省健康数据共享办法（征求意见稿之{number}）"),
        slug=kwargs.pop("slug", f"health-data-{number}"),
        live=live,
        department=department,
        draft_body=draft,
        drafting_note="为规范数据共享，起草了本办法。",
        decision_basis="有关法律法规。",
        opens_at=opens_at,
        closes_at=opens_at + dt.timedelta(days=days),
        **kwargs,
    )
    with as_of(min(opens_at - dt.timedelta(hours=1), timezone.now())):
        department_page(department).add_child(instance=page)
        if live and not page.clauses.exists():
            freeze_draft(page)
    return page


def announced(department: Department, **kwargs: Any) -> ConsultationPage:
    return consultation(department=department, opens_in=5, **kwargs)


def opened(department: Department, **kwargs: Any) -> ConsultationPage:
    return consultation(department=department, opens_in=-5, **kwargs)


def closed(department: Department, **kwargs: Any) -> ConsultationPage:
    return consultation(department=department, **kwargs)


def comment(
    page: ConsultationPage,
    text: str = "建议把三日改为五个工作日。",
    *,
    clause_id: str = "",
    screening: Screening = Screening.PUBLISHED,
    **kwargs: Any,
) -> PublicComment:
    """One comment received while `page` was open."""
    number = next(_serial)
    reason = "含有他人的个人信息" if screening in (Screening.WITHHELD, Screening.REDACTED) else ""
    found: PublicComment = PublicComment.objects.create(
        content_type=ContentType.objects.get_for_model(ConsultationPage),
        object_pk=str(page.pk),
        site_id=1,
        comment=text,
        submit_date=(page.opens_at or timezone.now()) + dt.timedelta(minutes=number),
        consultation=page,
        clause=page.clauses.get(clause_id=clause_id) if clause_id else None,
        receipt_code=f"T{number:08d}",
        author_masked="朱**",
        screening=screening,
        screening_reason=kwargs.pop("screening_reason", reason),
        **kwargs,
    )
    return found


def comments(
    page: ConsultationPage, number: int, text: str = "建议延长期限", **kwargs: Any
) -> list[PublicComment]:
    return [comment(page, f"{text}，这是第{n}位的意见。", **kwargs) for n in range(number)]


def many_comments(page: ConsultationPage, number: int, theme: Theme | None = None) -> None:
    """Thousands of comments by plain SQL: the comment model has three tables, which `bulk_create` cannot fill."""
    template = comment(page, "大量意见之一", theme=theme)
    for table in ("django_comments", "django_comments_xtd_xtdcomment", "consultations_publiccomment"):
        _copy_rows(table, template.pk, number)
    analyse(PublicComment, *PublicComment._meta.get_parent_list())


def _copy_rows(table: str, template: int, number: int) -> None:
    """Insert `number` copies of the row whose key is `template`, with new keys; unique texts get a suffix."""
    with connection.cursor() as cursor:
        columns = [column.name for column in connection.introspection.get_table_description(cursor, table)]
        key = next(name for name in ("id", "comment_ptr_id", "xtdcomment_ptr_id") if name in columns)
        values = {name: f'"{name}"' for name in columns}
        values[key] = f'"{key}" + n.i'
        if "receipt_code" in values:
            values["receipt_code"] = "'B' || n.i || 'X' || \"xtdcomment_ptr_id\""
        names = ", ".join(f'"{name}"' for name in columns)
        cursor.execute(
            f"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {int(number)}) "
            f'INSERT INTO "{table}" ({names}) SELECT {", ".join(values.values())} FROM "{table}", n '
            f'WHERE "{key}" = %s',
            [template],
        )
        if key == "id":
            # Keys given by hand do not move PostgreSQL's counter; SQLite counts from the largest.
            for statement in connection.ops.sequence_reset_sql(no_style(), [Comment]):
                cursor.execute(statement)


def theme_with(page: ConsultationPage, user: User, items: list[PublicComment], title: str = "") -> Theme:
    theme = create_theme(consultation=page, user=user, title=title or f"主题{next(_serial)}")
    if items:
        assign_comments(theme=theme, comment_ids=[item.pk for item in items], user=user)
    return theme


def published(crew: Team, **kwargs: Any) -> ConsultationPage:
    """A consultation whose outcome is public: one theme of three adopted, one single comment not adopted."""
    page = closed(crew.department, **kwargs)
    grouped = comments(page, 3, clause_id="a3")
    alone = comment(page, "希望取消本办法。")
    theme = theme_with(page, crew.drafter, grouped, "提交期限过短")
    decide_theme(
        theme=theme,
        user=crew.drafter,
        status=DispositionStatus.ADOPTED,
        reason="已将期限延长为五个工作日。",
        changed_clause_ids=["a3"],
    )
    decide_comment(comment=alone, user=crew.drafter, status=DispositionStatus.NOT_ADOPTED, reason=REASON)
    publish_outcome(consultation=page, user=crew.head)
    return page
