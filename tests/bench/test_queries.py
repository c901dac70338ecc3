"""The query builders of the bench: every class has answers, the same seed gives the same, relevance is literal."""

from __future__ import annotations

import itertools
import re
from typing import Any

import pytest

from bench.archive import Archive, Query, compact, split_by_title, syllables
from bench.queries import build_queries
from bench.queries_names import COLLOQUIAL, RENAMED, SPOKEN

TOPICS = {
    "渔业": "捕捞许可", "林业": "种苗生产", "矿产": "勘查登记", "畜牧": "屠宰检疫", "旅游": "景区评定", "盐业": "专营许可",
}  # fmt: skip
FORMS = (
    "云岭省{topic}{part}住房公积金提取管理办法", "云岭省{topic}电动自行车APP备案规定", "云岭省市场监督管理局关于{topic}{part}的通知",
)  # fmt: skip
TEXT = (
    "第一条 为了规范{topic}{part}领域住房公积金的提取和使用，维护{topic}职工的合法权益，结合本省实际情况，制定本办法。\n"
    "第二条 申请人应当通过APP提交{topic}材料GB{year}号，由主管部门在十五个工作日内作出{part}的书面决定并且告知申请人。"
)


def make_archive() -> list[dict[str, Any]]:
    return [
        {
            "title": form.format(topic=topic, part=part),
            "document_number": f"云政发〔20{year}〕{year}号",
            "issuing_body": "云岭省人民政府",
            "text": TEXT.format(topic=topic, part=part, year=year),
        }
        for year, (form, (topic, part)) in enumerate(itertools.product(FORMS, TOPICS.items()), 10)
    ]


@pytest.fixture(scope="module")
def archive() -> Archive:
    return Archive(make_archive())


@pytest.fixture(scope="module")
def queries() -> list[Query]:
    return build_queries(make_archive(), seed=1, per_class=12)


def of(queries: list[Query], kind: str) -> list[Query]:
    found = [query for query in queries if query.kind == kind]
    assert found, kind
    return found


def test_every_class_has_queries_with_answers(queries: list[Query]) -> None:
    assert len({query.kind for query in queries}) == 29
    assert all(query.relevant and query.text.strip() for query in queries)


def test_the_same_seed_gives_the_same_queries(queries: list[Query]) -> None:
    assert build_queries(make_archive(), seed=1, per_class=12) == queries
    assert build_queries(make_archive(), seed=2, per_class=12) != queries


def test_no_more_than_asked_for(queries: list[Query]) -> None:
    assert max(len(of(queries, kind)) for kind in {query.kind for query in queries}) <= 12
    assert build_queries([], seed=1, per_class=12) == []


def test_parts_of_numbers_are_in_the_numbers_of_the_answers(queries: list[Query], archive: Archive) -> None:
    for query in (*of(queries, "number fragments"), *of(queries, "number without code")):
        digits = set(re.findall(r"\d+", query.text))
        for position in query.relevant:
            assert digits <= set(re.findall(r"\d+", archive.documents[position]["document_number"]))


def test_pinyin_is_that_of_the_titles(queries: list[Query], archive: Archive) -> None:
    for kind in ("pinyin title", "pinyin words"):
        for query in of(queries, kind):
            letters = query.text.replace(" ", "")
            assert all(letters in "".join(archive.title_syllables[i]) for i in query.relevant)
    for query in of(queries, "pinyin initials"):
        for position in query.relevant:
            assert query.text in "".join(s[0] for s in archive.title_syllables[position])


def test_pinyin_beside_words_has_both(queries: list[Query], archive: Archive) -> None:
    for query in of(queries, "pinyin beside words"):
        shown = next(piece for piece in query.text.split() if not piece.isascii())
        assert all(shown in archive.titles[position] for position in query.relevant)


def test_pasted_sentences_are_in_the_texts(queries: list[Query], archive: Archive) -> None:
    for query in of(queries, "pasted sentence"):
        wanted = compact(query.text.replace("\u00ad", "")).rstrip(".。;；")
        for position in query.relevant:
            assert wanted in compact(archive.documents[position]["text"]).replace("。", ".")


def test_latin_pieces_are_in_title_or_text(queries: list[Query], archive: Archive) -> None:
    for query in of(queries, "Latin in Chinese"):
        for position in query.relevant:
            document = archive.documents[position]
            assert compact(query.text) in compact(document["title"]) + "\n" + compact(document["text"])


def test_other_names_stand_for_what_the_titles_say(queries: list[Query], archive: Archive) -> None:
    for query in of(queries, "colloquial word"):
        wanted = (query.text, *COLLOQUIAL[query.text])
        assert query.relevant == archive.titles_with_any(wanted)
    for query in of(queries, "colloquial title"):
        assert all(query.text != archive.titles[position] for position in query.relevant)
    for query in of(queries, "renamed body"):
        assert any(old in query.text for old in RENAMED)


def test_two_typos_differ_from_the_title(queries: list[Query], archive: Archive) -> None:
    for query in of(queries, "two typos"):
        assert all(query.text != archive.titles[position] for position in query.relevant)


def test_titles_with_issuer_name_both(queries: list[Query], archive: Archive) -> None:
    for query in of(queries, "title and issuer"):
        assert "云岭省人民政府" in query.text
        assert all(archive.titles[position] in query.text for position in query.relevant)


def test_documents_of_one_title_are_all_right_answers() -> None:
    documents = make_archive()
    twice = [*documents, {**documents[0], "document_number": None}]
    exact = [q for q in build_queries(twice, seed=1, per_class=40) if q.kind == "title exact"]
    wanted = frozenset({0, len(documents)})
    assert {q.relevant for q in exact if q.text == documents[0]["title"]} == {wanted}


class TestArchive:
    def test_sounding_keeps_to_syllables(self) -> None:
        archive = Archive(
            [{"title": title, "text": ""} for title in ("方案", "反感", "饭干", "长方案", "干饭")]
        )
        assert archive.sounding(["fang", "an"]) == {0, 1, 2, 3}
        assert archive.sounding(["an"]) == {0, 3}
        assert archive.with_initials("cf") == {3}

    def test_white_space_width_and_case_are_left_aside(self) -> None:
        archive = Archive([{"title": "甲", "text": "通过 ＡＰＰ\n提交"}])
        assert archive.texts_with("通过app提交") == {0}
        assert archive.texts_with("通过pp提交") == set()

    def test_syllables_are_of_han_characters_only(self) -> None:
        assert syllables("云岭《2016年》APP") == ["yun", "ling", "nian"]

    def test_titles_stay_together_when_split(self) -> None:
        documents = [*make_archive(), *make_archive()]
        part, rest = split_by_title(documents, 0.3, 5)
        assert len(part) + len(rest) == len(documents)
        assert not {d["title"] for d in part} & {d["title"] for d in rest}
        assert split_by_title(documents, 0.3, 5)[0] == part
        assert split_by_title(documents, 0.3, 6)[0] != part


def test_the_lists_of_names_are_sound() -> None:
    assert all(names and word not in RENAMED.get(word, ()) for word, names in COLLOQUIAL.items())
    assert all(spoken != official for official, spoken in SPOKEN.items())
