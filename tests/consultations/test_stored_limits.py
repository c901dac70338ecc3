"""Whatever is accepted fits the columns it goes to: SQLite keeps a text that is too long, PostgreSQL answers with an error."""

from __future__ import annotations

import datetime as dt
from dataclasses import fields
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from django.test import Client
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from consultations.clock import end_of
from consultations.enums import AuthorKind
from consultations.freezing import clause_rows
from consultations.models import CommentContact, ConsultationPage, DraftClause, PendingComment, PublicComment
from consultations.services import TypedComment, extend
from tests.consultations.test_comment_flow import FORM
from tests.factories.consultations import ConsultationFactory, drafter_of, head_of

pytestmark = pytest.mark.django_db

labels = st.integers(min_value=1, max_value=63).map(lambda length: "a" * length)
#: Of any length, and valid in form: the longest domains have labels of 63 letters.
addresses = st.builds(
    lambda local, parts: f"{local}@{'.'.join(parts)}.example",
    st.integers(min_value=1, max_value=64).map(lambda length: "z" * length),
    st.lists(labels, min_size=1, max_size=5),
)
#: Precomposed, decomposed, wide and outside the first plane: what normal form makes longer or shorter.
names = st.text(st.sampled_from("朱é\u0301e\u0958\ufb2c𠮷a ·"), max_size=120)
LONGEST = f"{'z' * 60}@{'a' * 63}.{'a' * 63}.{'a' * 57}.example"


def too_long(model: type, values: dict[str, Any]) -> list[str]:
    """Names of values that do not fit their column."""
    limits = {
        field.name: field.max_length for field in model._meta.get_fields() if hasattr(field, "max_length")
    }  # type: ignore[attr-defined]
    return [name for name, value in values.items() if limits.get(name) and len(value) > limits[name]]


@settings(max_examples=120, deadline=None)
@given(name=names, email=addresses, phone=st.text(st.sampled_from("0-１é\u0301"), max_size=50))
@example(name="", email=LONGEST, phone="")
@example(name="", email=f"z{LONGEST}", phone="")
def test_what_is_accepted_fits_every_column(name: str, email: str, phone: str) -> None:
    try:
        typed = TypedComment(text="建议延长。", name=name, email=email, phone=phone).cleaned()
    except ValidationError:
        return
    values = {field.name: str(getattr(typed, field.name)) for field in fields(typed)}
    assert too_long(PendingComment, values) == []
    assert too_long(CommentContact, {key: values[key] for key in ("name", "email", "phone")}) == []


@pytest.mark.parametrize("length", [254, 255, 300])
def test_the_longest_address_passes_and_one_more_letter_is_named_at_the_field(length: int) -> None:
    labels = ["a" * 50] * 4 + ["example"]
    while (missing := length - len("zhu@" + ".".join(labels))) > 0:
        labels.insert(0, "b" * min(missing - 1, 50))
    email = "zhu@" + ".".join(labels)
    assert len(email) == length
    typed = TypedComment(text="建议延长。", email=email)
    if length == 254:
        assert typed.cleaned().email == email
        return
    with pytest.raises(ValidationError) as refused:
        typed.cleaned()
    assert set(refused.value.message_dict) == {"email"}


def test_the_form_gives_a_long_address_back_with_its_mistake(client: Client) -> None:
    page = ConsultationFactory.create()
    email = f"zhu@{'.'.join(['a' * 60] * 5)}.example"
    answer = client.post(f"{page.public_path}comment/", {**FORM, "email": email})
    assert answer.status_code == 400
    html = answer.content.decode()
    assert FORM["text"] in html
    assert email in html
    assert "最多 254 个字" in html
    assert not PendingComment.objects.exists()


@pytest.mark.parametrize("kind", AuthorKind.values)
@settings(max_examples=40, deadline=None)
@given(name=st.text(max_size=100))
def test_the_public_name_fits_and_shows_one_or_two_signs_of_it(kind: str, name: str) -> None:
    shown = PendingComment(name=name, author_kind=kind).public_author
    assert too_long(PublicComment, {"author_masked": shown}) == []
    visible = shown.rstrip("*").strip()
    assert visible == "匿名" or len(visible) <= (2 if kind == AuthorKind.ORGANISATION else 1)


