"""Markdown: front matter becomes metadata, marks go, headings and paragraphs stay."""

from __future__ import annotations

import re

from search.archive.readers.base import Extract, fold_radicals, join_wrapped, tidy
from search.archive.readers.text import decode

_FRONT = re.compile(r"\A---\s*\n(.*?)\n---\s*\n", re.S)
_KEYS = {"法规名称": "title", "标题": "title", "title": "title", "地区": "region", "标准编号": "number", "发文字号": "number",
         "发布日期": "published_on", "发文机关": "issuer", "是否征求意见稿": "draft", "提取方式": "extraction"}  # fmt: skip
_COMMENT = re.compile(r"<!--.*?-->", re.S)
_INFO_END = re.compile(r"<!--\s*INFO END\s*-->")
_HEADING = re.compile(r"^#{1,6}[ \t]+(.*)$", re.M)
_EVENT = re.compile(
    r"^\d{4}年\d{1,2}月(?:\d{1,2}日)?[^\n]{2,200}(?:通过|批准|公布|修正|修订|施行|发布|修改|印发|废止)[^\n]{0,20}$",
    re.M,
)


def _front_matter(text: str) -> tuple[dict[str, str], str]:
    match = _FRONT.match(text)
    if not match:
        return {}, text
    meta: dict[str, str] = {}
    for line in match[1].splitlines():
        key, colon, value = line.partition(":")
        if colon and value.strip() and key.strip() in _KEYS:
            meta[_KEYS[key.strip()]] = value.strip().strip("\"'")
    return meta, text[match.end() :]


def _without_comments(text: str) -> str:
    """`text` without its comments. What is never closed is no comment, and looking for its end from each start takes hours."""
    end = text.rfind("-->") + len("-->")
    return text if end < len("-->") else _COMMENT.sub("", text[:end]) + text[end:]


def _words(heading: re.Match[str]) -> str:
    """A heading's words; the signs that may close it go by hand, because looking for them from each blank takes hours."""
    return heading[1].rstrip().rstrip("#").rstrip()


def read(data: bytes) -> Extract:
    """A markdown file. A page converted from pdf (so its front matter says) has its lines joined again."""
    text, _encoding = decode(data)
    meta, body = _front_matter(text.replace("\r\n", "\n"))
    extraction = meta.pop("extraction", "")
    if "## 正文" in body:
        body = body.split("## 正文", 1)[1]
    events: list[str] = []
    if marker := _INFO_END.search(body):
        events = _EVENT.findall(body[: marker.start()])
    body = _without_comments(body)
    first = _HEADING.search(body)
    title = (meta.get("title", "") or (_words(first) if first else ""))[:1_000]
    body = re.sub(r"^(?:[-*_][ \t]*){3,}$", "", _HEADING.sub(_words, body), flags=re.M)
    body = re.sub(r"(?<!\w)\*\*(.+?)\*\*", r"\1", body)
    body = tidy(fold_radicals(body))
    if extraction:
        body = join_wrapped(body)
    if events:
        meta["history"] = "\n".join(e.strip() for e in events)
    return Extract(
        body, "pdf-text" if extraction else "markdown", "text/markdown", title=fold_radicals(title), meta=meta
    )
