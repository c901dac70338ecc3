"""Builds the query classes from any archive file: known-item search, with the rule of relevance of each class.

The sixteen here are those of the first measurements; those by sound, by other names and with more noise are in
`queries_sound`, `queries_names` and `queries_noise`, with their rules.

Deterministic for a seed. Knows nothing of the search under test: it has its own traditional characters (opencc s2t),
its own homophones and abbreviations, and compares texts literally.

Relevant is: for a number, every document of that number; for a title in any disguise, every document of that title
(several cities publish under one title); for a part of a title, every title that contains it; for a clause, every document that contains it; for two words, every document
whose title contains both; for an abbreviation, every document of the title it was taken from.
"""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import opencc
import rjieba

from bench import queries_names, queries_noise, queries_sound
from bench.archive import Archive, Query, read_archive

__all__ = ["Query", "build_queries", "read_archive"]

Maker = Callable[[Archive, random.Random], Iterator[Query]]

_BRACKETED = re.compile(r"^([一-鿿A-Za-z]+)〔(\d{4})〕(\d+)号$")
#: Characters that sound alike and are mistaken for one another when typing pinyin.
_HOMOPHONES = (
    "制治至致质", "理里礼力立利", "规归", "法发", "定订", "政证正", "公工功供", "办半", "事市试是式", "行形型",
    "关管官", "建件健", "通同统", "知之支", "意义议易", "见间监检", "实时施", "住主注", "房防", "保报宝", "险显",
    "经金今", "济记计技", "安按案", "全权", "生声升", "产场厂", "条调", "例历", "税水", "收手首", "征整", "用永",
    "地第低", "方访放", "环还", "境竞", "护户互", "人任认", "民名明", "教交", "育与于", "城成程", "乡相向", "标表",
    "准转", "费非", "业叶", "企期起气", "资自字", "源员园", "信新心", "息系细", "备被", "登等",
)  # fmt: skip
_ABBREVIATIONS = {
    "国务院办公厅": "国办", "发展和改革委员会": "发改委", "最高人民法院": "最高法", "最高人民检察院": "最高检",
    "人力资源和社会保障部": "人社部", "人力资源和社会保障局": "人社局", "住房和城乡建设部": "住建部",
    "住房和城乡建设局": "住建局", "工业和信息化部": "工信部", "中国人民银行": "人行", "住房公积金": "公积金",
    "最低生活保障": "低保", "公共租赁住房": "公租房", "环境影响评价": "环评", "经济适用住房": "经适房",
    "个体工商户": "个体户", "民事诉讼法": "民诉法", "刑事诉讼法": "刑诉法", "个人信息保护法": "个保法",
    "全国人民代表大会": "全国人大", "国有资产监督管理委员会": "国资委", "残疾人联合会": "残联", "医疗保险": "医保",
    "社会保险": "社保", "招标投标": "招投标", "网络预约出租汽车": "网约车", "长期护理保险": "长护险",
    "市场监督管理局": "市监局", "卫生健康委员会": "卫健委", "国家外汇管理局": "外汇局",
}  # fmt: skip


def build_queries(documents: list[dict[str, Any]], *, seed: int, per_class: int) -> list[Query]:
    """Return up to `per_class` queries of each class; a class this archive has no material for is absent."""
    makers: list[Maker] = [
        *(_number_maker(name, style) for name, style in _STYLES.items()),
        *(_title_maker(name, change) for name, change in _CHANGES.items()),
        _clause_maker("clause quoted", "“%s”"),
        _clause_maker("clause unquoted", "%s"),
        _two_words,
        _abbreviation,
        queries_noise.two_slips([_missing, _typo, _swapped]),
        queries_noise.number_fragments,
        queries_noise.number_without_code,
        queries_noise.latin_among_chinese,
        queries_noise.pasted_sentence,
        queries_noise.title_and_issuer,
        queries_sound.pinyin_title,
        queries_sound.pinyin_words,
        queries_sound.pinyin_initials,
        queries_sound.pinyin_beside_words,
        queries_names.colloquial_word,
        queries_names.colloquial_title,
        queries_names.renamed_body,
    ]
    archive = Archive(documents)
    queries: list[Query] = []
    for number, maker in enumerate(makers):
        found = maker(archive, random.Random(seed * 1_000 + number))
        queries.extend(query for query, _ in zip(found, range(per_class), strict=False))
    return queries


