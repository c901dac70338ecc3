"""Several articles saved as one file (第一篇：… 第二篇：…): where each begins."""

from __future__ import annotations

import re

_HEAD = re.compile(
    r"^(?:第[一二三四五六七八九十\d]{1,3}篇|篇[一二三四五六七八九十\d]{1,3}|【第[一二三四五六七八九十\d]{1,3}篇】)\s*[:：]?\s*(?P<title>.*)$"
)


def split_articles(lines: list[str]) -> list[tuple[str, list[str]]]:
    """(title, lines) of each article; a single pair with an empty title when the file holds one text."""
    heads = [
        (i, m["title"].strip()) for i, line in enumerate(lines) if (m := _HEAD.match(line)) and len(line) < 80
    ]
    if len(heads) < 2:
        return [("", lines)]
    out = []
    for (start, title), following in zip(heads, [*heads[1:], (len(lines), "")], strict=True):
        body = lines[start + 1 : following[0]]
        if body and body[0].strip() == title:
            body = body[1:]
        out.append((title, body))
    return out
