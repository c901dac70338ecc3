"""The published outcome: themes, decisions with reasons, the link to the final policy, publication by the head."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from consultations.models import ConsultationPage, PublicComment
from consultations.outcome_services import (
    assign_comments,
    create_theme,
    decide_comment,
    decide_theme,
    link_final_policy,
    publish_outcome,
    save_introduction,
)
from portal.demo.comment_texts import Written
from portal.demo.content_files import CONTENT, read, read_folder
from portal.demo.ledger import Ledger
from portal.demo.people import department_of, holder
from portal.demo.policies import policy_of
from portal.organisations.enums import Role
from portal.organisations.models import User

Received = Sequence[tuple[Written, PublicComment]]
#: Days before publication on which the work on the comments was done.
WORKED_BEFORE = 12


def load_outcome(page: ConsultationPage, received: Received, ledger: Ledger) -> None:
    """Take `page` from its comments to its published outcome. Raises what the services raise."""
    entry = next(entry for entry in read_folder("consultations") if entry.meta["slug"] == page.slug)
    plan = read(CONTENT / "comments" / f"{entry.name}.txt").meta
    department = department_of(ledger, entry.meta["department"])
    drafter = holder(Role.DRAFTER, department)
    _decide_themes(page, received, plan, drafter, ledger, entry.meta["outcome_on"])
    _decide_single(received, plan, drafter, ledger, entry.meta["outcome_on"])
    at = ledger.moment(entry.meta["outcome_on"], 10, 0)
    save_introduction(consultation=page, user=drafter, introduction=plan["introduction"], at=at)
    link_final_policy(consultation=page, user=drafter, policy=policy_of(ledger, entry.meta["policy"]))
    publish_outcome(consultation=page, user=holder(Role.HEAD, department), at=at)


def _decide_themes(
    page: ConsultationPage, received: Received, plan: Mapping[str, Any], user: User, ledger: Ledger, day: int
) -> None:
    at = ledger.moment(day - WORKED_BEFORE, 15, 0)
    for row in plan["theme"]:
        theme = create_theme(consultation=page, user=user, title=row["title"], summary=row["summary"], at=at)
        ids = [comment.pk for text, comment in received if text.theme == row["key"]]
        assign_comments(theme=theme, comment_ids=ids, user=user, at=at)
        decide_theme(
            theme=theme,
            user=user,
            status=row["status"],
            reason=row["reason"],
            changed_clause_ids=row.get("changed", []),
            at=at,
        )


def _decide_single(received: Received, plan: Mapping[str, Any], user: User, ledger: Ledger, day: int) -> None:
    """Comments outside the themes are decided one by one, by what the plan says about their clause."""
    at = ledger.moment(day - WORKED_BEFORE + 2, 15, 0)
    decisions = {row["clause"]: row for row in plan["decision"]}
    for text, comment in received:
        if not text.theme:
            row = decisions[text.clause]
            decide_comment(
                comment=comment,
                user=user,
                status=row["status"],
                reason=row["reason"],
                changed_clause_ids=row.get("changed", []),
                at=at,
            )
