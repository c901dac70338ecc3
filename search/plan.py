"""What to look for: a `SearchQuery` turned into data that any engine can compile and any test can read.

The weights are a profile, not code. They were measured together (docs/search.md); change them with the bench at hand.
"""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass, field, replace

from search import analysis
from search.archive.enums import Validity
from search.archive.numbers import parse_number, query_keys, query_prefixes
from search.conditions import Among, Between, Condition, binding_on, validity_among
from search.fragments import Fragment, find_fragment
from search.language import Expression, parse_expression
from search.query import Match, Scope, SearchQuery, Sort
from search.wordings import MAX_PHRASE, MAX_TOKENS, Variant, make_variant, phrase_tokens, unbroken, wordings

__all__ = [
    "MAX_PHRASE", "MAX_TOKENS", "Clause", "Profile", "SearchPlan", "Variant", "make_plan", "make_variant",
    "phrase_tokens", "split_phrases",
]  # fmt: skip

#: What is written or left out around the parts of a number.
_NUMBER_WORDS = re.compile("[第号年]")
#: Tokens of a wording of a short search.
_SHORT = 4
#: Facet -> field of the index. Counts of a facet ignore its own filter.
FACETS = {
    "level": "level",
    "issuer": "issuer",
    "region": "region",
    "type": "type",
    "genre": "genre",
    "year": "year",
}
#: The name under which `文号:…` stands among the filters: part of what is asked, not of where.
NUMBER_FILTER = "number"


@dataclass(frozen=True)
class Profile:
    """Weights of one kind of search, the same numbers for every engine."""

    title: float = 4.0
    body: float = 1.0
    tie: float = 0.1
    #: Share of a wording that must be there: all of it; when nothing has all, or somebody asks for it, some of it.
    must_share: float = 1.0
    some_share: float = 0.3
    most_share: float = 0.7
    all_bonus: float = 1000.0
    most_bonus: float = 300.0
    phrase: float = 2.0
    characters: float = 1.0
    title_bonus: float = 200.0
    exact_title: float = 5_000.0
    number: float = 1_000_000.0
    number_prefix: float = 100_000.0
    #: Year, sequence and code of a number, in whatever order.
    number_parts: float = 50_000.0
    #: The same beside other words, which then order what has these parts.
    number_parts_beside: float = 5_000.0
    #: Weight of every wording but the typed one: who types a word wants to see it first, then what else it is called.
    other_wording: float = 0.95
    #: What a wording that was read as pinyin gets of the bonuses: the letters as typed come first.
    pinyin_share: float = 0.8
    #: Weight of a token of the title's pinyin, and of all of them in order.
    sound: float = 4.0
    sound_phrase: float = 8.0
    #: The characters of a title, or its sounds, in another order: swapped characters, shuffled words, homophones.
    title_bag: float = 3_000.0


PROFILES = {
    Scope.ALL: Profile(),
    Scope.TITLE: Profile(body=0.0),
    Scope.NUMBER: Profile(title=0.0, body=0.0),
}


@dataclass(frozen=True)
class Clause:
    """One of `phrases` must stand in one of `fields` (`title`, `body`, `number`); or, `excluded`, none of them in any.

    A phrase of one Han character is found inside pairs too. An excluded clause takes no part in the score.
    """

    phrases: tuple[tuple[str, ...], ...]
    fields: tuple[str, ...] = ("title", "body")
    excluded: bool = False


@dataclass(frozen=True)
class SearchPlan:
    """Everything an engine needs; it never sees the request."""

    variants: tuple[Variant, ...] = ()
    phrases: tuple[tuple[str, ...], ...] = ()
    clauses: tuple[Clause, ...] = ()
    number_keys: tuple[str, ...] = ()
    number_prefixes: tuple[str, ...] = ()
    number_tokens: tuple[str, ...] = ()
    number_parts: tuple[str, ...] = ()
    number_code: tuple[str, ...] = ()
    #: Nothing but one number, or parts of one, was asked for.
    number_alone: bool = False
    impossible: bool = False
    profile: Profile = field(default_factory=Profile)
    filters: tuple[tuple[str, Condition], ...] = ()
    day: datetime.date = datetime.date.min
    facets: bool = True
    #: Documents below which nobody needs the counts of facets: something else will be asked then.
    enough: int = 0
    sort: Sort = Sort.RELEVANCE
    offset: int = 0
    limit: int = 10

    @property
    def matches_everything(self) -> bool:
        asked = (self.variants, self.phrases, self.number_keys, self.number_prefixes, self.number_tokens)
        return not (any(asked) or self.number_parts)

    @property
    def is_short(self) -> bool:
        """Return whether there are so few tokens that everything about a document is soon looked up."""
        return self.profile.must_share == 1.0 and all(
            variant.at_least(1.0) <= _SHORT and not variant.is_pinyin for variant in self.variants
        )


def split_phrases(q: str) -> tuple[str, tuple[str, ...]]:
    """Return the text outside quotation marks and the quoted phrases. A mark without its partner is ignored."""
    expression = parse_expression(q)
    return expression.text, expression.phrases


