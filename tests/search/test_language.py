"""The query language: every sign means one thing, and what is taken apart can be put together again."""

from __future__ import annotations

import datetime
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from search import indexing
from search.archive.models import NormativeDocument
from search.engines import get_engine
from search.language import (
    MAX_CONDITIONS,
    Expression,
    compose_expression,
    parse_expression,
    plain_words,
)
from search.plan import make_plan
from search.query import Scope, SearchQuery
from search.selectors import run_search
from tests.factories.search import ArchivedDocumentFactory

Make = Callable[..., NormativeDocument]


@pytest.mark.parametrize(
    ("q", "parts"),
    [
        ("住房 公积金", Expression(text="住房 公积金")),
        ("提取 “购房合同”", Expression(text="提取", phrases=("购房合同",))),
        ("+提取 贷款", Expression(text="贷款", required=("提取",))),
        ("贷款 -提取", Expression(text="贷款", excluded=("提取",))),
        ("贷款 －提取", Expression(text="贷款", excluded=("提取",))),
        ("贷款 NOT 提取", Expression(text="贷款", excluded=("提取",))),
        ("贷款 -“购房 合同”", Expression(text="贷款", excluded=("购房 合同",))),
        ("办法 OR 规定", Expression(choices=(("办法", "规定"),))),
        ("办法|规定|细则 城市", Expression(text="城市", choices=(("办法", "规定", "细则"),))),
        ("(办法 OR 规定) 城市", Expression(text="城市", choices=(("办法", "规定"),))),
        ("甲 OR 乙 丙 OR 丁", Expression(choices=(("甲", "乙"), ("丙", "丁")))),
        ("标题:公积金", Expression(titles=("公积金",))),
        ("标题：“公积金 提取”", Expression(titles=("公积金 提取",))),
        ("title:公积金", Expression(titles=("公积金",))),
        ("文号:国办发〔2016〕80号", Expression(numbers=("国办发〔2016〕80号",))),
    ],
)
def test_each_sign(q: str, parts: Expression) -> None:
    assert parse_expression(q) == parts


@pytest.mark.parametrize(
    "q",
    [
        "HFGS-2017-9",
        "- 提取",
        "提取 -",
        "--提取",
        "+",
        "标题:",
        "全国人大-常委会",
        "比例为5% - 10%",
        "GB/T 1.1-2020",
        "注意:公积金",
    ],
)
def test_a_sign_that_is_none_is_text(q: str) -> None:
    assert parse_expression(q) == Expression(text=q)


@pytest.mark.parametrize(("q", "text"), [("OR 提取", "提取"), ("提取 OR", "提取"), ("提取 | -贷款", "提取")])
def test_a_lone_or_asks_for_nothing(q: str, text: str) -> None:
    assert parse_expression(q).text == text
    assert parse_expression(q).choices == ()


def test_too_many_conditions_are_left_out_and_counted() -> None:
    parts = parse_expression(" ".join(f"+词{n}" for n in range(MAX_CONDITIONS + 3)))
    assert len(parts.required) == MAX_CONDITIONS
    assert parts.dropped == 3


@given(st.text(max_size=80) | st.text(alphabet='甲乙 -+|"“”:()ORNT标题文号', max_size=40))
def test_nothing_that_is_typed_is_an_error_and_putting_together_changes_nothing(q: str) -> None:
    first = parse_expression(q)
    composed = compose_expression(first)
    again = parse_expression(composed)
    assert parse_expression(compose_expression(again)) == again
    if not first.dropped:
        assert again.excluded == first.excluded
        assert again.titles == first.titles
        assert again.required == first.required


_VALUES = (
    st.text(alphabet="甲乙丙丁 ab12-+", min_size=1, max_size=6)
    .map(lambda v: " ".join(v.split()))
    .filter(bool)
)


