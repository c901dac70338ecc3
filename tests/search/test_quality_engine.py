"""What readers type against a small archive: every way in leads to the document, and the closest one comes first."""

from __future__ import annotations

import pytest

from search import indexing
from search.plan import PROFILES, Scope, make_plan
from search.query import SearchQuery
from search.selectors import run_search
from tests.factories.search import ArchivedDocumentFactory

pytestmark = pytest.mark.django_db

FUND = "云岭省住房公积金提取管理办法"
BIKES = "云岭省电动自行车登记规定"
WETLAND = "云岭省湿地保护条例"
MARKET = "云岭省市场监督管理局关于渡口计量的通知"
APPS = "移动应用APP收集个人信息规范"


@pytest.fixture(autouse=True)
def documents() -> None:
    rows = (
        (FUND, "云政发〔2016〕80号", "云岭省人民政府", "第一条 为了规范住房公积金的提取，制定本办法。"),
        (
            BIKES,
            "云公规〔2017〕9号",
            "云岭省公安厅",
            "第一条 电动自行车应当登记。第二条 登记凭证由公安机关发放。",
        ),
        (WETLAND, "云人发〔2016〕7号", "云岭省人民代表大会常务委员会", "第一条 为了保护湿地，制定本条例。"),
        (
            MARKET,
            "云市监〔2019〕12号",
            "云岭省市场监督管理局",
            "各渡口：请按期检定衡器，并执行GB/T 35273的要求。",
        ),
        (APPS, "云网信〔2020〕3号", "云岭省互联网信息办公室", "APP收集个人信息应当征得同意。"),
        ("云岭省人民政府工作规则", "云政发〔2017〕80号", "云岭省人民政府", "省人民政府实行省长负责制。"),
    )
    for title, number, issuer, text in rows:
        ArchivedDocumentFactory.create(
            title=title, document_number=number, issuing_authority=issuer, text=text
        )
    indexing.rebuild()


def titles(q: str, **fields: object) -> list[str]:
    found = run_search(SearchQuery(q=q, **fields), facets=False)  # type: ignore[arg-type]
    return [hit.document.title for hit in found.hits]


@pytest.mark.parametrize(
    "typed",
    [
        "zhufanggongjijin", "zhu fang gong ji jin", "gongjijin tiqu", "公积金 tiqu", "zfgjj", "gjj", "gjj tq",
        "yunlingshengzhufanggongjijintiquguanlibanfa", "zhùfáng gōngjījīn",
    ],
)  # fmt: skip
def test_pinyin_finds_a_title(typed: str) -> None:
    assert titles(typed)[0] == FUND


@pytest.mark.parametrize(
    "typed", ["云政发 80号 2016", "80号 2016 云政发", "2016年80号", "2016 80号", "云岭省人民政府 2016年80号"]
)
def test_parts_of_a_number_find_it(typed: str) -> None:
    assert titles(typed)[0] == FUND


def test_without_the_year_both_are_found() -> None:
    assert set(titles("云政发80号")) == {FUND, "云岭省人民政府工作规则"}


@pytest.mark.parametrize(
    ("typed", "title"),
    [
        ("电瓶车上牌", BIKES), ("公积金取钱", FUND), ("工商行政管理局关于渡口计量的通知", MARKET), ("云岭省质监局 渡口", MARKET),
        ("云岭省湿地保护条例 云岭省人民代表大会常务委员会", WETLAND), ("云岭省人民代表大会常务委员会云岭省湿地保护条例", WETLAND),
        ("云岭省地湿保护例条", WETLAND), ("云岭省失地保护条例", WETLAND), ("云领省湿地保户条例", WETLAND),
        ("云岭省电动自行\n车登\n记规定", BIKES), ("应当登记.第二条 登记凭\n证由公安机关", BIKES),
    ],
)  # fmt: skip
def test_other_words_slips_and_pasted_lines(typed: str, title: str) -> None:
    assert titles(typed)[0] == title


@pytest.mark.parametrize(
    ("typed", "title"), [("app", APPS), ("APP 个人信息", APPS), ("GB/T 35273", MARKET), ("gb/t35273", MARKET)]
)
def test_latin_words_find_what_has_them(typed: str, title: str) -> None:
    assert titles(typed)[0] == title


def test_latin_that_is_no_pinyin_finds_nothing_rather_than_something() -> None:
    assert titles("ipo") == []
    assert titles("xq7") == []


def test_letters_as_typed_come_before_their_reading() -> None:
    ArchivedDocumentFactory.create(title="GONGJIJIN系统接口规范", text="GONGJIJIN接口。")
    indexing.rebuild()
    assert titles("gongjijin")[:2] == ["GONGJIJIN系统接口规范", FUND]


def test_a_word_as_typed_comes_before_what_it_is_called_otherwise() -> None:
    ArchivedDocumentFactory.create(title="云岭省电瓶车登记规定", text="第一条 电瓶车应当登记。")
    indexing.rebuild()
    assert titles("电瓶车登记规定")[:2] == ["云岭省电瓶车登记规定", BIKES]


def test_pinyin_is_of_titles_in_every_scope_that_has_them() -> None:
    assert titles("gongjijin", scope=Scope.TITLE) == [FUND]
    assert titles("gongjijin", scope=Scope.NUMBER) == []


def test_a_number_weighs_more_than_its_parts_and_these_more_than_words() -> None:
    profile = PROFILES[Scope.ALL]
    words = profile.all_bonus + profile.most_bonus + profile.title_bonus
    assert profile.number > profile.number_prefix > profile.number_parts > profile.exact_title > words
    assert profile.exact_title > profile.title_bag > words
    assert 0 < profile.pinyin_share < profile.other_wording < 1


def test_a_plan_stays_lean() -> None:
    import datetime

    plan = make_plan(SearchQuery(q="gongjijin tiqu zhufang"), day=datetime.date(2026, 11, 23))
    assert len(plan.variants) <= 3
    assert sum(len(v.pairs) + len(v.sounds) + len(v.initials) for v in plan.variants) <= 12
