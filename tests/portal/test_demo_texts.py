"""The demo's own small tools: content files, opinions put together from sentences, charts, section text."""

from __future__ import annotations

import random
import re
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.demo.comment_texts import write_comments
from portal.demo.content_files import CONTENT, Entry, fill, read, read_folder
from portal.demo.pictures import LINE, Chart, draw, parse_chart
from portal.demo.sections import _html
from search.archive.clauses import parse_clauses

OPINIONS = """
人o 我是园长。
人p 我是家长。
== a1 | t | 6
核o 比例太严，办不下去。
核p 比例太松，不放心。
事o 我们园每月亏本。
事p 我去看过，人手不够。
请 请再研究。
改 比例为一比四。
全 - | - | organisation:某协会 | 协会的意见。
"""


def rng(seed: int = 1) -> random.Random:
    return random.Random(seed)


class TestOpinions:
    def test_as_many_as_asked_and_none_alike(self) -> None:
        found = write_comments(OPINIONS, rng())
        assert len(found) == 7
        assert len({comment.text for comment in found}) == 7

    @given(st.integers(0, 10_000))
    def test_voices_never_meet_in_one_comment(self, seed: int) -> None:
        for comment in write_comments(OPINIONS, rng(seed)):
            operator = any(part in comment.text for part in ("园长", "办不下去", "亏本"))
            parent = any(part in comment.text for part in ("家长", "不放心", "人手不够"))
            assert not (operator and parent), comment.text

    def test_the_same_generator_says_the_same(self) -> None:
        assert write_comments(OPINIONS, rng(5)) == write_comments(OPINIONS, rng(5))
        assert write_comments(OPINIONS, rng(5)) != write_comments(OPINIONS, rng(6))

    def test_organisations_speak_under_their_name(self) -> None:
        whole = next(c for c in write_comments(OPINIONS, rng()) if c.organisation)
        assert (whole.name, whole.clause, whole.theme) == ("某协会", "", "")

    def test_a_line_of_an_unknown_kind_is_refused(self) -> None:
        with pytest.raises(ValueError, match="随便写"):
            write_comments("随便写一行", rng())

    @pytest.mark.parametrize("entry", read_folder("comments"), ids=lambda entry: entry.name)
    def test_every_file_names_clauses_its_draft_has(self, entry: Entry) -> None:
        name = entry.name
        draft = read(CONTENT / "consultations" / f"{name}.txt").section("征求意见稿")
        known = {clause.id for clause in parse_clauses(draft)} | {""}
        written = write_comments(entry.text, rng())
        assert {comment.clause for comment in written} <= known
        themes = {theme["key"] for theme in entry.meta.get("theme", [])} | {""}
        assert {comment.theme for comment in written} <= themes


def _says_something(line: str) -> bool:
    """Long enough to be a paragraph; the closing article on dates is the same sentence in every real document."""
    return len(re.sub(r"\{\{.*?\}\}", "", line)) > 40


class TestContentFiles:
    def test_front_matter_and_sections(self, tmp_path: Path) -> None:
        path = tmp_path / "one.txt"
        path.write_text('+++\ntitle = "题"\n+++\n## 正文\n甲\n乙\n## 背景依据\n丙\n', encoding="utf-8")
        entry = read(path)
        assert entry.meta == {"title": "题"}
        assert entry.sections == (("正文", "甲\n乙"), ("背景依据", "丙"))
        assert entry.section("没有") == ""

    @pytest.mark.parametrize("raw", ["没有头", "+++\ntitle = 1\n"])
    def test_without_front_matter_it_is_refused(self, tmp_path: Path, raw: str) -> None:
        path = tmp_path / "bad.txt"
        path.write_text(raw, encoding="utf-8")
        with pytest.raises(ValueError, match="no front matter"):
            read(path)

    def test_fill_reaches_every_text(self) -> None:
        value = {"a": "{{year}}年", "b": ["{{year}}", 3], "c": {"d": "{{number:x-y}}"}}
        filled = fill(value, {"year": "2026", "number:x-y": "澜1号"})
        assert filled == {"a": "2026年", "b": ["2026", 3], "c": {"d": "澜1号"}}

    def test_an_unknown_placeholder_is_an_error(self) -> None:
        with pytest.raises(KeyError):
            fill("{{nobody}}", {})

    def test_no_paragraph_is_used_twice(self) -> None:
        """Across policies, drafts and archive a long paragraph appears once; draft and policy, or versions, may share it."""
        seen: dict[str, set[str]] = {}
        for folder in ("policies", "consultations", "archive"):
            for entry in read_folder(folder):
                for line in filter(_says_something, entry.text.splitlines()):
                    same = {entry.name, entry.meta["title"]}
                    assert seen.setdefault(line, same) & same, line


class TestCharts:
    def test_lines_become_tiles_and_steps(self) -> None:
        chart = parse_chart("题", "统计|5元|每餐补助\n步骤|1 登记\n步骤|领卡")
        assert chart == Chart("题", (("5元", "每餐补助"),), ("登记", "领卡"))
        assert chart.description == "每餐补助：5元。第1步，登记；第2步，领卡。"

    def test_a_wrong_line_is_refused(self) -> None:
        with pytest.raises(ValueError, match="图表"):
            parse_chart("题", "图表|一|二|三")

    @given(st.text(alphabet="<>&\"'字a", min_size=1, max_size=3 * LINE))
    def test_the_drawing_is_well_formed_whatever_it_says(self, text: str) -> None:
        root = ElementTree.fromstring(draw(Chart(text, ((text, text),), (text,))))  # noqa: S314  # our own
        assert root.attrib["width"] == "900"
        assert text.replace(" ", "") in "".join(root.itertext()).replace(" ", "")


def test_section_text_becomes_plain_blocks() -> None:
    html = "".join(_html("开头 <b>\n\n## 标题\n- 甲\n- 乙\n\n1. 一\n2. 二"))
    assert html == (
        "<p>开头 &lt;b&gt;</p><h2>标题</h2><ul><li>甲</li><li>乙</li></ul><ol><li>一</li><li>二</li></ol>"
    )
