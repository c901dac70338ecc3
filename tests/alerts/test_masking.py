"""What people paste into a search box and nobody needs to keep."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.alerts.masking import mask, says_nothing


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("公积金 zhangsan@example.org 提取", "公积金 〔邮箱〕 提取"),
        ("13800138000", "〔号码〕"),
        ("电话１３８００１３８０００", "电话〔号码〕"),
        ("138-0013-8000 投诉", "〔号码〕 投诉"),
        ("身份证11010519491231002X查询", "身份证〔号码〕查询"),
        ("我叫王小明 低保", "我叫〔姓名〕 低保"),
        ("姓名：欧阳小明", "姓名：〔姓名〕"),
        ("举报张三", "举报〔姓名〕"),
        ("举报李四的违建", "举报〔姓名〕的违建"),
    ],
)
def test_numbers_addresses_and_names_are_taken_out(typed: str, kept: str) -> None:
    masked, changed = mask(typed)
    assert masked.replace(":", "：") == kept
    assert changed


@pytest.mark.parametrize(
    "typed",
    [
        "国办发〔2016〕80号", "2016年80号", "12345 热线", "举报奖励办法", "举报人保护", "姓名变更登记", "住房公积金",
        "GB/T 9704-2012", "举报",
    ],
)  # fmt: skip
def test_what_is_looked_for_in_an_archive_stays(typed: str) -> None:
    assert mask(typed) == (typed, False)


def test_a_search_of_nothing_but_a_number_says_nothing() -> None:
    assert says_nothing(mask("138 0013 8000")[0])
    assert says_nothing(mask("（a@b.cn）")[0])
    assert not says_nothing(mask("13800138000 低保")[0])


@given(st.text(max_size=60), st.text(alphabet="0123456789", min_size=7, max_size=20), st.text(max_size=60))
def test_no_long_number_survives(before: str, digits: str, after: str) -> None:
    masked, _changed = mask(f"{before} {digits} {after}")
    assert not re.search(r"[0-9]{7,}", masked)


@given(st.text(max_size=80))
def test_masking_twice_changes_nothing_more(text: str) -> None:
    once, _changed = mask(text)
    assert mask(once)[0] == once
