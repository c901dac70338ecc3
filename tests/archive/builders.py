"""Odd files built for tests: zip archives as other systems write them, Word documents with automatic numbers."""

from __future__ import annotations

import io
import zipfile

import docx
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from tests.archive import files


def zip_with_raw_names(members: list[tuple[bytes, bytes]]) -> bytes:
    """A zip whose names are these bytes, not marked as UTF-8, and may occur twice."""
    buffer = io.BytesIO()
    stand_ins = []
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for number, (name, data) in enumerate(members):
            stand_in = f"{number:02d}".encode() + b"#" * (len(name) - 2)
            stand_ins.append((stand_in, name))
            archive.writestr(stand_in.decode(), data)
    raw = buffer.getvalue()
    for stand_in, name in stand_ins:
        raw = raw.replace(stand_in, name)
    return raw


def marked_as_utf8(data: bytes) -> bytes:
    """The same archive, every name of it said to be UTF-8, whatever its bytes are."""
    out = bytearray(data)
    for signature, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = out.find(signature)
        while at >= 0:
            out[at + flags + 1] |= 0x08
            at = out.find(signature, at + 4)
    return bytes(out)


def locked_zip(name: str, data: bytes) -> bytes:
    """A zip whose only member says that it needs a password."""
    out = bytearray(files.zipped({name: data}))
    for signature, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        out[out.find(signature) + flags] |= 0x01
    return bytes(out)


def numbered_word(
    paragraphs: list[tuple[int, int, str]],
    levels: list[tuple[str, str]],
    *,
    restart: int | None = None,
    behind: str = "nothing",
) -> bytes:
    """A docx whose paragraphs (list, level, text) are numbered by Word; `levels` are (format, pattern).

    List 0 is no list, 91 and 92 share one definition; with `restart` 92 starts anew there.
    """
    document = docx.Document()
    numbering = document.part.numbering_part.element
    inner = "".join(
        f'<w:lvl w:ilvl="{i}"><w:start w:val="1"/><w:numFmt w:val="{form}"/><w:suff w:val="{behind}"/><w:lvlText w:val="{pattern}"/></w:lvl>'
        for i, (form, pattern) in enumerate(levels)
    )
    names = nsdecls("w")
    numbering.insert(0, parse_xml(f'<w:abstractNum {names} w:abstractNumId="90">{inner}</w:abstractNum>'))
    anew = (
        f'<w:lvlOverride w:ilvl="0"><w:startOverride w:val="{restart}"/></w:lvlOverride>' if restart else ""
    )
    for num_id, override in ((91, ""), (92, anew)):
        numbering.append(
            parse_xml(f'<w:num {names} w:numId="{num_id}"><w:abstractNumId w:val="90"/>{override}</w:num>')
        )
    for num_id, level, text in paragraphs:
        properties = document.add_paragraph(text)._p.get_or_add_pPr()
        if num_id:
            properties.append(
                parse_xml(f'<w:numPr {names}><w:ilvl w:val="{level}"/><w:numId w:val="{num_id}"/></w:numPr>')
            )
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def word_with(xml: str) -> bytes:
    """A docx whose only paragraph holds these elements (prefix `w`)."""
    document = docx.Document()
    paragraph = document.add_paragraph()._p
    for element in parse_xml(f"<w:p {nsdecls('w')}>{xml}</w:p>"):
        paragraph.append(element)
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()
