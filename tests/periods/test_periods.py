"""Statutory periods are dated rows: which one applies on a day, what is refused, what is seeded."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection
from django.test.utils import CaptureQueriesContext

from portal.periods import services
from portal.periods.enums import CONSULTATION_MINIMUM_PREFIX, PeriodCode, Unit
from portal.periods.exceptions import PeriodUnknown
from portal.periods.models import StatutoryPeriod
from tests.factories.periods import StatutoryPeriodFactory, YearNoticeFactory

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 11, 23)


@pytest.mark.parametrize(
    ("code", "value", "unit", "verified"),
    [
        ("consultation_minimum_major_decision", 30, Unit.DAY, True),
        ("consultation_minimum_rule", 30, Unit.DAY, True),
        ("consultation_minimum_business", 30, Unit.DAY, True),
        ("consultation_minimum_normative", 7, Unit.WORKING_DAY, False),
        ("outcome_due", 30, Unit.DAY, False),
        ("proactive_disclosure", 20, Unit.WORKING_DAY, True),
        ("legality_review", 7, Unit.WORKING_DAY, True),
        ("legality_review_normative_minimum", 5, Unit.WORKING_DAY, True),
        ("legality_review_normative_maximum", 15, Unit.WORKING_DAY, True),
        ("interpretation_grace", 3, Unit.WORKING_DAY, False),
        ("filing", 30, Unit.DAY, False),
        ("validity_evaluation_reminder", 180, Unit.DAY, False),
        ("hearing_materials", 7, Unit.DAY, True),
        ("hearing_notice_rule", 30, Unit.DAY, True),
        ("contact_retention", 365, Unit.DAY, False),
    ],
)
def test_seeded_periods(code: str, value: int, unit: Unit, verified: bool) -> None:
    period = services.get_period(code, TODAY)
    assert (period.value, period.unit, period.verified) == (value, unit, verified)
    assert period.basis


def test_every_code_is_seeded_and_only_statutes_count_as_verified() -> None:
    assert {row.code for row in StatutoryPeriod.objects.all()} == set(PeriodCode.values)
    for row in StatutoryPeriod.objects.filter(verified=True):
        assert row.basis.startswith(("国令", "国办发")), row


def test_every_kind_of_consultation_has_its_minimum() -> None:
    from consultations.enums import ConsultationKind

    for kind in ConsultationKind:
        assert services.get_period(f"{CONSULTATION_MINIMUM_PREFIX}{kind}", TODAY).value > 0


def test_the_row_of_the_day_applies() -> None:
    current = StatutoryPeriod.objects.get(code="filing")
    older = StatutoryPeriodFactory.create(code="filing", value=15)

    assert services.get_period("filing", TODAY) == current
    assert services.get_period("filing", older.in_force_from) == older
    assert services.get_period("filing", older.in_force_to) == older
    assert services.get_period("filing", older.in_force_to + dt.timedelta(days=1)) == current


def test_without_a_day_today_counts() -> None:
    assert services.get_period("filing").applies_on(dt.date.today())


def test_before_the_first_row_nothing_applies() -> None:
    with pytest.raises(PeriodUnknown) as caught:
        services.get_period("proactive_disclosure", dt.date(2019, 5, 14))
    assert caught.value.code == "proactive_disclosure"
    with pytest.raises(PeriodUnknown):
        services.get_period("no_such_period", TODAY)


def test_a_deadline_takes_the_length_in_force_at_its_start() -> None:
    StatutoryPeriod.objects.filter(code="outcome_due").update(in_force_to=dt.date(2026, 11, 1))
    StatutoryPeriodFactory.create(
        code="outcome_due", value=60, in_force_from=dt.date(2026, 11, 2), in_force_to=None
    )

    assert services.deadline("outcome_due", dt.date(2026, 10, 30)).day == dt.date(2026, 11, 30)
    assert services.deadline("outcome_due", dt.date(2026, 10, 5)).day == dt.date(2026, 11, 4)
    assert services.deadline("outcome_due", dt.date(2026, 10, 5), on=TODAY).day == dt.date(2026, 12, 4)


def test_rows_are_read_once_and_again_after_an_edit() -> None:
    period = services.get_period("outcome_due", TODAY)
    with CaptureQueriesContext(connection) as queries:
        services.get_period("filing", TODAY)
        services.deadline("outcome_due", TODAY)
    assert len(queries) == 2  # the calendar: entered days and entered years

    period.value = 45
    period.save()
    assert services.get_period("outcome_due", TODAY).value == 45


@pytest.mark.parametrize(
    ("since", "until", "overlaps"),
    [
        (dt.date(2005, 1, 1), dt.date(2009, 12, 31), False),
        (dt.date(2005, 1, 1), dt.date(2010, 1, 1), True),
        (dt.date(2015, 12, 31), None, True),
        (dt.date(2012, 1, 1), dt.date(2012, 12, 31), True),
        (dt.date(2005, 1, 1), None, True),
    ],
)
def test_two_rows_of_one_code_never_overlap(since: dt.date, until: dt.date | None, overlaps: bool) -> None:
    StatutoryPeriod.objects.filter(code="filing").delete()
    StatutoryPeriodFactory.create(code="filing")
    row = StatutoryPeriodFactory.build(code="filing", in_force_from=since, in_force_to=until)
    if overlaps:
        with pytest.raises(ValidationError, match="重叠"):
            row.full_clean()
    else:
        row.full_clean()


def test_an_end_before_the_start_is_refused_by_form_and_database() -> None:
    row = StatutoryPeriodFactory.build(in_force_from=dt.date(2012, 1, 1), in_force_to=dt.date(2011, 1, 1))
    with pytest.raises(ValidationError, match="适用至"):
        row.full_clean()
    with pytest.raises(IntegrityError):
        row.save()


@pytest.mark.parametrize("year", [1900, 2300])
def test_years_out_of_reach_are_refused(year: int) -> None:
    with pytest.raises(ValidationError):
        YearNoticeFactory.build(year=year).full_clean()


def test_rows_name_themselves_for_people() -> None:
    assert str(services.get_period("proactive_disclosure", TODAY)) == "主动公开：20 工作日"
    assert str(YearNoticeFactory.build(year=2030)) == "2030：关于节假日安排的通知"
