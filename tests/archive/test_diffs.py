"""Clause by clause difference: statuses, order, nothing lost."""

from __future__ import annotations

import time

from hypothesis import given, settings
from hypothesis import strategies as st

from search.archive.clauses import Clause, parse_clauses
from search.archive.diffs import ClauseChange, ClauseStatus, counts, diff_clauses

OLD = """第一章 总则
第一条 为规范省级健康数据共享，保护个人信息，制定本办法。
第二条 本办法适用于本省行政区域内的公立医院。
第二章 共享
第三条 医院应当在三日内提交数据目录。
第四条 共享数据应当脱敏，并符合下列要求：
（一）不含姓名和住址；
（二）不含联系方式。
第五条 违反本办法的，由主管部门责令改正。
"""


def statuses(changes: tuple[ClauseChange, ...]) -> list[tuple[str, str]]:
    return [(change.status.value, (change.new or change.old).id) for change in changes]  # type: ignore[union-attr]


def difference(old: str, new: str) -> tuple[ClauseChange, ...]:
    return diff_clauses(parse_clauses(old), parse_clauses(new))


def test_the_same_text_is_unchanged() -> None:
    changes = difference(OLD, OLD)
    assert {change.status for change in changes} == {ClauseStatus.UNCHANGED}
    assert not any(change.moved or change.segments for change in changes)


def test_from_nothing_and_to_nothing() -> None:
    assert {c.status for c in difference("", OLD)} == {ClauseStatus.ADDED}
    assert {c.status for c in difference(OLD, "")} == {ClauseStatus.REMOVED}
    assert difference("", "") == ()


def test_a_changed_clause_shows_which_words() -> None:
    changes = difference(OLD, OLD.replace("三日内", "五个工作日内"))
    found = [change for change in changes if change.status == ClauseStatus.CHANGED]
    assert [change.new.id for change in found if change.new] == ["a3"]
    assert {s.op.value for s in found[0].segments} == {"equal", "insert", "delete"}
    assert "五" in "".join(s.text for s in found[0].segments if s.op == "insert")
    assert counts(changes)[ClauseStatus.UNCHANGED] == len(parse_clauses(OLD)) - 1


def test_an_inserted_article_renumbers_without_changing() -> None:
    new = OLD.replace("第三条", "第三条 本省建立统一的共享平台。\n第四条", 1)
    new = new.replace("第四条 共享数据", "第五条 共享数据").replace("第五条 违反", "第六条 违反")
    changes = difference(OLD, new)
    by_old = {change.old.id: change for change in changes if change.old}
    assert by_old["a3"].status == ClauseStatus.MOVED
    assert by_old["a3"].new is not None
    assert by_old["a3"].new.id == "a4"
    assert by_old["a5"].new is not None
    assert by_old["a5"].new.id == "a6"
    assert [c.new.text for c in changes if c.status == ClauseStatus.ADDED and c.new] == [
        "本省建立统一的共享平台。"
    ]
    assert counts(changes)[ClauseStatus.REMOVED] == 0
    # The items under the renumbered article follow it.
    assert by_old["a4-i1"].new is not None
    assert by_old["a4-i1"].new.id == "a5-i1"


def test_a_renumbered_and_edited_article_is_found() -> None:
    new = OLD.replace("第二条", "第二条 数据共享坚持安全优先。\n第三条", 1)
    new = new.replace("第三条 医院应当在三日内提交数据目录", "第四条 医院应当在五个工作日内提交数据目录")
    changes = difference(OLD, new)
    edited = next(change for change in changes if change.old and change.old.id == "a3")
    assert (edited.status, edited.moved) == (ClauseStatus.CHANGED, True)
    assert edited.new is not None
    assert "五个工作日" in edited.new.text


