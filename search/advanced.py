"""The advanced form: fields for what the query language and the filters can say, and back.

It is a way to write an ordinary search: submitting it leads to `/search/?…`, and opening it from a search shows what
that search asks.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.functional import lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.organisations.enums import Level
from portal.text import strip_invisible
from search.archive.enums import DocumentType, Validity
from search.language import MAX_CONDITIONS, Expression, compose_expression, parse_expression, plain_words
from search.query import MAX_QUERY_LENGTH, MAX_VALUE_LENGTH, MAX_VALUES, Match, Scope, SearchQuery, Sort

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

#: One value of a list: in quotation marks it may hold what separates the others, and such marks doubled.
_VALUE = re.compile(r'\s*"((?:[^"]|"")+)"\s*(?=[、，,；;\n]|$)|([^、，,；;\n]+)')
_QUOTED = re.compile(r'[、，,；;\n"]')
_SORTS = (
    (Sort.RELEVANCE.value, gettext_lazy("按相关度")),
    (Sort.NEWEST.value, gettext_lazy("从新到旧")),
    (Sort.OLDEST.value, gettext_lazy("从旧到新")),
)


def _list_of(values: Iterable[object]) -> str:
    return "、".join(_quoted(str(value)) if _QUOTED.search(str(value)) else str(value) for value in values)


def _quoted(value: str) -> str:
    return '"{}"'.format(value.replace('"', '""'))


def _day(name: StrOrPromise) -> forms.DateField:
    return forms.DateField(
        label=name,
        required=False,
        widget=forms.DateInput(attrs={"type": "date", "class": "input"}, format="%Y-%m-%d"),
        input_formats=["%Y-%m-%d"],
        error_messages={"invalid": gettext_lazy("日期格式应为 2024-01-31。")},
    )


def _line(name: StrOrPromise, help_text: StrOrPromise = "", **attributes: str) -> forms.CharField:
    widget = forms.TextInput(attrs={"class": "input", "autocomplete": "off", **attributes})
    return forms.CharField(
        label=name, help_text=help_text, required=False, max_length=MAX_QUERY_LENGTH, widget=widget
    )


def _boxes(name: StrOrPromise, choices: Any) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=name, choices=choices, required=False, widget=forms.CheckboxSelectMultiple
    )


class AdvancedForm(forms.Form):
    """Everything one can ask, in fields. `search_query` is what was asked."""

    text = _line(
        gettext_lazy("检索词或一句话"), gettext_lazy("全部出现的文件才列出；很少时放宽，所以允许个别错字。")
    )
    required = _line(gettext_lazy("包含以下全部词语"), gettext_lazy("用空格分隔；每个词都必须原样出现。"))
    phrase = _line(gettext_lazy("包含以下完整短语"), gettext_lazy("整句原样出现；几个短语用引号分开。"))
    choices = _line(gettext_lazy("包含以下任一词语"), gettext_lazy("用空格分隔，有一个即可。"))
    excluded = _line(gettext_lazy("不包含以下词语"), gettext_lazy("用空格分隔，出现任何一个的文件都不列出。"))
    titles = _line(gettext_lazy("标题中包含"), gettext_lazy("用空格分隔；每个词都必须出现在标题里。"))
    number = _line(
        gettext_lazy("发文字号"), gettext_lazy("例如：国办发〔2016〕80号；可以不写括号，也可以只写前一部分。")
    )
    scope = forms.ChoiceField(
        label=gettext_lazy("检索范围"),
        required=False,
        choices=[
            (Scope.ALL.value, gettext_lazy("标题与正文")),
            (Scope.TITLE.value, gettext_lazy("只查标题")),
        ],
        widget=forms.RadioSelect,
    )
    match = forms.ChoiceField(
        label=gettext_lazy("检索词怎样才算相符"),
        required=False,
        choices=[
            (Match.ALL.value, gettext_lazy("全部出现，很少时放宽")),
            (Match.ANY.value, gettext_lazy("含一部分即可")),
        ],
        widget=forms.RadioSelect,
    )
    issuer = _line(gettext_lazy("制发机关"), gettext_lazy("全称；几个机关用顿号分隔。"), list="issuers")
    region = _line(gettext_lazy("地区"), gettext_lazy("几个地区用顿号分隔。"), list="regions")
    genre = _line(gettext_lazy("文种"), gettext_lazy("例如：办法、通知；用顿号分隔。"), list="genres")
    year = _line(gettext_lazy("年份"), gettext_lazy("四位数字；几个年份用顿号分隔。"), inputmode="numeric")
    level = _boxes(gettext_lazy("层级"), lazy(lambda: Level.choices, list)())
    type = _boxes(gettext_lazy("类别"), lazy(lambda: DocumentType.choices, list)())
    validity = _boxes(gettext_lazy("效力状态"), lazy(lambda: Validity.choices, list)())
    date_from = _day(gettext_lazy("发布日期不早于"))
    date_to = _day(gettext_lazy("发布日期不晚于"))
    in_force_on = _day(gettext_lazy("在此日有效"))
    sort = forms.ChoiceField(label=gettext_lazy("排序"), required=False, choices=_SORTS)

    def _values(self, name: str) -> tuple[str, ...]:
        typed = _VALUE.findall(strip_invisible(self.cleaned_data[name]))
        values = (" ".join((quoted.replace('""', '"') or plain).split()) for quoted, plain in typed)
        found = tuple(dict.fromkeys(filter(None, values)))
        if len(found) > MAX_VALUES or any(len(value) > MAX_VALUE_LENGTH for value in found):
            raise forms.ValidationError(_("取值过多或过长。"))
        return found

    def clean_issuer(self) -> tuple[str, ...]:
        return self._values("issuer")

    def clean_region(self) -> tuple[str, ...]:
        return self._values("region")

    def clean_genre(self) -> tuple[str, ...]:
        return self._values("genre")

    def clean_year(self) -> tuple[int, ...]:
        years = self._values("year")
        if not all(re.fullmatch(r"[1-9][0-9]{3}", year) for year in years):
            raise forms.ValidationError(_("年份应为四位数字，例如 2024。"))
        return tuple(map(int, years))

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        begin, end = data.get("date_from"), data.get("date_to")
        if begin and end and begin > end:
            self.add_error("date_to", _("结束日期早于开始日期。"))
        expression = parse_expression(self.typed())
        if expression.dropped:
            limit = {"limit": MAX_CONDITIONS}
            self.add_error(None, _("检索式中的条件过多，最多 %(limit)s 个。") % limit)
        if len(self.typed()) > MAX_QUERY_LENGTH:
            self.add_error(None, _("检索词过长，最多 %(limit)s 个字符。") % {"limit": MAX_QUERY_LENGTH})
        return data

    def typed(self) -> str:
        """Return the same in the query language."""
        data = self.cleaned_data
        phrase = data.get("phrase", "")
        choices = plain_words(data.get("choices", ""))
        number = data.get("number", "").strip()
        return compose_expression(
            Expression(
                text=data.get("text", ""),
                # Without quotation marks the field is one phrase, whatever spaces it holds.
                phrases=parse_expression(phrase).phrases or tuple(filter(None, [phrase.strip()])),
                required=plain_words(data.get("required", "")) + (choices if len(choices) == 1 else ()),
                choices=(choices,) if len(choices) > 1 else (),
                excluded=plain_words(data.get("excluded", "")),
                titles=plain_words(data.get("titles", "")),
                numbers=(number,) if number else (),
            )
        )

    def search_query(self) -> SearchQuery:
        """Return the search this valid form asks for."""
        data = self.cleaned_data
        names = ("issuer", "region", "genre", "year", "date_from", "date_to", "in_force_on")
        filters: dict[str, Any] = {name: tuple(data[name]) for name in ("level", "type", "validity")}
        filters |= {name: data[name] for name in names}
        scope, sort = Scope(data["scope"] or Scope.ALL), Sort(data["sort"] or Sort.RELEVANCE)
        match = Match(data["match"] or Match.ALL)
        return SearchQuery(q=self.typed(), scope=scope, match=match, sort=sort, **filters)


def initial_values(query: SearchQuery) -> dict[str, Any]:
    """Return the fields of the form for `query`. What a form cannot show apart stays in its first field, as typed."""
    expression = parse_expression(query.q)
    # A second group of alternatives and a second number have no field of their own.
    rest = Expression(text=expression.text, choices=expression.choices[1:], numbers=expression.numbers[1:])
    by_number = query.scope is Scope.NUMBER and not expression.has_conditions
    return {
        "text": "" if by_number else compose_expression(rest),
        "required": _words(expression.required),
        "phrase": _phrases(expression.phrases),
        "choices": _words(expression.choices[0]) if expression.choices else "",
        "excluded": _words(expression.excluded),
        "titles": _words(expression.titles),
        "number": expression.text if by_number else next(iter(expression.numbers), ""),
        "scope": Scope.TITLE.value if query.scope is Scope.TITLE else Scope.ALL.value,
        "match": query.match.value,
        "issuer": _list_of(query.issuer),
        "region": _list_of(query.region),
        "genre": _list_of(query.genre),
        "year": _list_of(query.year),
        **{name: list(getattr(query, name)) for name in ("level", "type", "validity")},
        **{name: getattr(query, name) for name in ("date_from", "date_to", "in_force_on")},
        "sort": query.sort.value,
    }


def _words(values: Iterable[str]) -> str:
    return " ".join(value if plain_words(value) == (value,) else f'"{value}"' for value in values)


def _phrases(values: tuple[str, ...]) -> str:
    return values[0] if len(values) == 1 else " ".join(f'"{value}"' for value in values)


@dataclass(frozen=True)
class Suggestions:
    """Values of the open vocabularies for the lists behind their fields, the most frequent first."""

    issuers: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    genres: tuple[str, ...] = ()
