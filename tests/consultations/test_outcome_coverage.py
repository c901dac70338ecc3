"""The rule that every comment is covered and every refusal has a reason, case by case."""

from __future__ import annotations

import pytest
from pytest_django import DjangoAssertNumQueries, Settings

from consultations.enums import REASON_REQUIRED, REJECTED, DispositionStatus, Screening
from consultations.models import ConsultationPage, Disposition, PublicComment, Theme
from consultations.outcome_coverage import outcome_checklist, outcome_obstacles
from consultations.outcome_rules import concentrated_threshold, says_something
from consultations.outcome_services import decide_comment, decide_theme, publish_outcome
from tests.factories import outcomes as make

pytestmark = pytest.mark.django_db

OTHER_REASON = "数据目录的格式由国家标准统一规定，本省不另行规定。"


def codes(page: ConsultationPage) -> list[str]:
    return [item.code for item in outcome_obstacles(page)]


@pytest.mark.parametrize("themed", [False, True])
@pytest.mark.parametrize("theme_decided", [False, True])
@pytest.mark.parametrize("own", [False, True])
@pytest.mark.parametrize("screening", list(Screening))
def test_covered_by_its_own_decision_or_its_themes(
    crew: make.Team,
    page: ConsultationPage,
    themed: bool,
    theme_decided: bool,
    own: bool,
    screening: Screening,
) -> None:
    item = make.comment(page)
    theme = make.theme_with(page, crew.drafter, [item] if themed else [])
    if theme_decided:
        decide_theme(theme=theme, user=crew.drafter, status="adopted")
    if own:
        decide_comment(comment=item, user=crew.drafter, status="adopted")
    reason = "含有个人信息" if screening in (Screening.WITHHELD, Screening.REDACTED) else ""
    PublicComment.objects.filter(pk=item.pk).update(screening=screening, screening_reason=reason)
    needed = screening != Screening.WITHDRAWN
    covered = own or (themed and theme_decided)
    expected = ["undecided_theme" if themed else "undecided_comments"] if needed and not covered else []
    assert codes(page) == expected


def test_late_comments_are_covered_too(crew: make.Team, page: ConsultationPage) -> None:
    item = make.comment(page, late=True)
    assert codes(page) == ["undecided_comments"]
    decide_comment(comment=item, user=crew.drafter, status="adopted")
    assert codes(page) == []


def test_other_consultations_do_not_count(crew: make.Team, page: ConsultationPage) -> None:
    elsewhere = make.closed(crew.department)
    make.comment(elsewhere)
    Disposition.objects.create(comment=make.comment(elsewhere), status="not_adopted")
    assert codes(page) == []
    assert sorted(codes(elsewhere)) == ["missing_reason", "undecided_comments"]


@pytest.mark.parametrize("status", list(DispositionStatus))
@pytest.mark.parametrize("reason", ["", "　 ", "无", "……………………", make.REASON])
@pytest.mark.parametrize("on_theme", [False, True])
def test_reasons_written_behind_the_services_back_are_checked_again(
    crew: make.Team, page: ConsultationPage, status: DispositionStatus, reason: str, on_theme: bool
) -> None:
    item = make.comment(page)
    target: Theme | PublicComment = make.theme_with(page, crew.drafter, [item]) if on_theme else item
    Disposition.objects.create(**{"theme" if on_theme else "comment": target}, status=status, reason=reason)
    missing = status in REASON_REQUIRED and reason != make.REASON
    assert codes(page) == (["missing_reason"] if missing else [])


