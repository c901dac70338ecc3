"""One answer from two engines: the same first ten in the same order, the same totals, the same counts."""

from __future__ import annotations

import datetime
import gzip
import json
import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from search.archive.enums import Validity
from search.archive.numbers import parse_number
from search.engines.base import Engine, EngineResults
from search.engines.elasticsearch import ElasticsearchEngine
from search.engines.embedded import EmbeddedEngine
from search.plan import SearchPlan, make_plan
from search.preparation import PreparedDocument, prepare
from search.query import Scope, SearchQuery, Sort
from search.relaxation import relaxed
from tests.support.archive_rows import DAY, row
from tests.support.elasticsearch import engine_on_server

pytestmark = pytest.mark.services

#: The share of queries whose first ten must be the same, in the same order.
REQUIRED = 0.99
QUERIES = 400
PLACES = ("云岭省", "青禾市", "白石县", "临江区", "云岭省青禾市")
BODIES = ("人民政府", "人民政府办公厅", "发展和改革委员会", "财政厅", "住房和城乡建设厅", "教育局", "审计局")
THINGS = (
    "住房公积金提取", "农村宅基地", "城市供水", "政务公开", "校外培训", "渔业捕捞", "节约用水", "养老服务", "公共租赁住房",
    "地方政府债务", "道路运输", "生态环境", "安全生产", "就业补助资金", "网络预约出租汽车", "医疗保险", "档案", "招标投标",
)  # fmt: skip
KINDS = ("办法", "条例", "规定", "实施细则", "通知", "意见", "方案")
SAYS = (
    "申请人应当提交身份证明和合同", "受理机构应当在三个工作日内办结", "各级人民政府应当加强组织领导", "任何单位和个人不得擅自变更用途",
    "违反本规定的由主管部门责令改正", "本办法自印发之日起施行", "有效期五年", "资金实行专户管理", "应当向社会公布监督电话", "每年开展一次评估",
)  # fmt: skip


def synthetic(rng: random.Random, number: int) -> list[dict[str, Any]]:
    """Documents of an invented province: many alike, some the same, some without a date, number or text."""
    rows = []
    for pk in range(1, number + 1):
        place, body, thing, kind = (rng.choice(values) for values in (PLACES, BODIES, THINGS, KINDS))
        text = "\n".join(
            f"第{n}条 {rng.choice(SAYS)}，{rng.choice(THINGS)}{rng.choice(SAYS)}。"
            for n in range(rng.randint(0, 14))
        )
        day = datetime.date(2012, 1, 1) + datetime.timedelta(days=rng.randint(0, 5_000))
        written = f"云{rng.choice('政财建教')}{rng.choice(('发', '办发', '规'))}〔{day.year}〕{rng.randint(1, 60)}号"
        parsed = parse_number(written)
        fields: dict[str, Any] = {
            "title": f"{place}{body}关于印发{thing}{kind}的通知"
            if rng.random() < 0.5
            else f"{place}{thing}{kind}",
            "text": text,
            "issuing_authority": rng.choice((f"{place}{body}", f"{place}{body}、{place}审计局")),
            "level": rng.choice(("province", "city", "county", "ministry")),
            "region": place,
            "doc_type": rng.choice(("normative_document", "local_regulation")),
            "genre": kind,
        }
        if rng.random() < 0.8 and parsed:
            fields |= {"document_number": written, "number_key": parsed.key}
        if rng.random() < 0.9:
            fields |= {
                "published_on": day,
                "effective_on": day + datetime.timedelta(days=rng.choice((0, 30))),
            }
        if rng.random() < 0.2:
            fields["repealed_on"] = day + datetime.timedelta(days=900)
        if rng.random() < 0.3:
            fields["valid_until"] = day + datetime.timedelta(days=1_800)
        rows.append(row(pk, **fields))
    return rows


def ask_for(rows: Sequence[dict[str, Any]], rng: random.Random) -> str:
    """A query somebody might type who looks for one of `rows`."""
    wanted = rng.choice(rows)
    title, text = wanted["title"], wanted["text"] or wanted["title"]
    start, cut = rng.randrange(max(len(text) - 12, 1)), rng.randrange(len(title))
    sentence = text[start : start + rng.randint(6, 40)]
    return str(
        rng.choice(
            (
                title,
                title[: cut + 2],
                title[:cut] + title[cut + 1 :],
                title[cut:] + title[:cut],
                wanted["document_number"] or title,
                (wanted["document_number"] or title)[:-2],
                sentence,
                f"“{sentence[:12]}”",
                f"{rng.choice(THINGS)} {rng.choice(BODIES)}",
                f"{rng.choice(THINGS)} -{rng.choice(KINDS)}",
                f"标题:{rng.choice(THINGS)[:3]} {rng.choice(SAYS)}",
                "".join(rng.sample("住房宅基地水教养路债", 2)),
                rng.choice("水路债档房"),
                rng.choice(("zhufanggongjijin", "gjj", "发改委 资金", "2016年 12号", "")),
            )
        )
    )


