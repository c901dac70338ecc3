"""`/search/` as people meet it: results, filters, trouble, bad input."""

from __future__ import annotations

import re
from collections.abc import Callable
from unittest import mock
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from search import indexing
from search.archive.models import NormativeDocument
from tests.factories.search import ArchivedDocumentFactory

pytestmark = pytest.mark.django_db
Make = Callable[..., NormativeDocument]

HOSTILE = [
    "税" * 10_000,
    "\x00\x01\x1f\x7f",
    "🙂👨‍👩‍👧‍👦",
    "\u202e\u200b\ufeff住房",
    "'; DROP TABLE archive; --",
    "<script>alert(1)</script>",
    '"' * 301,
    "“" * 400,
    "(((((((((" + ")" * 30,
    "a* OR b~2^9 NEAR/5 {x TO y} field:value",
    "\\" * 200,
    "{{ 7*7 }}{% debug %}",
    "../../../etc/passwd",
    "%00%zz",
    "国办发〔99999999〕99999999999号",
    "〔〔〔〔〔2016〕〕〕〕",
    "第" * 250 + "号" * 250,
    "（" * 500,
    "a-" * 250,
    "1" * 500,
]


def get(client: Client, **parameters: object) -> tuple[int, str]:
    response = client.get("/search/?" + urlencode(parameters, doseq=True))
    return response.status_code, response.content.decode()


class TestResults:
    def test_a_policy_of_this_site_leads_to_its_page_and_interpretation(
        self, client: Client, archive: Make
    ) -> None:
        document = archive(title="云岭省住房公积金提取管理办法", page_id=7, page_url="/policies/fund/")
        _status, html = get(client, q="公积金 购房合同")
        links = re.findall(r'href="([^"]+)"', html)
        assert {"/policies/fund/", "/policies/fund/#a3", "/policies/fund/#interpretation"} <= set(links)
        assert document.get_absolute_url() in links

    def test_an_imported_document_leads_to_the_archive_only(self, client: Client, archive: Make) -> None:
        document = archive(title="云岭省住房公积金提取管理办法")
        _status, html = get(client, q="公积金 购房合同")
        assert f'href="{document.get_absolute_url()}#a3"' in html
        assert "#interpretation" not in html

    def test_the_last_breadcrumb_is_where_one_is(self, client: Client) -> None:
        _status, html = get(client, q="公积金")
        crumbs = html.split('class="breadcrumbs"', 1)[1].split("</nav>", 1)[0]
        assert re.findall(r'href="([^"]+)"', crumbs) == ["/"]
        assert crumbs.count('aria-current="page"') == 1

    def test_a_hit_shows_what_one_needs_to_choose_it(self, client: Client, archive: Make) -> None:
        document = archive(title="云岭省住房公积金提取管理办法", document_number="云政发〔2021〕77号")
        status, html = get(client, q="公积金 购房合同")
        assert status == 200
        assert "<mark>住房公积金</mark>" in html
        assert "云政发〔2021〕77号" in html
        assert "云岭省人民政府" in html
        assert "badge--in_force" in html
        assert f'href="/archive/{document.pk}/#a3"' in html
        assert "2021年5月1日" in html

    def test_the_document_page_has_the_anchor_the_hit_leads_to(self, client: Client, archive: Make) -> None:
        document = archive()
        assert f"/archive/{document.pk}/#a3" in get(client, q="购房合同")[1]
        assert 'id="a3"' in client.get(f"/archive/{document.pk}/").content.decode()

    def test_markup_in_documents_is_shown_not_run(self, client: Client, archive: Make) -> None:
        archive(title="<img src=x onerror=alert(1)>公积金", text="<script>公积金</script>")
        html = get(client, q="公积金")[1]
        assert "<img src=x" not in html
        assert "<script>" not in html
        assert "&lt;img src=x onerror=alert(1)&gt;<mark>公积金</mark>" in html

    def test_pages_keep_the_search(self, client: Client, db: None) -> None:
        ArchivedDocumentFactory.create_batch(25)
        indexing.rebuild()
        html = get(client, q="公积金", level="province", page=2)[1]
        assert 'start="11"' in html
        assert "page=3" in html
        assert html.count('class="item"') == 10

    def test_a_page_beyond_the_last_says_so(self, client: Client, archive: Make) -> None:
        archive()
        status, html = get(client, q="公积金", page=9)
        assert status == 200
        assert "没有这一页" in html

    def test_withdrawn_documents_are_not_listed(self, client: Client, archive: Make) -> None:
        archive(withdrawn=True)
        assert "没有找到" in get(client, q="公积金")[1]

    def test_nothing_found_helps(self, client: Client, archive: Make) -> None:
        archive(title="渔港办法", text="第一条 渔业捕捞的管理。")
        status, html = get(client, q="渔业捕捞", level="city", scope="title")
        assert status == 200
        assert "没有找到与“渔业捕捞”相符的文件" in html
        assert "检索标题与正文，不带筛选条件" in html
        assert "从这里浏览文件库" in html

    def test_quotes_that_match_nothing_are_given_up_with_a_notice(
        self, client: Client, archive: Make
    ) -> None:
        archive(title="保障最多跑一次改革规定", text="正文。")
        html = get(client, q="保障“多最跑一次”改革规定")[1]
        assert "去掉引号后的结果" in html
        assert 'class="item"' in html

    def test_a_number_that_is_not_here_is_said_and_only_what_cites_it_is_shown(
        self, client: Client, archive: Make
    ) -> None:
        ArchivedDocumentFactory.create(
            title="甲", text="国办发〔2015〕7号。", document_number="国办发〔2015〕7号"
        )
        citing = archive(title="乙", text="第一条 依照国办发〔2016〕80号文件办理。")
        html = get(client, q="国办发[2016]80号")[1]
        assert "没有这个发文字号的文件" in html
        assert html.count('class="item"') == 1
        assert f"/archive/{citing.pk}/" in html
        assert "没有这个发文字号的文件" in get(client, q="国办发〔2016〕99号")[1]
        assert "没有找到" in get(client, q="云税规〔2016〕99号")[1]

    def test_a_title_that_is_a_number_is_found_by_the_abbreviation_of_its_issuer(
        self, client: Client, archive: Make
    ) -> None:
        document = archive(title="中国人民银行 海关总署公告〔2023〕第22号", document_number="", text="公告。")
        assert f"/archive/{document.pk}/" in get(client, q="人行 海关总署公告〔2023〕第22号")[1]

    def test_a_number_that_is_here_needs_no_notice(self, client: Client, archive: Make) -> None:
        archive(document_number="云政发〔2021〕77号")
        assert "没有这个发文字号" not in get(client, q="云政发2021 77")[1]

    def test_english_pages(self, client: Client, archive: Make) -> None:
        archive()
        response = client.get("/search/?q=公积金", headers={"accept-language": "en"})
        assert response.status_code == 200
        assert 'lang="en"' in response.content.decode()


