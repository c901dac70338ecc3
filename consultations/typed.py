"""What a person typed into the comment form, checked and put into the form in which it is stored."""

from __future__ import annotations

from dataclasses import dataclass, fields

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from consultations.enums import AuthorKind
from consultations.plain import as_typed, is_blank

#: Characters (code points after NFC).
MAX_TEXT = 5000
MAX_NAME, MAX_PHONE, MAX_EMAIL = 100, 40, 254


@dataclass(frozen=True)
class TypedComment:
    """What a person typed. `name`, `email` and `phone` are optional."""

    text: str
    proposed_text: str = ""
    author_kind: str = AuthorKind.CITIZEN
    name: str = ""
    email: str = ""
    phone: str = ""

    def cleaned(self) -> TypedComment:
        """The same in the form that is stored. Raises ValidationError by field."""
        errors: dict[str, str] = {}
        values: dict[str, str] = {}
        for field in fields(self):
            try:
                values[field.name] = as_typed(getattr(self, field.name))
            except ValidationError as error:
                errors[field.name] = error.messages[0]
        if not errors:
            errors = _problems(values)
        if errors:
            raise ValidationError({name: [message] for name, message in errors.items()})
        return TypedComment(**values)


def _problems(values: dict[str, str]) -> dict[str, str]:
    """Messages by field for values already in NFC."""
    errors: dict[str, str] = {}
    if is_blank(values["text"]):
        errors["text"] = _("请写下您的意见。")
    for name, limit in (
        ("text", MAX_TEXT),
        ("proposed_text", MAX_TEXT),
        ("name", MAX_NAME),
        ("phone", MAX_PHONE),
        ("email", MAX_EMAIL),
    ):
        if len(values[name]) > limit:
            errors[name] = _("最多 %(limit)d 个字，现有 %(length)d 个字。") % {
                "limit": limit,
                "length": len(values[name]),
            }
    if values["author_kind"] not in AuthorKind.values:
        errors["author_kind"] = _("请选择个人或单位。")
    if values["email"] and "email" not in errors:
        try:
            validate_email(values["email"])
        except ValidationError:
            errors["email"] = _("电子邮箱的格式不正确。")
    return errors
