"""Policies that lack exactly one thing, everything else being complete and signed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from wagtail.images.models import Image
from wagtail.images.tests.utils import get_test_image_file

from interpretations.digest import content_digest
from interpretations.enums import (
    DisclosureAttribute,
    MaterialForm,
    Point,
    SignOffDecision,
    SignOffKind,
    StepCode,
)
from interpretations.models import InterpretationMaterial, PolicyDocumentPage, SignOff
from interpretations.rules import required_kinds
from tests.factories.interpretations import (
    BODY,
    PolicyFactory,
    complete_points,
    complete_steps,
    reviewer,
)
from tests.factories.organisations import UserFactory

Change = Callable[[], dict[str, Any]]


def _points_without(point: Point) -> dict[str, Any]:
    return {"points": [row for row in complete_points() if row.point != point]}


def _steps_without(step: StepCode) -> dict[str, Any]:
    return {"steps": [row for row in complete_steps() if row.step != step]}


def _material(**fields: Any) -> dict[str, Any]:
    return {"materials": [InterpretationMaterial(**{"title": "解读", **fields})]}


#: Obstacle code -> what to give the factory so that only this is missing.
MISSING_CONTENT: dict[str, Change] = {
    "body": lambda: {"body": " \n"},
    "issuing_authority": lambda: {"issuing_authority": ""},
    "document_number": lambda: {"document_number": ""},
    "document_number_form": lambda: {"document_number": "第几号来着"},
    "adopted_on": lambda: {"adopted_on": None},
    "effective_on": lambda: {"effective_on": None},
    "validity": lambda: {"valid_until": None},
    "disclosure_attribute": lambda: {"disclosure_attribute": ""},
    "not_public": lambda: {
        "disclosure_attribute": DisclosureAttribute.ON_REQUEST,
        "withholding_reason": "负面清单第三条第二项，内部管理信息。",
    },
    "withholding_reason": lambda: {"disclosure_attribute": DisclosureAttribute.WITHHELD},
    "plan_outline": lambda: {"plan_outline": ""},
    "plan_forms": lambda: {"plan_forms": ""},
    "plan_channels": lambda: {"plan_channels": ""},
    "plan_time": lambda: {"plan_time": ""},
    **{f"point_{point.value}": (lambda point=point: _points_without(point)) for point in Point},
    "materials": lambda: {"materials": []},
    "material_title": lambda: _material(title="", body="与文件不同的说明。" * 10),
    "material_content": lambda: _material(body="见附件"),
    "material_copy": lambda: _material(body=BODY),
    "material_transcript": lambda: _material(
        form=MaterialForm.TEXT, video_url="https://video.example.org/1", body="与文件不同的说明文字。" * 10
    ),
    "material_image_alt": lambda: _material(
        form=MaterialForm.CHART, image=Image.objects.create(title="图", file=get_test_image_file())
    ),
    **{f"step_{step.value}": (lambda step=step: _steps_without(step)) for step in StepCode},
    "fair_competition": lambda: {"business_related": True},
}
MISSING_SIGN_OFF = {f"sign_off_{kind.value}": kind for kind in SignOffKind}
VOID = "sign_off_joint_void"

#: One of each sort, for the matrix with every path; all codes are tried on the shortest path.
REPRESENTATIVE = (
    "body", "validity", "not_public", "plan_time", "point_differences", "materials", "material_copy",
    "step_risk_assessment", "fair_competition", "sign_off_legality", "sign_off_office", VOID,
)  # fmt: skip
EVERY = (*MISSING_CONTENT, *MISSING_SIGN_OFF, VOID)


def policy_missing(code: str, **fields: Any) -> PolicyDocumentPage:
    """A draft that lacks only what `code` names, signed by everybody but whom `code` names."""
    content = MISSING_CONTENT[code]() if code in MISSING_CONTENT else {}
    if code == "sign_off_office":
        content["in_government_name"] = True
    page: PolicyDocumentPage = PolicyFactory.create(**content, **fields)
    sign_all(page, except_kind=MISSING_SIGN_OFF.get(code))
    if code == VOID:
        page.sign_offs.filter(kind=SignOffKind.JOINT).update(content_digest="0" * 64)
    return PolicyDocumentPage.objects.get(pk=page.pk)


def sign_all(page: PolicyDocumentPage, except_kind: SignOffKind | None = None) -> None:
    """Rows as if everybody required had signed the present content."""
    for kind in required_kinds(page):
        if kind == except_kind:
            continue
        department = page.lead_department
        SignOff.objects.create(
            page=page,
            kind=kind,
            decision=SignOffDecision.SIGNED,
            content_digest=content_digest(page),
            user=reviewer(kind, department) if department else UserFactory.create(),
            department=department,
        )
