"""One-time codes, passwords, card security codes and API credentials: values that only their label gives away."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator

from assistant.firewall.labels import KEY
from assistant.firewall.message import Message
from assistant.firewall.model import Candidate

_CODE_LABEL = (
    r"(?:验证码|驗證碼|动态码|動態碼|动态密码|校验码|短信码|口令码|认证码|確認コード|"
    r"認証コード|인증번호|인증 ?코드|(?<![A-Za-z])otp|"
    r"(?:2fa|sms|verification|security|auth(?:entication|enticator)?|login|one[- ]time|google|"
    r"totp|confirmation)[\s-]*(?:pass)?code)"
)
_CONNECTOR = r"(?:[\s:=(\[\"'“「【,]|是|为|為|is|was|如下|收到的?|は|код){0,8}"
_UNIT = (
    r"(?!\s{0,2}(?:[0-9]|秒|分|小时|小時|天|次|位|元|块|万|条|年|月|个|個|s(?![A-Za-z])|sec|"
    r"min|hour|day|digit|times?(?![A-Za-z])|usdt|usd|btc|eth|%|[A-Za-z0-9])|[-./:][0-9])"
)
_CODE = r"(?:[A-Z]-)?([0-9]{4,8}|[0-9]{3}[ -][0-9]{3})"
_OTP = (
    re.compile(rf"{_CODE_LABEL}{_CONNECTOR}{_CODE}{_UNIT}", re.IGNORECASE),
    re.compile(
        rf"(?<![A-Za-z])code(?:\s?(?:is|was)\s?[:=]?\s?[\"'“]?{_CODE}|"
        rf"\s?[:=]?\s?[\"'“]?([0-9]{{6}}|[0-9]{{3}}[ -][0-9]{{3}})){_UNIT}",
        re.IGNORECASE,
    ),
    # Near the label, or anywhere later in its sentence if "is" leads up to it: "the code I just got by SMS is 123456".
    re.compile(
        rf"{_CODE_LABEL}([^0-9\x00]{{0,20}}?|[^0-9\x00.。!！?？\n]{{0,60}}?(?:\s(?:is|was)\s|是|为|為|[:=]\s?))"
        rf"(?<![0-9.:/\-])([0-9]{{6}}){_UNIT}",
        re.IGNORECASE,
    ),
    re.compile(
        rf"(?<![0-9A-Za-z.:/\-])([0-9]{{4,8}})\s?(?:是|就是|为|is|这个是|\()\s?(?:我的|the |my |"
        rf"your |刚收到的?|手机)?{_CODE_LABEL}",
        re.IGNORECASE,
    ),
)
_OTHER_CODE = re.compile(
    r"(?:error|错误|status|zip|postal|post|promo|country|referral|invite|invitation|area|swift|bank|sort|邀请|推荐|http|exit|source|qr|"
    r"response|coupon|gift|discount|dialing|return)\W{0,3}$",
    re.IGNORECASE,
)
_OTHER_NUMBER = re.compile(
    r"订单|单号|尾号|末尾|错误|代码|工单|(?<![A-Za-z])uid|(?<![A-Za-z])id(?![A-Za-z])|编号|金额|(?<![A-Za-z])order|(?<![A-Za-z])error|(?<![A-Za-z])ticket|(?<![A-Za-z])amount|(?<![A-Za-z])block|余额|充|提|转|邀请|推荐",
    re.IGNORECASE,
)
_ASKED = re.compile(_CODE_LABEL, re.IGNORECASE)
_BARE_CODE = re.compile(r"\s*([0-9]{4,8}|[0-9]{3}[ -][0-9]{3})\s*[。.!]?\s*")
_BASE32 = re.compile(r"(?<![0-9A-Za-z])(?:[A-Z2-7]{4}[ -]?){3,12}[A-Z2-7]{4}(?![0-9A-Za-z])", re.IGNORECASE)
_BASE32_LABEL = re.compile(
    r"谷歌|验证器|驗證器|2fa|(?<![A-Za-z])totp|authenticator|setup key|密[钥鑰]|秘[钥鑰]|(?<![A-Za-z])secret|绑定码",
    re.IGNORECASE,
)
_BACKUP = re.compile(
    r"(?:备份码|备用码|恢复码|備份碼|backup codes?|recovery codes?|备用验证码)(?:是|为|are|is|:|\s){0,5}"
    r"((?:[0-9A-Za-z]{4,6}[- ]?[0-9A-Za-z]{2,6}[\s,;、]{0,3}){1,16})",
    re.IGNORECASE,
)

_PASSWORD_ZH = re.compile(
    r"(?:密码|密碼|口令|pin码|暗証番号|パスワード|비밀번호|防钓鱼码|防釣魚碼|passwort|contraseña|mot de passe|пароль)"
    r"\s{0,2}(?:是|为|為|设为|就是|改成|は|[:=]|es|est|ist){1,2}[\s\"'“「:]{0,3}([!-~]{3,64})",
    re.IGNORECASE,
)
_PASSWORD_BARE = re.compile(r"(?:密码|密碼|口令)\s{1,2}([!-~]{6,64})")
_PASSWORD_EN = re.compile(
    r"(?<![A-Za-z])(?:pass\s?word|passcode|pass\s?phrase|passwd|pwd|pin(?: code| number)?|anti-?phishing code)\s{0,2}"
    r"(?:(is|was)(?: now| set to)?\s{0,2}[:=]?|[:=])[\s\"'“]{0,3}([!-~]{3,64})",
    re.IGNORECASE,
)
_PLAIN_WORD = re.compile(r"[A-Za-z]+[a-z']*[.,!?;:)]*")
_NOT_A_PASSWORD = re.compile(
    "wrong|incorrect|invalid|expired|weak|lost|forgotten|correct|required|compromised|leaked|blocked|"
    "locked|stolen|hacked|safe|secure|unknown|fine|right|gone|rejected|changed|reset|missing|not|too|"
    "being|the|very|good|bad|broken|disabled|accepted|working|needed|forgot|different|same|declined|"
    "please|none|null|empty|hidden|private|secret|protected|denied|refused|unsafe|ok|okay|long|short|"
    "simple|complex|case",
    re.IGNORECASE,
)
_COUNT = re.compile(r"[0-9]{1,2}(?:[-~][0-9]{1,2})?")
_LENGTH_OF = re.compile(r"\s?(?:位|个|個|digit|char|-|到)", re.IGNORECASE)
_CVV = re.compile(
    r"(?:(?<![A-Za-z])cvv2?|(?<![A-Za-z])cvc2?|(?<![A-Za-z])cvn2?|卡背面.{0,4}三位|安全码|安全碼)(?:是|为|is|:|=|\s|码|number|code){0,5}([0-9]{3,4})(?![0-9])",
    re.IGNORECASE,
)

_VENDOR = re.compile(
    r"(?<![0-9A-Za-z])(?:sk-[A-Za-z0-9_\-]{20,200}|gh[pousr]_[A-Za-z0-9]{30,80}|AKIA[A-Z0-9]{16}|xox[abprs]-[A-Za-z0-9\-]{10,80}|"
    r"[0-9]{8,10}:[A-Za-z0-9_\-]{35}|eyJ[A-Za-z0-9_\-]{10,800}\.[A-Za-z0-9_\-]{10,800}\.[A-Za-z0-9_\-]{10,400}|AIza[A-Za-z0-9_\-]{35})(?![0-9A-Za-z])"
)
_CREDENTIAL = re.compile(
    rf"(?:{KEY}|(?<![A-Za-z])api[\s_-]{{0,2}}(?:key|secret|token|密钥)|(?<![A-Za-z])apikey|(?<![A-Za-z])secret(?:[\s_-]?key)?(?![A-Za-z])|(?<![A-Za-z])access[\s_-]?(?:key|token)|"
    r"(?<![A-Za-z])bearer|(?<![A-Za-z])token(?![A-Za-z])|助记词|seed)[\s:=\"'“(「]{0,4}(?:是|为|為|is|如下|值|[\s:=\"'“(「]){0,6}([A-Za-z0-9+/=_\-]{16,300})",
    re.IGNORECASE,
)
_KEY_LENGTH = 40
_LEAST_ENTROPY = 3.0


def find_codes(message: Message) -> Iterator[Candidate]:
    """Values next to the label that makes them a secret."""
    yield from _one_time_codes(message)
    yield from _passwords(message)
    for match in _CVV.finditer(message.digits):
        yield Candidate(match.start(1), match.end(1), "CVV")
    for match in _VENDOR.finditer(message.text):
        yield Candidate(match.start(), match.end(), "API_SECRET", proven=True)
    for match in _CREDENTIAL.finditer(message.text):
        value = match.group(1)
        if any(char.isdigit() for char in value) and _entropy(value) >= _LEAST_ENTROPY:
            kind = "PRIVATE_KEY" if len(value) >= _KEY_LENGTH and re.match(KEY, match.group(), re.I) else "API_SECRET"
            yield Candidate(match.start(1), match.end(1), kind)


def _one_time_codes(message: Message) -> Iterator[Candidate]:
    tight, code, loose, before = _OTP
    for pattern in (tight, before):
        for match in pattern.finditer(message.digits):
            yield Candidate(match.start(1), match.end(1), "OTP")
    for match in code.finditer(message.digits):
        group = match.lastindex or 0
        if not _OTHER_CODE.search(message.before(match.start(), 16)):
            yield Candidate(match.start(group), match.end(group), "OTP")
    for match in loose.finditer(message.digits):
        if not _OTHER_NUMBER.search(match.group(1)):
            yield Candidate(match.start(2), match.end(2), "OTP")
    bare = _BARE_CODE.fullmatch(message.digits)
    if bare and message.history and _ASKED.search(message.history[-1]):
        yield Candidate(bare.start(1), bare.end(1), "OTP")
    for match in _BASE32.finditer(message.text):
        value = match.group()
        if _BASE32_LABEL.search(message.before(match.start(), 30)) and (value.isupper() or re.search("[2-7]", value)):
            yield Candidate(match.start(), match.end(), "OTP")
    for match in _BACKUP.finditer(message.text):
        if re.search("[0-9]", match.group(1)):
            yield Candidate(match.start(1), match.end(1), "OTP")


def _passwords(message: Message) -> Iterator[Candidate]:
    for match in _PASSWORD_ZH.finditer(message.text):
        value = match.group(1).rstrip(".,;)\"'")
        if len(value) > 2 and not (_COUNT.fullmatch(value) and _LENGTH_OF.match(message.text, match.end())):
            yield Candidate(match.start(1), match.start(1) + len(value), "PASSWORD")
    for match in _PASSWORD_BARE.finditer(message.text):
        if re.search("[0-9]", match.group(1)) and "://" not in match.group(1):
            yield Candidate(match.start(1), match.end(1), "PASSWORD")
    for match in _PASSWORD_EN.finditer(message.text):
        verb, value = match.groups()
        bare = value.rstrip(".,!?;:)\"'")
        if len(bare) < 3 or _NOT_A_PASSWORD.fullmatch(bare) or _LENGTH_OF.match(message.text, match.end()):
            continue
        # "my password is not accepted": a plain word is a value only after a colon or at the end.
        if verb and _PLAIN_WORD.fullmatch(value) and (verb.lower() == "was" or message.after(match.end(), 2).strip()):
            continue
        yield Candidate(match.start(2), match.start(2) + len(bare), "PASSWORD")


def _entropy(value: str) -> float:
    """Shannon entropy in bits per character."""
    return -sum(n / len(value) * math.log2(n / len(value)) for n in Counter(value).values())