def query_for(rows: Sequence[dict[str, Any]], rng: random.Random) -> SearchQuery:
    fields: dict[str, Any] = {}
    if rng.random() < 0.25:
        fields["level"] = tuple(rng.sample(("province", "city", "county", "ministry", "national"), 2))
    if rng.random() < 0.15:
        fields["year"] = tuple(rng.sample(range(2012, 2026), 4))
    if rng.random() < 0.15:
        fields["validity"] = tuple(v.value for v in rng.sample(list(Validity), 2))
    if rng.random() < 0.1:
        fields["genre"] = (rng.choice(KINDS),)
    if rng.random() < 0.1:
        fields["in_force_on"] = datetime.date(2020, 6, 1)
    if rng.random() < 0.1:
        fields["date_from"] = datetime.date(2018, 1, 1)
    if rng.random() < 0.15:
        fields["sort"] = rng.choice(list(Sort))
    if rng.random() < 0.15:
        fields["scope"] = rng.choice(list(Scope))
    if rng.random() < 0.1:
        fields["page"] = 2
    return SearchQuery(q=ask_for(rows, rng), **fields)


@dataclass
class Comparison:
    """What came out differently, with what is needed to see why."""

    queries: int = 0
    orders: list[str] = ()  # type: ignore[assignment]
    counts: list[str] = ()  # type: ignore[assignment]


def asked(queries: Iterable[SearchQuery]) -> Iterator[tuple[SearchQuery, SearchPlan]]:
    """Every query with its plan and, taking turns, with most or some of it being enough: what a search may come to."""
    for number, query in enumerate(queries):
        plan = make_plan(query, day=DAY)
        yield query, plan
        for _step in range(number % 2 + 1):
            plan = relaxed(plan, query) or plan
        yield query, plan


def compare(queries: Iterable[SearchQuery], one: Engine, other: Engine) -> Comparison:
    found = Comparison(0, [], [])
    for query, plan in asked(queries):
        a, b = one.search(plan), other.search(plan)
        found.queries += 1
        if a.total != b.total or [hit.id for hit in a.hits] != [hit.id for hit in b.hits]:
            found.orders.append(f"{query}\n  {a.total}: {a.hits}\n  {b.total}: {b.hits}")
        if counts(a) != counts(b):
            found.counts.append(f"{query}\n  {counts(a)}\n  {counts(b)}")
    return found


def counts(results: EngineResults) -> dict[str, dict[str, int]]:
    return {name: dict(values) for name, values in results.facets.items()}


def assert_same(found: Comparison) -> None:
    print(f"{found.queries} queries, {len(found.orders)} orders and {len(found.counts)} counts differ")
    print("\n".join((*found.orders, *found.counts)))
    assert not found.counts
    assert len(found.orders) <= found.queries * (1 - REQUIRED)


@dataclass
class Pair:
    embedded: EmbeddedEngine
    elasticsearch: ElasticsearchEngine

    def build(self, documents: list[PreparedDocument]) -> Pair:
        assert self.embedded.rebuild(documents) == self.elasticsearch.rebuild(documents) == len(documents)
        return self


@pytest.fixture(scope="module")
def rows() -> list[dict[str, Any]]:
    return synthetic(random.Random(4), 500)


@pytest.fixture(scope="module")
def pair(rows: list[dict[str, Any]], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    with engine_on_server() as elasticsearch:
        embedded = EmbeddedEngine(tmp_path_factory.mktemp("parity") / "index")
        yield Pair(embedded, elasticsearch).build([prepare(each) for each in rows])


def test_queries_of_every_kind_have_one_answer(pair: Pair, rows: list[dict[str, Any]]) -> None:
    rng = random.Random(11)
    assert_same(compare((query_for(rows, rng) for _ in range(QUERIES)), pair.embedded, pair.elasticsearch))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    q=st.one_of(
        st.text(max_size=80),
        st.text(alphabet='住房公积金提取管理办法云政发〔〕2016号“”"-+|()*?~:\\ abc', max_size=200),
    ),
    scope=st.sampled_from(Scope),
)
def test_no_text_breaks_one_of_them_or_divides_them(pair: Pair, q: str, scope: Scope) -> None:
    plan = make_plan(SearchQuery(q=q, scope=scope), day=DAY)
    one, other = pair.embedded.search(plan), pair.elasticsearch.search(plan)
    assert (one.total, counts(one)) == (other.total, counts(other))


