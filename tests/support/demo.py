"""Running `load_demo` in a test, and reading what it must repeat."""

from __future__ import annotations

from io import StringIO

from django.core.management import call_command
from django.test import override_settings

from consultations.models import PublicComment


def run_demo(*options: str, debug: bool = True) -> str:
    """Run the command; returns what it printed."""
    out = StringIO()
    with override_settings(DEBUG=debug):
        call_command("load_demo", *options, stdout=out, stderr=out)
    return out.getvalue()


def comment_texts() -> list[tuple[object, ...]]:
    """What the public reads of the comments, without what is drawn at random for each installation."""
    fields = (
        "consultation__slug",
        "clause__clause_id",
        "comment",
        "proposed_text",
        "author_masked",
        "submit_date",
    )
    return list(PublicComment.objects.order_by("pk").values_list(*fields))
