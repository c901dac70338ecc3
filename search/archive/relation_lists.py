"""Relations as readers see them: by kind and direction, one entry for each document, with the clauses on both ends."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Count, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from search.archive.candidates import Candidates, Known
from search.archive.clauses import clause_words
from search.archive.enums import RelationKind
from search.archive.models import DocumentRelation, NormativeDocument
from search.archive.relations import citation_of

#: Documents of one kind and direction on the page of a document, and clauses named for each.
SHOWN, PLACES = 8, 5
PAGE_SIZE = 50
#: Rows looked at for the first documents of one kind: one document may cite in many clauses.
_ROWS = SHOWN * 6
#: What the candidates of an unresolved citation are cut to.
CANDIDATES = 5
_COLUMNS = (
    "pk", "kind", "target_text", "clause_id", "target_clause_id", "target_clause_text", "source_id", "target_id", "origin",
)  # fmt: skip
_OTHER = ("title", "document_number", "withdrawn")


@dataclass(frozen=True, slots=True)
class Place:
    """Where one document speaks of the other: a clause of the citing text, and one of the cited where it names one."""

    citing: str
    cited: str
    cited_label: str

    @property
    def citing_label(self) -> str:
        return clause_words(self.citing) or str(_("正文"))


@dataclass(slots=True)
class Entry:
    """One document this one is related to (`pk` None: not in the archive, `title` is then as cited)."""

    pk: int | None
    title: str
    number: str
    kind: RelationKind
    outgoing: bool
    places: list[Place] = field(default_factory=list)
    stated: int = 0

    @property
    def url(self) -> str:
        return reverse("archive:document", args=[self.pk]) if self.pk else ""

    @property
    def shown_places(self) -> list[Place]:
        return self.places[:PLACES]


@dataclass(slots=True)
class RelationGroup:
    """The entries of one kind in one direction; `total` counts all documents, `entries` are the first of them."""

    kind: RelationKind
    outgoing: bool
    entries: list[Entry]
    total: int

    @property
    def heading(self) -> str:
        return heading(self.kind, outgoing=self.outgoing)

    @property
    def more(self) -> int:
        return max(0, self.total - len(self.entries))

    @property
    def query(self) -> str:
        return f"kind={self.kind.value}&direction={'out' if self.outgoing else 'in'}"


def heading(kind: RelationKind, *, outgoing: bool) -> str:
    """What a list of this kind and direction is called on the page of a document."""
    names: Mapping[RelationKind, tuple[str, str]] = {
        RelationKind.BASIS: (_("制定依据"), _("以本文件为依据的文件")),
        RelationKind.AMENDS: (_("本文件修改的文件"), _("修改本文件的文件")),
        RelationKind.REPEALS: (_("本文件废止的文件"), _("废止本文件的文件")),
        RelationKind.EXTENDS: (_("本文件延续有效的文件"), _("延续本文件效力的文件")),
        RelationKind.FORWARDS: (_("本文件转发的文件"), _("转发本文件的文件")),
        RelationKind.PRINTS: (_("本文件印发的文件"), _("印发本文件的文件")),
        RelationKind.INTERPRETS: (_("本文件解读的文件"), _("本文件的解读")),
        RelationKind.CITES: (_("引用的文件"), _("引用本文件的文件")),
        RelationKind.DRAFT_OF: (_("正式文件"), _("征求意见稿")),
    }
    return str(names[kind][0 if outgoing else 1])


#: Strong relations first: what makes, changes or ends a text says more about it than a mention does.
_ORDER = (
    RelationKind.REPEALS, RelationKind.AMENDS, RelationKind.EXTENDS, RelationKind.PRINTS, RelationKind.FORWARDS,
    RelationKind.BASIS, RelationKind.INTERPRETS, RelationKind.DRAFT_OF, RelationKind.CITES,
)  # fmt: skip


def standing() -> QuerySet[DocumentRelation]:
    """Relations nobody has rejected."""
    return DocumentRelation.objects.filter(rejected=False)


def outgoing_rows(document: NormativeDocument) -> list[dict[str, Any]]:
    """Every relation `document` states, with the title of the other end, in one query; bounded by what a reading keeps."""
    columns = (*_COLUMNS, *(f"target__{name}" for name in _OTHER))
    return list(standing().filter(source=document).order_by("pk").values(*columns))


def incoming_rows(document: NormativeDocument) -> list[dict[str, Any]]:
    """The latest relations of each kind that others state about `document`, in one query however many there are."""
    of_document = standing().filter(target=document, source__withdrawn=False)
    latest = Q(pk__in=[])
    for kind in RelationKind:
        latest |= Q(pk__in=of_document.filter(kind=kind).order_by("-pk").values("pk")[:_ROWS])
    columns = (*_COLUMNS, *(f"source__{name}" for name in (*_OTHER, "adopted_on", "published_on")))
    return list(DocumentRelation.objects.filter(latest).order_by("-pk").values(*columns))


def incoming_counts(document: NormativeDocument) -> Counter[str]:
    """How many documents are related to `document` from outside, by kind."""
    rows = standing().filter(target=document, source__withdrawn=False).values("kind")
    return Counter({r["kind"]: r["n"] for r in rows.annotate(n=Count("source", distinct=True))})


def entries(rows: Iterable[Mapping[str, Any]], *, outgoing: bool) -> dict[RelationKind, list[Entry]]:
    """Rows gathered into one entry for each document and kind, in the order of the rows."""
    other = "target" if outgoing else "source"
    found: dict[tuple[str, object], Entry] = {}
    for row in rows:
        known = row[f"{other}_id"] is not None and not row[f"{other}__withdrawn"]
        if not outgoing and not known:
            continue
        key = (row["kind"], row[f"{other}_id"] if known else row["target_text"])
        if key not in found:
            found[key] = Entry(
                row[f"{other}_id"] if known else None,
                row[f"{other}__title"] if known else row["target_text"],
                row[f"{other}__document_number"] if known else "",
                RelationKind(row["kind"]),
                outgoing,
            )
        entry, place = found[key], Place(row["clause_id"], row["target_clause_id"], row["target_clause_text"])
        entry.stated += 1
        if (place.citing or place.cited_label) and place not in entry.places:
            entry.places.append(place)
    grouped: dict[RelationKind, list[Entry]] = {kind: [] for kind in _ORDER}
    for entry in found.values():
        grouped[entry.kind].append(entry)
    return grouped


def groups(
    grouped: Mapping[RelationKind, Sequence[Entry]], totals: Mapping[str, int] | None, *, outgoing: bool
) -> list[RelationGroup]:
    """The first entries of each kind; documents of the archive come before what it lacks."""
    out = []
    for kind, found in grouped.items():
        if found:
            ordered = sorted(found, key=lambda e: e.pk is None)
            total = totals[kind.value] if totals is not None else len(ordered)
            out.append(RelationGroup(kind, outgoing, ordered[:SHOWN], max(total, len(ordered[:SHOWN]))))
    return out


@dataclass(frozen=True, slots=True)
class Row:
    """One relation on the page of all of them; `candidates` are what an unresolved citation may mean."""

    relation: DocumentRelation
    candidates: tuple[Known, ...]
    cited: Place

    @property
    def heading(self) -> str:
        return str(RelationKind(self.relation.kind).label)


@dataclass(frozen=True, slots=True)
class RelationPage:
    """A page of all relations of a document in one direction, perhaps of one kind, with the counts of the others."""

    page: Page[DocumentRelation]
    rows: list[Row]
    kind: RelationKind | None
    outgoing: bool
    counts: list[tuple[RelationKind, int]]
    total_out: int
    total_in: int


def relation_page(
    document: NormativeDocument, *, kind: str, direction: str, page: str | None
) -> RelationPage:
    """`PAGE_SIZE` relations at a time. An unknown kind is no kind, a page is the nearest.

    Without a known direction it is what the document states, or, where it states nothing, what others state of it.
    """
    asked = RelationKind(kind) if kind in RelationKind.values else None
    counted = Counter[tuple[bool, str]]()
    out = standing().filter(source=document)
    inward = standing().filter(target=document, source__withdrawn=False)
    for own, rows in ((True, out), (False, inward)):
        counted.update(
            {(own, r["kind"]): r["n"] for r in rows.values("kind").annotate(n=Count("pk")).order_by()}
        )
    total_out = sum(n for (own, _k), n in counted.items() if own)
    total_in = counted.total() - total_out
    outgoing = direction == "out" or (direction != "in" and (total_out > 0 or total_in == 0))
    other = "target" if outgoing else "source"
    chosen = (out if outgoing else inward).select_related(other)
    chosen = chosen.defer(*(f"{other}__{name}" for name in ("text", "history", "confidence", "source")))
    if asked:
        chosen = chosen.filter(kind=asked)
    shown = Paginator(chosen.order_by("kind", "pk"), PAGE_SIZE).get_page(page)
    relations = list(shown.object_list)
    return RelationPage(
        shown, _rows(relations), asked, outgoing,
        [(k, counted[outgoing, k.value]) for k in _ORDER if counted[outgoing, k.value]],
        total_out, total_in,
    )  # fmt: skip


def _rows(relations: Sequence[DocumentRelation]) -> list[Row]:
    waiting = [r for r in relations if r.target_id is None]
    known = Candidates((r.title_key, r.number_key) for r in waiting) if waiting else None
    rows = []
    for relation in relations:
        found: tuple[Known, ...] = ()
        if known and relation.target_id is None:
            citation = citation_of(relation)
            pool = [*known.by_number.get(citation.number_key, ()), *known.by_title.get(citation.title_key, ()),
                    *known.by_carried.get(citation.title_key, ())]  # fmt: skip
            found = tuple({k.pk: k for k in pool if k.pk != relation.source_id}.values())[:CANDIDATES]
        rows.append(
            Row(
                relation,
                found,
                Place(relation.clause_id, relation.target_clause_id, relation.target_clause_text),
            )
        )
    return rows


def represent_relations(document: NormativeDocument) -> list[dict[str, Any]]:
    """The relations of `document` in both directions as plain data: all it states, the latest of what others state."""
    rows = [("out", "target", row) for row in outgoing_rows(document)]
    rows += [("in", "source", row) for row in incoming_rows(document)]
    return [
        {
            "kind": row["kind"],
            "direction": direction,
            "document": None if row[f"{other}__withdrawn"] else row[f"{other}_id"],
            "title": "" if row[f"{other}__withdrawn"] else row[f"{other}__title"] or "",
            "text": row["target_text"],
            "clause": row["clause_id"],
            "target_clause": row["target_clause_id"],
            "target_clause_text": row["target_clause_text"],
        }
        for direction, other, row in rows
    ]
