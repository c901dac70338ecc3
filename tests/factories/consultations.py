"""Consultations in every state and comments on them, made by the real services at the moment they would have happened.

`ConsultationFactory()` is open today; traits `draft announced shortened closed overdue` set the dates. Give `opens_on`
and `days`, or nothing. The head of the department opens it, so users and permissions exist afterwards.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

import factory
from django.utils import timezone

from consultations.clock import end_of, start_of
from consultations.enums import AuthorKind, ConsultationKind
from consultations.models import ConsultationPage, PublicComment
from consultations.services import TypedComment, open_consultation, submit_comment
from portal.home.services import ensure_department_page, ensure_home_page
from portal.organisations.enums import Role
from portal.organisations.models import Department, User
from portal.organisations.services import assign_role
from tests.factories.organisations import DepartmentFactory, UserFactory

DRAFT = """第一章 总则
第一条 为了规范城市公园的开放时间，方便居民休闲健身，制定本办法。
第二条 本办法适用于本省行政区域内的综合公园和社区公园。
第二章 开放与管理
第三条 综合公园每日开放时间不得少于十四小时，并应当：
（一）在入口公示开放时间；
（二）夜间保留必要照明。
第四条 确需临时闭园的，应当提前三日公告。
第三章 附则
第五条 本办法自公布之日起三十日后施行。"""
NOTE = "现行规定实施多年，各地开放时间差异较大，群众意见较多，有必要统一最低标准。"
BASIS = "省政府年度规范性文件制定计划；城市公园管理的有关规定。"
#: Long enough for every kind: thirty days that end on a working day.
DAYS = 45


def head_of(department: Department) -> User:
    """The head of `department`; the same person each time."""
    return _holder(Role.HEAD, department, f"head-{department.code}")


def drafter_of(department: Department) -> User:
    """A drafter of `department`; the same person each time."""
    return _holder(Role.DRAFTER, department, f"drafter-{department.code}")


def moderator() -> User:
    """A moderator, who acts for every department."""
    office = Department.objects.order_by("pk").first() or DepartmentFactory.create()
    return _holder(Role.MODERATOR, office, "moderator-test")


def _holder(role: Role, department: Department, username: str) -> User:
    ensure_department_page(department=department, home=ensure_home_page())
    user: User = UserFactory.create(username=username)
    assign_role(user=user, role=role, department=department)
    return user


class ConsultationFactory(factory.Factory[ConsultationPage]):
    """A consultation below its department's page, opened by the head the day before it begins unless `draft=True`."""

    class Meta:
        model = ConsultationPage

    class Params:
        announced = factory.Trait(opens_on=factory.LazyFunction(lambda: _day(5)))
        closed = factory.Trait(opens_on=factory.LazyFunction(lambda: _day(-DAYS - 3)))
        overdue = factory.Trait(opens_on=factory.LazyFunction(lambda: _day(-DAYS - 90)))
        shortened = factory.Trait(days=3, shortened_reason="防汛物资调拨在即，须在主汛期前出台。")

    title = factory.Sequence(lambda n: f"云岭省城市公园开放管理办法（征求意见稿之{n + 1}）")
    slug = factory.Sequence(lambda n: f"parks-{n + 1}")
    department = factory.LazyFunction(lambda: DepartmentFactory.create())
    kind = ConsultationKind.NORMATIVE
    summary = "统一综合公园和社区公园的最低开放时间。"
    draft_body = DRAFT
    drafting_note = NOTE
    decision_basis = BASIS
    contact = "云岭省城市公园管理处，电话 0000-1234567"
    opens_on = factory.LazyFunction(lambda: _day(-2))
    days = DAYS
    draft = False

    @classmethod
    def _create(cls, model_class: type[ConsultationPage], *args: Any, **kwargs: Any) -> ConsultationPage:
        opens_on, days, draft = kwargs.pop("opens_on"), kwargs.pop("days"), kwargs.pop("draft")
        department = kwargs["department"]
        parent = ensure_department_page(department=department, home=ensure_home_page())
        if opens_on is not None:
            kwargs.setdefault("opens_at", start_of(opens_on))
            kwargs.setdefault("closes_at", end_of(opens_on + dt.timedelta(days=days)))
        page = model_class(live=False, **kwargs)
        parent.refresh_from_db()
        parent.add_child(instance=page)
        if draft:
            page.save_revision(clean=False)
            return page
        moment = min(start_of(opens_on) - dt.timedelta(hours=10), timezone.now())
        return open_consultation(page=page, user=head_of(department), at=moment)


class CommentFactory(factory.Factory[PublicComment]):
    """A comment received through the service; `at` defaults to an hour after the opening, `clause_id` to the whole."""

    class Meta:
        model = PublicComment

    consultation = factory.LazyFunction(lambda: ConsultationFactory.create())
    text = factory.Sequence(lambda n: f"建议第三条增加节假日延长开放的规定，这是第{n + 1}条意见。")
    proposed_text = ""
    author_kind = AuthorKind.CITIZEN
    name = ""
    email = ""
    phone = ""
    clause_id = None
    at = factory.LazyAttribute(lambda made: made.consultation.opens_at + dt.timedelta(hours=1))

    @classmethod
    def _create(cls, model_class: type[PublicComment], *args: Any, **kwargs: Any) -> PublicComment:
        place = {name: kwargs.pop(name) for name in ("consultation", "clause_id", "at")}
        return submit_comment(typed=TypedComment(**kwargs), **place)


def _day(offset: int) -> dt.date:
    return timezone.localdate() + dt.timedelta(days=offset)
