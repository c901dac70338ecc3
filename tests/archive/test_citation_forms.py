"""Citations in every written form: made up from parts, read back, and resolved to the one document meant."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from search.archive.citations import find_citations
from search.archive.clause_references import read_references
from search.archive.clauses import parse_clauses
from search.archive.enums import RelationKind as K
from search.archive.numbers import find_numbers, parse_number
from search.archive.numerals import to_chinese
from search.archive.relations import resolve_relations
from search.archive.titles import clean, title_key
from tests.factories.archive import DocumentFactory, day

#: Brackets around the year, as they occur.
BRACKETS = ("〔〕", "[]", "［］", "()", "（）", "【】", "﹝﹞")
CODES = ("云政发", "云政办发", "云岭财综", "国办发")
SUBJECTS = ("渡口管理", "公共停车场", "老旧小区加装电梯", "机关档案")
ENDINGS = ("办法", "规定", "实施细则", "暂行办法", "若干措施")
_FULL = str.maketrans("0123456789", "０１２３４５６７８９")


@st.composite
def numbers(draw: st.DrawFn) -> tuple[str, str]:
    """A number in some spelling, and its key."""
    code, year, sequence = (
        draw(st.sampled_from(CODES)),
        draw(st.integers(1980, 2026)),
        draw(st.integers(1, 999)),
    )
    brackets = draw(st.sampled_from(BRACKETS))
    digits = f"{year}{brackets[1]}{draw(st.sampled_from(['', '第']))}{sequence}"
    if draw(st.booleans()):
        digits = digits.translate(_FULL)
    return f"{code}{brackets[0]}{digits}号", f"standard|{code}|{year}|{sequence}"


TITLES = st.builds(
    lambda place, subject, ending: f"{place}{subject}{ending}",
    st.sampled_from(["云岭省", "雾海市", ""]),
    st.sampled_from(SUBJECTS),
    st.sampled_from(ENDINGS),
)
#: What a sentence does with {x}, a mention in one of its forms.
SENTENCES = {
    K.BASIS: ("根据{x}，制定本办法。", "依据{x}和有关规定，结合本省实际，制定本细则。"),
    K.CITES: ("违反{x}的，依法处理。", "各市应当根据{x}制定实施方案。"),
    K.REPEALS: ("{x}同时废止。", "本办法自2024年1月1日起施行，{x}予以废止。"),
    K.AMENDS: ("现决定对{x}作如下修改：", "决定修改{x}。"),
    K.EXTENDS: ("将{x}的有效期延长至2027年12月31日。", "{x}继续有效。"),
    K.PRINTS: ("现将{x}印发给你们，请认真贯彻执行。",),
    K.FORWARDS: ("现将{x}转发给你们，请遵照执行。",),
}  # fmt: skip


@st.composite
def mentions(draw: st.DrawFn) -> tuple[str, str, str]:
    """A document named by title, or by title and number: (as written, title, key of the number)."""
    title = draw(TITLES)
    if not draw(st.booleans()):
        return f"《{title}》", title, ""
    number, key = draw(numbers())
    opening, closing = draw(st.sampled_from([("（", "）"), ("(", ")")]))
    tail = draw(st.sampled_from(["", "文件", "，以下简称《办法》"]))
    return f"《{title}》{opening}{number}{tail if tail != '文件' else ''}{closing}", title, key


@given(numbers())
def test_every_spelling_of_a_number_has_its_key(number: tuple[str, str]) -> None:
    written, key = number
    parsed = parse_number(written)
    assert parsed is not None and parsed.key == key
    assert [f.number.key for f in find_numbers(f"见{written}。")] == [key]
    assert parse_number(parsed.canonical) == parse_number(written) or parsed.canonical.startswith(
        key.split("|")[1]
    )


@settings(max_examples=250)
@given(
    mention=mentions(),
    choice=st.sampled_from([(k, s) for k, found in SENTENCES.items() for s in found]),
    lead=st.sampled_from(["", "第一条　", "一、", "其他事项已经办结。"]),
)
def test_a_mention_is_found_with_title_number_and_kind(
    mention: tuple[str, str, str], choice: tuple[K, str], lead: str
) -> None:
    written, title, key = mention
    kind, sentence = choice
    text = lead + sentence.format(x=written)
    found = [c for c in find_citations("云岭省人民政府关于有关事项的通知", text) if not c.in_title]
    assert [(c.title, c.number_key, c.kind) for c in found] == [(title, key, kind)]
    assert text[found[0].start : found[0].end] == f"《{title}》"


@given(title=TITLES, number=numbers(), sentence=st.sampled_from(SENTENCES[K.REPEALS]))
def test_a_number_alone_is_a_citation(title: str, number: tuple[str, str], sentence: str) -> None:
    written, key = number
    found = [c for c in find_citations(title, sentence.format(x=written)) if not c.in_title]
    assert [(c.title, c.number_key, c.kind) for c in found] == [("", key, K.REPEALS)]


@given(
    title=TITLES,
    space=st.sampled_from(["", " ", "　", "\n", "\u200b"]),
    version=st.sampled_from(["", "（试行）", "(2020年修订)", "（云政发〔2010〕8号）", "（2019年修正）"]),
    prefix=st.sampled_from(["", "中华人民共和国"]),
)
def test_all_ways_to_print_a_title_have_one_key(title: str, space: str, version: str, prefix: str) -> None:
    printed = prefix + space.join(title) + version
    assert title_key(printed) == title_key(title) == title_key(f"《{printed}》")
    assert clean(clean(printed)) == clean(printed)


@given(
    first=st.integers(1, 99), length=st.integers(1, 6), last=st.integers(1, 99),
    arabic=st.booleans(), brackets=st.booleans(),
)  # fmt: skip
def test_clauses_named_behind_a_title(
    first: int, length: int, last: int, arabic: bool, brackets: bool
) -> None:
    def han(n: int) -> str:
        return str(n) if arabic else to_chinese(n)

    item = f"（{to_chinese(3)}）" if brackets else to_chinese(3)
    named = f"第{han(first)}条至第{han(first + length)}条、第{han(last)}条第二款第{item}项"
    found = find_citations("某通知", f"依照《云岭省渡口管理办法》{named}办理。")[0]
    paths = [r.path for r in found.references]
    assert paths[: length + 1] == [f"a{n}" for n in range(first, first + length + 1)]
    assert paths[-1] == f"a{last}-p2-i3" and len(paths) == length + 2
    assert found.references[-1].label == f"第{to_chinese(last)}条第二款第三项"


@st.composite
def texts(draw: st.DrawFn) -> str:
    """A text of articles, some with paragraphs, some with items."""
    lines = []
    for n in range(1, draw(st.integers(1, 8)) + 1):
        lines.append(f"第{to_chinese(n)}条　第{to_chinese(n)}条的内容如下：")
        items = draw(st.integers(0, 4))
        lines += [f"（{to_chinese(i)}）事项{i}；" for i in range(1, items + 1)]
        if not items and draw(st.booleans()):
            lines.append("本条另有一款。")
    return "\n".join(lines)


@given(texts())
def test_the_label_of_any_article_or_item_leads_back_to_it(text: str) -> None:
    for clause in parse_clauses(text):
        article, _dash, rest = clause.id.partition("-")
        if clause.kind not in ("article", "item") or rest.startswith("p"):
            continue
        label = f"第{to_chinese(int(article[1:]))}条" + (
            f"第（{to_chinese(int(rest[1:]))}）项" if rest else ""
        )
        references, end = read_references(label, 0)
        assert [r.path for r in references] == [clause.id] and end == len(label)


def old(**kwargs: Any) -> Any:
    return DocumentFactory.create(
        **{"adopted_on": day("2015-01-01"), "published_on": day("2015-01-01"), "effective_on": day("2015-01-01"), **kwargs}
    )  # fmt: skip


def speaks(text: str, **kwargs: Any) -> Any:
    return DocumentFactory.create(
        **{"title": "云岭省人民政府关于有关事项的通知", "text": text, "adopted_on": day("2024-01-01"),
           "published_on": day("2024-01-01"), "effective_on": day("2024-01-01"), **kwargs}
    )  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize(
    "written",
    [
        "《云岭省渡口管理办法》", "《云岭省渡口管理办法》（云政发〔2015〕7号）", "《云岭省渡口管理办法》（云政发[2015]7号）",
        "《云岭省渡口管理办法》（云政发﹝2015﹞第7号）", "《云 岭 省 渡 口 管 理 办 法》", "《云岭省渡口管理办法（试行）》", "云政发〔2015〕7号",
        "《云岭省渡口管理办法》(云政发(2015)7号,以下简称《办法》)", "云政发〔2015〕7号文件",
    ],
)  # fmt: skip
def test_every_form_leads_to_the_one_document(written: str) -> None:
    target = old(
        title="云岭省渡口管理办法", title_key="云岭省渡口管理办法", document_number="云政发〔2015〕7号",
        number_key="standard|云政发|2015|7",
    )  # fmt: skip
    old(title="云岭省码头管理办法", title_key="云岭省码头管理办法", number_key="standard|云政发|2015|8")
    source = speaks(f"违反{written}的，依法处理。")
    resolve_relations(document_ids=[source.pk])
    assert list(source.relations_out.values_list("target_id", "kind")) == [(target.pk, "cites")]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("written", "clauses"),
    [
        ("第二条", {"a2"}), ("第二条第一项", {"a2-i1"}), ("第2条第（二）项", {"a2-i2"}), ("第一条至第三条", {"a1", "a2", "a3"}),
        ("第一条、第二条第一项和第二项", {"a1", "a2-i1", "a2-i2"}), ("第九条", {""}), ("第三条第二款", {"a3-p2"}),
    ],
)  # fmt: skip
def test_named_clauses_are_linked_where_the_text_has_them(written: str, clauses: set[str]) -> None:
    target = old(
        title="云岭省渡口管理办法",
        title_key="云岭省渡口管理办法",
        text="第一条 甲。\n第二条 分为：\n（一）乙；\n（二）丙。\n第三条 丁。\n另有一款。",
    )
    source = speaks(f"依照《云岭省渡口管理办法》{written}办理。")
    resolve_relations(document_ids=[source.pk])
    rows = source.relations_out.filter(target=target)
    assert set(rows.values_list("target_clause_id", flat=True)) == clauses
    assert all(rows.values_list("target_clause_text", flat=True))


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("cited_on", "expected"),
    [("2012-06-01", "2010"), ("2016-06-01", "2015"), ("2021-06-01", "2020"), ("2009-06-01", "2010")],
)
def test_of_several_versions_the_one_of_the_day_is_meant(cited_on: str, expected: str) -> None:
    for year in (2010, 2015, 2020):
        DocumentFactory.create(
            title=f"云岭省渡口条例（{year}年修订）", title_key="云岭省渡口条例", version_of="渡口条例",
            adopted_on=dt.date(year, 1, 1), published_on=dt.date(year, 1, 1), effective_on=dt.date(year, 1, 1),
        )  # fmt: skip
    source = speaks(
        "违反《云岭省渡口条例》的，依法处理。", adopted_on=day(cited_on), published_on=day(cited_on)
    )
    resolve_relations(document_ids=[source.pk])
    assert expected in source.relations_out.get().target.title


@pytest.mark.django_db
@pytest.mark.parametrize(
    "words",
    ["《云岭省渡口管理办法》（云政发〔2016〕7号）", "《云岭省渡口管理办法》（雾海政发〔2015〕7号）", "《雾海市渡口管理办法》", "《渡口》"],
)  # fmt: skip
def test_what_may_be_another_document_stays_text(words: str) -> None:
    old(title="云岭省渡口管理办法", title_key="云岭省渡口管理办法", document_number="云政发〔2015〕7号",
        number_key="standard|云政发|2015|7")  # fmt: skip
    source = speaks(f"违反{words}的，依法处理。")
    resolve_relations(document_ids=[source.pk])
    assert set(source.relations_out.values_list("target_id", flat=True)) == {None}
