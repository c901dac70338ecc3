"""Error pages: in both languages, with help, with the text a person had typed, and JSON for programs."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse
from django.test import Client, RequestFactory, override_settings
from django.urls import path
from django.utils import translation
from django.utils.translation import gettext
from pytest_django import DjangoAssertNumQueries

from portal import urls as portal_urls
from portal.home import errors
from tests.home.markup import parse, problems

TITLES = {
    400: "这个请求无法识别",
    403: "您不能进行这项操作",
    404: "没有找到这个页面",
    500: "系统出错了",
}


def fails(exception: Exception) -> Callable[[HttpRequest], HttpResponse]:
    def view(request: HttpRequest) -> HttpResponse:
        raise exception

    return view


urlpatterns = [
    path("fails/400/", fails(SuspiciousOperation("odd"))),
    path("fails/403/", fails(PermissionDenied("您不是这个部门的负责人"))),
    path("fails/404/", fails(Http404())),
    path("fails/500/", fails(RuntimeError("boom"))),
    path("api/v1/fails/400/", fails(SuspiciousOperation("odd"))),
    path("api/v1/fails/403/", fails(PermissionDenied())),
    path("api/v1/fails/404/", fails(Http404())),
    path("api/v1/fails/500/", fails(RuntimeError("boom"))),
    *portal_urls.urlpatterns,
]
handler400 = portal_urls.handler400
handler403 = portal_urls.handler403
handler404 = portal_urls.handler404
handler500 = portal_urls.handler500

pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]


@pytest.fixture
def visitor() -> Client:
    """A browser: an exception becomes a page, not a failure of the test."""
    return Client(raise_request_exception=False)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("status", [400, 403, 404, 500])
def test_the_page_speaks_the_reader_s_language_and_is_sound(
    visitor: Client, status: int, language: str
) -> None:
    response = visitor.get(f"/fails/{status}/", headers={"accept-language": language})
    assert response.status_code == status
    assert problems(response.content) == []
    tree = parse(response.content)
    heading = tree.css_first("h1")
    root = tree.css_first("html")
    assert heading is not None
    assert root is not None
    with translation.override(language):
        assert heading.text() == gettext(TITLES[status])
    assert root.attributes["lang"] == {"zh-hans": "zh-Hans", "en": "en"}[language]


@pytest.mark.parametrize("status", [400, 403, 404, 500])
def test_the_page_offers_a_search_and_ways_on(visitor: Client, status: int) -> None:
    tree = parse(visitor.get(f"/fails/{status}/").content)
    form = tree.css_first("main form")
    assert form is not None
    assert form.attributes["action"] == "/search/"
    assert {"/", "/receipts/", "/departments/"} <= {link.attributes["href"] for link in tree.css("main a")}


@pytest.mark.parametrize("status", [400, 403, 404, 500])
def test_a_program_gets_json(visitor: Client, status: int) -> None:
    response = visitor.get(f"/api/v1/fails/{status}/")
    assert response.status_code == status
    assert response.json()["detail"]


@pytest.mark.parametrize("status", [400, 403, 404, 500])
def test_no_cache_keeps_it(visitor: Client, status: int) -> None:
    assert "no-store" in visitor.get(f"/fails/{status}/").headers["Cache-Control"]


def test_the_reason_of_a_refusal_is_shown(visitor: Client) -> None:
    assert "您不是这个部门的负责人" in visitor.get("/fails/403/").content.decode()


def test_a_missing_page_suggests_a_search_for_its_name(visitor: Client) -> None:
    box = parse(visitor.get("/policies/fair-competition/nothing-here/").content).css_first(
        "main input[name=q]"
    )
    assert box is not None
    assert box.attributes["value"] == "nothing here"


@pytest.mark.parametrize(
    "address",
    ["/%00/", "/" + "长" * 3000 + "/", "/<script>alert(1)</script>/", "/%F0%9F%98%80/", "/%E2%80%AEabc/"],
)
def test_no_address_breaks_the_missing_page(visitor: Client, address: str) -> None:
    response = visitor.get(address)
    assert response.status_code in (400, 404)
    assert "<script>alert" not in response.content.decode()


@pytest.mark.parametrize("address", ["/fails/400/", "/fails/403/", "/fails/404/"])
def test_what_was_typed_is_handed_back(visitor: Client, address: str) -> None:
    text = "第三条的期限太短，建议改为三十日。<b>"
    response = visitor.post(address, {"comment": text, "password": "secret-secret", "kind": "a"})
    kept = [area.text() for area in parse(response.content).css("textarea[readonly]")]
    assert kept == [text]
    assert "secret-secret" not in response.content.decode()


def test_an_expired_form_is_explained_and_its_text_handed_back() -> None:
    visitor = Client(enforce_csrf_checks=True)
    text = "请把第五条写得更清楚一些，谢谢。"
    response = visitor.post("/i18n/setlang/", {"comment": text, "next": "/consultations/somewhere/"})
    assert response.status_code == 403
    assert problems(response.content) == []
    assert [area.text() for area in parse(response.content).css("textarea")] == [text]
    assert gettext("页面已过期，内容没有提交") in response.content.decode()


@override_settings(DATA_UPLOAD_MAX_MEMORY_SIZE=100)
def test_a_form_too_large_to_read_still_gets_its_page(visitor: Client) -> None:
    request = RequestFactory().post("/x/", {"comment": "长" * 500})
    assert errors.typed_text(request) == []
    assert errors.bad_request(request, SuspiciousOperation()).status_code == 400


def test_the_failure_page_needs_no_database(
    visitor: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_max_num_queries(0):
        response = errors.server_error(RequestFactory().get("/"))
    assert response.status_code == 500
    assert "系统出错了" in response.content.decode()
