"""Outcomes against a model: any comments, themes and decisions, answered by a few lines of Python and by the database alike."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from consultations.enums import (
    REASON_REQUIRED,
    REJECTED,
    TAKEN_UP,
    VISIBLE_SCREENINGS,
    DispositionStatus,
    Screening,
)
from consultations.exceptions import OutcomeBlocked
from consultations.models import ConsultationPage, Disposition, Outcome, PublicComment, Theme
from consultations.outcome_coverage import outcome_obstacles, undecided
from consultations.outcome_selectors import decided_themes, disposition_for, figures_of, singly_decided
from consultations.outcome_services import publish_outcome
from consultations.receipts import new_code
from tests.factories import outcomes as make

pytestmark = pytest.mark.django_db

THEMES = 3
#: Different in substance: two concentrated themes may not share one.
REASONS = ("经研究与上位法不一致甲", "经论证财政难以负担乙", "已有其他规定作出安排丙")
decisions = st.none() | st.sampled_from(list(DispositionStatus))


@dataclass(frozen=True)
class Said:
    """One comment of the model: its theme (None: none), its own decision, how it was screened, whether it was late."""

    theme: int | None
    own: DispositionStatus | None
    screening: Screening
    late: bool = False
    kind: str = "citizen"


said = st.builds(
    Said,
    theme=st.none() | st.integers(min_value=0, max_value=THEMES - 1),
    own=decisions,
    screening=st.sampled_from(list(Screening)),
    late=st.booleans(),
    kind=st.sampled_from(("citizen", "organisation")),
)
worlds = st.tuples(st.lists(said, max_size=9), st.lists(decisions, min_size=THEMES, max_size=THEMES))
World = tuple[list[Said], list[DispositionStatus | None]]
many = settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def _build(page: ConsultationPage, crew: make.Team, world: World) -> list[PublicComment]:
    """The model's rows, written without the services: their rules are not the question here."""
    comments, themes = world
    rows = [Theme.objects.create(consultation=page, title=f"主题{n}", position=n) for n in range(THEMES)]
    for row, status, reason in zip(rows, themes, REASONS, strict=True):
        if status is not None:
            Disposition.objects.create(theme=row, status=status, reason=reason, decided_by=crew.drafter)
    made = []
    for item in comments:
        comment = make.comment(
            page,
            screening=item.screening,
            theme=rows[item.theme] if item.theme is not None else None,
            late=item.late,
            author_kind=item.kind,
        )
        if item.own is not None:
            Disposition.objects.create(
                comment=comment, status=item.own, reason="单独答复此条意见的理由丁", decided_by=crew.drafter
            )
        made.append(comment)
    return made


def effective(item: Said, themes: list[DispositionStatus | None]) -> DispositionStatus | None:
    """ADR 0012 in one line: its own decision, else its theme's."""
    return item.own or (themes[item.theme] if item.theme is not None else None)


class _Undone:
    """Everything written inside is taken back, so that examples do not see each other."""

    def __enter__(self) -> None:
        self.block = transaction.atomic()
        self.block.__enter__()

    def __exit__(self, *error: Any) -> None:
        transaction.set_rollback(True)
        self.block.__exit__(*error)


@many
@given(world=worlds)
def test_figures_are_those_of_the_model(page: ConsultationPage, crew: make.Team, world: World) -> None:
    comments, themes = world
    with _Undone():
        _build(page, crew, world)
        figures = figures_of(page)
        needed = [item for item in comments if item.screening != Screening.WITHDRAWN]
        statuses = Counter(effective(item, themes) for item in needed)
        assert figures.total == len(needed)
        assert figures.withdrawn == len(comments) - len(needed)
        assert figures.undecided == statuses[None]
        assert {share.value: share.count for share in figures.by_status} == {
            status.value: statuses[status] for status in DispositionStatus
        }
        assert {share.value: share.count for share in figures.by_author} == {
            kind: sum(item.kind == kind for item in needed) for kind in ("citizen", "organisation")
        }
        assert figures.late == sum(item.late for item in needed)
        assert figures.not_shown == sum(item.screening not in VISIBLE_SCREENINGS for item in needed)
        decided = len(needed) - statuses[None]
        taken_up = sum(statuses[status] for status in TAKEN_UP)
        assert figures.adoption_share == (round(100 * taken_up / decided) if decided else 0)


