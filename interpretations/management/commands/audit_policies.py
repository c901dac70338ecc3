"""Lists live policies the gate would refuse today: rows written past it, children changed or files replaced since."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from interpretations.selectors import live_with_obstacles


class Command(BaseCommand):
    help = "Check every live policy against the publication gate; fails when one would be refused."

    def handle(self, *args: Any, **options: Any) -> None:
        found = live_with_obstacles()
        for page, missing in found:
            self.stderr.write(f"{page.pk} {page.title}: {'; '.join(str(one.message) for one in missing)}")
        if found:
            raise CommandError(f"{len(found)} live policies do not pass the gate")
        self.stdout.write("every live policy passes the gate")
