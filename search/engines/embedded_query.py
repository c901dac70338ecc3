"""Compiles a `SearchPlan` into tantivy queries. Each function makes one part and says what it is for."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

import tantivy

from search.analysis import is_han
from search.conditions import AllOf, Among, AnyOf, Between, Condition, Flag, Not
from search.engines.embedded_schema import ABSENT, DECIDING, SHARE_FIELD
from search.plan import Clause, Profile, SearchPlan, Variant

_MUST, _SHOULD, _MUST_NOT = tantivy.Occur.Must, tantivy.Occur.Should, tantivy.Occur.MustNot
_MAX = 2**63 - 1


class QueryCompiler:
    """Compiles for one schema. Stateless otherwise."""

    def __init__(self, schema: Any) -> None:
        self.schema = schema
        self.make = tantivy.Query

    def compile(
        self, plan: SearchPlan, *, leave_out: str = "", scored: bool = True, few: bool = False
    ) -> Any:
        """Return the whole query; `leave_out` names the filter a facet must not apply to itself.

        Not `scored`: the same matches without what only raises their scores, for counting and for sorting by date.
        `few`: it is known to have few matches, so that looking each of them up is the fastest way to score them.
        """
        filters = [self.condition(condition) for name, condition in plan.filters if name != leave_out]
        if plan.impossible:
            return self.make.empty_query()
        parts = [(_MUST, self._wanted(plan, scored, few))]
        parts.extend(self._clause(clause, plan.profile) for clause in plan.clauses)
        parts.extend((_MUST, self.make.const_score_query(part, 0.0)) for part in filters)
        return self._boolean(parts)

    def sampled(self, query: Any, share: int) -> Any:
        """Return `query` for one of `share` documents (`embedded_schema.SHARES`)."""
        if share == 1:
            return query
        drawn = self.make.term_query(self.schema, SHARE_FIELD, str(share), "basic")
        return self._all([query, drawn])

    def _wanted(self, plan: SearchPlan, scored: bool, few: bool) -> Any:
        if plan.matches_everything:
            return self.make.const_score_query(self.make.all_query(), 1.0)
        options = [*self._numbers(plan), *filter(None, [self._text(plan, scored, few)])]
        return self._either(options)

    def _numbers(self, plan: SearchPlan) -> list[Any]:
        """A document whose own number was asked for is pinned: nothing else can score as high."""
        options = []
        if plan.number_keys:
            options.append(self._constant(self._any_of("number_key", plan.number_keys), plan.profile.number))
        for prefix in plan.number_prefixes:
            regex = self.make.regex_query(self.schema, "number_key", f"{_escape(prefix)}.*")
            options.append(self._constant(regex, plan.profile.number_prefix))
        if plan.number_parts:
            options.append(self._constant(self._number_parts(plan), plan.profile.number_parts))
        if plan.number_tokens:
            options.append(self._phrase("number_pairs", plan.number_tokens))
        return options

    def _number_parts(self, plan: SearchPlan) -> Any:
        """Year, sequence and code of one number, each wherever it was typed."""
        parts = [(_MUST, self._any_of("number_part", (value,))) for value in plan.number_parts]
        if plan.number_code:
            parts.append((_MUST, self._phrase_or_character("number_pairs", plan.number_code)))
        return self.make.boolean_query(parts)

    def _text(self, plan: SearchPlan, scored: bool, few: bool) -> Any:
        make = partial(self._variant, few=few) if scored else self._needed
        weights = (1.0, *[plan.profile.other_wording] * len(plan.variants))
        wordings = [
            self._boosted(make(variant, plan.profile), weight)
            for variant, weight in zip(plan.variants, weights, strict=False)
        ]
        parts = [(_MUST, self._best(wordings, 0.0))] if wordings else []
        for phrase in plan.phrases:
            fields = [self._boosted(self._phrase(f"{n}_pairs", phrase), w) for n, w in _fields(plan.profile)]
            parts.append((_MUST, self._best(fields, plan.profile.tie)))
        return self._boolean(parts) if parts else None

    def _clause(self, clause: Clause, profile: Profile) -> tuple[Any, Any]:
        """A condition of the query language: what is there counts like a quoted phrase, what may not be there nothing."""
        weights = {"title": profile.title or 1.0, "body": 1.0, "number": 1.0}
        options = [
            self._boosted(self._phrase_or_character(f"{name}_pairs", phrase), weights[name])
            for phrase in clause.phrases
            for name in clause.fields
        ]
        found = self._best(options, profile.tie)
        return (_MUST_NOT, found) if clause.excluded else (_MUST, found)

    def _phrase_or_character(self, field: str, tokens: Sequence[str]) -> Any:
        if len(tokens) > 1 or not is_han(tokens[0]):
            return self._phrase(field, tokens)
        alone, inside = self._phrase(field, tokens), f"{tokens[0]}.|.{tokens[0]}"
        either = [(_SHOULD, alone), (_SHOULD, self.make.regex_query(self.schema, field, inside))]
        return self.make.boolean_query(either, 1)

    def _needed(self, variant: Variant, profile: Profile) -> Any:
        """What must be there of one wording: its share of tokens; its whole title in any order of characters will do, too.

        Where less than all tokens is enough, all words are as well: in `采砂许可` the pair `砂许` is no word of anybody's.
        """
        found = [self._share(variant, profile, profile.must_share)]
        if profile.must_share < 1.0 and variant.whole_words:
            field = f"{_where(profile)}_words"
            found.append(self._all([self._term(field, word) for word in variant.whole_words]))
        found.extend(self._constant(query, 0.0) for query, _ in self._whole_titles(variant, profile))
        return self._either(found)

    def _share(self, variant: Variant, profile: Profile, share: float) -> Any:
        """At least `share` of the tokens, in the field that holds all there is to find, so that each is looked up once.

        Less than all is counted over the most telling ones: tantivy reads every posting of every token for that.
        """
        if share < 1.0:
            variant = variant.most_telling
        field, alone = f"{_where(profile)}_pairs", all(map(is_han, variant.pairs))
        tokens = [self._found(field, token, alone) for token in variant.pairs]
        tokens.extend(self._sounds(variant, profile))
        return self._at_least(tokens, variant.at_least(share))

    def _found(self, field: str, token: str, anywhere: bool) -> Any:
        """One token in `field`. `anywhere`: a character alone is also looked for inside pairs."""
        found = self.make.term_query(self.schema, field, token, "position")
        if not anywhere:
            return found
        inside = self.make.regex_query(self.schema, field, f"{token}.|.{token}")
        return self.make.disjunction_max_query([found, inside], 0.0)

    def _variant(self, variant: Variant, profile: Profile, *, few: bool) -> Any:
        """One wording: what must be there, raised by the title, all tokens, most of them, the phrase, the whole title."""
        share = profile.pinyin_share if variant.is_pinyin else 1.0
        raised = self._in_title(variant, profile)
        raised.append(self._constant(self._share(variant, profile, 1.0), profile.all_bonus * share))
        if profile.must_share < 1.0:
            most = self._share(variant, profile, profile.most_share)
            raised.append(self._constant(most, profile.most_bonus * share))
        raised.extend(self._constant(*title) for title in self._whole_titles(variant, profile))
        if len(variant.sound_sequence) > 1:
            sounds = self._phrase("title_pinyin", variant.sound_sequence)
            raised.append(self._boosted(sounds, profile.sound_phrase))
        if len(variant.sequence) > 1:
            raised.extend(
                self._boosted(self._phrase(f"{name}_pairs", variant.sequence), profile.phrase)
                for name, _ in _fields(profile)
            )
        return self._raised(self._needed(variant, profile), raised, few=few)

    def _raised(self, needed: Any, raised: Sequence[Any], *, few: bool) -> Any:
        """`needed`, scored higher by each of `raised` that matches as well.

        Given alternatives, tantivy reads all of each, also where nothing that is needed is near. One beside the other, each
        is only looked up for what is needed: faster where that is `few` documents, slower where it is many.
        """
        if not few:
            return self.make.boolean_query([(_MUST, needed), *((_SHOULD, part) for part in raised)])
        for part in raised:
            needed = self.make.boolean_query([(_MUST, needed), (_SHOULD, part)])
        return needed

    def _whole_titles(self, variant: Variant, profile: Profile) -> list[tuple[Any, float]]:
        """The whole title, or its characters or sounds in another order, each with what it is worth."""
        titles = []
        if variant.exact:
            exact = self._any_of("exact_title", (variant.exact, *variant.titles))
            titles.append((exact, profile.exact_title))
        if variant.bags:
            titles.append((self._any_of("title_bag", variant.bags), profile.title_bag))
        return titles

    def _in_title(self, variant: Variant, profile: Profile) -> list[Any]:
        """How much of it is in the title: pairs and, unless all of them are there, words and characters."""
        if not profile.title:
            return []
        pairs = [self._term("title_pairs", token, "position") for token in variant.pairs]
        found = [self._boosted(part, profile.title) for part in pairs]
        words = [self._term("title_words", word) for word in variant.words]
        if profile.must_share < 1.0:
            found.extend(self._boosted(part, profile.title) for part in words)
            characters = [self._term("title_characters", char) for char in variant.characters]
            found.extend(self._boosted(part, profile.characters) for part in characters)
        if words:
            found.append(self._constant(self._all(words), profile.title_bonus))
        return found

    def _sounds(self, variant: Variant, profile: Profile) -> list[Any]:
        """Syllables and initials in the title's pinyin."""
        by_sound = (("title_pinyin", variant.sounds), ("title_initials", variant.initials))
        return [
            self._boosted(self._term(name, token), profile.sound)
            for name, found in by_sound
            for token in found
        ]

    def _term(self, field: str, token: str, option: str = "freq") -> Any:
        return self.make.term_query(self.schema, field, token, option)

    def _phrase(self, field: str, tokens: Sequence[str]) -> Any:
        if len(tokens) == 1:
            return self.make.term_query(self.schema, field, tokens[0], "position")
        return self.make.phrase_query(self.schema, field, list(tokens))

    def condition(self, condition: Condition) -> Any:
        if isinstance(condition, Among):
            return self._any_of(condition.field, condition.values)
        if isinstance(condition, Between):
            latest = ABSENT - 1 if condition.field in DECIDING else _MAX
            low, high = condition.low or 0, latest if condition.high is None else condition.high
            kind = tantivy.FieldType.Unsigned
            return self.make.range_query(self.schema, condition.field, kind, max(low, 0), max(high, 0))
        if isinstance(condition, Flag):
            return self.make.term_query(self.schema, condition.field, 1)
        return self._all_of(condition.parts if isinstance(condition, AllOf) else (condition,))

    def _all_of(self, parts: Sequence[Condition]) -> Any:
        """All of `parts`, looked at match by match.

        tantivy looks at every document for alternatives, but not for what is excluded; so one of them is as much as not
        none of them.
        """
        unwanted = [part.part for part in parts if isinstance(part, Not)]
        excluded = [one for part in unwanted for one in (part.parts if isinstance(part, AnyOf) else (part,))]
        excluded += [AllOf(tuple(map(Not, part.parts))) for part in parts if isinstance(part, AnyOf)]
        needed = [self.condition(part) for part in parts if not isinstance(part, Not | AnyOf)]
        return self.make.boolean_query(
            [
                *((_MUST, part) for part in needed or [self.make.all_query()]),
                *((_MUST_NOT, self.condition(part)) for part in excluded),
            ]
        )

    def _any_of(self, field: str, values: Sequence[str | int]) -> Any:
        return self.make.boolean_query(
            [(_SHOULD, self.make.term_query(self.schema, field, value)) for value in values], 1
        )

    def _all(self, parts: Sequence[Any]) -> Any:
        return self.make.boolean_query([(_MUST, part) for part in parts])

    def _at_least(self, parts: Sequence[Any], number: int) -> Any:
        return self.make.boolean_query([(_SHOULD, part) for part in parts], number)

    # tantivy copies a query into the one it becomes a part of, each time: one of a kind is not wrapped.

    def _boolean(self, parts: Sequence[tuple[Any, Any]]) -> Any:
        return parts[0][1] if len(parts) == 1 and parts[0][0] == _MUST else self.make.boolean_query(parts)

    def _either(self, options: Sequence[Any]) -> Any:
        return options[0] if len(options) == 1 else self._at_least(options, 1)

    def _best(self, options: Sequence[Any], tie: float) -> Any:
        return options[0] if len(options) == 1 else self.make.disjunction_max_query(options, tie)

    def _constant(self, query: Any, score: float) -> Any:
        return self.make.const_score_query(query, score)

    def _boosted(self, query: Any, weight: float) -> Any:
        return query if weight == 1.0 else self.make.boost_query(query, weight)


def _where(profile: Profile) -> str:
    """The field that holds everything there is to find: the text begins with the title."""
    return "body" if profile.body else "title"


def _fields(profile: Profile) -> list[tuple[str, float]]:
    weights = (("title", profile.title), ("body", profile.body))
    return [(name, weight) for name, weight in weights if weight]


def _escape(text: str) -> str:
    """Quote for tantivy's regular expressions, in which only these characters are special."""
    return "".join(f"\\{c}" if c in r"\.+*?()|[]{}^$#&-~" else c for c in text)
