"""Obstacles in the document itself: its identity, text, dates and disclosure (H§6, H§9, H§13)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from interpretations.enums import DisclosureAttribute
from interpretations.gate.obstacle import Obstacle
from portal.home.models import DepartmentPage
from search.archive.enums import DocumentType
from search.archive.numbers import parse_number

if TYPE_CHECKING:
    from interpretations.models import PolicyDocumentPage

#: Types that are never issued without a document number.
NUMBERED_TYPES = frozenset(
    {
        DocumentType.NORMATIVE_DOCUMENT,
        DocumentType.RULE,
        DocumentType.LOCAL_GOVERNMENT_RULE,
        DocumentType.ADMINISTRATIVE_REGULATION,
    }
)


def document_obstacles(page: PolicyDocumentPage, day: date) -> Iterator[Obstacle]:
    """Missing or contradictory parts of the document, for a release on `day`."""
    yield from _identity(page)
    yield from _number(page)
    yield from _responsibility(page)
    yield from _dates(page, day)
    yield from _validity(page)
    yield from _disclosure(page)


def _identity(page: PolicyDocumentPage) -> Iterator[Obstacle]:
    if not page.title.strip():
        yield Obstacle("title", _("缺少标题"), "id_title")
    if not page.body.strip():
        yield Obstacle("body", _("缺少正文"), "id_body")
    if not page.issuing_authority.strip():
        yield Obstacle("issuing_authority", _("缺少制发机关"), "id_issuing_authority")


def _number(page: PolicyDocumentPage) -> Iterator[Obstacle]:
    number = page.document_number.strip()
    if not number:
        if page.doc_type in NUMBERED_TYPES:
            yield Obstacle("document_number", _("缺少发文字号"), "id_document_number")
    elif parse_number(number) is None:
        yield Obstacle(
            "document_number_form",
            _("发文字号格式无法识别（例如：云政办发〔2026〕12号）"),
            "id_document_number",
        )


def _responsibility(page: PolicyDocumentPage) -> Iterator[Obstacle]:
    if page.lead_department_id is None:
        yield Obstacle("lead_department", _("缺少牵头起草部门"), "id_lead_department")
        return
    # The subtree decides who may edit, the lead department who signs: they must be the same department (H§9).
    owner = _subtree_department_id(page)
    if owner is not None and owner != page.lead_department_id:
        yield Obstacle(
            "lead_department_elsewhere", _("牵头起草部门与页面所在部门不一致"), "id_lead_department"
        )
    issuers = [issuer.department_id for issuer in page.co_issuers.all()]
    if page.lead_department_id in issuers or len(issuers) != len(set(issuers)):
        yield Obstacle("co_issuers", _("联合发文机关重复"), "id_co_issuers-0-department")


def _subtree_department_id(page: PolicyDocumentPage) -> int | None:
    """The department whose page this one is below; lists over many policies bring the answer along as an annotation."""
    if "subtree_department_id" in page.__dict__:
        annotated: int | None = page.__dict__["subtree_department_id"]
        return annotated
    if not page.path:
        return None
    parents = DepartmentPage.objects.filter(path=page.path[: -page.steplen])
    found: int | None = parents.values_list("department_id", flat=True).first()
    return found


def _dates(page: PolicyDocumentPage, day: date) -> Iterator[Obstacle]:
    if page.adopted_on is None:
        yield Obstacle("adopted_on", _("缺少成文日期"), "id_adopted_on")
    elif page.adopted_on > day:
        yield Obstacle("adopted_on_future", _("成文日期晚于发布日期"), "id_adopted_on")
    if page.effective_on is None:
        yield Obstacle("effective_on", _("缺少施行日期"), "id_effective_on")


def _validity(page: PolicyDocumentPage) -> Iterator[Obstacle]:
    if page.valid_until is None and not page.no_fixed_validity_reason.strip():
        yield Obstacle("validity", _("缺少有效期，或不设有效期的理由"), "id_valid_until")
    if page.valid_until and page.effective_on and page.valid_until <= page.effective_on:
        yield Obstacle("validity_order", _("有效期至应晚于施行日期"), "id_valid_until")


def _disclosure(page: PolicyDocumentPage) -> Iterator[Obstacle]:
    anchor = "id_disclosure_attribute"
    if not page.disclosure_attribute:
        yield Obstacle("disclosure_attribute", _("未确定公开属性"), anchor)
    elif page.disclosure_attribute != DisclosureAttribute.PROACTIVE:
        yield Obstacle("not_public", _("公开属性不是主动公开，不得在网站发布"), anchor)
        if not page.withholding_reason.strip():
            yield Obstacle(
                "withholding_reason", _("未写明不予公开的负面清单条目、情形与依据"), "id_withholding_reason"
            )
