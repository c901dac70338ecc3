"""Readers: every kind of file, and every way one can be broken."""

from __future__ import annotations

import io
import subprocess
import time
import zipfile
from pathlib import Path
from typing import Any

import pypdf
import pytest

from search.archive import readers
from search.archive.enums import Reason
from search.archive.readers import Unreadable, base, doc, pdf
from search.archive.readers.base import fold_radicals, join_wrapped, tidy
from search.archive.readers.text import decode
from tests.archive import files

CHINESE = "云岭省人民政府办公厅关于加强停车场管理的通知，根据有关规定，现就有关事项通知如下。"
TRADITIONAL = "雲嶺省人民政府辦公廳關於加強停車場管理的通知，根據有關規定，現就有關事項通知如下。"


def refused(name: str, data: bytes) -> Unreadable:
    with pytest.raises(Unreadable) as caught:
        readers.read(name, data)
    assert caught.value.message
    return caught.value


@pytest.mark.parametrize(
    ("text", "encoding", "found"),
    [
        (CHINESE, "utf-8", "utf-8"),
        (CHINESE, "utf-8-sig", "utf-8-sig"),
        (CHINESE, "utf-16", "utf-16"),
        (CHINESE + "AbC 123" * 20, "utf-16-le", "utf-16-le"),
        (CHINESE + "AbC 123" * 20, "utf-16-be", "utf-16-be"),
        (CHINESE, "gb18030", "gb18030"),
        (CHINESE, "gbk", "gb18030"),
        (TRADITIONAL, "big5", "big5hkscs"),
        (TRADITIONAL + "啲嘅喺", "big5hkscs", "big5hkscs"),
        (CHINESE, "hz", "hz"),
    ],
)
def test_encodings_are_told_apart(text: str, encoding: str, found: str) -> None:
    assert decode(text.encode(encoding)) == (text, found)


def test_a_text_cut_off_inside_a_character_is_read() -> None:
    data = CHINESE.encode()[:-1]
    assert decode(data)[0] == CHINESE[:-1]


def test_the_encoding_is_noted_when_it_is_not_utf8() -> None:
    extract = readers.read("a.txt", CHINESE.encode("gb18030"))
    assert extract.text == CHINESE
    assert "GB18030" in extract.notes[0]


@pytest.mark.parametrize("data", [b"", b"   \r\n", b"\xef\xbb\xbf", b"\x00\x00"])
def test_empty_files(data: bytes) -> None:
    assert refused("a.txt", data).reason is Reason.EMPTY


def test_binary_data_is_no_text() -> None:
    noise = bytes(range(256)) * 40
    assert refused("a.txt", noise).reason is Reason.ENCODING


@pytest.mark.parametrize("name", ["INDEX.tsv", "photo.jpg", "README", "sheet.xlsx"])
def test_kinds_without_a_reader(name: str) -> None:
    assert refused(name, b"data").reason is Reason.UNSUPPORTED


def test_docx_in_order_with_tables() -> None:
    extract = readers.read(
        "a.docx", files.word("第一条 甲。", "第二条 乙。", table=[["序号", "名称"], ["1", "停车场"]])
    )
    assert extract.text.split("\n") == ["第一条 甲。", "第二条 乙。", "序号  名称", "1  停车场"]


def test_docx_that_embeds_a_web_page_instead_of_paragraphs() -> None:
    page = "<html><body><h1>停车场办法</h1><p>第一条 甲。</p></body></html>"
    mht = (
        'MIME-Version: 1.0\nContent-Type: multipart/related; boundary="b"\n\n--b\nContent-Type: text/html; charset="utf-8"\n'
        f"Content-Transfer-Encoding: 8bit\n\n{page}\n--b--\n"
    ).encode()
    buffer = io.BytesIO(files.word())
    with zipfile.ZipFile(buffer, "a") as archive:
        archive.writestr("word/afchunk.mht", mht)
    assert readers.read("a.docx", buffer.getvalue()).text.split("\n") == ["停车场办法", "第一条 甲。"]


@pytest.mark.parametrize(
    "data",
    [
        b"this is no zip at all",
        b"PK\x03\x04 broken",
        files.zipped({"other.xml": b"<a/>"}),
        files.word("甲")[:-300],
    ],
)
def test_docx_that_is_none(data: bytes) -> None:
    refusal = refused("a.docx", data)
    assert refusal.reason is Reason.UNREADABLE
    assert "docx" in refusal.message or "Word" in refusal.message


