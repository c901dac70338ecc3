"""Home section and board panels: what the dates and the sign-offs give."""

from __future__ import annotations

import datetime as dt
from io import StringIO
from typing import TYPE_CHECKING

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from interpretations import selectors, services
from interpretations.enums import ReturnReason, SignOffKind
from interpretations.models import InterpretationMaterial
from interpretations.package_guard import writing_package
from portal.home.services import ensure_home_page
from tests.factories.interpretations import (
    PolicyFactory,
    reviewer,
    sign_in_turn,
    signed_policy,
    submitted_policy,
)

if TYPE_CHECKING:
    from django.test import Client

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _home() -> None:
    ensure_home_page()


def test_home_links_each_policy_to_its_interpretation(client: Client) -> None:
    page = signed_policy()
    PolicyFactory.create(title="尚未发布的草稿")
    html = client.get("/").content.decode()
    assert page.title in html
    assert f'{page.public_path}#interpretation"' in html
    assert "尚未发布的草稿" not in html


def test_returns_are_counted_by_reason(client: Client) -> None:
    page = submitted_policy(title="尚未公开的文件")
    assert page.lead_department is not None
    services.return_bundle(
        page=page,
        kind=SignOffKind.LEGALITY,
        user=reviewer(SignOffKind.LEGALITY, page.lead_department),
        reason_codes=[ReturnReason.NO_PLAN, ReturnReason.INCOMPLETE],
        note="只供内部阅读的说明",
    )
    year = timezone.localdate().year
    counts = dict(selectors.returns_by_reason(year))
    assert counts[ReturnReason.NO_PLAN] == counts[ReturnReason.INCOMPLETE] == 1
    assert counts[ReturnReason.NO_MATERIAL] == 0
    assert not any(dict(selectors.returns_by_reason(year - 1)).values())
    html = client.get("/board/").content.decode()
    assert page.lead_department.name in html
    assert "只供内部阅读的说明" not in html
    assert "尚未公开的文件" not in html


def test_waiting_bundles_are_shown_without_their_titles(client: Client) -> None:
    page = submitted_policy(title="尚未公开的文件")
    waiting = selectors.awaiting_sign_off(timezone.localdate())
    assert [(row.page.pk, row.step) for row in waiting] == [(page.pk, "合法性审核")]
    html = client.get("/board/").content.decode()
    assert "合法性审核" in html and "尚未公开的文件" not in html


def test_legality_review_is_late_after_fifteen_working_days() -> None:
    page = submitted_policy()
    today = timezone.localdate()
    (waiting,) = selectors.awaiting_sign_off(today)
    assert waiting.due is not None and not waiting.late
    assert dt.timedelta(days=19) <= waiting.due - today <= dt.timedelta(days=30)
    (later,) = selectors.awaiting_sign_off(waiting.due + dt.timedelta(days=1))
    assert later.late
    sign_in_turn(page, [SignOffKind.LEGALITY])
    (secrecy,) = selectors.awaiting_sign_off(waiting.due + dt.timedelta(days=1))
    assert secrecy.due is None and not secrecy.late


def test_filing_is_due_within_the_period_after_publication() -> None:
    page = signed_policy()
    today = timezone.localdate()
    filing = [row for row in selectors.reminders(today) if row.kind == selectors.FILING]
    assert [row.page.pk for row in filing] == [page.pk]
    assert today + dt.timedelta(days=30) <= filing[0].due <= today + dt.timedelta(days=40)
    assert selectors.reminders(filing[0].due + dt.timedelta(days=1)) == []


@pytest.mark.parametrize(("days", "reminded"), [(181, False), (180, True), (0, True), (-1, False)])
def test_evaluation_is_reminded_of_before_it_lapses(days: int, reminded: bool) -> None:
    today = timezone.localdate()
    signed_policy(
        adopted_on=today - dt.timedelta(days=700),
        effective_on=today - dt.timedelta(days=690),
        valid_until=today + dt.timedelta(days=days),
    )
    kinds = {row.kind for row in selectors.reminders(today)}
    assert (selectors.EVALUATION in kinds) is reminded


def test_audit_passes_for_what_went_through_the_gate() -> None:
    signed_policy()
    out = StringIO()
    call_command("audit_policies", stdout=out)
    assert "passes" in out.getvalue()


def test_audit_finds_what_was_changed_past_the_gate() -> None:
    page = signed_policy()
    with writing_package():  # as somebody with the database in hand
        InterpretationMaterial.objects.filter(page=page).delete()
    err = StringIO()
    with pytest.raises(CommandError):
        call_command("audit_policies", stderr=err)
    assert "缺少解读材料" in err.getvalue()
