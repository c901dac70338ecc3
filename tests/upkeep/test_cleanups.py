"""Clean-up batches through their services: files, conclusions, completeness, publication, correction."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone
from wagtail.models import ModelLogEntry

from portal.organisations.enums import Role
from portal.organisations.models import User
from search.archive.enums import Validity
from search.archive.models import NormativeDocument
from search.archive.validity import validity_at
from search.models import IndexAction
from search.upkeep import cleanups, completeness
from search.upkeep.cleanups import Decision
from search.upkeep.enums import ActKind, ActOrigin, BatchStatus, Conclusion
from search.upkeep.models import CleanupBatch, CleanupEntry, ValidityAct
from tests.factories.archive import DocumentFactory, day
from tests.factories.organisations import DepartmentFactory, member
from tests.factories.upkeep import DECIDED_ON, BatchFactory, EntryFactory, decision_document, published_batch

pytestmark = pytest.mark.django_db
BEFORE, AFTER = DECIDED_ON - dt.timedelta(days=1), DECIDED_ON


@pytest.fixture
def office() -> User:
    return member(Role.OFFICE)


def fresh(document: NormativeDocument) -> NormativeDocument:
    return NormativeDocument.objects.get(pk=document.pk)


def ready(office: User, conclusion: Conclusion, document: NormativeDocument, **more: Any) -> CleanupBatch:
    """A batch that lacks nothing but publication."""
    batch = BatchFactory.create(decision_document=decision_document(), decided_on=DECIDED_ON)
    EntryFactory.create(batch=batch, document=document, conclusion=conclusion, reason="理由", **more)
    return batch


def test_files_come_in_once_with_their_department(office: User) -> None:
    transport = DepartmentFactory.create(name="云岭省交通厅")
    own = DocumentFactory.create(issuing_authority="云岭省交通厅、云岭省公安厅")
    joint = DocumentFactory.create(issuing_authority="云岭省公安厅", co_issuers=["云岭省交通厅"])
    other, withdrawn = DocumentFactory.create(), DocumentFactory.create(withdrawn=True)
    organiser = DepartmentFactory.create()
    batch = cleanups.create_batch(
        title=" 清理 ", department=organiser, user=office, document_ids=[own.pk, joint.pk, own.pk, withdrawn.pk, 999_999]
    )  # fmt: skip
    assert cleanups.add_documents(batch_id=batch.pk, document_ids=[other.pk, own.pk], user=office) == 1
    departments = dict(batch.entries.values_list("document_id", "department_id"))
    assert departments == {own.pk: transport.pk, joint.pk: transport.pk, other.pk: organiser.pk}
    assert batch.title == "清理" and batch.status is BatchStatus.PREPARING


def test_a_batch_needs_a_name(office: User) -> None:
    with pytest.raises(ValidationError):
        cleanups.create_batch(title=" ", department=DepartmentFactory.create(), user=office)


@pytest.mark.parametrize(
    ("facts", "proposed", "words"),
    [
        ({"valid_until": day("2020-01-01")}, Conclusion.LAPSE, "2020年1月1日"),
        ({"lapsed": True}, Conclusion.LAPSE, "来源标注"),
        ({"repealed_on": day("2020-01-01")}, Conclusion.REPEAL, "其他文件"),
        ({"valid_until": day("2090-01-01")}, "", ""),
        ({}, "", ""),
    ],
)
def test_the_machine_proposes_for_what_is_over(
    office: User, facts: dict[str, Any], proposed: str, words: str
) -> None:
    document = DocumentFactory.create(**facts)
    batch = cleanups.create_batch(
        title="清理", department=DepartmentFactory.create(), user=office, document_ids=[document.pk]
    )
    entry = batch.entries.get()
    assert entry.proposed == proposed and words in entry.proposed_reason
    assert entry.conclusion == "", "a person concludes"


def test_a_replaced_version_is_proposed_for_repeal(office: User) -> None:
    old = DocumentFactory.create(version_of="甲", effective_on=day("2010-01-01"))
    new = DocumentFactory.create(version_of="甲", effective_on=day("2020-01-01"), title="云岭省新办法")
    from search.upkeep.found import acts_from_versions

    acts_from_versions(["甲"])
    batch = cleanups.create_batch(
        title="清理", department=DepartmentFactory.create(), user=office, document_ids=[old.pk, new.pk]
    )
    assert batch.entries.get(document=old).proposed == Conclusion.REPEAL
    assert "云岭省新办法" in batch.entries.get(document=old).proposed_reason
    assert batch.entries.get(document=new).proposed == ""
    assert cleanups.accept_proposals(batch_id=batch.pk, user=office) == 1
    assert batch.entries.get(document=old).conclusion == Conclusion.REPEAL


def test_conclusions_on_many_files_at_once(office: User) -> None:
    batch = BatchFactory.create()
    entries = EntryFactory.create_batch(3, batch=batch)
    decision = Decision(Conclusion.CONTINUE, " 仍需执行 ", None, day("2030-12-31"))
    ids = [e.pk for e in entries[:2]]
    assert cleanups.decide(batch_id=batch.pk, entry_ids=ids, user=office, decision=decision) == 2
    entry = CleanupEntry.objects.get(pk=ids[0])
    assert (entry.reason, entry.valid_until, entry.decided_by) == ("仍需执行", day("2030-12-31"), office)
    assert CleanupEntry.objects.open().get() == entries[2]


@pytest.mark.parametrize(
    "decision",
    [Decision(Conclusion.REPEAL, "  "), Decision(Conclusion.REPEAL, "理由", None, day("2030-01-01"))],
)
def test_a_conclusion_without_reason_or_with_a_term_that_means_nothing(
    office: User, decision: Decision
) -> None:
    entry = EntryFactory.create()
    with pytest.raises(ValidationError):
        cleanups.decide(batch_id=entry.batch_id, entry_ids=[entry.pk], user=office, decision=decision)


@pytest.mark.parametrize(
    ("conclusion", "before", "after"),
    [
        (Conclusion.REPEAL, Validity.IN_FORCE, Validity.REPEALED),
        (Conclusion.LAPSE, Validity.IN_FORCE, Validity.LAPSED),
        (Conclusion.CONTINUE, Validity.IN_FORCE, Validity.IN_FORCE),
        (Conclusion.AMEND, Validity.IN_FORCE, Validity.IN_FORCE),
    ],
)
def test_publication_writes_the_conclusion_to_the_document(
    office: User, conclusion: Conclusion, before: Validity, after: Validity
) -> None:
    document = DocumentFactory.create(validity_confirmed=True)
    batch = published_batch(office, {document: conclusion})
    document = fresh(document)
    assert (validity_at(document, BEFORE), validity_at(document, AFTER)) == (before, after)
    act = ValidityAct.objects.get()
    assert (act.act, act.entry.batch, act.origin) == (batch.decision_document, batch, ActOrigin.CLEANUP)
    assert batch.status is BatchStatus.PUBLISHED and batch.published_by == office
    assert IndexAction.objects.filter(document_id=document.pk).exists() or conclusion in ("continue", "amend")
    assert ModelLogEntry.objects.get(action="yanlu.cleanup_published").data[conclusion.value] == 1


def test_an_unconfirmed_import_that_continues_is_in_force(office: User) -> None:
    document = DocumentFactory.create(effective_on=None, lapsed=True, repealed_on=None)
    published_batch(office, {document: Conclusion.CONTINUE}, valid_until=day("2040-12-31"))
    document = fresh(document)
    assert (document.validity_confirmed, document.lapsed) == (True, False)
    assert (document.effective_on, document.valid_until) == (document.published_on, day("2040-12-31"))
    assert validity_at(document) is Validity.IN_FORCE


def test_a_published_batch_never_changes(office: User) -> None:
    document = DocumentFactory.create()
    batch = published_batch(office, {document: Conclusion.REPEAL})
    entry = batch.entries.get()
    decision = Decision(Conclusion.CONTINUE, "改")
    for call in (
        lambda: cleanups.decide(batch_id=batch.pk, entry_ids=[entry.pk], user=office, decision=decision),
        lambda: cleanups.add_documents(batch_id=batch.pk, document_ids=[document.pk], user=office),
        lambda: cleanups.remove_entries(batch_id=batch.pk, entry_ids=[entry.pk], user=office),
        lambda: cleanups.name_decision(batch_id=batch.pk, user=office, decided_on=None),
        lambda: cleanups.accept_proposals(batch_id=batch.pk, user=office),
        lambda: cleanups.discard_batch(batch_id=batch.pk, user=office),
        lambda: cleanups.publish_batch(batch_id=batch.pk, user=office),
    ):
        with pytest.raises(ValidationError, match="已经公布"):
            call()
    assert ValidityAct.objects.count() == 1


def test_a_mistake_is_corrected_by_another_batch(office: User) -> None:
    document = DocumentFactory.create(validity_confirmed=True)
    published_batch(office, {document: Conclusion.REPEAL})
    published_batch(office, {document: Conclusion.CONTINUE}, effective_on=DECIDED_ON + dt.timedelta(days=30))
    assert validity_at(fresh(document)) is Validity.IN_FORCE
    kinds = ValidityAct.objects.values_list("kind", flat=True)
    assert list(kinds) == [ActKind.REPEAL, ActKind.CONTINUE]


FAULTS: list[tuple[dict[str, Any], str]] = [
    ({"conclusion": ""}, "open"),
    ({"conclusion": "repeal", "reason": ""}, "no_reason"),
    ({"conclusion": "repeal", "effective_on": day("2020-01-01")}, "too_early"),
    ({"conclusion": "continue", "valid_until": day("2020-01-01")}, "last_day"),
]


@pytest.mark.parametrize(("entry", "fault"), FAULTS)
def test_every_fault_is_named_with_its_files(office: User, entry: dict[str, Any], fault: str) -> None:
    batch = ready(office, Conclusion.CONTINUE, DocumentFactory.create())
    faulty = EntryFactory.create(batch=batch, **{"reason": "理由", **entry})
    assert [o.filter for o in completeness.obstacles(batch)] == [fault]
    assert list(completeness.faulty_entries(batch, fault)) == [faulty]  # type: ignore[call-overload]
    with pytest.raises(ValidationError):
        cleanups.publish_batch(batch_id=batch.pk, user=office)
    assert not ValidityAct.objects.exists()


def test_an_expired_file_continues_only_with_a_new_last_day(office: User) -> None:
    batch = ready(office, Conclusion.CONTINUE, DocumentFactory.create(valid_until=day("2024-12-31")))
    assert [o.filter for o in completeness.obstacles(batch)] == ["expired"]
    batch.entries.update(valid_until=day("2030-12-31"))
    assert completeness.obstacles(batch) == []


def test_a_file_without_any_date_cannot_continue(office: User) -> None:
    undated = DocumentFactory.create(effective_on=None, published_on=None, adopted_on=None)
    assert [o.filter for o in completeness.obstacles(ready(office, Conclusion.CONTINUE, undated))] == [
        "undated"
    ]


def test_the_decision_does_not_repeal_itself(office: User) -> None:
    batch = ready(office, Conclusion.REPEAL, DocumentFactory.create())
    EntryFactory.create(batch=batch, document=batch.decision_document, conclusion="repeal", reason="理由")
    assert "itself" in [o.filter for o in completeness.obstacles(batch)]


def test_an_empty_batch_lacks_everything() -> None:
    assert len(completeness.obstacles(BatchFactory.create())) == 3


def test_a_decision_may_be_named_without_being_in_the_archive(office: User) -> None:
    batch = BatchFactory.create()
    document = DocumentFactory.create()
    EntryFactory.create(batch=batch, document=document, conclusion="repeal", reason="理由")
    with pytest.raises(ValidationError):
        cleanups.name_decision(
            batch_id=batch.pk, user=office, text="甲", decided_on=timezone.localdate() + dt.timedelta(days=1)
        )
    cleanups.name_decision(batch_id=batch.pk, user=office, decided_on=DECIDED_ON, text=" 云政令第9号 ")
    published = cleanups.publish_batch(batch_id=batch.pk, user=office)
    assert published.decision_name == "云政令第9号" and ValidityAct.objects.get().act_text == "云政令第9号"


def test_giving_up_before_publication_leaves_the_documents_alone(office: User) -> None:
    document = DocumentFactory.create(validity_confirmed=True)
    batch = ready(office, Conclusion.REPEAL, document)
    assert cleanups.remove_entries(batch_id=batch.pk, entry_ids=[batch.entries.get().pk], user=office) == 1
    cleanups.discard_batch(batch_id=batch.pk, user=office)
    assert validity_at(fresh(document)) is Validity.IN_FORCE and not CleanupBatch.objects.exists()


def test_a_batch_of_thousands_is_published_in_few_queries(
    office: User, django_assert_max_num_queries: Any
) -> None:
    documents = NormativeDocument.objects.bulk_create(
        NormativeDocument(source_key=f"t{n}", title=f"办法{n}", text="甲", published_on=day("2010-01-01"))
        for n in range(2000)
    )
    batch = BatchFactory.create(decision_document=decision_document(), decided_on=DECIDED_ON)
    with django_assert_max_num_queries(60):
        cleanups.add_documents(batch_id=batch.pk, document_ids=[d.pk for d in documents], user=office)
    ids = list(batch.entries.values_list("pk", flat=True))
    decision = Decision(Conclusion.REPEAL, "理由")
    cleanups.decide(batch_id=batch.pk, entry_ids=ids, user=office, decision=decision)
    with django_assert_max_num_queries(90):
        cleanups.publish_batch(batch_id=batch.pk, user=office)
    assert NormativeDocument.objects.filter(repealed_by=batch.decision_document).count() == 2000
