"""The book of what the demo has made: every loader asks it first, so a second run writes nothing."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from django.utils import timezone

from portal.demo.models import DemoItem

ANCHOR = "anchor"


@dataclass
class Ledger:
    """What is there already (`known`: key -> primary key), the day everything is dated from, and the seed."""

    day: dt.date
    seed: int
    known: dict[str, int | None] = field(default_factory=dict)
    made: int = 0

    @classmethod
    def open(cls, *, seed: int) -> Ledger:
        """Read the book. The first run fixes day and seed; later runs go on with those."""
        items = {item.key: item for item in DemoItem.objects.all()}
        anchor = items.get(ANCHOR)
        if anchor is None:
            facts = {"day": timezone.localdate().isoformat(), "seed": seed}
            anchor = DemoItem.objects.create(key=ANCHOR, facts=facts)
        known = {key: item.object_id for key, item in items.items()}
        day = dt.date.fromisoformat(anchor.facts["day"])
        return cls(day=day, seed=int(anchor.facts["seed"]), known=known)

    def has(self, key: str) -> bool:
        return key in self.known

    def id_of(self, key: str) -> int:
        """Primary key of what `key` names. Raises KeyError when the demo has not made it."""
        found = self.known[key]
        if found is None:
            raise KeyError(key)
        return found

    def record(self, key: str, object_id: int | None = None, **facts: Any) -> None:
        """Note that `key` was made; call in the transaction that makes it."""
        DemoItem.objects.create(key=key, object_id=object_id, facts=facts)
        self.known[key] = object_id
        self.made += 1

    def date(self, offset: int) -> dt.date:
        """The day `offset` days after the demo's first day."""
        return self.day + dt.timedelta(days=offset)

    def moment(self, offset: int, hour: int = 9, minute: int = 30) -> dt.datetime:
        """A time of that day, Asia/Shanghai."""
        return timezone.make_aware(dt.datetime.combine(self.date(offset), dt.time(hour, minute)))
