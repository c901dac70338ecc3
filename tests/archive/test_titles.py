"""Keys of titles: what must be one key, and what must not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.archive.titles import KEY_LENGTH, carried_key, exact_key, is_draft, issuer_in, keys_of, title_key


@pytest.mark.parametrize(
    "spelling",
    [
        "云岭省停车条例",
        " 云 岭 省 停 车 条 例 ",
        "云岭省停车条例（2020年修订）",
        "云岭省停车条例(修正)",
        "云岭省停车条例（试行）",
        "云岭省停车条例（试行）（征求意见稿）",
        "云岭省停车条例（云政发〔2021〕3号）",
        "云岭省停车条例(国务院令 第713号)",
        "雲嶺省停車條例",
        "《云岭省停车条例》",
    ],
)
def test_spellings_of_one_title(spelling: str) -> None:
    assert title_key(spelling) == "云岭省停车条例"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("停车法修正案（八）", "停车法修正案（九）"),
        ("云岭省三年行动计划（2021—2023年）", "云岭省三年行动计划（2024—2026年）"),
        ("云岭省停车办法", "云岭省停车暂行办法"),
        ("云岭省停车条例", "青禾市停车条例"),
    ],
)
def test_what_tells_documents_apart_stays(one: str, other: str) -> None:
    assert title_key(one) != title_key(other)


def test_full_and_short_names_of_a_law_share_a_key() -> None:
    assert title_key("中华人民共和国停车法") == title_key("停车法") == "停车法"
    assert title_key("中华人民共和国") == "中华人民共和国"


def test_the_issuer_before_a_title_is_kept_apart() -> None:
    title = "云岭省公安厅、云岭省财政厅关于停车收费的通知"
    assert title_key(title) == title_key("关于停车收费的通知")
    assert issuer_in(title) == "云岭省公安厅、云岭省财政厅"
    assert issuer_in("云岭省停车条例") == ""


@pytest.mark.parametrize(
    ("title", "carried"),
    [
        ("云岭省公安厅关于印发《停车场管理办法》的通知", "停车场管理办法"),
        ("关于印发《停车场管理办法（试行）》等两项制度的通知", "停车场管理办法"),
        ("关于印发停车场管理办法的通知", "停车场管理办法"),
        ("云岭省公安厅关于印发停车场管理办法", "停车场管理办法"),
        ("转发《关于执行〈停车法〉的意见》的通知", "关于执行停车法的意见"),
        ("中华人民共和国交通法典·停车编", "交通法典"),
        ("云岭省停车条例", ""),
        ("关于停车的通知", ""),
    ],
)
def test_what_a_document_carries(title: str, carried: str) -> None:
    assert carried_key(title) == carried


def test_drafts_say_so() -> None:
    assert is_draft("停车办法（征求意见稿）") and is_draft("停车法（草案）")
    assert not is_draft("停车办法") and not is_draft("草案案例汇编")


def test_exact_keys_tell_versions_apart() -> None:
    assert exact_key("停 车 法") == exact_key("《停车法》") != exact_key("停车法（修正）")


@given(st.text(max_size=400))
def test_no_title_breaks_the_keys(title: str) -> None:
    keys = keys_of(title)
    assert set(keys) == {"title_key", "carried_key"}
    assert all(len(key) <= KEY_LENGTH for key in keys.values())


@pytest.mark.parametrize(
    "title", ["（" * 5_000, "关于" * 3_000, "院关于" * 2_000, "《" * 5_000, "(试行)" * 1_000]
)
def test_a_hostile_title_costs_little(title: str) -> None:
    assert len(title_key(title)) <= KEY_LENGTH
    assert isinstance(carried_key(title), str)
