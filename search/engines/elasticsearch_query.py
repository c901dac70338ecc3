"""Compiles a `SearchPlan` into queries of the Elasticsearch DSL, part by part as `embedded_query` does for tantivy.

Elasticsearch keeps the factor 2.2 (k1 + 1) that Lucene's own BM25 has dropped, so its scores are those of tantivy and
the weights of a profile are taken as they are.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from elasticsearch.dsl import query as q

from search.analysis import is_han
from search.conditions import AllOf, Among, AnyOf, Between, Condition, Flag, Not
from search.engines.elasticsearch_schema import MAX_TOKEN
from search.plan import Clause, Profile, SearchPlan, Variant


def compile_text(plan: SearchPlan) -> q.Query:
    """Return what is asked for, with its score and without the filters."""
    if plan.impossible:
        return q.MatchNone()
    clauses = [(clause.excluded, _clause(clause, plan.profile)) for clause in plan.clauses]
    return q.Bool(
        must=[_wanted(plan), *(found for excluded, found in clauses if not excluded)],
        must_not=[found for excluded, found in clauses if excluded],
    )


def compile_condition(condition: Condition) -> q.Query:
    """Return a filter."""
    if isinstance(condition, Among):
        return _any_of(condition.field, condition.values)
    if isinstance(condition, Between):
        bounds = {"gte": max(condition.low or 0, 0)}
        if condition.high is not None:
            bounds["lte"] = max(condition.high, 0)
        return q.Range(**{condition.field: bounds})
    if isinstance(condition, Flag):
        return q.Term(**{condition.field: True})
    if isinstance(condition, Not):
        return q.Bool(must_not=[compile_condition(condition.part)])
    if isinstance(condition, AnyOf):
        return q.Bool(should=[compile_condition(part) for part in condition.parts], minimum_should_match=1)
    assert isinstance(condition, AllOf)  # noqa: S101 - the union has no other member
    return q.Bool(filter=[compile_condition(part) for part in condition.parts])


def all_of(filters: Iterable[q.Query]) -> q.Query:
    """Return one filter that holds when all of `filters` do."""
    parts = list(filters)
    return q.Bool(filter=parts) if parts else q.MatchAll()


def _wanted(plan: SearchPlan) -> q.Query:
    if plan.matches_everything:
        return q.MatchAll()
    options = [*_numbers(plan), *_text(plan)]
    return q.Bool(should=options, minimum_should_match=1)


def _numbers(plan: SearchPlan) -> list[q.Query]:
    """A document whose own number was asked for is pinned: nothing else can score as high."""
    options: list[q.Query] = []
    if plan.number_keys:
        options.append(_constant(_any_of("number_key", plan.number_keys), plan.profile.number))
    for prefix in plan.number_prefixes:
        options.append(_constant(q.Prefix(number_key={"value": prefix}), plan.profile.number_prefix))
    if plan.number_parts:
        options.append(_constant(_number_parts(plan), plan.profile.number_parts))
    if plan.number_tokens:
        options.append(_phrase("number_pairs", plan.number_tokens))
    return options


def _text(plan: SearchPlan) -> list[q.Query]:
    wordings: list[q.Query] = [_variant(variant, plan.profile) for variant in plan.variants]
    lower = plan.profile.other_wording
    wordings[1:] = [q.Bool(must=[wording], boost=lower) for wording in wordings[1:]]
    parts: list[q.Query] = [q.DisMax(queries=wordings)] if wordings else []
    for phrase in plan.phrases:
        fields = [_phrase(f"{name}_pairs", phrase, weight) for name, weight in _fields(plan.profile)]
        parts.append(q.DisMax(queries=fields, tie_breaker=plan.profile.tie))
    return [q.Bool(must=parts)] if parts else []


def _clause(clause: Clause, profile: Profile) -> q.Query:
    """A condition of the query language: what is there counts like a quoted phrase, what may not be there nothing."""
    weights = {"title": profile.title or 1.0, "body": 1.0, "number": 1.0}
    options = [
        _phrase_or_character(f"{name}_pairs", phrase, weights[name])
        for phrase in clause.phrases
        for name in clause.fields
    ]
    return q.DisMax(queries=options, tie_breaker=profile.tie)


def _phrase_or_character(field: str, tokens: Sequence[str], boost: float) -> q.Query:
    alone = _phrase(field, tokens, boost)
    if len(tokens) > 1 or not is_han(tokens[0]):
        return alone
    return q.Bool(should=[alone, _inside(field, tokens[0], boost)], minimum_should_match=1)


def _number_parts(plan: SearchPlan) -> q.Query:
    """Year, sequence and code of one number, each wherever it was typed."""
    parts = [_any_of("number_part", (value,)) for value in plan.number_parts]
    if plan.number_code:
        parts.append(_phrase_or_character("number_pairs", plan.number_code, 1.0))
    return all_of(parts)


def _variant(variant: Variant, profile: Profile) -> q.Query:
    """One wording: what must be there, raised by the title, all tokens, most of them, the phrase, the whole title."""
    share = profile.pinyin_share if variant.is_pinyin else 1.0
    raised = _in_title(variant, profile)
    raised.append(_constant(_share(variant, profile, 1.0), profile.all_bonus * share))
    if profile.must_share < 1.0:
        most = _share(variant, profile, profile.most_share)
        raised.append(_constant(most, profile.most_bonus * share))
    raised.extend(_constant(*title) for title in _whole_titles(variant, profile))
    if len(variant.sound_sequence) > 1:
        raised.append(_phrase("title_pinyin", variant.sound_sequence, profile.sound_phrase))
    if len(variant.sequence) > 1:
        raised.extend(
            _phrase(f"{name}_pairs", variant.sequence, profile.phrase) for name, _ in _fields(profile)
        )
    return q.Bool(must=[_needed(variant, profile)], should=raised)


def _needed(variant: Variant, profile: Profile) -> q.Query:
    """What must be there of one wording: its share of tokens; its whole title in any order of characters will do, too.

    Where less than all tokens is enough, all words are as well: in `采砂许可` the pair `砂许` is no word of anybody's.
    """
    found = [_share(variant, profile, profile.must_share)]
    if profile.must_share < 1.0 and variant.whole_words:
        field = f"{_where(profile)}_words"
        found.append(q.Bool(must=[_term(field, word) for word in variant.whole_words]))
    found.extend(_constant(query, 0.0) for query, _ in _whole_titles(variant, profile))
    return _some_of(found, 1)


def _share(variant: Variant, profile: Profile, share: float) -> q.Query:
    """At least `share` of the tokens, in the field that holds all there is to find; less than all, of the telling ones."""
    if share < 1.0:
        variant = variant.most_telling
    field, alone = f"{_where(profile)}_pairs", all(map(is_han, variant.pairs))
    tokens = [_found(field, token, alone) for token in variant.pairs]
    return _some_of([*tokens, *_sounds(variant, profile)], variant.at_least(share))


def _found(field: str, token: str, anywhere: bool) -> q.Query:
    """One token in `field`. `anywhere`: a character alone is also looked for inside pairs."""
    found = _term(field, token)
    return q.DisMax(queries=[found, _inside(field, token, 1.0)], tie_breaker=0.0) if anywhere else found


def _whole_titles(variant: Variant, profile: Profile) -> list[tuple[q.Query, float]]:
    """The whole title, or its characters or sounds in another order, each with what it is worth."""
    titles = []
    if variant.exact:
        titles.append((_any_of("exact_title", (variant.exact, *variant.titles)), profile.exact_title))
    if variant.bags:
        titles.append((_any_of("title_bag", variant.bags), profile.title_bag))
    return titles


def _in_title(variant: Variant, profile: Profile) -> list[q.Query]:
    """How much of it is in the title: pairs and, unless all of them are there, words and characters."""
    if not profile.title:
        return []
    found = [_term("title_pairs", token, profile.title) for token in variant.pairs]
    if profile.must_share < 1.0:
        found.extend(_term("title_words", word, profile.title) for word in variant.words)
        found.extend(_term("title_characters", char, profile.characters) for char in variant.characters)
    if variant.words:
        in_title = [_term("title_words", word) for word in variant.words]
        found.append(_constant(all_of(in_title), profile.title_bonus))
    return found


def _sounds(variant: Variant, profile: Profile) -> list[q.Query]:
    """Syllables and initials in the title's pinyin."""
    by_sound = (("title_pinyin", variant.sounds), ("title_initials", variant.initials))
    return [_term(name, token, profile.sound) for name, found in by_sound for token in found]


