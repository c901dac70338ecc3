"""Two heads press the button at the same moment; a decision arrives while the outcome is published."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from django.core.exceptions import ValidationError
from django.db import connections

from consultations.exceptions import OutcomeIsFinal
from consultations.models import ConsultationPage, Disposition, Outcome
from consultations.outcome_coverage import outcome_obstacles
from consultations.outcome_services import decide_comment, publish_outcome
from portal.organisations.enums import Role
from tests.factories import outcomes as make
from tests.factories.organisations import member


def at_once(*calls: Callable[[], object]) -> list[BaseException | None]:
    """Run the calls in threads that start together; what each raised."""
    barrier = threading.Barrier(len(calls))
    raised: list[BaseException | None] = [None] * len(calls)

    def run(number: int, call: Callable[[], object]) -> None:
        try:
            barrier.wait()
            call()
        except Exception as error:  # the test looks at each
            raised[number] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=item) for item in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return raised


@pytest.mark.django_db(transaction=True)
def test_only_one_of_many_publications_wins() -> None:
    crew = make.team()
    page = make.closed(crew.department)
    heads = [crew.head, *(member(Role.HEAD, crew.department) for _ in range(3))]
    fresh = [ConsultationPage.objects.get(pk=page.pk) for _ in heads]
    raised = at_once(
        *(lambda p=p, h=h: publish_outcome(consultation=p, user=h) for p, h in zip(fresh, heads, strict=True))
    )
    assert sum(error is None for error in raised) == 1, raised
    assert all(isinstance(error, OutcomeIsFinal) for error in raised if error is not None), raised
    outcome = Outcome.objects.get()
    assert outcome.published_by == heads[raised.index(None)]


@pytest.mark.django_db(transaction=True)
def test_a_decision_never_slips_in_behind_a_publication() -> None:
    crew = make.team()
    page = make.closed(crew.department)
    item = make.comment(page)
    decide_comment(comment=item, user=crew.drafter, status="adopted")
    raised = at_once(
        lambda: publish_outcome(consultation=ConsultationPage.objects.get(pk=page.pk), user=crew.head),
        lambda: decide_comment(comment=item, user=crew.drafter, status="not_adopted", reason=make.REASON),
    )
    assert raised[0] is None, raised
    decided = Disposition.objects.get()
    if raised[1] is None:
        assert decided.status == "not_adopted"
    else:
        assert isinstance(raised[1], OutcomeIsFinal)
        assert decided.status == "adopted"


@pytest.mark.django_db
def test_the_condition_holds_even_when_the_read_was_stale(monkeypatch: pytest.MonkeyPatch) -> None:
    """A database that does not lock rows may read an unpublished outcome twice: the second write still fails."""
    crew = make.team()
    page = make.closed(crew.department)
    stale = Outcome.objects.create(consultation=page)
    publish_outcome(consultation=page, user=crew.head)
    published_at = Outcome.objects.get().published_at
    monkeypatch.setattr("consultations.outcome_services.lock_outcome", lambda consultation: stale)
    monkeypatch.setattr("consultations.outcome_services.outcome_obstacles", lambda consultation, at: [])
    with pytest.raises(OutcomeIsFinal):
        publish_outcome(consultation=page, user=crew.head)
    assert Outcome.objects.get().published_at == published_at
    assert [item.code for item in outcome_obstacles(page)] == ["already_published"]
    assert issubclass(OutcomeIsFinal, ValidationError)
