"""Archives of any size, resampled from a real one: the same paragraphs, titles and facts in new combinations.

Document `position` depends on the archive, the seed and `position` alone, so a larger archive continues a smaller one and
any document can be made again, in any process, without keeping it.

A body is runs of neighbouring paragraphs; body lengths are those of the real archive times `LENGTH_SHARE`. Words keep
their real frequencies and documents their real spread of lengths. What this does not keep: a document's paragraphs are
about different subjects, so two rare words meet in one document less often than they really do.
"""

from __future__ import annotations

import datetime
import math
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, NamedTuple

import rjieba

#: Length of a resampled body for one of the real archive.
LENGTH_SHARE = 1 / 8
#: Neighbouring paragraphs taken together, at most.
_RUN = 4
#: A paragraph longer than this is cut, so that one table pasted as a line does not decide a body's length.
_PARAGRAPH = 600
_FIRST_DAY, _DAYS = datetime.date(1990, 1, 1).toordinal(), 36 * 365
_FACTS = ("issuing_body", "level", "region", "doc_type", "genre")


class Facts(NamedTuple):
    """What is resampled together, because it belongs together: an issuer, its level and place, type and genre."""

    issuer: str
    level: str
    region: str
    doc_type: str
    genre: str


@dataclass(frozen=True)
class Source:
    """What resampling needs of a real archive."""

    paragraphs: Sequence[str]
    lengths: Sequence[int]
    heads: Sequence[str]
    tails: Sequence[str]
    codes: Sequence[str]
    facts: Sequence[Facts]


def read_source(documents: Sequence[dict[str, Any]]) -> Source:
    """Return the parts of `documents` (lines of an archive file) to resample. Raises ValueError when there is no text."""
    paragraphs = [
        line[:_PARAGRAPH] for document in documents for line in document["text"].splitlines() if line.strip()
    ]
    if not paragraphs:
        raise ValueError("the archive holds no text")
    halves = [half for document in documents if (half := _halves(document["title"]))]
    codes = {number.split("〔")[0] for d in documents if "〔" in (number := d.get("document_number") or "")}
    return Source(
        paragraphs=paragraphs,
        lengths=[len(document["text"]) for document in documents],
        heads=list(dict.fromkeys(head for head, _ in halves)),
        tails=list(dict.fromkeys(tail for _, tail in halves)),
        codes=sorted(codes) or ["云政发"],
        facts=[Facts(*(str(document.get(name) or "") for name in _FACTS)) for document in documents],
    )


def _halves(title: str) -> tuple[str, str] | None:
    """Return `title` cut in two between words, nearest to its middle; none for a title of one word."""
    ends = [0]
    for word in rjieba.cut(title):
        ends.append(ends[-1] + len(word))
    cuts = [end for end, _ in pairwise(ends) if end]
    if not cuts:
        return None
    middle = min(cuts, key=lambda end: abs(end - len(title) / 2))
    return title[:middle], title[middle:]


def make_document(source: Source, position: int, seed: int = 7) -> dict[str, Any]:
    """Return document `position` as columns of the archive. Titles of different positions differ."""
    rng = random.Random(f"{seed}:{position}")
    facts = rng.choice(source.facts)
    published = datetime.date.fromordinal(_FIRST_DAY + rng.randrange(_DAYS))
    number = (
        f"{rng.choice(source.codes)}〔{published.year}〕{rng.randint(1, 3_000)}号"
        if rng.random() < 0.6
        else ""
    )
    return {
        "title": _title(source, position, rng),
        "text": _body(source, rng),
        "document_number": number,
        "document_number_raw": number,
        "issuing_authority": facts.issuer,
        "level": facts.level,
        "region": facts.region,
        "doc_type": facts.doc_type,
        "genre": facts.genre,
        "published_on": published,
        "year": published.year,
        "validity_confirmed": rng.random() < 0.5,
        "lapsed": rng.random() < 0.02,
        **_days(published, rng),
    }


def _title(source: Source, position: int, rng: random.Random) -> str:
    """Every head meets every tail once before any pair comes again, then with a number; no list of titles is kept."""
    heads, tails = len(source.heads), len(source.tails)
    if not heads:
        return f"文件{position}"
    # A walk through all pairs with a stride without common divisor: distinct, yet neighbours have nothing in common.
    turn, place = divmod(position, heads * tails)
    place = place * _stride(heads * tails) % (heads * tails)
    title = source.heads[place // tails] + source.tails[place % tails]
    return f"{title}（{turn + 1}）" if turn else title


def _stride(size: int) -> int:
    stride = max(1, int(size * 0.6180339887))
    while math.gcd(stride, size) != 1:
        stride += 1
    return stride


def _body(source: Source, rng: random.Random) -> str:
    wanted = max(60, int(rng.choice(source.lengths) * LENGTH_SHARE))
    lines: list[str] = []
    length = 0
    while length < wanted:
        start = rng.randrange(len(source.paragraphs))
        for line in source.paragraphs[start : start + rng.randint(1, _RUN)]:
            lines.append(line)
            length += len(line)
    return "\n".join(lines)


def _days(published: datetime.date, rng: random.Random) -> dict[str, datetime.date]:
    """Return the days validity depends on; each is there as often as archives state it."""
    days = {}
    for name, share, earliest, latest in (
        ("effective_on", 0.6, 0, 120),
        ("valid_until", 0.15, 700, 3_650),
        ("amended_on", 0.1, 300, 6_000),
        ("repealed_on", 0.08, 300, 6_000),
    ):
        if rng.random() < share:
            days[name] = published + datetime.timedelta(days=rng.randint(earliest, latest))
    return days


def documents(source: Source, start: int, stop: int, seed: int = 7) -> Iterator[dict[str, Any]]:
    """Yield the documents from position `start` up to `stop`."""
    return (make_document(source, position, seed) for position in range(start, stop))
