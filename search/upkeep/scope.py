"""The files of a clean-up: from a search, or from a list of numbers and titles as offices keep them."""

from __future__ import annotations

import csv
import io
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext as _

from search.archive.models import NormativeDocument
from search.archive.numbers import find_numbers
from search.engines.base import EngineUnavailable
from search.query import MAX_PAGE_SIZE, ParameterError, parse_query
from search.selectors import run_search

#: Files of one batch, and characters of a list.
MAX_FILES, MAX_LIST = 20_000, 4_000_000
_CHUNK = 400
_ORDINAL = re.compile(r"^\s*(?:[（(]?\d{1,5}[）)]|\d{1,5}\s*[.．、]|[一二三四五六七八九十百]{1,5}、)\s*")
_QUOTED = re.compile(r"《(.+)》")


@dataclass(slots=True)
class ListedFiles:
    """What a list came to: documents in its order, lines that name none, lines that name several."""

    ids: list[int] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    ambiguous: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Line:
    raw: str
    key: str
    title: str


def read_list(text: str) -> list[str]:
    """The lines of a pasted list or of a CSV file, each as one string; blank lines and a heading row fall away.

    Raises ValidationError when the list is too long.
    """
    if len(text) > MAX_LIST:
        raise ValidationError(_("清单过长，请分批添加。"))
    lines = []
    for raw in text.replace("\x00", "").splitlines():
        line = raw.strip().lstrip("\ufeff")
        if "," in line or "\t" in line:
            cells = next(csv.reader(io.StringIO(line), delimiter="\t" if "\t" in line else ","), [])
            line = " ".join(cell.strip() for cell in cells if cell.strip())
        if line and line.replace(" ", "") not in {
            "标题",
            "字号",
            "标题字号",
            "字号标题",
            "文件名称文号",
            "文件名称发文字号",
        }:
            lines.append(line)
    if len(lines) > MAX_FILES:
        raise ValidationError(_("一次清理最多 %(n)d 件文件。") % {"n": MAX_FILES})
    return lines


def _line(raw: str) -> _Line:
    text = _ORDINAL.sub("", raw)
    found = find_numbers(text)
    number = found[-1] if found else None
    key = number.number.key if number else ""
    quoted = _QUOTED.search(text)
    rest = f"{text[: number.start]}{text[number.end :]}" if number else text
    title = quoted[1] if quoted else rest.strip(" \t（()）,，;；《》[]0123456789")
    return _Line(raw, key, title.strip())


def match_list(lines: list[str]) -> ListedFiles:
    """Find the document each line names, by number and title together; two queries for four hundred lines."""
    result = ListedFiles()
    seen: set[int] = set()
    for start in range(0, len(lines), _CHUNK):
        chunk = [_line(raw) for raw in lines[start : start + _CHUNK]]
        by_key, by_title = _lookup(chunk)
        for line in chunk:
            candidates = by_key.get(line.key, []) if line.key else by_title.get(line.title, [])
            if len(candidates) > 1 and line.title:
                candidates = [c for c in candidates if c[1] == line.title] or candidates
            if not candidates and line.title:
                candidates = by_title.get(line.title, [])
            if len(candidates) == 1:
                if candidates[0][0] not in seen:
                    seen.add(candidates[0][0])
                    result.ids.append(candidates[0][0])
            elif candidates:
                result.ambiguous.append(line.raw[:300])
            else:
                result.unknown.append(line.raw[:300])
    return result


Found = dict[str, list[tuple[int, str]]]


def _lookup(chunk: list[_Line]) -> tuple[Found, Found]:
    by_key: Found = defaultdict(list)
    by_title: Found = defaultdict(list)
    visible = NormativeDocument.objects.visible().order_by("pk")
    keys = {line.key for line in chunk if line.key}
    titles = {line.title for line in chunk if line.title}
    for pk, key, title in visible.filter(number_key__in=keys).values_list("pk", "number_key", "title"):
        by_key[key].append((pk, title))
    for pk, title in visible.filter(title__in=titles).values_list("pk", "title"):
        by_title[title].append((pk, title))
    return by_key, by_title


def search_ids(querystring: str) -> list[int]:
    """Every document a search finds, in its order, as far as paging reaches.

    Raises ValidationError for a search that cannot be read, finds nothing, or while the index is not available.
    """
    try:
        ids = list(_pages(querystring.strip().lstrip("?")))
    except ParameterError as error:
        raise ValidationError(list(error.errors.values())) from error
    except EngineUnavailable as error:
        raise ValidationError(_("检索索引正在建立，请稍后再试。")) from error
    if not ids:
        raise ValidationError(_("该检索没有结果。"))
    return ids


def _pages(querystring: str) -> Iterator[int]:
    number = 1
    while True:
        data = QueryDict(querystring, mutable=True)
        data["page"], data["page_size"] = str(number), str(MAX_PAGE_SIZE)
        results = run_search(parse_query(data))
        if results.degraded:
            # Titles and numbers alone do not make a complete list.
            raise EngineUnavailable("the texts cannot be searched")
        yield from (hit.document.pk for hit in results.hits)
        if number * MAX_PAGE_SIZE >= min(results.total, 10_000):
            return
        number += 1
