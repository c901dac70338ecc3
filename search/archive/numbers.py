"""Document numbers (发文字号): read in any bracket style, compared by key, shown in one canonical form (domain section 5)."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

import opencc

from search.archive.numerals import NUMERAL_CLASS, to_int

_OPEN = r"〔\[［(（【﹝「『„“〈<{"
_CLOSE = r"〕\]］)）】﹞」』‟”“〉>}"
_DASH = r"[-—–－‐−─]{1,2}"
_PINYIN = "a-zāáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜüńňǹ"
#: Ruby pinyin as some conversion tools leave it after a character: 關(guān)于.
RUBY = re.compile(rf"(?<=[㐀-鿿])[(（]\s*[{_PINYIN}]{{1,6}}\s*[)）]")
_HAN = "㐀-鿿"


#: Two ways to write one series: the archive of the State Council's papers cites its orders as 国令.
_SAME_CODES = {"国令": "国务院令"}


class NumberForm(StrEnum):
    STANDARD = "standard"
    ORDER = "order"
    ANNOUNCEMENT = "announcement"
    TELEGRAM = "telegram"
    REGISTRATION = "registration"


@dataclass(frozen=True, slots=True)
class DocumentNumber:
    """One document number. `code` is simplified and without spaces; `sequence` keeps its padding only in registrations."""

    form: NumberForm
    code: str
    year: int | None
    sequence: str
    raw: str

    @property
    def key(self) -> str:
        """What two spellings of one number share: `form|code|year|sequence`."""
        code = self.code.removeprefix("中华人民共和国") or self.code
        code = _SAME_CODES.get(code, code)
        return f"{self.form}|{code}|{self.year or ''}|{self.sequence}"

    @property
    def canonical(self) -> str:
        """The form to show: 国办发〔2016〕80号, 国务院令第713号, HFGS—2017—9."""
        if self.form is NumberForm.REGISTRATION:
            return f"{self.code}—{self.year}—{self.sequence}"
        if self.form in (NumberForm.ORDER, NumberForm.ANNOUNCEMENT):
            if self.year and re.search(r"\d\s*年", unicodedata.normalize("NFKC", self.raw)):
                return f"{self.code}{self.year}年第{self.sequence}号"
            return f"{self.code}{f'〔{self.year}〕' if self.year else ''}第{self.sequence}号"
        if self.year is None:
            return f"{self.code}第{self.sequence}号"
        return f"{self.code}〔{self.year}〕{self.sequence}号"

    def __str__(self) -> str:
        return self.canonical


@dataclass(frozen=True, slots=True)
class FoundNumber:
    """A number found in running text; `start` and `end` are character offsets into that text."""

    number: DocumentNumber
    start: int
    end: int


_CODE = rf"(?P<code>(?:[{_HAN}A-Za-z]|[(][{_HAN}]{{1,4}}[)])[{_HAN}A-Za-z0-9·]*(?:[(][{_HAN}]{{1,4}}[)][{_HAN}]*)?)"
_YEAR = r"(?P<year>(?:19|20)\d\d|[5-9]\d)"
_SEQUENCE = rf"(?P<seq>\d{{1,6}}|[{NUMERAL_CLASS}]{{1,8}})"
_ISSUED = r"(?:令|公告|通告|布告)"

# All patterns run on folded text: NFKC, simplified, no spaces, no ruby, every bracket 〔〕 (round ones of codes stay).
_BRACKETED = re.compile(rf"{_CODE}〔{_YEAR}年?〕(?:字)?第?{_SEQUENCE}号(?P<order>令)?")
_YEARED = re.compile(rf"(?P<code>[{_HAN}]*{_ISSUED})(?P<year>(?:19|20)\d\d)年?第{_SEQUENCE}号")
_PLAIN = re.compile(rf"(?P<code>[{_HAN}]*(?:{_ISSUED}|字))第{_SEQUENCE}号")
_NUMBER_FIRST = re.compile(rf"(?P<code>[{_HAN}]{{2,}}?)第?{_SEQUENCE}号令")
_YEAR_FIRST = re.compile(rf"〔{_YEAR}年?〕(?P<code>[{_HAN}()]+?字?)第?(?P<seq>\d{{1,6}})号")
_REGISTRATION = re.compile(
    rf"(?P<code>[A-Z]{{2,12}}){_DASH}(?P<year>(?:19|20)\d\d){_DASH}(?P<seq>\d{{1,8}})号?"
)
_WHOLE = (_BRACKETED, _YEARED, _PLAIN, _YEAR_FIRST, _NUMBER_FIRST, _REGISTRATION)

# What people type: no brackets, no 号, a space or nothing between year and number.
_LAX = re.compile(
    rf"(?P<code>[{_HAN}]+?)〔?(?P<year>(?:19|20)\d\d)年?〕?[ /-]?第?(?P<seq>\d{{1,5}})号?文?(?:件)?"
)
_LAX_ORDER = re.compile(rf"(?P<code>[{_HAN}]*{_ISSUED})第?{_SEQUENCE}号?")
_PREFIX = re.compile(
    rf"(?P<code>[{_HAN}]{{2,12}})(?:〔(?P<year>(?:19|20)\d\d)?年?〕?|(?P<bare>(?:19|20)\d\d)年?|)"
)
#: How a code ends that is followed by nothing yet: 国办发, 法释, 国务院令. A topic word seldom ends so.
_CODE_ENDINGS = "发函字电令告释规"


@lru_cache(maxsize=1)
def _converter() -> opencc.OpenCC:
    return opencc.OpenCC("t2s")


@lru_cache(maxsize=16_384)
def simplify_char(char: str) -> str:
    """One character in simplified form (a character map: nothing is merged or split)."""
    if char < "㐀":
        return char
    out = _converter().convert(char)
    return out if len(out) == 1 else char


def simplify(text: str) -> str:
    """`text` in simplified characters, length unchanged."""
    return "".join(map(simplify_char, text))


def fold(raw: str, *, keep_spaces: bool = False) -> str:
    """`raw` as the patterns want it: NFKC, simplified, ruby and spaces gone, brackets around a year as 〔〕."""
    text = RUBY.sub("", raw)
    text = re.sub(rf"[{_OPEN}]\s*([0-9０-９]{{2,4}})\s*年?\s*[{_CLOSE}]", r"〔\1〕", text)
    text = simplify(unicodedata.normalize("NFKC", text))
    return re.sub(r"\s+", " ", text).strip() if keep_spaces else re.sub(r"[\s\u200b-\u200f\ufeff]+", "", text)


#: A title run into the number behind it: 关于加强停车管理的通知云政发〔2020〕3号.
_TITLE_IN_CODE = re.compile(r"关于.{4,}(?:通知|意见|决定|批复|通告|公告|办法|规定|方案|函)(?!$)")


def _build(match: re.Match[str], raw: str, *, pattern: re.Pattern[str]) -> DocumentNumber | None:
    groups = match.groupdict()
    code, year_text, sequence = groups["code"], groups.get("year"), groups["seq"]
    if pattern is _REGISTRATION:
        return DocumentNumber(NumberForm.REGISTRATION, code, int(year_text or 0), sequence, raw)
    number = to_int(sequence)
    if not number or _TITLE_IN_CODE.search(code):
        return None
    if pattern is _NUMBER_FIRST or groups.get("order"):
        code += "令"
    year = int(year_text) if year_text else None
    if year is not None and year < 100:
        year += 1900
    return DocumentNumber(_form(code), code, year, str(number), raw)


def _form(code: str) -> NumberForm:
    if code.endswith("令"):
        return NumberForm.ORDER
    if code.endswith(("公告", "通告", "布告")):
        return NumberForm.ANNOUNCEMENT
    if code.endswith(("明电", "电", "电报")):
        return NumberForm.TELEGRAM
    return NumberForm.STANDARD


def parse_number(raw: str) -> DocumentNumber | None:
    """The number `raw` consists of (outer brackets and a label such as 文号： are forgiven), else None."""
    if not raw or len(raw) > 200:
        return None
    text = fold(raw)
    text = re.sub(r"^(?:发?文号|发文字号|文件编号|字号|令号)[:：]?", "", text).strip("：:,，。;；")
    candidates = [text]
    if text[:1] in "(（[【〔" and text[-1:] in ")）]】〕":
        candidates.append(text[1:-1])
    for candidate in candidates:
        for pattern in _WHOLE:
            match = pattern.fullmatch(candidate)
            if match and (found := _build(match, raw.strip(), pattern=pattern)):
                return found
    return None


_TAILS = (
    re.compile(
        rf"[{_OPEN}]\s*(?:[1１][9９]|[2２][0０])[0-9０-９]{{2}}\s*年?\s*[{_CLOSE}]\s*(?:字\s*)?第?\s*[0-9０-９]{{1,6}}\s*[号號]"
    ),
    re.compile(r"(?<=[令告])[ \u00a0]*(?:19|20)[0-9]{2}\s*年?\s*第\s*[0-9０-９]{1,5}\s*[号號]"),
    re.compile(rf"(?<=[令告字])[ \u00a0]*第\s*[{NUMERAL_CLASS}]{{1,8}}\s*[号號]"),
)
_REGISTRATION_IN_TEXT = re.compile(rf"(?<![A-Z])[A-Z]{{2,12}}{_DASH}(?:19|20)\d\d{_DASH}\d{{1,8}}(?!\d)号?")
_CODE_BEFORE = re.compile(
    rf"(?:[{_HAN}](?:[(（][{_PINYIN}]{{1,6}}[)）])?|(?<=[{_HAN}])[(（][{_HAN}]{{1,4}}[)）]|(?<=[部局委会行院署])[ \u00a0](?=[{_HAN}]))+"
    r"(?=[ \u00a0\u3000]?$)"
)
# Words a sentence puts before a number. 并政发 and 和政发 are real codes, hence `_GENERIC`.
_LEADING = re.compile(
    r"^.*(?:对于|根据|按照|依据|依照|遵照|遵守|违反|修改|适用|延长|对照|贯彻|执行|落实|转发|印发|参照|关于|以及|同时|废止|现将|停止|文件|通知|规定|办法|意见|"
    r"我行|我市|我省|我部|我局|会议|发布的|公布的|下发的|的|将|原|按|(?<!人民共)和|与|及|见|以|对|在|并|自|即|由|为)"
)
_GENERIC = re.compile(r"^(?:[政办函字文令公告号]|发(?!改)|人民政府)")


def _trim(code: str) -> str:
    """`code` without the words of the sentence before it, as long as a specific code remains."""
    match = _LEADING.match(code)
    while match:
        rest = code[match.end() :]
        if len(rest) >= 2 and not _GENERIC.match(rest):
            return rest.lstrip(" \u00a0")
        match = _LEADING.match(code[: match.end() - 1])
    return code


def find_numbers(text: str) -> list[FoundNumber]:
    """Every number in running `text`, in order, never overlapping."""
    found: list[FoundNumber] = []
    for tail in _TAILS:
        for match in tail.finditer(text):
            before = _CODE_BEFORE.search(text, max(0, match.start() - 60), match.start())
            code = _trim(before.group()) if before else ""
            if not before or len(code) > 40:
                continue
            start = before.end() - len(code)
            number = parse_number(text[start : match.end()])
            if number:
                found.append(FoundNumber(number, start, match.end()))
    for match in _REGISTRATION_IN_TEXT.finditer(text):
        if number := parse_number(match.group()):
            found.append(FoundNumber(number, match.start(), match.end()))
    return _without_overlaps(found)


def _without_overlaps(found: list[FoundNumber]) -> list[FoundNumber]:
    out: list[FoundNumber] = []
    for item in sorted(found, key=lambda f: (f.start, -f.end)):
        if not out or item.start >= out[-1].end:
            out.append(item)
    return out


def query_keys(query: str) -> list[str]:
    """Keys a reader may mean by `query`: the full number, without 号, without brackets, a number inside a sentence."""
    if not query or len(query) > 300:
        return []
    keys: dict[str, None] = {}
    exact = parse_number(query)
    if exact:
        keys[exact.key] = None
    folded = fold(query)
    for pattern in (_LAX, _LAX_ORDER, _REGISTRATION):
        match = pattern.fullmatch(folded.upper() if pattern is _REGISTRATION else folded)
        number = _build(match, query, pattern=pattern) if match else None
        if number:
            keys[number.key] = None
    if not keys:
        keys.update({f.number.key: None for f in find_numbers(fold(query, keep_spaces=True))})
    return list(keys)


def query_prefixes(query: str) -> list[str]:
    """Key prefixes for the unfinished number `query` (国办发〔2016, 国办发2016), most specific first; else []."""
    folded = re.sub(rf"[{_OPEN}](?=(?:19|20)?\d{{0,4}}$)", "〔", fold(query)) if len(query) <= 60 else ""
    match = _PREFIX.fullmatch(folded)
    if not match:
        return []
    code = match["code"]
    year = match["year"] or match["bare"]
    if not year and "〔" not in folded and code[-1] not in _CODE_ENDINGS:
        return []
    code_key = code.removeprefix("中华人民共和国") or code
    code_key = _SAME_CODES.get(code_key, code_key)
    return [f"{_form(code)}|{code_key}|{year}|"] if year else [f"{_form(code)}|{code_key}|"]
