"""Opinions put together from sentences written for one clause, so that many people say alike things in their own way.

A comment file holds personas (`人 …`), opinions (`== clause | theme | how many | voice`, then lines of 核 claim, 事
experience, 请 request, 改 wording) and whole comments (`全 clause | theme | who | text`). A letter after the kind is a
voice: sentences of different voices (a parent's, an operator's) never meet in one comment.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

CLAIM, EVENT, REQUEST, WORDING, PERSONA, WHOLE = "核", "事", "请", "改", "人", "全"
_LINE = re.compile(r"^([核事请改人])([a-z]?) (.+)$")
_SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎"
)
_GIVEN = (
    "建国", "秀兰", "志强", "晓梅", "雨桐", "浩然", "桂芳", "立新", "子涵", "春燕", "国栋", "静", "磊", "思远", "玉珍", "俊杰",
    "明霞", "海涛", "佳宁", "德福", "欣怡", "卫东", "丽华", "一鸣", "淑贞", "凯", "若溪", "长根", "文博", "红",
)  # fmt: skip


@dataclass(frozen=True)
class Sentence:
    voice: str
    text: str


@dataclass
class Opinion:
    """Sentences about one clause, and how many people say so."""

    clause: str
    theme: str
    number: int
    voice: str
    lines: dict[str, list[Sentence]] = field(default_factory=dict)

    def of(self, kind: str, voice: str) -> list[Sentence]:
        """Sentences of `kind` that may stand beside `voice`."""
        return [s for s in self.lines.get(kind, []) if not (s.voice and voice and s.voice != voice)]


@dataclass(frozen=True)
class Written:
    """One comment to submit. `theme` is the key of its theme, or empty; `clause` is empty for the whole draft."""

    clause: str
    theme: str
    text: str
    proposed: str = ""
    organisation: str = ""
    name: str = ""


def write_comments(body: str, rng: random.Random) -> list[Written]:
    """Every comment of a file in random order; the same for the same generator. No two are alike.

    Raises ValueError for a line of an unknown kind.
    """
    personas, opinions, whole = _parse(body)
    seen: set[str] = set()
    found = [comment for opinion in opinions for comment in _compose(opinion, personas, rng, seen)]
    found += [_named(comment, rng) for comment in whole]
    rng.shuffle(found)
    return found


def _parse(body: str) -> tuple[list[Sentence], list[Opinion], list[Written]]:
    personas: list[Sentence] = []
    opinions: list[Opinion] = []
    whole: list[Written] = []
    for line in filter(None, map(str.strip, body.splitlines())):
        if line.startswith("=="):
            opinions.append(_opinion(line))
        elif line.startswith(f"{WHOLE} "):
            whole.append(_whole(line))
        elif match := _LINE.match(line):
            kind, voice, text = match.groups()
            if kind == PERSONA:
                personas.append(Sentence(voice, text))
            else:
                current = opinions[-1]
                current.lines.setdefault(kind, []).append(Sentence(voice or current.voice, text))
        else:
            raise ValueError(f"not a line of a comment file: {line}")
    return personas, opinions, whole


def _opinion(line: str) -> Opinion:
    clause, theme, number, *voice = (part.strip() for part in line.removeprefix("==").split("|"))
    return Opinion(clause.strip("-"), theme.strip("-"), int(number), "".join(voice))


def _whole(line: str) -> Written:
    clause, theme, who, text = (part.strip() for part in line.removeprefix(WHOLE).split("|", 3))
    organisation = who.partition(":")[2]
    return Written(clause.strip("-"), theme.strip("-"), text, organisation=organisation)


def _compose(
    opinion: Opinion, personas: list[Sentence], rng: random.Random, seen: set[str]
) -> Iterator[Written]:
    claims = opinion.lines[CLAIM][:]
    rng.shuffle(claims)
    made = 0
    while made < opinion.number:
        written = _one(opinion, claims[made % len(claims)], personas, rng)
        if written.text not in seen:
            seen.add(written.text)
            made += 1
            yield _named(written, rng)


def _one(opinion: Opinion, claim: Sentence, personas: list[Sentence], rng: random.Random) -> Written:
    voice = claim.voice or opinion.voice
    parts = [claim.text]
    if rng.random() < 0.7 and (events := opinion.of(EVENT, voice)):
        event = rng.choice(events)
        voice = voice or event.voice
        parts.insert(rng.choice((0, 1)), event.text)
    if rng.random() < 0.55 and (requests := opinion.of(REQUEST, voice)):
        parts.append(rng.choice(requests).text)
    speakers = [p for p in personas if not p.voice or not voice or p.voice == voice]
    if speakers and rng.random() < 0.5:
        parts.insert(0, rng.choice(speakers).text)
    wordings = opinion.of(WORDING, voice)
    proposed = rng.choice(wordings).text if wordings and rng.random() < 0.3 else ""
    return Written(opinion.clause, opinion.theme, "".join(parts), proposed)


def _named(comment: Written, rng: random.Random) -> Written:
    """The same from somebody: an organisation by its name, most people with one, some without."""
    name = comment.organisation
    if not name and rng.random() < 0.8:
        name = rng.choice(_SURNAMES) + rng.choice(_GIVEN)
    return Written(comment.clause, comment.theme, comment.text, comment.proposed, comment.organisation, name)
