"""Changes to the site's synonyms. Every one is checked, needs the right to make it, and is audited."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from search import synonym_table
from search.models import SynonymGroup
from search.query import SearchQuery
from search.rules import RULES
from search.synonym_checks import Known, conflicts, read_line
from search.synonym_table import Entry, entries, table_of
from search.synonyms import Rule, Table, expand, using

if TYPE_CHECKING:
    from portal.organisations.models import User

#: Lines of one imported text, and messages about it that are shown.
MAX_LINES, MAX_MESSAGES = 5_000, 20


@dataclass(frozen=True)
class Preview:
    """One query before and after a change: its wordings, and how many documents it finds (none: no index)."""

    query: str
    before: tuple[str, ...]
    after: tuple[str, ...]
    count_before: int | None
    count_after: int | None


@dataclass(frozen=True)
class Imported:
    """What an import did: rules added, shipped or own rules changed, rules that were there already."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0


def _require(user: User) -> None:
    if not RULES["edit_synonyms"](user):
        raise PermissionDenied(_("您没有维护同义词的权限。"))


def _checked(line: str, others: list[Entry]) -> Rule:
    """Return the rule of `line`. Raises ValidationError with everything that is wrong with it."""
    rule, problems = read_line(line)
    if rule and not problems:
        problems = tuple(dict.fromkeys(conflicts(rule, others)))
    if rule is None or problems:
        raise ValidationError(list(problems))
    return rule


@transaction.atomic
def save_rule(*, user: User, line: str, key: str = "", active: bool = True, note: str = "") -> SynonymGroup:
    """Add a rule, or put `line` in the place of the rule `key`; searches use it within seconds, in every process.

    Raises PermissionDenied; ValidationError when the line is no rule, or says what another rule in use says already.
    """
    _require(user)
    everything = entries()
    known = {entry.key: entry for entry in everything}
    if key and key not in known:
        raise ValidationError(_("这条规则已不存在，请刷新列表。"))
    # A rule that is switched off takes nothing from others, so it is only read, not compared.
    rule = _checked(line, [entry for entry in everything if entry.key != key] if active else [])
    if not key and rule.key in known:
        raise ValidationError(
            _("“%(term)s”已有一条同类规则“%(line)s”，请修改那一条。")
            % {"term": rule.terms[0], "line": known[rule.key].rule.line}
        )
    before = known[key].rule.line if key else ""
    row = _store(key or rule.key, rule, user, active=active, note=note)
    log(
        instance=row,
        action="yanlu.synonyms_saved",
        user=user,
        data={"before": before, "after": row.line, "active": active},
    )
    return row


@transaction.atomic
def switch_rule(*, user: User, key: str, active: bool) -> SynonymGroup:
    """Put a rule out of use or back into it. Raises PermissionDenied, ValidationError."""
    entry = _entry(user, key)
    note = entry.row.note if entry.row else ""
    return save_rule(user=user, key=key, line=entry.rule.line, active=active, note=note)


@transaction.atomic
def remove_change(*, user: User, key: str) -> None:
    """Forget what was changed here: an own rule is gone, a shipped one is again as it was shipped.

    Raises PermissionDenied; ValidationError when nothing was changed.
    """
    entry = _entry(user, key)
    if entry.row is None:
        raise ValidationError(_("这条规则没有改动过。"))
    data = {"before": entry.row.line, "after": entry.shipped.line if entry.shipped else ""}
    log(instance=entry.row, action="yanlu.synonyms_removed", user=user, data=data)
    entry.row.delete()
    transaction.on_commit(synonym_table.forget)


def _entry(user: User, key: str) -> Entry:
    _require(user)
    found = next((entry for entry in entries() if entry.key == key), None)
    if found is None:
        raise ValidationError(_("这条规则已不存在，请刷新列表。"))
    return found


def _store(key: str, rule: Rule, user: User, *, active: bool, note: str) -> SynonymGroup:
    values = {"line": rule.line, "active": active, "note": note.strip()[:200], "updated_by": user}
    row, _created = SynonymGroup.objects.update_or_create(key=key, defaults=values)
    transaction.on_commit(synonym_table.forget)
    return row


