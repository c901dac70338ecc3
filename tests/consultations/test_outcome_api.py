"""`/api/v1/consultations/<id>/outcome/`: complete, documented, without personal data."""

from __future__ import annotations

import json

import pytest
from django.test import Client
from drf_spectacular.generators import SchemaGenerator

from consultations.enums import Screening
from consultations.models import CommentContact
from consultations.outcome_services import decide_comment, decide_theme, link_final_policy, publish_outcome
from portal.organisations.models import User
from tests.factories import outcomes as make
from tests.factories.interpretations import signed_policy

pytestmark = pytest.mark.django_db


@pytest.fixture
def crew() -> make.Team:
    return make.team()


def address(pk: int) -> str:
    return f"/api/v1/consultations/{pk}/outcome/"


def test_figures_themes_decisions_and_changes(client: Client, crew: make.Team) -> None:
    page = make.published(crew)
    policy = signed_policy(lead_department=crew.department, body=make.DRAFT.replace("三日内", "五日内"))
    link_final_policy(consultation=page, user=crew.head, policy=policy)
    answer = client.get(address(page.pk)).json()
    assert (answer["consultation"], answer["title"]) == (page.pk, page.title)
    assert answer["url"] == f"http://testserver/consultations/{page.slug}/outcome/"
    assert answer["final_policy"] == f"http://testserver{policy.public_path}"
    assert answer["figures"]["total"] == 4
    (theme,) = answer["themes"]
    assert (theme["title"], theme["comments"]) == ("提交期限过短", 3)
    assert theme["decision"]["changed_clauses"] == ["a3"]
    (single,) = answer["single_decisions"]
    assert (single["text"], single["decision"]["reason"]) == ("希望取消本办法。", make.REASON)
    (change,) = answer["changes"]
    assert (change["status"], change["draft_clause"], change["final_clause"]) == ("changed", "a3", "a3")


def test_before_publication_only_when_it_is_due(client: Client, crew: make.Team) -> None:
    for page, state in (
        (make.closed(crew.department), "awaiting_outcome"),
        (make.opened(crew.department), "open"),
    ):
        response = client.get(address(page.pk))
        assert response.status_code == 200
        answer = response.json()
        assert answer["state"] == state
        assert answer["due_on"] == (page.outcome_due_on.isoformat() if page.outcome_due_on else None)
        assert answer["published_at"] is answer["figures"] is answer["final_policy"] is None
        assert answer["themes"] == answer["single_decisions"] == answer["changes"] == []


def test_nothing_of_drafts_and_unknown_ids(client: Client, crew: make.Team) -> None:
    draft = make.consultation(department=crew.department, live=False)
    for pk in (draft.pk, 10**8):
        response = client.get(address(pk))
        assert response.status_code == 404
        assert response["Content-Type"] == "application/json"


def test_no_personal_data(client: Client, crew: make.Team) -> None:
    page = make.closed(crew.department)
    shown = make.comment(page, "公开的意见")
    hidden = make.comment(page, "不公开的意见全文", screening=Screening.WITHHELD)
    cut = make.comment(page, "住址是某处", screening=Screening.REDACTED, redacted_text="住址是〔隐去〕")
    for item in (shown, hidden, cut):
        CommentContact.objects.create(
            comment=item, name="朱晓明", email="z@example.org", phone="13800000000", purge_after="2099-01-01"
        )
        decide_comment(comment=item, user=crew.drafter, status="adopted")
    publish_outcome(consultation=page, user=crew.head)
    body = json.dumps(client.get(address(page.pk)).json(), ensure_ascii=False)
    assert "公开的意见" in body
    assert "〔隐去〕" in body
    staff = User.objects.values_list("display_name", flat=True)
    secrets = [
        "朱晓明",
        "z@example.org",
        "13800000000",
        "不公开的意见全文",
        "某处",
        shown.receipt_code,
        *staff,
    ]
    assert [secret for secret in secrets if secret in body] == []


def test_a_theme_decided_comment_by_comment_has_no_decision_of_its_own(
    client: Client, crew: make.Team
) -> None:
    page = make.closed(crew.department)
    item = make.comment(page)
    make.theme_with(page, crew.drafter, [item])
    decide_comment(comment=item, user=crew.drafter, status="adopted")
    publish_outcome(consultation=page, user=crew.head)
    assert client.get(address(page.pk)).json()["themes"][0]["decision"] is None


def test_reading_only(client: Client, crew: make.Team) -> None:
    page = make.published(crew)
    for method in (client.post, client.put, client.patch, client.delete):
        assert method(address(page.pk)).status_code == 405


def test_it_is_in_the_schema() -> None:
    schema = SchemaGenerator().get_schema(request=None, public=True)
    operation = schema["paths"]["/api/v1/consultations/{id}/outcome/"]["get"]
    assert operation["operationId"] == "consultation_outcome"
    reference = operation["responses"]["200"]["content"]["application/json"]["schema"]["$ref"]
    outcome = schema["components"]["schemas"][reference.rsplit("/", 1)[1]]
    assert {"figures", "themes", "single_decisions", "changes"} <= set(outcome["properties"])


def test_decided_theme_texts_are_plain_json(client: Client, crew: make.Team) -> None:
    page = make.closed(crew.department)
    theme = make.theme_with(page, crew.drafter, [make.comment(page)], "<b>期限</b>")
    decide_theme(theme=theme, user=crew.drafter, status="adopted")
    publish_outcome(consultation=page, user=crew.head)
    response = client.get(address(page.pk))
    assert response["Content-Type"] == "application/json"
    assert response.json()["themes"][0]["title"] == "<b>期限</b>"
