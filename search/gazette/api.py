"""`/api/v1/gazette/`: published issues and what they print, read only."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db.models import Count
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import generics, serializers
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.pagination import PageNumberPagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from search.gazette.models import GazetteEntry, GazetteErratum, GazetteIssue
from search.gazette.querysets import GazetteIssueQuerySet
from search.gazette.selectors import issue_view
from search.gazette.views import MAX_NUMBER, MAX_YEAR

Absolute = Callable[[str], str]


class IssueSerializer(serializers.Serializer[Any]):
    """One issue in a list."""

    year = serializers.IntegerField()
    number = serializers.IntegerField()
    total_number = serializers.IntegerField(allow_null=True)
    name = serializers.CharField()
    issuer = serializers.CharField(source="issuer.name")
    published_on = serializers.DateField()
    documents = serializers.IntegerField()
    url = serializers.SerializerMethodField()
    pdf_url = serializers.SerializerMethodField()
    pdf_sha256 = serializers.CharField()

    def get_url(self, issue: GazetteIssue) -> str:
        return self._absolute(issue.get_absolute_url())

    def get_pdf_url(self, issue: GazetteIssue) -> str | None:
        return self._absolute(f"{issue.get_absolute_url()}pdf/") if issue.pdf else None

    def _absolute(self, path: str) -> str:
        request: Request = self.context["request"]
        return request.build_absolute_uri(path)


class GazetteEntrySerializer(serializers.Serializer[Any]):
    position = serializers.IntegerField()
    section = serializers.CharField()
    page = serializers.IntegerField(allow_null=True)
    title = serializers.CharField()
    document_number = serializers.CharField()
    issuing_authority = serializers.CharField()
    document = serializers.IntegerField()
    text_sha256 = serializers.CharField()


class GazetteErratumSerializer(serializers.Serializer[Any]):
    text = serializers.CharField()
    published_at = serializers.DateTimeField()
    position = serializers.IntegerField(allow_null=True)


class IssueDetailSerializer(IssueSerializer):
    """One issue with its contents and its errata."""

    foreword = serializers.CharField()
    entries = GazetteEntrySerializer(many=True)
    errata = GazetteErratumSerializer(many=True)


class IssuePagination(PageNumberPagination):
    """`page` and `page_size` (1 to 100)."""

    page_size = 20
    page_size_query_param = "page_size"
    max_page_size = 100


class IssueListView(generics.ListAPIView[GazetteIssue]):
    """Published issues of the gazette, the latest first."""

    serializer_class = IssueSerializer
    pagination_class = IssuePagination

    @extend_schema(
        operation_id="gazette_list",
        parameters=[OpenApiParameter("year", OpenApiTypes.INT, description=str(gettext_lazy("年份。")))],
        responses={
            200: IssueSerializer(many=True),
            400: OpenApiResponse(description=str(gettext_lazy("年份不是四位数字。"))),
        },
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Answer one page of issues."""
        return super().get(request, *args, **kwargs)

    def get_queryset(self) -> GazetteIssueQuerySet:
        issues = _published().annotate(documents=Count("entries"))
        year = self.request.query_params.get("year", "").strip()
        if not year:
            return issues
        if len(year) != 4 or not year.isascii() or not year.isdigit():
            raise ValidationError({"year": [_("年份应为四位数字，例如 2026。")]})
        return issues.filter(year=int(year))


class IssueDetailView(APIView):
    """One published issue."""

    @extend_schema(operation_id="gazette_read", responses={200: IssueDetailSerializer, 404: None})
    def get(self, request: Request, year: int, number: int) -> Response:
        """Answer the issue with its contents and errata; `text_sha256` is the fingerprint of the authoritative text."""
        known = year <= MAX_YEAR and number <= MAX_NUMBER
        issue = _published().filter(year=year, number=number).first() if known else None
        if issue is None:
            raise NotFound
        view = issue_view(issue)
        entries = [entry for section in view.sections for entry in section.entries]
        issue.documents = view.total  # type: ignore[attr-defined]  # as the list annotates it
        return Response(
            {
                **IssueSerializer(issue, context={"request": request}).data,
                "foreword": issue.foreword,
                "entries": [_entry(entry) for entry in entries],
                "errata": [_erratum(erratum) for erratum in view.errata],
            }
        )


def _published() -> GazetteIssueQuerySet:
    return GazetteIssue.objects.published().in_order().select_related("issuer")


def _entry(entry: GazetteEntry) -> dict[str, Any]:
    return {
        "position": entry.position,
        "section": entry.section,
        "page": entry.page,
        "title": entry.printed_title,
        "document_number": entry.printed_number,
        "issuing_authority": entry.printed_issuer,
        "document": entry.document_id,
        "text_sha256": entry.text_hash,
    }


def _erratum(erratum: GazetteErratum) -> dict[str, Any]:
    position = erratum.entry.position if erratum.entry else None
    return {"text": erratum.text, "published_at": erratum.published_at, "position": position}
