"""A live policy keeps the package it was signed with, whatever is written by itself: rows, bulk writes, files, moves."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
from django.core.files.base import ContentFile
from django.db import transaction
from django.urls import reverse
from wagtail.documents.models import Document
from wagtail.images.models import Image
from wagtail.images.tests.utils import get_test_image_file

from interpretations.digest import content_digest
from interpretations.enums import MaterialForm, SignOffKind
from interpretations.exceptions import PublicationBlocked
from interpretations.gate import obstacles
from interpretations.models import (
    CoIssuer,
    InterpretationMaterial,
    PointAnswer,
    PolicyDocumentPage,
    ProcedureStep,
)
from interpretations.rules import SIGNING_ORDER
from portal.organisations.enums import Role
from tests.factories.interpretations import PolicyFactory, complete_materials, drafter, signed_policy
from tests.factories.organisations import DepartmentFactory, department_page, member
from tests.interpretations.missing import sign_all

if TYPE_CHECKING:
    from django.test import Client

pytestmark = pytest.mark.django_db
Write = Callable[[PolicyDocumentPage], Any]


def save_point(page: PolicyDocumentPage) -> None:
    point = PointAnswer.objects.filter(page=page).first()
    assert point is not None
    point.answer = "没有人签过的说明"
    point.save()


def move_from_elsewhere(page: PolicyDocumentPage) -> None:
    point = PointAnswer.objects.filter(page=PolicyFactory.create()).first()
    assert point is not None
    point.page = page
    point.save()


def bulk_update_points(page: PolicyDocumentPage) -> None:
    rows = list(PointAnswer.objects.filter(page=page))
    for row in rows:
        row.answer = ""
    PointAnswer.objects.bulk_update(rows, ["answer"])


def commit_children(page: PolicyDocumentPage) -> None:
    page.materials.clear()
    page.materials.commit()


def save_children_only(page: PolicyDocumentPage) -> None:
    page.materials.clear()
    page.save(update_fields=["materials"], clean=False)


def add_co_issuer(page: PolicyDocumentPage) -> None:
    CoIssuer.objects.create(page=page, department=DepartmentFactory.create())


WRITES: dict[str, Write] = {
    "save a point": save_point,
    "delete a point": lambda page: PointAnswer.objects.filter(page=page)[0].delete(),
    "delete points": lambda page: PointAnswer.objects.filter(page=page).delete(),
    "delete materials": lambda page: InterpretationMaterial.objects.filter(page=page).delete(),
    "delete every step": lambda page: ProcedureStep.objects.all().delete(),
    "update points": lambda page: PointAnswer.objects.filter(page=page).update(answer=""),
    "update every step": lambda page: ProcedureStep.objects.update(done_on=None),
    "bulk update": bulk_update_points,
    "bulk create": lambda page: PointAnswer.objects.bulk_create([PointAnswer(page=page, point="scope")]),
    "move a point here": move_from_elsewhere,
    "commit children": commit_children,
    "save children only": save_children_only,
    "add a co-issuer": add_co_issuer,
    "update the body": lambda page: PolicyDocumentPage.objects.filter(pk=page.pk).update(body=""),
    "update the plan": lambda page: PolicyDocumentPage.objects.update(plan_outline=""),
    "update the department": lambda page: PolicyDocumentPage.objects.update(
        lead_department_id=DepartmentFactory.create().pk
    ),
}


@pytest.mark.parametrize("write", WRITES)
def test_nothing_of_a_live_package_is_written_by_itself(write: str) -> None:
    page = signed_policy()
    before = content_digest(PolicyDocumentPage.objects.get(pk=page.pk))
    with pytest.raises(PublicationBlocked), transaction.atomic():
        WRITES[write](page)
    stored = PolicyDocumentPage.objects.get(pk=page.pk)
    assert stored.live
    assert content_digest(stored) == before
    assert not obstacles(stored)


@pytest.mark.parametrize("write", WRITES)
def test_a_draft_is_free(write: str) -> None:
    page = PolicyFactory.create()
    WRITES[write](page)


def test_a_draft_goes_with_its_whole_package() -> None:
    page = PolicyFactory.create()
    page.delete()
    assert not PointAnswer.objects.filter(page_id=page.pk).exists()


def test_a_partial_save_is_judged_by_what_the_database_will_hold() -> None:
    """The signed revision is in memory, an empty draft in the row: saving `live` alone would release the empty one."""
    page = PolicyFactory.create()
    sign_all(page)
    page = PolicyDocumentPage.objects.get(pk=page.pk)
    assert not obstacles(page)
    revision = page.get_latest_revision()
    assert revision is not None
    stored = PolicyDocumentPage.objects.get(pk=page.pk)
    stored.body = ""
    stored.materials.clear()
    stored.save(clean=False)
    signed = revision.as_object()
    assert not obstacles(signed)
    signed.live = True
    for fields in (["live"], ["live", "body"], ["live", "materials"]):
        with pytest.raises(PublicationBlocked) as refused, transaction.atomic():
            signed.save(update_fields=fields, clean=False)
        assert {found.code for found in refused.value.obstacles} & {"body", "materials"}
    assert not PolicyDocumentPage.objects.live().exists()
    signed.save(update_fields=["live", "body", "materials"], clean=False)
    assert not obstacles(PolicyDocumentPage.objects.live().get())


def policy_with_file() -> tuple[PolicyDocumentPage, Document, Image]:
    department = DepartmentFactory.create()
    owner = drafter(department)
    document = Document.objects.create(
        title="附件", file=ContentFile(b"signed", "signed.pdf"), uploaded_by_user=owner
    )
    image = Image.objects.create(title="图解", file=get_test_image_file())
    material = InterpretationMaterial(
        form=MaterialForm.CHART, title="一图读懂", document=document, image=image, image_alt="图解的文字说明"
    )
    page = signed_policy(lead_department=department, materials=[*complete_materials(), material])
    return page, document, image


def test_files_of_a_live_policy_keep_their_bytes() -> None:
    page, document, image = policy_with_file()
    assert page.live
    with pytest.raises(PublicationBlocked):
        document.file.save("other.pdf", ContentFile(b"never signed"))
    image.file = get_test_image_file(filename="other.png", size=(10, 10))
    with pytest.raises(PublicationBlocked):
        image.save()
    document = Document.objects.get(pk=document.pk)
    document.title = "附件一"
    document.save()
    assert Document.objects.get(pk=document.pk).file.read() == b"signed"
    assert not obstacles(PolicyDocumentPage.objects.get(pk=page.pk))


def test_the_document_screen_says_why(client: Client) -> None:
    _page, document, _image = policy_with_file()
    client.force_login(document.uploaded_by_user, backend="django.contrib.auth.backends.ModelBackend")
    url = reverse("wagtaildocs:edit", args=[document.pk])
    data = {
        "title": "附件",
        "file": ContentFile(b"never signed", "other.pdf"),
        "collection": str(document.collection_id),
        "tags": "",
    }
    response = client.post(url, data, follow=True, headers={"referer": f"http://testserver{url}"})
    assert response.status_code == 200
    assert "不能替换" in response.content.decode()
    assert Document.objects.get(pk=document.pk).file.read() == b"signed"


def test_new_bytes_void_signatures_also_when_a_script_writes_them() -> None:
    document = Document.objects.create(title="附件", file=ContentFile(b"one", "one.pdf"))
    material = InterpretationMaterial(form=MaterialForm.CHART, title="一图读懂", document=document)
    page = PolicyFactory.create(materials=[material])
    before = content_digest(PolicyDocumentPage.objects.get(pk=page.pk))
    Document.objects.get(pk=document.pk).file.save("two.pdf", ContentFile(b"two"))
    assert content_digest(PolicyDocumentPage.objects.get(pk=page.pk)) != before


def test_a_live_policy_stays_with_its_department() -> None:
    page, target = signed_policy(), department_page(DepartmentFactory.create())
    with pytest.raises(PublicationBlocked), transaction.atomic():
        page.move(target, pos="last-child")
    draft = PolicyFactory.create()
    draft.move(target, pos="last-child")
    assert PolicyDocumentPage.objects.get(pk=draft.pk).get_parent().pk == target.pk


def test_an_older_signed_revision_does_not_come_back_after_a_later_signature() -> None:
    """What was signed last is what holds: content signed before it needs its signatures again."""
    page = signed_policy()
    first = page.get_latest_revision()
    assert first is not None
    page.body += "\n另行通知。"
    page.save_revision(clean=False)
    for kind in SIGNING_ORDER[:-1]:
        page.sign_offs.create(
            kind=kind,
            decision="signed",
            content_digest=content_digest(page),
            user=member(Role.HEAD, page.lead_department),
        )
    with pytest.raises(PublicationBlocked) as refused, transaction.atomic():
        first.publish()
    assert f"sign_off_{SignOffKind.JOINT.value}_void" in {found.code for found in refused.value.obstacles}
