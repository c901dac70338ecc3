"""What to search for instead when a search found nothing or little: every offer leads to results, counted by the engine.

Offers are tried from the closest to the widest: the number that was probably meant, other spellings from the archive's
own vocabulary, one condition less, one word less. When none of them finds anything the reader is led to the archive
itself by level, type and year (`browse`). At most `MAX_QUERIES` engine queries; the same query gets the same answer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from itertools import islice

from django.utils import timezone
from django.utils.translation import gettext as _

from search import spelling
from search.archive.numbers import query_keys
from search.engines import get_engine
from search.engines.base import EngineResults, EngineUnavailable
from search.language import Expression, compose_expression, parse_expression
from search.nearby_numbers import nearby_numbers
from search.plan import SearchPlan, make_plan
from search.query import FILTER_NAMES, Match, Scope, SearchQuery, Sort
from search.relaxation import answer

#: Characters of a text that is taken for one misspelt term.
SHORT = (3, 12)
#: Hints beside results.
MAX_HINTS = 2
#: Offers shown, and engine queries spent on finding them.
MAX_OFFERS, MAX_QUERIES = 4, 14


class Why(StrEnum):
    """Why a search is offered; the words for it are in `Correction.reason`."""

    NUMBER = "number"
    SPELLING = "spelling"
    FILTER = "filter"
    SCOPE = "scope"
    CONDITION = "condition"
    PART = "part"


@dataclass(frozen=True)
class Correction:
    """Another search that finds `count` documents: its query, what to show of it, and the reason for people."""

    query: SearchQuery
    text: str
    why: Why
    reason: str
    count: int

    @property
    def url(self) -> str:
        return self.query.link()


def suggest(query: SearchQuery, *, total: int = 0) -> Correction | None:
    """Return the best other search for `query`, which found `total` documents; none when there is nothing better."""
    return next(iter(corrections(query, total=total, limit=1)), None)


def corrections(query: SearchQuery, *, total: int, limit: int = MAX_OFFERS) -> tuple[Correction, ...]:
    """Return at most `limit` other searches, the closest first. Raises `EngineUnavailable`.

    A search that found something is only told of a number that is not in the archive, and of another spelling when
    its own stands nowhere: the engine finds by half of the characters, so a misspelt word seldom finds nothing.
    """
    counter = _Counter()
    ways: tuple[Callable[[SearchQuery], Iterator[Correction]], ...] = (_numbers, _spellings)
    if total and not _stands_nowhere(query, counter):
        ways = (_numbers,)
    elif not total:
        ways = (*ways, _filters, _scope, _fewer_words, _conditions, _wide_spellings, _parts)
    candidates = (offer for way in ways for offer in way(query))
    found = (
        replace(offer, count=counter(_unbroken(offer.query) if total else offer.query))
        for offer in _different(candidates, query)
        if counter.has_more
    )
    good = islice((offer for offer in found if offer.count), limit)
    if not total:
        return tuple(good)
    # Chosen for standing there unbroken; the reader is told what choosing it will show.
    hints = (replace(offer, count=counter(offer.query)) for offer in islice(good, MAX_HINTS))
    return tuple(hint for hint in hints if hint.count)


def _stands_nowhere(query: SearchQuery, counter: _Counter) -> bool:
    """Return whether the typed text is short, has another spelling in the archive, and stands unbroken in no document."""
    text, _excluded = spelling.plain_text(query.q)
    short = SHORT[0] <= len(text) <= SHORT[1] and " " not in text
    # Counted first: nearly every search stands somewhere, and then the vocabulary is not needed.
    return short and not counter(_unbroken(SearchQuery(q=text))) and bool(spelling.respellings(query.q))


def _unbroken(query: SearchQuery) -> SearchQuery:
    """Return the search for the text of `query` as one unbroken stretch, for counting; a number stays as it is."""
    return (
        query
        if query_keys(query.q)
        else replace(query, q=compose_expression(Expression(required=(query.q,))))
    )


class _Counter:
    """Counts documents by the engine, a limited number of times; what many offers share is asked once."""

    def __init__(self) -> None:
        self.left = MAX_QUERIES
        self.known: dict[SearchPlan, EngineResults] = {}

    @property
    def has_more(self) -> bool:
        return self.left > 0

    def __call__(self, query: SearchQuery) -> int:
        plan = make_plan(replace(query, page=1, page_size=1), day=timezone.localdate(), facets=False)
        return answer(self._search, plan, query)[0].total

    def _search(self, plan: SearchPlan) -> EngineResults:
        if plan not in self.known:
            # What was not counted any more counts as nothing found: it is not offered then.
            if not self.left:
                return EngineResults(total=0)
            self.left -= 1
            self.known[plan] = get_engine().search(plan)
        return self.known[plan]


def _different(offers: Iterable[Correction], query: SearchQuery) -> Iterator[Correction]:
    seen = {replace(query, page=1, truncated=False)}
    for offer in offers:
        if offer.query not in seen:
            seen.add(offer.query)
            yield offer


def _numbers(query: SearchQuery) -> Iterator[Correction]:
    """Numbers of the archive nearest to the one that was asked for."""
    if query.scope is Scope.TITLE:
        return
    for number in nearby_numbers(query.q):
        yield _offer(query.unfiltered(), Why.NUMBER, _("文件库中最接近的发文字号"), q=number)


def _spellings(query: SearchQuery) -> Iterator[Correction]:
    """The same with words of the archive for words it does not have."""
    reasons = {
        spelling.Kind.PINYIN: _("按拼音"),
        spelling.Kind.SOUND: _("同音字"),
        spelling.Kind.WRITING: _("字形或字数相近"),
    }
    for text, kind in spelling.respellings(query.q):
        yield _offer(query, Why.SPELLING, reasons[kind], q=text)


def _wide_spellings(query: SearchQuery) -> Iterator[Correction]:
    """The same with nothing else in the way: a misspelt word often comes with filters that are right."""
    wide = replace(query.unfiltered(), scope=Scope.ALL)
    if wide != replace(query, page=1):
        for text, _kind in spelling.respellings(query.q)[:MAX_OFFERS]:
            yield _offer(wide, Why.SPELLING, _("换一种写法，不带筛选条件"), q=text)


def _filters(query: SearchQuery) -> Iterator[Correction]:
    """The same without one filter, then without any."""
    labels = filter_labels()
    used = [name for name in (*FILTER_NAMES, "date_from", "date_to", "in_force_on") if getattr(query, name)]
    for name in used if len(used) < MAX_QUERIES // 2 else ():
        reason = _("去掉筛选条件“%(name)s”") % {"name": labels[name]}
        yield _offer(query.without(name), Why.FILTER, reason)
    if len(used) > 1:
        yield _offer(query.unfiltered(), Why.FILTER, _("去掉全部筛选条件"))


def _scope(query: SearchQuery) -> Iterator[Correction]:
    if query.scope is not Scope.ALL:
        yield _offer(query, Why.SCOPE, _("改为检索标题与正文"), scope=Scope.ALL)
        if query.is_filtered:
            wide = replace(query.unfiltered(), scope=Scope.ALL)
            yield _offer(wide, Why.SCOPE, _("检索标题与正文，不带筛选条件"))


def _fewer_words(query: SearchQuery) -> Iterator[Correction]:
    """The same for documents with some of the words, where those with all of them are elsewhere."""
    if query.match is Match.ALL:
        yield _offer(query, Why.CONDITION, _("含部分检索词即可"), match=Match.ANY)


def _conditions(query: SearchQuery) -> Iterator[Correction]:
    """The same without one condition of the query language; what was required becomes ordinary text."""
    expression = parse_expression(query.q)
    plain = Expression(text=" ".join(_all_text(expression)))
    for value in expression.excluded:
        less = compose_expression(expression.without("excluded", value))
        yield _offer(query, Why.CONDITION, _("不排除“%(word)s”") % {"word": value}, q=less)
    if expression.has_conditions or expression.phrases:
        loose = compose_expression(replace(plain, excluded=expression.excluded))
        yield _offer(query, Why.CONDITION, _("不要求原样出现"), q=loose)
        yield _offer(query.unfiltered(), Why.CONDITION, _("去掉全部条件"), q=plain.text, scope=Scope.ALL)


def _parts(query: SearchQuery) -> Iterator[Correction]:
    """Single words of the query, those of the archive's titles first, without anything else."""
    wide = replace(query.unfiltered(), scope=Scope.ALL)
    for word in spelling.known_parts(" ".join(_all_text(parse_expression(query.q))))[:4]:
        yield _offer(wide, Why.PART, _("只检索其中的词"), q=word)


