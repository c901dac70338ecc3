"""A published outcome stands: themes, decisions and their comments cannot be changed or deleted on any path (ADR 0012)."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from consultations.enums import Screening
from consultations.exceptions import OutcomeIsFinal
from consultations.models import ConsultationPage, Disposition, Outcome, PublicComment, Theme
from tests.factories import outcomes as make

pytestmark = pytest.mark.django_db

Attempt = Callable[[ConsultationPage], object]


@pytest.fixture
def page() -> ConsultationPage:
    return make.published(make.team())


def _save_theme(page: ConsultationPage) -> None:
    theme = page.themes.get()
    theme.title = "改过的主题"
    theme.save()


def _save_decision(page: ConsultationPage) -> None:
    decision = Disposition.objects.of(page.pk).first()
    assert decision is not None
    decision.status = "adopted"
    decision.save()


def _point_decision_elsewhere(page: ConsultationPage) -> None:
    decision = page.themes.get().disposition
    elsewhere = make.team()
    decision.theme = make.theme_with(make.closed(elsewhere.department), elsewhere.drafter, [])
    decision.save()


def _move_comment(page: ConsultationPage) -> None:
    item = page.public_comments.filter(theme__isnull=False).first()
    assert item is not None
    item.theme = None
    item.save()


def _save_outcome(name: str, value: object) -> Attempt:
    def attempt(page: ConsultationPage) -> None:
        outcome = Outcome.objects.get(consultation=page)
        setattr(outcome, name, value)
        outcome.save()

    return attempt


ATTEMPTS: dict[str, Attempt] = {
    "save a theme": _save_theme,
    "new theme": lambda page: Theme.objects.create(consultation=page, title="新主题"),
    "bulk new themes": lambda page: Theme.objects.bulk_create([Theme(consultation=page, title="新主题")]),
    "delete a theme": lambda page: page.themes.get().delete(),
    "delete all themes": lambda page: page.themes.all().delete(),
    "update themes": lambda page: page.themes.all().update(title="改过的主题"),
    "bulk update themes": lambda page: Theme.objects.bulk_update(list(page.themes.all()), ["title"]),
    "save a decision": _save_decision,
    "take a decision elsewhere": _point_decision_elsewhere,
    "new decision": lambda page: Disposition.objects.create(
        comment=page.public_comments.filter(theme__isnull=False).first(), status="adopted"
    ),
    "bulk new decisions": lambda page: Disposition.objects.bulk_create(
        [Disposition(comment=page.public_comments.filter(theme__isnull=False).first(), status="adopted")]
    ),
    "delete a decision": lambda page: page.themes.get().disposition.delete(),
    "delete all decisions": lambda page: Disposition.objects.of(page.pk).delete(),
    "update decisions": lambda page: Disposition.objects.all().update(reason="改过的理由"),
    "move a comment to another theme": _move_comment,
    "move comments by a query": lambda page: PublicComment.objects.filter(consultation=page).update(
        theme=None
    ),
    "take publication back": _save_outcome("published_at", None),
    "publish again": _save_outcome("published_at", timezone.now()),
    "another introduction": _save_outcome("introduction", "改过的总体情况"),
    "another publisher": _save_outcome("published_by", None),
    "update the outcome": lambda page: Outcome.objects.all().update(published_at=None),
    "delete the outcome": lambda page: page.outcome.delete(),
    "delete all outcomes": lambda page: Outcome.objects.all().delete(),
}


@pytest.mark.parametrize("name", ATTEMPTS)
def test_every_path_is_refused_and_nothing_changes(page: ConsultationPage, name: str) -> None:
    before = _snapshot(page)
    with pytest.raises(OutcomeIsFinal), transaction.atomic():
        ATTEMPTS[name](ConsultationPage.objects.get(pk=page.pk))
    assert _snapshot(page) == before


def _snapshot(page: ConsultationPage) -> list[object]:
    return [
        list(Theme.objects.filter(consultation=page).values()),
        list(Disposition.objects.of(page.pk).order_by("pk").values()),
        list(PublicComment.objects.filter(consultation=page).order_by("pk").values_list("pk", "theme_id")),
        list(Outcome.objects.filter(consultation=page).values()),
    ]


def test_screening_and_saving_unchanged_rows_still_work(page: ConsultationPage) -> None:
    item = page.public_comments.first()
    assert item is not None
    item.screening, item.screening_reason = Screening.WITHHELD, "含有他人的个人信息"
    item.save()
    page.outcome.save()
    assert PublicComment.objects.get(pk=item.pk).screening == Screening.WITHHELD


def test_before_publication_everything_is_open() -> None:
    crew = make.team()
    page = make.closed(crew.department)
    theme = make.theme_with(page, crew.drafter, make.comments(page, 1))
    Theme.objects.filter(pk=theme.pk).update(title="改过的主题")
    Disposition.objects.create(theme=theme, status="adopted")
    Disposition.objects.of(page.pk).update(reason="改过的理由")
    Disposition.objects.of(page.pk).delete()
    Theme.objects.filter(pk=theme.pk).delete()
    assert not page.themes.exists()


def test_the_database_itself_holds_one_outcome_and_one_decision_each(page: ConsultationPage) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Outcome.objects.create(consultation=page)
    with pytest.raises(IntegrityError), transaction.atomic():
        Disposition.objects.create(status="adopted")