def make_plan(query: SearchQuery, *, day: datetime.date, facets: bool = True) -> SearchPlan:
    """Return the plan of `query`; `day` is today for the reader (Asia/Shanghai), validity is judged on it."""
    expression = parse_expression(query.q)
    # Without conditions the quotation marks stay for the reading of numbers: 国办发“2016”80号.
    typed = expression.text if expression.has_conditions else query.q
    text, quoted = expression.text, expression.phrases
    keys, prefixes = tuple(query_keys(typed)), tuple(query_prefixes(typed))
    alone = number_alone(typed, keys)
    if alone:
        # Who types nothing but a number wants that document and those that cite it, nothing that looks alike.
        text, quoted = alone, ()
    fragment = _fragment(query, typed)
    only_number = bool(alone or (fragment and fragment.alone))
    variants = wordings(unbroken(text), expand=not (keys or fragment))
    phrases = tuple(filter(None, map(_phrase, map(unbroken, quoted))))
    clauses, own_numbers = _clauses(expression, query.scope), _own_numbers(expression)
    wanted = bool(query.q) and not (
        variants or phrases or keys or prefixes or clauses or own_numbers or fragment
    )
    by_number = query.scope is Scope.NUMBER
    return SearchPlan(
        variants=() if by_number else variants,
        phrases=() if by_number else phrases,
        clauses=clauses,
        number_keys=keys if query.scope is not Scope.TITLE else (),
        number_prefixes=prefixes if query.scope is not Scope.TITLE else (),
        number_tokens=tuple(analysis.positions(analysis.normalise(typed)))[:MAX_TOKENS] if by_number else (),
        number_parts=fragment.values if fragment else (),
        number_code=fragment.code if fragment else (),
        number_alone=only_number,
        impossible=wanted,
        profile=_profile(query, fragment, only_number),
        filters=(*_filters(query, day), *own_numbers),
        day=query.in_force_on or day,
        facets=facets,
        sort=effective_sort(query),
        offset=query.offset,
        limit=query.page_size,
    )


def _fragment(query: SearchQuery, typed: str) -> Fragment | None:
    """Return the parts of a number in `typed`; none where titles are asked for or the number is whole.

    Typed without brackets, what stands before the year may be a code or the name of a body: both are tried.
    """
    whole = query.scope is Scope.TITLE or parse_number(typed)
    return None if whole else find_fragment(typed)


def _profile(query: SearchQuery, fragment: Fragment | None, only_number: bool) -> Profile:
    profile = PROFILES[query.scope]
    if fragment and not fragment.alone:
        profile = replace(profile, number_parts=profile.number_parts_beside)
    if query.match is Match.ANY and not only_number:
        profile = replace(profile, must_share=profile.some_share)
    return profile


def _clauses(expression: Expression, scope: Scope) -> tuple[Clause, ...]:
    """Return the conditions of the query language; a value without a searchable character asks for nothing."""
    everywhere = ("title",) if scope is Scope.TITLE else ("title", "body")
    unknown = tuple(number for number in expression.numbers if not query_keys(number))
    wanted = [
        *(((value,), everywhere, False) for value in expression.required),
        *((values, everywhere, False) for values in expression.choices),
        *(((value,), ("title",), False) for value in expression.titles),
        *(((value,), ("number",), False) for value in unknown),
        *(((value,), everywhere, True) for value in expression.excluded),
    ]
    made = (
        Clause(tuple(filter(None, map(_phrase, values))), where, excluded)
        for values, where, excluded in wanted
    )
    return tuple(clause for clause in made if clause.phrases)


def _own_numbers(expression: Expression) -> list[tuple[str, Condition]]:
    """Return `文号:…` as filters: the document's own number, however it is written."""
    keys = filter(None, map(query_keys, expression.numbers))
    return [(NUMBER_FILTER, Among("number_key", tuple(found))) for found in keys]


def _phrase(text: str) -> tuple[str, ...]:
    return phrase_tokens(analysis.positions(analysis.normalise(text)))


def number_alone(q: str, keys: tuple[str, ...]) -> str:
    """Return the parts of the number `q` consists of, in whatever spelling, joined by spaces; empty if it says more."""
    typed = _number_parts(q)
    for key in keys:
        parts = _number_parts(" ".join(key.split("|")[1:]))
        if "".join(typed) == "".join(parts):
            return " ".join(parts)
    return ""


def _number_parts(text: str) -> list[str]:
    """Return the code, year and sequence in `text` without what is written around them and without padding."""
    parts = []
    for run, is_cjk in analysis.runs(analysis.normalise(text)):
        part = _NUMBER_WORDS.sub("", run) if is_cjk else run.replace("-", "").lstrip("0")
        parts.append(part.removeprefix("中华人民共和国"))
    return [part for part in parts if part and part not in ("文", "文件")]


def effective_sort(query: SearchQuery) -> Sort:
    """Return the order in use: where nothing is looked for nothing is more relevant, so the newest come first."""
    if query.sort is not Sort.RELEVANCE:
        return query.sort
    expression = parse_expression(query.q)
    only_excluded = replace(expression, excluded=(), dropped=0) == Expression()
    return Sort.NEWEST if only_excluded else query.sort


def _filters(query: SearchQuery, day: datetime.date) -> tuple[tuple[str, Condition], ...]:
    """Return (facet, condition) pairs; the name lets a facet leave out its own."""
    filters: list[tuple[str, Condition]] = [
        (name, Among(column, getattr(query, name))) for name, column in FACETS.items() if getattr(query, name)
    ]
    judged_on = query.in_force_on or day
    if query.validity:
        filters.append(("validity", validity_among(map(Validity, query.validity), judged_on)))
    if query.in_force_on:
        filters.append(("in_force_on", binding_on(query.in_force_on)))
    if query.date_from or query.date_to:
        low = query.date_from.toordinal() if query.date_from else None
        high = query.date_to.toordinal() if query.date_to else None
        filters.append(("published", Between("published_on", low, high)))
    return tuple(filters)
