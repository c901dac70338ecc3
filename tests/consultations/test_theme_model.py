"""Grouping against a model: whatever drafters do in whatever order, the database holds what a dictionary would."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from consultations.enums import DispositionStatus, Screening
from consultations.models import ConsultationPage, Disposition, PublicComment, Theme
from consultations.outcome_services import (
    assign_comments,
    create_theme,
    decide_theme,
    delete_theme,
    merge_themes,
    rename_theme,
    reorder_themes,
    unassign_comments,
)
from tests.factories import outcomes as make

pytestmark = pytest.mark.django_db

COMMENTS = 5
#: The last comment was withdrawn by its author: nobody groups it.
WITHDRAWN = COMMENTS - 1
some = st.lists(st.integers(min_value=0, max_value=COMMENTS - 1), max_size=4)
place = st.integers(min_value=0, max_value=3)
title = st.sampled_from(("期限", "费用", "期  限", " 费用 ", "ＡＢ", "ab", "AB", "", "长" * 201))
steps = st.lists(
    st.one_of(
        st.tuples(st.just("create"), title),
        st.tuples(st.just("rename"), place, title),
        st.tuples(st.just("assign"), place, some),
        st.tuples(st.just("unassign"), some),
        st.tuples(st.just("merge"), place, place),
        st.tuples(st.just("delete"), place),
        st.tuples(st.just("decide"), place),
        st.tuples(st.just("reorder"), st.permutations(range(4))),
    ),
    max_size=12,
)


#: Work that has begun: two themes with comments, so that merging and deleting move something.
BEGUN = (("create", "期限"), ("create", "费用"), ("assign", 0, [0, 1]), ("assign", 1, [2]))


class Model:
    """Titles in order, the theme of each comment by title, and the titles that are decided."""

    def __init__(self) -> None:
        self.titles: list[str] = []
        self.theme_of: dict[int, str] = {}
        self.decided: set[str] = set()

    def at(self, index: int) -> str | None:
        return self.titles[index] if index < len(self.titles) else None

    def free(self, typed: str, but: str = "") -> str | None:
        """The title as kept, or None when it is refused."""
        kept = " ".join(typed.split())
        others = {name.lower() for name in self.titles if name != but}
        return kept if 0 < len(kept) <= 200 and kept.lower() not in others else None

    def create(self, typed: str) -> bool:
        kept = self.free(typed)
        if kept is not None:
            self.titles.append(kept)
        return kept is not None

    def rename(self, index: int, typed: str) -> bool:
        before = self.titles[index]
        kept = self.free(typed, but=before)
        if kept is None:
            return False
        self.titles[index] = kept
        self.theme_of = {key: kept if name == before else name for key, name in self.theme_of.items()}
        self.decided = {kept if name == before else name for name in self.decided}
        return True

    def assign(self, index: int, numbers: list[int]) -> bool:
        if not numbers or WITHDRAWN in numbers:
            return False
        self.theme_of.update(dict.fromkeys(numbers, self.titles[index]))
        return True

    def unassign(self, numbers: list[int]) -> bool:
        if not numbers or WITHDRAWN in numbers:
            return False
        for number in numbers:
            self.theme_of.pop(number, None)
        return True

    def merge(self, source: int, target: int) -> bool:
        if source == target:
            return False
        gone, kept = self.titles[source], self.titles[target]
        self.theme_of = {key: kept if name == gone else name for key, name in self.theme_of.items()}
        self.titles.remove(gone)
        self.decided.discard(gone)
        return True

    def delete(self, index: int) -> bool:
        gone = self.titles.pop(index)
        self.theme_of = {key: name for key, name in self.theme_of.items() if name != gone}
        self.decided.discard(gone)
        return True

    def decide(self, index: int) -> bool:
        self.decided.add(self.titles[index])
        return True

    def reorder(self, order: list[int]) -> bool:
        self.titles = [self.titles[index] for index in order if index < len(self.titles)]
        return True


class Services:
    """The same steps through the services; refusals are ValidationErrors and nothing else."""

    def __init__(self, page: ConsultationPage, crew: make.Team, comments: list[PublicComment]) -> None:
        self.page, self.user = page, crew.drafter
        self.ids = [comment.pk for comment in comments]

    def themes(self) -> list[Theme]:
        return list(Theme.objects.filter(consultation=self.page))

    def create(self, typed: str) -> None:
        create_theme(consultation=self.page, user=self.user, title=typed)

    def rename(self, index: int, typed: str) -> None:
        rename_theme(theme=self.themes()[index], user=self.user, title=typed)

    def assign(self, index: int, numbers: list[int]) -> None:
        ids = [self.ids[number] for number in numbers]
        assert assign_comments(theme=self.themes()[index], comment_ids=ids, user=self.user) == len(set(ids))

    def unassign(self, numbers: list[int]) -> None:
        ids = [self.ids[number] for number in numbers]
        unassign_comments(consultation=self.page, comment_ids=ids, user=self.user)

    def merge(self, source: int, target: int) -> None:
        themes = self.themes()
        merge_themes(source=themes[source], target=themes[target], user=self.user)

    def delete(self, index: int) -> None:
        delete_theme(theme=self.themes()[index], user=self.user)

    def decide(self, index: int) -> None:
        decide_theme(theme=self.themes()[index], user=self.user, status=DispositionStatus.ADOPTED)

    def reorder(self, order: list[int]) -> None:
        themes = self.themes()
        ids = [themes[index].pk for index in order if index < len(themes)]
        reorder_themes(consultation=self.page, user=self.user, theme_ids=ids)


def _possible(model: Model, step: tuple[Any, ...]) -> bool:
    """A step that names a theme needs that theme."""
    places = {"rename": 1, "assign": 1, "merge": 2, "delete": 1, "decide": 1}.get(step[0], 0)
    return all(model.at(index) is not None for index in step[1 : 1 + places])


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=steps)
def test_any_order_of_steps_ends_where_the_model_ends(
    grouping: tuple[ConsultationPage, make.Team, list[PublicComment]], steps: list[tuple[Any, ...]]
) -> None:
    page, _crew, comments = grouping
    with transaction.atomic():
        model, services = Model(), Services(*grouping)
        for step in (*BEGUN, *steps):
            if not _possible(model, step):
                continue
            accepted = getattr(model, step[0])(*step[1:])
            try:
                getattr(services, step[0])(*step[1:])
            except ValidationError:
                assert not accepted, step
            else:
                assert accepted, step
        themes = services.themes()
        assert [theme.title for theme in themes] == model.titles
        rows = PublicComment.objects.filter(consultation=page).values_list("pk", "theme__title")
        stored = {key: name for key, name in rows if name is not None}
        assert stored == {comments[number].pk: name for number, name in model.theme_of.items()}
        decided = Disposition.objects.of(page.pk).values_list("theme__title", flat=True)
        assert set(decided) == model.decided
        assert PublicComment.objects.filter(consultation=page).count() == COMMENTS
        transaction.set_rollback(True)


@pytest.fixture
def grouping() -> tuple[ConsultationPage, make.Team, list[PublicComment]]:
    crew = make.team()
    page = make.closed(crew.department)
    comments = make.comments(page, COMMENTS - 1)
    return page, crew, [*comments, make.comment(page, screening=Screening.WITHDRAWN)]