def test_swapped_articles_are_moved() -> None:
    old = "第一条 甲方负责建设平台并承担费用。\n第二条 乙方负责提供数据并保证质量。\n"
    new = "第一条 乙方负责提供数据并保证质量。\n第二条 甲方负责建设平台并承担费用。\n"
    assert {change.status for change in difference(old, new)} == {ClauseStatus.MOVED}


def test_a_rewritten_article_is_removed_and_added() -> None:
    changes = difference("第一条 医院应当提交目录。\n", "第一条 本省设立专项资金。\n")
    assert [change.status for change in changes] == [ClauseStatus.REMOVED, ClauseStatus.ADDED]


def test_a_removed_article_stays_beside_its_old_neighbour() -> None:
    new = OLD.replace("第三条 医院应当在三日内提交数据目录。\n", "")
    ids = statuses(difference(OLD, new))
    assert ids.index(("removed", "a3")) == ids.index(("unchanged", "ch2")) + 1


def test_repeated_clauses_pair_one_to_one() -> None:
    old = [Clause(f"p{n}", "paragraph", "", "同样的话。", 0, None) for n in range(3)]
    new = [Clause(f"p{n}", "paragraph", "", "同样的话。", 0, None) for n in range(5)]
    found = counts(diff_clauses(old, new))
    assert (found[ClauseStatus.UNCHANGED], found[ClauseStatus.ADDED], found[ClauseStatus.REMOVED]) == (
        3,
        2,
        0,
    )


SENTENCES = st.lists(
    st.sampled_from(
        ["医院应当提交目录", "数据应当脱敏", "由主管部门负责", "三日内办结", "", "同上", "A b-1", "、"]
    ),
    max_size=4,
).map("，".join)
CLAUSES = st.lists(SENTENCES, max_size=12).map(
    lambda texts: tuple(Clause(f"a{n}", "article", f"第{n}条", text, 0, None) for n, text in enumerate(texts))
)


@given(CLAUSES, CLAUSES)
def test_every_clause_of_both_appears_exactly_once(old: tuple[Clause, ...], new: tuple[Clause, ...]) -> None:
    changes = diff_clauses(old, new)
    assert [change.new for change in changes if change.new] == list(new)
    assert sorted(change.old.id for change in changes if change.old) == sorted(clause.id for clause in old)
    assert changes == diff_clauses(old, new)
    for change in changes:
        if change.status == ClauseStatus.CHANGED and change.old and change.new:
            assert "".join(s.text for s in change.segments if s.op != "insert") == change.old.text
            assert "".join(s.text for s in change.segments if s.op != "delete") == change.new.text
        else:
            assert change.segments == ()
            assert (change.old is None) == (change.status == ClauseStatus.ADDED)
            assert (change.new is None) == (change.status == ClauseStatus.REMOVED)


@given(CLAUSES)
@settings(max_examples=50)
def test_the_other_way_round_adds_what_was_removed(old: tuple[Clause, ...]) -> None:
    new = old[1:]
    forth, back = counts(diff_clauses(old, new)), counts(diff_clauses(new, old))
    assert forth[ClauseStatus.REMOVED] == back[ClauseStatus.ADDED]
    assert forth[ClauseStatus.ADDED] == back[ClauseStatus.REMOVED]


def test_five_hundred_clauses_are_quick() -> None:
    topics = [
        f"第{n}号事项由第{n * 7 % 500}处负责，期限为{n}日，材料包括{chr(0x4E00 + n * 13)}{chr(0x4E00 + n * 29)}"
        for n in range(500)
    ]
    old = [Clause(f"a{n}", "article", f"第{n}条", text * 3, 0, None) for n, text in enumerate(topics)]
    new = [
        Clause(f"a{n}", "article", f"第{n}条", text * 3 + "，并报备案", 0, None)
        for n, text in enumerate(topics[5:])
    ]
    start = time.perf_counter()
    changes = diff_clauses(old, new)
    assert time.perf_counter() - start < 3
    assert counts(changes)[ClauseStatus.CHANGED] == 495
    assert counts(changes)[ClauseStatus.REMOVED] == 5
