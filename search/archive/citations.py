"""Citations: every mention of another document in a title and a text, with what it does, where it stands and which clauses it names."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from search.archive.citation_kinds import KindReader, kind_in_title, plain_in_title
from search.archive.clause_references import ClauseReference, read_references
from search.archive.clauses import Clause, parse_clauses
from search.archive.enums import RelationKind
from search.archive.extension_words import Extension
from search.archive.law_names import find_law_names
from search.archive.mentions import Mention, bracketed, defined_names, find_mentions
from search.archive.numbers import find_numbers, parse_number
from search.archive.titles import clean, exact_key, is_draft, title_key

#: Citations kept of one text; a clean-up list names hundreds of files, and each of those counts.
LIMIT = 4_000
_MARGIN = 60
_OWN_NUMBER = re.compile(r"(?:发文字号|文号|文件编号|发布文号|字号|公文种类)\s*[\]】：:]?\s*$")
_NESTED = re.compile(r"[《〈<](.{2,200})[》〉>]", re.S)


@dataclass(frozen=True, slots=True)
class Citation:
    """One mention of another document.

    `start` and `end` are offsets into the text, or into the title when `in_title`; `text` is exactly what stands there.
    `clause_id` is the clause of the text it stands in; `references` are the clauses of the other document it names, `years`
    those in which, as the sentence says, what it repeals was made; `extension` how much longer it lets the other go on.
    """

    kind: RelationKind
    title: str
    number_key: str
    text: str
    clause_id: str
    start: int = 0
    end: int = 0
    in_title: bool = False
    prefix: str = ""
    references: tuple[ClauseReference, ...] = ()
    years: tuple[int, ...] = ()
    extension: Extension | None = None

    @property
    def title_key(self) -> str:
        return title_key(self.title) if self.title else ""


class _Places:
    """Offset in the text -> id of the clause there. Clauses add up to the text without its white space, in order."""

    def __init__(self, text: str, clauses: Sequence[Clause]) -> None:
        self.text = text
        self.ids = [c.id for c in clauses]
        self.ends: list[int] = []
        total = 0
        for clause in clauses:
            total += len("".join(clause.label.split())) + len("".join(clause.text.split()))
            self.ends.append(total)
        self.read = self.compact = 0

    def at(self, offset: int) -> str:
        """The clause at `offset`; offsets must not decrease from call to call."""
        self.compact += len("".join(self.text[self.read : offset].split()))
        self.read = offset
        index = bisect_right(self.ends, self.compact)
        return self.ids[index] if index < len(self.ids) else ""


def _from_title(title: str) -> Iterator[Citation]:
    seen = False
    for start, end in bracketed(
        title.replace("〈", "《").replace("〉", "》") if "《" not in title else title
    ):
        inside = title[start + 1 : end - 1].strip()
        if len(clean(inside)) < 2 or exact_key(inside) == exact_key(title):
            continue
        seen = True
        kind = kind_in_title(title, start, end)
        number = re.match(r"\s*[（(]([^（）()]{4,60}号)[)）]", title[end:])
        parsed = parse_number(number[1]) if number else None
        yield Citation(
            kind, inside, parsed.key if parsed else "", title[start:end], "", start, end, in_title=True, prefix=title[:start]
        )  # fmt: skip
    if not seen:
        for found in plain_in_title(title):
            yield Citation(
                found.kind,
                found.cited,
                "",
                title[found.start : found.end],
                "",
                found.start,
                found.end,
                in_title=True,
            )
    if is_draft(title) and title_key(title):
        final = re.sub(r"[（(][^（）()]*(?:征求意见稿|草案|送审稿)[^（）()]*[)）]", "", title).strip()
        if final != title and len(final) > 2:
            yield Citation(RelationKind.DRAFT_OF, final, "", title, "", 0, len(title), in_title=True)


def find_citations(
    title: str, text: str, *, number_key: str = "", laws: frozenset[str] = frozenset()
) -> list[Citation]:
    """Every mention of another document in `title` and `text`, in order, at most `LIMIT`.

    `number_key` is the document's own number, which is no citation; `laws` are the names by which laws of the archive
    are called without 《》. Never raises; linear in the length of the text.
    """
    found = list(_from_title(title))
    own = {exact_key(title), exact_key(title).partition("关于")[2]} - {""}
    number_key = number_key or next((f.number.key for f in find_numbers(title[-60:])), "")
    reader, places = KindReader(title, text), _Places(text, parse_clauses(text))
    names = find_law_names(text, laws, defined_names(text))
    for mention in find_mentions(text, names):
        references, end = read_references(text, max(mention.end, mention.tail))
        kind = reader.kind(mention.start, max(mention.end, mention.tail), references_end=end)
        if mention.bare and mention.title:
            kind = _of_bare_name(kind, references, amending=reader.amends)
        if _is_own(mention, kind, text, own, number_key, title):
            continue
        found.append(
            Citation(kind, mention.title, mention.number_key, text[mention.start : mention.end], places.at(mention.start),
                     mention.start, mention.end, prefix=mention.prefix, references=references,
                     years=_years(text, mention.start) if kind is RelationKind.REPEALS else (),
                     extension=reader.extension if kind is RelationKind.EXTENDS else None)
        )  # fmt: skip
        if len(found) >= LIMIT:
            break
    return found


def _of_bare_name(
    kind: RelationKind, references: tuple[ClauseReference, ...], *, amending: bool
) -> RelationKind:
    """A text that ends or changes a law names it in full; 宪法第八十九条修改为 in an amendment is the exception."""
    if kind is RelationKind.BASIS or (kind is RelationKind.AMENDS and references and amending):
        return kind
    return RelationKind.CITES


def _years(text: str, start: int) -> tuple[int, ...]:
    """Years in the words before a mention: 1992年12月21日发布的《…》."""
    before = re.split(r"[。；》\n]", text[max(0, start - 120) : start])[-1]
    return tuple(int(y) for y in re.findall(r"(?<!\d)((?:19|20)\d\d)年", before))


def _is_own(
    mention: Mention, kind: RelationKind, text: str, own: set[str], number_key: str, title: str
) -> bool:
    """True for the document's own title or number: in its heading, its metadata, or spoken of as this very text."""
    if mention.number_key and _same_number(mention.number_key, number_key):
        return True
    if mention.bare and mention.title:
        return title_key(mention.title) == title_key(title)
    if mention.title:
        # An older text of the same name can be repealed, and is then meant.
        return exact_key(mention.title) in own and (
            kind is not RelationKind.REPEALS or mention.alias_of is not None
        )
    before = text[max(0, mention.start - 80) : mention.start]
    if _OWN_NUMBER.search(before):
        return True
    line_start = text.rfind("\n", 0, mention.start) + 1
    line_end = text.find("\n", mention.end)
    line = text[line_start : line_end if line_end >= 0 else len(text)]
    if len(line) <= mention.end - mention.start + _MARGIN:
        rest = clean(
            text[line_start : mention.start] + text[mention.end : mention.end + _MARGIN].partition("\n")[0]
        )
        for name in (clean(title), exact_key(title)):
            rest = rest.replace(name, "")
        if len(re.sub(r"[^一-鿿]", "", rest)) <= 2 or _only_bodies(rest):
            return True
    return any(name and exact_key(before).endswith(name[-12:]) for name in own if len(name) >= 6)


def _same_number(left: str, right: str) -> bool:
    """Equal, or the same year and sequence of which one gives only the last of several bodies (甲部 乙局令第3号)."""
    if left == right or not right:
        return left == right
    (a_form, a_code, *a_rest), (b_form, b_code, *b_rest) = left.split("|"), right.split("|")
    return (a_form, a_rest) == (b_form, b_rest) and (a_code.endswith(b_code) or b_code.endswith(a_code))


def _only_bodies(rest: str) -> bool:
    return bool(
        re.fullmatch(
            r"(?:[一-鿿]{2,16}(?:部|局|行|会|院|署|府|厅|室|委)|[^一-鿿]|令|公告|文件)*(?:[（(].{0,60}[)）])?",
            rest,
        )
    )
