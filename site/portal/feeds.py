"""What the feeds of all rooms are written with."""

from __future__ import annotations

import re
from typing import Any

from django.utils.feedgenerator import Atom1Feed

#: What XML 1.0 cannot hold (section 2.2); Django refuses to write a feed with some of it.
_NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class AtomFeed(Atom1Feed):
    """Atom without characters that XML cannot hold: one odd text from an old file must not cost readers the feed."""

    def write(self, outfile: Any, encoding: Any) -> None:
        self.feed = _readable(self.feed)
        self.items = [_readable(item) for item in self.items]
        super().write(outfile, encoding)


def _readable(value: Any) -> Any:
    if isinstance(value, str):
        return _NOT_IN_XML.sub("", value)
    if isinstance(value, dict):
        return {key: _readable(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [_readable(inner) for inner in value]
    return value
