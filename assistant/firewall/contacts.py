"""E-mail and IP addresses, number plates, and names and postal addresses that a label announces."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator

from assistant.firewall.message import Message
from assistant.firewall.model import Candidate

_LOCAL_END = re.compile(r"[0-9A-Za-z\u00c0-\u024f!#$%&'*+/=?^_`{|}~.\-]{1,64}$")
_DOMAIN = re.compile(
    r"\s?((?:[0-9A-Za-z\u00c0-\u024f](?:[0-9A-Za-z\u00c0-\u024f\-]{0,61}[0-9A-Za-z\u00c0-\u024f])?\.){1,8}[A-Za-z]{2,24})"
)
_AT = re.compile(r"\s?(?:@|\[at\]|\(at\))", re.IGNORECASE)
_LOCAL_LIMIT = 64

_IPV4 = re.compile(r"(?<![0-9.])(?:[0-9]{1,3}\.){3}[0-9]{1,3}(?![0-9A-Za-z]|\.[0-9])")
_IPV6 = re.compile(r"(?<![0-9A-Za-z:.])(?:[0-9a-f]{0,4}:){2,7}[0-9a-f]{1,4}(?![0-9A-Za-z:])", re.IGNORECASE)
_VERSION = re.compile(
    r"(?:版本|(?<![A-Za-z])v|(?<![A-Za-z])version|(?<![A-Za-z])ver\.?|固件|firmware)\s{0,2}(?:号|number)?[\s:]{0,2}$",
    re.IGNORECASE,
)

_PLATE = re.compile(
    r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼]"
    r"[A-Z][ ·\-]?(?=[A-Z0-9]{0,5}[0-9])[A-Z0-9]{5,6}(?![0-9A-Za-z])"
    r""
)
_SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖"
    "贾夏韦付傅方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤桑温康施文牛樊葛邢安齐易乔伍庞颜倪庄聂章鲁岳"
    "翟殷詹申欧耿关兰焦俞左柳甘祝包宁尚符舒阮柯纪梅童凌毕单季裴霍涂成苗谷盛曲翁冉骆蓝路游辛靳欧阳司诸葛上官管柴蒙鲍华喻祁蒲房滕屈"
    "饶解牟艾尤阳时穆农司卓古吉缪简车项连芦麦褚娄窦戚岑景党宫费卜冷晏席卫米柏宗瞿桂全佟应臧闵苟邬萧阎盘边卞姬师和仇栾隋商刁沙荣巫寇郎"
    "張劉陳楊黃趙吳孫馬鄭謝許韓馮鄧蕭葉蘇呂盧鍾譚陸賈鄒龐顏莊聶魯歐關蘭紀畢單駱藍饒時農閆龍賀顧龔萬錢嚴湯溫"
)
_NAME = re.compile(
    r"(?:真实姓名|姓名|户名|收款人|持卡人|我叫|本人|联系人|真實姓名|戶名)(?:是|为|為|:|\s){0,3}"
    rf"([{_SURNAMES}][\u4e00-\u9fff]{{1,3}})(?![\u4e00-\u9fff])"
)
_LATIN_NAME = re.compile(
    r"(?<![A-Za-z])(?:[Mm]y (?:full |legal )?name is|[Ff]ull name:|"
    r"[Aa]ccount holder:)\s{0,2}([A-Z][a-z'\-]{1,20}(?: [A-Z][a-z'.\-]{0,20}){1,3})"
)
_POSTAL = re.compile(
    r"(?:住址|地址|家庭住址|收货地址|住在|address)(?:是|为|為|is|:|\s){0,3}"
    r"([\u4e00-\u9fff]{2,12}(?:省|市|自治区|区|县|州|盟|旗)[^\n,。;!?@\x00]{2,60})",
    re.IGNORECASE,
)


def find_contacts(message: Message) -> Iterator[Candidate]:
    """E-mail, IP, number plates, labelled names and postal addresses."""
    yield from _emails(message.text)
    yield from _internet(message)
    for match in _PLATE.finditer(message.text):
        yield Candidate(match.start(), match.end(), "LICENSE_PLATE")
    for kind, pattern in (("PERSON", _NAME), ("PERSON", _LATIN_NAME), ("ADDRESS", _POSTAL)):
        for match in pattern.finditer(message.text):
            yield Candidate(match.start(1), match.end(1), kind)


def _emails(text: str) -> Iterator[Candidate]:
    for at in _AT.finditer(text):
        low = max(0, at.start() - _LOCAL_LIMIT)
        local = _LOCAL_END.search(text[low : at.start()])
        domain = _DOMAIN.match(text, at.end())
        if local and domain:
            yield Candidate(low + local.start(), domain.end(), "EMAIL")


def _internet(message: Message) -> Iterator[Candidate]:
    for pattern in (_IPV4, _IPV6):
        for match in pattern.finditer(message.text):
            try:
                ipaddress.ip_address(match.group())
            except ValueError:
                continue
            if not _VERSION.search(message.before(match.start(), 16)):
                yield Candidate(match.start(), match.end(), "IP_ADDRESS")
