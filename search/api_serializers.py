"""What the API answers: the shape for the schema, and the functions that fill it."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any

from rest_framework import serializers

from search.archive.clauses import parse_clauses
from search.archive.enums import Validity
from search.archive.models import NormativeDocument
from search.archive.relation_lists import represent_relations
from search.corrections import Assistance, Correction, Why
from search.query import MAX_DEPTH
from search.selectors import ResultHit, SearchResults
from search.upkeep.validity_view import validity_view

Absolute = Callable[[str], str]
_DOCUMENT_FIELDS = (
    "id", "title", "document_number", "registration_number", "index_number", "issuing_authority", "co_issuers",
    "level", "region", "genre", "subject_category", "adopted_on", "published_on", "effective_on", "valid_until",
    "amended_on", "repealed_on", "text",
)  # fmt: skip


class ClauseReferenceSerializer(serializers.Serializer[Any]):
    id = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    url = serializers.URLField()


class ResultSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    title = serializers.CharField()
    document_number = serializers.CharField()
    issuing_authority = serializers.CharField()
    level = serializers.CharField()
    type = serializers.CharField()
    validity = serializers.ChoiceField(choices=Validity.choices)
    published_on = serializers.DateField(allow_null=True)
    url = serializers.URLField()
    score = serializers.FloatField(allow_null=True)
    snippet = serializers.CharField()
    clause = ClauseReferenceSerializer(allow_null=True)


class FacetValueSerializer(serializers.Serializer[Any]):
    value = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    count = serializers.IntegerField()
    estimated = serializers.BooleanField()


class CorrectionSerializer(serializers.Serializer[Any]):
    q = serializers.CharField()
    why = serializers.ChoiceField(choices=[why.value for why in Why])
    reason = serializers.CharField()
    count = serializers.IntegerField()
    url = serializers.URLField()


class ResultPageSerializer(serializers.Serializer[Any]):
    count = serializers.IntegerField()
    notices = serializers.ListField(child=serializers.CharField())
    corrections = CorrectionSerializer(many=True)
    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)
    facets = serializers.DictField(child=FacetValueSerializer(many=True))
    results = ResultSerializer(many=True)


class ClauseSerializer(serializers.Serializer[Any]):
    id = serializers.CharField()
    kind = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    text = serializers.CharField()
    depth = serializers.IntegerField()
    parent_id = serializers.CharField(allow_null=True)


class RelationSerializer(serializers.Serializer[Any]):
    kind = serializers.CharField()
    document = serializers.IntegerField(allow_null=True)
    direction = serializers.ChoiceField(choices=["out", "in"])
    title = serializers.CharField(allow_blank=True)
    text = serializers.CharField()
    clause = serializers.CharField(allow_blank=True)
    target_clause = serializers.CharField(allow_blank=True)
    target_clause_text = serializers.CharField(allow_blank=True)


class ActSerializer(serializers.Serializer[Any]):
    """The act behind a change of validity; `id` and `url` are empty for an act that is not in the archive."""

    id = serializers.IntegerField(allow_null=True)
    title = serializers.CharField()
    document_number = serializers.CharField()
    url = serializers.CharField()


class DocumentSerializer(serializers.ModelSerializer[NormativeDocument]):
    type = serializers.CharField()
    validity = serializers.ChoiceField(choices=Validity.choices)
    validity_on = serializers.DateField()
    validity_reason = serializers.CharField()
    validity_act = ActSerializer(allow_null=True)
    applying_text = serializers.URLField(allow_null=True)
    url = serializers.URLField()
    clauses = ClauseSerializer(many=True)
    relations = RelationSerializer(many=True)

    class Meta:
        model = NormativeDocument
        fields = [
            *_DOCUMENT_FIELDS, "type", "validity", "validity_on", "validity_reason", "validity_act", "applying_text",
            "url", "clauses", "relations",
        ]  # fmt: skip


def represent_results(results: SearchResults, help_: Assistance, absolute: Absolute) -> dict[str, Any]:
    """Return the page of results with what helps on; addresses are made absolute by `absolute`."""
    query = results.query
    shown = query.offset + query.page_size
    more = shown < results.total and shown + query.page_size <= MAX_DEPTH
    return {
        "count": results.total,
        "next": absolute(query.link(page=query.page + 1)) if more else None,
        "previous": absolute(query.link(page=query.page - 1)) if query.page > 1 else None,
        "facets": {
            name: [
                {"value": v.value, "label": v.label, "count": v.count, "estimated": v.about} for v in values
            ]
            for name, values in results.facets.items()
        },
        "notices": list(results.notices),
        "corrections": [_represent_correction(offer, absolute) for offer in help_.corrections],
        "results": [_represent_hit(hit, absolute) for hit in results.hits],
    }


def _represent_correction(offer: Correction, absolute: Absolute) -> dict[str, Any]:
    return {
        "q": offer.text,
        "why": offer.why.value,
        "reason": offer.reason,
        "count": offer.count,
        "url": absolute(offer.url),
    }


def _represent_hit(hit: ResultHit, absolute: Absolute) -> dict[str, Any]:
    document = hit.document
    clause = {"id": hit.clause_id, "label": hit.clause_label, "url": absolute(hit.clause_url)}
    return {
        "id": document.pk,
        "title": document.title,
        "document_number": document.document_number,
        "issuing_authority": document.issuing_authority,
        "level": document.level,
        "type": document.doc_type,
        "validity": hit.validity.value,
        "published_on": document.published_on,
        "url": absolute(hit.url),
        "score": hit.score,
        "snippet": "".join(segment.text for segment in hit.snippet),
        "clause": clause if hit.clause_id else None,
    }


def represent_document(document: NormativeDocument, day: datetime.date, absolute: Absolute) -> dict[str, Any]:
    """Return one whole document; its validity is that of `day`."""
    standing = validity_view(document, day)
    reading, act = standing.reading, standing.reading.act
    fields = {name: getattr(document, name) for name in _DOCUMENT_FIELDS}
    return {
        **fields,
        "type": document.doc_type,
        "validity": reading.validity.value,
        "validity_on": reading.day,
        "validity_reason": reading.reason,
        "validity_act": act
        and {
            "id": act.id,
            "title": act.title,
            "document_number": act.document_number,
            "url": absolute(act.url) if act.url else "",
        },
        # The version that applied on the day, when this text did not.
        "applying_text": absolute(standing.applying.get_absolute_url()) if standing.applying else None,
        "url": absolute(document.get_absolute_url()),
        "clauses": [
            {
                "id": c.id,
                "kind": c.kind,
                "label": c.label,
                "text": c.text,
                "depth": c.depth,
                "parent_id": c.parent_id,
            }
            for c in parse_clauses(document.text)
        ],
        "relations": represent_relations(document),
    }
