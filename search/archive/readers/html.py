"""Web pages of government portals: the document is taken out of the page, the portal's own furniture stays behind."""

from __future__ import annotations

import codecs
import re
from collections import defaultdict
from dataclasses import dataclass
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
    "sitename": "site", "articletitle": "title", "title": "title", "pubdate": "published_on", "publishdate": "published_on",
    "contentsource": "source_name", "url": "url", "columnname": "column", "docno": "number", "fileno": "number",
}  # fmt: skip
#: Labels of the metadata table above a document (索 引 号：…).
_LABELS = {
    "索引号": "index_number", "主题分类": "subject", "发文机关": "issuer", "发布机构": "issuer", "发文单位": "issuer",
    "成文日期": "adopted_on", "标题": "title", "名称": "title", "发文字号": "number", "文号": "number",
    "发布日期": "published_on", "主题词": "keywords", "有效性": "status", "生效日期": "effective_on",
    "施行日期": "effective_on", "失效日期": "valid_until", "登记号": "registration_number", "统一编号": "registration_number",
}  # fmt: skip
#: Labels that are words of any table, too.
_COMMON_WORDS = frozenset({"名称", "标题", "文号", "主题词", "有效性"})
#: What browsers never show, whatever its size.
_SILENT = frozenset(
    {"script", "style", "noscript", "template", "iframe", "object", "svg", "select", "button", "title"}
)
_CHARSETS = {
    "gb2312": "gb18030", "gbk": "gb18030", "gb_2312-80": "gb18030", "gb18030": "gb18030", "x-gbk": "gb18030", "cp936": "gb18030",
    "big5": "big5hkscs", "big5-hkscs": "big5hkscs", "x-x-big5": "big5hkscs", "hz-gb-2312": "hz", "utf-8": "utf-8", "utf8": "utf-8",
}  # fmt: skip
_MARKS = (codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_SITE = re.compile(r"\s*[-_—|]\s*[^-_—|]{0,30}(?:网|政府|门户|平台|网站|委员会|局|厅|部|办公室|中心)\s*$")
_PATH = re.compile(r"位置[:：]|[>»›]")
#: Characters of a title that are looked at; the column holds fewer.
_LONGEST_TITLE = 1_000
_REPOST = re.compile(r"^\s*[（(【\[]\s*转[载发]\s*[)）】\]]\s*")


def _charset(data: bytes) -> str:
    """The page as text: by its mark or as UTF-8 where it is that, else in the Chinese encoding it declares, else guessed.

    What else a page declares is not believed: `iso-8859-1` reads any bytes, and `gb2312` stands on many pages in UTF-8.
    """
    guessed, encoding = decode(data) if _reads_as_unicode(data) else ("", "")
    if encoding:
        return guessed
    declared = re.search(rb"charset\s*=\s*[\"']?\s*([A-Za-z0-9_-]{1,40})", data[:4096], re.I)
    known = _CHARSETS.get(declared[1].decode("ascii").lower()) if declared else None
    if known:
        try:
            return data.decode(known)
        except UnicodeDecodeError:
            pass
    return decode(data)[0]


def _reads_as_unicode(data: bytes) -> bool:
    if data.startswith(_MARKS):
        return True
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    # Seven bits may still be HZ or another mail encoding that the page declares.
    return not data.isascii()


@dataclass(frozen=True, slots=True)
class _Weights:
    """Characters of text, of text in links, and the depth of every node, counted in one walk: pages may nest without end."""

    text: dict[int, int]
    links: dict[int, int]
    depth: dict[int, int]
    order: list[Any]

    def of(self, node: Any) -> int:
        return self.text.get(node.mem_id, 0)

    def density(self, node: Any) -> float:
        """How much of `node` is text and not links; of two boxes around the same text the inner one has more."""
        depth = min(self.depth.get(node.mem_id, 0), 60)
        return (self.of(node) - 3 * self.links.get(node.mem_id, 0)) * (1 + 0.02 * depth)


def _weigh(tree: Any) -> _Weights:
    text: dict[int, int] = defaultdict(int)
    links: dict[int, int] = defaultdict(int)
    depth: dict[int, int] = {}
    order = list(tree.root.traverse(include_text=True)) if tree.root is not None else []
    for node in order:
        parent = node.parent
        depth[node.mem_id] = depth.get(parent.mem_id, 0) + 1 if parent is not None else 0
        if node.tag == "-text":
            text[node.mem_id] = len(node.text_content.strip() if node.text_content else "")
    for node in reversed(order):
        own, parent = node.mem_id, node.parent
        if node.tag == "a":
            links[own] = text[own]
        if parent is not None and node.tag not in _SILENT:
            text[parent.mem_id] += text[own]
            links[parent.mem_id] += links[own]
    return _Weights(text, links, depth, order)


def _stated(tree: Any, weights: _Weights) -> dict[str, str]:
    """What the page states about its document: in `meta` elements, and in the table above the text."""
    meta: dict[str, str] = {}
    for node in tree.css("meta"):
        name = (node.attributes.get("name") or "").lower()
        content = (node.attributes.get("content") or "").strip()
        if content and name in _META:
            meta.setdefault(_META[name], content)
    cells = [c.text(strip=True) for c in tree.css("td,th,dt,dd,li,span") if weights.of(c) <= 200]
    split = [re.split(r"[：:]", re.sub(r"[\s\u3000\u00a0]+", "", cell), maxsplit=1) for cell in cells]
    labelled = [i for i, (label, *_value) in enumerate(split) if label in _LABELS]
    for i in labelled:
        label, *inline = split[i]
        following = cells[i + 1] if i + 1 < len(cells) else ""
        # The head of a list within the text may be called 名称, too: such a word needs another label close by.
        if label in _COMMON_WORDS and not any(0 < abs(i - other) <= 4 for other in labelled):
            continue
        value = (inline[0] if inline and inline[0] else "") or ("" if i + 1 in labelled else following)
        if value and not value.endswith(("：", ":")):
            meta.setdefault(_LABELS[label], re.sub(r"[\s\u00a0]+", " ", value).strip())
    return meta


def _without_furniture(tree: Any, weights: _Weights) -> None:
    """Take out what belongs to the portal, but never a box around most of the page: whole pages stand in one form."""
    furniture = {node.mem_id for node in tree.css(_FURNITURE)}
    most = weights.of(tree.body) / 2 if tree.body is not None else 0
    inside: set[int] = set()
    outermost: list[Any] = []
    for node in weights.order:
        parent = node.parent
        if parent is not None and parent.mem_id in inside:
            inside.add(node.mem_id)
        elif node.mem_id in furniture and (node.tag in _SILENT or weights.of(node) <= max(most, 60)):
            inside.add(node.mem_id)
            outermost.append(node)
    for node in outermost:
        node.decompose()


def _content(tree: Any) -> Any:
    """The node holding the document: a known container with enough text, else the densest block."""
    weights = _weigh(tree)
    for selector in _CONTENT:
        nodes = [n for n in tree.css(selector) if weights.of(n) >= 60]
        if nodes:
            return max(nodes, key=weights.of)
    body = tree.body
    if body is None:
        return None
    best = max(body.css("div,td,section"), key=weights.density, default=body)
    # A page without a container has its paragraphs in the body itself, beside boxes of furniture.
    loose = sum(weights.of(n) for n in body.iter(include_text=True) if n.tag not in _BOXES)
    return body if loose > weights.of(best) else best


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


def _headline(tree: Any) -> dict[str, str]:
    """The first heading shown on the page that is no path through the site (首页 > 政务公开 > …)."""
    shown = (" ".join(node.text(strip=True).split()) for node in tree.css("h1")[:8])
    found = next(
        (words for words in shown if 0 < len(words) <= _LONGEST_TITLE and not _PATH.search(words)), ""
    )
    return {"heading": found} if found else {}


def read(data: bytes) -> Extract:
    """One web page. The title is the one the page states (ArticleTitle, metadata table), without the site's name."""
    tree = LexborHTMLParser(_charset(data))
    weights = _weigh(tree)
    meta = _stated(tree, weights)
    heading = tree.css_first("title")
    named = " ".join(heading.text(strip=True).split())[:_LONGEST_TITLE] if heading is not None else ""
    title = meta.pop("title", "")[:_LONGEST_TITLE] or _SITE.sub("", named)
    headline = _headline(tree)
    _without_furniture(tree, weights)
    content = _content(tree)
    text = _plain(content) if content is not None else ""
    lines = (re.sub(r"[ \u00a0\t]+", " ", line) for line in text.split("\n"))
    text = re.sub(r"\n{2,}", "\n", tidy("\n".join(lines)))
    title = _REPOST.sub("", re.sub(r"\s+", " ", title)).strip()
    return Extract(fold_radicals(text), "html", "text/html", title=title, meta=meta | headline)