_STYLES = {
    "number 〔〕": "{code}〔{year}〕{n}号",
    "number []": "{code}[{year}]{n}号",
    "number （）": "{code}（{year}）{n}号",
    "number 【】": "{code}【{year}】{n}号",
    "number bare": "{code}{year} {n}",
}


def _number_maker(name: str, style: str) -> Callable[[Archive, random.Random], Iterator[Query]]:
    def make(archive: Archive, rng: random.Random) -> Iterator[Query]:
        for position in archive.shuffled(rng):
            number = archive.documents[position].get("document_number") or ""
            if match := _BRACKETED.match(number):
                code, year, n = match.groups()
                yield Query(
                    name, style.format(code=code, year=year, n=n), frozenset(archive.by_number[number])
                )

    return make


def _exact(title: str, rng: random.Random) -> str | None:
    return title


def _part(title: str, rng: random.Random) -> str | None:
    length = round(len(title) * 0.6)
    start = rng.randint(0, len(title) - length)
    return title[start : start + length]


def _shuffled(title: str, rng: random.Random) -> str | None:
    words = list(rjieba.cut(title))
    rng.shuffle(words)
    return " ".join(words) if len(words) > 2 else None


def _missing(title: str, rng: random.Random) -> str | None:
    at = rng.randrange(len(title))
    return title[:at] + title[at + 1 :]


def _typo(title: str, rng: random.Random) -> str | None:
    places = [(i, group) for i, c in enumerate(title) for group in _HOMOPHONES if c in group]
    if not places:
        return None
    at, group = rng.choice(places)
    return title[:at] + rng.choice([c for c in group if c != title[at]]) + title[at + 1 :]


def _swapped(title: str, rng: random.Random) -> str | None:
    places = [i for i in range(len(title) - 1) if title[i] != title[i + 1]]
    if not places:
        return None
    at = rng.choice(places)
    return title[:at] + title[at + 1] + title[at] + title[at + 2 :]


def _traditional(title: str, rng: random.Random) -> str | None:
    converted = str(opencc.OpenCC("s2t").convert(title))
    return converted if converted != title else None


_CHANGES: dict[str, Callable[[str, random.Random], str | None]] = {
    "title exact": _exact,
    "title 60%": _part,
    "title shuffled": _shuffled,
    "title missing": _missing,
    "title homophone": _typo,
    "title swapped": _swapped,
    "title traditional": _traditional,
}


def _title_maker(
    name: str, change: Callable[[str, random.Random], str | None]
) -> Callable[[Archive, random.Random], Iterator[Query]]:
    def make(archive: Archive, rng: random.Random) -> Iterator[Query]:
        for position in archive.shuffled(rng):
            title = archive.titles[position]
            text = change(title, rng) if 8 <= len(title) <= 60 else None
            if text:
                holders = archive.titles_with(text) if change is _part else archive.by_title[title]
                yield Query(name, text, frozenset(holders))

    return make


def _clause_maker(name: str, form: str) -> Callable[[Archive, random.Random], Iterator[Query]]:
    def make(archive: Archive, rng: random.Random) -> Iterator[Query]:
        for position in archive.shuffled(rng):
            sentences = re.findall(r"[一-鿿，、]{16,40}", archive.documents[position]["text"])
            if not sentences:
                continue
            sentence = rng.choice(sentences).strip("，、")
            holders = (i for i, document in enumerate(archive.documents) if sentence in document["text"])
            yield Query(name, form % sentence, frozenset(holders))

    return make


def _two_words(archive: Archive, rng: random.Random) -> Iterator[Query]:
    cut = [
        [w for w in dict.fromkeys(rjieba.cut(title)) if re.fullmatch(r"[一-鿿]{2,}", w)]
        for title in archive.titles
    ]
    frequency = Counter(word for words in cut for word in words)
    for position in archive.shuffled(rng):
        # Topic words: neither unique to one document nor on every second one.
        words = [w for w in cut[position] if 2 <= frequency[w] <= max(2, len(cut) // 20)]
        if len(words) < 2:
            continue
        first, second = rng.sample(words, 2)
        right = (i for i, title in enumerate(archive.titles) if first in title and second in title)
        yield Query("two topic words", f"{first} {second}", frozenset(right))


def _abbreviation(archive: Archive, rng: random.Random) -> Iterator[Query]:
    for position in archive.shuffled(rng):
        title = archive.titles[position]
        full = next((name for name in _ABBREVIATIONS if name in title), None)
        if full and len(title) <= 60:
            yield Query(
                "abbreviation", title.replace(full, _ABBREVIATIONS[full]), frozenset(archive.by_title[title])
            )
