"""Which document a citation means. Exactly one, or none: what could mean two is left as text with its candidates.

By number first, else by title; among namesakes the issuer, the place and the day of citing decide. Of several versions
of one text the one current on that day is meant.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import OrderedDict
from collections.abc import Sequence

from search.archive.candidates import Candidates, Known
from search.archive.citations import Citation
from search.archive.clause_references import ClauseReference
from search.archive.clauses import parse_clauses
from search.archive.enums import RelationKind
from search.archive.models import NormativeDocument
from search.archive.titles import exact_key, is_draft, issuer_in, title_key

#: Parsed targets kept in memory at once.
_PARSED = 256
_DIVISION = re.compile(r"d\d+|x\d*")
_OLDER_ONLY = frozenset(
    {
        RelationKind.REPEALS,
        RelationKind.AMENDS,
        RelationKind.EXTENDS,
        RelationKind.PRINTS,
        RelationKind.FORWARDS,
    }
)


class ClauseIndex:
    """The clause ids of cited texts, parsed once and kept for the last few hundred."""

    def __init__(self) -> None:
        self._ids: OrderedDict[int, frozenset[str]] = OrderedDict()

    def find(self, pk: int, reference: ClauseReference) -> str:
        """The id of the cited clause in the text of document `pk`; "" when it has none such, or several."""
        ids = self._of(pk)
        if reference.path in ids:
            return reference.path
        # A notice with its measures, or annexes: d2-a12, x1-a12.
        tail = f"-{reference.path}"
        ending = [i for i in ids if i.endswith(tail) and _DIVISION.fullmatch(i.removesuffix(tail))]
        return ending[0] if len(ending) == 1 else ""

    def _of(self, pk: int) -> frozenset[str]:
        if pk not in self._ids:
            text = NormativeDocument.objects.filter(pk=pk).values_list("text", flat=True).first() or ""
            self._ids[pk] = frozenset(c.id for c in parse_clauses(text))
            if len(self._ids) > _PARSED:
                self._ids.popitem(last=False)
        self._ids.move_to_end(pk)
        return self._ids[pk]


class Resolver:
    """Chooses among candidates. Reads texts only where the cited clauses decide or are to be linked."""

    def __init__(self, candidates: Candidates, clauses: ClauseIndex | None = None) -> None:
        self.candidates = candidates
        self.clauses = clauses or ClauseIndex()

    def resolve(self, citation: Citation, source: Known) -> Known | None:
        """The one document meant, or None."""
        found = self.acceptable(citation, source)
        if len(found) > 1 and citation.references:
            # 民法典第一千条: of the parts of one code the one that has the article.
            carriers = all(k.title_key != citation.title_key for k in found)
            having = [k for k in found if self.clauses.find(k.pk, citation.references[0])] if carriers else []
            found = having if len(having) == 1 else found
        if not found or not _one_work(found, citation):
            return None
        return _version(found, citation, source)

    def acceptable(self, citation: Citation, source: Known) -> list[Known]:
        """Candidates that neither issuer, place nor day rules out."""
        found = self.candidates.of(citation, source)
        if citation.kind is RelationKind.DRAFT_OF:
            found = [k for k in found if not is_draft(k.title) and _near(k, source)]
            return [k for k in found if not (k.day and source.day) or k.day >= source.day]
        if not is_draft(citation.title):
            found = [k for k in found if not is_draft(k.title)] or found
        found = [k for k in found if _is_numbered(k, citation) or _fits(k, citation, source)]
        if citation.kind is RelationKind.PRINTS:
            # Who prints a text does not print another notice that once printed one of this name.
            found = [k for k in found if _is_numbered(k, citation) or k.title_key == citation.title_key]
        if citation.kind in _OLDER_ONLY:
            found = [k for k in found if _not_younger(k, citation, source)]
        exact = [k for k in found if exact_key(k.title) == exact_key(citation.title)]
        return exact if exact and len({(k.body, k.region) for k in found}) > 1 else found

    def linked_clause(self, known: Known, reference: ClauseReference, source: Known) -> str:
        """The id of the cited clause, only in a version that existed when it was cited: later ones count anew."""
        if known.day and source.day and known.day > source.day:
            return ""
        return self.clauses.find(known.pk, reference)


def _places(region: str) -> str:
    return re.sub(r"[省市县区州盟旗]|自治|特别行政|壮族|回族|维吾尔", "", region)


def outranked(known: Known, source: Known) -> bool:
    """True when `source` is of a place inside that of `known`: it can neither repeal nor amend it."""
    if not source.region or known.region == source.region or known.issuer == source.issuer != "":
        return False
    return not known.region or _places(known.region) in _places(source.region)


def _near(known: Known, source: Known) -> bool:
    """The same body, or places of which one lies in the other; a national document is near to all."""
    if known.issuer and known.issuer == source.issuer:
        return True
    here, there = _places(source.region), _places(known.region)
    if not there:
        return not known.region
    return bool(here) and (here in there or there in here)


def _is_numbered(known: Known, citation: Citation) -> bool:
    """True when the number that is cited is that of `known`: neither place nor issuer need be looked at."""
    return bool(citation.number_key) and known.number_key == citation.number_key


def _fits(known: Known, citation: Citation, source: Known) -> bool:
    # A number beside the title says whose it is, even where our text has none.
    return _place_fits(known, citation, source) and (
        bool(citation.number_key) or _issuer_fits(known, citation, source)
    )


def _place_fits(known: Known, citation: Citation, source: Known) -> bool:
    """A local document is meant only where its place is named, or by a text of the same place."""
    if not known.region or _near(known, source):
        return True
    named = citation.title + citation.prefix
    places = [
        known.region,
        *(p for p in re.split(r"省|市|自治区|自治州|州|县|区", known.region) if len(p) >= 2),
    ]
    return any(p in named for p in places)


def _bodies(text: str) -> set[str]:
    parts = re.split(r"[、，, 　]+|和(?=[一-鿿]{2,})", text)
    return {p.removeprefix("中华人民共和国").removeprefix("原") for p in parts if len(p) >= 2}


def _issuer_fits(known: Known, citation: Citation, source: Known) -> bool:
    """No fit when the citation names another body; a title 关于… that names none must come from near."""
    if not title_key(citation.title).startswith("关于"):
        return True
    stated = issuer_in(citation.title) or _said_before(citation.prefix)
    body = known.body
    if stated and body:
        return any(a in b or b in a for a in _bodies(stated) for b in _bodies(body))
    return _near(known, source) and bool(
        known.region or known.issuer == source.issuer or len(citation.title) >= 12
    )


def _said_before(prefix: str) -> str:
    match = re.search(r"([一-鿿、]{2,40}?(?:院|会|部|局|行|厅|府|委|署|办公室))(?:关于)?$", prefix)
    if not match:
        return ""
    return re.sub(r"^.*(?:根据|按照|依据|执行|落实|贯彻|对|原|以及|和)", "", match[1])


def _not_younger(known: Known, citation: Citation, source: Known) -> bool:
    """Only what is there already can be repealed, amended, printed or forwarded; a namesake of the text must be its
    predecessor, of a year the sentence states when it states one."""
    if (
        known.number_key
        and known.number_key == source.number_key
        and citation.kind is not RelationKind.REPEALS
    ):
        return True
    namesake = citation.kind is RelationKind.REPEALS and exact_key(known.title) == exact_key(source.title)
    if not (known.day and source.day):
        return not namesake or bool(citation.number_key)
    if namesake and citation.years and all(abs(known.day.year - year) > 1 for year in citation.years):
        return False
    return known.day <= source.day or ((known.rough or source.rough) and known.day.year <= source.day.year)


def _one_work(found: Sequence[Known], citation: Citation) -> bool:
    """True when the candidates are texts of one work: the same place, and bodies that are the same as far as known."""
    if len(found) == 1:
        return True
    if len({k.region for k in found if k.region}) > 1 or (
        any(k.region for k in found) and not all(k.region for k in found)
    ):
        return False
    if not citation.title and len({k.title_key for k in found}) > 1:
        return len({k.carried_key or k.title_key for k in found}) == 1
    if all(k.title_key != citation.title_key for k in found) and len({k.title_key for k in found}) > 1:
        return False
    bodies = [_bodies(k.body) for k in found if k.body]
    return all(a & b or any(x in y or y in x for x in a for y in b) for a in bodies for b in bodies)


def _version(found: Sequence[Known], citation: Citation, source: Known) -> Known | None:
    """The version current when it was cited; failing that the first later one, for the work is the same."""
    wanted = exact_key(citation.title)

    def fullness(known: Known) -> tuple[bool, bool, bool, int]:
        return (exact_key(known.title) == wanted, bool(known.issuer), bool(known.number_key), -known.pk)

    dated = [k for k in found if k.day]
    if source.day is None:
        return max(found, key=lambda k: (k.day or dt.date.min, fullness(k)))
    now = [k for k in dated if k.day and k.day <= source.day]
    if now:
        return max(now, key=lambda k: (k.day or dt.date.min, fullness(k)))
    undated = [k for k in found if k.day is None]
    if undated:
        return max(undated, key=fullness)
    return min(
        dated,
        key=lambda k: (
            k.day or dt.date.max,
            tuple(not f if isinstance(f, bool) else -f for f in fullness(k)),
        ),
    )
