"""Page, API, suggestions and explanations under values nobody sends by mistake: bounded, escaped, said in words."""

from __future__ import annotations

import datetime
import json
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import pytest
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal.organisations.enums import Role
from portal.organisations.models import User
from search.archive.enums import Validity
from search.archive.models import NormativeDocument
from search.archive.validity import validity_at
from search.completion import MAX_COMPLETIONS
from search.conditions import AllOf, AnyOf, Between, Condition, Flag, Not, validity_on
from search.explanations import explain
from search.query import MAX_QUERY_LENGTH, SearchQuery
from search.selectors import run_search
from tests.factories.organisations import member

Make = Callable[..., NormativeDocument]
MARKUP = "<script>alert(1)</script>\"'><img src=x onerror=1>{{7*7}}${7}"


@pytest.mark.django_db
class TestMarkup:
    PATHS = (
        "/search/?q={}", "/search/?q=公积金&issuer={}", "/search/?q={}&level=x", "/search/?level={}", "/search/advanced/?q={}",
        "/search/advanced/?go=1&text={}&year={}", "/search/values/issuer/?q=公积金&find={}", "/search/?q=%2B{}", "/search/?from={}",
    )  # fmt: skip

    @pytest.mark.parametrize("path", PATHS)
    def test_in_a_value_is_text(self, client: Client, archive: Make, path: str) -> None:
        archive()
        page = client.get(path.replace("{}", quote(MARKUP))).content.decode()
        assert "<script>alert" not in page
        assert "<img src=x" not in page
        assert "\"'><img" not in page

    def test_in_a_document_is_text_wherever_it_is_shown(self, client: Client, archive: Make) -> None:
        document = archive(
            title=f"公积金{MARKUP}", text=f"第一条 公积金{MARKUP}", issuing_authority=f"厅{MARKUP}", genre=MARKUP[:20],
            document_number="云政发〔2021〕7号",
        )  # fmt: skip
        for path in (
            "/search/?q=公积金",
            "/search/?q=gongjijin",
            "/search/values/issuer/",
            "/search/advanced/",
            document.get_absolute_url(),
        ):
            page = client.get(path).content.decode()
            assert "<script>alert" not in page, path
            assert "<img src=x" not in page, path
        page = client.get("/search/?q=公积金").content.decode()
        assert "<mark>公积金</mark>&lt;script&gt;" in page

    def test_in_a_suggestion_is_data_with_the_place_of_its_marks(self, client: Client, archive: Make) -> None:
        archive(title=f"<b>公积金</b>{MARKUP}")
        answer = client.get("/search/suggest/?q=公积金")
        assert answer["Content-Type"] == "application/json"
        assert answer["X-Content-Type-Options"] == "nosniff"
        items = [
            item for group in answer.json()["groups"] for item in group["items"] if group["kind"] == "title"
        ]
        (title,) = items
        assert [title["text"][a:b] for a, b in title["marks"]] == ["公积金"]


@pytest.mark.django_db
class TestBounds:
    @pytest.mark.parametrize(
        "path",
        [
            f"/search/?{'&'.join(f'issuer={n}' for n in range(400))}",
            f"/search/?{'&'.join(f'page={n}' for n in range(400))}",
            "/search/?page=999999999",
            "/search/?year=99999",
            "/search/values/year/?year=x&find=%00",
            f"/search/?q={'%2B' * 3000}",
            f"/api/v1/documents/?q={'(' * 3000}",
            "/api/v1/documents/?page_size=0",
            "/api/v1/documents/?in_force_on=9999-99-99",
            "/api/v1/documents/99999999999999999999/",
            "/api/v1/documents/1/?on=tomorrow",
            "/api/v1/documents/?page=-1&page_size=abc&sort=x&from=y",
            "/search/suggest/?q=" + "%F0%9F%99%82" * 800,
            "/search/suggest/?q=%00%01云政发〔2021〕",
            "/search/values/__class__/",
            "/search/values/q/",
        ],
    )
    def test_nothing_is_a_server_error_or_slow(self, client: Client, archive: Make, path: str) -> None:
        archive()
        begin = time.perf_counter()
        answer = client.get(path)
        assert answer.status_code in {200, 302, 400, 404}
        assert time.perf_counter() - begin < 5

    def test_every_bad_parameter_is_named_in_one_answer(self, client: Client, archive: Make) -> None:
        archive()
        answer = client.get("/api/v1/documents/?page=x&year=1&level=moon&from=1&sort=up&scope=all")
        assert answer.status_code == 400
        assert set(answer.json()) == {"page", "year", "level", "from", "sort"}
        assert all(isinstance(message, str) for messages in answer.json().values() for message in messages)

    @pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
    def test_the_ends_of_the_calendar(self, client: Client, archive: Make, day: str) -> None:
        archive()
        for validity in Validity.values:
            for path in ("/search/", "/api/v1/documents/"):
                answer = client.get(f"{path}?in_force_on={day}&validity={validity}&from={day}&to={day}")
                assert answer.status_code == 200, (path, validity)

    def test_what_is_left_out_is_said(self, client: Client, archive: Make) -> None:
        archive()
        page = client.get(f"/search/?q={'公积金' * 400}").content.decode()
        assert f"前 {MAX_QUERY_LENGTH} 个字符" in page
        notices = client.get(
            f"/api/v1/documents/?q={quote(' '.join(f'-词{n}号' for n in range(30)))}"
        ).json()["notices"]
        assert any("条件过多" in notice for notice in notices)

    @settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(q=st.text(max_size=100))
    def test_suggestions_of_any_text(self, client: Client, archive: Make, q: str) -> None:
        if not NormativeDocument.objects.exists():
            archive()
        answer = client.get("/search/suggest/", {"q": q.encode("utf-8", "ignore")})
        assert answer.status_code == 200
        items = [item for group in json.loads(answer.content)["groups"] for item in group["items"]]
        assert len(items) <= MAX_COMPLETIONS
        for item in items:
            places = [place for span in item["marks"] for place in span]
            assert places == sorted(places)
            assert all(0 <= place <= len(item["text"]) for place in places)
            assert item["url"].startswith("/")
            assert not item["url"].startswith("//")


