"""Takes the place of Wagtail's command of the same name, which stops at the first page that cannot be published."""

from __future__ import annotations

from typing import Any

from wagtail.management.commands.publish_scheduled import Command as WagtailCommand

from interpretations.scheduling import run_schedule


class Command(WagtailCommand):
    help = "Publish what is due, page by page; what does not pass its gate is held back and reported."

    def handle(self, *args: Any, **options: Any) -> None:
        if options["dryrun"]:
            super().handle(*args, **options)
            return
        run = run_schedule()
        self.stdout.write(f"published: {len(run.published)}, expired: {len(run.expired)}")
        for page_id, reason in run.held_back.items():
            self.stderr.write(f"held back: page {page_id}: {reason}")