def test_the_longest_query_is_answered(pair: Pair) -> None:
    rng = random.Random(5)
    q = "".join(chr(rng.randint(0x4E00, 0x9FA5)) for _ in range(480)) + "住房公积金提取"
    plan = make_plan(SearchQuery(q=q, level=("city",)), day=DAY)
    assert pair.embedded.search(plan).total == pair.elasticsearch.search(plan).total


def test_scores_are_the_same_so_that_weights_mean_the_same(pair: Pair) -> None:
    plan = make_plan(SearchQuery(q="云岭省住房公积金提取管理办法"), day=DAY)
    one, other = pair.embedded.search(plan), pair.elasticsearch.search(plan)
    for a, b in zip(one.hits, other.hits, strict=True):
        assert a.score == pytest.approx(b.score, rel=1e-5)


def test_pages_cover_everything_once_and_alike(pair: Pair) -> None:
    seen: list[int] = []
    for page in range(1, 60):
        plan = make_plan(SearchQuery(q="养老服务", page=page), day=DAY, facets=False)
        found = [
            [hit.id for hit in engine.search(plan).hits] for engine in (pair.embedded, pair.elasticsearch)
        ]
        assert found[0] == found[1]
        if not found[0]:
            break
        seen.extend(found[0])
    assert len(seen) == len(set(seen)) > 40


def test_after_changes_the_answers_are_still_the_same(rows: list[dict[str, Any]], tmp_path: Path) -> None:
    rng = random.Random(6)
    with engine_on_server(shards=2) as elasticsearch:
        pair = Pair(EmbeddedEngine(tmp_path), elasticsearch).build([prepare(each) for each in rows[:60]])
        changed = [
            prepare({**each, "title": f"修改后的{each['title']}", "id": each["id"]}) for each in rows[:10]
        ]
        for engine in (pair.embedded, pair.elasticsearch):
            engine.apply(
                [*changed, *(prepare(each) for each in rows[60:80])], [each["id"] for each in rows[20:30]]
            )
        for query in (query_for(rows, rng) for _ in range(40)):
            plan = make_plan(query, day=DAY)
            one, other = pair.embedded.search(plan), pair.elasticsearch.search(plan)
            # Deleted documents count in frequencies until they are merged away, in each engine at its own time: orders
            # may differ in between, but never what is found and counted.
            assert (one.total, counts(one)) == (other.total, counts(other))


@pytest.mark.corpus
def test_the_real_archive_has_one_answer(corpus: Path, tmp_path: Path) -> None:
    """Known-item queries of every class of the bench on an eighth of the real documents."""
    from bench.queries import build_queries

    with gzip.open(corpus / "archive" / "normative.jsonl.gz", "rt", encoding="utf-8") as lines:
        documents = [json.loads(line) for line in islice(lines, 0, None, 8)]
    rows = [_real(pk, document) for pk, document in enumerate(documents, start=1)]
    rng = random.Random(8)
    levels = ("national", "city", "province", "ministry")
    queries = [
        SearchQuery(q=query.text, level=(rng.choice(levels),) if rng.random() < 0.3 else ())
        for query in build_queries(documents, seed=3, per_class=8)
    ]
    assert len(queries) >= 200
    with engine_on_server() as elasticsearch:
        pair = Pair(EmbeddedEngine(tmp_path), elasticsearch).build([prepare(each) for each in rows])
        assert_same(compare(queries, pair.embedded, pair.elasticsearch))


def _real(pk: int, document: dict[str, Any]) -> dict[str, Any]:
    dates = {"adopted_on": "issued_on", "published_on": "published_on", "effective_on": "effective_on"}
    days = {
        name: datetime.date.fromisoformat(document[source])
        for name, source in dates.items()
        if document.get(source)
    }
    written = document.get("document_number") or ""
    parsed = parse_number(written)
    return row(
        pk,
        title=document["title"],
        text=document["text"],
        document_number=written,
        number_key=parsed.key if parsed else "",
        issuing_authority=document.get("issuing_body") or "",
        **{name: document.get(name) or "" for name in ("level", "region", "doc_type", "genre")},
        **days,
    )