@many
@given(world=worlds)
def test_the_themes_counted_are_the_themes_listed(
    page: ConsultationPage, crew: make.Team, world: World
) -> None:
    """A theme all of whose authors withdrew is neither listed nor counted."""
    comments, themes = world
    with _Undone():
        _build(page, crew, world)
        listed = decided_themes(page)
        supporters = Counter(
            item.theme
            for item in comments
            if item.theme is not None and item.screening != Screening.WITHDRAWN
        )
        assert [(item.theme.position, item.supporters) for item in listed] == sorted(supporters.items())
        assert figures_of(page).themes == len(listed)
        for item in listed:
            assert (item.decision.status if item.decision else None) == themes[item.theme.position]
            assert all(comment.screening in VISIBLE_SCREENINGS for comment in item.comments)
        own = [item for item in comments if item.own and item.screening in VISIBLE_SCREENINGS]
        assert singly_decided(page).count() == len(own)


@many
@given(world=worlds, threshold=st.integers(min_value=1, max_value=4))
@example(world=([Said(0, DispositionStatus.NOT_ADOPTED, Screening.WITHDRAWN)], [None] * THEMES), threshold=1)
def test_obstacles_are_those_of_the_model(
    page: ConsultationPage, crew: make.Team, world: World, threshold: int, settings: Any
) -> None:
    comments, themes = world
    settings.OUTCOME_CONCENTRATED_THEME = threshold
    with _Undone():
        made = _build(page, crew, world)
        open_ones = [
            (row, item)
            for row, item in zip(made, comments, strict=True)
            if item.screening != Screening.WITHDRAWN and effective(item, themes) is None
        ]
        assert set(undecided(page).values_list("pk", flat=True)) == {row.pk for row, _item in open_ones}
        found = Counter(item.code for item in outcome_obstacles(page))
        assert found["undecided_comments"] == any(item.theme is None for _row, item in open_ones)
        assert found["undecided_theme"] == len({item.theme for _row, item in open_ones} - {None})
        rejected = Counter(
            item.theme
            for item in comments
            if item.theme is not None
            and item.screening != Screening.WITHDRAWN
            and effective(item, themes) in REJECTED
        )
        # A decided theme has a reason of its own here; an undecided one has none to give.
        wanting = [n for n, number in rejected.items() if number >= threshold and themes[n] is None]
        assert found["concentrated_reason"] == len(wanting)
        assert found["missing_reason"] == found["copied_reason"] == 0


@many
@given(world=worlds)
def test_it_is_published_exactly_when_nothing_is_missing_and_each_author_reads_the_model_s_answer(
    page: ConsultationPage, crew: make.Team, world: World
) -> None:
    comments, themes = world
    with _Undone():
        made = _build(page, crew, world)
        complete = not outcome_obstacles(page)
        try:
            publish_outcome(consultation=page, user=crew.head)
        except OutcomeBlocked as blocked:
            assert not complete
            assert [item.code for item in blocked.obstacles]
            assert not Outcome.objects.published().filter(consultation=page).exists()
        else:
            assert complete
        for row, item in zip(made, comments, strict=True):
            shown = disposition_for(PublicComment.objects.plain().get(pk=row.pk))
            status = effective(item, themes) if complete else None
            assert (shown.status if shown else None) == status
            if shown is not None:
                assert shown.own == (item.own is not None)
                assert shown.reason or shown.status not in REASON_REQUIRED


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(world=worlds)
def test_page_and_api_say_the_same_and_show_nothing_hidden(
    client: Client, page: ConsultationPage, crew: make.Team, world: World
) -> None:
    comments, themes = world
    comments = [
        item if effective(item, themes) else Said(item.theme, DispositionStatus.EXPLAINED, item.screening)
        for item in comments
    ]
    with _Undone():
        made = _build(page, crew, (comments, themes))
        for number, row in enumerate(made):
            PublicComment.objects.filter(pk=row.pk).update(
                comment=f"原文{number}号全文", redacted_text=f"隐去{number}号之后", receipt_code=new_code()
            )
        if outcome_obstacles(page):
            return
        publish_outcome(consultation=page, user=crew.head)
        answer = client.get(f"/api/v1/consultations/{page.pk}/outcome/").json()
        html = client.get(f"/consultations/{page.slug}/outcome/").content.decode()
        assert [theme["title"] for theme in answer["themes"]] == [
            item.theme.title for item in decided_themes(page)
        ]
        assert answer["figures"]["themes"] == len(answer["themes"])
        single = {row["id"]: row["text"] for row in answer["single_decisions"]}
        for number, (row, item) in enumerate(zip(made, comments, strict=True)):
            own_text, hidden_text = f"原文{number}号全文", f"隐去{number}号之后"
            expected = {Screening.PUBLISHED: own_text, Screening.REDACTED: hidden_text}.get(item.screening)
            assert single.get(row.pk) == (expected if item.own else None)
            if item.screening != Screening.PUBLISHED:
                assert own_text not in html
            if item.screening != Screening.REDACTED:
                assert hidden_text not in html
            code = PublicComment.objects.plain().get(pk=row.pk).receipt_code
            assert code not in html
            receipt = client.get(f"/receipts/{code}/").content.decode()
            assert own_text in receipt
