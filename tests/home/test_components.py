"""Form components: label, help, errors and their connection for assistive technology."""

from __future__ import annotations

from django import forms
from django.contrib.messages import constants
from django.template.loader import render_to_string

from tests.home.markup import parse, problems


class SampleForm(forms.Form):
    text = forms.CharField(label="意见", help_text="请具体说明", widget=forms.Textarea)
    name = forms.CharField(label="姓名", required=False)
    kind = forms.ChoiceField(label="身份", choices=[("a", "个人"), ("b", "单位")], widget=forms.RadioSelect)
    agree = forms.BooleanField(label="同意")
    token = forms.CharField(widget=forms.HiddenInput)


def field(name: str, data: dict[str, str] | None = None) -> str:
    return render_to_string("components/field.html", {"field": SampleForm(data)[name]})


def test_a_field_has_label_and_help() -> None:
    tree = parse(field("text"))
    label = tree.css_first("label")
    area = tree.css_first("textarea")
    help_ = tree.css_first(".field__help")
    assert label is not None
    assert area is not None
    assert help_ is not None
    assert label.attributes["for"] == area.attributes["id"]
    assert area.attributes["aria-describedby"] == help_.attributes["id"]


def test_an_error_is_tied_to_its_field() -> None:
    tree = parse(field("text", {"text": ""}))
    area = tree.css_first("textarea")
    error = tree.css_first(".errorlist")
    assert area is not None
    assert error is not None
    assert area.attributes["aria-invalid"] == "true"
    assert error.attributes["id"] in (area.attributes["aria-describedby"] or "").split()
    assert tree.css_first(".field--error") is not None


def test_what_is_not_required_says_so() -> None:
    assert "选填" in field("name")
    assert "选填" not in field("text")


def test_radios_are_a_group_with_a_legend() -> None:
    tree = parse(field("kind"))
    legend = tree.css_first("fieldset > legend")
    assert legend is not None
    assert legend.text(strip=True) == "身份"
    assert len(tree.css("input[type=radio]")) == 2


def test_a_checkbox_is_inside_its_label() -> None:
    assert parse(field("agree")).css_first("label input[type=checkbox]") is not None


def test_a_hidden_field_is_only_itself() -> None:
    assert parse(field("token")).css_first("label") is None


def test_every_field_has_a_name_for_assistive_technology() -> None:
    html = "".join(field(name, {}) for name in SampleForm.base_fields)
    assert [problem for problem in problems(html) if "label" in problem] == []


def test_the_summary_links_to_each_faulty_field() -> None:
    form = SampleForm({"name": "某"})
    tree = parse(render_to_string("components/error_summary.html", {"form": form}))
    targets = [link.attributes["href"] for link in tree.css("a")]
    assert targets[0] == "#id_text"
    assert tree.css_first("[role=alert]") is not None
    assert len(targets) == len(form.errors)


def test_a_valid_form_has_no_summary() -> None:
    form = SampleForm({"text": "意见", "kind": "a", "agree": "on", "token": "t"})
    assert form.is_valid()
    assert render_to_string("components/error_summary.html", {"form": form}).strip() == ""


def test_a_metadata_row_without_value_is_left_out() -> None:
    assert render_to_string("components/meta_row.html", {"label": "文种", "value": ""}).strip() == ""
    assert "意见" in render_to_string("components/meta_row.html", {"label": "文种", "value": "意见"})


def test_every_message_level_has_its_alert_style(stylesheet: str) -> None:
    for tag in constants.DEFAULT_TAGS.values():
        assert tag in {"debug", "info"} or f".alert--{tag}" in stylesheet
