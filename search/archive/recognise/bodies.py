"""Who issued a text, of what kind and level it is: read off its title and its issuer."""

from __future__ import annotations

import re
from collections.abc import Iterable

from portal.organisations.enums import Level
from search.archive.enums import DocumentType
from search.archive.numbers import simplify

#: 文种, longest first, so that 实施细则 is not taken for 细则.
GENRES = (
    "实施细则", "实施办法", "管理办法", "暂行办法", "指导意见", "实施意见", "工作要点", "行动计划", "实施方案", "工作方案",
    "应急预案", "预案", "守则", "制度", "条例", "规定", "办法", "细则", "规则", "规程", "规范", "准则", "决定", "决议", "命令", "公报", "公告", "通告", "意见", "通知",
    "通报", "报告", "请示", "批复", "答复", "复函", "函", "议案", "纪要", "方案", "规划", "计划", "措施", "指引", "解释", "要点",
    "办法", "标准", "目录", "清单", "纲要", "章程", "宪法", "法", "令",
)  # fmt: skip
_BROAD = {
    "实施细则": "细则", "实施办法": "办法", "管理办法": "办法", "暂行办法": "办法", "指导意见": "意见", "实施意见": "意见",
    "工作要点": "要点", "行动计划": "计划", "应急预案": "预案", "实施方案": "方案", "工作方案": "方案",
}  # fmt: skip
#: Words that end like a genre: 联合执法 is no 法, 不得违反规定 no 规定.
_NO_GENRE = re.compile(
    r"^(?!中华人民共和国).*(?:执|普|做|看|说|想|合|违|非|守|学|讲|释|手|疗|戏|书|立|懂|知|方|涉|依|送|(?<!公)司)法$"
    r"|(?:违反|作出|做出|符合|不按)(?:规定|决定)$|(?:法|指|口|责|勒|夏|冬|时)令$"
)
_TAIL = re.compile(r"(?:[（(〔\[][^（()）]{0,24}[)）〕\]]|[》>〉”\"])+$")
#: Genres that only rules have: a title ending so is normative without a number.
RULE_GENRES = frozenset(
    {"条例", "规定", "办法", "细则", "规则", "规程", "准则", "宪法", "法", "决定", "解释"}
)

_ORGAN = (
    r"(?:人民代表大会常务委员会|人民代表大会|人大常委会|人民政府办公厅|人民政府办公室|政府办公厅|政府办公室|人民政府|省政府|市政府|"
    r"国务院办公厅|国务院|中央委员会|中共中央|党委办公厅|委办公厅|委办公室|委员会办公室|委员会|办公厅|办公室|人民法院|人民检察院|"
    r"人民银行|总局|管理局|监管局|总署|联合会|交易所|领导小组|协会|中心|部|厅|局|署|委|办|处|行|社|会|院)"
)
#: 云岭省数据局等五部门: who the others are is not told.
_AND_OTHERS = re.compile(r"等[\u4e00-\u9fff]{0,3}部门$")
_WITHOUT_PLACE = re.compile(r"[省市县区州](?!委员会)")
_ISSUERS = re.compile(
    rf"^(?P<who>[\u4e00-\u9fff、，, \u3000（）()]{{2,160}}?{_ORGAN}(?:等(?:[\u4e00-\u9fff]{{1,3}})?部门)?)[\s\u3000]*关于"
)
_OURS = {"省": Level.PROVINCE, "市": Level.CITY, "县": Level.COUNTY, "区": Level.COUNTY}
_COUNTY = re.compile(r"(?:区|县|旗)(?:人民政府|住|财|教|卫|民|人|发|公|委|政|$)|(?<!自治)县")


def genre_of(title: str) -> str:
    """文种 at the end of `title`, in its broad form (实施办法 -> 办法); "" when it has none."""
    bare = _TAIL.sub("", simplify(title.strip()))
    if _NO_GENRE.search(bare):
        return ""
    for genre in GENRES:
        if bare.endswith(genre) and len(bare) > len(genre):
            return _BROAD.get(genre, genre)
    return ""


