"""What readers see of relations: citations as links, lists, the picture, all of them page by page, versions compared."""

from __future__ import annotations

import re
import time
from xml.etree import ElementTree

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from search.archive.clauses import Clause
from search.archive.enums import RelationKind
from search.archive.linked_clauses import link_citations
from search.archive.models import NormativeDocument
from search.archive.neighbourhood import MOST, WIDTH, draw, shortened
from search.archive.relation_lists import PAGE_SIZE, SHOWN, Entry
from search.archive.relations import resolve_relations
from search.archive.versions import compare
from tests.factories.archive import DocumentFactory, RelationFactory, day

pytestmark = pytest.mark.django_db


def page_of(client: Client, document: NormativeDocument) -> str:
    return client.get(document.get_absolute_url()).content.decode()


@pytest.fixture
def pair() -> tuple[NormativeDocument, NormativeDocument]:
    target = DocumentFactory.create(
        title="云岭省停车条例",
        document_number="",
        published_on=day("2015-01-01"),
        text="第一条 甲。\n第二条 乙。",
    )
    text = "第一条 根据《云岭省停车条例》，制定本办法。\n第二条 依照《云岭省停车条例》第二条办理。\n第三条 《没有的条例》另行规定。"
    source = DocumentFactory.create(title="云岭省停车办法", text=text)
    resolve_relations()
    return source, target


def test_citations_are_links_to_document_and_clause(
    client: Client, pair: tuple[NormativeDocument, ...]
) -> None:
    source, target = pair
    page = page_of(client, source)
    url = target.get_absolute_url()
    assert f'<a class="citation" href="{url}" title="云岭省停车条例">《云岭省停车条例》</a>，制定' in page
    assert f'<a class="citation" href="{url}#a2" title="云岭省停车条例">《云岭省停车条例》</a>第二条' in page
    assert "《没有的条例》另行规定" in page


def test_both_ends_name_their_clauses(client: Client, pair: tuple[NormativeDocument, ...]) -> None:
    source, target = pair
    page = page_of(client, source)
    assert (
        f'href="{target.get_absolute_url()}#a2" lang="zh-Hans">第二条</a>' in page
        and 'href="#a1">本文件第一条</a>' in page
    )
    page = page_of(client, target)
    assert "以本文件为依据的文件" in page and "引用本文件的文件" in page
    assert (
        f'href="{source.get_absolute_url()}#a2">该文件第二条</a>' in page
        and 'href="#a2" lang="zh-Hans">第二条</a>' in page
    )


def test_rejected_relations_are_nowhere(client: Client, pair: tuple[NormativeDocument, ...]) -> None:
    source, target = pair
    source.relations_out.update(rejected=True)
    for document in pair:
        page = page_of(client, document)
        assert 'class="citation"' not in page and '<svg class="picture' not in page
    assert (
        client.get(f"{target.get_absolute_url()}relations/?direction=in")
        .content.decode()
        .count("item__title")
        == 0
    )


def test_a_withdrawn_target_is_no_link(client: Client, pair: tuple[NormativeDocument, ...]) -> None:
    source, target = pair
    NormativeDocument.objects.filter(pk=target.pk).update(withdrawn=True)
    page = page_of(client, source)
    assert target.get_absolute_url() not in page and "本库未收录" in page


