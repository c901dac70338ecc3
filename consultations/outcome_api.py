"""`/api/v1/consultations/<id>/outcome/`: the outcome as data, or when it is due. No personal data: no names, no contact."""

from __future__ import annotations

from typing import Any

from django.http import Http404
from django.urls import reverse
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from consultations.enums import ConsultationState, DispositionStatus
from consultations.models import ConsultationPage, Disposition, Outcome
from consultations.outcome_diffs import OutcomeDiff, outcome_diff
from consultations.outcome_selectors import (
    DecidedTheme,
    OutcomeFigures,
    decided_themes,
    figures_of,
    published_outcome_of,
    shown_text,
    singly_decided,
)
from portal.api import KnownIds
from search.archive.diffs import ClauseStatus

#: Single decisions in one answer; the page of the site shows all of them.
MAX_SINGLE = 1000
NOT_PUBLISHED: dict[str, Any] = {
    "published_at": None,
    "introduction": "",
    "final_policy": None,
    "figures": None,
    "themes": [],
    "single_decisions": [],
    "changes": [],
}


class ShareSerializer(serializers.Serializer[Any]):
    value = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    count = serializers.IntegerField()


class FiguresSerializer(serializers.Serializer[OutcomeFigures]):
    total = serializers.IntegerField(
        help_text="Comments that needed an answer; withdrawn ones are not among them."
    )
    late = serializers.IntegerField()
    withdrawn = serializers.IntegerField()
    not_shown = serializers.IntegerField(help_text="Answered, but not shown in public.")
    themes = serializers.IntegerField()
    adoption_share = serializers.IntegerField(help_text="Adopted wholly or in part, in percent.")
    by_status = ShareSerializer(many=True)
    by_author = ShareSerializer(many=True)


class DecisionSerializer(serializers.Serializer[Disposition]):
    status = serializers.ChoiceField(choices=DispositionStatus.choices)
    label = serializers.CharField(source="get_status_display")  # type: ignore[assignment]
    reason = serializers.CharField()
    changed_clauses = serializers.ListField(
        child=serializers.CharField(), source="changed_clause_ids", help_text="Clause ids of the draft."
    )


class ThemeSerializer(serializers.Serializer[DecidedTheme]):
    id = serializers.IntegerField(source="theme.pk")
    title = serializers.CharField(source="theme.title")
    summary = serializers.CharField(source="theme.summary")
    comments = serializers.IntegerField(source="supporters")
    decision = DecisionSerializer(allow_null=True)


class SingleDecisionSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField(source="pk")
    clause = serializers.CharField(source="clause.clause_id", default=None, allow_null=True)
    text = serializers.SerializerMethodField()
    decision = DecisionSerializer(source="disposition")

    def get_text(self, comment: Any) -> str:
        return shown_text(comment)


class ClauseChangeSerializer(serializers.Serializer[Any]):
    status = serializers.ChoiceField(choices=[(s.value, s.value) for s in ClauseStatus])
    draft_clause = serializers.CharField(source="old.id", default=None, allow_null=True)
    final_clause = serializers.CharField(source="new.id", default=None, allow_null=True)
    draft_text = serializers.CharField(source="old.text", default=None, allow_null=True)
    final_text = serializers.CharField(source="new.text", default=None, allow_null=True)


class OutcomeSerializer(serializers.Serializer[Any]):
    consultation = serializers.IntegerField()
    title = serializers.CharField()
    url = serializers.CharField()
    state = serializers.ChoiceField(choices=ConsultationState.choices)
    due_on = serializers.DateField(allow_null=True, help_text="Day by which the outcome is to be published.")
    published_at = serializers.DateTimeField(
        allow_null=True, help_text="Null until publication; everything below is then empty."
    )
    introduction = serializers.CharField()
    final_policy = serializers.CharField(
        allow_null=True, help_text="Address of the policy that came of the draft."
    )
    figures = FiguresSerializer(allow_null=True)
    themes = ThemeSerializer(many=True)
    single_decisions = SingleDecisionSerializer(many=True)
    changes = ClauseChangeSerializer(
        many=True, help_text="Draft and final text, clause by clause; unchanged ones left out."
    )


class OutcomeView(KnownIds, APIView):
    """The outcome of one consultation; before its publication, when it is due and nothing else."""

    @extend_schema(
        operation_id="consultation_outcome",
        summary="Outcome of a consultation",
        responses={
            200: OutcomeSerializer,
            404: OpenApiResponse(description="There is no such public consultation."),
        },
        tags=["consultations"],
    )
    def get(self, request: Request, pk: int) -> Response:
        consultation = ConsultationPage.objects.live().public().filter(pk=pk).first()
        outcome = published_outcome_of(consultation) if consultation is not None else None
        if consultation is None:
            raise Http404
        address = reverse("consultations:outcome", args=[consultation.slug])
        answer = {
            "consultation": consultation.pk,
            "title": consultation.title,
            "url": request.build_absolute_uri(address),
            "state": consultation.state(),
            "due_on": consultation.outcome_due_on,
            **(_published(request, consultation, outcome) if outcome else NOT_PUBLISHED),
        }
        return Response(OutcomeSerializer(answer).data)


def _published(request: Request, consultation: ConsultationPage, outcome: Outcome) -> dict[str, Any]:
    difference: OutcomeDiff | None = outcome_diff(outcome)
    return {
        "published_at": outcome.published_at,
        "introduction": outcome.introduction,
        "final_policy": request.build_absolute_uri(difference.policy.public_path) if difference else None,
        "figures": figures_of(consultation),
        "themes": decided_themes(consultation, first=0),
        "single_decisions": singly_decided(consultation)[:MAX_SINGLE],
        "changes": [row.change for row in difference.changed_rows] if difference else [],
    }
