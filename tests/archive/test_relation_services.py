"""What people decide about relations, as services and on the admin screen, and who may."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from pytest_django import DjangoAssertNumQueries
from wagtail.models import ModelLogEntry

from portal.organisations.enums import Role
from portal.organisations.models import User
from search.archive import relation_services as services
from search.archive.enums import RelationKind, RelationOrigin
from search.archive.models import DocumentRelation
from tests.factories.archive import DocumentFactory, RelationFactory, day
from tests.factories.organisations import member

pytestmark = pytest.mark.django_db
SignIn = Callable[[User], Client]


@pytest.fixture
def office() -> User:
    return member(Role.OFFICE)


def last_action() -> str:
    entry = ModelLogEntry.objects.order_by("-pk").first()
    assert entry
    return str(entry.action)


def test_confirming_makes_it_a_persons_word(office: User) -> None:
    relation = services.confirm_relation(relation_id=RelationFactory.create().pk, user=office)
    assert (relation.origin, relation.rejected, last_action()) == (
        RelationOrigin.PERSON,
        False,
        "yanlu.relation_confirmed",
    )


def test_what_has_no_target_cannot_be_confirmed(office: User) -> None:
    relation = RelationFactory.create(target=None)
    with pytest.raises(ValidationError, match="选定"):
        services.confirm_relation(relation_id=relation.pk, user=office)
    relation.refresh_from_db()
    assert relation.origin == RelationOrigin.MACHINE


def test_fixing_changes_kind_target_and_clause(office: User) -> None:
    target = DocumentFactory.create(text="第一条 甲。\n第二条 乙。")
    relation = services.fix_relation(
        relation_id=RelationFactory.create().pk,
        user=office,
        kind="cites",
        target_id=target.pk,
        target_clause_id="#a2",
    )
    assert (relation.kind, relation.target, relation.target_clause_id) == (RelationKind.CITES, target, "a2")
    assert last_action() == "yanlu.relation_fixed"


def test_fixing_to_nothing_says_the_document_is_not_here(office: User) -> None:
    relation = services.fix_relation(
        relation_id=RelationFactory.create().pk, user=office, kind="basis", target_id=None
    )
    assert relation.target is None and relation.origin == RelationOrigin.PERSON


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"kind": "nonsense"}, "没有这一种"),
        ({"target_id": 10**9}, "没有编号"),
        ({"target_clause_id": "a99"}, "没有条款"),
        ({"target_clause_id": "<script>"}, "没有条款"),
        ({"target_id": "self"}, "自己"),
        ({"target_id": "withdrawn"}, "没有编号"),
    ],
)
def test_what_does_not_hold_is_refused(office: User, change: dict[str, object], message: str) -> None:
    relation = RelationFactory.create()
    names = {"self": relation.source_id, "withdrawn": DocumentFactory.create(withdrawn=True).pk}
    fields = {"kind": "basis", "target_id": relation.target_id, **change}
    fields["target_id"] = names.get(str(fields["target_id"]), fields["target_id"])
    with pytest.raises(ValidationError, match=message):
        services.fix_relation(relation_id=relation.pk, user=office, **fields)  # type: ignore[arg-type]
    relation.refresh_from_db()
    assert relation.origin == RelationOrigin.MACHINE


def test_rejecting_needs_a_reason_and_can_be_taken_back(office: User) -> None:
    relation = RelationFactory.create()
    with pytest.raises(ValidationError):
        services.reject_relation(relation_id=relation.pk, user=office, note=" ")
    assert services.reject_relation(relation_id=relation.pk, user=office, note="同名文件").rejected
    assert last_action() == "yanlu.relation_rejected"
    assert not services.confirm_relation(relation_id=relation.pk, user=office).rejected


def test_adding_twice_is_one_relation(office: User) -> None:
    source, target = DocumentFactory.create(), DocumentFactory.create(text="第一条 甲。")
    for _ in range(2):
        relation = services.add_relation(
            source_id=source.pk, target_id=target.pk, user=office, kind="interprets", target_clause_id="a1"
        )
    assert DocumentRelation.objects.get() == relation
    assert (relation.target_clause_text, relation.origin) == ("第一条", RelationOrigin.PERSON)


def test_a_persons_repeal_counts_for_validity_until_it_is_rejected(office: User) -> None:
    target = DocumentFactory.create(
        region="别省", issuing_authority="别省公安厅", effective_on=day("2010-01-01")
    )
    source = DocumentFactory.create(published_on=day("2021-01-01"), effective_on=day("2021-02-01"))
    services.add_relation(source_id=source.pk, target_id=target.pk, user=office, kind="repeals")
    target.refresh_from_db()
    assert target.repealed_on == day("2021-02-01")


@pytest.mark.parametrize("role", [Role.DRAFTER, Role.HEAD, Role.LEGALITY, Role.MODERATOR])
def test_others_may_not(role: Role) -> None:
    relation, user = RelationFactory.create(), member(role)
    calls: list[Callable[[], object]] = [
        lambda: services.confirm_relation(relation_id=relation.pk, user=user),
        lambda: services.fix_relation(relation_id=relation.pk, user=user, kind="cites", target_id=None),
        lambda: services.reject_relation(relation_id=relation.pk, user=user, note="否"),
        lambda: services.add_relation(source_id=relation.source_id, target_id=relation.target_id or 0, user=user, kind="cites"),
    ]  # fmt: skip
    for call in calls:
        with pytest.raises(PermissionDenied):
            call()
    assert DocumentRelation.objects.get().origin == RelationOrigin.MACHINE


def address(relation: DocumentRelation) -> str:
    return f"/admin/archive-items/documents/{relation.source_id}/relations/"


def test_the_screen_lists_and_takes_decisions(sign_in: SignIn, office: User) -> None:
    relation = RelationFactory.create(target_text="《停车条例》", target=None)
    target = DocumentFactory.create(text="第一条 甲。")
    client = sign_in(office)
    page = client.get(address(relation)).content.decode()
    assert "《停车条例》" in page and "未对应" in page
    fix = {"relation": relation.pk, "decision": "fix", "kind": "basis", "target": target.pk, "clause": "a1"}
    assert client.post(address(relation), fix).status_code == 302
    relation.refresh_from_db()
    assert (relation.target, relation.target_clause_id) == (target, "a1")
    client.post(address(relation), {"relation": relation.pk, "decision": "reject", "note": "不对"})
    relation.refresh_from_db()
    assert relation.rejected and "已否定" in client.get(address(relation)).content.decode()
    client.post(address(relation), {"add": "1", "kind": "cites", "target": target.pk})
    assert DocumentRelation.objects.filter(kind="cites", target=target).exists()


@pytest.mark.parametrize(
    "data",
    [
        {}, {"decision": "fix"}, {"decision": "nonsense", "relation": "1"}, {"decision": "fix", "relation": "x"},
        {"decision": "fix", "relation": "own", "target": "99999999999999999999"}, {"decision": "reject", "relation": "own"},
        {"add": "1"}, {"add": "1", "kind": "x", "target": "1"}, {"decision": "fix", "relation": "own", "clause": "\x00🙂"},
    ],
)  # fmt: skip
def test_bad_decisions_are_told(sign_in: SignIn, office: User, data: dict[str, str]) -> None:
    relation = RelationFactory.create()
    data = {k: str(relation.pk) if v == "own" else v for k, v in data.items()}
    response = sign_in(office).post(address(relation), data)
    assert response.status_code == 200
    relation.refresh_from_db()
    assert relation.origin == RelationOrigin.MACHINE


def test_a_relation_of_another_document_is_not_decided_here(sign_in: SignIn, office: User) -> None:
    relation, stranger = RelationFactory.create(), RelationFactory.create()
    data = {"relation": stranger.pk, "decision": "confirm"}
    assert sign_in(office).post(address(relation), data).status_code == 404
    stranger.refresh_from_db()
    assert stranger.origin == RelationOrigin.MACHINE


@pytest.mark.parametrize("role", [Role.DRAFTER, Role.MODERATOR])
def test_the_screen_is_closed_to_others(sign_in: SignIn, role: Role) -> None:
    relation = RelationFactory.create()
    client = sign_in(member(role))
    for response in (client.get(address(relation)), client.post(address(relation), {"decision": "confirm"})):
        assert response.status_code in (302, 403)
        assert "archive-items" not in response.headers.get("Location", "")


def test_fifty_relations_cost_no_more_than_one(
    sign_in: SignIn, office: User, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    relation = RelationFactory.create()
    RelationFactory.create_batch(40, source=relation.source)
    client = sign_in(office)
    client.get(address(relation))
    with django_assert_max_num_queries(25):
        client.get(address(relation))