def issuers_in_title(title: str) -> list[str]:
    """Issuers named before 关于, lead first: 中国人民银行 财政部关于…的通知 -> two."""
    match = _ISSUERS.match(simplify(title.strip()))
    if not match:
        return []
    # 国务院办公厅转发财政部关于…: who forwards has issued this paper, not whom it forwards.
    names = split_bodies(re.split(r"转发|批转|印发", match["who"])[0])
    return [_AND_OTHERS.sub("", name) for name in names]


def in_full(name: str, signed: Iterable[str]) -> str:
    """A body that a title calls without its place (省政府办公厅), by the name under which it signed; else `name`."""
    if not _WITHOUT_PLACE.match(name):
        return name
    short = name.replace("人民政府", "政府")
    return next((full for full in signed if full.replace("人民政府", "政府").endswith(short)), name)


def split_bodies(text: str) -> list[str]:
    """Names of bodies in a list separated by 、 or spaces."""
    names: list[str] = []
    for name in re.split(r"[、，,；;\s\u3000]+", text):
        name = name.strip("　 （）()")
        place = re.match(r"[\u4e00-\u9fff]{2,8}?[省市州县区]", name)
        # 广州市民政局广州市财政局: two names run together show the place again.
        names.extend(re.split(rf"(?<=[局委厅部会处行])(?={place.group()})", name) if place else [name])
    return [n for n in names if len(n) >= 2]


_CONGRESS = re.compile(
    r"(?P<place>全国|[\u4e00-\u9fff]{2,14}?(?:省|市|自治区|自治州|自治县|县))(?:第[\u4e00-\u9fff]{1,4}届)?人民代表大会(?P<standing>常务委员会)?"
)


def issuer_in_event(event: str) -> str:
    """The congress or standing committee that passed a law, from one line of its history; "" when none is named."""
    match = _CONGRESS.search(
        re.sub(r"第[\u4e00-\u9fff]{1,4}届|[\d０-９]+年[\d０-９]+月[\d０-９]+日", "", event)
    )
    return f"{match['place']}人民代表大会{match['standing'] or ''}" if match else ""


def looks_like_body(line: str) -> bool:
    """True when `line` is nothing but one or several names of bodies: a signature or the head of a red-head paper."""
    names = split_bodies(line)
    return (
        bool(names)
        and len(line) <= 120
        and all(re.fullmatch(rf"[\u4e00-\u9fff（）()]{{1,40}}{_ORGAN}", n) for n in names)
    )


def level_of(issuer: str, title: str = "") -> str:
    """Level of the issuing authority; "" when neither name tells."""
    if not issuer and (ours := re.search(r"(?:我|全|本)(?P<what>省|市|县|区)(?!域)", title)):
        return _OURS[ours["what"]]
    who = issuer or title.partition("关于")[0] or _named_place(title)
    if not issuer and re.match(r"城市|上市|都市|超市|社区|园区", who):
        return ""
    if re.match(
        r"(?:中华人民共和国)?(?:国务院|全国人|中共中央|中央军委|国家主席|最高人民)|中华人民共和国主席", who
    ):
        return Level.NATIONAL
    if re.match(r"(?:中华人民共和国.{2,14}(?:部|总局|委员会|署)|中国人民银行|国家[\u4e00-\u9fff]+(?:局|署|委|部)|[\u4e00-\u9fff]{2,8}部(?![\u4e00-\u9fff])|"
                r"中国(?:证券|银行|保险|银行保险)[\u4e00-\u9fff]*委员会)", who) and "省" not in who:  # fmt: skip
        return Level.MINISTRY
    if title.startswith("中华人民共和国"):
        return Level.NATIONAL
    place = re.match(
        r"(?:中共)?(?P<p>[\u4e00-\u9fff]{2,14}?(?:省|自治区|特别行政区))|(?:中共)?(?P<m>北京|上海|天津|重庆)市?",
        who,
    )
    rest = who[place.end() :] if place else who
    if re.match(r"[\u4e00-\u9fff]{1,10}?(?:县|旗)|[\u4e00-\u9fff]{1,8}?区(?!域)", rest) or _COUNTY.search(
        rest[:14]
    ):
        return Level.COUNTY
    if re.match(r"[\u4e00-\u9fff]{1,10}?(?:市|州|盟|地区)", rest) and not (place and place["m"]):
        return _city_or_county(rest)
    return Level.PROVINCE if place else ""


