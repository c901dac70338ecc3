"""The advanced form: it writes ordinary searches and reads them back."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any
from unittest import mock
from urllib.parse import parse_qs, urlsplit

import pytest
from django.http import QueryDict
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from search import indexing
from search.advanced import AdvancedForm, initial_values
from search.archive.models import NormativeDocument
from search.query import Scope, SearchQuery, Sort, parse_query
from search.selectors import run_search
from tests.factories.search import ArchivedDocumentFactory

Make = Callable[..., NormativeDocument]


def asked(query: SearchQuery) -> SearchQuery:
    """The search the form asks for when it is opened from `query` and submitted as it is."""
    values = initial_values(query)
    form = AdvancedForm({name: value for name, value in values.items() if value is not None})
    assert form.is_valid(), form.errors
    return form.search_query()


def comparable(query: SearchQuery) -> dict[str, Any]:
    """The search without the order of its words: conditions may stand in any."""
    return {**vars(query), "q": sorted(query.q.split())}


FULL = SearchQuery(
    q='公积金 贷款 "购房合同" +提取 办法 OR 规定 标题:管理 文号:云政发〔2021〕77号 -废止',
    scope=Scope.TITLE,
    level=("province", "city"),
    issuer=("云岭省人民政府", "云岭省财政厅"),
    region=("云岭省",),
    type=("规范性文件",),
    genre=("办法", "通知"),
    validity=("in_force",),
    year=(2020, 2021),
    date_from=datetime.date(2020, 1, 1),
    date_to=datetime.date(2021, 12, 31),
    in_force_on=datetime.date(2022, 5, 1),
    sort=Sort.OLDEST,
)


@pytest.mark.parametrize(
    "query",
    [
        SearchQuery(),
        FULL,
        SearchQuery(q="公积金怎么提取"),
        SearchQuery(q='"购房合同" "三个工作日"'),
        SearchQuery(q='+"购房 合同" -"三个 工作日"'),
        SearchQuery(q="甲 OR 乙 丙 OR 丁"),
        SearchQuery(q='"购房 合同" OR 提取'),
    ],
)
def test_a_search_opened_in_the_form_stays_the_same_search(query: SearchQuery) -> None:
    assert comparable(asked(query)) == comparable(query)
    assert comparable(asked(asked(query))) == comparable(query)


_WORDS = st.lists(st.text(alphabet="甲乙丙丁ab12", min_size=1, max_size=4), max_size=3, unique=True)


@given(text=_WORDS, required=_WORDS, choices=_WORDS, excluded=_WORDS, titles=_WORDS, phrase=_WORDS)
def test_what_is_filled_in_comes_back(text: list[str], phrase: list[str], **fields: list[str]) -> None:
    data = {name: " ".join(words) for name, words in fields.items()}
    data |= {"text": " ".join(text), "phrase": " ".join(phrase)}
    form = AdvancedForm(data)
    assert form.is_valid()
    back = initial_values(form.search_query())
    expected = dict(data)
    if len(fields["choices"]) == 1:
        # One alternative is no alternative: it has to be there.
        expected["choices"] = ""
        expected["required"] = " ".join(dict.fromkeys([*fields["required"], *fields["choices"]]))
    assert {name: back[name] for name in expected} == expected


@given(st.text(max_size=60), st.text(max_size=60))
def test_nothing_typed_is_a_server_error(text: str, number: str) -> None:
    form = AdvancedForm({"text": text, "required": text, "number": number, "issuer": text, "year": number})
    if form.is_valid():
        found = form.search_query()
        assert parse_query(QueryDict(found.link().removeprefix("?"))).issuer == found.issuer


def test_a_number_only_search_opens_in_the_field_of_the_number() -> None:
    values = initial_values(SearchQuery(q="云政发〔2021〕77号", scope=Scope.NUMBER))
    assert (values["number"], values["text"]) == ("云政发〔2021〕77号", "")


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("date_from", "2024-02-30", "日期格式"),
        ("year", "近年", "四位数字"),
        ("issuer", "、".join(map(str, range(60))), "取值过多"),
        ("level", "galaxy", "galaxy"),
        ("excluded", " ".join(map(str, range(30))), "条件过多"),
        ("text", "税" * 600, ""),
    ],
)
def test_bad_values_are_said_at_their_field(field: str, value: str, message: str) -> None:
    form = AdvancedForm({field: [value] if field == "level" else value})
    assert not form.is_valid()
    assert message in str(form.errors)


@pytest.mark.django_db
class TestPage:
    def submit(self, client: Client, **fields: Any) -> dict[str, list[str]]:
        response = client.get("/search/advanced/", {**fields, "go": "1"})
        assert response.status_code == 302
        address = urlsplit(response["Location"])
        assert address.path == "/search/"
        return parse_qs(address.query)

    def test_it_leads_to_an_ordinary_address(self, client: Client) -> None:
        parameters = self.submit(client, text="公积金", excluded="贷款", level="city", date_from="2020-01-01")
        assert parameters == {"q": ["公积金 -贷款"], "level": ["city"], "from": ["2020-01-01"]}

    def test_the_address_finds_what_was_asked(self, client: Client, archive: Make) -> None:
        document = archive(title="云岭省住房公积金提取管理办法")
        response = client.get(
            "/search/advanced/", {"required": "购房合同", "titles": "提取", "go": "1"}, follow=True
        )
        assert document.get_absolute_url() in response.content.decode()

    def test_it_shows_the_search_it_was_opened_from(self, client: Client, archive: Make) -> None:
        archive()
        html = client.get("/search/advanced/" + FULL.link()).content.decode()
        for value in (
            "公积金 贷款",
            "购房合同",
            "办法 规定",
            "废止",
            "云政发〔2021〕77号",
            "2022-05-01",
            "2020、2021",
        ):
            assert f'value="{value}"' in html
        assert html.count(" checked") == 6

    def test_it_offers_the_issuers_of_this_archive(self, client: Client, archive: Make) -> None:
        archive(issuing_authority="云岭省渔业局")
        assert '<option value="云岭省渔业局">' in client.get("/search/advanced/").content.decode()

    def test_the_search_page_leads_there_and_back(self, client: Client, archive: Make) -> None:
        archive()
        html = client.get("/search/?q=公积金&level=city").content.decode()
        assert 'href="/search/advanced/?q=%E5%85%AC%E7%A7%AF%E9%87%91&amp;level=city"' in html

    def test_mistakes_are_shown_beside_what_was_typed(self, client: Client, archive: Make) -> None:
        archive()
        response = client.get("/search/advanced/", {"text": "公积金", "date_to": "x", "go": "1"})
        html = response.content.decode()
        assert response.status_code == 400
        assert 'value="公积金"' in html
        assert "error-summary" in html

    def test_an_address_that_cannot_be_read_still_opens_the_form(self, client: Client, archive: Make) -> None:
        archive()
        response = client.get("/search/advanced/?q=公积金&level=galaxy")
        assert response.status_code == 200
        assert 'value="公积金"' in response.content.decode()

    def test_it_works_without_an_index(self, client: Client) -> None:
        with mock.patch("search.tasks.build_index.delay"):
            assert client.get("/search/advanced/").status_code == 200


class TestValuesWithSeparators:
    @pytest.mark.parametrize("region", ["云岭省甲市、云岭省乙市", "甲市，乙市", "甲市"])
    def test_a_value_that_holds_a_separator_survives_the_form(self, region: str) -> None:
        query = SearchQuery(region=(region, "云岭省"))
        form = AdvancedForm({name: value for name, value in initial_values(query).items() if value})
        assert form.is_valid(), form.errors
        assert form.search_query() == query

    def test_each_joint_issuer_of_a_list_is_one_to_filter_by(self, db: None) -> None:
        ArchivedDocumentFactory.create(co_issuers=["云岭省水利厅、云岭省公安厅"])
        indexing.rebuild()
        values = [value.value for value in run_search(SearchQuery()).facets["issuer"]]
        assert set(values) == {"云岭省人民政府", "云岭省水利厅", "云岭省公安厅"}
        assert run_search(SearchQuery(issuer=("云岭省公安厅",))).total == 1
