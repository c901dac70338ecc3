"""What a browser would send back from the editor's form."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from selectolax.lexbor import LexborHTMLParser

if TYPE_CHECKING:
    from django.test import Client


def rendered_data(client: Client, url: str) -> dict[str, Any]:
    """Every value of the editor's form as the browser would send it back."""
    form = LexborHTMLParser(client.get(url).content.decode()).css_first(
        "form#page-edit-form, form[data-edit-form]"
    )
    assert form is not None
    data: dict[str, Any] = {}
    for field in form.css("input, textarea, select"):
        name, kind = field.attributes.get("name"), field.attributes.get("type")
        if not name or "__prefix__" in name or kind in {"submit", "button", "file"}:
            continue
        if kind in {"checkbox", "radio"}:
            if "checked" in field.attributes:
                data[name] = field.attributes.get("value") or "on"
        elif field.tag == "select":
            chosen = field.css_first("option[selected]") or field.css_first("option")
            data[name] = (chosen.attributes.get("value") if chosen else "") or ""
        elif field.tag == "textarea":
            data[name] = field.text(strip=False).removeprefix("\n")
        else:
            data[name] = field.attributes.get("value") or ""
    return data
