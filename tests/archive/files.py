"""Files built for tests: pdf with a text layer, docx, zip, and their damaged relatives."""

from __future__ import annotations

import io
import zipfile

import docx
import pypdf


def pdf(*pages: str) -> bytes:
    """A pdf with one page for each text (lines by \\n), its characters mapped through ToUnicode as Chinese pdfs do."""
    characters = sorted({c for text in pages for c in text if c != "\n"})
    code = {c: i + 1 for i, c in enumerate(characters)}
    mapping = "\n".join(f"<{code[c]:04X}> <{c.encode('utf-16-be').hex()}>" for c in characters)
    cmap = (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /X def /CMapType 2 def\n"
        "1 begincodespacerange <0000> <FFFF> endcodespacerange\n"
        f"{len(characters)} beginbfchar\n{mapping}\nendbfchar endcmap end end"
    ).encode()
    objects: list[bytes] = [b"", b"", b"", b"", b"", b""]
    objects[2] = (
        b"<< /Type /Font /Subtype /Type0 /BaseFont /X /Encoding /Identity-H /DescendantFonts [4 0 R] /ToUnicode 5 0 R >>"
    )
    objects[3] = (
        b"<< /Type /Font /Subtype /CIDFontType2 /BaseFont /X /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> /DW 1000 /FontDescriptor 6 0 R >>"
    )
    objects[4] = b"<< /Length %d >>\nstream\n%s\nendstream" % (len(cmap), cmap)
    objects[5] = (
        b"<< /Type /FontDescriptor /FontName /X /Flags 4 /FontBBox [0 0 1000 1000] /ItalicAngle 0 /Ascent 800 /Descent -200 /CapHeight 800 /StemV 80 >>"
    )
    kids = []
    for text in pages:
        lines = "".join(
            f"<{''.join(f'{code[c]:04X}' for c in line)}> Tj 0 -20 Td " for line in text.split("\n")
        )
        content = f"BT /F1 12 Tf 40 800 Td {lines} ET".encode()
        objects.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content))
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 850] /Resources << /Font << /F1 3 0 R >> >> /Contents %d 0 R >>"
            % len(objects)
        )
        kids.append(b"%d 0 R" % len(objects))
    objects[0] = b"<< /Type /Catalog /Pages 2 0 R >>"
    objects[1] = b"<< /Type /Pages /Kids [%s] /Count %d >>" % (b" ".join(kids), len(kids))
    out = bytearray(b"%PDF-1.4\n")
    offsets = []
    for number, body in enumerate(objects, start=1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % o for o in offsets)
    out += b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF" % (len(objects) + 1, start)
    return bytes(out)


def scanned_pdf(pages: int = 2) -> bytes:
    """A pdf whose pages hold no text."""
    writer = pypdf.PdfWriter()
    for _ in range(pages):
        writer.add_blank_page(width=600, height=850)
    buffer = io.BytesIO()
    writer.write(buffer)
    return buffer.getvalue()


def encrypted_pdf(password: str = "locked") -> bytes:  # noqa: S107
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(pdf("第一条 甲。")))
    writer.encrypt(password, algorithm="RC4-128")
    buffer = io.BytesIO()
    writer.write(buffer)
    return buffer.getvalue()


def word(*paragraphs: str, table: list[list[str]] | None = None) -> bytes:
    """A docx with these paragraphs and, after them, a table."""
    document = docx.Document()
    for paragraph in paragraphs:
        document.add_paragraph(paragraph)
    if table:
        grid = document.add_table(rows=len(table), cols=len(table[0]))
        for row, cells in zip(grid.rows, table, strict=True):
            for cell, text in zip(row.cells, cells, strict=True):
                cell.text = text
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def zipped(members: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return buffer.getvalue()


NOTICE = """云岭省人民政府办公厅关于加强停车场管理的通知
云政办发〔2021〕5号
各市、州人民政府，省政府各部门：
为规范停车秩序，根据《云岭省道路交通条例》，现就有关事项通知如下：
一、总体要求
坚持便民利民。
二、工作措施
（一）公布泊位。
（二）加强执法。
本通知自2021年5月1日起施行，有效期5年。
云岭省人民政府办公厅
2021年3月2日
"""