class TestConcentrated:
    def test_the_threshold_is_a_setting(self, settings: Settings) -> None:
        assert concentrated_threshold() == 5
        settings.OUTCOME_CONCENTRATED_THEME = 3
        assert concentrated_threshold() == 3
        settings.OUTCOME_CONCENTRATED_THEME = 0
        assert concentrated_threshold() == 1

    @pytest.mark.parametrize(("number", "blocked"), [(4, False), (5, True), (6, True)])
    def test_many_single_rejections_need_the_themes_own_reason(
        self, crew: make.Team, page: ConsultationPage, number: int, blocked: bool
    ) -> None:
        items = make.comments(page, number)
        theme = make.theme_with(page, crew.drafter, items)
        for item in items:
            decide_comment(comment=item, user=crew.drafter, status="not_adopted", reason=make.REASON)
        assert codes(page) == (["concentrated_reason"] if blocked else [])
        decide_theme(theme=theme, user=crew.drafter, status="not_adopted", reason=OTHER_REASON)
        assert codes(page) == []

    @pytest.mark.parametrize("status", sorted(REJECTED))
    def test_one_reason_pasted_on_two_themes_is_not_their_own(
        self, crew: make.Team, page: ConsultationPage, status: str
    ) -> None:
        first, second = (make.theme_with(page, crew.drafter, make.comments(page, 5)) for _ in range(2))
        decide_theme(theme=first, user=crew.drafter, status=status, reason=make.REASON)
        decide_theme(
            theme=second, user=crew.drafter, status=status, reason=" " + make.REASON.replace("，", "， ")
        )
        assert codes(page) == ["copied_reason"]
        decide_theme(theme=second, user=crew.drafter, status=status, reason=OTHER_REASON)
        assert codes(page) == []

    def test_a_smaller_theme_may_repeat_a_reason(self, crew: make.Team, page: ConsultationPage) -> None:
        for number in (5, 4):
            theme = make.theme_with(page, crew.drafter, make.comments(page, number))
            decide_theme(theme=theme, user=crew.drafter, status="not_adopted", reason=make.REASON)
        assert codes(page) == []

    def test_withdrawn_and_adopted_comments_do_not_make_it_concentrated(
        self, crew: make.Team, page: ConsultationPage
    ) -> None:
        items = make.comments(page, 6)
        make.theme_with(page, crew.drafter, items)
        for item in items:
            decide_comment(comment=item, user=crew.drafter, status="not_adopted", reason=make.REASON)
        PublicComment.objects.filter(pk=items[0].pk).update(screening=Screening.WITHDRAWN)
        decide_comment(comment=items[1], user=crew.drafter, status="adopted")
        assert codes(page) == []

    def test_an_adopted_theme_with_singly_rejected_comments_needs_a_reason(
        self, crew: make.Team, page: ConsultationPage
    ) -> None:
        items = make.comments(page, 6)
        theme = make.theme_with(page, crew.drafter, items)
        decide_theme(theme=theme, user=crew.drafter, status="adopted")
        for item in items[:5]:
            decide_comment(comment=item, user=crew.drafter, status="not_adopted", reason=make.REASON)
        assert codes(page) == ["concentrated_reason"]


class TestChecklist:
    def test_it_names_what_is_asked_and_where_to_put_it_right(
        self, crew: make.Team, page: ConsultationPage
    ) -> None:
        theme = make.theme_with(page, crew.drafter, make.comments(page, 2), "期限")
        checklist = outcome_checklist(page)
        assert [requirement.met for requirement in checklist] == [True, False, True, True, True]
        obstacle = checklist[1].obstacles[0]
        assert (obstacle.count, obstacle.anchor) == (2, f"themes/{theme.pk}/")
        assert "期限" in obstacle.message

    def test_published_and_unclosed_are_obstacles(self, crew: make.Team) -> None:
        assert codes(make.opened(crew.department)) == ["not_closed"]
        assert codes(make.published(crew)) == ["already_published"]

    def test_it_costs_the_same_for_any_number(
        self, crew: make.Team, page: ConsultationPage, django_assert_num_queries: DjangoAssertNumQueries
    ) -> None:
        make.many_comments(page, 2000)
        with django_assert_num_queries(4):
            assert codes(page) == ["undecided_comments"]


@pytest.mark.parametrize(
    ("reason", "enough"),
    [
        ("", False),
        ("同上", False),
        ("12345678", False),
        ("啊啊啊啊啊啊啊啊", False),
        ("。，！？；：……", False),
        ("已在第三条中明确。", True),
        ("已在第三条第二款中明确规定。", True),
        ("Conflicts with higher law.", True),
        ("\u200b\u200b\u200b\u200b\u200b\u200b\u200b\u200b", False),
    ],
)
def test_what_counts_as_a_reason(reason: str, enough: bool) -> None:
    assert says_something(reason) is enough


def test_publishing_asks_the_same_question(crew: make.Team, page: ConsultationPage) -> None:
    theme = make.theme_with(page, crew.drafter, make.comments(page, 5))
    decide_theme(theme=theme, user=crew.drafter, status="not_adopted", reason=make.REASON)
    assert codes(page) == []
    assert publish_outcome(consultation=page, user=crew.head).published_at
