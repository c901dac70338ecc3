"""What the public page of a policy shows, from an instance alone: live, previewed or withdrawn."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from interpretations.enums import MaterialForm
from search.archive.clauses import Clause, parse_clauses
from search.archive.models import NormativeDocument
from search.archive.validity import validity_at

if TYPE_CHECKING:
    from interpretations.models import InterpretationMaterial, PolicyDocumentPage

#: Clause kinds listed in the contents beside the text.
CONTENTS_KINDS = frozenset({"chapter", "section", "article"})
#: Below this number of entries a contents list only takes room.
CONTENTS_MINIMUM = 3


@dataclass(frozen=True)
class MaterialGroup:
    """The materials of one form, in the order of `MaterialForm`."""

    form: MaterialForm
    materials: tuple[InterpretationMaterial, ...]


def policy_context(page: PolicyDocumentPage) -> dict[str, Any]:
    """Template context of the public page."""
    clauses = clauses_of(page)
    return {
        "policy": page,
        "clauses": clauses,
        "contents": contents_of(clauses),
        "material_groups": material_groups(page),
        "points": sorted_children(page.points.all(), "point"),
        "steps": sorted_children(page.steps.all(), "step"),
        "co_issuers": list(page.co_issuers.all()),
        "validity": validity_of(page),
        "consultations": consultations_of(page),
    }


def clauses_of(page: PolicyDocumentPage) -> tuple[Clause, ...]:
    """The body as clauses with stable anchors."""
    return parse_clauses(page.body)


def contents_of(clauses: tuple[Clause, ...]) -> list[Clause]:
    """Entries of the contents list; empty for a short text."""
    entries = [clause for clause in clauses if clause.kind in CONTENTS_KINDS]
    return entries if len(entries) >= CONTENTS_MINIMUM else []


def material_groups(page: PolicyDocumentPage) -> list[MaterialGroup]:
    """Materials by form."""
    order = list(MaterialForm)
    rows = sorted(page.materials.all(), key=lambda row: order.index(MaterialForm(row.form)))
    return [
        MaterialGroup(MaterialForm(form), tuple(group))
        for form, group in groupby(rows, key=lambda row: row.form)
    ]


def sorted_children(rows: Any, code: str) -> list[Any]:
    """Rows in the order of their vocabulary, whatever order they were entered in."""
    children = list(rows)
    if not children:
        return []
    order = [value for value, _label in children[0]._meta.get_field(code).choices]
    return sorted(children, key=lambda row: order.index(getattr(row, code)))


def validity_of(page: PolicyDocumentPage) -> Any:
    """效力状态 today as the archive computes it; None for a page the archive does not hold (a draft)."""
    document = NormativeDocument.objects.filter(page_id=page.pk).first() if page.pk else None
    return validity_at(document, timezone.localdate()) if document else None


def consultations_of(page: PolicyDocumentPage) -> list[Any]:
    """Public rounds of comment that led to this policy, through the reverse relation: that app is above this one."""
    related = getattr(page, "consultations", None)
    if page.pk is None or related is None:
        return []
    return (
        list(related.live().public().order_by("opens_at"))
        if hasattr(related, "live")
        else list(related.all())
    )
