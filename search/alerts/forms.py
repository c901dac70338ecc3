"""Forms of subscribers and of staff. They check shapes; the services decide."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from search.alerts.enums import Frequency
from search.alerts.searches import query_from_address
from search.query import ParameterError, SearchQuery

MAX_ADDRESS = 4_000


class SubscribeForm(forms.Form):
    """Where and how often. The honeypot `website` is filled by robots only."""

    email = forms.EmailField(
        label=_("电子邮箱"),
        max_length=254,
        help_text=_("只用来发送这项订阅，不公开，不作他用；停止订阅后删除。"),
        error_messages={"required": _("请填写电子邮箱。"), "invalid": _("电子邮箱的格式不正确。")},
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    frequency = forms.ChoiceField(
        label=_("多久发送一次"),
        choices=Frequency.choices,
        initial=Frequency.DAILY,
        widget=forms.RadioSelect,
        help_text=_("没有新文件时不发邮件。"),
        error_messages={"required": _("请选择每天或每周。"), "invalid_choice": _("请选择每天或每周。")},
    )
    website = forms.CharField(label=_("请勿填写此项"), required=False)

    @property
    def is_trapped(self) -> bool:
        """True when a robot filled what people do not see."""
        return bool(self.data.get("website"))


class ChangeForm(forms.Form):
    """What an alert looks for, as an address or words, and how often."""

    address = forms.CharField(
        label=_("检索地址或检索词"),
        max_length=MAX_ADDRESS,
        help_text=_("在检索页设好条件后，把浏览器地址栏中的地址粘贴到这里。"),
        error_messages={"required": _("请填写检索地址或检索词。")},
    )
    frequency = forms.ChoiceField(label=_("多久发送一次"), choices=Frequency.choices)

    def clean_address(self) -> SearchQuery:
        """The search that is meant."""
        try:
            return query_from_address(self.cleaned_data["address"])
        except ParameterError as error:
            raise ValidationError(list(error.errors.values())) from error


class MissedFilterForm(forms.Form):
    """Which misses the office looks at."""

    PERIODS = [
        ("7", _("最近 7 天")),
        ("30", _("最近 30 天")),
        ("90", _("最近 90 天")),
        ("365", _("最近一年")),
    ]

    period = forms.ChoiceField(label=_("时段"), choices=PERIODS, required=False)
    q = forms.CharField(label=_("检索词包含"), required=False, max_length=100)
    resolved = forms.BooleanField(label=_("包括已处理的"), required=False)

    def days(self) -> int:
        """The number of days chosen; 30 if none or one that is not offered."""
        return int(self.cleaned_data.get("period") or 30)


class ResolveForm(forms.Form):
    note = forms.CharField(
        label=_("处理情况"),
        max_length=200,
        error_messages={"required": _("请写明怎样处理的，例如“已补录文件”“已加同义词”。")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["note"].widget.attrs["placeholder"] = _("例如：已补录文件、已加同义词")
