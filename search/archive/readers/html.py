"""Web pages of government portals: the document is taken out of the page, the portal's own furniture stays behind."""

from __future__ import annotations

import re
from itertools import zip_longest
from typing import Any

from selectolax.lexbor import LexborHTMLParser

from search.archive.readers.base import Extract, fold_radicals, tidy
from search.archive.readers.text import decode

#: Where the platforms most governments use keep the text, best first.
_CONTENT = (
    "#UCAP-CONTENT", "#zoomcon", "#info_cont", ".info_cont", "#detailCon", ".article-content", ".content_article",
    ".TRS_Editor", "#zoom", "#Zoom", ".pages_content", ".trs_editor_view", "#js_content", ".article_content",
    "article", ".zw", "#content", ".content",
)  # fmt: skip
_FURNITURE = (
    "script,style,noscript,template,iframe,nav,header,footer,form,button,select,input,object,svg,.footer,.header,.nav,"
    ".breadcrumb,.share,.print,.ewm,.qrcode,[hidden],[style*='display:none'],[style*='display: none'],.copyright,.related"
)
_BLOCKS = "p,div,tr,li,h1,h2,h3,h4,h5,h6,section,article,table,blockquote,dt,dd,center"
_BOXES = ("div", "table", "section", "ul", "ol", "dl")
_META = {
    "articletitle": "title", "title": "title", "pubdate": "published_on", "publishdate": "published_on",
    "contentsource": "source_name", "url": "url", "columnname": "column", "docno": "number", "fileno": "number",
}  # fmt: skip
#: Labels of the metadata table above a document (索 引 号：…).
_LABELS = {
    "索引号": "index_number", "主题分类": "subject", "发文机关": "issuer", "发布机构": "issuer", "发文单位": "issuer",
    "成文日期": "adopted_on", "标题": "title", "名称": "title", "发文字号": "number", "文号": "number",
    "发布日期": "published_on", "主题词": "keywords", "有效性": "status", "生效日期": "effective_on",
    "施行日期": "effective_on", "失效日期": "valid_until", "登记号": "registration_number", "统一编号": "registration_number",
}  # fmt: skip
_SITE = re.compile(r"\s*[-_—|]\s*[^-_—|]{0,30}(?:网|政府|门户|平台|网站|委员会|局)\s*$")
_REPOST = re.compile(r"^\s*[（(【\[]\s*转[载发]\s*[)）】\]]\s*")


def _charset(data: bytes) -> bytes | str:
    """The page as text; a declared charset is tried before guessing."""
    declared = re.search(rb"charset\s*=\s*[\"']?\s*([A-Za-z0-9_-]+)", data[:4096], re.I)
    if declared:
        name = declared[1].decode("ascii").lower()
        name = "gb18030" if name in ("gb2312", "gbk", "gb_2312-80") else name
        try:
            return data.decode(name)
        except (LookupError, UnicodeDecodeError):
            pass
    return decode(data)[0]


def _stated(tree: Any) -> dict[str, str]:
    meta: dict[str, str] = {}
    for node in tree.css("meta"):
        name = (node.attributes.get("name") or "").lower()
        content = (node.attributes.get("content") or "").strip()
        if content and name in _META:
            meta.setdefault(_META[name], content)
    cells = [c for c in tree.css("td,th,dt,dd,li,span") if len(c.text(strip=True)) <= 200]
    for cell, following in zip_longest(cells, cells[1:]):
        label, _colon, inline = re.sub(r"[\s\u3000\u00a0]+", "", cell.text(strip=True)).partition("：")
        if label not in _LABELS:
            continue
        value = inline or (following.text(strip=True) if following is not None else "")
        if value and not value.endswith(("：", ":")):
            meta.setdefault(_LABELS[label], re.sub(r"[\s\u00a0]+", " ", value).strip())
    return meta


def _content(tree: Any) -> Any:
    """The node holding the document: a known container with enough text, else the densest block."""
    for selector in _CONTENT:
        nodes = [n for n in tree.css(selector) if len(n.text(strip=True)) >= 60]
        if nodes:
            return max(nodes, key=lambda n: len(n.text(strip=True)))
    body = tree.body
    if body is None:
        return None
    best = max(body.css("div,td,section"), key=_density, default=body)
    # A page without a container has its paragraphs in the body itself, beside boxes of furniture.
    loose = sum(len(n.text(strip=True)) for n in body.iter(include_text=True) if n.tag not in _BOXES)
    return body if loose > len(best.text(strip=True)) else best


def _density(node: Any) -> float:
    """How much of `node` is text and not links; of two boxes around the same text the inner one has more."""
    links = sum(len(a.text(strip=True)) for a in node.css("a"))
    return float((len(node.text(strip=True)) - 3 * links) * (1 + 0.02 * _depth(node)))


def _depth(node: Any) -> int:
    depth = 0
    while node is not None and depth < 60:
        node, depth = node.parent, depth + 1
    return depth


def _plain(node: Any) -> str:
    """Text of `node`, one block a line, table cells apart by two spaces."""
    for line_break in node.css("br"):
        line_break.replace_with("\n")
    for block in node.css(_BLOCKS):
        block.insert_before("\n")
        block.insert_after("\n")
    for cell in node.css("td,th"):
        cell.insert_after("  ")
    return str(node.text(deep=True))


def read(data: bytes) -> Extract:
    """One web page. The title is the one the page states (ArticleTitle, metadata table), without the site's name."""
    tree = LexborHTMLParser(_charset(data))
    meta = _stated(tree)
    heading = tree.css_first("title")
    title = meta.pop("title", "") or _SITE.sub("", heading.text(strip=True) if heading is not None else "")
    for node in tree.css(_FURNITURE):
        node.decompose()
    content = _content(tree)
    text = _plain(content) if content is not None else ""
    lines = (re.sub(r"[ \u00a0\t]+", " ", line) for line in text.split("\n"))
    text = re.sub(r"\n{2,}", "\n", tidy("\n".join(lines)))
    title = _REPOST.sub("", re.sub(r"\s+", " ", title)).strip()
    return Extract(fold_radicals(text), "html", "text/html", title=title, meta=meta)
