"""What a text does with the document it names: basis, repeal, amendment, printing, forwarding, interpretation, or a citation."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from search.archive.enums import RelationKind
from search.archive.extension_words import Extension, extended_list, extends_in_title, read_extension
from search.archive.titles import is_draft

#: Characters looked at before and behind a mention.
BEFORE, BEHIND = 400, 1_500
_STOP_BEFORE = re.compile(r"[。；;\n]")
_STOP_BEHIND = re.compile(r"[。\n]")
_STOP_CLAUSE = re.compile(r"[。；;\n]")

_GROUND = re.compile(
    r"(?:根据|依据|按照|依照|遵照|遵循|参照|贯彻|落实|为了?[^。；]{0,24}(?:保障|实施|执行|落实|贯彻|规范))[^。；]*$"
)
#: What says that the sentence founds this very text, and not a single decision within it.
_ENACTS = re.compile(
    r"[制订]定(?:了?本|以下|如下|下列|了?《|[^，。]{0,20}(?:办法|规定|细则|条例|方案|意见|措施|规则|制度|政策|规程))|特?制[订定]本|(?:作|作出|做)(?:出)?(?:如下|以下)|如下[：:]?|以下(?:意见|措施|规定|政策|通知|实施意见)"
    r"|现(?:就|将|对|予|决定|印发|公布|通告|公告)|决定[：:]|提出(?:如下|以下|本)|印发给你们|编制本|结合(?:本|我)(?:市|省|区|县|州|行|部|院|自治区|地)|结合(?:审判|司法|检察|工作|行政审判|本市)?实[践际]"
)
_TURN = re.compile(
    r"[，,](?:[^，,。]{0,24})?(?:现?决定|现)?(?:对|将)[^，,。]{0,12}$|[，,](?:现|特)?(?:对|将)"
)
_TURNED = re.compile(r"[，,][^，,。]{0,24}?(?<!针)(?:对(?![照于])|将)")
#: 各行应当根据《…》制定: a duty laid on others founds nothing.
_DUTY = re.compile(r"(?:要|应当?|可以?|须|必须|有权)(?:严格|切实)?(?:根据|按照|依照|依据|遵照)[^，。；]*$")
_REPEALED = re.compile(
    r"(?:同时|即行|相应|一并|均|予以|自行|自然|明令|全部|现予|宣布|随之|现|应予|即予|即|亦|也|都|分别)(?:废止|失效|作废|停止(?:执行|施行|使用))|(?:废止|作废|停止执行|停止施行|不再执行)(?=[。；;，,、）)]|$)"
)
_NOT_REPEALED = re.compile(
    r"^[^，。；]{0,6}(?:废止|失效)(?:前|后|之前|之后|以前|的)|(?:未|不)[^，。]{0,4}废止|申请废止"
)
_OTHER_RULE = re.compile(
    r"(?:不(?:一致|符|相符)|抵触|有关规定|相关规定|规定)[^，。；]{0,8}(?:的)?[，,]?(?:以|按)本|为准"
)
_REPEAL_VERB = re.compile(r"(?:废止|取消|停止执行)(?:了|下列|以下|原)?[^《》。；]{0,14}$")
_AMENDED = re.compile(
    r"(?:作|作出|做|做出)(?:以下|如下|相应|下列)?(?:的)?(?:补充[、和]?)?修[改订正]|修[改订]为|予以修[改订]|进行(?:了)?修[改订]|(?:增加|删去|删除)(?:一|第|其)"
)
_AMEND_VERB = re.compile(
    r"(?:关于修改|关于修订|关于修正|关于调整|^[^《》]{0,8}修改|、修改|决定修改|决定对|删去|(?<!新)修订(?![的后]))[^《》。；，的]{0,6}$"
)
_MODIFIER = re.compile(
    r"^第[一二三四五六七八九十]+次修[正订改]|^(?:[（(][^（）()]{0,60}[)）])?(?:第[一二三四五六七八九十]+次)?(?:修[正订改]|通过|公布|发布|批准|规定|印发|颁布|明确|所附|附件)的?"
    r"[^，。；《》]{0,12}(?:《|第[一二三四五六七八九十]次)"
)
_PRINTING = re.compile(
    # （银发〔2017〕1号文印发）、《…》: the remark is about what stands before it.
    r"(?:印发|发布|公布|颁布|下发|制[订定]了|修订了|出台|现将修订后的|现将)[^《》。；，,）)]{0,12}$"
)
_PRINTED = re.compile(
    r"^(?:[（(][^（）()]{0,60}[)）])?[^。《》]{0,60}?(?:印发给你们|现?予以?(?:公布|发布|印发)|现印发|印发你们|现公布|现发布|转发给你们|现转发)"
)
_PRINTED_NEXT = re.compile(r"(?:[（(][^（）()]{0,60}[)）])?[。，,]?\s*现(?:予以?)?(?:印发|公布|发布)")
_FORWARDING = re.compile(r"(?:转发|批转)[^《》。；，,]{0,24}$")
_FORWARDED = re.compile(r"^[^。]{0,60}?转发(?:给你们|你们|各)")
_LIST_OPENS = re.compile(
    r"(?:废止|失效)[^。\n]{0,16}(?:目录|清单|文件|规定|规章|如下|下列)[^。\n]{0,20}$|(?:下列|以下)[^。\n]{0,40}(?:废止|失效|停止执行)[^。\n]{0,20}$"
)
_LIST_LINE = re.compile(r"^\s*(?:[|·•\-—*]|[（(]?[0-9一二三四五六七八九十百]{1,5}[)）]?[、．.\s|]|《)")
_KIND_IN_TITLE = (
    (RelationKind.REPEALS, re.compile(r"废止(?!和修改|或修改)[^《〈]{0,30}$")),
    (RelationKind.AMENDS, re.compile(r"(?:修改|修订|修正|调整)(?!后)[^《〈]{0,30}$")),
    (RelationKind.FORWARDS, re.compile(r"(?:转发|批转)[^《〈]{0,40}$")),
    (RelationKind.PRINTS, re.compile(r"(?:印发|发布|公布|颁布|下发|颁发)[^《〈]{0,30}$")),
    (RelationKind.BASIS, re.compile(r"(?:实施|执行|贯彻|落实)[^《〈]{0,30}$|^[^《〈]{2,12}$")),
)
_EXPLAINS = re.compile(
    r"解读|答记者问|问答|政策解释|(?:的|适用[^的]{0,80})(?:[^的]{0,16})解释|若干问题的规定|的说明|起草说明|条文释义"
)
_PLAIN_PRINT = re.compile(
    r"关于(?:印发|发布|公布|下发)(?P<cited>[^《》〈〉]{4,80}?)(?:的(?:通知|公告|通告)|$)"
)
_PLAIN_FORWARD = re.compile(r"(?:转发|批转)(?P<cited>[^《》〈〉]{2,60}?关于[^《》〈〉]{4,80}?)的通知")


@dataclass(frozen=True, slots=True)
class InTitle:
    """A document named in the title itself, at `start` to `end` of it."""

    kind: RelationKind
    start: int
    end: int
    cited: str


def kind_in_title(title: str, start: int, end: int) -> RelationKind:
    """What a document with this title does to the one named at `start` to `end` of it."""
    before, behind = title[:start], title[end:]
    if re.search(r"适用[^《〈]{0,4}$|关于[^《〈]{0,4}$|^[^《〈]{0,2}$", before) and _EXPLAINS.search(
        behind or before
    ):
        return RelationKind.INTERPRETS
    if extends_in_title(before, behind):
        return RelationKind.EXTENDS
    for kind, pattern in _KIND_IN_TITLE:
        if pattern.search(before) and not (
            kind is RelationKind.BASIS and not re.search(r"办法|规定|细则|规则|方案|意见|通知|条例", behind)
        ):
            return kind
    return RelationKind.CITES


def plain_in_title(title: str) -> Iterator[InTitle]:
    """What a title prints or forwards without 《》 (关于印发停车场管理办法的通知)."""
    for kind, pattern in ((RelationKind.PRINTS, _PLAIN_PRINT), (RelationKind.FORWARDS, _PLAIN_FORWARD)):
        if match := pattern.search(title):
            yield InTitle(kind, match.start("cited"), match.end("cited"), match["cited"])


class KindReader:
    """Reads the kinds of one text's mentions, in order: a list under 下列文件废止 gives its kind to its lines."""

    def __init__(self, title: str, text: str) -> None:
        self.text = text
        self.amends = bool(re.search(r"修改|修订|修正", title))
        # 关于公布继续有效、废止和失效文件目录的通知: only the heading of each list tells which it is.
        self.repeals_list = bool(re.search(r"废止|宣布失效|停止执行", title)) and not re.search(
            r"继续有效|继续执行|现行有效|予以保留", title
        )
        #: How much longer the last mention goes on, when that is what was said of it.
        self.extension: Extension | None = None
        self._list_until = self._line_seen = -1
        self._list_kind: RelationKind | None = None
        self._list_says: Extension | None = None
        self._before: tuple[int, RelationKind] | None = None

    def kind(self, start: int, end: int, *, references_end: int) -> RelationKind:
        """Of the mention at `start` to `end`; the clauses named with it end at `references_end`."""
        self.extension = None
        found = self._kind(start, max(end, references_end), whole=references_end <= end)
        # 根据《甲》《乙》和国发〔2020〕3号: what joins the mentions has no verb of its own.
        after_basis = self._before and self._before[1] is RelationKind.BASIS
        if found is RelationKind.CITES and self._before and after_basis:
            joined = re.fullmatch(r"[\s、，,和及与以等]*", self.text[self._before[0] : start])
            found = RelationKind.BASIS if joined else found
        self._before = (max(end, references_end), found)
        return found

    def _kind(self, start: int, end: int, *, whole: bool) -> RelationKind:
        text = self.text
        line = text.rfind("\n", 0, start) + 1
        low = max(line, start - BEFORE)
        before = text[low:start]
        if stops := [m.end() for m in _STOP_BEFORE.finditer(before)]:
            before = before[stops[-1] :]
        stop = _STOP_CLAUSE.search(text, end, end + BEHIND)
        behind = text[end : stop.start() if stop else end + BEHIND]
        # Some sources set a space after every character.
        before, behind = before.replace(" ", ""), behind.replace(" ", "")
        listed = self._in_list(line)
        # A clause that goes on says nothing about the rest of the text. What is said of a file counts before its list.
        self.extension = (read_extension(before, behind) or self._list_says) if whole else None
        if self.extension:
            return RelationKind.EXTENDS
        if listed:
            return listed
        if _MODIFIER.match(behind):
            return RelationKind.CITES
        if self._repealed(before, behind):
            return RelationKind.REPEALS
        if self._amended(before, behind):
            return RelationKind.AMENDS
        if _FORWARDING.search(before) or (before.endswith("现将") and _FORWARDED.match(behind)):
            return RelationKind.FORWARDS
        printed = _PRINTED.match(behind) or _PRINTED_NEXT.match(text, end) or _notice_heading(before, behind)
        if printed and _PRINTING.search(before):
            return RelationKind.PRINTS
        return RelationKind.BASIS if self._founds(before, start, end) else RelationKind.CITES

    def _in_list(self, line: int) -> RelationKind | None:
        """What the list in which this line stands does with the documents it names; None outside such lists."""
        if line != self._line_seen:
            self._line_seen = line
            heading = self.text[max(0, line - 200) : line].rstrip().rpartition("\n")[2].rstrip("：:。 ")
            listed = bool(_LIST_LINE.match(self.text[line : line + 20]))
            goes_on = self._list_until >= 0 and not self.text[self._list_until : line].strip()
            kind, says = (self._list_kind, self._list_says) if goes_on else (None, None)
            if opened := extended_list(heading):
                kind, says = RelationKind.EXTENDS, opened
            elif _LIST_OPENS.search(heading) and "继续有效" not in heading:
                kind, says = RelationKind.REPEALS, None
            elif kind is None and self.repeals_list:
                kind = RelationKind.REPEALS
            self._list_kind, self._list_says = (kind, says) if listed else (None, None)
            end = self.text.find("\n", line)
            self._list_until = (end if end >= 0 else len(self.text)) if self._list_kind else -1
        return self._list_kind

    def _repealed(self, before: str, behind: str) -> bool:
        if _NOT_REPEALED.search(behind):
            return False
        if _REPEAL_VERB.search(before) and "废止" in before:
            return True
        found = _REPEALED.search(behind)
        return bool(found) and not _OTHER_RULE.search(behind[: found.start()] if found else "")

    def _amended(self, before: str, behind: str) -> bool:
        if _quoted(before):
            return False
        if _AMEND_VERB.search(before):
            return True
        found = _AMENDED.search(behind)
        if not found or _TURN.search(behind[: found.start()]):
            return False
        near = re.search(r"(?:对|将|把|^|[、和及》])[^，。]{0,40}$", before)
        return bool(near) and not _GROUND.search(_reach(before))

    def _founds(self, before: str, start: int, end: int) -> bool:
        reach = _reach(before)
        if not _GROUND.search(reach) or _DUTY.search(reach) or (_quoted(before) and self.amends):
            return False
        stop = _STOP_BEHIND.search(self.text, end, end + BEHIND)
        rest = self.text[end : stop.start() if stop else end + BEHIND].replace(" ", "")
        if stop and stop[0] == "\n" and len(rest) < 60:
            # A line broken by the page, not by the sentence.
            rest += self.text[stop.end() : stop.end() + 200].partition("。")[0]
        return bool(_ENACTS.search(rest)) and not re.search(r"[，,][^，。]{0,12}依照$", before)


def _reach(before: str) -> str:
    """The part of a sentence that its last turn (，现对…) leaves to the mention."""
    return _TURNED.split(before)[-1]


def _quoted(before: str) -> bool:
    return before.count("“") > before.count("”")


def _notice_heading(before: str, behind: str) -> bool:
    near = re.split(r"[）)]", before[-16:])[-1]
    return "印发" in near + behind[:3] and behind.lstrip("》").startswith(
        ("的通知", "的公告", "（", "(", " ", "等")
    )


def explains(title: str) -> bool:
    """True when a document with this title explains others (解读, 答记者问)."""
    return bool(re.search(r"解读|答记者问|问答|政策解释", title))


def draft_of(title: str) -> bool:
    """True when a document with this title is the draft of one without the words."""
    return is_draft(title)
