"""What waits for a person about policies: signatures, releases, returned and unfinished drafts."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from interpretations import selectors, standing
from interpretations.enums import ReturnReason
from interpretations.gate import content_obstacles
from interpretations.rules import SIGNING_ROLE
from portal.home.dates import day_text
from portal.home.registry import Todo, todo_sources
from portal.organisations.enums import Role

if TYPE_CHECKING:
    from interpretations.models import PolicyDocumentPage, SignOff
    from interpretations.selectors import Waiting
    from interpretations.standing import Standing
    from portal.organisations.duties import Duties

#: A bundle that waits for a signature longer than this many days is urgent.
LONG_WAIT_DAYS = 7
#: Characters shown of a reason; the review screen has all of it.
REASON_LENGTH = 80


def register() -> None:
    """Called once, when the app is ready."""
    todo_sources.register(key="policy_sign", order=10, heading=_("等您审签"), collect=to_sign)
    todo_sources.register(key="policy_held_back", order=20, heading=_("定时发布受阻"), collect=held_back)
    todo_sources.register(key="policy_release", order=30, heading=_("审签完毕，等待发布"), collect=to_release)
    todo_sources.register(key="policy_drafts", order=40, heading=_("政策文件草稿"), collect=drafts)


def to_sign(duties: Duties, at: datetime) -> list[Todo]:
    """Bundles at a step this person signs, the longest wait first."""
    return [
        Todo(
            title=waiting.page.draft_title,
            text=str(waiting.kind.label),
            url=_review(waiting.page),
            note=_waiting_note(waiting),
            urgent=waiting.late or (at - waiting.since).days >= LONG_WAIT_DAYS,
        )
        for waiting in selectors.awaiting_sign_off(timezone.localdate(at))
        if duties.holds(SIGNING_ROLE[waiting.kind], waiting.page.lead_department_id)
    ]


def _waiting_note(waiting: Waiting) -> str:
    """Whose it is, since when it waits, and the last day where there is one."""
    values = {"department": waiting.page.lead_department, "day": _day(waiting.since)}
    note = _t("%(department)s，%(day)s送达本环节") % values
    if waiting.due:
        note += _t("，应于%(day)s前办结") % {"day": day_text(waiting.due)}
    return note


def held_back(duties: Duties, at: datetime) -> list[Todo]:
    """Planned releases that did not happen: for the department's drafters and head, and for the office."""
    concerned = duties.departments(Role.DRAFTER, Role.HEAD)
    if not concerned and not duties.has(Role.OFFICE):
        return []
    return [
        Todo(
            title=held.page.draft_title,
            text=_t("重新安排发布"),
            url=_review(held.page),
            note=f"{_day(held.since)} · {Truncator(held.reason).chars(REASON_LENGTH)}",
            urgent=True,
        )
        for held in standing.held_back()
        if duties.has(Role.OFFICE) or held.page.lead_department_id in concerned
    ]


def to_release(duties: Duties, at: datetime) -> list[Todo]:
    """Completely signed policies without a planned release, for those who may release them."""
    departments = None if duties.has(Role.OFFICE) else duties.departments(Role.HEAD)
    if departments is not None and not departments:
        return []
    stopped = {held.page.pk for held in standing.held_back()}
    return [
        Todo(title=found.page.draft_title, text=_t("同步发布"), url=_review(found.page), note=_owner(found))
        for found in standing.unreleased(departments)
        if found.signed
        and found.page.pk not in stopped
        and (duties.has(Role.OFFICE) or not found.page.in_government_name)
    ]


def drafts(duties: Duties, at: datetime) -> list[Todo]:
    """Drafts of the departments this person drafts for: what was returned first, then the latest."""
    departments = duties.departments(Role.DRAFTER)
    if not departments:
        return []
    found = [row for row in standing.unreleased(departments) if not row.signed]
    found.sort(key=lambda row: row.returned is None)
    return [_returned(row.page, row.returned) if row.returned else _unfinished(row) for row in found]


def _returned(page: PolicyDocumentPage, slip: SignOff) -> Todo:
    reasons = "、".join(str(ReturnReason(code).label) for code in slip.reason_codes)
    return Todo(
        title=page.draft_title,
        text=_t("退文待改"),
        url=_edit(page),
        note=f"{_day(slip.created_at)} · {reasons}：{Truncator(slip.note).chars(REASON_LENGTH)}",
        urgent=True,
    )


def _unfinished(row: Standing) -> Todo:
    """How much is missing, counted in what is stored; the row of a live policy is the public version, not the draft."""
    if row.page.live:
        text, note, url = _t("继续修订"), _t("已发布文件有尚未送审的修改"), _edit(row.page)
    elif missing := len(content_obstacles(row.page)):
        text, url = _t("继续起草"), _edit(row.page)
        note = ngettext("送审前还缺 %(n)d 项", "送审前还缺 %(n)d 项", missing) % {"n": missing}
    else:
        text, note, url = _t("送审"), _t("内容齐备，尚未送审"), _review(row.page)
    return Todo(title=row.page.draft_title, text=text, url=url, note=f"{_owner(row)} · {note}")


def _owner(row: Standing) -> str:
    return str(row.page.lead_department or "")


def _edit(page: PolicyDocumentPage) -> str:
    return reverse("wagtailadmin_pages:edit", args=[page.pk])


def _review(page: PolicyDocumentPage) -> str:
    return reverse("policy_review", args=[page.pk])


def _day(moment: datetime) -> str:
    return day_text(timezone.localdate(moment))
