"""A clean-up of the province's older files with its published results, and the filings of its policies."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils import timezone

from portal.demo.ledger import Ledger
from portal.demo.people import REVIEWERS_HOME, department_of, holder
from portal.organisations.enums import Role
from portal.organisations.models import User
from search.archive.models import NormativeDocument
from search.upkeep import cleanups, filings
from search.upkeep.cleanups import Decision
from search.upkeep.enums import Conclusion
from search.upkeep.models import Filing

TITLE = "2025年省政府规范性文件清理"
SCOPE = "2017年以前制发、仍在执行的省政府及其部门规范性文件"
INTRODUCTION = "由各起草部门提出处理建议，经合法性审核、征求意见后，报省政府常务会议审议决定。"
DECISION = "gov-cleanup-2025"
#: File of the archive -> conclusion, reason, and new last day where there is one.
FILES: dict[str, tuple[Conclusion, str, str]] = {
    "edu-school-bus-2012": (Conclusion.CONTINUE, "校车许可和运行管理仍依据本细则，与现行法规一致。", ""),
    "ndrc-water-price-2014": (Conclusion.CONTINUE, "阶梯水价制度继续执行，水量基数已按年度公告调整。", "2030-12-31"),
    "ecology-noise-2010": (Conclusion.AMEND, "部分限值和处罚条款与后来公布的上位法不一致。", ""),
    "gov-open-government-2012": (Conclusion.AMEND, "公开目录和时限需要按新的条例调整。", ""),
    "housing-rental-2014": (Conclusion.REPEAL, "配租条件已由新的公租房管理规定代替。", ""),
    "health-village-doctors-2013": (Conclusion.REPEAL, "注册和考核要求已并入基层卫生人员管理办法。", ""),
    "civil-rescue-2015": (Conclusion.LAPSE, "有效期已经届满，由后来的规程代替。", ""),
    "gov-drought-1997": (Conclusion.LAPSE, "为当年旱情制发，适用期已过。", ""),
}  # fmt: skip
AUTHORITY = "澜川省人民代表大会常务委员会"
#: Days after publication on which policies were filed, in turn; None: not filed yet, whatever the period says.
FILED_AFTER = (9, 21, None, 14, 6, 27)
RETURNED = "备案报告缺少制定说明，请补正后重新报送。"


def load_cleanup(ledger: Ledger) -> None:
    """The batch through its services, prepared and published by the general office."""
    if ledger.has("cleanup"):
        return
    office = holder(Role.OFFICE, department_of(ledger, REVIEWERS_HOME))
    documents = {name: NormativeDocument.objects.get(pk=ledger.id_of(f"archive:{name}")) for name in FILES}
    decision = NormativeDocument.objects.get(pk=ledger.id_of(f"archive:{DECISION}"))
    with transaction.atomic():
        batch = cleanups.create_batch(
            title=TITLE,
            scope=SCOPE,
            department=department_of(ledger, "gov"),
            user=office,
            document_ids=[document.pk for document in documents.values()],
        )
        for name, (conclusion, reason, last) in FILES.items():
            entry = batch.entries.get(document=documents[name])
            until = dt.date.fromisoformat(last) if last else None
            cleanups.decide(
                batch_id=batch.pk,
                entry_ids=[entry.pk],
                user=office,
                decision=Decision(conclusion, reason, None, until),
            )
        cleanups.name_decision(
            batch_id=batch.pk,
            user=office,
            decided_on=decision.effective_on,
            document=decision,
            introduction=INTRODUCTION,
        )
        published = decision.published_on or ledger.day
        at = timezone.make_aware(dt.datetime.combine(published, dt.time(10, 0)))
        cleanups.publish_batch(batch_id=batch.pk, user=office, at=at)
        ledger.record("cleanup", batch.pk)


def load_filings(ledger: Ledger) -> None:
    """The policies' filings: most registered, one returned, one sent, some still open."""
    if ledger.has("filings"):
        return
    home = department_of(ledger, REVIEWERS_HOME)
    office, register = holder(Role.OFFICE, home), holder(Role.LEGALITY, home)
    with transaction.atomic():
        found = Filing.objects.with_document().order_by("document__published_on", "pk")
        for number, filing in enumerate(list(found)):
            after = FILED_AFTER[number % len(FILED_AFTER)]
            published = filing.document.published_on
            if after is None or published is None or published + dt.timedelta(days=after) > ledger.day:
                continue
            _file(filing, number, published + dt.timedelta(days=after), office, register)
        ledger.record("filings")


def _file(filing: Filing, number: int, day: dt.date, office: User, register: User) -> None:
    sent = timezone.make_aware(dt.datetime.combine(day, dt.time(9, 0)))
    filings.submit_filing(filing_id=filing.pk, user=office, authority=AUTHORITY, filed_on=day, at=sent)
    answered = sent + dt.timedelta(days=5)
    if answered.date() > timezone.localdate():
        return
    if number == 1:
        filings.return_filing(filing_id=filing.pk, user=register, reason=RETURNED, at=answered)
    else:
        registration = f"LCBA-{day.year}-{number + 1:03}"
        filings.register_filing(
            filing_id=filing.pk, user=register, registration_number=registration, at=answered
        )
