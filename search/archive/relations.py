"""Relations between documents, read off their texts: basis, repeal, amendment, printing, forwarding, citation.

A title or number is resolved only when exactly one document fits; otherwise it stays text.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from search.archive.clauses import parse_clauses
from search.archive.enums import RelationKind
from search.archive.models import DocumentRelation, NormativeDocument
from search.archive.numbers import find_numbers, parse_number
from search.upkeep.found import acts_from_relations

_BATCH = 300
#: Relations kept for one document; a clean-up list may name hundreds of files, and each of those counts.
_LIMIT = 600
_TITLE = re.compile(
    r"《([^《》]{2,150}(?:《[^《》]{2,120}》[^《》]{0,60})?)》\s*(?:[（(]([^（）()]{4,40}(?:[（(]?[12]\d{3}[)）]?[^（）()]{0,12})?)[)）])?"
)
_SENTENCE = re.compile(r"[^。；;\n]+[。；;\n]?")
_BASIS = re.compile(
    r"(?:根据|依据|按照|依照|遵照|为(?:了)?(?:深入|全面|认真)?(?:贯彻|落实|执行|实施|规范)[^《]{0,30})[^《》。]{0,40}$"
)
_REPEAL = re.compile(r"废止|停止执行|停止施行|不再执行|失效")
_REPEAL_NOT = re.compile(r"(?:未|不)[^，。]{0,4}废止|废止[^。]{0,10}前|申请废止")
_AMEND = re.compile(r"关于修改|作如下修改|修改为|予以修改|决定对")
_JOINED = re.compile(r"[\s、，,和及与以等]*")
_WITHIN = 6_000  # characters in which a basis is stated


@dataclass(frozen=True, slots=True)
class Citation:
    """One mention of another document."""

    kind: RelationKind
    title: str
    number_key: str
    text: str
    clause_id: str


@dataclass(frozen=True, slots=True)
class Resolution:
    """What a run did: relations written, of which resolved, and documents whose day of repeal it recorded."""

    written: int = 0
    resolved: int = 0
    acts: int = 0


def _from_title(title: str) -> Iterator[tuple[RelationKind, str]]:
    """印发/转发/修改/废止 in the title itself, with and without 《》."""
    for verb, kind in (("印发", RelationKind.PRINTS), ("转发", RelationKind.FORWARDS), ("修改", RelationKind.AMENDS),
                       ("废止", RelationKind.REPEALS)):  # fmt: skip
        match = re.search(rf"(?:关于)?{verb}[^《〈]{{0,30}}[《〈<](.+?)[》〉>](?:等|的|\s|$)", title)
        if match:
            yield kind, match[1]


def _kind_of(sentence: str, before: str, position: int) -> RelationKind:
    if _REPEAL.search(sentence) and not _REPEAL_NOT.search(sentence):
        return RelationKind.REPEALS
    if _AMEND.search(sentence):
        return RelationKind.AMENDS
    return RelationKind.BASIS if position < _WITHIN and _BASIS.search(before) else RelationKind.CITES


def find_citations(title: str, text: str) -> list[Citation]:
    """Every document `text` names, once for each kind, with the clause it stands in first."""
    found: dict[tuple[str, str], Citation] = {}

    def add(kind: RelationKind, cited: str, number_key: str, raw: str, clause_id: str) -> None:
        if cited != title and len(found) < _LIMIT:
            found.setdefault(
                (kind, cited or number_key), Citation(kind, cited, number_key, raw[:500], clause_id)
            )

    for kind, cited in _from_title(title):
        add(kind, cited, "", f"《{cited}》", "")
    position = 0
    for clause in parse_clauses(text):
        for sentence in _SENTENCE.findall(clause.text):
            _cite_sentence(sentence, position, clause.id, add)
            position += len(sentence)
    return list(found.values())


def _mentions(sentence: str) -> list[tuple[int, int, str, str]]:
    """(start, end, title, number key) of every document a sentence names, in order."""
    named: list[tuple[int, int, str, str]] = []
    for match in _TITLE.finditer(sentence):
        number = parse_number(match[2] or "")
        named.append((match.start(), match.end(), match[1].strip(), number.key if number else ""))
    for found in find_numbers(sentence):
        if not any(start <= found.start < end for start, end, _title, _key in named):
            named.append((found.start, found.end, "", found.number.key))
    return sorted(named)


def _cite_sentence(sentence: str, position: int, clause_id: str, add: Any) -> None:
    earlier: tuple[int, RelationKind] | None = None
    for start, end, cited, number_key in _mentions(sentence):
        kind = _kind_of(sentence, sentence[:start], position)
        # 根据《甲》《乙》和国发〔2020〕3号: what joins the mentions has no verb of its own.
        if kind is RelationKind.CITES and earlier and earlier[1] is RelationKind.BASIS:
            kind = RelationKind.BASIS if _JOINED.fullmatch(sentence[earlier[0] : start]) else kind
        add(kind, cited, number_key, sentence[start:end], clause_id)
        earlier = (end, kind)


@dataclass(frozen=True, slots=True)
class _Known:
    pk: int
    title: str
    number_key: str
    issuer: str
    region: str
    day: dt.date | None


def _spellings(title: str) -> list[str]:
    plain = title.replace("〈", "《").replace("〉", "》").strip()
    return list(dict.fromkeys([title, plain, f"中华人民共和国{plain}", plain.removeprefix("中华人民共和国")]))


class _Index:
    """The documents a batch of citations may mean, looked up at once."""

    def __init__(self, citations: Iterable[Citation]) -> None:
        cited = list(citations)
        titles = {s for c in cited if c.title for s in _spellings(c.title)}
        keys = {c.number_key for c in cited if c.number_key}
        self.by_title: dict[str, list[_Known]] = defaultdict(list)
        self.by_number: dict[str, list[_Known]] = defaultdict(list)
        for known in _known("title", titles):
            self.by_title[known.title].append(known)
        for known in _known("number_key", keys):
            self.by_number[known.number_key].append(known)

    def resolve(self, citation: Citation, source: _Known) -> _Known | None:
        """The one document meant, or None."""
        candidates: list[_Known] = []
        if citation.number_key:
            candidates = self.by_number.get(citation.number_key, [])
        if not candidates and citation.title:
            candidates = next(
                (self.by_title[s] for s in _spellings(citation.title) if s in self.by_title), []
            )
        candidates = [c for c in candidates if c.pk != source.pk]
        if citation.kind in (RelationKind.REPEALS, RelationKind.AMENDS):
            # Only what is older can be repealed or amended.
            candidates = [c for c in candidates if c.day and source.day and c.day <= source.day]
        if len(candidates) > 1:
            near = [
                c
                for c in candidates
                if (c.issuer and c.issuer == source.issuer) or (c.region and c.region == source.region)
            ]
            candidates = near or candidates
        same = {c.title for c in candidates}
        if len(candidates) > 1 and len(same) == 1 and len({c.region for c in candidates}) == 1:
            # Versions of one text: the newest at the time of citing.
            dated = [c for c in candidates if c.day and (source.day is None or c.day <= source.day)]
            return max(dated, key=lambda c: c.day or dt.date.min, default=None)
        return candidates[0] if len(candidates) == 1 else None


_COLUMNS = (
    "pk",
    "title",
    "number_key",
    "issuing_authority",
    "region",
    "adopted_on",
    "published_on",
    "effective_on",
)


def _as_known(row: tuple[Any, ...]) -> _Known:
    pk, title, key, issuer, region, adopted, published, effective = row
    return _Known(pk, title, key, issuer, region, adopted or published or effective)


def _known(column: str, values: set[str]) -> Iterator[_Known]:
    ordered = sorted(values)
    for start in range(0, len(ordered), 500):
        rows = NormativeDocument.objects.filter(
            **{f"{column}__in": ordered[start : start + 500], "withdrawn": False}
        )
        yield from (_as_known(row) for row in rows.values_list(*_COLUMNS))


def resolve_relations(*, document_ids: Sequence[int] | None = None) -> Resolution:
    """Read the relations of these documents (default all) off their texts, and resolve what earlier runs could not."""
    ids = (
        list(document_ids)
        if document_ids is not None
        else list(NormativeDocument.objects.values_list("pk", flat=True))
    )
    total = Resolution()
    for start in range(0, len(ids), _BATCH):
        total = _plus(total, _resolve_batch(ids[start : start + _BATCH]))
    return _plus(total, _resolve_waiting()) if ids else total


def _plus(a: Resolution, b: Resolution) -> Resolution:
    return Resolution(a.written + b.written, a.resolved + b.resolved, a.acts + b.acts)


@transaction.atomic
def _resolve_batch(ids: Sequence[int]) -> Resolution:
    cited: dict[int, list[Citation]] = {}
    sources: dict[int, _Known] = {}
    for row in NormativeDocument.objects.filter(pk__in=ids).values_list(*_COLUMNS, "text"):
        sources[row[0]] = _as_known(row[:-1])
        cited[row[0]] = find_citations(row[1], row[-1])
    index = _Index(c for citations in cited.values() for c in citations)
    kept = set(
        DocumentRelation.objects.filter(source_id__in=ids).values_list(
            "source_id", "kind", "target_text", "clause_id"
        )
    )
    fresh: list[DocumentRelation] = []
    for pk, citations in cited.items():
        for citation in citations:
            target = index.resolve(citation, sources[pk])
            if target is None and citation.kind is RelationKind.CITES:
                continue
            if (pk, citation.kind.value, citation.text, citation.clause_id) in kept:
                continue
            fresh.append(
                DocumentRelation(source_id=pk, target_id=target.pk if target else None, kind=citation.kind,
                                 target_text=citation.text, clause_id=citation.clause_id)
            )  # fmt: skip
    written = DocumentRelation.objects.bulk_create(fresh, ignore_conflicts=True, batch_size=500)
    return Resolution(len(written), sum(1 for r in fresh if r.target_id), acts_from_relations(ids))


@transaction.atomic
def _resolve_waiting() -> Resolution:
    """Citations whose target came into the archive after they were read."""
    waiting = list(
        DocumentRelation.objects.filter(target__isnull=True)
        .select_related("source")
        .defer("source__text")[:20_000]
    )
    citations = []
    for relation in waiting:
        match = _TITLE.search(relation.target_text)
        number = parse_number((match[2] or "") if match else relation.target_text)
        citations.append(
            Citation(
                RelationKind(relation.kind),
                match[1].strip() if match else "",
                number.key if number else "",
                "",
                "",
            )
        )
    index = _Index(citations)
    changed = []
    for relation, citation in zip(waiting, citations, strict=True):
        s = relation.source
        source = _Known(
            s.pk,
            s.title,
            s.number_key,
            s.issuing_authority,
            s.region,
            s.adopted_on or s.published_on or s.effective_on,
        )
        target = index.resolve(citation, source)
        if target is not None:
            relation.target_id = target.pk
            changed.append(relation)
    DocumentRelation.objects.bulk_update(changed, ["target"], batch_size=500)
    return Resolution(0, len(changed), acts_from_relations({relation.source_id for relation in changed}))
