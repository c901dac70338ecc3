"""What is wrong with a rule of synonyms, in words for the person who wrote it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from django.utils.translation import gettext as _

from portal.text import strip_invisible
from search.analysis import normalise, runs
from search.synonym_table import Entry
from search.synonyms import Rule, parse_rule

#: Terms of one rule, and characters of one term.
MAX_TERMS, MAX_TERM = 12, 40


def read_line(line: str) -> tuple[Rule | None, tuple[str, ...]]:
    """Return the rule of `line` and what is wrong with the line by itself; no rule when it cannot be read as one."""
    body = " ".join(strip_invisible(line.split("#", 1)[0]).split())
    rule = parse_rule(body)
    if rule is None:
        return None, (_("规则要写成“甲 = 乙”（互为同义）或“甲 -> 乙”（检索甲时也检索乙）。"),)
    problems = tuple(_problems(body, rule))
    return rule, problems


def _problems(body: str, rule: Rule) -> Iterator[str]:
    if body.count("->") > 1 or ("->" in body and "=" in body.split("->", 1)[0]):
        yield _("一条规则只能有一个“->”，而且左边只能有一个词。")
    if len(rule.terms) < 2:
        yield _("至少要有两个词。")
    if len(rule.terms) > MAX_TERMS:
        yield _("一条规则最多 %(limit)s 个词，请分成几条。") % {"limit": MAX_TERMS}
    seen: set[str] = set()
    for term in rule.terms:
        form = _form(term)
        if len(form) < 2:
            yield _("“%(term)s”只有一个字或没有可检索的文字：太短的词会把无关的文件带进来。") % {"term": term}
        elif max(len(term), len(normalise(term))) > MAX_TERM:
            yield _("“%(term)s…”超过 %(limit)s 个字。") % {"term": term[:12], "limit": MAX_TERM}
        elif form in seen:
            yield _("“%(term)s”在这条规则里出现了两次（繁简、大小写、空格不同也算同一个词）。") % {
                "term": term
            }
        seen.add(form)


def _form(term: str) -> str:
    return "".join(run for run, _is_cjk in runs(normalise(term)))


class Known:
    """The rules in use by what they say, so that many rules can be compared with all of them at once."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        self._saying: dict[tuple[str, str], list[Entry]] = {}
        for entry in entries:
            for pair in set(entry.rule.pairs()) if entry.active else ():
                self._saying.setdefault(pair, []).append(entry)

    def conflicts(self, rule: Rule, *, key: str = "") -> Iterator[str]:
        """Yield what is wrong with `rule` beside the others (all but `key`): said already, or the other way round."""
        for term, other in sorted(set(rule.pairs())):
            for entry in self._others((term, other), key):
                yield _("“%(term)s”到“%(other)s”已在规则“%(line)s”中。") % {
                    "term": term, "other": other, "line": entry.rule.line,
                }  # fmt: skip
            reversed_ = self._others((other, term), key) if rule.one_way else ()
            for entry in reversed_:
                if entry.rule.one_way:
                    yield _("规则“%(line)s”已从“%(other)s”指向“%(term)s”，两条合起来成了循环：请合并成“%(term)s = %(other)s”。") % {
                        "line": entry.rule.line, "term": term, "other": other,
                    }  # fmt: skip

    def _others(self, pair: tuple[str, str], key: str) -> list[Entry]:
        return [entry for entry in self._saying.get(pair, ()) if not key or entry.key != key]


def conflicts(rule: Rule, others: Iterable[Entry]) -> Iterator[str]:
    """Yield what is wrong with one `rule` beside the rules in use."""
    return Known(others).conflicts(rule)
