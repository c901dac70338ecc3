"""Policies with their packages, and helpers that take them through the real services.

`PolicyFactory()` gives a saved draft with nothing missing but the signatures; `PolicyFactory(complete=False)` a draft
with a title and its department only. Any field of the page can be given; children by `points=`, `materials=`, `steps=`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

import factory
from django.utils import timezone

from interpretations import services
from interpretations.enums import MaterialForm, Point, SignOffKind, StepCode
from interpretations.models import InterpretationMaterial, PointAnswer, PolicyDocumentPage, ProcedureStep
from interpretations.rules import SIGNING_ROLE, required_kinds
from portal.home.services import ensure_department_page, ensure_home_page
from portal.organisations.enums import GOVERNMENT_WIDE_ROLES, Role
from portal.organisations.models import Department, User
from portal.organisations.services import assign_role
from tests.factories.organisations import DepartmentFactory, UserFactory

BODY = """第一条 为了让公众更容易参与政策制定，规范意见征集、整理、答复的全过程，根据有关规定，制定本办法。
第二条 本办法适用于本省县级以上人民政府及其部门起草规范性文件时公开征求意见的活动。
第三条 起草部门应当在征求意见结束之日起三十日内公布采纳情况，对未采纳的意见逐条说明理由。
第四条 本办法自印发之日起施行。"""

MATERIAL = """很多人问，提了意见以后会怎样？现在答案变得具体了：每一条建议都会收到编号，凭编号随时查看处理进度。
如果建议没有被接受，网页上会写清楚原因，而且相同看法的人数达到一定规模时，还要单独回应。"""

POINT_ANSWERS = {
    Point.BACKGROUND: "此前意见征集有头无尾，群众反映提了意见没有下文。",
    Point.GOALS: "两年内实现公开征求意见件件有回应。",
    Point.MAIN_CONTENT: "明确征集期限、整理方式和答复时限。",
    Point.SCOPE: "全省县级以上政府及其部门。",
    Point.CRITERIA: "期限按自然日计算，末日遇节假日顺延。",
    Point.KEY_TERMS: "采纳情况，是指起草部门对意见的处理结果及理由。",
    Point.BENEFITS: "群众足不出户即可提出意见并查询结果。",
}


def complete_points() -> list[PointAnswer]:
    """Seven answers and one point that does not apply, with the reason."""
    rows = [PointAnswer(point=point, answer=answer) for point, answer in POINT_ANSWERS.items()]
    return [*rows, PointAnswer(point=Point.DIFFERENCES, not_applicable_reason="此前没有同类文件。")]


def complete_steps() -> list[ProcedureStep]:
    """Four steps done, one that does not apply."""
    day = timezone.localdate() - dt.timedelta(days=30)
    done = [
        ProcedureStep(step=step, done_on=day, note="已形成书面材料")
        for step in StepCode
        if step != StepCode.RISK_ASSESSMENT
    ]
    return [*done, ProcedureStep(step=StepCode.RISK_ASSESSMENT, not_applicable_reason="不涉及社会稳定风险。")]


def complete_materials() -> list[InterpretationMaterial]:
    """One written material in words of its own."""
    return [InterpretationMaterial(form=MaterialForm.TEXT, title="一图读懂意见去向", body=MATERIAL)]


def complete_fields(department: Department) -> dict[str, Any]:
    """Every field a bundle needs before it is submitted."""
    today = timezone.localdate()
    return {
        "document_number": f"云政办发〔{today.year}〕12号",
        "issuing_authority": department.name,
        "adopted_on": today - dt.timedelta(days=10),
        "effective_on": today,
        "valid_until": today + dt.timedelta(days=5 * 365),
        "summary": "规定意见征集的期限、整理方式和答复时限。",
        "body": BODY,
        "plan_outline": "一、为什么要定这个办法；二、群众怎样提意见；三、意见去了哪里。",
        "plan_forms": "文字解读、图解",
        "plan_channels": "省政府网站、政务新媒体",
        "plan_time": "与文件同步发布",
    }


class PolicyFactory(factory.Factory[PolicyDocumentPage]):
    """A saved draft under its department's page, with a first revision."""

    class Meta:
        model = PolicyDocumentPage

    complete = True
    title = factory.Sequence(lambda n: f"云岭省公开征求意见工作办法之{n + 1}")
    slug = factory.Sequence(lambda n: f"policy-{n + 1}")
    lead_department = factory.LazyFunction(lambda: DepartmentFactory.create())

    @classmethod
    def _create(cls, model_class: type[PolicyDocumentPage], *args: Any, **kwargs: Any) -> PolicyDocumentPage:
        department: Department | None = kwargs["lead_department"]
        children: dict[str, Any] = {"points": (), "materials": (), "steps": (), "co_issuers": ()}
        if kwargs.pop("complete") and department is not None:
            kwargs = {**complete_fields(department), **kwargs}
            children.update(points=complete_points(), materials=complete_materials(), steps=complete_steps())
        parent = kwargs.pop("parent", None) or ensure_department_page(
            department=department or DepartmentFactory.create(), home=ensure_home_page()
        )
        children.update({name: kwargs.pop(name) for name in children if name in kwargs})
        page = model_class(live=False, **kwargs)
        for name, rows in children.items():
            getattr(page, name).add(*rows)
        parent.refresh_from_db()
        parent.add_child(instance=page)
        page.save_revision(clean=False)
        return page


def reviewer(kind: SignOffKind, department: Department) -> User:
    """Somebody entitled to sign `kind` for `department`; the same person each time."""
    role = SIGNING_ROLE[kind]
    name = role.value if role in GOVERNMENT_WIDE_ROLES else f"{role.value}-{department.code}"
    user: User = UserFactory.create(username=name)
    assign_role(user=user, role=role, department=department)
    return user


def drafter(department: Department) -> User:
    """A drafter of `department`; the same person each time."""
    user: User = UserFactory.create(username=f"drafter-{department.code}")
    assign_role(user=user, role=Role.DRAFTER, department=department)
    return user


def submitted_policy(**kwargs: Any) -> PolicyDocumentPage:
    """A complete policy that its drafter has submitted."""
    page: PolicyDocumentPage = PolicyFactory.create(**kwargs)
    assert page.lead_department is not None
    services.submit(page=page, user=drafter(page.lead_department))
    return PolicyDocumentPage.objects.get(pk=page.pk)


def sign_in_turn(page: PolicyDocumentPage, kinds: Sequence[SignOffKind]) -> PolicyDocumentPage:
    """Sign `kinds` one after the other, each by its own reviewer. Returns the page as it is then."""
    assert page.lead_department is not None
    for kind in kinds:
        services.sign(page=page, kind=kind, user=reviewer(kind, page.lead_department))
    return PolicyDocumentPage.objects.get(pk=page.pk)


def signed_policy(**kwargs: Any) -> PolicyDocumentPage:
    """A policy submitted and signed by everybody: live, or scheduled when `go_live_at` is given."""
    page = submitted_policy(**kwargs)
    return sign_in_turn(page, required_kinds(page))
