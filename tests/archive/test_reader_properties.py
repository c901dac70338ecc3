"""Readers under any bytes: a text or the documented refusal, never anything else; and every encoding both ways."""

from __future__ import annotations

import io
import time
import zipfile
from pathlib import Path

import pypdf
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from search.archive import readers
from search.archive.enums import Reason
from search.archive.readers import Extract, Unreadable, doc
from search.archive.readers.base import join_wrapped, tidy
from search.archive.readers.text import decode
from tests.archive import builders, files

PROSE = (
    "云岭省人民政府办公厅关于加强停车场管理的通知，根据有关规定，现就有关事项通知如下。各单位应当遵照执行。"
)
TRADITIONAL = "雲嶺省人民政府辦公廳關於加強停車場管理的通知，根據有關規定，現就有關事項通知如下。"
PAGE = "<html><head><meta charset='{charset}'><title>云岭省停车场管理办法</title></head><body><div id='zoom'>{text}</div></body></html>"
SOURCES = {
    "txt": PROSE.encode("gb18030"),
    "md": f"---\n标题: 停车办法\n---\n\n# 停车办法\n<!-- 注 -->\n{PROSE}".encode(),
    "html": PAGE.format(charset="utf-8", text=PROSE * 2).encode(),
    "docx": files.word(PROSE, "第二条 乙。", table=[["序号", "名称"]]),
    "pdf": files.pdf(PROSE[:30], PROSE[30:]),
    "doc": doc.OLE_MAGIC + PROSE.encode("utf-16-le") * 20,
}
few = settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])


def attempt(name: str, data: bytes) -> Extract | Unreadable:
    """What becomes of `data`: nothing but these two may come out."""
    try:
        extract = readers.read(name, data)
    except Unreadable as refused:
        assert refused.reason in Reason.values and refused.message
        return refused
    assert extract.text.strip() and extract.origin
    return extract


@pytest.fixture(autouse=True)
def _no_antiword(monkeypatch: pytest.MonkeyPatch) -> None:
    """A process for each example would take minutes; what antiword gives is tested beside its reader."""
    monkeypatch.setattr("shutil.which", lambda _name: None)


@pytest.mark.parametrize("kind", sorted(SOURCES))
def test_any_bytes_under_any_name(kind: str) -> None:
    start = SOURCES[kind][:8]

    @few
    @given(st.binary(max_size=400), st.booleans())
    @example(b"PK\x05\x06" + bytes(18), False)
    @example(b"{\\rtf1 text}", False)
    def check(data: bytes, begins_right: bool) -> None:
        attempt(f"a.{kind}", start + data if begins_right else data)

    check()


@pytest.mark.parametrize("kind", sorted(SOURCES))
def test_damaged_files_are_read_or_refused(kind: str) -> None:
    whole = SOURCES[kind]

    @few
    @given(
        st.lists(st.tuples(st.integers(0, len(whole) - 1), st.integers(0, 255)), max_size=12),
        st.integers(0, len(whole)),
    )
    def check(changes: list[tuple[int, int]], cut: int) -> None:
        data = bytearray(whole)
        for place, value in changes:
            data[place] = value
        attempt(f"a.{kind}", bytes(data[: max(cut, 1)]))

    check()


@few
@given(st.binary(min_size=1, max_size=300))
def test_decoding_gives_text_or_the_one_refusal(data: bytes) -> None:
    try:
        text, encoding = decode(data)
    except Unreadable as refused:
        assert refused.reason is Reason.ENCODING
        return
    assert isinstance(text, str) and encoding


simplified = st.text(alphabet=sorted(set(PROSE)), min_size=30, max_size=80).map(lambda s: PROSE + s)
traditional = st.text(alphabet=sorted(set(TRADITIONAL)), min_size=30, max_size=80).map(
    lambda s: TRADITIONAL + s
)


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-16-le", "utf-16-be", "gb18030", "hz", "utf-16", "utf-8-sig"]
)
def test_chinese_goes_through_every_encoding_unharmed(encoding: str) -> None:
    @few
    @given(simplified, st.booleans())
    def check(text: str, lines: bool) -> None:
        text = text.replace("，", "\n") if lines else text
        assert decode(text.encode(encoding))[0] == text

    check()


@few
@given(traditional)
def test_traditional_text_goes_through_big5_and_gb18030(text: str) -> None:
    assert decode(text.encode("big5hkscs"))[0] == text
    assert decode(text.encode("gb18030"))[0] == text


@few
@given(simplified, st.integers(0, 200), st.integers(0x80, 0xFF))
def test_one_damaged_byte_costs_its_character_only(text: str, place: int, value: int) -> None:
    data = bytearray((text * 3).encode())
    data[place] = value
    decoded, encoding = decode(bytes(data))
    assert encoding == "utf-8"
    assert sum(a != b for a, b in zip(reversed(decoded), reversed(text * 3), strict=False)) <= place + 3
    assert decoded[-len(text) :] == text


