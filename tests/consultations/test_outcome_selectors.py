"""What became of one comment, and the figures."""

from __future__ import annotations

import datetime as dt

import pytest

from consultations.enums import DispositionStatus, Screening
from consultations.models import ConsultationPage, PublicComment
from consultations.outcome_diffs import draft_clauses, outcome_diff, places
from consultations.outcome_selectors import (
    clause_labels,
    decided_themes,
    decisions_by_clause,
    disposition_for,
    figures_of,
    published_outcome_of,
)
from consultations.outcome_services import decide_comment, decide_theme, link_final_policy, publish_outcome
from search.archive.clauses import parse_clauses
from search.archive.diffs import ClauseStatus
from tests.factories import outcomes as make
from tests.factories.interpretations import signed_policy

pytestmark = pytest.mark.django_db


@pytest.fixture
def crew() -> make.Team:
    return make.team()


def fresh(comment: PublicComment) -> PublicComment:
    found: PublicComment = PublicComment.objects.get(pk=comment.pk)
    return found


class TestDispositionFor:
    def test_nothing_before_publication(self, crew: make.Team) -> None:
        page = make.closed(crew.department)
        item = make.comment(page)
        assert disposition_for(fresh(item)) is None
        decide_comment(comment=item, user=crew.drafter, status="adopted")
        assert disposition_for(fresh(item)) is None
        publish_outcome(consultation=page, user=crew.head)
        assert disposition_for(fresh(item)) is not None

    def test_a_comments_own_decision_wins_over_its_themes(self, crew: make.Team) -> None:
        page = make.closed(crew.department)
        plain, special = make.comments(page, 2)
        theme = make.theme_with(page, crew.drafter, [plain, special], "期限")
        decide_theme(
            theme=theme, user=crew.drafter, status="adopted", reason="已修改。", changed_clause_ids=["a3"]
        )
        decide_comment(comment=special, user=crew.drafter, status="not_adopted", reason=make.REASON)
        publish_outcome(consultation=page, user=crew.head)
        inherited, own = disposition_for(fresh(plain)), disposition_for(fresh(special))
        assert inherited is not None
        assert own is not None
        assert (inherited.status, inherited.own, inherited.theme_title) == ("adopted", False, "期限")
        assert inherited.changed_clause_ids == ("a3",)
        assert (own.status, own.label, own.reason, own.own) == ("not_adopted", "不采纳", make.REASON, True)

    @pytest.mark.parametrize("screening", [Screening.WITHHELD, Screening.RECEIVED, Screening.REDACTED])
    def test_the_author_of_a_hidden_comment_is_told_too(self, crew: make.Team, screening: Screening) -> None:
        page = make.closed(crew.department)
        item = make.comment(page, screening=screening)
        decide_comment(comment=item, user=crew.drafter, status="out_of_scope", reason=make.REASON)
        publish_outcome(consultation=page, user=crew.head)
        told = disposition_for(fresh(item))
        assert told is not None
        assert told.status == "out_of_scope"

    def test_it_depends_on_the_moment(self, crew: make.Team) -> None:
        page = make.published(crew)
        outcome = published_outcome_of(page)
        assert outcome is not None
        assert outcome.published_at is not None
        item = page.public_comments.first()
        assert item is not None
        assert disposition_for(item, at=outcome.published_at - dt.timedelta(seconds=1)) is None
        assert disposition_for(item, at=outcome.published_at) is not None


class TestFigures:
    def test_every_status_is_counted_once_by_the_effective_decision(self, crew: make.Team) -> None:
        page = make.closed(crew.department)
        for status in DispositionStatus:
            item = make.comment(page)
            decide_comment(comment=item, user=crew.drafter, status=status, reason=make.REASON)
        grouped = make.comments(page, 4)
        theme = make.theme_with(page, crew.drafter, grouped)
        decide_theme(theme=theme, user=crew.drafter, status="adopted")
        decide_comment(comment=grouped[0], user=crew.drafter, status="not_adopted", reason=make.REASON)
        make.comment(page, screening=Screening.WITHDRAWN)
        figures = figures_of(page)
        by_status = {share.value: share.count for share in figures.by_status}
        assert by_status == {
            "adopted": 4,
            "partially_adopted": 1,
            "not_adopted": 2,
            "explained": 1,
            "referred": 1,
            "out_of_scope": 1,
        }
        assert (figures.total, figures.undecided, figures.withdrawn, figures.themes) == (10, 0, 1, 1)
        assert figures.adoption_share == 50

    def test_no_comments(self, crew: make.Team) -> None:
        figures = figures_of(make.closed(crew.department))
        assert (figures.total, figures.undecided, figures.adoption_share, figures.themes) == (0, 0, 0, 0)


