"""`/api/v1/documents/`: the same search as the page, as JSON."""

from __future__ import annotations

import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import status
from rest_framework.exceptions import APIException, NotFound, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from search.api_schema import PARAMETERS
from search.api_serializers import (
    DocumentSerializer,
    ResultPageSerializer,
    represent_document,
    represent_results,
)
from search.archive.models import NormativeDocument
from search.corrections import Assistance, assist
from search.engines.base import EngineUnavailable
from search.query import ParameterError, parse_query
from search.selectors import run_search


class IndexUnavailable(APIException):
    """No index can answer, and titles and numbers have nothing; ask again."""

    status_code = status.HTTP_503_SERVICE_UNAVAILABLE
    default_detail = _("全文检索暂时不可用，标题和发文字号中没有找到；请稍后再试。")
    default_code = "index_unavailable"
    #: Seconds, sent as Retry-After.
    wait = 30


class DocumentListView(APIView):
    """Search the archive of normative files."""

    @extend_schema(
        operation_id="documents_search",
        parameters=PARAMETERS,
        responses={
            200: ResultPageSerializer,
            400: OpenApiResponse(description=str(_("某个参数的取值无效；键为参数名。"))),
            503: OpenApiResponse(description=str(_("检索索引正在建立。"))),
        },
    )
    def get(self, request: Request) -> Response:
        """Answer one page of results with the facets of all of them."""
        try:
            query = parse_query(request.query_params)
            results = run_search(query)
        except ParameterError as error:
            raise ValidationError({name: [message] for name, message in error.errors.items()}) from error
        except EngineUnavailable as error:
            raise IndexUnavailable from error
        help_ = Assistance() if results.degraded else assist(query, results.total)
        return Response(represent_results(results, help_, _absolute(request)))


class DocumentDetailView(APIView):
    """One document of the archive with its text and clauses."""

    @extend_schema(
        operation_id="documents_read",
        parameters=[
            OpenApiParameter("on", OpenApiTypes.DATE, description=str(_("效力按此日判断，缺省为今天。"))),
            OpenApiParameter("in_force_on", OpenApiTypes.DATE, description=str(_("同 on。"))),
        ],
        responses={200: DocumentSerializer, 400: None, 404: None},
    )
    def get(self, request: Request, pk: int) -> Response:
        """Answer the document, its clauses, and its validity today or on the day asked for, with the act behind it."""
        day = _day_asked(request)
        documents = NormativeDocument.objects.all()
        # Ids beyond the database's integers cannot exist; SQLite would raise on them.
        document = documents.filter(pk=pk, withdrawn=False).first() if pk < 2**63 else None
        if document is None:
            raise NotFound
        return Response(represent_document(document, day, _absolute(request)))


def _day_asked(request: Request) -> datetime.date:
    """The day of `on` or `in_force_on`. Raises ValidationError under the name of the parameter."""
    for name in ("on", "in_force_on"):
        if raw := request.query_params.get(name, "").strip():
            try:
                return datetime.date.fromisoformat(raw)
            except ValueError as error:
                raise ValidationError({name: [_("日期格式应为 2024-01-31。")]}) from error
    return timezone.localdate()


def _absolute(request: Request) -> Any:
    return request.build_absolute_uri
