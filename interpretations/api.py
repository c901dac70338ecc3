"""`/api/v1/policies/`: published policies with their packages, read only."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import (
    OpenApiParameter,
    extend_schema,
    extend_schema_field,
    extend_schema_serializer,
    extend_schema_view,
)
from rest_framework import generics, serializers
from rest_framework.exceptions import ValidationError
from rest_framework.pagination import PageNumberPagination
from rest_framework.request import Request

from interpretations import presenters, selectors
from interpretations.forms import PolicyFilterForm
from interpretations.models import InterpretationMaterial, PointAnswer, PolicyDocumentPage, ProcedureStep


class PolicyPagination(PageNumberPagination):
    """`page` and `page_size` (1 to 100)."""

    page_size = 20
    page_size_query_param = "page_size"
    max_page_size = 100


@extend_schema_serializer(component_name="PolicyClause")
class ClauseSerializer(serializers.Serializer[Any]):
    id = serializers.CharField()
    kind = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    text = serializers.CharField()
    depth = serializers.IntegerField()
    parent_id = serializers.CharField(allow_null=True)


class PointSerializer(serializers.ModelSerializer[PointAnswer]):
    label = serializers.CharField(source="get_point_display")  # type: ignore[assignment]

    class Meta:
        model = PointAnswer
        fields = ["point", "label", "answer", "not_applicable_reason"]


class StepSerializer(serializers.ModelSerializer[ProcedureStep]):
    label = serializers.CharField(source="get_step_display")  # type: ignore[assignment]

    class Meta:
        model = ProcedureStep
        fields = ["step", "label", "done_on", "note", "not_applicable_reason"]


class MaterialSerializer(serializers.ModelSerializer[InterpretationMaterial]):
    form_label = serializers.CharField(source="get_form_display")
    document_url = serializers.SerializerMethodField()
    image_url = serializers.SerializerMethodField()

    class Meta:
        model = InterpretationMaterial
        fields = [
            "form", "form_label", "title", "body", "image_url", "image_alt", "document_url", "video_url",
            "transcript", "credited_to",
        ]  # fmt: skip

    def get_document_url(self, material: InterpretationMaterial) -> str | None:
        return self._absolute(material.document.url) if material.document else None

    def get_image_url(self, material: InterpretationMaterial) -> str | None:
        return self._absolute(material.image.file.url) if material.image else None

    def _absolute(self, url: str) -> str:
        request: Request = self.context["request"]
        return request.build_absolute_uri(url)


class PlanSerializer(serializers.Serializer[Any]):
    outline = serializers.CharField(source="plan_outline")
    forms = serializers.CharField(source="plan_forms")
    channels = serializers.CharField(source="plan_channels")
    time = serializers.CharField(source="plan_time")
    interpreter = serializers.CharField()
    head_interprets = serializers.BooleanField()


class PackageSerializer(serializers.Serializer[Any]):
    """解读: the plan, the eight points and the materials, released with the document."""

    plan = PlanSerializer(source="*")
    points = serializers.SerializerMethodField()
    materials = MaterialSerializer(many=True)

    @extend_schema_field(PointSerializer(many=True))
    def get_points(self, page: PolicyDocumentPage) -> Any:
        return PointSerializer(presenters.sorted_children(page.points.all(), "point"), many=True).data


class PolicySummarySerializer(serializers.ModelSerializer[PolicyDocumentPage]):
    url = serializers.SerializerMethodField()
    lead_department = serializers.SerializerMethodField()
    published_at = serializers.DateTimeField(source="first_published_at")
    interpretation = PackageSerializer(source="*")

    class Meta:
        model = PolicyDocumentPage
        fields = [
            "id", "slug", "url", "title", "document_number", "issuing_authority", "lead_department", "doc_type",
            "genre", "subject_category", "adopted_on", "effective_on", "valid_until", "published_at", "summary",
            "interpretation",
        ]  # fmt: skip

    def get_url(self, page: PolicyDocumentPage) -> str:
        request: Request = self.context["request"]
        return request.build_absolute_uri(page.public_path)

    def get_lead_department(self, page: PolicyDocumentPage) -> str:
        return page.lead_department.name if page.lead_department else ""


class PolicyDetailSerializer(PolicySummarySerializer):
    co_issuers = serializers.SerializerMethodField()
    clauses = serializers.SerializerMethodField()
    steps = serializers.SerializerMethodField()

    class Meta(PolicySummarySerializer.Meta):
        fields = [
            *PolicySummarySerializer.Meta.fields, "index_number", "addressees", "annotation",
            "no_fixed_validity_reason", "body", "co_issuers", "clauses", "steps",
        ]  # fmt: skip

    def get_co_issuers(self, page: PolicyDocumentPage) -> list[str]:
        return [issuer.department.name for issuer in page.co_issuers.all()]

    @extend_schema_field(ClauseSerializer(many=True))
    def get_clauses(self, page: PolicyDocumentPage) -> Any:
        return ClauseSerializer(presenters.clauses_of(page), many=True).data

    @extend_schema_field(StepSerializer(many=True))
    def get_steps(self, page: PolicyDocumentPage) -> Any:
        return StepSerializer(presenters.sorted_children(page.steps.all(), "step"), many=True).data


@extend_schema_view(
    get=extend_schema(
        summary=_("政策文件与解读列表"),
        parameters=[
            OpenApiParameter("q", str, description=_("标题、文号或正文中的词")),
            OpenApiParameter("department", str, description=_("部门代码")),
            OpenApiParameter("year", int, description=_("发布年份")),
        ],
    )
)
class PolicyList(generics.ListAPIView[PolicyDocumentPage]):
    serializer_class = PolicySummarySerializer
    pagination_class = PolicyPagination

    def get_queryset(self) -> Any:
        """Filtered as `/policies/` is; a value that cannot be used is a 400 that names the parameter."""
        form = PolicyFilterForm(self.request.GET, years=selectors.years_published())
        if not form.is_valid():
            raise ValidationError({name: list(map(str, errors)) for name, errors in form.errors.items()})
        policies = PolicyDocumentPage.objects.published().with_package()
        if form.cleaned_data["q"]:
            policies = policies.matching(form.cleaned_data["q"])
        if form.cleaned_data["department"]:
            policies = policies.of_department(form.cleaned_data["department"])
        if form.cleaned_data["year"]:
            policies = policies.of_year(form.cleaned_data["year"])
        return policies


@extend_schema_view(get=extend_schema(summary=_("一份政策文件与解读")))
class PolicyDetail(generics.RetrieveAPIView[PolicyDocumentPage]):
    serializer_class = PolicyDetailSerializer
    lookup_field = "slug"

    def get_queryset(self) -> Any:
        return PolicyDocumentPage.objects.published().with_package()
