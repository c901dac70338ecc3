"""What stands between a policy and its release."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


@dataclass(frozen=True)
class Obstacle:
    """One missing thing: a stable `code`, a `message` for people, and the editor's element id where it is put right."""

    code: str
    message: StrOrPromise
    anchor: str = ""
