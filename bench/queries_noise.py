"""Query classes as people really type and paste: two slips at once, parts of numbers, Latin among Chinese, broken lines.

Relevant is: for two slips, every document of the title; for parts of a number, every document whose number has all of
them; for Latin among Chinese and for pasted sentences, every document that contains the piece (in the title or the
text) when white space, width and case are left aside; for a title with its issuer, every document of both.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator

from bench.archive import Archive, Query, compact

_NUMBER = re.compile(r"^([一-鿿A-Za-z]+)〔(\d{4})〕(\d+)号$")
_FRAGMENTS = (
    "{code} {n}号 {year}", "{n}号 {code} {year}", "{year} {code} {n}号", "{code} {n}号", "{code}{n}号文",
    "{code} {year}年 第{n}号", "{year}年{code}{n}号",
)  # fmt: skip
_PARTS = (
    "{year}年{n}号",
    "{year}年第{n}号",
    "{year} {n}号",
    "{n}号 {year}年",
    "〔{year}〕{n}号",
    "第{n}号 {year}",
)
_SENTENCES = re.compile("[^。；\n]{30,90}[。；]")
_LATIN = re.compile("[A-Za-z][A-Za-z0-9./-]*|[0-9]+(?:[.][0-9]+)?")
_MIXED = re.compile("[一-鿿][^，。；：、\n]{5,24}")
#: Full width to half width, as an English keyboard or a PDF writes it.
_HALF = str.maketrans("，。；：（）！？", ",.;:()!?")

Change = Callable[[str, random.Random], str | None]


def two_slips(changes: list[Change]) -> Callable[[Archive, random.Random], Iterator[Query]]:
    """Return the class of titles with two of `changes` (a typo, a swap, a missing character) one after the other."""

    def make(archive: Archive, rng: random.Random) -> Iterator[Query]:
        for position in archive.shuffled(rng):
            title = archive.titles[position]
            first, second = rng.choice(changes), rng.choice(changes)
            once = first(title, rng) if 8 <= len(title) <= 60 else None
            twice = second(once, rng) if once else None
            if twice and twice != title:
                yield Query("two typos", twice, frozenset(archive.by_title[title]))

    return make


def number_fragments(archive: Archive, rng: random.Random) -> Iterator[Query]:
    """Code, year and sequence in any order, without brackets, the year sometimes left out."""
    numbers = {i: found.groups() for i, found in _numbers(archive)}
    for position in archive.shuffled(rng):
        if position not in numbers:
            continue
        code, year, n = numbers[position]
        form = rng.choice(_FRAGMENTS)
        with_year = "{year}" in form
        right = (
            i for i, (c, y, m) in numbers.items() if (c, m) == (code, n) and (not with_year or y == year)
        )
        yield Query("number fragments", form.format(code=code, year=year, n=n), frozenset(right))


def number_without_code(archive: Archive, rng: random.Random) -> Iterator[Query]:
    """Year and sequence alone. Every number of the archive that has both counts, orders and announcements too."""
    for position in archive.shuffled(rng):
        found = _NUMBER.match(archive.documents[position].get("document_number") or "")
        if not found:
            continue
        _code, year, n = found.groups()
        has_both = re.compile(rf"(?<!\d){year}(?!\d)\D{{0,4}}(?<!\d)0*{n}号")
        right = (
            i for number, holders in archive.by_number.items() if has_both.search(number) for i in holders
        )
        yield Query("number without code", rng.choice(_PARTS).format(year=year, n=n), frozenset(right))


def latin_among_chinese(archive: Archive, rng: random.Random) -> Iterator[Query]:
    """A piece of a title or text with Latin letters or a number in it, in other case, width or spacing."""
    for position in archive.shuffled(rng):
        document = archive.documents[position]
        source = document["title"] if rng.random() < 0.5 else document["text"]
        found = [piece.strip() for piece in _MIXED.findall(source)]
        lettered = [piece for piece in found if re.search("[A-Za-z]", piece)]
        pieces = lettered or [piece for piece in found if re.search(r"\d{3,}", piece)]
        if not pieces:
            continue
        piece = rng.choice(pieces)
        wanted = compact(piece)
        right = archive.texts_with(piece) | {
            i for i, title in enumerate(archive.titles) if wanted in compact(title)
        }
        if position in right:
            yield Query("Latin in Chinese", _respelt(piece, rng), frozenset(right))


def pasted_sentence(archive: Archive, rng: random.Random) -> Iterator[Query]:
    """A sentence as copied from a PDF or a mail: lines broken anywhere, half-width punctuation, sometimes soft hyphens."""
    for position in archive.shuffled(rng):
        sentences = _SENTENCES.findall(archive.documents[position]["text"])
        if not sentences:
            continue
        sentence = rng.choice(sentences).strip()
        text = sentence.translate(_HALF) if rng.random() < 0.8 else sentence
        width, ending = rng.randint(14, 32), rng.choice(("\n", "\r\n", "\n　　", " "))
        broken = ending.join(text[i : i + width] for i in range(0, len(text), width))
        if rng.random() < 0.2:
            middle = len(broken) // 2
            broken = f"{broken[:middle]}\u00ad{broken[middle:]}"
        yield Query("pasted sentence", broken, frozenset(archive.texts_with(sentence)))


def title_and_issuer(archive: Archive, rng: random.Random) -> Iterator[Query]:
    """The title and the (first) body that issued it, in either order; titles that name the body already are left out."""
    for position in archive.shuffled(rng):
        title, issuer = archive.titles[position], archive.documents[position].get("issuing_body") or ""
        first = issuer.split("、")[0]
        if not first or first in title or not 6 <= len(title) <= 60:
            continue
        right = (
            i for i in archive.by_title[title] if first in (archive.documents[i].get("issuing_body") or "")
        )
        pieces = [title, first]
        if rng.random() < 0.4:
            pieces.reverse()
        yield Query("title and issuer", " ".join(pieces), frozenset(right))


def _numbers(archive: Archive) -> Iterator[tuple[int, re.Match[str]]]:
    for position, document in enumerate(archive.documents):
        if found := _NUMBER.match(document.get("document_number") or ""):
            yield position, found


def _respelt(piece: str, rng: random.Random) -> str:
    """Return `piece` with its Latin in another case or width, or set apart by spaces."""
    change: Callable[[str], str] = rng.choice(
        [
            str.lower,
            str.upper,
            lambda latin: f" {latin} ",
            lambda latin: "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in latin),
        ]
    )
    return _LATIN.sub(lambda found: change(found.group()), piece).strip()
