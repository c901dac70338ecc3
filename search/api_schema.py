"""The parameters of the search, described for the OpenAPI schema."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter

from portal.organisations.enums import Level
from search.archive.enums import DocumentType, Validity
from search.query import DEFAULT_PAGE_SIZE, MAX_DEPTH, MAX_PAGE_SIZE, MAX_QUERY_LENGTH, Match, Scope, Sort


def _several(name: str, description: object, enum: list[str] | None = None) -> OpenApiParameter:
    return OpenApiParameter(name, OpenApiTypes.STR, many=True, enum=enum, description=str(description))


def _one(name: str, kind: OpenApiTypes, description: object, **extra: object) -> OpenApiParameter:
    return OpenApiParameter(name, kind, description=str(description), **extra)  # type: ignore[arg-type]


PARAMETERS = [
    _one(
        "q",
        OpenApiTypes.STR,
        _(
            "检索词。引号内为完整短语；+词 必须包含；-词 不含；甲 OR 乙 任一；标题:词；文号:号。超过 %(n)s 个字符的部分不参与检索。"
        )
        % {"n": MAX_QUERY_LENGTH},
    ),
    _one(
        "scope",
        OpenApiTypes.STR,
        _("检索范围。"),
        enum=[scope.value for scope in Scope],
        default=Scope.ALL.value,
    ),
    _one(
        "match",
        OpenApiTypes.STR,
        _("检索词怎样才算相符：all 全部都在（这样的文件太少时放宽），any 含一部分即可。"),
        enum=[match.value for match in Match],
        default=Match.ALL.value,
    ),
    _several("level", _("层级。"), list(Level.values)),
    _several("issuer", _("制发机关，全称。")),
    _several("region", _("地区。")),
    _several("type", _("类别。"), list(DocumentType.values)),
    _several("genre", _("文种。")),
    _several("validity", _("效力状态，按 in_force_on 当日判断，未给出时按今天。"), list(Validity.values)),
    _several("year", _("年份，四位数字。")),
    _one("from", OpenApiTypes.DATE, _("发布日期不早于。")),
    _one("to", OpenApiTypes.DATE, _("发布日期不晚于。")),
    _one("in_force_on", OpenApiTypes.DATE, _("在此日有效（现行有效或已修改）。")),
    _one(
        "sort",
        OpenApiTypes.STR,
        _("排序。"),
        enum=[sort.value for sort in Sort],
        default=Sort.RELEVANCE.value,
    ),
    _one("page", OpenApiTypes.INT, _("页码；只能翻看前 %(n)s 条结果。") % {"n": MAX_DEPTH}, default=1),
    _one(
        "page_size",
        OpenApiTypes.INT,
        _("每页条数，最多 %(n)s。") % {"n": MAX_PAGE_SIZE},
        default=DEFAULT_PAGE_SIZE,
    ),
]
