"""What every page of the site must satisfy, whatever it shows."""

from __future__ import annotations

import itertools
import re
from collections import Counter

from selectolax.lexbor import LexborHTMLParser, LexborNode

LABELLED = "input:not([type=hidden]):not([type=submit]), select, textarea"


def parse(html: str | bytes) -> LexborHTMLParser:
    return LexborHTMLParser(html if isinstance(html, str) else html.decode())


def problems(html: str | bytes) -> list[str]:
    """Faults of a rendered page: landmarks, headings, identifiers, labels, inline code."""
    tree = parse(html)
    found = [
        f"{count} x <{tag}>"
        for tag, count in ((tag, len(tree.css(tag))) for tag in ("main", "h1", "title"))
        if count != 1
    ]
    found += _heading_gaps(tree)
    ids = Counter(node.attributes.get("id") for node in tree.css("[id]"))
    found += [f"id {name!r} {count} times" for name, count in ids.items() if count > 1]
    found += [f"no label: {field.html}" for field in tree.css(LABELLED) if not _has_name(tree, field)]
    found += [f"no alt: {image.html}" for image in tree.css("img") if "alt" not in image.attributes]
    found += [f"inline code: {node.html}" for node in tree.css("[style], style, script:not([src])")]
    found += [
        f"inline handler: {name}"
        for node in tree.css("*")
        for name in node.attributes
        if re.match(r"on[a-z]+$", name)
    ]
    found += [f"dead link: #{target}" for target in _broken_anchors(tree)]
    return found


def _heading_gaps(tree: LexborHTMLParser) -> list[str]:
    """Headings inside <main> that leave a level out."""
    levels = [int((node.tag or "h0")[1]) for node in tree.css("main h1, main h2, main h3, main h4, main h5")]
    return [
        f"h{before} followed by h{after}"
        for before, after in itertools.pairwise(levels)
        if after > before + 1
    ]


def _has_name(tree: LexborHTMLParser, field: LexborNode) -> bool:
    attributes = field.attributes
    if attributes.get("aria-label") or attributes.get("aria-labelledby"):
        return True
    identifier = attributes.get("id")
    if identifier and tree.css_first(f'label[for="{identifier}"]') is not None:
        return True
    parent = field.parent
    while parent is not None:
        if parent.tag == "label":
            return True
        parent = parent.parent
    return False


def _broken_anchors(tree: LexborHTMLParser) -> list[str]:
    ids = {node.attributes.get("id") for node in tree.css("[id]")}
    targets = [(node.attributes.get("href") or "")[1:] for node in tree.css('a[href^="#"]')]
    return [target for target in targets if target and target not in ids]
