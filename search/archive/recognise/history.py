"""What the history of a text (通过, 批准, 公布, 修正, 施行) says about its days."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping

from search.archive.recognise.dates import find_dates, parse_date

_ADOPTED = re.compile(r"通过|批准|修正|修订|修改")
_PUBLISHED = re.compile(r"公布|发布|颁布")
_AMENDED = re.compile(r"修正|修订|修改")
#: An event of which nothing but the beginning is told: 2014年6月1日 施行.
_BEGINS = re.compile(r"[\s\u3000]*起?(?:正式)?(?:施行|实施|生效)[\s\u3000。]*$")

Events = Iterable[Mapping[str, str]]


def _days(history: Events, pattern: re.Pattern[str] | None = None) -> list[dt.date]:
    found = []
    for event in history:
        words = event["event"]
        day = parse_date(words)
        if day and not _begins(words) and (pattern is None or pattern.search(words)):
            found.append(day)
    return found


def _begins(words: str) -> bool:
    dates = find_dates(words)
    return len(dates) == 1 and bool(_BEGINS.match(words, dates[0].end))


def adopted(history: Events) -> dt.date | None:
    """When this version was passed, approved or amended; a day on which it only took effect is not that."""
    return max(_days(history, _ADOPTED) or _days(history), default=None)


def published(history: Events, *, since: dt.date | None) -> dt.date | None:
    """When this version was made public; what was made public before it was passed was an earlier one."""
    day = max(_days(history, _PUBLISHED), default=None)
    return day if day and (since is None or day >= since) else None


def amended(history: Events) -> dt.date | None:
    """The last day on which the text was changed."""
    return max(_days(history, _AMENDED), default=None)


def effective(history: Events) -> dt.date | None:
    """The last day on which, as an event of its own tells, the text took effect."""
    return max(
        (day for e in history if _begins(e["event"]) and (day := parse_date(e["event"]))), default=None
    )