def test_docx_bomb(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("search.archive.readers.docx._UNPACKED_LIMIT", 1000)
    assert refused("a.docx", files.word("甲")).reason is Reason.TOO_LARGE


def test_pdf_text_layer_with_radicals_folded_and_lines_joined() -> None:
    page = "停车场管理办法\n第一条 本省⾏政区域内的公共停车场规划建设管理和监督适⽤\n本办法。"
    assert readers.read("a.pdf", files.pdf(page)).text.split("\n") == [
        "停车场管理办法",
        "第一条 本省行政区域内的公共停车场规划建设管理和监督适用本办法。",
    ]


def test_pdf_running_heads_and_page_numbers_go() -> None:
    pages = [f"云岭省公报\n第{n}条 正文内容在这里。\n— {n} —" for n in "1234"]
    text = readers.read("a.pdf", files.pdf(*pages)).text
    assert "公报" not in text and "—" not in text
    assert text.count("正文内容") == 4


def test_scanned_pdf() -> None:
    assert refused("a.pdf", files.scanned_pdf()).reason is Reason.SCANNED


def test_encrypted_pdf() -> None:
    assert refused("a.pdf", files.encrypted_pdf()).reason is Reason.ENCRYPTED


def test_pdf_locked_against_changes_only_is_read() -> None:
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(files.pdf("第一条 停车场应当公布收费标准和泊位数量。")))
    writer.encrypt("", owner_password="owner", algorithm="RC4-128")
    buffer = io.BytesIO()
    writer.write(buffer)
    assert "收费标准" in readers.read("a.pdf", buffer.getvalue()).text


@pytest.mark.parametrize("data", [b"%PDF-1.4 nothing", b"%PDF-1.7\n%%EOF", files.pdf("甲" * 40)[:200]])
def test_damaged_pdf(data: bytes) -> None:
    assert refused("a.pdf", data).reason in (Reason.UNREADABLE, Reason.EMPTY)


def test_pdf_with_too_many_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "_PAGE_LIMIT", 1)
    assert refused("a.pdf", files.pdf("甲", "乙")).reason is Reason.TOO_LARGE


PAGE = """<html><head><meta charset="utf-8"><meta name="ArticleTitle" content="（转载）云岭省停车场管理办法">
<meta name="PubDate" content="2021-03-05 09:00"><title>办法 - 云岭省人民政府门户网站</title><style>p{}</style></head>
<body><div class="nav">首页 政务公开</div><table><tr><td>索 引 号：</td><td>0001/2021-1</td><td>发文字号：</td><td>云政发〔2021〕5号</td></tr></table>
<div id="UCAP-CONTENT"><p>第一条　为了规范停车，制定本办法。</p><p>第二条 公布<br>泊位。</p><script>alert(1)</script>
<table><tr><td>序号</td><td>名称</td></tr></table></div>
<div style="display:none">隐藏副本</div><div class="footer">版权所有 ICP备1号</div></body></html>"""


def test_html_takes_the_document_out_of_the_portal() -> None:
    extract = readers.read("a.html", PAGE.encode())
    assert extract.title == "云岭省停车场管理办法"
    assert extract.meta["index_number"] == "0001/2021-1"
    assert extract.meta["number"] == "云政发〔2021〕5号"
    assert extract.meta["published_on"].startswith("2021-03-05")
    assert extract.text.startswith("第一条　为了规范停车，制定本办法。\n第二条 公布\n泊位。")
    for foreign in ("首页", "ICP", "alert", "隐藏副本"):
        assert foreign not in extract.text


def test_html_in_a_declared_chinese_encoding() -> None:
    data = PAGE.replace("utf-8", "gb2312").encode("gb18030")
    assert readers.read("a.html", data).title == "云岭省停车场管理办法"


def test_html_without_a_known_container() -> None:
    article = "".join(
        f"<p>第{n}条 公共停车场应当公布收费标准和泊位数量，接受监督。</p>" for n in "一二三四五六"
    )
    menu = "".join(f"<a href='/{n}'>相关政策文件的链接第{n}号</a>" for n in range(30))
    data = f"<html><body><div>{menu}</div><div><div>{article}</div></div></body></html>".encode()
    text = readers.read("a.html", data).text
    assert text.startswith("第一条") and "链接" not in text