numbered = st.sampled_from(
    (
        "第{n}章 总则",
        "第{n}节 一般规定",
        "第{n}条 应当公开。",
        "{n}、要求",
        "（{n}）项目。",
        "一段文字。",
        "1.细项",
        "(1)细目",
    )
)
digits = st.sampled_from(("一", "二", "十", "二十一", "一百零八", "9999", "一千二百三十四"))
drafts = st.lists(st.builds(lambda shape, n: shape.format(n=n), numbered, digits), min_size=1, max_size=30)


@settings(max_examples=80, deadline=None)
@given(lines=drafts, tail=st.integers(min_value=0, max_value=200))
def test_clauses_of_any_draft_fit_and_are_told_apart(lines: list[str], tail: int) -> None:
    """Nested, repeated and misnumbered headings alike: a clause id is an anchor, so there is one of each."""
    rows = clause_rows(ConsultationPage(pk=1, draft_body="\n".join(lines) + "长" * tail))
    ids = [row.clause_id for row in rows]
    assert len(set(ids)) == len(ids)
    for position, row in enumerate(rows):
        values = {name: getattr(row, name) for name in ("clause_id", "label", "kind", "parent_clause_id")}
        assert too_long(DraftClause, values) == []
        assert row.position == position
        assert not row.parent_clause_id or row.parent_clause_id in ids[:position]


DAYS_NO_CALENDAR_HOLDS = (dt.date(9999, 12, 31), dt.date(9999, 12, 20), dt.date(1, 1, 1))


@pytest.mark.parametrize("day", DAYS_NO_CALENDAR_HOLDS, ids=str)
def test_an_extension_to_a_mistyped_year_is_refused(day: dt.date) -> None:
    page = ConsultationFactory.create()
    with pytest.raises(ValidationError) as refused:
        extend(page=page, user=head_of(page.department), last_day=day, reason="应多家单位请求。")
    assert set(refused.value.message_dict) == {"last_day"}
    stored = ConsultationPage.objects.get(pk=page.pk)
    assert (stored.closes_at, stored.extended_from) == (page.closes_at, None)


@pytest.mark.parametrize("day", DAYS_NO_CALENDAR_HOLDS, ids=str)
def test_the_screen_of_an_extension_says_so(client: Client, day: dt.date) -> None:
    page = ConsultationFactory.create()
    client.force_login(head_of(page.department), backend="django.contrib.auth.backends.ModelBackend")
    address = f"/admin/consultations/{page.pk}/extend/"
    answer = client.post(address, {"last_day": day.isoformat(), "reason": "应多家单位请求。"})
    assert answer.status_code == 200
    assert "应多家单位请求。" in answer.content.decode()
    assert ConsultationPage.objects.get(pk=page.pk).closes_at == page.closes_at


@pytest.mark.parametrize("field", ["first_day", "last_day"])
@pytest.mark.parametrize("day", DAYS_NO_CALENDAR_HOLDS, ids=str)
def test_the_editor_keeps_working_with_a_mistyped_year(client: Client, field: str, day: dt.date) -> None:
    page = ConsultationFactory.create(draft=True)
    client.force_login(drafter_of(page.department), backend="django.contrib.auth.backends.ModelBackend")
    form: dict[str, Any] = {
        "title": page.title, "slug": page.slug, "kind": page.kind, "draft_body": page.draft_body,
        "first_day": page.first_day.isoformat(), "last_day": page.last_day.isoformat(),
    }  # fmt: skip
    address = f"/admin/pages/{page.pk}/edit/"
    answer = client.post(address, {**form, field: day.isoformat()})
    assert answer.status_code in (200, 302)
    assert client.get(address).status_code == 200


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(length=st.integers(min_value=1, max_value=400))
def test_an_extension_moves_end_and_due_day_together(length: int) -> None:
    page = ConsultationPage.objects.live().first() or ConsultationFactory.create()
    assert page.last_day is not None
    before, last = page.closes_at, page.last_day + dt.timedelta(days=length)
    with transaction.atomic():
        extend(page=page, user=head_of(page.department), last_day=last, reason="应多家单位请求。")
        stored = ConsultationPage.objects.get(pk=page.pk)
        assert (stored.closes_at, stored.extended_from, stored.last_day) == (end_of(last), before, last)
        assert stored.outcome_due_on is not None
        assert stored.outcome_due_on > last
        transaction.set_rollback(True)
