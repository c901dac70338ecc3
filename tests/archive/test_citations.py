"""Citations: their spans, what a text does with the document named, short names, lists; and that no text breaks it."""

from __future__ import annotations

import time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.archive.citations import LIMIT, find_citations
from search.archive.clauses import parse_clauses
from search.archive.enums import RelationKind as K
from search.archive.law_names import short_names
from search.archive.mentions import bracketed

LAWS = short_names(
    {"中华人民共和国停车法", "中华人民共和国刑法", "中华人民共和国车辆停放仲裁法", "中华人民共和国公司法"}
)


def found(text: str, title: str = "某文件", **kwargs: object) -> list[tuple[str, K]]:
    return [
        (c.title or c.number_key, c.kind)
        for c in find_citations(title, text, laws=LAWS, **kwargs)  # type: ignore[arg-type]
        if not c.in_title
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("根据《停车法》，制定本办法。", [("停车法", K.BASIS)]),
        ("根据《停车法》《公路法》和云政发〔2020〕3号，结合本省实际，制定本办法。",
         [("停车法", K.BASIS), ("公路法", K.BASIS), ("standard|云政发|2020|3", K.BASIS)]),
        ("为了保障《停车法》的贯彻实施，制定本办法。", [("停车法", K.BASIS)]),
        ("当事人根据《停车法》第九条的规定申请复议。", [("停车法", K.CITES)]),
        ("各市应当根据《停车法》制定实施细则。", [("停车法", K.CITES)]),
        ("违反《停车法》的，依照《处罚法》处罚。", [("停车法", K.CITES), ("处罚法", K.CITES)]),
        ("本办法自公布之日起施行。《停车暂行办法》同时废止。", [("停车暂行办法", K.REPEALS)]),
        ("《停车暂行办法》（云政发〔2010〕8号）、《洗车办法》同时废止。", [("停车暂行办法", K.REPEALS), ("洗车办法", K.REPEALS)]),
        ("《停车办法》第三十七条同时废止。", [("停车办法", K.REPEALS)]),
        ("《停车办法》废止前已经受理的，继续办理。", [("停车办法", K.CITES)]),
        ("《停车办法》的规定与本通知不一致的，以本通知为准。", [("停车办法", K.CITES)]),
        ("根据《关于修改〈停车办法〉的决定》修正的《停车办法》同时废止。",
         [("关于修改〈停车办法〉的决定", K.CITES), ("停车办法", K.REPEALS)]),
        ("现决定对《停车办法》作如下修改：", [("停车办法", K.AMENDS)]),
        ("根据《停车法》，现对《停车办法》《洗车办法》作如下修改：",
         [("停车法", K.BASIS), ("停车办法", K.AMENDS), ("洗车办法", K.AMENDS)]),
        ("将《停车办法》（云政发〔2010〕8号）第十五条修改为“甲”。", [("停车办法", K.AMENDS)]),
        ("将第三条修改为：“依照《停车法》第九条处罚。”", [("停车法", K.CITES)]),
        ("根据新修订的《停车法》制定了《停车办法》。现印发给你们，请遵照执行。", [("停车法", K.BASIS), ("停车办法", K.PRINTS)]),
        ("现将《停车办法》印发给你们，请认真执行。", [("停车办法", K.PRINTS)]),
        ("现将《停车意见》转发给你们，请认真执行。", [("停车意见", K.FORWARDS)]),
        ("下列文件自即日起废止：\n1.《甲办法》（云政发〔2001〕1号）\n2.《乙办法》\n三、其他依照《丙办法》办理。",
         [("甲办法", K.REPEALS), ("乙办法", K.REPEALS), ("丙办法", K.REPEALS)]),
    ],
)  # fmt: skip
def test_what_a_text_does(text: str, expected: list[tuple[str, K]]) -> None:
    assert found(text) == expected


