"""The filing list: due with publication, sent, registered or returned; late ones show by themselves."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from wagtail.models import ModelLogEntry

from interpretations import selectors as policy_selectors
from interpretations import services as policies
from portal.organisations.enums import Role
from portal.organisations.models import User
from portal.periods import calendar
from portal.periods.enums import PeriodCode
from portal.periods.models import StatutoryPeriod
from search.upkeep import filings, selectors
from search.upkeep.enums import FilingState
from search.upkeep.models import Filing
from tests.factories.archive import DocumentFactory, day
from tests.factories.interpretations import signed_policy
from tests.factories.organisations import DepartmentFactory, member
from tests.factories.upkeep import FilingFactory

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate


@pytest.fixture
def office() -> User:
    return member(Role.OFFICE)


@pytest.fixture
def register() -> User:
    return member(Role.LEGALITY)


def sent(office: User, **kwargs: Any) -> Filing:
    filing = FilingFactory.create(**kwargs)
    return filings.submit_filing(filing_id=filing.pk, user=office, authority="云岭省人大常委会")


def test_the_last_day_follows_the_period_in_force_on_publication() -> None:
    document = DocumentFactory.create(published_on=day("2024-01-02"))
    filing = filings.open_filing(document=document)
    assert filing and filing.due_on == calendar.add(day("2024-01-02"), 30, "day").day
    assert filings.open_filing(document=document) == filing, "once"


def test_a_corrected_day_of_publication_moves_the_last_day_until_it_is_sent(office: User) -> None:
    document = DocumentFactory.create(published_on=day("2024-01-02"))
    filings.open_filing(document=document)
    moved = filings.open_filing(document=document, published_on=day("2024-06-03"))
    assert moved and Filing.objects.get().due_on == moved.due_on == filings.due_day(day("2024-06-03"))
    filings.submit_filing(filing_id=moved.pk, user=office, authority="云岭省人大常委会")
    filings.open_filing(document=document, published_on=day("2025-06-03"))
    assert Filing.objects.get().due_on == moved.due_on


@given(st.dates(dt.date(2016, 1, 2), dt.date(2040, 1, 1)))
def test_a_last_day_is_a_working_day_no_sooner_than_the_period(published: dt.date) -> None:
    due = filings.due_day(published)
    assert due >= published + dt.timedelta(days=30) and calendar.is_working_day(due)


def test_the_department_is_the_issuer_where_it_is_one_of_ours() -> None:
    ours = DepartmentFactory.create(name="云岭省水利厅")
    own = filings.open_filing(document=DocumentFactory.create(issuing_authority="云岭省水利厅"))
    foreign = filings.open_filing(document=DocumentFactory.create())
    assert own and foreign and (own.department, foreign.department) == (ours, None)


def test_without_a_period_nothing_is_due_and_nothing_fails(office: User) -> None:
    StatutoryPeriod.objects.filter(code=PeriodCode.FILING).delete()
    document = DocumentFactory.create()
    assert filings.open_filing(document=document) is None
    with pytest.raises(ValidationError, match="没有适用"):
        filings.add_filing(document_id=document.pk, user=office)


def test_a_document_without_a_date_cannot_be_due() -> None:
    with pytest.raises(ValidationError):
        filings.open_filing(document=DocumentFactory.create(published_on=None, adopted_on=None))


def test_publishing_a_policy_puts_it_on_the_list_and_filing_ends_the_reminder(office: User) -> None:
    policy = signed_policy()
    policies.publish(page=policy, user=office)
    filing = Filing.objects.get()
    assert (filing.document.page_id, filing.department) == (policy.pk, policy.lead_department)
    reminded = [r.page.pk for r in policy_selectors.reminders(TODAY()) if r.kind == PeriodCode.FILING]
    assert reminded == [policy.pk]
    filings.submit_filing(filing_id=filing.pk, user=office, authority="云岭省人大常委会")
    assert not [r for r in policy_selectors.reminders(TODAY()) if r.kind == PeriodCode.FILING]


def test_states_follow_from_dates_and_result(office: User, register: User) -> None:
    filing = FilingFactory.create(due_on=TODAY())
    assert filing.state is FilingState.DUE
    assert filing.state_on(TODAY() + dt.timedelta(days=1)) is FilingState.OVERDUE
    filing = filings.submit_filing(filing_id=filing.pk, user=office, authority="云岭省人大常委会")
    assert filing.state is FilingState.SUBMITTED and not filing.late
    filing = filings.register_filing(filing_id=filing.pk, user=register, registration_number=" YL-2026-1 ")
    assert (filing.state, filing.registration_number) == (FilingState.REGISTERED, "YL-2026-1")
    verbs = ModelLogEntry.objects.filter(action__startswith="yanlu.filing").values_list("action", flat=True)
    assert sorted(verbs) == ["yanlu.filing_registered", "yanlu.filing_submitted"]


def test_a_returned_filing_is_due_again_from_that_day(office: User, register: User) -> None:
    filing = sent(office, due_on=TODAY() - dt.timedelta(days=100))
    assert filing.late
    again = filings.return_filing(filing_id=filing.pk, user=register, reason="缺少说明")
    filing.refresh_from_db()
    assert (filing.state, filing.return_reason) == (FilingState.RETURNED, "缺少说明")
    assert again.document == filing.document and again.due_on == filings.due_day(TODAY())
    assert filings.open_filing(document=filing.document) == again


@pytest.mark.parametrize(
    "given_",
    [
        {"authority": " "},
        {"authority": "人大", "filed_on": dt.date(2990, 1, 1)},
        {"authority": "人大", "filed_on": dt.date(2000, 1, 1)},
    ],
)
def test_a_filing_that_cannot_be(office: User, given_: dict[str, Any]) -> None:
    filing = FilingFactory.create()
    with pytest.raises(ValidationError):
        filings.submit_filing(filing_id=filing.pk, user=office, **given_)
    filing.refresh_from_db()
    assert filing.filed_on is None


def test_each_step_happens_once_and_in_order(office: User, register: User) -> None:
    with pytest.raises(ValidationError, match="尚未报送"):
        filings.register_filing(filing_id=FilingFactory.create().pk, user=register, registration_number="1")
    filing = sent(office)
    with pytest.raises(ValidationError, match="已经报送"):
        filings.submit_filing(filing_id=filing.pk, user=office, authority="人大")
    with pytest.raises(ValidationError, match="登记号"):
        filings.register_filing(filing_id=filing.pk, user=register, registration_number=" ")
    with pytest.raises(ValidationError, match="理由"):
        filings.return_filing(filing_id=filing.pk, user=register, reason=" ")
    filings.register_filing(filing_id=filing.pk, user=register, registration_number="1")
    with pytest.raises(ValidationError, match="已经办理"):
        filings.return_filing(filing_id=filing.pk, user=register, reason="改")
    with pytest.raises(ValidationError, match="已经使用"):
        filings.register_filing(filing_id=sent(office).pk, user=register, registration_number="1")


def test_lists_by_state_year_and_department(office: User) -> None:
    late = FilingFactory.create(due_on=day("2024-05-06"))
    due, submitted = FilingFactory.create(), sent(office)
    hidden = FilingFactory.create(due_on=day("2024-01-01"))
    hidden.document.withdrawn = True
    hidden.document.save()

    def listed(**kwargs: Any) -> set[Filing]:
        return set(selectors.public_filings(day=TODAY(), **kwargs))

    assert listed(state=FilingState.OVERDUE) == {late} == set(selectors.overdue_filings(TODAY()))
    assert listed(state=FilingState.DUE) == {due} and listed(state=FilingState.SUBMITTED) == {submitted}
    assert listed(year=2024) == {late} and listed(department_id=due.department_id) == {due}
    assert listed() == {late, due, submitted}
    assert 2024 in selectors.filing_years()
    assert set(selectors.unfiled([late.department_id, due.department_id])) == {late, due}
    assert set(selectors.to_register()) == {submitted}