@pytest.mark.parametrize(
    ("text", "encoding"),
    [("Copyright 2020 局", "gbk"), ("Annex 附件", "gb18030"), ("No. 12 号", "gbk"), ("No. 12 恪", "gbk")],
)
def test_the_one_chinese_word_behind_latin_text_is_not_taken_for_a_torn_character(
    text: str, encoding: str
) -> None:
    result = attempt("a.txt", text.encode(encoding))
    assert isinstance(result, Unreadable) or result.text == text


@pytest.mark.parametrize(
    "declared",
    [
        "utf-16",
        "iso-8859-1",
        "unicode_escape",
        "idna",
        "undefined",
        "punycode",
        "gb2312",
        "big5",
        "utf-7",
        "甲",
    ],
)
def test_a_page_in_utf8_is_read_as_that_whatever_it_declares(declared: str) -> None:
    extract = readers.read("a.html", PAGE.format(charset=declared, text=PROSE).encode())
    assert extract.text == PROSE and extract.title == "云岭省停车场管理办法"


@pytest.mark.parametrize(
    ("declared", "encoding", "text"),
    [
        ("gb2312", "gb18030", PROSE), ("GBK", "gb18030", PROSE), ("big5", "big5hkscs", TRADITIONAL), ("iso-8859-1", "gb18030", PROSE),
        ("utf-8", "gb18030", PROSE), ("none-such", "gb18030", PROSE), ("utf-8", "utf-16", PROSE),
    ],
)  # fmt: skip
def test_a_page_in_another_encoding(declared: str, encoding: str, text: str) -> None:
    data = PAGE.format(charset=declared, text=text * 2).replace("云岭省停车场管理办法", "").encode(encoding)
    assert readers.read("a.html", data).text == text * 2


ARTICLE = "".join(f"<p>第{n}条 停车场应当公布收费标准。</p>" for n in "一二三四五六")


@pytest.mark.parametrize("tag", ["form", "header"])
def test_a_page_that_stands_in_one_box_of_furniture_is_not_thrown_away(tag: str) -> None:
    data = f"<body><nav>首页</nav><{tag} id=aspnetForm><input value=x><div id=zoom>{ARTICLE}</div></{tag}></body>"
    text = readers.read("a.html", data.encode()).text
    assert text.count("公布收费标准") == 6 and "首页" not in text


def test_a_search_form_beside_the_text_goes() -> None:
    data = f"<body><form>站内搜索<input></form><div>{ARTICLE}</div></body>"
    assert "站内搜索" not in readers.read("a.html", data.encode()).text


@pytest.mark.parametrize(
    ("table", "expected"),
    [
        ("<tr><td>序号</td><td>名称</td><td>数量</td></tr>", {}),
        ("<tr><td>发文字号:</td><td>云政发〔2021〕5号</td></tr>", {"number": "云政发〔2021〕5号"}),
        ("<tr><td>成文日期：2021年3月2日</td><td>其他</td></tr>", {"adopted_on": "2021年3月2日"}),
        (
            "<tr><td>名 称：</td><td>停车办法</td><td>索引号：</td><td>A1</td></tr>",
            {"title": "停车办法", "index_number": "A1"},
        ),
        ("<tr><td>文号</td><td>发文机关</td><td>云岭省财政厅</td></tr>", {"issuer": "云岭省财政厅"}),
    ],
)
def test_only_a_table_about_the_document_states_its_fields(table: str, expected: dict[str, str]) -> None:
    page = (
        f"<html><title>页面名</title><body><table>{table}</table><div id=zoom>{ARTICLE}</div></body></html>"
    )
    extract = readers.read("a.html", page.encode())
    assert {**extract.meta, "title": extract.title} == {"title": "页面名", **expected}


def slow(seconds: float, name: str, text: str) -> None:
    started = time.process_time()
    attempt(name, text.encode())
    assert time.process_time() - started < seconds


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.html", "<body>" + "<div>甲乙" * 8_000),
        ("a.html", "<body>" + "<span>甲乙" * 8_000),
        ("a.html", f"<title>a{' ' * 60_000}b</title><body><p>{PROSE}"),
        ("a.md", "# a" + " " * 60_000 + "b\n正文"),
        ("a.md", "-\n" * 60_000 + "正文"),
        ("a.md", "# " + "#" * 60_000 + "甲\n正文"),
    ],
    ids=["boxes", "spans", "title", "heading", "rules", "closing"],
)
def test_pages_made_to_keep_a_reader_busy_take_seconds(name: str, text: str) -> None:
    slow(6, name, text)


def test_a_word_file_behind_a_password_says_so() -> None:
    data = doc.OLE_MAGIC + bytes(512) + "EncryptedPackage".encode("utf-16-le") + bytes(512)
    for name in ("a.docx", "a.doc"):
        refused = attempt(name, data)
        assert (
            isinstance(refused, Unreadable)
            and refused.reason is Reason.ENCRYPTED
            and "密码" in refused.message
        )


