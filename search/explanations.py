"""Why a document was found and why it stands where it stands, for staff: read from the plan and the stored text.

The same whichever engine answered, because it looks at what both were asked: it tells which conditions hold, not how
an engine weighs single tokens.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from search import analysis
from search.archive.models import NormativeDocument
from search.highlights import MAX_TEXT
from search.plan import SearchPlan, Variant
from search.rules import RULES
from search.selectors import SearchResults

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from portal.organisations.models import User


@dataclass(frozen=True)
class Reason:
    """One thing that holds: its name, what was seen, and the points it adds (none where the engine weighs tokens)."""

    name: str
    value: str = ""
    points: float | None = None


@dataclass(frozen=True)
class Explanation:
    """Reasons for one hit, and the score it got from the engine (none when sorted by date)."""

    score: float | None
    reasons: tuple[Reason, ...]


def explain(results: SearchResults, user: User | AnonymousUser | None) -> dict[int, Explanation]:
    """Return the explanation of every hit of the page by document id. Raises `PermissionDenied` unless for staff."""
    if not RULES["explain_results"](user):
        raise PermissionDenied
    plan = results.plan
    filters = tuple(name for name, _condition in plan.filters)
    return {
        hit.document.pk: Explanation(hit.score, tuple(_reasons(hit.document, plan, filters)))
        for hit in results.hits
    }


@dataclass(frozen=True)
class _Seen:
    """A document as the index sees it."""

    title: str
    body: str
    pairs: frozenset[str]
    title_pairs: frozenset[str]
    title_words: frozenset[str]
    exact: str


def _see(document: NormativeDocument) -> _Seen:
    title, body = analysis.normalise(document.title), analysis.normalise(document.text[:MAX_TEXT])
    title_pairs = frozenset(analysis.bigrams(title))
    return _Seen(
        title="".join(run for run, _ in analysis.runs(title)),
        body="".join(run for run, _ in analysis.runs(body)),
        pairs=title_pairs | frozenset(analysis.bigrams(body)),
        title_pairs=title_pairs,
        title_words=frozenset(analysis.words(title)),
        exact=analysis.exact_form(document.title),
    )


def _reasons(document: NormativeDocument, plan: SearchPlan, filters: Iterable[str]) -> Iterator[Reason]:
    seen, profile = _see(document), plan.profile
    if document.number_key and document.number_key in plan.number_keys:
        yield Reason(_("发文字号就是所查的文号，置顶"), document.document_number, profile.number)
    elif any(document.number_key.startswith(prefix) for prefix in plan.number_prefixes):
        yield Reason(_("发文字号以所查文字开头"), document.document_number, profile.number_prefix)
    if plan.variants:
        place, variant = max(enumerate(plan.variants), key=lambda pair: (_found(pair[1], seen), -pair[0]))
        yield from _wording(place, variant)
        yield from _shares(variant, plan, seen)
    for phrase in plan.phrases:
        yield Reason(_("引号内短语原样出现"), _where(_text_of(phrase), seen))
    for clause in plan.clauses:
        values = "、".join(_text_of(phrase) for phrase in clause.phrases)
        yield Reason(_("不含") if clause.excluded else _("满足必须条件"), values)
    if filters:
        yield Reason(_("符合筛选条件（不计分）"), "、".join(filters))


def _wording(place: int, variant: Variant) -> Iterator[Reason]:
    if variant.is_pinyin:
        yield Reason(_("按拼音理解"), " ".join((*variant.sounds, *variant.initials)[:12]))
    elif place:
        yield Reason(_("用同义说法检索"), variant.exact)


def _shares(variant: Variant, plan: SearchPlan, seen: _Seen) -> Iterator[Reason]:
    """The staged conditions of one wording (docs/search.md), with the points of those that are constants."""
    profile, found = plan.profile, _found(variant, seen)
    in_title = sum(pair in seen.title_pairs for pair in variant.pairs)
    if variant.pairs:
        counts = {"found": found, "all": len(variant.pairs), "title": in_title}
        yield Reason(_("命中的字对"), _("%(found)s / %(all)s，其中标题 %(title)s") % counts)
    if variant.pairs and found == len(variant.pairs):
        yield Reason(_("全部字对都在"), points=profile.all_bonus)
    # Where everything had to be there, most of it is worth nothing by itself: every hit has it.
    telling = variant.most_telling
    if (
        variant.pairs
        and profile.must_share < 1.0
        and _found(telling, seen) >= telling.at_least(profile.most_share)
    ):
        yield Reason(_("大部分字对都在"), points=profile.most_bonus)
    if variant.words and seen.title_words.issuperset(variant.words):
        yield Reason(_("全部词语都在标题里"), " ".join(variant.words), profile.title_bonus)
    if variant.exact and variant.exact == seen.exact:
        yield Reason(_("就是所查的标题"), points=profile.exact_title)
    elif len(variant.sequence) > 1 and (place := _where(_text_of(variant.sequence), seen)):
        yield Reason(_("整句原样出现"), place)


def _found(variant: Variant, seen: _Seen) -> int:
    return sum(pair in seen.pairs for pair in variant.pairs)


def _where(text: str, seen: _Seen) -> str:
    """Return where `text` stands unbroken: 标题, 正文 or both; empty for neither."""
    places = ((_("标题"), seen.title), (_("正文"), seen.body))
    return "、".join(name for name, content in places if text in content)


def _text_of(tokens: Iterable[str]) -> str:
    """Return the text a phrase was cut from, without signs."""
    return "".join(analysis.stretches(tokens))
