"""What signing, returning and releasing cost: the same number of queries for a small bundle and a large one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from wagtail.documents.models import Document
from wagtail.models import ReferenceIndex
from wagtail.signal_handlers import disable_reference_index_auto_update

from interpretations import services
from interpretations.enums import MaterialForm, ReturnReason, SignOffKind
from interpretations.models import CoIssuer, InterpretationMaterial, PolicyDocumentPage
from interpretations.models.workflow import under_review
from tests.factories.interpretations import (
    MATERIAL,
    PolicyFactory,
    drafter,
    reviewer,
    sign_in_turn,
    submitted_policy,
)
from tests.factories.organisations import DepartmentFactory

pytestmark = pytest.mark.django_db
READ, SUBMIT, SIGN, RETURN, RELEASE = 12, 70, 65, 60, 190
#: A release writes each row of the package and reads each co-issuer; nothing else may grow with it.
PER_CHILD = 1.5


def large() -> dict[str, Any]:
    """A bundle with ten materials and four co-issuers."""
    return {
        "materials": [
            InterpretationMaterial(form=MaterialForm.TEXT, title=f"解读{n}", body=MATERIAL) for n in range(10)
        ],
        "co_issuers": [CoIssuer(department=DepartmentFactory.create()) for _ in range(4)],
    }


EXTRA_ROWS = 13


@pytest.fixture(autouse=True)
def _warm() -> None:
    """Content types, sites and settings are remembered by the process: the first review of a session pays for them."""
    page = submitted_policy()
    sign_in_turn(page, [SignOffKind.LEGALITY, SignOffKind.SECRECY, SignOffKind.JOINT])


def cost(act: Callable[[], object]) -> int:
    with CaptureQueriesContext(connection) as queries:
        act()
    return len(queries)


def cost_of_signing(page: PolicyDocumentPage, kind: SignOffKind) -> int:
    assert page.lead_department is not None
    user = reviewer(kind, page.lead_department)
    return cost(lambda: services.sign(page=page, kind=kind, user=user))


def test_reading_the_content_under_review() -> None:
    small, big = PolicyFactory.create(), PolicyFactory.create(**large())
    assert cost(lambda: under_review(small)) == cost(lambda: under_review(big)) <= READ


def test_submitting() -> None:
    costs = []
    for page in (PolicyFactory.create(), PolicyFactory.create(**large())):
        user = drafter(page.lead_department)
        costs.append(cost(lambda page=page, user=user: services.submit(page=page, user=user)))  # type: ignore[misc]
    assert costs[0] == costs[1] <= SUBMIT


def test_signing() -> None:
    costs = [
        cost_of_signing(page, SignOffKind.LEGALITY)
        for page in (submitted_policy(), submitted_policy(**large()))
    ]
    assert costs[0] == costs[1] <= SIGN


def test_returning() -> None:
    def send_back(page: PolicyDocumentPage) -> int:
        assert page.lead_department is not None
        user = reviewer(SignOffKind.LEGALITY, page.lead_department)
        return cost(
            lambda: services.return_bundle(
                page=page,
                kind=SignOffKind.LEGALITY,
                user=user,
                reason_codes=[ReturnReason.INCOMPLETE],
                note="请补充。",
            )
        )

    costs = [send_back(submitted_policy()), send_back(submitted_policy(**large()))]
    assert costs[0] == costs[1] <= RETURN


def test_the_last_signature_releases_and_grows_only_by_the_rows_it_writes() -> None:
    costs = []
    for page in (submitted_policy(), submitted_policy(**large())):
        sign_in_turn(page, [SignOffKind.LEGALITY, SignOffKind.SECRECY])
        costs.append(cost_of_signing(page, SignOffKind.JOINT))
    assert costs[0] <= RELEASE
    assert costs[1] - costs[0] <= EXTRA_ROWS * PER_CHILD


def test_references_of_the_rows_are_counted_once_and_completely() -> None:
    """Staff see where a file is used although the rows leave the counting to their page."""
    document = Document.objects.create(title="附件", file=ContentFile("甲".encode(), name="a.txt"))
    materials = [
        InterpretationMaterial(form=MaterialForm.TEXT, title=f"解读{n}", body=MATERIAL, document=document)
        for n in range(3)
    ]
    page = PolicyFactory.create(materials=materials)
    assert used(document) == {page.pk}
    page.materials = page.materials.all()[:1]
    page.save()
    assert ReferenceIndex.get_references_to(document).count() == 1
    page.materials = []
    page.save(update_fields=["materials"])
    assert used(document) == set()


def test_a_row_written_by_itself_is_counted_at_once() -> None:
    document = Document.objects.create(title="附件", file=ContentFile("乙".encode(), name="b.txt"))
    page = PolicyFactory.create()
    InterpretationMaterial.objects.create(page=page, title="附件解读", document=document)
    assert used(document) == {page.pk}


def test_counting_that_is_switched_off_stays_off() -> None:
    document = Document.objects.create(title="附件", file=ContentFile("丙".encode(), name="c.txt"))
    with disable_reference_index_auto_update():
        PolicyFactory.create(materials=[InterpretationMaterial(title="附件解读", document=document)])
    assert used(document) == set()


def used(document: Document) -> set[int]:
    """Pages that are said to use this file."""
    rows = ReferenceIndex.get_references_to(document)
    return {int(pk) for pk in rows.values_list("object_id", flat=True)}