class TestThemes:
    def test_first_visible_comments_only_and_empty_themes_left_out(self, crew: make.Team) -> None:
        page = make.closed(crew.department)
        items = make.comments(page, 5)
        hidden = make.comment(page, screening=Screening.WITHHELD)
        theme = make.theme_with(page, crew.drafter, [*items, hidden], "期限")
        make.theme_with(page, crew.drafter, [], "空主题")
        (found,) = decided_themes(page, first=2)
        assert (found.theme, found.decision, found.supporters) == (theme, None, 6)
        assert list(found.comments) == items[:2]

    def test_order_is_the_drafters(self, crew: make.Team) -> None:
        page = make.closed(crew.department)
        titles = ["丙主题", "甲主题", "乙主题"]
        for title in titles:
            make.theme_with(page, crew.drafter, [make.comment(page)], title)
        assert [item.theme.title for item in decided_themes(page)] == titles


class TestDifference:
    def test_frozen_rows_are_the_parsed_draft(self, crew: make.Team) -> None:
        page: ConsultationPage = make.closed(crew.department)
        assert draft_clauses(page) == parse_clauses(make.DRAFT)

    def test_changes_carry_the_decisions_behind_them(self, crew: make.Team) -> None:
        page = make.published(crew)
        body = make.DRAFT.replace("三日内", "五个工作日内").replace("第四条 违反", "第五条 违反")
        body = body.replace("第五条", "第四条 数据安全事件应当立即报告。\n第五条")
        link_final_policy(
            consultation=page,
            user=crew.head,
            policy=signed_policy(lead_department=crew.department, body=body),
        )
        outcome = published_outcome_of(page)
        assert outcome is not None
        difference = outcome_diff(outcome)
        assert difference is not None
        changed = {row.anchor: row for row in difference.changed_rows}
        assert set(changed) == {"draft-a3", "final-a4", "draft-a4"}
        assert [str(d.theme) for d in changed["draft-a3"].decisions] == ["提交期限过短"]
        assert changed["draft-a4"].old_label == "第四条"
        assert difference.counts[ClauseStatus.ADDED] == 1
        row = changed["draft-a3"]
        assert "".join(s.text for s in row.old_segments) == "医院应当在三日内提交数据目录。"
        assert "".join(s.text for s in row.new_segments) == "医院应当在五个工作日内提交数据目录。"

    def test_places_name_article_paragraph_and_item(self) -> None:
        text = "第一章 总则\n第一条 总的规定：\n（一）第一项；\n（二）第二项。\n另起的一款。\n第二条 其他。\n"
        found = places(parse_clauses(text))
        assert list(found.values()) == [
            "第一章",
            "第一条",
            "第一条（一）",
            "第一条（二）",
            "第一条第二款",
            "第二条",
        ]
        assert list(places(parse_clauses("没有序号的一段话，比较长的一段话。")).values()) == [
            "没有序号的一段话，比较长"
        ]

    def test_decisions_and_labels_by_clause(self, crew: make.Team) -> None:
        page = make.published(crew)
        assert list(decisions_by_clause(page)) == ["a3"]
        assert clause_labels(page, ["a4", "a3", "nothing"]) == [("a3", "第三条"), ("a4", "第四条")]

    def test_no_policy_no_difference(self, crew: make.Team) -> None:
        outcome = published_outcome_of(make.published(crew))
        assert outcome is not None
        assert outcome_diff(outcome) is None
