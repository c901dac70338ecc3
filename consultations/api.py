"""`/api/v1/consultations/`: consultations, their clauses and their public comments. Read only, no personal data."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_serializer
from rest_framework import generics, serializers
from rest_framework.exceptions import ValidationError
from rest_framework.pagination import PageNumberPagination
from rest_framework.request import Request

from consultations import selectors
from consultations.enums import LISTED_STATES, AuthorKind, ConsultationKind, ConsultationState, Screening
from consultations.models import ConsultationPage, DraftClause, PublicComment
from portal.api import KnownIds
from portal.organisations.models import Department

TAGS = ["consultations"]


class Pagination(PageNumberPagination):
    page_size = 20
    page_size_query_param = "page_size"
    max_page_size = 100


class ConsultationSerializer(serializers.ModelSerializer[ConsultationPage]):
    """One row of the list. Days are in Asia/Shanghai; `last_day` runs until 24:00."""

    url = serializers.SerializerMethodField()
    kind = serializers.ChoiceField(choices=ConsultationKind.choices)
    state = serializers.SerializerMethodField()
    department = serializers.CharField(source="department.name", default="")
    days_left = serializers.SerializerMethodField(
        help_text="Days left while open, 0 on the last day; else null."
    )
    first_day = serializers.DateField()
    last_day = serializers.DateField()
    shortened = serializers.BooleanField(source="is_shortened")
    comments = serializers.IntegerField(source="visible_comments", help_text="Comments shown in public.")

    class Meta:
        model = ConsultationPage
        fields = (
            "id", "title", "url", "kind", "state", "department", "summary", "first_day", "last_day", "opens_at",
            "closes_at", "days_left", "shortened", "shortened_reason", "outcome_due_on", "comments",
        )  # fmt: skip

    def get_url(self, page: ConsultationPage) -> str:
        request: Request = self.context["request"]
        return request.build_absolute_uri(page.public_path)

    def get_state(self, page: ConsultationPage) -> str:
        return page.state().value

    def get_days_left(self, page: ConsultationPage) -> int | None:
        left = page.days_left()
        return left.days if left else None


@extend_schema_serializer(component_name="DraftClause")
class ClauseSerializer(serializers.ModelSerializer[DraftClause]):
    id = serializers.CharField(source="clause_id")
    parent = serializers.CharField(source="parent_clause_id")  # type: ignore[assignment]  # a field, not the parent serialiser

    class Meta:
        model = DraftClause
        fields = ("id", "kind", "label", "text", "depth", "parent")


class ConsultationDetailSerializer(ConsultationSerializer):
    clauses = ClauseSerializer(many=True)
    extended_from = serializers.DateField(source="extended_from_day")

    class Meta(ConsultationSerializer.Meta):
        fields = (
            *ConsultationSerializer.Meta.fields, "drafting_note", "decision_basis", "extended_from",
            "extension_reason", "terminated_at", "termination_reason", "clauses",
        )  # type: ignore[assignment]  # fmt: skip


class CommentSerializer(serializers.ModelSerializer[PublicComment]):
    """A comment as the public page shows it: the name masked, hidden parts left out, no receipt code."""

    clause = serializers.CharField(source="clause.clause_id", default=None, allow_null=True)
    author = serializers.CharField(source="author_masked")
    author_kind = serializers.ChoiceField(choices=AuthorKind.choices)
    text = serializers.CharField(source="shown_text")
    proposed_text = serializers.CharField(source="shown_proposal")
    redacted = serializers.SerializerMethodField()
    submitted_at = serializers.DateTimeField(source="submit_date")

    class Meta:
        model = PublicComment
        fields = (
            "id",
            "clause",
            "author",
            "author_kind",
            "text",
            "proposed_text",
            "redacted",
            "late",
            "submitted_at",
        )

    def get_redacted(self, comment: PublicComment) -> bool:
        return comment.screening == Screening.REDACTED


def _choice(request: Request, name: str, allowed: list[str]) -> str:
    """The value of a query parameter; an unknown one is a 400 that names the parameter."""
    value = request.query_params.get(name, "")
    if value and value not in allowed:
        raise ValidationError({name: [_("未知的取值，可用：%(allowed)s") % {"allowed": ", ".join(allowed)}]})
    return value


class ConsultationListView(generics.ListAPIView[ConsultationPage]):
    """Published consultations: open first, then announced, awaiting an outcome, overdue, answered, terminated."""

    serializer_class = ConsultationSerializer
    pagination_class = Pagination

    @extend_schema(
        operation_id="consultations",
        tags=TAGS,
        parameters=[
            OpenApiParameter("state", enum=[state.value for state in LISTED_STATES]),
            OpenApiParameter("kind", enum=ConsultationKind.values),
            OpenApiParameter("department", description="Code of the drafting department."),
        ],
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Any:
        return super().get(request, *args, **kwargs)

    def get_queryset(self) -> QuerySet[ConsultationPage]:
        state = _choice(self.request, "state", [state.value for state in LISTED_STATES])
        kind = _choice(self.request, "kind", list(ConsultationKind.values))
        code = self.request.query_params.get("department", "")
        department = Department.objects.filter(code=code).first() if code and "\x00" not in code else None
        if code and department is None:
            raise ValidationError({"department": [_("没有这个部门代码。")]})
        found: QuerySet[ConsultationPage] = selectors.listed(
            state=ConsultationState(state) if state else "", kind=kind, department=department
        )
        return found


class ConsultationDetailView(KnownIds, generics.RetrieveAPIView[ConsultationPage]):
    """One consultation with its clauses."""

    serializer_class = ConsultationDetailSerializer

    @extend_schema(operation_id="consultation", tags=TAGS)
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Any:
        return super().get(request, *args, **kwargs)

    def get_queryset(self) -> QuerySet[ConsultationPage]:
        found: QuerySet[ConsultationPage] = selectors.published().with_visible_comments()
        return found.prefetch_related("clauses")


class CommentListView(KnownIds, generics.ListAPIView[PublicComment]):
    """Public comments on one consultation, newest first."""

    serializer_class = CommentSerializer
    pagination_class = Pagination
    queryset = PublicComment.objects.none()

    @extend_schema(
        operation_id="consultation_comments",
        tags=TAGS,
        parameters=[OpenApiParameter("clause", description="A clause id; `whole` for the draft as a whole.")],
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Any:
        return super().get(request, *args, **kwargs)

    def get_queryset(self) -> QuerySet[PublicComment]:
        consultation: ConsultationPage = get_object_or_404(selectors.published(), pk=self.kwargs["pk"])
        wanted = self.request.query_params.get("clause", "")
        if not wanted or wanted == "whole":
            return selectors.visible_comments(consultation, None, whole=bool(wanted))
        clause = None if "\x00" in wanted else consultation.clauses.filter(clause_id=wanted[:80]).first()
        if clause is None:
            raise ValidationError({"clause": [_("征求意见稿中没有这一条款。")]})
        return selectors.visible_comments(consultation, clause, whole=False)
