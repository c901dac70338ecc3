"""`{% load yanlu %}` as templates use it."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from django.core.paginator import Paginator
from django.http import HttpRequest
from django.template import RequestContext, Template
from django.test import RequestFactory
from django.utils import translation

from portal.home.templatetags.yanlu import lang_of
from tests.home.markup import parse

MOMENT = datetime(2026, 11, 23, 18, 30, tzinfo=ZoneInfo("Asia/Shanghai"))


def render(source: str, request: HttpRequest | None = None, **context: object) -> str:
    return Template("{% load yanlu i18n %}" + source).render(
        RequestContext(request or HttpRequest(), context)
    )


@pytest.mark.parametrize(
    ("filter_", "expected"),
    [
        ("localday", "2026年11月23日"),
        ("localdate", "2026年11月23日"),
        ("localtime_full", "2026年11月23日 18:30"),
        ("deadline", "2026年11月23日 18:30"),
        ("isodate", "2026-11-23T18:30:00+08:00"),
    ],
)
def test_dates(filter_: str, expected: str) -> None:
    assert render(f"{{{{ value|{filter_} }}}}", value=MOMENT) == expected
    assert render(f"{{{{ value|{filter_} }}}}", value=None) == ""


def test_iso_form_of_a_day() -> None:
    assert render("{{ value|isodate }}", value=date(2026, 1, 2)) == "2026-01-02"


@pytest.mark.parametrize("filter_", ["days_left", "days_left_text"])
def test_no_deadline_no_days(filter_: str) -> None:
    assert render(f"{{{{ value|{filter_} }}}}", value=None) == ""


def test_text_filters_escape() -> None:
    assert render("{{ value|plaintext }}", value="<b>") == "&lt;b&gt;"
    assert render("{{ value|paragraphs }}", value="<b>") == "<p>&lt;b&gt;</p>"
    assert render("{{ value|masked }}", value="<b>") == "&lt;**"


@pytest.mark.parametrize(
    ("part", "whole", "expected"), [(1, 3, "33"), (0, 3, "0"), (1, 0, "0"), (None, None, "0"), (3, 3, "100")]
)
def test_percent(part: int | None, whole: int | None, expected: str) -> None:
    assert render("{{ part|percent_of:whole }}", part=part, whole=whole) == expected


@pytest.mark.parametrize(("code", "expected"), [("zh-hans", "zh-Hans"), ("en", "en")])
def test_language_of_the_document(code: str, expected: str) -> None:
    assert render("{{ code|html_lang }}", code=code) == expected


def test_breadcrumbs_start_at_home_and_end_here() -> None:
    tree = parse(render('{% breadcrumbs "政策" "/policies/" title %}', title="<某办法>"))
    items = tree.css("li")
    assert [item.text(strip=True) for item in items] == ["首页", "政策", "<某办法>"]
    assert [link.attributes["href"] for link in tree.css("a")] == ["/", "/policies/"]
    assert [item.attributes.get("aria-current") for item in items] == [None, None, "page"]


@pytest.mark.parametrize(
    ("path", "current"),
    [
        ("/", {"/": "page"}),
        ("/policies/", {"/policies/": "page"}),
        ("/policies/some-policy/", {"/policies/": "true"}),
        ("/archive/12/", {"/search/": "true"}),
        ("/about/", {}),
    ],
)
def test_navigation_marks_the_place(path: str, current: dict[str, str]) -> None:
    source = "{% site_nav as nav %}{% for entry in nav %}{{ entry.url }}={{ entry.current }} {% endfor %}"
    shown = render(source, request=RequestFactory().get(path)).split()
    marked = dict(pair.split("=") for pair in shown if not pair.endswith("="))
    assert marked == current
    assert len(shown) == 6


def test_navigation_without_a_request_marks_nothing() -> None:
    assert "aria-current" not in render(
        "{% site_nav as nav %}{% for e in nav %}{% if e.current %}aria-current{% endif %}{% endfor %}"
    )


def test_steps_of_a_comment() -> None:
    tree = parse(render('{% include "components/steps.html" with current="review" %}'))
    items = tree.css("li")
    assert [item.text() for item in items] == ["填写意见", "核对", "领取回执"]
    assert ["done" in (item.attributes["class"] or "") for item in items] == [True, False, False]
    assert [item.attributes.get("aria-current") for item in items] == [None, "step", None]


def test_an_unknown_step_is_an_error() -> None:
    with pytest.raises(ValueError, match="nowhere"):
        render('{% include "components/steps.html" with current="nowhere" %}')


def paginated(number: int, path: str = "/x/?level=city&page=3") -> str:
    page = Paginator(range(200), 10).page(number)
    request = RequestFactory().get(path)
    return render('{% include "components/pagination.html" with page_obj=page %}', page=page, request=request)


def test_pagination_keeps_the_other_parameters() -> None:
    links = {link.text(): link.attributes["href"] for link in parse(paginated(10)).css("a")}
    assert links["下一页"] == "?level=city&page=11"
    assert links["上一页"] == "?level=city&page=9"
    assert links["20"] == "?level=city&page=20"


def test_pagination_marks_the_current_page_and_elides() -> None:
    tree = parse(paginated(10))
    current = tree.css_first('[aria-current="page"]')
    assert current is not None
    assert current.text() == "10"
    assert [node.text() for node in tree.css("[aria-hidden]")] == ["…", "…"]


def test_a_single_page_has_no_pagination() -> None:
    page = Paginator(range(3), 10).page(1)
    assert render('{% include "components/pagination.html" with page_obj=page %}', page=page).strip() == ""


def test_dates_follow_the_language() -> None:
    with translation.override("en"):
        assert render("{{ value|localday }}", value=MOMENT) == "23 November 2026"


@pytest.mark.parametrize(
    ("language", "text", "marked"),
    [
        ("en", "云政发〔2020〕3号", ' lang="zh-Hans"'), ("en", "Policies", ""), ("en", "", ""), ("en", None, ""),
        ("zh-hans", "云政发〔2020〕3号", ""),
    ],
)  # fmt: skip
def test_chinese_is_marked_as_such_on_pages_in_another_language(
    language: str, text: str | None, marked: str
) -> None:
    with translation.override(language):
        assert lang_of(text) == marked
        crumbs = render('{% breadcrumbs "Policies" "/policies/" title %}', title=text or "")
    assert f"<li{marked} aria-current" in crumbs