@given(
    phrases=st.lists(_VALUES, max_size=3, unique=True),
    excluded=st.lists(_VALUES, max_size=3, unique=True),
    titles=st.lists(_VALUES, max_size=2, unique=True),
    choices=st.lists(_VALUES, min_size=2, max_size=4, unique=True),
)
def test_what_a_form_holds_survives(
    phrases: list[str], excluded: list[str], titles: list[str], choices: list[str]
) -> None:
    parts = Expression(
        text="公积金",
        phrases=tuple(phrases),
        excluded=tuple(excluded),
        titles=tuple(titles),
        choices=(tuple(choices),),
    )
    assert parse_expression(compose_expression(parts)) == parts


def test_words_of_a_form_field_carry_no_signs() -> None:
    assert plain_words('提取 -贷款 "购房 合同" OR 提取') == ("提取", "贷款", "购房 合同")


@pytest.mark.django_db
class TestSearching:
    @pytest.fixture
    def three(self) -> dict[str, NormativeDocument]:
        texts = {
            "both": ("公积金提取办法", "第一条 公积金的提取和贷款。"),
            "loan": ("公积金贷款规定", "第一条 公积金的贷款。"),
            "other": ("渔港管理细则", "第一条 渔船的停泊。"),
        }
        made = {
            name: ArchivedDocumentFactory.create(title=title, text=text)
            for name, (title, text) in texts.items()
        }
        indexing.rebuild()
        return made

    @pytest.mark.parametrize(
        ("q", "names"),
        [
            ("公积金 -提取", {"loan"}),
            ("公积金 -“公积金提取”", {"loan"}),
            ("+提取 公积金", {"both"}),
            ("+渔船", {"other"}),
            ("提取 OR 停泊", {"both", "other"}),
            ("标题:规定", {"loan"}),
            ("公积金 -标题:规定", {"both"}),
            ("-公积金", {"other"}),
            ("-金", {"other"}),
            ("+渔", {"other"}),
        ],
    )
    def test_conditions_hold(self, three: dict[str, NormativeDocument], q: str, names: set[str]) -> None:
        found = {hit.document.pk for hit in run_search(SearchQuery(q=q)).hits}
        assert found == {three[name].pk for name in names}

    def test_title_scope_excludes_by_title_only(self, three: dict[str, NormativeDocument]) -> None:
        results = run_search(SearchQuery(q="公积金 -贷款", scope=Scope.TITLE))
        assert [hit.document.pk for hit in results.hits] == [three["both"].pk]

    def test_own_number_in_any_spelling(self, archive: Make) -> None:
        ArchivedDocumentFactory.create(
            title="引用者", text="依照云政发〔2021〕77号办理。", document_number="云政发〔2022〕1号"
        )
        document = archive(document_number="云政发〔2021〕77号")
        for q in ("文号:云政发〔2021〕77号", "文号:云政发[2021]77", "公积金 文号:云政发2021年77号"):
            found = [hit.document.pk for hit in run_search(SearchQuery(q=q)).hits]
            assert found == [document.pk], q
        assert [h.document.pk for h in run_search(SearchQuery(q="文号:云政发〔2021〕")).hits] == [document.pk]

    def test_facet_counts_obey_the_conditions(self, three: dict[str, NormativeDocument]) -> None:
        facets = run_search(SearchQuery(q="公积金 -提取")).facets
        assert [(value.value, value.count) for value in facets["level"]] == [("province", 1)]

    def test_dropped_conditions_are_said(self, three: dict[str, NormativeDocument]) -> None:
        q = "公积金 " + " ".join(f"-词{n}号" for n in range(MAX_CONDITIONS + 1))
        assert any("条件过多" in notice for notice in run_search(SearchQuery(q=q)).notices)

    @settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(q=st.text(alphabet='公积金税 -+|"“”:OR标题文号〔〕2021', max_size=30))
    def test_every_expression_can_be_searched(self, archive: Make, q: str) -> None:
        if not NormativeDocument.objects.exists():
            archive()
        plan = make_plan(SearchQuery(q=q), day=datetime.date(2026, 1, 1))
        assert get_engine().search(plan).total in {0, 1}
