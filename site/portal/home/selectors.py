"""What the pages of this room read: departments with their page, and the publications below one department."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib.contenttypes.models import ContentType
from django.core.paginator import Page as PaginatorPage
from django.core.paginator import Paginator
from django.db.models import Count
from django.utils.functional import Promise
from wagtail.query import PageQuerySet

from portal.home.models import BasePage, DepartmentPage
from portal.organisations.models import Department

PUBLICATIONS_PER_PAGE = 20


@dataclass(frozen=True)
class PublicationKind:
    """One kind of page below a department (policies, consultations …) with how many of them are public."""

    model: str
    label: str | Promise
    count: int


@dataclass(frozen=True)
class DepartmentEntry:
    """A department for the list of all; `url` is empty while it has no public page."""

    department: Department
    url: str


def public_below(page: DepartmentPage) -> PageQuerySet:
    """Live, unrestricted pages directly below `page`, the newest first."""
    return page.get_children().live().public().order_by("-first_published_at", "-pk")


def publication_kinds(pages: PageQuerySet) -> list[PublicationKind]:
    """The kinds that occur among `pages`, by name of the model, with counts; one query."""
    rows = pages.order_by().values_list("content_type_id").annotate(count=Count("pk"))
    kinds = []
    for content_type_id, count in rows:
        content_type = ContentType.objects.get_for_id(content_type_id)
        model = content_type.model_class()
        if model is not None:
            kinds.append(PublicationKind(content_type.model, model._meta.verbose_name_plural or "", count))
    return sorted(kinds, key=lambda kind: kind.model, reverse=True)


def page_of_publications(
    pages: PageQuerySet, *, kind: str = "", number: str | int | None = 1
) -> PaginatorPage[BasePage]:
    """Page `number` of `pages` (an impossible number gives the nearest), only of model `kind` when it is given."""
    if kind:
        pages = pages.filter(content_type__model=kind)
    return Paginator(pages.specific(), PUBLICATIONS_PER_PAGE).get_page(number)


def departments() -> Sequence[DepartmentEntry]:
    """All departments in their order, with the address of their public page; two queries whatever their number."""
    pages = {page.department_id: page for page in DepartmentPage.objects.live().public()}
    return [
        DepartmentEntry(department, (pages[department.pk].url or "") if department.pk in pages else "")
        for department in Department.objects.all()
    ]