def test_a_much_cited_document_shows_the_first_and_the_number(
    client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    document = DocumentFactory.create()
    for _ in range(SHOWN + 7):
        RelationFactory.create(target=document, kind=RelationKind.CITES)
    with django_assert_max_num_queries(9):
        page = page_of(client, document)
    assert f"全部 {SHOWN + 7} 件" in page and "?kind=cites&amp;direction=in" in page
    assert page.count("</li>") < 200


def test_all_relations_page_by_page(
    client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    document = DocumentFactory.create()
    target = DocumentFactory.create()
    for n in range(PAGE_SIZE + 5):
        RelationFactory.create(source=document, target=target, target_text=f"《甲{n}》", clause_id=f"a{n}")
    RelationFactory.create(
        source=document, target=None, kind=RelationKind.REPEALS, target_text="《乙》", title_key="乙"
    )
    address = f"{document.get_absolute_url()}relations/"
    with django_assert_max_num_queries(9):
        first = client.get(address).content.decode()
    assert first.count('class="item"') == PAGE_SIZE and 'rel="next"' in first
    second = client.get(address, {"page": 2}).content.decode()
    assert second.count('class="item"') == 6 and "《乙》" in second and "本库未收录" in second
    only = client.get(address, {"kind": "repeals"}).content.decode()
    assert only.count('class="item"') == 1 and 'aria-current="page"' in only


def test_all_relations_begin_with_what_there_is(client: Client) -> None:
    source, target, alone = DocumentFactory.create_batch(3)
    RelationFactory.create(source=source, target=target)
    page = client.get(f"{target.get_absolute_url()}relations/").content.decode()
    assert source.get_absolute_url() in page and "没有关系" not in page
    page = client.get(f"{target.get_absolute_url()}relations/", {"direction": "out"}).content.decode()
    assert source.get_absolute_url() not in page and "没有关系" in page
    page = client.get(f"{alone.get_absolute_url()}relations/").content.decode()
    assert "没有关系" in page and '<ol class="items">' not in page


def test_the_history_writes_days_in_the_language_of_the_reader(client: Client) -> None:
    document = DocumentFactory.create(
        history=[{"date": "2019-03-05", "event": "修订"}, {"date": "二〇一九年春", "event": "起草"}]
    )
    page = page_of(client, document)
    assert '<time class="timeline__date" datetime="2019-03-05">2019年3月5日</time>' in page
    assert '<span class="timeline__date">二〇一九年春</span>' in page


def test_what_cannot_be_decided_shows_its_candidates(client: Client) -> None:
    for place in ("甲省", "乙省"):
        DocumentFactory.create(
            title="停车场管理办法", region=place, issuing_authority=f"{place}公安厅", document_number=""
        )
    source = DocumentFactory.create(
        title="通知", text="依照《停车场管理办法》办理。", region="丙省", issuing_authority="丙省公安厅"
    )
    resolve_relations()
    page = client.get(f"{source.get_absolute_url()}relations/").content.decode()
    assert "不能确定所指" in page and "甲省公安厅" in page and "乙省公安厅" in page


@pytest.mark.parametrize(
    "query",
    [
        {"page": "x"},
        {"page": "99999"},
        {"kind": "<b>"},
        {"direction": "\x00"},
        {"kind": "9" * 5000},
        {"page": "-1"},
    ],
)
def test_odd_addresses_do_no_harm(client: Client, query: dict[str, str]) -> None:
    relation = RelationFactory.create()
    response = client.get(f"{relation.source.get_absolute_url()}relations/", query)
    assert response.status_code == 200 and b"<b>" not in response.content


@pytest.mark.parametrize(
    "path", ["relations/", "compare/1/", "compare/999999/", "compare/99999999999999999999/"]
)
def test_unknown_and_withdrawn_documents(client: Client, path: str) -> None:
    assert client.get(f"/archive/888888/{path}").status_code == 404
    withdrawn = DocumentFactory.create(withdrawn=True)
    assert client.get(f"{withdrawn.get_absolute_url()}{path}").status_code == 404


def versions() -> tuple[NormativeDocument, NormativeDocument]:
    common = {"title": "云岭省停车条例", "document_number": ""}
    old = DocumentFactory.create(
        **common,
        published_on=day("2015-01-01"),
        text="第一章 总 则\n第一条 停车免费。\n第二条 甲。\n第三条 <b>旧</b>的规定在这里。",
    )
    new = DocumentFactory.create(
        **common,
        published_on=day("2020-01-01"),
        text="第一章 总则\n第一条 停车收费。\n第二条 甲。\n第四条 全新的内容写在此处。",
    )
    return old, new


def test_versions_are_compared_older_first_from_either_side(client: Client) -> None:
    old, new = versions()
    for one, other in ((old, new), (new, old)):
        page = client.get(f"{one.get_absolute_url()}compare/{other.pk}/").content.decode()
        assert "停车<del>免费</del>" in page and "停车<ins>收费</ins>" in page
        assert "<ins>全新的内容写在此处。</ins>" in page and "&lt;b&gt;旧&lt;/b&gt;" in page
        assert page.index("旧文本") < page.index("新文本") and page.index(f'href="/archive/{old.pk}/"') > 0
        assert ">第二条</span>" not in page
    everything = client.get(f"{new.get_absolute_url()}compare/{old.pk}/?clauses=all").content.decode()
    assert ">第二条</span>" in everything


def test_spaces_inside_a_heading_are_no_difference() -> None:
    old, new = versions()
    assert "第一章" not in [row.label for row in compare(new, old, everything=False).rows]


def test_the_timeline_leads_to_versions_and_acts(client: Client) -> None:
    old, new = versions()
    amending = DocumentFactory.create(title="关于修改停车条例的决定", published_on=day("2018-01-01"))
    RelationFactory.create(source=amending, target=old, kind=RelationKind.AMENDS, target_clause_text="第一条")
    NormativeDocument.objects.filter(pk=old.pk).update(
        history=[{"date": "2015-01-01", "event": "通过"}, "坏", {"date": None}]
    )
    page = page_of(client, old)
    history = page[page.index('id="history-title"') :]
    assert (
        history.index("通过") < history.index("关于修改停车条例的决定") < history.index(f"/compare/{new.pk}/")
    )
    assert "修改第一条" in history


def test_a_repeal_has_one_day_on_the_page(client: Client) -> None:
    old = DocumentFactory.create(repealed_on=day("2018-06-01"))
    act = DocumentFactory.create(title="关于废止停车办法的决定", adopted_on=day("2018-05-04"))
    RelationFactory.create(source=act, target=old, kind=RelationKind.REPEALS)
    page = page_of(client, old)
    history = page[page.index('id="history-title"') :]
    assert 'datetime="2018-06-01"' in history
    assert 'datetime="2018-05-04"' not in history


def test_a_clause_repealed_earlier_keeps_the_day_of_its_act(client: Client) -> None:
    old = DocumentFactory.create(repealed_on=day("2020-06-01"))
    act = DocumentFactory.create(title="关于修改部分规章的决定", adopted_on=day("2018-05-04"))
    RelationFactory.create(source=act, target=old, kind=RelationKind.REPEALS, target_clause_text="第三条")
    page = page_of(client, old)
    assert 'datetime="2018-05-04"' in page[page.index('id="history-title"') :]


def test_unrelated_documents_are_not_compared(client: Client) -> None:
    one, other = DocumentFactory.create(title="甲办法"), DocumentFactory.create(title="乙办法")
    address = f"{one.get_absolute_url()}compare/{other.pk}/"
    assert client.get(address).status_code == 404
    assert client.get(f"{one.get_absolute_url()}compare/{one.pk}/").status_code == 404
    RelationFactory.create(source=one, target=other, kind=RelationKind.AMENDS)
    assert client.get(address).status_code == 200


def test_comparing_long_texts_costs_few_queries_and_little_time(
    client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    old, new = versions()
    for document, word in ((old, "应当"), (new, "必须")):
        text = "\n".join(f"第{n}条 停车场{word}公布第{n}项收费标准，并接受监督。" for n in range(1, 301))
        NormativeDocument.objects.filter(pk=document.pk).update(text=text)
    started = time.perf_counter()
    with django_assert_max_num_queries(4):
        assert client.get(f"{new.get_absolute_url()}compare/{old.pk}/").status_code == 200
    assert time.perf_counter() - started < 10


def picture_of(page: str) -> ElementTree.Element:
    match = re.search(r"<svg class=\"picture__drawing.*?</svg>", page, re.S)
    assert match
    return ElementTree.fromstring(match[0])  # noqa: S314 - our own page


def test_the_picture_is_well_formed_named_and_without_styles(
    client: Client, pair: tuple[NormativeDocument, ...]
) -> None:
    source, target = pair
    svg = picture_of(page_of(client, source))
    ns = "{http://www.w3.org/2000/svg}"
    assert svg.find(f"{ns}title") is not None and svg.find(f"{ns}desc") is not None
    assert [a.get("href") for a in svg.iter(f"{ns}a")] == [target.get_absolute_url()]
    assert all("style" not in e.attrib and not any(n.startswith("on") for n in e.attrib) for e in svg.iter())
    assert not list(svg.iter(f"{ns}script"))


def test_titles_in_the_picture_are_escaped(client: Client) -> None:
    relation = RelationFactory.create(target=DocumentFactory.create(title="<b>&\"'停车</b>"))
    picture_of(page_of(client, relation.source))


def entry(number: int, kind: RelationKind = RelationKind.CITES, stated: int = 1) -> Entry:
    return Entry(number, f"文件{number}", "", kind, outgoing=True, stated=stated)


@given(st.integers(0, 30), st.integers(0, 30))
def test_the_picture_holds_at_most_twelve_that_do_not_overlap(above: int, below: int) -> None:
    incoming = {RelationKind.CITES: [entry(n) for n in range(1, above + 1)]}
    outgoing = {RelationKind.BASIS: [entry(n + 100) for n in range(below)]}
    picture = draw("某文件", incoming, outgoing)
    assert (picture is None) is (above + below == 0)
    if picture is None:
        return
    boxes = [*picture.above, *picture.below]
    assert len(boxes) == min(MOST, len(boxes)) and len(boxes) >= min(MOST, above + below)
    corners = {(b.x, b.y) for b in boxes}
    assert len(corners) == len(boxes)
    assert all(
        b.x >= 0 and b.x + picture.box_width <= WIDTH and b.y + picture.box_height <= picture.height
        for b in boxes
    )


def test_the_strongest_relation_stands_for_a_neighbour() -> None:
    grouped = {
        RelationKind.CITES: [entry(1), entry(2, stated=9)],
        RelationKind.REPEALS: [entry(1, RelationKind.REPEALS)],
    }
    picture = draw("某文件", {}, grouped)
    assert picture and [(b.entry.pk, b.entry.kind) for b in picture.below] == [
        (1, RelationKind.REPEALS),
        (2, RelationKind.CITES),
    ]


def test_long_titles_are_cut_with_an_ellipsis() -> None:
    assert shortened("停" * 13, 12) == "停" * 11 + "…" and shortened("停车", 12) == "停车"


@given(
    st.text(alphabet="《甲乙》第一条、", max_size=40),
    st.lists(st.text(alphabet="《甲乙》", min_size=1, max_size=4), max_size=4),
)
def test_pieces_joined_are_the_text(text: str, cited: list[str]) -> None:
    rows = [
        {
            "target_id": 1,
            "target__withdrawn": False,
            "target__title": "甲",
            "target_text": c,
            "clause_id": "a1",
            "target_clause_id": "",
        }
        for c in cited
    ]
    (linked,) = link_citations([Clause("a1", "article", "第一条", text, 0, None)], rows)
    assert "".join(piece.text for piece in linked.pieces) == text
    assert all(piece.text in cited for piece in linked.pieces if piece.url)


def test_the_api_gives_both_directions_with_clauses(
    client: Client, pair: tuple[NormativeDocument, ...]
) -> None:
    source, target = pair
    out = client.get(f"/api/v1/documents/{source.pk}/").json()["relations"]
    inward = client.get(f"/api/v1/documents/{target.pk}/").json()["relations"]
    assert {(r["direction"], r["document"], r["clause"], r["target_clause"]) for r in out} == {
        ("out", target.pk, "a1", ""), ("out", target.pk, "a2", "a2"), ("out", None, "a3", ""),
    }  # fmt: skip
    assert {(r["direction"], r["document"], r["title"]) for r in inward} == {
        ("in", source.pk, "云岭省停车办法")
    }
