"""What the customer has told us that picks a row, a branch or a number."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation

import cn2an

from assistant.chain.vocabulary import Vocabulary, find, normalise

_NUMBER = r"(?:\d[\d,]*(?:\.\d+)?|[零一二两三四五六七八九十百千半几]+)"
_SCALES = {
    "千": Decimal(1_000),
    "万": Decimal(10_000),
    "萬": Decimal(10_000),
    "亿": Decimal(100_000_000),
    "k": Decimal(1_000),
    "m": Decimal(1_000_000),
}
_AMOUNT = re.compile(
    rf"({_NUMBER})\s*(千|万|萬|亿|k|m)?\s*(?:个|枚|多)?\s*(usdt|usdc|btc|eth|sol|trx|xrp|ton|xlm|ltc|doge|bnb|u(?![a-z])|刀)"
)
_DURATION_WORDS = {
    1: "分钟 分鐘 minute minutes min mins 分 분 minutos минут phút",
    60: "小时 小時 钟头 hour hours hr hrs h 時間 시간 horas hora часа часов час giờ",
    1440: "天 day days 日間 일 días дня дней ngày",
}
_MINUTES = {word: minutes for minutes, words in _DURATION_WORDS.items() for word in words.split()}
_UNIT = "|".join(sorted(_MINUTES, key=len, reverse=True))
_ENGLISH_NUMBERS = {"an": 1, "a": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "half an": 0.5}
_WAITED = re.compile(
    rf"(?<![每/\d.,])(?<!每\s)({_NUMBER}|half an|\b(?:an|a|one|two|three|four|five|six)\b)"
    rf"\s*(?:多)?\s*(?:个|個)?\s*(半)?\s*({_UNIT})(?![a-z])"
    # A limit per 24 hours, or "within 24 hours", is nobody's wait.
    r"(?!\s*(?:内|內|之内|限|提现限|提現限|limit|withdrawal limit|hold|max))"
)
_TXID = re.compile(r"(?<![0-9a-zA-Z])(?:0x)?[0-9a-fA-F]{64}(?![0-9a-zA-Z])")
_TIER = re.compile(r"vip\s*(\d+)")
_LEVEL = re.compile(r"(?:lv\.?|level|等级|级别)\s*(\d)|([一二三])级认证")


@dataclass(frozen=True, slots=True)
class Slots:
    """Values from the conversation; the latest mention wins.

    Attributes:
        amount: in `coin` units; `amount_text` is the customer's own wording.
        waited_minutes: how long the customer has waited; `waited_text` is their wording.
        tier: `VIP 1`. level: `Lv.2`.
        txid: a transaction hash that the firewall let through.
    """

    coin: str | None = None
    network: str | None = None
    amount: Decimal | None = None
    amount_text: str = ""
    waited_minutes: int | None = None
    waited_text: str = ""
    tier: str | None = None
    level: str | None = None
    txid: str | None = None

    @property
    def names_a_row(self) -> bool:
        """Whether something was said that can pick a table row."""
        return bool(self.coin or self.network or self.tier or self.level)

    def merged(self, later: Slots) -> Slots:
        """These slots with every value that `later` has put over them."""
        values = {name: getattr(later, name) for name in self.__slots__ if getattr(later, name)}
        return replace(self, **values)


def extract_slots(turns: Sequence[str], vocabulary: Vocabulary) -> Slots:
    """Slots of a whole conversation, oldest turn first."""
    slots = Slots()
    for turn in turns:
        slots = slots.merged(slots_of(turn, vocabulary))
    return slots


def slots_of(turn: str, vocabulary: Vocabulary) -> Slots:
    """Slots of one message."""
    text = normalise(turn)
    networks = find(vocabulary.networks, text)
    coins = find(vocabulary.coins, _without_networks(text, vocabulary))
    amount, amount_coin, amount_text = _amount(text, vocabulary)
    waited, waited_text = _waited(text)
    tier, level, txid = _TIER.search(text), _LEVEL.search(text), _TXID.search(turn)
    return Slots(
        coin=amount_coin or (coins[0] if coins else None),
        network=networks[-1] if networks else None,
        amount=amount,
        amount_text=amount_text,
        waited_minutes=waited,
        waited_text=waited_text,
        tier=f"VIP {tier.group(1)}" if tier else None,
        level=f"Lv.{level.group(1) or '一二三'.index(level.group(2)) + 1}" if level else None,
        txid=txid.group() if txid else None,
    )


def _without_networks(text: str, vocabulary: Vocabulary) -> str:
    """`text` without network names, because several hold a coin's name (以太坊网络, bitcoin network)."""
    for pattern in vocabulary.networks.values():
        text = pattern.sub(" ", text)
    return text


def _amount(text: str, vocabulary: Vocabulary) -> tuple[Decimal | None, str | None, str]:
    match = _AMOUNT.search(text)
    if not match:
        return None, None, ""
    number = parse_number(match.group(1))
    if number is None:
        return None, None, ""
    unit = match.group(3)
    return (
        number * _SCALES.get(match.group(2) or "", Decimal(1)),
        vocabulary.unit_suffixes.get(unit, unit.upper()),
        match.group().strip(),
    )


def _waited(text: str) -> tuple[int | None, str]:
    """The longest stretch of time named, in minutes: "昨天提的，都两个小时了" means two hours."""
    best, wording = None, ""
    for match in _WAITED.finditer(text):
        number = parse_number(match.group(1))
        if number is None:
            continue
        half = Decimal("0.5") if match.group(2) else Decimal(0)
        minutes = int((number + half) * _MINUTES[match.group(3)])
        if best is None or minutes > best:
            best, wording = minutes, match.group().strip()
    return best, wording


def parse_number(text: str) -> Decimal | None:
    """Arabic, Chinese or small English numerals; `None` when it is none of them (几 is vague)."""
    if text in _ENGLISH_NUMBERS:
        return Decimal(str(_ENGLISH_NUMBERS[text]))
    if text == "半":
        return Decimal("0.5")
    try:
        return Decimal(text.replace(",", ""))
    except InvalidOperation:
        pass
    try:
        return Decimal(str(cn2an.cn2an(text.replace("两", "二"), "smart")))
    except (ValueError, TypeError):
        return None