@pytest.mark.django_db
class TestExplanations:
    @settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(q=st.text(alphabet='公积金提取管理办法云岭省zfgj12〔〕号 +-"|OR', max_size=16))
    def test_any_search_can_be_explained_to_staff(self, archive: Make, q: str) -> None:
        if not NormativeDocument.objects.exists():
            archive()
        results = run_search(SearchQuery(q=q))
        explained = explain(results, User.objects.first() or member(Role.OFFICE))
        assert set(explained) == {hit.document.pk for hit in results.hits}
        for hit in results.hits:
            reasons = explained[hit.document.pk].reasons
            assert explained[hit.document.pk].score == hit.score
            assert all(reason.name for reason in reasons)
            assert all(reason.points is None or reason.points > 0 for reason in reasons)

    def test_reasons_are_not_given_to_readers_by_any_spelling(self, client: Client, archive: Make) -> None:
        archive()
        for asked in ("explain=1", "explain=1&explain=1", "explain=true", "Explain=1"):
            page = client.get(f"/search/?q=公积金&{asked}").content.decode()
            assert "命中的字对" not in page


def _holds(condition: Condition, facts: dict[str, Any]) -> bool:
    """What an engine does with a condition, in the plainest words."""
    if isinstance(condition, Between):
        value = facts[condition.field]
        low_ok = value is not None and (condition.low is None or value >= condition.low)
        return low_ok and (condition.high is None or value <= condition.high)
    if isinstance(condition, Flag):
        return bool(facts[condition.field])
    if isinstance(condition, Not):
        return not _holds(condition.part, facts)
    assert isinstance(condition, (AllOf, AnyOf))
    found = [_holds(part, facts) for part in condition.parts]
    return all(found) if isinstance(condition, AllOf) else any(found)


_TODAY = timezone.localdate()
_NEAR = st.none() | st.integers(-4, 4).map(lambda n: _TODAY + datetime.timedelta(days=n))


@given(
    starts=_NEAR, until=_NEAR, amended=_NEAR, repealed=_NEAR, lapsed=st.booleans(), confirmed=st.booleans(),
    on=st.integers(-5, 5),
)  # fmt: skip
def test_on_every_day_a_document_has_exactly_one_validity_the_one_its_page_says(
    starts: datetime.date | None, until: datetime.date | None, amended: datetime.date | None,
    repealed: datetime.date | None, lapsed: bool, confirmed: bool, on: int,
) -> None:  # fmt: skip
    day = _TODAY + datetime.timedelta(days=on)

    def number(value: datetime.date | None) -> int | None:
        return value.toordinal() if value else None

    facts = {
        "starts_on": number(starts), "valid_until": number(until), "amended_on": number(amended),
        "repealed_on": number(repealed), "lapsed": lapsed,
        "standing": confirmed and not lapsed and starts is not None,
    }  # fmt: skip
    true = [validity for validity in Validity if _holds(validity_on(validity, day), facts)]
    assert len(true) == 1
    document = NormativeDocument(
        effective_on=starts, published_on=None, valid_until=until, amended_on=amended, repealed_on=repealed,
        lapsed=lapsed, validity_confirmed=confirmed,
    )  # fmt: skip
    assert true == [validity_at(document, day)]
