"""Typed searches without what looks like a person's data: people paste anything into a search box."""

from __future__ import annotations

import re
import unicodedata

from django.utils.translation import gettext_noop

#: What stands in the place of something that was taken out.
EMAIL, NUMBER, NAME = gettext_noop("〔邮箱〕"), gettext_noop("〔号码〕"), gettext_noop("〔姓名〕")
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
#: Seven digits in a row, or ten in groups, are a telephone, an account, an identity card; the numbers of documents and
#: standards (GB/T 9704-2012) have fewer.
_LONG_NUMBER = re.compile(r"(?<!\d)\+?(?:\d{7,}|\d(?:[ \-‐-―·.]?\d){9,})[Xx]?(?!\d)")
_HAN = "\u3400-\u9fff"
_OWN_NAME = re.compile(
    rf"(我叫|我的名字(?:是|叫)|本人(?:叫|名叫)|姓名(?:是|为|[:：]))(\s*)([{_HAN}]{{2,4}}|[A-Za-z]+)"
)
#: The commonest surnames; "举报" before one of them and one or two more characters names somebody.
_SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范"
    "金石廖贾夏韦付傅白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤"
)
_ACCUSED = re.compile(
    rf"(举报|投诉|控告|检举|揭发)(\s*)([{_SURNAMES}][{_HAN}]{{1,2}})(?=$|\s|[^{_HAN}]|的|同志|先生|女士)"
)
_MASKS = (EMAIL, NUMBER, NAME)


def mask(text: str) -> tuple[str, bool]:
    """`text` with mail addresses, long numbers and names after a telling word taken out, and whether anything was."""
    folded = unicodedata.normalize("NFKC", text)
    masked = _EMAIL.sub(EMAIL, folded)
    masked = _LONG_NUMBER.sub(NUMBER, masked)
    masked = _OWN_NAME.sub(lambda found: f"{found[1]}{found[2] or ''}{NAME}", masked)
    masked = _ACCUSED.sub(lambda found: f"{found[1]}{found[2]}{NAME}", masked)
    return (masked, True) if masked != folded else (text, False)


def says_nothing(masked: str) -> bool:
    """True when taking out left nothing that would help anybody find a missing document."""
    rest = masked
    for mark in _MASKS:
        rest = rest.replace(mark, "")
    return not any(char.isalnum() for char in rest)