@pytest.mark.parametrize(
    ("title", "kind", "cited"),
    [
        ("关于印发《停车办法》的通知", K.PRINTS, "停车办法"),
        ("关于印发停车管理办法的通知", K.PRINTS, "停车管理办法"),
        ("关于转发《停车意见》的通知", K.FORWARDS, "停车意见"),
        ("关于修改《停车条例》的决定", K.AMENDS, "停车条例"),
        ("关于废止《停车条例》的决定", K.REPEALS, "停车条例"),
        ("云岭省实施《停车法》办法", K.BASIS, "停车法"),
        ("关于适用《停车法》若干问题的解释", K.INTERPRETS, "停车法"),
        ("《停车条例》解读", K.INTERPRETS, "停车条例"),
        ("关于《停车条例》的解读", K.INTERPRETS, "停车条例"),
        ("停车办法（征求意见稿）", K.DRAFT_OF, "停车办法"),
    ],
)
def test_what_a_title_does(title: str, kind: K, cited: str) -> None:
    citation = next(c for c in find_citations(title, "第一条 甲。") if c.in_title)
    assert (citation.kind, citation.title) == (kind, cited)
    assert title[citation.start : citation.end] == citation.text


@pytest.mark.parametrize(
    "text",
    [
        "申请人应当提交《停车许可证》。", "填写《停车登记表》。", "签订《停车合同》。", "刊登于《云岭日报》。", "《》", "《a》",
        "本公司法定代表人到场。", "研究刑法学的人。", "依照本法第三条处罚。", "按照该条例第五条办理。", "依照前款规定处罚。",
        "发文字号：云政发〔2021〕9号", "云政发〔2021〕9号",
    ],
)  # fmt: skip
def test_what_is_no_citation(text: str) -> None:
    assert found(text) == []


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("依照刑法第三百条追究。", ["刑法"]),
        ("适用停车法、公司法的有关规定。", ["停车法", "公司法"]),
        ("符合民事停放法第九条规定的，应当受理。", ["民事停放法"]),
        ("根据车辆停放仲裁法第二条，可以申请。", ["车辆停放仲裁法"]),
        ("当事人不服的，依照停车法和本办法处理。", ["停车法"]),
    ],
)
def test_laws_named_without_brackets(text: str, names: list[str]) -> None:
    assert [name for name, _kind in found(text)] == names


def test_a_law_named_bare_is_neither_repealed_nor_changed() -> None:
    assert found("同停车法相抵触的规定，同时废止。")[0][1] is K.CITES


def test_a_short_name_means_what_it_was_given_to() -> None:
    text = (
        "根据《云岭省停车收费管理办法》（云价〔2020〕5号，以下简称《办法》）和《公路法》，制定本细则。\n"
        "第二条 依照《办法》第三条收费。\n第三条 《公路法》另有规定的除外。"
    )
    citations = find_citations("停车细则", text)
    short = next(c for c in citations if c.text == "《办法》")
    assert short.title == "云岭省停车收费管理办法" and short.number_key == "standard|云价|2020|5"
    assert [r.path for r in short.references] == ["a3"] and short.clause_id == "a2"
    assert [c.text for c in citations].count("《办法》") == 1


def test_a_bare_kind_of_paper_means_the_one_document_named_so_before() -> None:
    one = "第一条 依照《停车管理条例》办理。\n第二条 《条例》没有规定的，从其规定。"
    assert [name for name, _ in found(one)] == ["停车管理条例", "停车管理条例"]
    two = "第一条 依照《停车条例》《洗车条例》办理。\n第二条 《条例》没有规定的，从其规定。"
    assert [name for name, _ in found(two)] == ["停车条例", "洗车条例"]


def test_a_short_name_defined_without_brackets_is_followed() -> None:
    text = "根据《中华人民共和国车辆停放征收管理法》（以下简称停车征管法），制定本细则。\n第二条 停车征管法第五条所称收入，是指停车费。"
    last = find_citations("细则", text)[-1]
    assert (last.text, last.title) == ("停车征管法", "中华人民共和国车辆停放征收管理法")


@pytest.mark.parametrize(
    "text",
    [
        "依照《云岭省停车\n管理条例》办理。", "依照《 云 岭 省 停 车 管 理 条 例 》办理。", "依照《云岭省停车管理条例》办理。",
        "依照《云岭省停车管理条例（2020年修订）》办理。",
    ],
)  # fmt: skip
def test_broken_and_spaced_titles_have_one_key(text: str) -> None:
    (citation,) = find_citations("某通知", text)
    assert citation.title_key == "云岭省停车管理条例"
    assert text[citation.start : citation.end] == citation.text


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("依照《停车办法》（云政发〔2010〕8号）办理。", "standard|云政发|2010|8"),
        ("依照《停车办法》（云政发〔2010〕8号文印发）办理。", "standard|云政发|2010|8"),
        ("依照云岭省人民政府令第71号公布的《停车办法》办理。", "order|云岭省人民政府令||71"),
        ("依照《停车办法》办理。另见云政发〔2010〕8号。", ""),
    ],
)
def test_the_number_that_belongs_to_a_title(text: str, key: str) -> None:
    assert find_citations("某通知", text)[0].number_key == key


