"""What is missing is named, and no path publishes without it: path x missing part."""

from __future__ import annotations

import contextlib
import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Revision

from consultations.clock import end_of, start_of
from consultations.enums import ConsultationKind
from consultations.exceptions import ConsultationBlocked
from consultations.gate import minimum, obstacles, outcome_due
from consultations.models import ConsultationPage
from consultations.services import open_consultation, submit_for_opening
from portal.periods.models import StatutoryPeriod
from portal.periods.services import forget_cached
from tests.factories.consultations import ConsultationFactory, drafter_of, head_of

pytestmark = pytest.mark.django_db

TODAY = timezone.localdate()
MISSING: dict[str, dict[str, Any]] = {
    "no_clauses": {"draft_body": " \n"},
    "no_drafting_note": {"drafting_note": ""},
    "no_decision_basis": {"decision_basis": "  "},
    "no_opening": {"opens_at": None, "opens_on": None, "closes_at": end_of(TODAY + dt.timedelta(days=40))},
    "no_closing": {"opens_at": start_of(TODAY), "opens_on": None, "closes_at": None},
    "opens_in_past": {"opens_on": TODAY - dt.timedelta(days=3)},
    "closes_before_opening": {"opens_on": TODAY + dt.timedelta(days=2), "days": -1},
    "too_short": {"opens_on": TODAY, "days": 3},
    "scheduled": {"opens_on": TODAY, "go_live_at": timezone.now() - dt.timedelta(minutes=1)},
}


def _draft(**kwargs: Any) -> ConsultationPage:
    kwargs = {"opens_on": TODAY, **kwargs}
    page: ConsultationPage = ConsultationFactory.create(draft=True, **kwargs)
    return page


def _service(page: ConsultationPage) -> None:
    open_consultation(page=page, user=head_of(page.department))


def _revision(page: ConsultationPage) -> None:
    page.get_latest_revision().publish()


def _save(page: ConsultationPage) -> None:
    page.live = True
    page.save()


def _save_unclean(page: ConsultationPage) -> None:
    page.live = True
    page.save(clean=False)


def _one_field(page: ConsultationPage) -> None:
    page.live = True
    page.save(clean=False, update_fields=["live"])


def _copy(page: ConsultationPage) -> None:
    page.copy(update_attrs={"slug": f"{page.slug}-copy", "live": True}, keep_live=True)


def _scheduler(page: ConsultationPage) -> None:
    Revision.objects.filter(pk=page.latest_revision_id).update(
        approved_go_live_at=timezone.now() - dt.timedelta(minutes=1)
    )
    call_command("publish_scheduled")


PATHS: list[Callable[[ConsultationPage], None]] = [
    _service, _revision, _save, _save_unclean, _one_field, _copy,
]  # fmt: skip


@pytest.mark.parametrize("code", MISSING)
@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.__name__.strip("_"))
def test_no_path_publishes_while_something_is_missing(path: Callable[..., None], code: str) -> None:
    page = _draft(**MISSING[code])
    assert code in {found.code for found in obstacles(page)}
    with pytest.raises(ConsultationBlocked) as refused, transaction.atomic():
        path(page)
    assert code in {found.code for found in refused.value.obstacles}
    assert next(found.message for found in obstacles(page) if found.code == code) in refused.value.messages
    assert not ConsultationPage.objects.live().exists()


@pytest.mark.parametrize("code", MISSING)
def test_the_scheduler_does_not_publish_it_either(code: str) -> None:
    page = _draft(**MISSING[code])
    with contextlib.suppress(ConsultationBlocked), transaction.atomic():
        _scheduler(page)
    assert not ConsultationPage.objects.live().exists()


def test_the_database_itself_refuses_what_no_code_sees() -> None:
    page = _draft(drafting_note="")
    with pytest.raises(IntegrityError), transaction.atomic():
        type(page)._base_manager.filter(pk=page.pk).update(live=True)


@pytest.mark.parametrize("path", [_service, _revision, _save, _save_unclean, _one_field])
def test_the_same_paths_publish_a_complete_draft(path: Callable[..., None]) -> None:
    page = _draft()
    assert obstacles(page) == []
    path(page)
    fresh = ConsultationPage.objects.get(pk=page.pk)
    assert fresh.live
    assert fresh.releasable
    assert fresh.is_open()
    assert fresh.clauses.count() == 10