@pytest.mark.parametrize(
    "boxes", ["", "<div>首页 &gt; 政务公开 &gt; 文件</div>", "<div><a href='/'>首页</a></div>"]
)
def test_html_with_its_paragraphs_in_the_body_itself(boxes: str) -> None:
    article = "".join(f"<p>第{n}条 停车场应当按照规划建设，并向社会开放。</p>" for n in "一二三四五六")
    text = readers.read("a.html", f"<body>{boxes}{article}<div>分享到</div></body>".encode()).text
    assert text.count("停车场应当按照规划建设") == 6


def test_a_web_page_saved_as_doc_is_read_as_what_it_is() -> None:
    assert readers.read("a.doc", PAGE.encode()).origin == "html"


MARKDOWN = """---
法规名称: 云岭省停车场管理办法_政策_云岭省
地区: 云岭省
提取方式: pdftotext
---

# 云岭省停车场管理办法

## 正文

第⼀条 **公布**泊位。
<!-- 注 -->
## 第二章 附则
"""


def test_markdown_front_matter_marks_and_comments() -> None:
    extract = readers.read("a.md", MARKDOWN.encode())
    assert extract.meta["region"] == "云岭省"
    assert extract.title.startswith("云岭省停车场管理办法")
    assert extract.text.split("\n") == ["第一条 公布泊位。", "第二章 附则"]


def test_markdown_history_before_the_marker() -> None:
    data = "# 停车条例\n\n2020年5月1日 云岭省人大常委会通过\n\n<!-- INFO END -->\n\n第一条 甲。".encode()
    assert readers.read("a.md", data).meta["history"] == "2020年5月1日 云岭省人大常委会通过"


def test_doc_is_read_by_antiword(monkeypatch: pytest.MonkeyPatch) -> None:
    def run(arguments: list[str], **_kwargs: Any) -> subprocess.CompletedProcess[bytes]:
        assert Path(arguments[-1]).read_bytes().startswith(doc.OLE_MAGIC)
        return subprocess.CompletedProcess(arguments, 0, "第一条 甲。".encode(), b"")

    monkeypatch.setattr("shutil.which", lambda _name: "/usr/bin/antiword")
    monkeypatch.setattr("subprocess.run", run)
    assert readers.read("a.doc", doc.OLE_MAGIC + b"x").text == "第一条 甲。"


def test_doc_without_antiword_says_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.which", lambda _name: None)
    refusal = refused("a.doc", doc.OLE_MAGIC + b"x")
    assert refusal.reason is Reason.NO_TOOL and "antiword" in refusal.message


def test_doc_that_takes_too_long(monkeypatch: pytest.MonkeyPatch) -> None:
    def run(arguments: list[str], **_kwargs: Any) -> None:
        raise subprocess.TimeoutExpired(arguments, 30)

    monkeypatch.setattr("shutil.which", lambda _name: "/usr/bin/antiword")
    monkeypatch.setattr("subprocess.run", run)
    assert refused("a.doc", doc.OLE_MAGIC + b"x").reason is Reason.UNREADABLE


def test_doc_that_is_none() -> None:
    assert refused("a.doc", CHINESE.encode()).reason is Reason.UNREADABLE


def test_tidy_makes_spaces_and_invisible_characters_plain() -> None:
    assert tidy("甲\u00a0\u00a0乙\u200b\u202e丙\x07\r\n\x0c\ue123丁\ufeff") == "甲 乙丙\n\n丁"


def test_radicals_are_folded_and_nothing_else() -> None:
    assert fold_radicals("⼈⺠⻚⽤ ABC 页") == "人民页用 ABC 页"


def test_wrapped_lines_are_joined_only_where_a_line_was_full() -> None:
    text = "第一条 本省行政区域内的公共停车场规划、建设和管理适用本\n办法。\n第二条 短行\n新的一段。"
    assert join_wrapped(text).split("\n") == [
        "第一条 本省行政区域内的公共停车场规划、建设和管理适用本办法。",
        "第二条 短行",
        "新的一段。",
    ]
    assert join_wrapped("") == ""


def test_the_read_limit_is_far_below_memory() -> None:
    assert base.READ_LIMIT <= 100 * 1024 * 1024


def test_markdown_comments_that_are_never_closed_stay_and_cost_nothing() -> None:
    started = time.process_time()
    extract = readers.read("x.md", ("<!-- 甲 -->正文。\n" + "<!--" * 25_000 + "乙").encode())
    assert time.process_time() - started < 5
    assert "正文。" in extract.text
    assert "甲" not in extract.text
    assert extract.text.endswith("乙")