def _some_of(parts: Sequence[q.Query], number: int) -> q.Query:
    return q.Bool(should=list(parts), minimum_should_match=number)


def _inside(field: str, character: str, boost: float) -> q.Query:
    return q.Regexp(**{field: {"value": f"{character}.|.{character}", "boost": boost}})


def _term(field: str, token: str, boost: float = 1.0) -> q.Query:
    return q.Term(**{field: {"value": token[:MAX_TOKEN], "boost": boost}})


def _phrase(field: str, tokens: Sequence[str], boost: float = 1.0) -> q.Query:
    if len(tokens) == 1:
        return _term(field, tokens[0], boost)
    return q.MatchPhrase(**{field: {"query": " ".join(tokens), "boost": boost}})


def _any_of(field: str, values: Sequence[str | int]) -> q.Query:
    wanted: dict[str, Any] = {field: list(values)}
    return q.Terms(**wanted)


def _constant(query: q.Query, score: float) -> q.Query:
    return q.ConstantScore(filter=query, boost=score)


def _where(profile: Profile) -> str:
    """The field that holds everything there is to find: the text begins with the title."""
    return "body" if profile.body else "title"


def _fields(profile: Profile) -> list[tuple[str, float]]:
    weights = (("title", profile.title), ("body", profile.body))
    return [(name, weight) for name, weight in weights if weight]
