"""The gate on any day: what is right for a release on one day may be wrong on another, in Shanghai's calendar."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from interpretations.enums import Point, StepCode
from interpretations.gate.document import document_obstacles
from interpretations.gate.package import COPY_SHARE, package_obstacles
from interpretations.gate.procedure import procedure_obstacles
from interpretations.models import InterpretationMaterial, PointAnswer, PolicyDocumentPage, ProcedureStep
from interpretations.similarity import copied_share
from tests.factories.interpretations import BODY, MATERIAL, PolicyFactory, complete_points, complete_steps

pytestmark = pytest.mark.django_db
DAYS = st.dates(dt.date(2015, 1, 1), dt.date(2040, 12, 31))
MAYBE = st.one_of(st.none(), DAYS)
BLANK = st.text(st.sampled_from(" \t\n\u3000"), max_size=4)


def policy(**fields: Any) -> PolicyDocumentPage:
    """In memory, complete but for its department, which needs a database."""
    page = PolicyDocumentPage(
        title="云岭省数据共享办法",
        body=BODY,
        issuing_authority="云岭省人民政府",
        document_number="云政发〔2026〕1号",
    )
    plan = {f"plan_{part}": "已定" for part in ("outline", "forms", "channels", "time")}
    for name, value in {"no_fixed_validity_reason": "长期适用", **plan, **fields}.items():
        setattr(page, name, value)
    return page


def codes(found: Any) -> set[str]:
    return {one.code for one in found}


@given(adopted=MAYBE, effective=MAYBE, until=MAYBE, reason=st.one_of(BLANK, st.just("长期适用")), day=DAYS)
def test_dates_of_the_document(
    adopted: dt.date | None, effective: dt.date | None, until: dt.date | None, reason: str, day: dt.date
) -> None:
    page = policy(
        adopted_on=adopted, effective_on=effective, valid_until=until, no_fixed_validity_reason=reason
    )
    found = codes(document_obstacles(page, day))
    assert ("adopted_on" in found) is (adopted is None)
    assert ("adopted_on_future" in found) is (adopted is not None and adopted > day)
    assert ("effective_on" in found) is (effective is None)
    assert ("validity" in found) is (until is None and not reason.strip())
    assert ("validity_order" in found) is bool(until and effective and until <= effective)


@given(
    rows=st.lists(
        st.tuples(st.sampled_from(list(StepCode)), MAYBE, st.one_of(BLANK, st.just("不涉及"))), max_size=8
    ),
    day=DAYS,
)
def test_each_statutory_step_is_settled_once_and_not_in_the_future(
    rows: list[tuple[StepCode, dt.date | None, str]], day: dt.date
) -> None:
    page = policy()
    page.steps.add(*(ProcedureStep(step=s, done_on=d, not_applicable_reason=r) for s, d, r in rows))
    found = codes(procedure_obstacles(page, day))
    for step in StepCode:
        own = [(done, reason) for code, done, reason in rows if code == step]
        settled = any(done or reason.strip() for done, reason in own)
        assert (f"step_{step.value}" in found) is not settled
        assert (f"step_{step.value}_twice" in found) is (settled and len(own) > 1)
        assert (f"step_{step.value}_future" in found) is any(done and done > day for done, _ in own)


@given(
    rows=st.lists(
        st.tuples(st.sampled_from(list(Point)), st.one_of(BLANK, st.just("已说明")), BLANK), max_size=10
    )
)
def test_each_of_the_eight_points_is_answered_once(rows: list[tuple[Point, str, str]]) -> None:
    page = policy()
    page.points.add(*(PointAnswer(point=p, answer=a, not_applicable_reason=r) for p, a, r in rows))
    found = list(package_obstacles(page))
    for point in Point:
        own = [answer for code, answer, _ in rows if code == point]
        answered = any(answer.strip() for answer in own)
        assert (f"point_{point.value}" in codes(found)) is not answered
        assert (f"point_{point.value}_twice" in codes(found)) is (answered and len(own) > 1)
    places = {one.anchor for one in found if one.code.startswith("point_")}
    rows_there = {f"id_points-{index}-answer" for index in range(len(rows))}
    assert places <= {*rows_there, "id_points-ADD"}, "every obstacle leads to a field that is on the page"


@given(
    reviewed=MAYBE,
    note=st.one_of(BLANK, st.just("符合公平竞争要求")),
    business_related=st.booleans(),
)
def test_fair_competition_needs_a_day_and_a_conclusion(
    reviewed: dt.date | None, note: str, business_related: bool
) -> None:
    page = policy(
        business_related=business_related, fair_competition_reviewed_on=reviewed, fair_competition_note=note
    )
    page.steps.add(*complete_steps())
    found = codes(procedure_obstacles(page, timezone.localdate()))
    assert ("fair_competition" in found) is (business_related and not (reviewed and note.strip()))


@given(
    cuts=st.lists(st.integers(0, len(BODY)), max_size=12),
    filler=st.sampled_from(["", "，", "　\n", "——", "！？"]),
)
def test_a_copy_stays_a_copy_however_it_is_broken_up(cuts: list[int], filler: str) -> None:
    """Line breaks and punctuation strewn over a copied text make no interpretation of it."""
    text = BODY
    for cut in sorted(cuts, reverse=True):
        text = f"{text[:cut]}{filler}{text[cut:]}"
    assert copied_share(text, BODY) >= COPY_SHARE
    page = policy()
    page.points.add(*complete_points())
    page.materials.add(InterpretationMaterial(title="解读", body=text))
    assert codes(package_obstacles(page)) == {"material_copy"}


@given(share=st.floats(0, 1))
def test_own_words_beside_a_quotation_are_an_interpretation(share: float) -> None:
    """Quoting is allowed as long as most of it is one's own."""
    quoted = BODY[: int(len(MATERIAL) * share / 3)]
    page = policy()
    page.points.add(*complete_points())
    page.materials.add(InterpretationMaterial(title="解读", body=f"{MATERIAL}\n{quoted}"))
    assert codes(package_obstacles(page)) == set()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("moment", "blocked"),
    [
        (dt.datetime(2026, 3, 1, 15, 59, tzinfo=dt.UTC), True),  # still the first of March in Shanghai
        (dt.datetime(2026, 3, 1, 16, 0, tzinfo=dt.UTC), False),  # the second has begun there
    ],
)
def test_the_day_of_release_is_shanghai_s(moment: dt.datetime, blocked: bool) -> None:
    from interpretations.gate import content_obstacles

    page = PolicyFactory.create(adopted_on=dt.date(2026, 3, 2), steps=[], valid_until=dt.date(2036, 3, 2))
    found = codes(content_obstacles(page, at=moment))
    assert ("adopted_on_future" in found) is blocked


def test_a_page_that_is_nowhere_yet_has_no_department_to_disagree_with() -> None:
    page = policy(lead_department_id=7)
    page.__dict__["subtree_department_id"] = 8
    assert "lead_department_elsewhere" in codes(document_obstacles(page, timezone.localdate()))
    page.__dict__["subtree_department_id"] = None
    assert "lead_department_elsewhere" not in codes(document_obstacles(page, timezone.localdate()))