class TestFilters:
    def test_facets_link_to_the_narrower_search_and_chips_back(self, client: Client, db: None) -> None:
        ArchivedDocumentFactory.create(level="city")
        ArchivedDocumentFactory.create(level="county")
        indexing.rebuild()
        wide = get(client, q="公积金")[1]
        assert "level=city" in wide
        narrow = get(client, q="公积金", level="city", year="2021")[1]
        assert "层级：市级" in narrow
        assert narrow.count('class="item"') == 1
        assert 'href="?q=%E5%85%AC%E7%A7%AF%E9%87%91&amp;year=2021"' in narrow

    def test_forms_carry_the_filters_along(self, client: Client, archive: Make) -> None:
        archive()
        html = get(client, q="公积金", level="province", sort="newest", page=1)[1]
        assert html.count('<input type="hidden" name="level" value="province">') == 2
        assert '<input type="hidden" name="page"' not in html

    def test_a_date_that_is_chosen_stays_in_its_field(self, client: Client, archive: Make) -> None:
        archive()
        html = get(client, in_force_on="2022-01-01")[1]
        assert 'name="in_force_on" value="2022-01-01"' in html
        assert "在此日有效 2022年1月1日" in html

    def test_every_sort_is_offered_and_the_used_one_marked(self, client: Client, db: None) -> None:
        ArchivedDocumentFactory.create_batch(2)
        indexing.rebuild()
        html = get(client, q="公积金", sort="oldest")[1]
        assert 'aria-current="true">从旧到新' in html


class TestTrouble:
    @pytest.mark.parametrize(
        ("name", "value"),
        [("level", "galaxy"), ("from", "2024-02-30"), ("page", "0"), ("sort", "x"), ("year", "近年")],
    )
    def test_a_bad_value_is_named_in_place(
        self, client: Client, archive: Make, name: str, value: str
    ) -> None:
        archive()
        status, html = get(client, q="公积金", **{name: value})
        assert status == 400
        assert f"<code>{name}</code>" in html
        assert 'value="公积金"' in html

    def test_a_bad_value_with_markup_is_only_text(self, client: Client) -> None:
        status, html = get(client, level="<script>alert(1)</script>")
        assert status == 400
        assert "<script>" not in html

    def test_a_missing_index_is_built_when_tasks_run_at_once(self, client: Client) -> None:
        ArchivedDocumentFactory.create()
        status, html = get(client, q="公积金")
        assert status == 200
        assert 'class="item"' in html

    def test_a_missing_index_is_said_while_the_worker_builds_it(self, client: Client) -> None:
        with mock.patch("search.tasks.build_index.delay") as asked:
            response = client.get("/search/?q=公积金")
        assert response.status_code == 503
        assert response["Retry-After"]
        assert "检索暂时不可用" in response.content.decode()
        assert asked.call_count == 1

    def test_only_reading_methods(self, client: Client) -> None:
        assert client.post("/search/").status_code == 405

    @pytest.mark.parametrize("q", HOSTILE, ids=range(len(HOSTILE)))
    @pytest.mark.parametrize("path", ["/search/", "/api/v1/documents/"])
    def test_hostile_queries(self, client: Client, archive: Make, path: str, q: str) -> None:
        archive()
        response = client.get(path, {"q": q})
        assert response.status_code == 200
        assert b"<script>alert" not in response.content

    def test_a_long_query_says_how_much_was_used(self, client: Client, archive: Make) -> None:
        archive()
        assert "只用前 500 个字符" in get(client, q="公积金" * 3_333)[1]

    @settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(
        pairs=st.dictionaries(
            st.sampled_from(["q", "issuer", "region", "genre", "year", "page", "to"]), st.text(max_size=40)
        )
    )
    def test_no_input_is_a_server_error(self, client: Client, archive: Make, pairs: dict[str, str]) -> None:
        if not NormativeDocument.objects.exists():
            archive()
        assert client.get("/search/", pairs).status_code in {200, 400}


class TestCost:
    @pytest.mark.parametrize("number", [1, 10])
    def test_queries_do_not_grow_with_results(self, client: Client, db: None, number: int) -> None:
        ArchivedDocumentFactory.create_batch(number)
        indexing.rebuild()
        client.get("/search/?q=公积金")
        with CaptureQueriesContext(connection) as captured:
            html = get(client, q="公积金")[1]
        assert html.count('class="item"') == number
        archive_queries = [q for q in captured.captured_queries if "archive_normativedocument" in q["sql"]]
        assert len(archive_queries) == 1
        assert len(captured.captured_queries) <= 3
