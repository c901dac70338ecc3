"""Lists as offices keep them: numbers, titles, CSV, numbering; and searches as the scope of a clean-up."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given, settings
from hypothesis import strategies as st

from search import indexing
from search.archive.models import NormativeDocument
from search.upkeep.scope import ListedFiles, match_list, read_list, search_ids
from tests.factories.archive import DocumentFactory


@pytest.fixture
def ferry(db: None) -> NormativeDocument:
    made: NormativeDocument = DocumentFactory.create(
        title="云岭省渡口管理办法", document_number="云政发〔2018〕7号", number_key="standard|云政发|2018|7"
    )
    return made


def matched(text: str) -> ListedFiles:
    return match_list(read_list(text))


@pytest.mark.parametrize(
    "line",
    [
        "云政发〔2018〕7号",
        "雲政發[2018]07號",
        "云岭省渡口管理办法",
        "《云岭省渡口管理办法》（云政发〔2018〕7号）",
        "1. 云岭省渡口管理办法（云政发〔2018〕7号）",
        "（12）《云岭省渡口管理办法》",
        "十二、云岭省渡口管理办法",
        "云岭省渡口管理办法,云政发(2018)7号",
        '"云政发〔2018〕7号","云岭省渡口管理办法"',
        "云岭省渡口管理办法\t云政发〔2018〕7号",
    ],
)
def test_a_line_is_found_however_it_is_written(ferry: NormativeDocument, line: str) -> None:
    found = matched(line)
    assert (found.ids, found.unknown, found.ambiguous) == ([ferry.pk], [], [])


def test_a_number_shared_by_two_is_told_apart_by_the_title(ferry: NormativeDocument) -> None:
    twin = DocumentFactory.create(title="云岭省渡船检验办法", document_number="云政发〔2018〕7号")
    assert matched("云政发〔2018〕7号").ambiguous == ["云政发〔2018〕7号"]
    assert matched("云岭省渡船检验办法 云政发〔2018〕7号").ids == [twin.pk]


def test_what_is_not_there_is_reported_and_headings_fall_away(ferry: NormativeDocument) -> None:
    found = matched(
        "\ufeff标题,字号\r\n\r\n云岭省不存在的办法\r\n云岭省渡口管理办法,云政发〔2018〕7号\r\n云政发〔2018〕7号\r\n"
    )
    assert (found.ids, found.unknown) == ([ferry.pk], ["云岭省不存在的办法"])


def test_withdrawn_documents_are_not_found(ferry: NormativeDocument) -> None:
    NormativeDocument.objects.update(withdrawn=True)
    assert matched("云政发〔2018〕7号").unknown == ["云政发〔2018〕7号"]


def test_lists_too_long_are_refused() -> None:
    with pytest.raises(ValidationError):
        read_list("甲" * 4_000_001)
    with pytest.raises(ValidationError):
        read_list("甲\n" * 20_001)


@pytest.mark.django_db
@given(st.text(max_size=200))
@settings(max_examples=60, deadline=None)
def test_no_list_breaks_it(text: str) -> None:
    lines = read_list(text)
    found = match_list(lines)
    assert len(found.unknown) + len(found.ambiguous) + len(found.ids) <= len(lines)


def test_a_thousand_lines_cost_a_handful_of_queries(
    ferry: NormativeDocument, django_assert_max_num_queries
) -> None:  # type: ignore[no-untyped-def]
    with django_assert_max_num_queries(6):
        assert len(matched("\n".join(f"云政发〔2019〕{n}号" for n in range(1000))).unknown) == 1000


@pytest.mark.django_db
def test_a_search_gives_all_it_finds_page_by_page() -> None:
    made = DocumentFactory.create_batch(120, level="city", text="甲")
    DocumentFactory.create(level="province", text="甲")
    indexing.rebuild()
    assert set(search_ids("?level=city&page=7")) == {d.pk for d in made}


@pytest.mark.django_db
@pytest.mark.parametrize("query", ["level=nowhere", "q=没有这样的文件名称", "from=2020-13-01"])
def test_a_search_that_gives_nothing_is_told(query: str) -> None:
    DocumentFactory.create(text="甲")
    indexing.rebuild()
    with pytest.raises(ValidationError):
        search_ids(query)
