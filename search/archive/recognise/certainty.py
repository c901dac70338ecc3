"""How sure the recognition is of each field, where the field itself does not say so when it is found.

A number between 0 and 1 that orders what people look at first; it is no probability. Fields a source states by itself
have none: they are believed.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from search.archive.clauses import parse_clauses
from search.archive.recognise.parts import Parts

#: Fields a document cannot do without: the least sure of them says whether a person should look.
ESSENTIAL = ("title", "issuing_authority", "document_number", "adopted_on", "clauses", "normative")
#: Below this a document is offered for checking.
DOUBTFUL = 0.6


def derived_confidence(fields: Mapping[str, Any], parts: Parts) -> dict[str, float]:
    """Confidence of the fields that follow from others or from the form of the text; absent fields have none."""
    title, issuer = (
        float(fields["confidence"].get("title", 0.0)),
        float(fields["confidence"].get("issuing_authority", 0.0)),
    )
    found: dict[str, float] = {}
    if fields.get("genre"):
        # The last word of the title: as sure as the title.
        found["genre"] = title
    for name in ("level", "region"):
        if fields.get(name):
            found[name] = issuer or title * 0.8
    if fields.get("doc_type"):
        found["doc_type"] = min(issuer or 0.6, title)
    if fields.get("addressees"):
        found["addressees"] = 0.9 if fields["addressees"].endswith(("单位", "部门", "机构")) else 0.8
    if fields.get("signature"):
        found["signature"] = 0.9 if parts.signed_on and parts.signed_by else 0.7
    found["clauses"] = clause_confidence(str(fields.get("text", "")))
    return found


def clause_confidence(text: str) -> float:
    """Confidence that the articles of `text` were told apart: 1.0 when they are numbered without a gap."""
    articles = [clause for clause in parse_clauses(text) if clause.kind == "article"]
    if not articles:
        return 0.8 if text else 0.0
    main = [int(c.id[1:]) for c in articles if c.id[1:].isdigit()]
    if not main:
        return 0.6
    expected = set(range(1, max(main) + 1))
    return round(0.5 + 0.5 * len(expected & set(main)) / len(expected), 2)


def lowest(confidence: Mapping[str, Any]) -> float | None:
    """The confidence of the least sure essential field; None where nothing was recognised (a source stated it all)."""
    values = [float(confidence[name]) for name in ESSENTIAL if isinstance(confidence.get(name), int | float)]
    return min(values) if values else None
