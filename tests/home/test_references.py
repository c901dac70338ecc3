"""Reading a revision whose references are partly gone: what may be empty is emptied, what hangs on it goes, nothing breaks."""

from __future__ import annotations

import pytest
from django.core.files.base import ContentFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from wagtail.documents.models import Document
from wagtail.images.models import Image
from wagtail.images.tests.utils import get_test_image_file
from wagtail.models import Locale, Revision

from interpretations.gate import content_obstacles
from interpretations.models import CoIssuer, InterpretationMaterial, PolicyDocumentPage
from portal.home.references import without_dangling
from portal.home.services import ensure_home_page
from portal.organisations.models import User
from tests.factories.interpretations import PolicyFactory, complete_materials, signed_policy
from tests.factories.organisations import DepartmentFactory, UserFactory

pytestmark = pytest.mark.django_db
NOWHERE = 10**9


def data_of(page: PolicyDocumentPage) -> dict[str, object]:
    revision = page.get_latest_revision()
    assert revision is not None
    content: dict[str, object] = revision.content
    return content


def read(page: PolicyDocumentPage, **content: object) -> PolicyDocumentPage:
    """The page as a revision with this content instead of its own gives it."""
    return page.with_content_json({**data_of(page), **content})


def test_what_exists_is_left_as_it_is() -> None:
    page = PolicyFactory.create(co_issuers=[CoIssuer(department=DepartmentFactory.create())])
    data = data_of(page)
    assert without_dangling(PolicyDocumentPage, data) == data


def test_the_data_given_is_not_changed() -> None:
    page = PolicyFactory.create()
    data = {**data_of(page), "lead_department": NOWHERE}
    without_dangling(PolicyDocumentPage, data)
    assert data["lead_department"] == NOWHERE and data["points"]


def test_each_model_is_asked_for_once_however_many_rows_refer_to_it() -> None:
    image = Image.objects.create(title="图", file=get_test_image_file())
    few = PolicyFactory.create(materials=[InterpretationMaterial(title="一", image=image)])
    many = PolicyFactory.create(
        materials=[InterpretationMaterial(title=str(n), image=image) for n in range(12)]
    )
    counts = []
    for page in (few, many):
        with CaptureQueriesContext(connection) as queries:
            without_dangling(PolicyDocumentPage, data_of(PolicyDocumentPage.objects.get(pk=page.pk)))
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 10


def test_a_required_department_that_is_gone_leaves_the_field_empty_and_the_gate_says_so() -> None:
    page = PolicyFactory.create()
    draft = read(page, lead_department=NOWHERE)
    assert draft.lead_department is None
    assert "lead_department" in {one.code for one in content_obstacles(draft)}


def test_an_attachment_deleted_since_the_draft_was_written_does_not_lock_the_draft() -> None:
    """The database protects only what the live rows show; a draft of a live policy exists in its revision alone."""
    page = signed_policy()
    document = Document.objects.create(title="附件", file=ContentFile("甲".encode(), name="a.txt"))
    draft = page.get_latest_revision_as_object()
    draft.materials.add(InterpretationMaterial(title="附件解读", document=document))
    draft.save_revision(clean=False)
    document.delete()
    again = PolicyDocumentPage.objects.get(pk=page.pk).get_latest_revision_as_object()
    assert [row.document_id for row in again.materials.all()] == [None, None]
    assert "material_content" in {one.code for one in content_obstacles(again)}


def test_a_child_that_cannot_be_without_what_is_gone_is_left_out() -> None:
    kept = DepartmentFactory.create()
    page = PolicyFactory.create(co_issuers=[CoIssuer(department=kept)])
    rows = data_of(page)["co_issuers"]
    assert isinstance(rows, list)
    lost = {**rows[0], "pk": None, "department": NOWHERE}
    draft = read(page, co_issuers=[*rows, lost])
    assert [row.department for row in draft.co_issuers.all()] == [kept]


def test_children_of_a_page_that_is_gone_are_left_out() -> None:
    page = PolicyFactory.create(materials=complete_materials())
    rows = data_of(page)["materials"]
    assert isinstance(rows, list)
    draft = read(page, materials=[{**rows[0], "page": NOWHERE}])
    assert list(draft.materials.all()) == []


def test_comments_of_a_deleted_author_go_and_the_others_stay() -> None:
    page = PolicyFactory.create()
    author: User = UserFactory.create()
    comment = {
        "pk": None,
        "text": "请补充",
        "contentpath": "body",
        "position": "",
        "page": page.pk,
        "replies": [],
    }
    comments = [{**comment, "user": author.pk}, {**comment, "user": NOWHERE}]
    cleaned = without_dangling(PolicyDocumentPage, {**data_of(page), "wagtail_admin_comments": comments})
    assert [row["user"] for row in cleaned["wagtail_admin_comments"]] == [author.pk]


def test_replies_are_looked_at_too() -> None:
    page = PolicyFactory.create()
    author: User = UserFactory.create()
    reply = {"pk": None, "text": "好", "user": NOWHERE}
    comment = {"pk": None, "text": "请补充", "contentpath": "body", "page": page.pk, "user": author.pk}
    comments = [{**comment, "replies": [reply, {**reply, "user": author.pk}]}]
    cleaned = without_dangling(PolicyDocumentPage, {**data_of(page), "wagtail_admin_comments": comments})
    (kept,) = cleaned["wagtail_admin_comments"]
    assert [row["user"] for row in kept["replies"]] == [author.pk]


def test_fields_that_no_longer_exist_are_passed_over() -> None:
    page = PolicyFactory.create()
    draft = read(page, a_column_of_long_ago="x")
    assert draft.title == page.title


@pytest.mark.parametrize("name", ["locale", "owner", "locked_by", "latest_revision", "alias_of"])
def test_what_belongs_to_the_row_is_taken_from_the_row(name: str) -> None:
    page = PolicyFactory.create()
    page.owner = UserFactory.create()
    page.save(update_fields=["owner"])
    draft = read(page, **{name: NOWHERE})
    assert getattr(draft, f"{name}_id") == getattr(page, f"{name}_id")
    assert draft.locale_id == Locale.get_default().pk


def test_strict_reading_gives_nothing_for_a_page_that_hangs_on_what_is_gone() -> None:
    data = {**data_of(PolicyFactory.create()), "locale": NOWHERE}
    with pytest.raises(Exception, match="on_delete"):
        # Wagtail protects locales, and modelcluster knows no answer to that; only our own reading has one.
        PolicyDocumentPage.from_serializable_data(data, strict_fks=True)
    assert PolicyDocumentPage.from_serializable_data(data).locale_id is None


def test_reading_without_checks_asks_nothing() -> None:
    data = {**data_of(PolicyFactory.create()), "lead_department": NOWHERE}
    with CaptureQueriesContext(connection) as queries:
        draft = PolicyDocumentPage.from_serializable_data(data, check_fks=False)
    assert draft.lead_department_id == NOWHERE and len(queries) == 0


def test_pages_without_children_are_read_the_same_way() -> None:
    home = ensure_home_page()
    revision: Revision = home.save_revision()
    assert revision.as_object().title == home.title