@pytest.mark.parametrize(
    ("xml", "text"),
    [
        ("<w:r><w:t>HFGS</w:t><w:noBreakHyphen/><w:t>2017</w:t></w:r>", "HFGS-2017"),
        ("<w:moveFrom><w:r><w:t>移走的</w:t></w:r></w:moveFrom><w:moveTo><w:r><w:t>移来的</w:t></w:r></w:moveTo>", "移来的"),
        ("<w:del><w:r><w:t>删去</w:t></w:r></w:del><w:ins><w:r><w:t>新增</w:t></w:r></w:ins>", "新增"),
        ("<w:r><w:t>甲</w:t><w:cr/><w:t>乙</w:t></w:r>", "甲\n乙"),
        ("<w:pPr><w:tabs><w:tab w:val='left' w:pos='420'/></w:tabs></w:pPr><w:r><w:t>甲</w:t><w:tab/><w:t>乙</w:t></w:r>", "甲 乙"),
        ("<w:r><w:ruby><w:rt><w:r><w:t>tíng</w:t></w:r></w:rt><w:rubyBase><w:r><w:t>停</w:t></w:r></w:rubyBase></w:ruby></w:r>", "停"),
    ],
    ids=["hyphen", "moved", "revised", "line", "stops", "pinyin"],
)  # fmt: skip
def test_what_counts_as_text_of_a_word_paragraph(xml: str, text: str) -> None:
    assert readers.read("a.docx", builders.word_with(xml)).text == text


def test_an_external_entity_of_a_docx_is_not_fetched(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("不可外传")
    buffer = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(files.word("第一条 甲。"))) as source,
        zipfile.ZipFile(buffer, "w") as target,
    ):
        for info in source.infolist():
            data = source.read(info)
            if info.filename in ("word/document.xml", "word/styles.xml"):
                entity = f'<!DOCTYPE d [<!ENTITY x SYSTEM "file://{secret}">]>'.encode()
                head, mark, rest = data.partition(b"?>")
                data = head + mark + entity + rest.replace("甲".encode(), b"&x;")
            target.writestr(info.filename, data)
    result = attempt("a.docx", buffer.getvalue())
    assert "不可外传" not in (result.message if isinstance(result, Unreadable) else result.text)


def test_pages_of_a_pdf_without_text_are_told() -> None:
    extract = readers.read("a.pdf", files.pdf(PROSE, " ", PROSE[::-1]))
    assert extract.partial and "第 2 页没有文字" in extract.notes[0]
    assert not readers.read("a.pdf", files.pdf(PROSE, PROSE)).partial


def test_a_pdf_that_breaks_off_in_the_middle_keeps_what_was_read_and_says_so(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from pdfplumber.page import Page

    real = Page.extract_text

    def breaks(page: Page, **kwargs: object) -> str:
        if page.page_number == 3:
            raise RuntimeError("damaged stream")
        return str(real(page, **kwargs))

    monkeypatch.setattr(Page, "extract_text", breaks)
    monkeypatch.setattr(Page, "dedupe_chars", lambda page, **_kwargs: page)
    extract = readers.read("a.pdf", files.pdf(PROSE, PROSE[::-1], PROSE, PROSE))
    assert extract.partial and "共 4 页" in extract.notes[0] and "第 3 页起" in extract.notes[0]


@pytest.mark.parametrize(
    "error", [AssertionError, OverflowError, NotImplementedError, pypdf.errors.PyPdfError]
)
def test_whatever_opening_a_pdf_provokes_is_a_damaged_pdf(
    monkeypatch: pytest.MonkeyPatch, error: type[Exception]
) -> None:
    def fails(*_args: object, **_kwargs: object) -> None:
        raise error("inner words")

    monkeypatch.setattr(pypdf, "PdfReader", fails)
    refused = attempt("a.pdf", files.pdf(PROSE))
    assert (
        isinstance(refused, Unreadable)
        and refused.reason is Reason.UNREADABLE
        and "inner" not in refused.message
    )


def test_memory_that_runs_out_is_not_taken_for_damage(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_args: object, **_kwargs: object) -> None:
        raise MemoryError

    monkeypatch.setattr("search.archive.readers.docx.python_docx.Document", fails)
    with pytest.raises(MemoryError):
        readers.read("a.docx", files.word("甲"))


@few
@given(st.text(max_size=300))
def test_tidying_is_done_once_and_leaves_no_invisible_character(text: str) -> None:
    once = tidy(text)
    assert tidy(once) == once
    assert not set(once) & set("\x00\r\u200b\u202e\ufeff\ud800\u00a0")


@few
@given(st.lists(st.text(alphabet=sorted(set(PROSE)), min_size=1, max_size=40), max_size=12))
def test_joining_lines_loses_no_character(lines: list[str]) -> None:
    assert join_wrapped("\n".join(lines)).replace("\n", "") == "".join(lines)
