"""The fingerprint of everything a signature covers: document, plan, points, materials, steps and co-issuers."""

from __future__ import annotations

import hashlib
import json
from datetime import date
from typing import TYPE_CHECKING, Any

from django.db import models

if TYPE_CHECKING:
    from interpretations.models import PolicyDocumentPage

#: Fields of the policy that say nothing about its content; any other field, also one added later, is covered.
NOT_CONTENT = frozenset({"basepage_ptr", "withdrawn_at", "withdrawal_explanation", "withdrawn_revision"})
CHILD_RELATIONS = ("co_issuers", "points", "materials", "steps")
_NOT_CONTENT_OF_CHILD = frozenset({"id", "page", "sort_order"})


def content_fields(page: PolicyDocumentPage | type[PolicyDocumentPage]) -> list[models.Field[Any, Any]]:
    """The policy's own content fields; the title, kept on the base page, is added by `content_digest`."""
    return [field for field in page._meta.local_concrete_fields if field.name not in NOT_CONTENT]


def content_digest(page: PolicyDocumentPage) -> str:
    """SHA-256 in hexadecimal of the substantive content, the same before and after a save or a revision round trip.

    The order of children does not count; line ends and outer blanks do not count; the bytes of files do.
    """
    content: dict[str, Any] = {"title": _plain(page.title)}
    for field in content_fields(page):
        content[field.attname] = _plain(getattr(page, field.attname))
    for relation in CHILD_RELATIONS:
        content[relation] = sorted(_child(child) for child in getattr(page, relation).all())
    return hashlib.sha256(_dump(content).encode()).hexdigest()


def _child(child: models.Model) -> str:
    values: dict[str, Any] = {
        field.attname: _plain(getattr(child, field.attname))
        for field in child._meta.concrete_fields
        if field.name not in _NOT_CONTENT_OF_CHILD
    }
    for name in ("document", "image"):
        file = getattr(child, name, None) if values.get(f"{name}_id") else None
        if file is not None:
            # A file may be replaced under the same id: its bytes are what was signed.
            values[f"{name}_hash"] = file.get_file_hash()
    return _dump(values)


def _plain(value: Any) -> Any:
    if isinstance(value, str):
        return "\n".join(line.rstrip() for line in value.strip().splitlines())
    if isinstance(value, date):
        return value.isoformat()
    return value


def _dump(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, default=str)