def _city_or_county(rest: str) -> str:
    inner = re.match(
        r"[\u4e00-\u9fff]{1,10}?(?:市|州|盟|地区)(?P<inner>[\u4e00-\u9fff]{1,8}?(?:区|县|旗))", rest
    )
    return Level.COUNTY if inner and "开发区" not in inner["inner"] else Level.CITY


_STATE = re.compile(
    r"(?:中共)?中央|国务院|全国|最高人民|中国|中华人民共和国|国家|[\u4e00-\u9fff]{2,10}部(?:办公厅|$)"
)
_PLACE = re.compile(
    r"(?:中共)?(?P<city>(?:[\u4e00-\u9fff]{2,8}?(?:省|自治区))?(?:[\u4e00-\u9fff]{2,8}?(?:自治州|地区|盟|市(?!场)))?)"
    r"(?P<county>(?!人民|人力|住房|城乡)[\u4e00-\u9fff]{1,5}?(?:区|县|旗)(?!域|划))?"
)
#: 上市公司, 经济开发区, 国内城市: words with 市 and 区 that name no place.
_NO_PLACE = re.compile(
    r"中国|国家|中华|全国|国务院|上市|同意|(?:都|超|股|门)市|[\u4e00-\u9fff]*(?:(?:国内|中心|县级|文明)城市|(?:开发|保护|示范|试验|园|社|地|景|校)区)$"
)
#: The place a title without an issuer speaks of: 关于印发长春市…的通知.
_NAMED = re.compile(
    r"(?:关于|印发|发布|公布|调整)(?P<place>(?!印发|发布|公布|调整|加强|促进|推进|进一步|优化|我|全|本)[\u4e00-\u9fff]{2,4}?[市县区])"
    r"(?![场政容民域间镇])"
)


def _named_place(title: str) -> str:
    match = _NAMED.search(title)
    return match["place"] if match and not _NO_PLACE.match(match["place"]) else ""


def region_of(issuer: str, title: str = "") -> str:
    """The place an issuer governs, as its name gives it; "" for national bodies."""
    if _STATE.match(simplify(issuer)):
        return ""
    for text in (issuer, title):
        match = _PLACE.match(simplify(text).partition("关于")[0])
        for place in (match[0].removeprefix("中共"), match["city"]) if match else ():
            if place and not _NO_PLACE.match(place):
                return place
    return _named_place(simplify(title))


def document_type_of(title: str, issuer: str, level: str, number_form: str) -> str:
    """类别 by title, issuer and form of number; a paper with an ordinary number is a normative document."""
    genre = genre_of(title)
    if title.endswith("宪法") or genre == "宪法":
        return DocumentType.CONSTITUTION
    if number_form == "standard" and not issuer.startswith("最高人民"):
        return DocumentType.NORMATIVE_DOCUMENT
    if issuer.startswith("最高人民"):
        return DocumentType.JUDICIAL_INTERPRETATION
    if re.fullmatch(r"中华人民共和国[\u4e00-\u9fff]+法(?:[（(].*[)）])?", title):
        return DocumentType.LAW
    if genre == "条例":
        return (
            DocumentType.ADMINISTRATIVE_REGULATION
            if level == Level.NATIONAL
            else DocumentType.LOCAL_REGULATION
        )
    if genre in ("办法", "规定", "细则", "规则") and number_form == "order":
        if issuer == "国务院":
            return DocumentType.ADMINISTRATIVE_REGULATION
        return DocumentType.RULE if level == Level.MINISTRY else DocumentType.LOCAL_GOVERNMENT_RULE
    return DocumentType.NORMATIVE_DOCUMENT
