"""Once people can comment, draft, clauses, dates and kind are fixed on every path; only extend and terminate act."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.urls import reverse
from django.utils import timezone

from consultations.clock import as_of, end_of
from consultations.exceptions import ConsultationLocked
from consultations.models import ConsultationPage, DraftClause
from consultations.services import extend, terminate
from tests.factories.consultations import DRAFT, ConsultationFactory, head_of

pytestmark = pytest.mark.django_db

DAY = dt.timedelta(days=1)
CHANGES: dict[str, Callable[[ConsultationPage], Any]] = {
    "draft_body": lambda page: page.draft_body + "\n第六条 偷偷加上的一条。",
    "drafting_note": lambda page: "另一份说明",
    "decision_basis": lambda page: "另一份依据",
    "kind": lambda page: "business",
    "opens_at": lambda page: page.opens_at - DAY,
    "closes_at": lambda page: page.closes_at - DAY,
    "shortened_reason": lambda page: "事后补的理由",
    "slug": lambda page: "another-address",
}


def _changed(page: ConsultationPage, name: str) -> ConsultationPage:
    setattr(page, name, CHANGES[name](page))
    return page


def _save(page: ConsultationPage, name: str) -> None:
    _changed(page, name).save()


def _save_unclean(page: ConsultationPage, name: str) -> None:
    _changed(page, name).save(clean=False)


def _save_one_field(page: ConsultationPage, name: str) -> None:
    _changed(page, name).save(clean=False, update_fields=[name])


def _revision(page: ConsultationPage, name: str) -> None:
    _changed(page, name).save_revision()


def _old_revision(page: ConsultationPage, name: str) -> None:
    """A revision written past validation and then published, as the scheduler does."""
    revision = _changed(page, name).save_revision(clean=False)
    revision.publish()
    stored = ConsultationPage.objects.get(pk=page.pk)
    # Dates are facts of the page: the revision cannot carry them, so publishing it changes nothing.
    if name in ("opens_at", "closes_at") and getattr(stored, name) != getattr(page, name):
        raise ConsultationLocked([name])


def _update(page: ConsultationPage, name: str) -> None:
    ConsultationPage.objects.filter(pk=page.pk).update(**{name: CHANGES[name](page)})


def _bulk_update(page: ConsultationPage, name: str) -> None:
    ConsultationPage.objects.bulk_update([_changed(page, name)], [name])


PATHS = [_save, _save_unclean, _save_one_field, _revision, _old_revision, _update, _bulk_update]


@pytest.mark.parametrize("name", CHANGES)
@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.__name__.strip("_"))
def test_no_path_changes_what_is_fixed(path: Callable[[ConsultationPage, str], None], name: str) -> None:
    page = ConsultationFactory.create()
    before = getattr(ConsultationPage.objects.get(pk=page.pk), name)
    with pytest.raises(ValidationError), transaction.atomic():
        path(page, name)
    fresh = ConsultationPage.objects.get(pk=page.pk)
    assert getattr(fresh, name) == before
    assert [clause.clause_id for clause in fresh.clauses.all()][:3] == ["ch1", "a1", "a2"]


@pytest.mark.parametrize("trait", ["closed", "overdue"])
def test_it_stays_fixed_after_the_end(trait: str) -> None:
    page = ConsultationFactory.create(**{trait: True})
    page.draft_body = "换了一稿"
    with pytest.raises(ValidationError):
        page.save()


def test_the_admin_form_does_not_take_the_change() -> None:
    page = ConsultationFactory.create()
    form = ConsultationPage.get_edit_handler().get_form_class()(
        instance=page, data={}, for_user=head_of(page.department)
    )
    locked = {"draft_body", "drafting_note", "decision_basis", "kind", "first_day", "last_day", "slug"}
    assert all(form.fields[name].disabled for name in locked)
    assert not form.fields["summary"].disabled


def test_what_is_not_fixed_can_be_corrected() -> None:
    page = ConsultationFactory.create()
    page.summary, page.contact = "更正后的摘要", "新的电话"
    page.save_revision().publish()
    assert ConsultationPage.objects.get(pk=page.pk).summary == "更正后的摘要"


def test_until_it_opens_a_new_version_replaces_the_clauses() -> None:
    page = ConsultationFactory.create(announced=True)
    page.draft_body = "第一条 只有一条。"
    page.save_revision().publish()
    assert [clause.clause_id for clause in page.clauses.all()] == ["a1"]


def test_an_announced_one_can_be_taken_back_and_an_open_one_cannot() -> None:
    announced = ConsultationFactory.create(announced=True)
    announced.unpublish()
    assert not ConsultationPage.objects.get(pk=announced.pk).live
    page = ConsultationFactory.create()
    with pytest.raises(ConsultationLocked, match="不能下线"), transaction.atomic():
        page.unpublish()
    assert ConsultationPage.objects.get(pk=page.pk).live


@pytest.mark.parametrize("remove", [lambda p: p.delete(), lambda p: ConsultationPage.objects.filter(pk=p.pk).delete(),
                                    lambda p: p.get_parent().delete()])  # fmt: skip
def test_nobody_deletes_it(remove: Callable[[ConsultationPage], Any]) -> None:
    page = ConsultationFactory.create()
    with pytest.raises(ConsultationLocked), transaction.atomic():
        remove(page)
    assert ConsultationPage.objects.filter(pk=page.pk).exists()


@pytest.mark.parametrize(
    "attack",
    [
        lambda page: DraftClause.objects.filter(consultation=page).update(text="改了"),
        lambda page: DraftClause.objects.filter(consultation=page).delete(),
        lambda page: page.clauses.first().delete(),
        lambda page: page.clauses.all().delete(),
        lambda page: DraftClause.objects.create(
            consultation=page, clause_id="a99", kind="article", text="多", position=99
        ),
        lambda page: DraftClause.objects.bulk_create(
            [DraftClause(consultation=page, clause_id="a98", kind="article", text="多", position=98)]
        ),
    ],
)
def test_clauses_are_written_by_freezing_only(attack: Callable[[ConsultationPage], Any]) -> None:
    page = ConsultationFactory.create()
    before = list(page.clauses.values_list("clause_id", "text"))
    with pytest.raises(ConsultationLocked), transaction.atomic():
        attack(page)
    assert list(page.clauses.values_list("clause_id", "text")) == before


def test_a_clause_cannot_be_edited_one_by_one() -> None:
    clause = ConsultationFactory.create().clauses.get(clause_id="a3")
    clause.text = "改了"
    with pytest.raises(ConsultationLocked):
        clause.save()


def test_clauses_are_frozen_in_the_transaction_that_publishes(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(page: ConsultationPage) -> None:
        raise RuntimeError("power cut")

    page = ConsultationFactory.create(draft=True, opens_on=timezone.localdate())
    monkeypatch.setattr("consultations.signal_handlers.freeze_draft", broken)
    with pytest.raises(RuntimeError):
        page.get_latest_revision().publish()
    assert not ConsultationPage.objects.get(pk=page.pk).live


def test_an_extension_survives_old_revisions() -> None:
    page = ConsultationFactory.create()
    old_end, head = page.closes_at, head_of(page.department)
    later = page.last_day + dt.timedelta(days=10)
    revision = page.get_latest_revision()
    extend(page=page, user=head, last_day=later, reason="应多地要求延长。")
    revision.publish()
    fresh = ConsultationPage.objects.get(pk=page.pk)
    assert (fresh.last_day, fresh.extended_from, fresh.closes_at) == (later, old_end, end_of(later))
    assert fresh.outcome_due_on > later
    assert fresh.get_latest_revision_as_object().closes_at == end_of(later)


def test_a_termination_cannot_be_undone() -> None:
    page = ConsultationFactory.create()
    terminate(page=page, user=head_of(page.department), reason="上位法已经修改。")
    page.get_latest_revision().publish()
    fresh = ConsultationPage.objects.get(pk=page.pk)
    assert fresh.state() == "terminated"
    fresh.terminated_at, fresh.termination_reason = None, ""
    with pytest.raises(ValidationError):
        fresh.save()


@pytest.mark.parametrize("facts", [{"extended_from": timezone.now()}, {"terminated_at": timezone.now()}])
def test_the_database_refuses_an_act_without_a_reason(facts: dict[str, Any]) -> None:
    page = ConsultationFactory.create()
    with pytest.raises(IntegrityError), transaction.atomic():
        models.QuerySet(ConsultationPage).filter(pk=page.pk).update(**facts)


def test_an_extension_by_hand_needs_all_of_its_facts() -> None:
    page = ConsultationFactory.create()
    page.closes_at += DAY
    with pytest.raises(ValidationError):
        page.save(clean=False)


def test_the_guard_judges_by_the_moment_of_the_service() -> None:
    page = ConsultationFactory.create(announced=True)
    page.draft_body = DRAFT + "\n第六条 新增一条。"
    with as_of(page.opens_at + DAY), pytest.raises(ConsultationLocked):
        page.save(clean=False)


def test_the_tree_path_leads_to_the_address_for_readers(client: Any) -> None:
    page = ConsultationFactory.create()
    site_path = page.url_path.removeprefix(page.get_ancestors().get(depth=2).url_path)
    response = client.get(f"/{site_path}")
    assert (response.status_code, response["Location"]) == (301, page.public_path)
    assert page.url == reverse("consultations:detail", args=[page.slug]) == page.public_path