def _all_text(expression: Expression) -> list[str]:
    choices = [value for group in expression.choices for value in group]
    parts = [expression.text, *expression.phrases, *expression.required, *choices]
    return list(filter(None, [*parts, *expression.titles, *expression.numbers]))


def _offer(query: SearchQuery, why: Why, reason: str, **changes: object) -> Correction:
    changed = replace(query, page=1, truncated=False, **changes)  # type: ignore[arg-type]
    return Correction(changed, changed.q, why, reason, 0)


def filter_labels() -> dict[str, str]:
    """Return the words for every filter, in the reader's language."""
    return {
        "level": _("层级"), "issuer": _("制发机关"), "region": _("地区"), "type": _("类别"), "genre": _("文种"),
        "validity": _("效力状态"), "year": _("年份"), "date_from": _("发布日期不早于"),
        "date_to": _("发布日期不晚于"), "in_force_on": _("在此日有效"),
    }  # fmt: skip


@dataclass(frozen=True)
class Assistance:
    """What is offered beside the results: other searches, and, where nothing was found, ways into the archive."""

    corrections: tuple[Correction, ...] = ()
    browse: Mapping[str, tuple[BrowseValue, ...]] = field(default_factory=dict)


def assist(query: SearchQuery, total: int) -> Assistance:
    """Return what helps on with `query`, which found `total` documents; nothing on later pages or without an index."""
    if query.page > 1 and total:
        return Assistance()
    try:
        return Assistance(corrections(query, total=total), {} if total else browse())
    except EngineUnavailable:
        # The results came from elsewhere; what cannot be counted is not offered.
        return Assistance()


@dataclass(frozen=True)
class BrowseValue:
    """One way into the archive: a value of a facet, its search and how many documents it holds."""

    name: str
    value: str
    query: SearchQuery
    count: int
    #: The count is an estimate.
    about: bool = False


#: Facets a reader is led by, and values of each.
BROWSE_FACETS, BROWSE_VALUES = ("type", "level", "year"), 8


def browse() -> dict[str, tuple[BrowseValue, ...]]:
    """Return ways into the archive with their counts; empty when the archive is. One engine query."""
    plan = make_plan(SearchQuery(page_size=1, sort=Sort.NEWEST), day=timezone.localdate())
    found = get_engine().search(plan)
    return {
        name: _ways(name, found.facets[name], about=name in found.estimated)
        for name in BROWSE_FACETS
        if found.facets.get(name)
    }


def _ways(name: str, counts: Iterable[tuple[str, int]], *, about: bool) -> tuple[BrowseValue, ...]:
    ordered = sorted(counts, reverse=True) if name == "year" else counts
    return tuple(
        BrowseValue(
            name, value, SearchQuery().toggled(name, int(value) if name == "year" else value), count, about
        )
        for value, count in islice(ordered, BROWSE_VALUES)
    )
