"""Rows of a jsonl archive: streamed, each on its own; a broken line costs itself only, a truncated file what is missing."""

from __future__ import annotations

import datetime as dt
import gzip
import hashlib
import json
from collections.abc import Iterator, Mapping
from typing import IO, Any, cast

from django.utils.translation import gettext as _

from portal.organisations.enums import Level
from portal.text import storable
from search.archive.enums import DocumentType, Reason
from search.archive.importing.entries import Entry
from search.archive.importing.originals import StoredOriginal
from search.archive.importing.sources import DAMAGED, Source, open_member
from search.archive.numbers import parse_number
from search.archive.readers import Unreadable
from search.archive.readers.base import TEXT_LIMIT, tidy
from search.archive.readers.text import decode
from search.archive.recognise.dates import parse_date
from search.archive.recognise.normative import judge
from search.archive.recognise.terms import Terms, read_terms, resolve

#: Bytes of one line; a longer one is no document.
LINE_LIMIT = 32 * 1024 * 1024
_TEXT_COLUMNS = ("region", "genre", "subject_category", "index_number", "registration_number", "effective_rule",
                 "validity_text", "text_scope", "text_origin", "version_of", "addressees")  # fmt: skip
_DATE_COLUMNS = {"issued_on": "adopted_on", "adopted_on": "adopted_on", "published_on": "published_on",
                 "effective_on": "effective_on", "first_effective_on": "first_effective_on", "valid_until": "valid_until"}  # fmt: skip
#: Characters of a row that are shown to who decides about it.
_SHOWN = 8_000
#: Years a source may mean: 0001 and 9999 stand for a date it does not have.
_YEARS = (1900, 2200)
_LAPSED = frozenset({"失效", "已失效", "废止", "已废止"})


def _open(source: Source) -> IO[bytes]:
    stream = open_member(source, limit=None) if source.members else source.path.open("rb")
    return cast(IO[bytes], gzip.GzipFile(fileobj=stream)) if source.name.lower().endswith(".gz") else stream


def read_rows(source: Source, original: StoredOriginal) -> Iterator[Entry]:
    """One entry a line, in order, in constant memory. The last one tells when the file breaks off."""
    number = 0
    try:
        with _open(source) as stream:
            while line := stream.readline(LINE_LIMIT + 1):
                number += 1
                if line.strip():
                    yield row_entry(line, number, source.origin, original)
                while len(line) > LINE_LIMIT and not line.endswith(b"\n"):
                    line = stream.readline(LINE_LIMIT + 1)
    except DAMAGED as error:
        yield Entry(
            f"broken:{original.sha256[:40]}", source.origin, title=source.name[:500], original=original,
            reason=Reason.TRUNCATED if isinstance(error, EOFError) else Reason.UNREADABLE,
            message=_("文件在第 %(line)s 行之后中断（压缩包不完整或已损坏），此前各行已读入。") % {"line": number},
        )  # fmt: skip


