"""The query language: what signs in the search box mean (docs/researchers.md). The same in the page, the API and the bench.

`"短语"` unbroken · `+词` must be there · `甲 OR 乙`, `甲|乙` one of them · `-词`, `NOT 词` must not be there ·
`标题:词` in the title · `文号:号` the document's own number. Everything else is text, searched by relevance. Nothing a
reader can type is an error: a sign without its word is text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from functools import lru_cache
from typing import Any

#: Conditions of one query; what is beyond is left out, and the reader is told.
MAX_CONDITIONS = 20
_MARKS = '"“”「」『』'
QUOTED = r'"[^"]+"|“[^”]+”|「[^」]+」|『[^』]+』'
_FIELDS = {"标题": "titles", "title": "titles", "文号": "numbers", "number": "numbers"}
_PREFIX = rf"(?P<sign>[-－+＋])?(?:(?P<field>{'|'.join(_FIELDS)})[:：])?"
_TOKEN = re.compile(
    rf"(?P<glued>(?<!\S){_PREFIX}(?P<quote>{QUOTED}))|(?P<inner>{QUOTED})|(?P<word>[^\s{_MARKS}]+)|(?P<mark>[{_MARKS}])",
    re.IGNORECASE,
)
_WORD = re.compile(rf"{_PREFIX}(?P<value>[^-－+＋].*)", re.IGNORECASE | re.DOTALL)
_AROUND_CHOICE = "()（） "


@dataclass(frozen=True)
class Expression:
    """One query taken apart. Every value is text as typed, without its signs; `dropped` conditions were one too many."""

    text: str = ""
    phrases: tuple[str, ...] = ()
    required: tuple[str, ...] = ()
    choices: tuple[tuple[str, ...], ...] = ()
    excluded: tuple[str, ...] = ()
    titles: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()
    dropped: int = 0

    @property
    def has_conditions(self) -> bool:
        """Return whether something other than text and quoted phrases was asked."""
        return any((self.required, self.choices, self.excluded, self.titles, self.numbers))

    def without(self, name: str, value: object) -> Expression:
        """Return this expression without `value` among its conditions `name`."""
        kept = tuple(v for v in getattr(self, name) if v != value)
        changes: dict[str, Any] = {name: kept}
        return replace(self, **changes)


@dataclass(frozen=True)
class _Item:
    """One condition: the field of `Expression` it belongs to ("text" for none) and its value."""

    name: str
    value: str


@lru_cache(maxsize=256)
def parse_expression(q: str) -> Expression:
    """Return the parts of `q`. Never raises; text keeps its order."""
    items = _joined_choices(_operators(_items(q)))
    groups: dict[str, dict[object, None]] = {field.name: {} for field in fields(Expression)}
    text: list[str] = []
    conditions = dropped = 0
    for name, value in items:
        if name == "text":
            text.append(str(value))
        elif conditions < MAX_CONDITIONS:
            conditions += value not in groups[name]
            groups[name][value] = None
        else:
            dropped += 1
    found = {name: tuple(values) for name, values in groups.items() if values}
    # Text beside a mark or a bracket may begin with a sign; it would be read as one when it is put together again.
    words = map(_as_text, " ".join(text).replace("|", " ").split())
    return Expression(text=" ".join(filter(None, words)), dropped=dropped, **found)  # type: ignore[arg-type]


def compose_expression(expression: Expression) -> str:
    """Return what to type for `expression`; parsing it gives the same parts."""
    parts = [
        expression.text,
        *(_quoted(value) for value in expression.phrases),
        *(f"+{_term(value)}" for value in expression.required),
        *(" OR ".join(map(_term, group)) for group in expression.choices),
        *(f"标题:{_term(value)}" for value in expression.titles),
        *(f"文号:{_term(value)}" for value in expression.numbers),
        *(f"-{_term(value)}" for value in expression.excluded),
    ]
    return " ".join(filter(None, parts))


def plain_words(text: str) -> tuple[str, ...]:
    """Return the words and quoted phrases in `text` without any sign: what a field of a form holds."""
    words = []
    for match in _TOKEN.finditer(text):
        value = match["quote"] or match["inner"]
        word = _unquoted(value) if value else (match["word"] or "").lstrip("-－+＋")
        if word and (value or word not in ("OR", "NOT", "|")):
            words.append(word)
    return tuple(dict.fromkeys(words))


def _items(q: str) -> Iterable[_Item]:
    for match in _TOKEN.finditer(q):
        if quote := match["quote"] or match["inner"]:
            kind = _kind(match, "phrases") if match["glued"] else "phrases"
            yield from [_Item(kind, value)] if (value := _unquoted(quote)) else []
        elif word := match["word"]:
            at_start = match.start() == 0 or q[match.start() - 1].isspace()
            signed = _WORD.fullmatch(word) if at_start else None
            kind = _kind(signed, "text") if signed else "text"
            yield from _alternatives(kind, signed["value"] if signed and kind != "text" else word)


def _alternatives(kind: str, value: str) -> Iterable[_Item]:
    """`-甲|乙` leaves out both, `+甲|乙` asks for one of them."""
    if kind == "excluded" and "|" in value:
        return [_Item(kind, part) for part in value.split("|") if part]
    return [_Item("text" if kind == "required" and "|" in value else kind, value)]


def _as_text(word: str) -> str:
    """Return `word` without what would be read as a sign or an operator; in small letters `OR` and `NOT` are words."""
    signed = _WORD.fullmatch(word)
    while signed and _kind(signed, "text") != "text":
        word = signed["value"]
        signed = _WORD.fullmatch(word)
    return word.lower() if word in ("OR", "NOT") else word


def _kind(match: re.Match[str], default: str) -> str:
    """Return which conditions a value with these signs belongs to. A sign wins over a field: no titles are excluded."""
    sign, name = match["sign"], match["field"]
    if sign in ("-", "－"):
        return "excluded"
    if name:
        return _FIELDS[name.lower()]
    return "required" if sign else default


def _operators(items: Iterable[_Item]) -> list[_Item | None]:
    """Apply `NOT` to what follows; a `None` stands where `OR` or `|` joins its neighbours."""
    out: list[_Item | None] = []
    negate = False
    for item in items:
        if item.name == "text" and item.value == "NOT" and not negate:
            negate = True
        elif negate:
            out.append(_Item("excluded", item.value))
            negate = False
        elif item.name == "text" and item.value in ("OR", "|"):
            out.append(None)
        elif item.name == "text" and "|" in item.value:
            for number, part in enumerate(filter(None, item.value.split("|"))):
                out.extend([None] if number else [])
                out.append(_Item("text", part))
        else:
            out.append(item)
    return out + ([_Item("text", "NOT")] if negate else [])


def _joined_choices(items: list[_Item | None]) -> list[tuple[str, str | tuple[str, ...]]]:
    """Return (field, value) pairs with neighbours joined by `OR` made into one tuple; a lone `OR` is left out."""
    items = _between_words(items)
    out: list[tuple[str, str | tuple[str, ...]]] = []
    group: list[str] = []
    for place, item in enumerate(items):
        before = items[place - 1] if place else item
        after = items[place + 1] if place + 1 < len(items) else item
        if item is None:
            continue
        joined = item.name in ("text", "phrases")
        if joined and before is None and group:
            group.append(item.value)
        elif joined and after is None and place + 2 < len(items):
            group = [item.value]
        else:
            out.append((item.name, item.value))
        if group and after is not None:
            out.append(_choice(group))
            group = []
    return out


def _between_words(items: list[_Item | None]) -> list[_Item | None]:
    """Return `items` with an `OR` only between two of them: `甲 OR OR` is 甲."""
    kept: list[_Item | None] = []
    for item in items:
        if item is not None or (kept and kept[-1] is not None):
            kept.append(item)
    return kept[:-1] if kept and kept[-1] is None else kept


def _choice(group: list[str]) -> tuple[str, str | tuple[str, ...]]:
    values = tuple(dict.fromkeys(filter(None, (value.strip(_AROUND_CHOICE) for value in group))))
    return ("choices", values) if len(values) > 1 else ("text", values[0] if values else "")


def _unquoted(value: str) -> str:
    """Return what stands between the outer marks; marks inside separate words, as they do where it is searched."""
    return " ".join(re.sub(f"[{_MARKS}]", " ", value[1:-1]).split())


def _quoted(value: str) -> str:
    return f'"{_unquoted(f" {value} ")}"'


def _term(value: str) -> str:
    """Return `value` as one term: quoted where it would otherwise fall apart or be read as a sign."""
    plain = re.fullmatch(rf"[^\s{_MARKS}|+＋－()（）:：-][^\s{_MARKS}|()（）:：]*", value)
    return value if plain and value not in ("OR", "NOT") else _quoted(value)
