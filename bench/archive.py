"""An archive file as the query builders see it: documents, and what can be looked up in them literally."""

from __future__ import annotations

import gzip
import json
import random
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from pypinyin import Style, lazy_pinyin

_HAN = re.compile("[一-鿿]+")


@dataclass(frozen=True)
class Query:
    """One query of class `kind` and the positions (in the archive file) of the documents that are right answers."""

    kind: str
    text: str
    relevant: frozenset[int]


def read_archive(path: Path) -> list[dict[str, Any]]:
    """Return the documents of a jsonl or jsonl.gz archive file."""
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt", encoding="utf-8") as handle:
        return [json.loads(line) for line in handle if line.strip()]


def split_by_title(
    documents: list[dict[str, Any]], share: float, seed: int
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Return (a random `share`, the rest); documents of one title stay together, so neither part knows the other."""
    titles = sorted({document["title"] for document in documents})
    random.Random(seed).shuffle(titles)
    chosen = set(titles[: round(len(titles) * share)])
    parts: tuple[list[dict[str, Any]], list[dict[str, Any]]] = ([], [])
    for document in documents:
        parts[document["title"] not in chosen].append(document)
    return parts


def compact(text: str) -> str:
    """Return `text` for literal comparison: NFKC, lower case, without white space."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text).lower())


def syllables(text: str) -> list[str]:
    """Return the syllables of the Han characters of `text` as its phrases are read (pypinyin); the rest is left out."""
    found = lazy_pinyin("".join(_HAN.findall(text)), style=Style.NORMAL, v_to_u=False)
    return [syllable for syllable in found if syllable.isascii()]


class Archive:
    """The documents with their look-ups. Everything is computed from the file, nothing by a search."""

    def __init__(self, documents: list[dict[str, Any]]) -> None:
        self.documents = documents
        self.titles: list[str] = [document["title"] for document in documents]
        self.by_title: dict[str, set[int]] = defaultdict(set)
        self.by_number: dict[str, set[int]] = defaultdict(set)
        for position, document in enumerate(documents):
            self.by_title[document["title"]].add(position)
            if document.get("document_number"):
                self.by_number[document["document_number"]].add(position)

    def titles_with(self, *texts: str) -> set[int]:
        """Return the documents whose title contains each of `texts`."""
        return {i for i, title in enumerate(self.titles) if all(text in title for text in texts)}

    def titles_with_any(self, texts: Iterable[str]) -> set[int]:
        return {position for text in texts for position in self.titles_with(text)}

    def texts_with(self, piece: str) -> set[int]:
        """Return the documents whose text contains `piece`, white space, width and case aside."""
        wanted = compact(piece)
        return {position for position, text in enumerate(self.compact_texts) if wanted in text}

    def sounding(self, sounds: list[str]) -> set[int]:
        """Return the documents whose title has these letters, from the beginning of a syllable to the end of one."""
        letters = "".join(sounds)
        return {i for i, title in enumerate(self.title_syllables) if _sounds_in(title, letters)}

    def with_initials(self, letters: str) -> set[int]:
        """Return the documents in whose title neighbouring Han characters begin with these letters."""
        return {i for i, title in enumerate(self.title_syllables) if letters in "".join(s[0] for s in title)}

    def shuffled(self, rng: random.Random) -> Iterator[int]:
        positions = list(range(len(self.documents)))
        rng.shuffle(positions)
        yield from positions

    @cached_property
    def title_syllables(self) -> list[list[str]]:
        return [syllables(title) for title in self.titles]

    @cached_property
    def compact_texts(self) -> list[str]:
        return [compact(document["text"]) for document in self.documents]


def _sounds_in(title: list[str], letters: str) -> bool:
    for start in range(len(title)):
        joined = ""
        for syllable in title[start:]:
            joined += syllable
            if joined == letters:
                return True
            if not letters.startswith(joined):
                break
    return False
