"""Compiles a `SearchPlan` into tantivy queries. Each function makes one part and says what it is for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import tantivy

from search.analysis import is_han
from search.conditions import AllOf, Among, AnyOf, Between, Condition, Flag, Not
from search.plan import Clause, Profile, SearchPlan, Variant

_MUST, _SHOULD, _MUST_NOT = tantivy.Occur.Must, tantivy.Occur.Should, tantivy.Occur.MustNot
_MAX = 2**63 - 1


class QueryCompiler:
    """Compiles for one schema. Stateless otherwise."""

    def __init__(self, schema: Any) -> None:
        self.schema = schema
        self.make = tantivy.Query

    def compile(self, plan: SearchPlan, *, leave_out: str = "", scored: bool = True) -> Any:
        """Return the whole query; `leave_out` names the filter a facet must not apply to itself.

        Not `scored`: the same matches without what only raises their scores, for counting and for sorting by date.
        """
        filters = [self.condition(condition) for name, condition in plan.filters if name != leave_out]
        if plan.impossible:
            return self.make.empty_query()
        parts = [(_MUST, self._wanted(plan, scored))]
        parts.extend(self._clause(clause, plan.profile) for clause in plan.clauses)
        parts.extend((_MUST, self.make.const_score_query(part, 0.0)) for part in filters)
        return self.make.boolean_query(parts)

    def _wanted(self, plan: SearchPlan, scored: bool) -> Any:
        if plan.matches_everything:
            return self.make.const_score_query(self.make.all_query(), 1.0)
        options = [*self._numbers(plan), *filter(None, [self._text(plan, scored)])]
        return self.make.boolean_query([(_SHOULD, option) for option in options], 1)

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

    def _text(self, plan: SearchPlan, scored: bool) -> Any:
        make = self._variant if scored else self._needed
        weights = (1.0, *[plan.profile.other_wording] * len(plan.variants))
        wordings = [
            self._boosted(make(variant, plan.profile), weight)
            for variant, weight in zip(plan.variants, weights, strict=False)
        ]
        parts = [(_MUST, self.make.disjunction_max_query(wordings, 0.0))] if wordings else []
        for phrase in plan.phrases:
            fields = [self._boosted(self._phrase(f"{n}_pairs", phrase), w) for n, w in _fields(plan.profile)]
            parts.append((_MUST, self.make.disjunction_max_query(fields, plan.profile.tie)))
        return self.make.boolean_query(parts) if parts else None

    def _clause(self, clause: Clause, profile: Profile) -> tuple[Any, Any]:
        """A condition of the query language: what is there counts like a quoted phrase, what may not be there nothing."""
        weights = {"title": profile.title or 1.0, "body": 1.0, "number": 1.0}
        options = [
            self._boosted(self._phrase_or_character(f"{name}_pairs", phrase), weights[name])
            for phrase in clause.phrases
            for name in clause.fields
        ]
        found = self.make.disjunction_max_query(options, profile.tie)
        return (_MUST_NOT, found) if clause.excluded else (_MUST, found)

    def _phrase_or_character(self, field: str, tokens: Sequence[str]) -> Any:
        if len(tokens) > 1 or not is_han(tokens[0]):
            return self._phrase(field, tokens)
        alone, inside = self._phrase(field, tokens), f"{tokens[0]}.|.{tokens[0]}"
        either = [(_SHOULD, alone), (_SHOULD, self.make.regex_query(self.schema, field, inside))]
        return self.make.boolean_query(either, 1)

    def _needed(self, variant: Variant, profile: Profile) -> Any:
        """What must be there of one wording."""
        tokens = [(_SHOULD, token) for token in self._tokens(variant, profile)]
        return self.make.boolean_query(tokens, variant.at_least(profile.must_share))

    def _variant(self, variant: Variant, profile: Profile) -> Any:
        """One wording: some of its tokens must be there; words, all tokens, the phrase and the whole title raise it."""
        tokens = [(_SHOULD, token) for token in self._tokens(variant, profile)]
        share = profile.pinyin_share if variant.is_pinyin else 1.0
        most, whole = variant.at_least(profile.most_share), variant.at_least(1.0)
        parts = [(_MUST, self.make.boolean_query(tokens, variant.at_least(profile.must_share)))]
        if variant.words:
            parts.extend(self._words(variant, profile))
        bonuses = [(whole, profile.all_bonus), (most, profile.most_bonus)]
        parts.extend(
            (_SHOULD, self._constant(self.make.boolean_query(tokens, least), bonus * share))
            for least, bonus in bonuses
        )
        if variant.exact:
            exact = self._any_of("exact_title", (variant.exact, *variant.titles))
            parts.append((_SHOULD, self._constant(exact, profile.exact_title)))
        if variant.bags:
            shaken = self._any_of("title_bag", variant.bags)
            parts.append((_SHOULD, self._constant(shaken, profile.title_bag)))
        if len(variant.sound_sequence) > 1:
            sounds = self._phrase("title_pinyin", variant.sound_sequence)
            parts.append((_SHOULD, self._boosted(sounds, profile.sound_phrase)))
        if len(variant.sequence) > 1:
            parts.extend(
                (_SHOULD, self._boosted(self._phrase(f"{name}_pairs", variant.sequence), profile.phrase))
                for name, _ in _fields(profile)
            )
        return self.make.boolean_query(parts)

    def _tokens(self, variant: Variant, profile: Profile) -> list[Any]:
        """What `needed` counts: pairs in title or body, syllables and initials in the title's pinyin."""
        only_characters = all(is_han(token) for token in variant.pairs)
        by_sound = (("title_pinyin", variant.sounds), ("title_initials", variant.initials))
        return [
            *(self._token(token, "pairs", profile, only_characters) for token in variant.pairs),
            *(
                self._boosted(self._term(name, token), profile.sound)
                for name, found in by_sound
                for token in found
            ),
        ]

    def _words(self, variant: Variant, profile: Profile) -> list[tuple[Any, Any]]:
        words = [(_SHOULD, self._token(token, "words", profile, False)) for token in variant.words]
        in_title = [(_SHOULD, self._term("title_words", word)) for word in variant.words]
        characters = [(_SHOULD, self._term("title_characters", char)) for char in variant.characters]
        return [
            (_SHOULD, self.make.boolean_query(words)),
            (_SHOULD, self._boosted(self.make.boolean_query(characters), profile.characters)),
            (_SHOULD, self._constant(self.make.boolean_query(in_title, len(in_title)), profile.title_bonus)),
        ]

    def _term(self, field: str, token: str) -> Any:
        return self.make.term_query(self.schema, field, token, "freq")

    def _token(self, token: str, kind: str, profile: Profile, anywhere: bool) -> Any:
        """One token in title or body. `anywhere`: a character alone is also looked for inside pairs."""
        fields = []
        for name, weight in _fields(profile):
            field = f"{name}_{kind}"
            option = "freq" if kind == "words" else "position"
            fields.append(self._boosted(self.make.term_query(self.schema, field, token, option), weight))
            if anywhere:
                inside = self.make.regex_query(self.schema, field, f"{token}.|.{token}")
                fields.append(self._boosted(inside, weight))
        return self.make.disjunction_max_query(fields, profile.tie)

    def _phrase(self, field: str, tokens: Sequence[str]) -> Any:
        if len(tokens) == 1:
            return self.make.term_query(self.schema, field, tokens[0], "position")
        return self.make.phrase_query(self.schema, field, list(tokens))

    def condition(self, condition: Condition) -> Any:
        if isinstance(condition, Among):
            return self._any_of(condition.field, condition.values)
        if isinstance(condition, Between):
            low, high = condition.low or 0, _MAX if condition.high is None else condition.high
            kind = tantivy.FieldType.Unsigned
            return self.make.range_query(self.schema, condition.field, kind, max(low, 0), max(high, 0))
        if isinstance(condition, Flag):
            return self.make.term_query(self.schema, condition.field, 1)
        if isinstance(condition, Not):
            parts = [(_MUST, self.make.all_query()), (_MUST_NOT, self.condition(condition.part))]
            return self.make.boolean_query(parts)
        if isinstance(condition, AnyOf):
            return self.make.boolean_query([(_SHOULD, self.condition(part)) for part in condition.parts], 1)
        assert isinstance(condition, AllOf)  # noqa: S101 - the union has no other member
        return self.make.boolean_query([(_MUST, self.condition(part)) for part in condition.parts])

    def _any_of(self, field: str, values: Sequence[str | int]) -> Any:
        return self.make.boolean_query(
            [(_SHOULD, self.make.term_query(self.schema, field, value)) for value in values], 1
        )

    def _constant(self, query: Any, score: float) -> Any:
        return self.make.const_score_query(query, score)

    def _boosted(self, query: Any, weight: float) -> Any:
        return query if weight == 1.0 else self.make.boost_query(query, weight)


def _fields(profile: Profile) -> list[tuple[str, float]]:
    weights = (("title", profile.title), ("body", profile.body))
    return [(name, weight) for name, weight in weights if weight]


def _escape(text: str) -> str:
    """Quote for tantivy's regular expressions, in which only these characters are special."""
    return "".join(f"\\{c}" if c in r"\.+*?()|[]{}^$#&-~" else c for c in text)