@pytest.mark.parametrize(
    "code", ["no_clauses", "no_drafting_note", "no_decision_basis", "no_closing", "too_short"]
)
@pytest.mark.parametrize("button", ["publish", "bulk", "api"])
def test_the_admin_names_what_is_missing(client: Any, button: str, code: str) -> None:
    page = _draft(**MISSING[code])
    client.force_login(head_of(page.department))
    if button == "bulk":
        url = reverse("wagtail_bulk_action", args=["home", "basepage", "publish"]) + f"?id={page.pk}"
        response = client.post(url, {"next": "/admin/"}, follow=True)
    elif button == "api":
        url = reverse("wagtailadmin_api:pages:action", args=[page.pk, "publish"])
        response = client.post(url, content_type="application/json")
        assert response.status_code < 500
    else:
        data = _form_data(page)
        response = client.post(reverse("wagtailadmin_pages:edit", args=[page.pk]), data, follow=True)
        assert (
            next(found.message for found in obstacles(page) if found.code == code)
            in response.content.decode()
        )
    assert not ConsultationPage.objects.live().exists()


def _form_data(page: ConsultationPage) -> dict[str, Any]:
    names = (
        "title",
        "slug",
        "kind",
        "summary",
        "draft_body",
        "drafting_note",
        "decision_basis",
        "shortened_reason",
    )
    data = {name: getattr(page, name) for name in names}
    data |= {"first_day": page.first_day or "", "last_day": page.last_day or "", "contact": "", "policy": ""}
    return data | {"action-publish": "1"}


def test_a_shorter_period_is_published_with_its_reason() -> None:
    page = ConsultationFactory.create(shortened=True, opens_on=TODAY)
    assert page.is_open()
    assert page.is_shortened


@pytest.mark.parametrize("kind", ConsultationKind.values)
def test_the_minimum_is_exact_to_the_day(kind: str) -> None:
    shortest = minimum(kind, TODAY)
    page = _draft(kind=kind, days=(shortest.last_day - TODAY).days)
    assert obstacles(page) == []
    page.closes_at -= dt.timedelta(days=1)
    assert [found.code for found in obstacles(page)] == ["too_short"]
    assert shortest.period.basis in obstacles(page)[0].message


def test_the_minimum_of_normative_files_counts_working_days_over_a_holiday() -> None:
    week = minimum(ConsultationKind.NORMATIVE, dt.date(2026, 9, 29))
    assert week.period.unit == "working_day"
    assert week.last_day > dt.date(2026, 10, 8)
    assert not week.provisional
    assert minimum(ConsultationKind.NORMATIVE, dt.date(2035, 9, 29)).provisional


def test_a_period_nobody_knows_is_an_obstacle_not_a_crash() -> None:
    page = _draft()
    StatutoryPeriod.objects.filter(code="outcome_due").delete()
    forget_cached()
    assert "no_period" in {found.code for found in obstacles(page)}
    forget_cached()


def test_an_address_in_use_is_refused() -> None:
    page = ConsultationFactory.create()
    other = _draft(slug=page.slug)
    assert [found.code for found in obstacles(other)] == ["slug_taken"]


def test_the_department_must_be_the_one_it_lies_under() -> None:
    page = _draft()
    page.department = ConsultationFactory.create().department
    assert [found.code for found in obstacles(page)] == ["department_elsewhere"]


def test_the_department_is_taken_from_where_it_lies() -> None:
    page = _draft()
    department = page.department
    page.department = None
    page.save()
    assert ConsultationPage.objects.get(pk=page.pk).department == department


def test_the_day_the_outcome_is_due_follows_the_last_day() -> None:
    page = ConsultationFactory.create()
    assert page.outcome_due_on == outcome_due(page.last_day).day
    assert page.outcome_due_on >= page.last_day + dt.timedelta(days=30)


def test_only_a_complete_draft_can_be_submitted_to_the_head() -> None:
    page = _draft(decision_basis="")
    with pytest.raises(ConsultationBlocked, match="决策依据"):
        submit_for_opening(page=page, user=drafter_of(page.department))
    page.decision_basis = "有关规定"
    state = submit_for_opening(page=page, user=drafter_of(page.department))
    assert state.status == "in_progress"
    assert not ConsultationPage.objects.get(pk=page.pk).live


def test_a_refusal_is_a_validation_error() -> None:
    assert issubclass(ConsultationBlocked, ValidationError)
