"""What people decide about relations: right as found, corrected, wrong, or missed by the machine. Every decision is audited.

A decided relation is a person's: no later reading changes it, and a rejected one does not come back.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from search.archive.clauses import clause_words, parse_clauses
from search.archive.enums import RelationKind, RelationOrigin
from search.archive.models import DocumentRelation, NormativeDocument
from search.archive.rules import RULES
from search.archive.titles import title_key
from search.upkeep.found import acts_from_relations

if TYPE_CHECKING:
    from portal.organisations.models import User


def _require(user: User) -> None:
    if not RULES["decide_relation"](user):
        raise PermissionDenied(_("您没有维护规范性文件库的权限。"))


def _decided(relation: DocumentRelation, *, user: User, verb: str, note: str) -> DocumentRelation:
    """Save `relation` as a person's word, follow its consequences for validity, and write the audit entry."""
    relation.origin = RelationOrigin.PERSON
    relation.save()
    acts_from_relations([relation.source_id])
    log(
        instance=relation.source,
        action=f"yanlu.relation_{verb}",
        user=user,
        data={
            "title": relation.source.title,
            "kind": relation.kind,
            "text": relation.target_text,
            "target": relation.target_id,
            "note": note.strip()[:500],
        },
    )
    return relation


def _locked(relation_id: int) -> DocumentRelation:
    return (
        DocumentRelation.objects.select_for_update(of=("self",)).select_related("source").get(pk=relation_id)
    )


@transaction.atomic
def confirm_relation(*, relation_id: int, user: User) -> DocumentRelation:
    """Record that a person found the relation right. Raises PermissionDenied; ValidationError while it has no target."""
    _require(user)
    relation = _locked(relation_id)
    if relation.target_id is None:
        raise ValidationError(_("还没有对应的文件，请先选定。"))
    relation.rejected = False
    return _decided(relation, user=user, verb="confirmed", note="")


@transaction.atomic
def fix_relation(
    *, relation_id: int, user: User, kind: str, target_id: int | None, target_clause_id: str = "", note: str = ""
) -> DocumentRelation:  # fmt: skip
    """Give the relation another kind, target or clause. No target: the document meant is not in the archive.

    Raises PermissionDenied; ValidationError for an unknown kind, target or clause, or a document's relation to itself.
    """
    _require(user)
    relation = _locked(relation_id)
    relation.kind = _kind(kind)
    relation.target = _target(target_id, source_id=relation.source_id)
    relation.target_clause_id = _clause(relation.target, target_clause_id)
    relation.rejected = False
    return _decided(relation, user=user, verb="fixed", note=note)


@transaction.atomic
def reject_relation(*, relation_id: int, user: User, note: str) -> DocumentRelation:
    """Take the relation out of sight for good, with the reason. Raises PermissionDenied; ValidationError without one."""
    _require(user)
    if not note.strip():
        raise ValidationError(_("请说明为什么不是关系。"))
    relation = _locked(relation_id)
    relation.rejected = True
    return _decided(relation, user=user, verb="rejected", note=note)


@transaction.atomic
def add_relation(
    *, source_id: int, target_id: int, user: User, kind: str, clause_id: str = "", target_clause_id: str = "", note: str = ""
) -> DocumentRelation:  # fmt: skip
    """A relation the text does not state in words the machine reads. Raises as `fix_relation` does."""
    _require(user)
    source = NormativeDocument.objects.get(pk=source_id)
    target = _target(target_id, source_id=source_id)
    if target is None:
        raise ValidationError(_("请选定对应的文件。"))
    clause = _clause(target, target_clause_id)
    relation, fresh = DocumentRelation.objects.get_or_create(
        source=source,
        kind=_kind(kind),
        target_text=f"《{target.title}》"[:500],
        clause_id=_clause(source, clause_id),
        target_clause_text=clause_words(clause)[:120],
        defaults={"target": target, "target_clause_id": clause, "title_key": title_key(target.title)},
    )
    if not fresh:
        relation.target, relation.target_clause_id, relation.rejected = target, clause, False
    return _decided(relation, user=user, verb="added", note=note)


def _kind(kind: str) -> RelationKind:
    if kind not in RelationKind.values:
        raise ValidationError(_("没有这一种关系。"))
    return RelationKind(kind)


def _target(target_id: int | None, *, source_id: int) -> NormativeDocument | None:
    if target_id is None:
        return None
    if target_id == source_id:
        raise ValidationError(_("文件不能与自己有关系。"))
    target = NormativeDocument.objects.visible().filter(pk=target_id).first()
    if target is None:
        raise ValidationError(_("库中没有编号为%(pk)s的文件。") % {"pk": target_id})
    return target


def _clause(document: NormativeDocument | None, clause_id: str) -> str:
    wanted = clause_id.strip().removeprefix("#")
    if not wanted:
        return ""
    if document is None or wanted not in {c.id for c in parse_clauses(document.text)}:
        raise ValidationError(_("文件中没有条款“%(clause)s”。") % {"clause": wanted[:80]})
    return wanted