def row_entry(line: bytes, number: int, place: str, original: StoredOriginal) -> Entry:
    """The entry of one line; a line that cannot be read is an entry that says so."""
    origin = f"{place}:{number}"[-500:]
    key = hashlib.sha256(line).hexdigest()[:40]

    def broken(message: str) -> Entry:
        raw = line[:2000].decode("utf-8", errors="replace")
        return Entry(f"line:{key}", origin, title=_("第 %(line)s 行") % {"line": number}, reason=Reason.BROKEN_LINE,
                     message=message, original=original, raw=raw)  # fmt: skip

    if len(line) > LINE_LIMIT:
        return broken(
            _("第 %(line)s 行超过 %(limit)s MB。") % {"line": number, "limit": LINE_LIMIT // 1_048_576}
        )
    try:
        row = json.loads(_as_text(line))
    except (ValueError, RecursionError, Unreadable):
        return broken(_("第 %(line)s 行不是有效的 JSON。") % {"line": number})
    if not isinstance(row, dict):
        return broken(_("第 %(line)s 行不是一条记录。") % {"line": number})
    entry = Entry(_key(row), origin, original=original)
    entry.fields, entry.notes = fields_of(row)
    entry.title = str(entry.fields.get("title", ""))
    _judge(entry, row)
    if entry.reason:
        entry.raw = json.dumps(row, ensure_ascii=False, indent=1)[:_SHOWN]
    return entry


def _as_text(line: bytes) -> str:
    """A line in UTF-8, or in whatever Chinese encoding the file was saved."""
    try:
        return line.decode("utf-8-sig")
    except UnicodeDecodeError:
        return decode(line)[0]


def _key(row: Mapping[str, Any]) -> str:
    identifier = row.get("id")
    if isinstance(identifier, str | int) and not isinstance(identifier, bool) and str(identifier).strip():
        key = f"id:{identifier}"
        # What the column has no room for, or no database can store, would make one row of two.
        if len(key) <= 200 and storable(key) == key:
            return key
        return f"id:{hashlib.sha256(key.encode('utf-8', 'surrogatepass')).hexdigest()}"
    number = row.get("document_number") or row.get("document_number_raw")
    stated = "|".join(str(value or "") for value in (row.get("title"), number, row.get("text")))
    return f"row:{hashlib.sha256(stated.encode('utf-8', 'surrogatepass')).hexdigest()[:40]}"


def _judge(entry: Entry, row: Mapping[str, Any]) -> None:
    """Rows that name their kind are believed; others are judged by their text like a file."""
    if len(entry.fields["text"]) > TEXT_LIMIT:
        entry.fields["text"] = ""
        entry.reason = Reason.TOO_LARGE
        entry.message = _("文字超过 %(limit)s 字，未收录。") % {"limit": TEXT_LIMIT}
    elif not entry.title:
        entry.reason, entry.message = Reason.NO_TITLE, _("记录没有标题。")
    elif not entry.fields["text"].strip():
        entry.reason, entry.message = Reason.NO_TEXT, _("记录只有标题和著录信息，没有正文。")
    elif not row.get("doc_type"):
        verdict = judge(
            title=entry.title, text=entry.fields["text"], has_number=bool(entry.fields["document_number"]),
            has_issuer=bool(entry.fields["issuing_authority"]), addressed=False,
        )  # fmt: skip
        entry.reason, entry.message = verdict.reason, verdict.message


def _text(row: Mapping[str, Any], name: str) -> str:
    value = row.get(name)
    return tidy(value).strip() if isinstance(value, str) else ""


def _date(row: Mapping[str, Any], name: str, notes: list[str]) -> dt.date | None:
    value = row.get(name)
    if not value:
        return None
    stated = str(value)[:40]
    try:
        day: dt.date | None = dt.date.fromisoformat(stated[:10])
    except ValueError:
        # 2021-3-2, 2021年3月2日
        day = parse_date(stated)
    if day is None or not _YEARS[0] <= day.year <= _YEARS[1]:
        notes.append(
            _("%(field)s 的日期“%(value)s”无法识别或不存在，未采用。") % {"field": name, "value": stated}
        )
        return None
    return day


def _bodies(row: Mapping[str, Any]) -> list[str]:
    value = row.get("issuing_body") or row.get("issuing_authority") or ""
    names = value.split("、") if isinstance(value, str) else value if isinstance(value, list) else []
    tidied = [tidy(name).strip() for name in names if isinstance(name, str)]
    return [name for name in tidied if name]


def fields_of(row: Mapping[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """The columns of one row, and what is to be told about it. Values of the wrong type count as absent."""
    notes: list[str] = []
    fields: dict[str, Any] = {name: _text(row, name) for name in _TEXT_COLUMNS}
    fields |= dict.fromkeys(_DATE_COLUMNS.values())
    for name, column in _DATE_COLUMNS.items():
        fields[column] = _date(row, name, notes) or fields[column]
    fields["title"] = " ".join(_text(row, "title").split())
    fields["text"] = _text(row, "text")
    fields["source"] = _text(row, "source")
    raw = _text(row, "document_number_raw") or _text(row, "document_number")
    number = parse_number(raw)
    fields["document_number_raw"] = raw
    fields["document_number"] = number.canonical if number else _text(row, "document_number")
    if raw and number is None:
        notes.append(_("字号“%(raw)s”无法解析，按原文保存。") % {"raw": raw[:80]})
    issuers = _bodies(row)
    fields["issuing_authority"] = issuers[0] if issuers else ""
    fields["co_issuers"] = issuers[1:]
    fields["level"] = row.get("level") if row.get("level") in Level.values else ""
    fields["doc_type"] = row.get("doc_type") if row.get("doc_type") in DocumentType.values else ""
    fields["lapsed"] = _text(row, "status") in _LAPSED
    fields["history"] = _history(row.get("history"))
    _derive_terms(fields)
    return fields, notes


def _history(value: object) -> list[dict[str, str]]:
    if not isinstance(value, list):
        return []
    events = [e for e in value if isinstance(e, dict) and isinstance(e.get("event"), str) and e["event"]]
    return [{"date": str(e.get("date") or "")[:10], "event": e["event"][:500]} for e in events]


def _derive_terms(fields: dict[str, Any]) -> None:
    """Work out 自印发之日起 and 有效期N年 from the words the source quotes."""
    # 自发布之日起 in an amended text means its first publication, which the row does not state.
    rule = "" if len(fields["history"]) > 1 else fields["effective_rule"]
    quoted = read_terms(f"{fields['validity_text']}\n{rule}")
    terms = Terms(
        fields["effective_on"] or quoted.effective_on, quoted.effective_rule, quoted.until, "", quoted.months
    )
    effective, until = resolve(terms, adopted_on=fields["adopted_on"], published_on=fields["published_on"])
    fields["effective_on"] = fields["effective_on"] or effective
    if fields["valid_until"] is None and until and (effective is None or until >= effective):
        fields["valid_until"] = until
