"""Two issues of the province's gazette with what the demo has published, one correction, and searches that found nothing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction

from portal.demo.ledger import Ledger
from portal.demo.people import REVIEWERS_HOME, department_of, holder
from portal.organisations.enums import Role
from search.alerts import missed
from search.alerts.missed import Miss
from search.archive.models import NormativeDocument
from search.gazette import services

NAME = "澜川省人民政府公报"
#: The gazette has come out once a month since long ago: number of the issue that closed this year.
TOTAL_BASE, BASE_YEAR = 318, 2024
ERRATUM = "目录第二篇页码应为第九页，正文不受影响。"
#: What readers of the demo looked for in vain, and how often.
MISSED = (("电瓶车上楼充电罚款", 14), ("宠物狗办证", 9), ("以旧换新补贴怎么领", 6), ("随迁子女中考", 3))


@dataclass(frozen=True)
class Issue:
    """Day (before the demo's first day), foreword, and (slug of the policy, section, page) in order."""

    day: int
    foreword: str
    entries: Sequence[tuple[str, str, int]]


ISSUES = (
    Issue(
        -190,
        "",
        (
            ("community-meals-for-the-elderly", "省政府文件", 3),
            ("flexible-workers-social-insurance", "省政府部门文件", 8),
            ("cooking-fumes", "省政府部门文件", 15),
        ),
    ),
    Issue(
        -65,
        "本期起增设“便民服务”栏目。",
        (
            ("existing-housing-elevators", "省政府文件", 3),
            ("life-cycle-integrated-services", "便民服务", 11),
        ),
    ),
)


def load_gazettes(ledger: Ledger) -> None:
    """Every issue that is missing, one transaction each, edited and published by the general office."""
    for number, plan in enumerate(ISSUES):
        if not ledger.has(f"gazette:{number}"):
            with transaction.atomic():
                ledger.record(f"gazette:{number}", _load(plan, ledger))


def load_missed(ledger: Ledger) -> None:
    """Searches of the last days that found nothing."""
    if ledger.has("missed"):
        return
    with transaction.atomic():
        for back, (text, times) in enumerate(MISSED):
            for hour in range(times):
                missed.count(Miss(text, f"q={text}", masked=False), ledger.moment(-back, hour))
        ledger.record("missed")


def _load(plan: Issue, ledger: Ledger) -> int:
    office = department_of(ledger, REVIEWERS_HOME)
    user = holder(Role.OFFICE, office)
    day: dt.date = ledger.date(plan.day)
    issue = services.create_issue(
        user=user,
        year=day.year,
        number=day.month,
        total_number=TOTAL_BASE + (day.year - BASE_YEAR) * 12 + day.month,
        name=NAME,
        issuer=office,
        published_on=day,
        foreword=plan.foreword,
    )
    for slug, section, page in plan.entries:
        document = NormativeDocument.objects.get(page_id=ledger.id_of(f"policy:{slug}"))
        [entry] = services.add_entries(issue=issue, user=user, documents=[document.pk], section=section)
        services.update_entry(entry=entry, user=user, section=section, page=page)
    issue = services.publish_issue(issue=issue, user=user, at=ledger.moment(plan.day))
    if plan is ISSUES[0]:
        second = issue.entries.get(position=2)
        at = ledger.moment(plan.day + 3)
        services.publish_erratum(issue=issue, user=user, text=ERRATUM, entry=second, at=at)
    return issue.pk
