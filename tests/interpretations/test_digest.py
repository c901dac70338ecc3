"""The digest covers all content, and nothing but content."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.core.files.base import ContentFile
from hypothesis import given
from hypothesis import strategies as st
from wagtail.documents.models import Document
from wagtail.images.models import Image
from wagtail.images.tests.utils import get_test_image_file

from interpretations.digest import CHILD_RELATIONS, NOT_CONTENT, content_digest, content_fields
from interpretations.enums import MaterialForm
from interpretations.models import CoIssuer, InterpretationMaterial, PolicyDocumentPage
from tests.factories.interpretations import BODY, PolicyFactory
from tests.factories.organisations import DepartmentFactory

pytestmark = pytest.mark.django_db


def test_survives_save_and_revision() -> None:
    page = PolicyFactory.create(fair_competition_reviewed_on=dt.date(2026, 3, 1))
    digest = content_digest(page)
    assert digest == content_digest(PolicyDocumentPage.objects.get(pk=page.pk))
    assert digest == content_digest(page.get_latest_revision().as_object())
    assert len(digest) == 64


def changed(value: Any) -> Any:
    if isinstance(value, bool):
        return not value
    if isinstance(value, dt.date):
        return value + dt.timedelta(days=1)
    return f"{value or ''}改"


@pytest.mark.parametrize(
    "name", ["title", *(f.name for f in content_fields(PolicyDocumentPage) if not f.is_relation)]
)
def test_every_field_counts(name: str) -> None:
    page = PolicyDocumentPage(title="办法", adopted_on=dt.date(2026, 1, 1))
    before = content_digest(page)
    value = getattr(page, name)
    setattr(page, name, dt.date(2027, 1, 1) if name.endswith(("_on", "_until")) else changed(value))
    assert content_digest(page) != before


@pytest.mark.parametrize(
    "name", [*sorted(NOT_CONTENT - {"basepage_ptr", "withdrawn_revision"}), "slug", "seo_title"]
)
def test_bookkeeping_does_not_count(name: str) -> None:
    page = PolicyDocumentPage(title="办法")
    before = content_digest(page)
    setattr(page, name, dt.datetime(2026, 1, 1, tzinfo=dt.UTC) if name.endswith("_at") else "x")
    assert content_digest(page) == before


@pytest.mark.parametrize("relation", [name for name in CHILD_RELATIONS if name != "co_issuers"])
def test_every_child_counts(relation: str) -> None:
    page = PolicyFactory.create()
    before = content_digest(page)
    child = getattr(page, relation).first()
    getattr(page, relation).remove(child)
    assert content_digest(page) != before


def test_co_issuers_count() -> None:
    page = PolicyFactory.create()
    before = content_digest(page)
    page.co_issuers.add(CoIssuer(department=DepartmentFactory.create()))
    assert content_digest(page) != before


def test_order_of_children_does_not_count() -> None:
    first, second = (InterpretationMaterial(title=title, body=BODY) for title in ("一", "二"))
    page, other = PolicyDocumentPage(title="办法"), PolicyDocumentPage(title="办法")
    page.materials.add(first, second)
    other.materials.add(second, first)
    assert content_digest(page) == content_digest(other)


@given(text=st.text(st.characters(blacklist_categories=("Cs", "Cc", "Zl", "Zp")), max_size=80))
def test_line_ends_and_outer_blanks_do_not_count(text: str) -> None:
    unix = PolicyDocumentPage(title="办法", body=f"第一条 {text}\n第二条 {text}")
    browser = PolicyDocumentPage(title="办法", body=f"\r\n第一条 {text}\r\n第二条 {text} \r\n")
    assert content_digest(unix) == content_digest(browser)


@given(first=st.text(max_size=40), second=st.text(max_size=40))
def test_moving_text_between_fields_counts(first: str, second: str) -> None:
    one = PolicyDocumentPage(title="办法", plan_outline=first + "提纲", plan_time=second)
    two = PolicyDocumentPage(title="办法", plan_outline=first, plan_time="提纲" + second)
    assert content_digest(one) != content_digest(two)


def test_replacing_the_bytes_of_a_file_counts() -> None:
    document = Document.objects.create(title="附件", file=ContentFile(b"one", name="a.txt"))
    image = Image.objects.create(title="图解", file=get_test_image_file())
    material = InterpretationMaterial(
        form=MaterialForm.CHART, title="图", image=image, image_alt="说明", document=document
    )
    page = PolicyFactory.create(materials=[material])
    before = content_digest(page)
    Document.objects.filter(pk=document.pk).update(file_hash="f" * 40)
    assert content_digest(PolicyDocumentPage.objects.get(pk=page.pk)) != before
