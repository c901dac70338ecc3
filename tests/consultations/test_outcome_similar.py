"""Suggestions of comments that say nearly the same."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consultations.similar import ALIKE, LIMIT, likeness, most_similar, suggest_groups

CAMPAIGN = "我强烈建议将第三条规定的提交期限由三日延长至五个工作日，否则基层医院无法完成。"


@pytest.mark.parametrize(
    "other",
    [
        CAMPAIGN + "谢谢！",
        CAMPAIGN.replace("，", " , ").replace("。", "!!!"),
        CAMPAIGN.replace("强烈", ""),
        "您好。" + CAMPAIGN + "王某某",
        CAMPAIGN.replace("规", "規").replace("时", "時").replace("医", "醫"),
    ],
)
def test_a_campaign_with_small_changes_is_one_group(other: str) -> None:
    assert likeness(CAMPAIGN, other) >= ALIKE
    (group,) = suggest_groups([(1, CAMPAIGN), (2, "完全赞成这个办法"), (3, other)])
    assert group.comment_ids == (1, 3)
    assert group.example == CAMPAIGN


def test_different_opinions_on_one_topic_stay_apart() -> None:
    assert suggest_groups([(1, "建议把期限延长到五个工作日"), (2, "期限已经太长，应当缩短为一日")]) == []


def test_texts_without_letters_are_never_grouped() -> None:
    assert suggest_groups([(1, "！！！"), (2, "！！！"), (3, ""), (4, "  ")]) == []
    assert likeness("", "") == 0.0


def test_the_largest_group_comes_first_and_ids_keep_their_order() -> None:
    texts = [
        (9, "赞成这个办法的全部内容"),
        (2, CAMPAIGN),
        (7, "赞成这个办法的全部内容！"),
        (4, CAMPAIGN),
        (1, CAMPAIGN),
    ]
    assert [group.comment_ids for group in suggest_groups(texts)] == [(2, 4, 1), (9, 7)]


def test_most_similar_are_ordered_by_closeness() -> None:
    others = [(1, "无关的话"), (2, CAMPAIGN + "谢谢各位领导。"), (3, CAMPAIGN)]
    assert most_similar(CAMPAIGN, others) == [3, 2]


@given(st.lists(st.text(alphabet="建议延长期限，。a1", max_size=30), max_size=20))
def test_each_comment_is_in_one_group_at_most(texts: list[str]) -> None:
    groups = suggest_groups(list(enumerate(texts)))
    members = [pk for group in groups for pk in group.comment_ids]
    assert len(members) == len(set(members))
    assert all(len(group.comment_ids) > 1 for group in groups)
    assert groups == suggest_groups(list(enumerate(texts)))


@given(st.text(max_size=40), st.text(max_size=40))
def test_likeness_is_symmetric_and_between_zero_and_one(left: str, right: str) -> None:
    assert likeness(left, right) == likeness(right, left)
    assert 0 <= likeness(left, right) <= 1


def test_as_many_as_the_limit_are_quick() -> None:
    texts = [
        (
            n,
            f"第{n}位：{chr(0x4E00 + n)}{chr(0x5E00 + n * 3)}建议{chr(0x6E00 + n * 2)}延长期限，理由之{n}。"
            * 3,
        )
        for n in range(LIMIT)
    ]
    start = time.perf_counter()
    suggest_groups([*texts, (-1, CAMPAIGN), (-2, CAMPAIGN)])
    assert time.perf_counter() - start < 10
