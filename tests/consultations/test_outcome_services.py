"""Themes, decisions and publishing: what the services write, refuse and record."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone
from wagtail.models import PageLogEntry

from consultations.enums import REASON_REQUIRED, DispositionStatus, Screening
from consultations.exceptions import OutcomeBlocked, OutcomeIsFinal
from consultations.models import ConsultationPage, Disposition, Outcome, PublicComment, Theme
from consultations.outcome_services import (
    assign_comments,
    clear_decision,
    create_theme,
    decide_comment,
    decide_theme,
    delete_theme,
    merge_themes,
    publish_outcome,
    rename_theme,
    reorder_themes,
    save_introduction,
    unassign_comments,
)
from consultations.outcome_signals import outcome_published
from portal.organisations.enums import Role
from portal.organisations.services import assign_role
from tests.factories import outcomes as make
from tests.factories.organisations import member

pytestmark = pytest.mark.django_db


def actions(page: ConsultationPage) -> list[str]:
    rows = PageLogEntry.objects.filter(page=page.pk, action__startswith="yanlu.").order_by("pk")
    return [row.action for row in rows]


class TestThemes:
    def test_new_themes_go_to_the_end_and_are_recorded(self, crew: make.Team, page: ConsultationPage) -> None:
        first = create_theme(consultation=page, user=crew.drafter, title=" 期限 ", summary=" 太短 ")
        second = create_theme(consultation=page, user=crew.drafter, title="范围")
        assert (first.title, first.summary, first.created_by) == ("期限", "太短", crew.drafter)
        assert list(page.themes.all()) == [first, second]
        assert actions(page).count("yanlu.theme_created") == 2

    @pytest.mark.parametrize(
        ("title", "code"), [("", "required"), ("  \u3000", "required"), ("长" * 201, "too_long")]
    )
    def test_a_title_is_needed(self, crew: make.Team, page: ConsultationPage, title: str, code: str) -> None:
        with pytest.raises(ValidationError) as refused:
            create_theme(consultation=page, user=crew.drafter, title=title)
        assert "title" in refused.value.message_dict
        assert not page.themes.exists()

    def test_titles_are_unique_within_a_consultation(self, crew: make.Team, page: ConsultationPage) -> None:
        create_theme(consultation=page, user=crew.drafter, title="期限")
        other = create_theme(consultation=page, user=crew.drafter, title="范围")
        with pytest.raises(ValidationError):
            create_theme(consultation=page, user=crew.drafter, title="期限")
        with pytest.raises(ValidationError):
            rename_theme(theme=other, user=crew.drafter, title="期限")
        elsewhere = make.closed(crew.department)
        assert create_theme(consultation=elsewhere, user=crew.drafter, title="期限").pk

    def test_renaming_keeps_the_summary_unless_given(self, crew: make.Team, page: ConsultationPage) -> None:
        theme = create_theme(consultation=page, user=crew.drafter, title="期限", summary="太短")
        rename_theme(theme=theme, user=crew.drafter, title="提交期限")
        theme.refresh_from_db()
        assert (theme.title, theme.summary) == ("提交期限", "太短")
        rename_theme(theme=theme, user=crew.drafter, title="提交期限", summary="")
        theme.refresh_from_db()
        assert theme.summary == ""

    def test_reordering_names_every_theme_once(self, crew: make.Team, page: ConsultationPage) -> None:
        a, b, c = (create_theme(consultation=page, user=crew.drafter, title=t) for t in "甲乙丙")
        reorder_themes(consultation=page, user=crew.drafter, theme_ids=[c.pk, a.pk, b.pk])
        assert list(page.themes.all()) == [c, a, b]
        for wrong in ([a.pk, b.pk], [a.pk, b.pk, b.pk], [a.pk, b.pk, c.pk, c.pk]):
            with pytest.raises(ValidationError):
                reorder_themes(consultation=page, user=crew.drafter, theme_ids=wrong)
        assert list(page.themes.all()) == [c, a, b]

    def test_merging_moves_comments_and_keeps_the_target_decision(
        self, crew: make.Team, page: ConsultationPage
    ) -> None:
        source = make.theme_with(page, crew.drafter, make.comments(page, 2))
        target = make.theme_with(page, crew.drafter, make.comments(page, 3))
        decide_theme(theme=source, user=crew.drafter, status="not_adopted", reason=make.REASON)
        kept = decide_theme(theme=target, user=crew.drafter, status="adopted")
        assert merge_themes(source=source, target=target, user=crew.drafter) == 2
        assert target.public_comments.count() == 5
        assert not Theme.objects.filter(pk=source.pk).exists()
        assert list(Disposition.objects.of(page.pk)) == [kept]

    def test_merging_into_itself_or_elsewhere_is_refused(
        self, crew: make.Team, page: ConsultationPage
    ) -> None:
        theme = make.theme_with(page, crew.drafter, make.comments(page, 1))
        foreign = make.theme_with(make.closed(crew.department), crew.drafter, [])
        for target in (theme, foreign):
            with pytest.raises(ValidationError):
                merge_themes(source=theme, target=target, user=crew.drafter)
        assert theme.public_comments.count() == 1

    def test_deleting_frees_the_comments(self, crew: make.Team, page: ConsultationPage) -> None:
        grouped = make.comments(page, 2)
        theme = make.theme_with(page, crew.drafter, grouped)
        decide_theme(theme=theme, user=crew.drafter, status="adopted")
        delete_theme(theme=theme, user=crew.drafter)
        assert PublicComment.objects.filter(consultation=page, theme__isnull=True).count() == 2
        assert not Disposition.objects.of(page.pk).exists()


class TestAssigning:
    def test_assigning_moves_out_of_the_old_theme(self, crew: make.Team, page: ConsultationPage) -> None:
        items = make.comments(page, 3)
        old = make.theme_with(page, crew.drafter, items)
        new = make.theme_with(page, crew.drafter, [])
        ids = [items[0].pk, items[1].pk, items[0].pk]
        assert assign_comments(theme=new, comment_ids=ids, user=crew.drafter) == 2
        assert (old.public_comments.count(), new.public_comments.count()) == (1, 2)
        assert unassign_comments(consultation=page, comment_ids=ids, user=crew.drafter) == 2
        assert new.public_comments.count() == 0

    def test_all_or_none(self, crew: make.Team, page: ConsultationPage) -> None:
        own = make.comment(page)
        foreign = make.comment(make.closed(crew.department))
        gone = make.comment(page, screening=Screening.WITHDRAWN)
        theme = make.theme_with(page, crew.drafter, [])
        for ids in ([], [own.pk, foreign.pk], [own.pk, gone.pk], [own.pk, 10**9]):
            with pytest.raises(ValidationError):
                assign_comments(theme=theme, comment_ids=ids, user=crew.drafter)
        assert theme.public_comments.count() == 0

    def test_more_comments_than_one_statement_takes(self, crew: make.Team, page: ConsultationPage) -> None:
        make.many_comments(page, 1200)
        ids = list(PublicComment.objects.filter(consultation=page).values_list("pk", flat=True))
        theme = make.theme_with(page, crew.drafter, [])
        assert assign_comments(theme=theme, comment_ids=ids, user=crew.drafter) == 1201
        assert theme.public_comments.count() == 1201


class TestDeciding:
    def test_a_decision_can_be_changed_and_cleared_before_publication(
        self, crew: make.Team, page: ConsultationPage
    ) -> None:
        theme = make.theme_with(page, crew.drafter, make.comments(page, 1))
        decide_theme(theme=theme, user=crew.drafter, status="adopted")
        decision = decide_theme(theme=theme, user=crew.drafter, status="not_adopted", reason=make.REASON)
        assert Disposition.objects.get() == decision
        assert (decision.status, decision.decided_by) == ("not_adopted", crew.drafter)
        clear_decision(decision=decision, user=crew.drafter)
        assert not Disposition.objects.exists()
        assert actions(page)[-3:] == ["yanlu.theme_decided", "yanlu.theme_decided", "yanlu.decision_cleared"]

    @pytest.mark.parametrize("status", sorted(REASON_REQUIRED))
    @pytest.mark.parametrize(
        "reason",
        ["", "   ", "\u3000\n\t", "。。。。。。。。。。", "不采纳", "无无无无无无无无无无", "\u200b" * 20],
    )
    def test_a_reason_of_substance_is_needed(
        self, crew: make.Team, page: ConsultationPage, status: str, reason: str
    ) -> None:
        item = make.comment(page)
        with pytest.raises(ValidationError) as refused:
            decide_comment(comment=item, user=crew.drafter, status=status, reason=reason)
        assert "reason" in refused.value.message_dict
        assert not Disposition.objects.exists()

    def test_adoption_needs_no_reason(self, crew: make.Team, page: ConsultationPage) -> None:
        decided = decide_comment(comment=make.comment(page), user=crew.drafter, status="adopted")
        assert decided.status == DispositionStatus.ADOPTED

    @pytest.mark.parametrize("status", ["", "maybe", "ADOPTED"])
    def test_an_unknown_status_is_refused(self, crew: make.Team, page: ConsultationPage, status: str) -> None:
        with pytest.raises(ValidationError) as refused:
            decide_comment(comment=make.comment(page), user=crew.drafter, status=status)
        assert "status" in refused.value.message_dict

    def test_changed_clauses_are_those_of_the_draft(self, crew: make.Team, page: ConsultationPage) -> None:
        item = make.comment(page)
        decision = decide_comment(
            comment=item, user=crew.drafter, status="adopted", changed_clause_ids=["a3", "a1", "a3"]
        )
        assert decision.changed_clause_ids == ["a3", "a1"]
        for status, ids in (("adopted", ["a99"]), ("not_adopted", ["a3"])):
            with pytest.raises(ValidationError) as refused:
                decide_comment(
                    comment=item, user=crew.drafter, status=status, reason=make.REASON, changed_clause_ids=ids
                )
            assert "changed_clause_ids" in refused.value.message_dict

    def test_a_withdrawn_comment_is_not_decided(self, crew: make.Team, page: ConsultationPage) -> None:
        item = make.comment(page, screening=Screening.WITHDRAWN)
        with pytest.raises(ValidationError):
            decide_comment(comment=item, user=crew.drafter, status="adopted")


class TestPublishing:
    def test_it_happens_once_and_tells_the_rest_of_the_site(
        self, crew: make.Team, page: ConsultationPage
    ) -> None:
        theme = make.theme_with(page, crew.drafter, make.comments(page, 2))
        decide_theme(theme=theme, user=crew.drafter, status="adopted")
        heard: list[Outcome] = []

        def hear(outcome: Outcome, **_kwargs: object) -> None:
            heard.append(outcome)

        outcome_published.connect(hear)
        at = timezone.now()
        outcome = publish_outcome(consultation=page, user=crew.head, at=at)
        assert (outcome.published_at, outcome.published_by) == (at, crew.head)
        assert heard == [outcome]
        assert actions(page)[-1] == "yanlu.outcome_published"
        with pytest.raises(OutcomeIsFinal):
            publish_outcome(consultation=page, user=crew.head)
        outcome.refresh_from_db()
        assert outcome.published_at == at
        assert len(heard) == 1

    def test_no_comments_still_give_an_outcome(self, crew: make.Team, page: ConsultationPage) -> None:
        assert publish_outcome(consultation=page, user=crew.head).published_at is not None

    def test_everything_missing_is_named(self, crew: make.Team, page: ConsultationPage) -> None:
        make.comment(page)
        make.theme_with(page, crew.drafter, make.comments(page, 2), "期限")
        with pytest.raises(OutcomeBlocked) as refused:
            publish_outcome(consultation=page, user=crew.head)
        assert {item.code for item in refused.value.obstacles} == {"undecided_comments", "undecided_theme"}
        assert any("期限" in message for message in refused.value.messages)
        assert not Outcome.objects.published().exists()

    def test_who_decided_does_not_publish(self, crew: make.Team, page: ConsultationPage) -> None:
        assign_role(user=crew.drafter, role=Role.HEAD, department=crew.department)
        decide_comment(comment=make.comment(page), user=crew.drafter, status="adopted")
        with pytest.raises(PermissionDenied, match="1 项"):
            publish_outcome(consultation=page, user=crew.drafter)
        assert publish_outcome(consultation=page, user=crew.head).published_by == crew.head

    def test_the_introduction_is_kept_as_written(self, crew: make.Team, page: ConsultationPage) -> None:
        save_introduction(consultation=page, user=crew.drafter, introduction=" 共收到意见若干。 ")
        assert page.outcome.introduction == "共收到意见若干。"

    def test_a_consultation_without_department_can_be_handled_by_nobody(self, crew: make.Team) -> None:
        page = make.closed(crew.department)
        ConsultationPage._base_manager.filter(pk=page.pk)
        page.department = None
        with pytest.raises(PermissionDenied):
            create_theme(consultation=page, user=crew.drafter, title="期限")
        with pytest.raises(PermissionDenied):
            publish_outcome(consultation=page, user=member(Role.HEAD))