@transaction.atomic
def import_rules(*, user: User, text: str) -> Imported:
    """Take over every rule of `text`, one a line; all of it or, when a line is wrong, nothing.

    A rule whose first term and direction exist already takes that one's place. Raises PermissionDenied;
    ValidationError naming the lines.
    """
    _require(user)
    lines = text.splitlines()
    if len(lines) > MAX_LINES:
        raise ValidationError(_("一次最多导入 %(limit)s 行。") % {"limit": MAX_LINES})
    wanted = dict(_rules_of(lines))
    known = {entry.key: entry for entry in entries()}
    result = Imported()
    for key, rule in wanted.items():
        entry = known.get(key)
        if entry and entry.active and entry.rule.line == rule.line:
            result = replace(result, unchanged=result.unchanged + 1)
            continue
        _store(key, rule, user, active=True, note=entry.row.note if entry and entry.row else "")
        result = replace(result, changed=result.changed + bool(entry), added=result.added + (entry is None))
    _check_together(set(wanted))
    if result.added or result.changed:
        row = SynonymGroup.objects.order_by("-updated_at").first()
        data = {"added": result.added, "changed": result.changed}
        log(instance=row, action="yanlu.synonyms_imported", user=user, data=data)
    return result


def _rules_of(lines: list[str]) -> Iterator[tuple[str, Rule]]:
    messages: list[str] = []
    seen: dict[str, int] = {}
    for number, line in enumerate(lines, 1):
        if not line.split("#", 1)[0].strip():
            continue
        rule, problems = read_line(line)
        if rule and not problems and rule.key in seen:
            problems = (_("与第 %(first)s 行是同一个词的同类规则，请合并。") % {"first": seen[rule.key]},)
        messages += [_("第 %(number)s 行：%(problem)s") % {"number": number, "problem": p} for p in problems]
        if rule and not problems:
            seen[rule.key] = number
            yield rule.key, rule
    if messages:
        raise ValidationError(messages[:MAX_MESSAGES])


def _check_together(keys: set[str]) -> None:
    """Raise ValidationError when an imported rule says what another one says, or the reverse of it."""
    everything = entries()
    known = Known(everything)
    messages: list[str] = []
    for entry in everything:
        if entry.key in keys and len(messages) < MAX_MESSAGES:
            messages += known.conflicts(entry.rule, key=entry.key)
    if messages:
        raise ValidationError(list(dict.fromkeys(messages))[:MAX_MESSAGES])


def export_text() -> str:
    """Return every rule in use as text that `import_rules` takes back."""
    return "".join(f"{entry.rule.line}\n" for entry in entries() if entry.active)


def preview(*, user: User, line: str, query: str, key: str = "", active: bool = True) -> Preview:
    """Say what `query` becomes, and how many documents it finds, before and after `line` takes the place of `key`.

    Nothing is saved. Raises PermissionDenied; ValidationError when the line cannot be read as a rule.
    """
    _require(user)
    everything = entries()
    rule, problems = read_line(line)
    if rule is None or problems:
        raise ValidationError(list(problems))
    changed = [entry for entry in everything if entry.key != key]
    if active:
        changed.insert(0, Entry(key or rule.key, rule, None, None))
    before, after = table_of(everything), table_of(changed)
    return Preview(
        query=query,
        before=_wordings(query, before),
        after=_wordings(query, after),
        count_before=_count(query, before),
        count_after=_count(query, after),
    )


def _wordings(query: str, table: Table) -> tuple[str, ...]:
    with using(table):
        return expand(query)


def _count(query: str, table: Table) -> int | None:
    """Return how many documents `query` finds with `table`; none while there is no index."""
    from search.engines.base import EngineUnavailable
    from search.selectors import run_search

    with using(table):
        try:
            return run_search(SearchQuery(q=query), facets=False).total
        except EngineUnavailable:
            return None