def test_nested_titles_are_one_citation() -> None:
    text = "《关于印发〈停车办法〉的通知》和《关于修改《洗车办法》的决定》继续有效。"
    assert [name for name, _ in found(text)] == ["关于印发〈停车办法〉的通知", "关于修改《洗车办法》的决定"]


def test_the_document_itself_is_not_cited() -> None:
    text = "停车办法\n云政发〔2021〕9号\n第一条 《停车办法》是本办法。"
    assert found(text, title="停车办法", number_key="standard|云政发|2021|9") == []


def test_an_older_text_of_the_same_name_is_repealed() -> None:
    text = "第九条 2001年1月1日发布的《停车办法》同时废止。"
    (citation,) = find_citations("停车办法", text)
    assert citation.kind is K.REPEALS and citation.years == (2001,)


def test_each_citation_knows_its_clause() -> None:
    text = "第一条 根据《甲法》，制定本办法。\n第二条 分为：\n（一）《乙办法》所列；\n（二）其他。\n第三条 依照《丙办法》。"
    assert [c.clause_id for c in find_citations("某办法", text)] == ["a1", "a2-i1", "a3"]


_ALPHABET = (
    "《》〈〉（）()“”根据废止同时修改为，。；：、\n 第一条款项〔2016〕8号国发办法以下简称令公告刑停车法"
)


@given(st.text(alphabet=_ALPHABET, max_size=300), st.text(alphabet=_ALPHABET, max_size=60))
def test_spans_are_the_source_text(text: str, title: str) -> None:
    clauses = {c.id for c in parse_clauses(text)}
    last = -1
    for citation in find_citations(title, text, laws=LAWS):
        source = title if citation.in_title else text
        assert source[citation.start : citation.end] == citation.text != ""
        assert citation.in_title or citation.clause_id in clauses
        assert citation.title or citation.number_key
        if not citation.in_title:
            assert citation.start >= last
            last = citation.end


@given(st.text(max_size=300))
def test_no_text_whatever_breaks_it(text: str) -> None:
    assert len(find_citations(text[:80], text)) <= LIMIT


@given(st.text(alphabet="《》甲\n", max_size=200))
def test_brackets_never_overlap(text: str) -> None:
    spans = bracketed(text)
    assert all(text[a] == "《" and text[b - 1] == "》" for a, b in spans)
    assert all(a[1] <= b[0] for a, b in pairwise(spans))


@pytest.mark.parametrize(
    "text",
    [
        "《" * 100_000, "》" * 100_000, "《甲》" * 30_000, "《" * 50_000 + "》" * 50_000, "（" * 100_000, "根据" * 50_000,
        "云政发〔2010〕8号" * 8_000, "依照刑法第一条、" * 12_000, "第一条" * 30_000, "《甲办法》（以下简称" * 9_000, "甲" * 100_000,
    ],
)  # fmt: skip
def test_hostile_texts_take_bounded_time(text: str) -> None:
    started = time.perf_counter()
    assert len(find_citations("某办法", text, laws=LAWS)) <= LIMIT
    assert time.perf_counter() - started < 20


def test_a_list_of_thousands_is_cut_at_the_limit() -> None:
    text = "\n".join(f"{n}.《云岭省停车办法之{n}》" for n in range(LIMIT + 500))
    assert len(find_citations("某决定", text)) == LIMIT


def test_the_remark_behind_one_title_says_nothing_of_the_next() -> None:
    text = "按照《停车系统管理办法》（云停〔2017〕1号文印发）、《云岭省停车厅关于完善报送流程的通知》（云停办〔2017〕8号）等规定报送。"
    assert [kind for _title, kind in found(text)] == [K.CITES, K.CITES]
    assert found("现将《停车规程》（云停〔2017〕1号）印发给你们。")[0][1] is K.PRINTS
