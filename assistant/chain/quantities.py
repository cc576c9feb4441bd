"""The figures of a sentence in units that can be compared: 两周 and 14 days, 千分之五 and 0.5 %, five dollars and $5.

The words are data in `quantities.yaml`. Facts of the fact-lock (`facts.py`) are another thing: there a figure must be
quoted as it is written, here it is enough that it means the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache, lru_cache
from importlib import resources

import yaml
from pydantic import BaseModel, ConfigDict

from assistant.chain.numerals import ARTICLE, CHINESE, DIGITS, ENGLISH, FRACTION, read_fraction, read_number
from assistant.chain.vocabulary import words_pattern

_NUMBER = rf"(?:{DIGITS}|{ENGLISH}|{ARTICLE}|{CHINESE})"
_START = r"(?<![a-z0-9.+$€£#])"
_TO = r"\s*(?:[-–—~～至到]|\bto\b|\band\b|\bor\b|或)\s*"
_HALF_LATER = r"(?:半|\s+and\s+a\s+half)?"
_WORDS_BETWEEN = r"(?:[a-z]+[\s-]+){0,2}?"
_ONLY = re.compile(r"(?:只能|仅|最多|只|至多|上限.{0,2}|限|only|most|than)\s*$")
_CLOCK = re.compile(
    r"(?P<part>早上|上午|下午|晚上|傍晚|凌晨|中午)?\s*(?<![\d:.])(?P<hours>\d{1,2}):(?P<minutes>\d{2})(?![\d:])(?:\s*(?P<m>[ap])\.?m\b\.?)?"
    r"|(?P<zh_part>早上|上午|下午|晚上|傍晚|凌晨|中午)?\s*(?<![\d.])(?P<zh>\d{1,2}|[一二三四五六七八九十]{1,3})\s*点(?:整|钟)?(?P<half>半)?(?![击开])"
    r"|(?<![\d:.])(?P<en>\d{1,2})\s*(?P<en_m>[ap])\.?m\b\.?"
)
_PREFIXED = re.compile(r"(us\s?\$|hk\s?\$|\$|€|£)\s*(\d[\d,]*(?:\.\d+)?)(?:\s*(k|m|million|thousand)(?![a-z]))?")
_SIGN = {"$": "usd", "us$": "usd", "hk$": "hkd", "€": "eur", "£": "gbp"}
_CHINESE_SHARE = re.compile(
    rf"(百|千|万|{CHINESE})分之({CHINESE}|{DIGITS})(?:{_TO}(?:[百千万]分之)?({CHINESE}|{DIGITS}))?"
)
_TENTHS = re.compile(r"(?<![一-鿿])?([一二两三四五六七八九]|\d)成(半)?(?=[^交功为立员本就败绩果长]|$)")
_EVERY = re.compile(
    r"每(?:隔)?(?:一)?(?:个)?(小时|天|日|周|月|季度|年)(?=[^，。；、,;\d]{0,8}?(?:一次|更新|通报|发布|公布|播报))"
    r"|\bonce\s+(?:a|an|every|per|each)\s+(hour|day|week|month|quarter|year)\b"
    r"|\bevery\s+(hour|day|week|month|quarter|year)\b(?!\s+(?:at|by))|\b(hourly|weekly|quarterly)\b"
)
_EVERY_UNIT = {
    "hour": 60,
    "hourly": 60,
    "小时": 60,
    "day": 1440,
    "天": 1440,
    "日": 1440,
    "week": 10080,
    "weekly": 10080,
}
_EVERY_UNIT |= {"周": 10080, "month": 43800, "月": 43800, "quarter": 131400, "quarterly": 131400, "季度": 131400}
_EVERY_UNIT |= {"year": 525600, "年": 525600}
_ORDINALS = {"third": 3, "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7, "eighth": 8, "ninth": 9, "tenth": 10}
_ORDINAL = re.compile(
    rf"第\s*({CHINESE}|\d+)\s*[次遍回]|\b({'|'.join(_ORDINALS)})\s+(?:[a-z]+\s+){{0,2}}(?:attempt|try|time|password|entry)"
)
_MONEY = "usd|eur|hkd|btc|eth|xrp|sol|ltc|trx"
_AGE = re.compile(
    r"\b(?:under|over|aged?|turn(?:ed|s)?|younger than|older than|reach(?:ed)?)\s+(?:the age of\s+)?"
    rf"((?>{_NUMBER}))\b(?!\s*(?:%|per|[a-z]+s\b|{_MONEY}))"
)
_ARTICLE_LEAD = (
    r"(?:within|for|takes?|took|after|about|around|roughly|least|most|up to|under|over|than|in|lasts|only|every|is|"
    r"until|full|whole|entire|just|nearly|almost|of|to|by|wait|waits|waiting|single|has|have|gets?|gives?|needs?|means?)\s+"
)
_FEW = re.compile(r"([一二两三四五六七八])([二三四五六七八九])")
_RHYTHM = re.compile(r"(?:每隔?|\bevery|\beach)\s*$|间隔|周期|\binterval|\btime between")


class _Bound(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    before: list[str]
    behind: list[str]


class _Source(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    time: dict[Decimal, list[str]]
    business: dict[Decimal, list[str]]
    money: dict[str, list[str]]
    size: dict[Decimal, list[str]]
    percent: list[str]
    permille: list[str]
    basis: list[str]
    counted: dict[str, list[str]]
    classifiers: list[str]
    nouns: dict[str, list[str]]
    bounds: dict[str, _Bound]
    vague: list[str]
    names: list[str]


@dataclass(frozen=True, slots=True)
class Quantity:
    """One figure or range.

    Attributes:
        dimension: `minute`, `money`, `percent`, `size`, `clock` (minutes after midnight), `age` or `count`.
        kind: the asset of `money`, what a `count` counts (`""` if its sentence alone tells), `business` for times in
            business days.
        low: in the base unit of the dimension; `high` the upper end.
        bound: `least` or `most`: which end of what is allowed it is; `every`: how often something happens; `""`.
        vague: whether it is said to be approximate.
        unit: the word that it is written with.
        span: where it stands in the text that was read.
    """

    dimension: str
    kind: str
    low: Decimal
    high: Decimal
    bound: str
    vague: bool
    unit: str
    span: tuple[int, int]


@dataclass(frozen=True, slots=True)
class _Unit:
    dimension: str
    kind: str
    factor: Decimal


@dataclass(frozen=True, slots=True)
class _Words:
    """Compiled forms of `quantities.yaml`."""

    units: Mapping[str, _Unit]
    figure: re.Pattern[str]
    asset: re.Pattern[str]
    half: re.Pattern[str]
    article: re.Pattern[str]
    share: re.Pattern[str]
    nouns: Mapping[str, re.Pattern[str]]
    before: Mapping[str, re.Pattern[str]]
    behind: Mapping[str, re.Pattern[str]]
    vague: re.Pattern[str]
    names: re.Pattern[str]


@cache
def _words() -> _Words:
    text = resources.files("assistant.chain").joinpath("quantities.yaml").read_text(encoding="utf-8")
    source = _Source.model_validate(yaml.safe_load(text))
    units: dict[str, _Unit] = {}
    for factor, names in source.time.items():
        units |= {name: _Unit("minute", "", factor) for name in names}
    for factor, names in source.business.items():
        units |= {name: _Unit("minute", "business", factor) for name in names}
    for asset, names in source.money.items():
        units |= {name: _Unit("money", asset, Decimal(1)) for name in names}
    for factor, names in source.size.items():
        units |= {name: _Unit("size", "", factor) for name in names}
    units |= {name: _Unit("percent", "", Decimal(1)) for name in source.percent}
    units |= {name: _Unit("percent", "", Decimal("0.1")) for name in source.permille}
    units |= {name: _Unit("percent", "", Decimal("0.01")) for name in source.basis}
    timed = dict(units)
    for kind, names in source.counted.items():
        units |= {name: _Unit("age" if kind == "age" else "count", kind, Decimal(1)) for name in names}
    units |= {name: _Unit("count", "", Decimal(1)) for name in source.classifiers}
    units["u"] = _Unit("money", "usdt", Decimal(1))
    plain, counted = _alternation(timed | {"u": units["u"]}), _alternation(units.keys() - timed.keys() - {"u"})
    unit = rf"(?:\s*-?\s*(?P<unit>{plain})|\s*-?\s*{_WORDS_BETWEEN}(?P<counted>{counted}))"
    first = rf"(?:\s*(?P<unit1>{plain}))?"
    period = "|".join(re.escape(n) for n, u in timed.items() if u.dimension == "minute" and n.isascii())
    return _Words(
        units=units,
        figure=re.compile(
            rf"{_START}(?P<low>{_NUMBER})(?:{first}{_TO}(?P<high>{_NUMBER}))?\s*(?P<half>个半|半|and a half)?\s*"
            rf"(?:[多余来]\s*)?{unit}(?P<later>{_HALF_LATER})"
        ),
        asset=re.compile(rf"\s*(?P<asset>{_alternation({n for names in source.money.values() for n in names})})"),
        half=re.compile(
            rf"半(?:个)?\s*(?P<zh>小时|钟头|分钟|天|日|年|个月|月)"
            rf"|(?<!and )\b(?:(?P<part>half|a\s+quarter)\s+(?:of\s+)?an?|an?\s+half)\s+(?P<en>{period})\b"
        ),
        article=re.compile(
            rf"(?:^|\b{_ARTICLE_LEAD})(?P<one>(?:an?|one)\s+(?:(?:single|full|whole)\s+)?(?P<en>{period}))\b(?P<later>\s+and\s+a\s+half)?"
        ),
        share=re.compile(
            rf"(?P<part>{FRACTION})\s+(?:of\s+)?(?:(?:a|one)\s+)?(?P<unit>per\s?cent|%|percent)"
            rf"|(?P<plain>{FRACTION})(?=\s+(?:of|or more|share|stake))"
        ),
        nouns={kind: words_pattern(names) for kind, names in source.nouns.items()},
        before={name: words_pattern(bound.before) for name, bound in source.bounds.items()},
        behind={
            name: re.compile(rf"^\s*(?:的)?\s*(?:{words_pattern(bound.behind).pattern})")
            for name, bound in source.bounds.items()
            if bound.behind
        },
        vague=words_pattern(source.vague),
        names=re.compile("|".join(source.names)),
    )


def _alternation(names: object) -> str:
    ordered = sorted(names, key=len, reverse=True)  # type: ignore[call-overload]
    return "|".join(re.escape(name) + _end(name) for name in ordered)


def _end(name: str) -> str:
    """What may not follow a unit: a letter after a Latin word; 周 is no week in 周岁."""
    if name[-1].isascii() and name[-1].isalpha():
        return r"(?![a-z])"
    return "(?!岁)" if name == "周" else ""


@lru_cache(maxsize=1 << 15)
def find_quantities(text: str) -> tuple[Quantity, ...]:
    """Quantities of a clause in order of place; `text` is NFKC, lower case, in simplified characters."""
    words = _words()
    spare = words.names.sub(lambda match: "\0" * len(match.group()), text)
    found: list[Quantity] = []
    for forms in (_clocks, _prefixed, _halves, _shares, _every, _ordinals, _figures, _articles, _ages):
        for quantity in forms(spare, words):
            start, end = quantity.span
            found.append(quantity)
            spare = f"{spare[:start]}{chr(0) * (end - start)}{spare[end:]}"
    found.sort(key=lambda quantity: quantity.span)
    return tuple(_placed(quantity, index, found, text, words) for index, quantity in enumerate(found))


def _placed(quantity: Quantity, index: int, found: list[Quantity], text: str, words: _Words) -> Quantity:
    """With what the words around it say: which end it is, whether it is vague, what it counts."""
    start, end = quantity.span
    before = text[found[index - 1].span[1] if index else 0 : start]
    behind = text[end : found[index + 1].span[0] if index + 1 < len(found) else len(text)]
    bound = next((name for name, pattern in words.behind.items() if pattern.search(behind)), "")
    if quantity.dimension == "minute" and (quantity.kind == "every" or _RHYTHM.search(before)):
        bound = "every"
    if not bound:
        # Of the words that end last, the longest: 不低于 is more than the 低于 in it.
        places = [(m.end(), len(m[0]), name) for name, p in words.before.items() for m in p.finditer(before[-40:])]
        bound = max(places)[2] if places else ""
    kind = "" if quantity.kind == "every" else quantity.kind
    if quantity.dimension == "count" and not kind:
        named = [name for name, pattern in words.nouns.items() if pattern.search(text)]
        kind = named[0] if len(named) == 1 else ""
    vague = bool(words.vague.search(before[-16:]) or words.vague.search(behind[:3]))
    return Quantity(quantity.dimension, kind, quantity.low, quantity.high, bound, vague, quantity.unit, quantity.span)


def _made(unit: _Unit, low: Decimal, high: Decimal, word: str, span: tuple[int, int]) -> Quantity:
    low, high = sorted((low * unit.factor, high * unit.factor))
    return Quantity(unit.dimension, unit.kind, low, high, "", False, word, span)


def _figures(text: str, words: _Words) -> Iterator[Quantity]:
    for match in words.figure.finditer(text):
        word = match["unit"] or match["counted"]
        unit = words.units[word]
        few = _FEW.fullmatch(match["low"])  # 两三天
        first, last = few.groups() if few else (match["low"], match["high"] or match["low"])
        low, high = read_number(first), read_number(last)
        if low is None or high is None:
            continue
        if match["high"] and match["unit1"] and words.units[match["unit1"]].dimension == unit.dimension:
            low = low * words.units[match["unit1"]].factor / unit.factor
        if match["half"] or match["later"]:
            low, high = low + Decimal("0.5"), high + Decimal("0.5")
        one = match["low"] in ("一", "one") and not match["high"]
        if one and unit.dimension == "count" and not _ONLY.search(text[: match.start()]):
            continue
        if match["low"].isdigit() and len(match["low"]) > 1 and match["low"][0] == "0":
            continue
        asset = words.asset.match(text, match.end()) if unit.dimension == "count" and not unit.kind else None
        if asset is not None:  # 五十个 USDC
            word = asset["asset"]
            yield _made(words.units[word], low, high, word, (match.start(), asset.end()))
        else:
            yield _made(unit, low, high, word, match.span())


def _halves(text: str, words: _Words) -> Iterator[Quantity]:
    for match in words.half.finditer(text):
        if match.start() and match["zh"] and text[match.start() - 1] in "个一二两三四五六七八九十0123456789":
            continue
        word = match["en"] or match["zh"]
        unit = words.units["个月" if word == "月" else word]
        share = Decimal("0.25") if match["part"] and match["part"] != "half" else Decimal("0.5")
        yield _made(unit, share, share, word, match.span())


def _articles(text: str, words: _Words) -> Iterator[Quantity]:
    """`within a day`, `takes one hour`; not `three times a day`."""
    for match in words.article.finditer(text):
        unit = words.units[match["en"]]
        value = Decimal("1.5") if match["later"] else Decimal(1)
        yield _made(unit, value, value, match["en"], (match.start("one"), match.end()))


def _shares(text: str, words: _Words) -> Iterator[Quantity]:
    percent = words.units["percent"]
    for match in _CHINESE_SHARE.finditer(text):
        of = {"百": 100, "千": 1000, "万": 10000}.get(match.group(1)) or read_number(match.group(1))
        low, high = read_number(match.group(2)), read_number(match.group(3) or match.group(2))
        if low is not None and high is not None and of:
            part = Decimal(100) / Decimal(of)
            yield _made(percent, low * part, high * part, "分之", match.span())
    for match in _TENTHS.finditer(text):
        tenths = read_number(match.group(1))
        if tenths is not None:
            value = tenths * 10 + (5 if match.group(2) else 0)
            yield _made(percent, value, value, "成", match.span())
    for match in words.share.finditer(text):
        value_of = read_fraction(match["part"] or match["plain"])
        if value_of is not None:
            value = value_of if match["part"] else value_of * 100
            yield _made(percent, value, value, "part", match.span())


def _prefixed(text: str, _words_of: _Words) -> Iterator[Quantity]:
    for match in _PREFIXED.finditer(text):
        value = read_number(f"{match.group(2)}{match.group(3) or ''}")
        if value is not None:
            asset = _SIGN["".join(match.group(1).split())]
            yield _made(_Unit("money", asset, Decimal(1)), value, value, asset, match.span())


def _clocks(text: str, _words_of: _Words) -> Iterator[Quantity]:
    spans: list[tuple[int, int, Decimal]] = []
    for match in _CLOCK.finditer(text):
        part, half_day = match["part"] or match["zh_part"], match["m"] or match["en_m"]
        number = read_number(match["hours"] or match["zh"] or match["en"])
        if number is None or number > 24:
            continue
        if part in ("下午", "晚上", "傍晚") or half_day == "p":
            number = number % 12 + 12
        elif part == "凌晨" or half_day == "a":
            number %= 12
        value = number * 60 + Decimal(match["minutes"] or (30 if match["half"] else 0))
        spans.append((*match.span(), value))
    while spans:  # "00:00, 08:00, 16:00" and "09:00–18:00" are one statement
        group = [spans.pop(0)]
        while spans and re.fullmatch(r"[\s,、，;/–—~至到-]*(?:and|to|和|or)?\s*", text[group[-1][1] : spans[0][0]]):
            group.append(spans.pop(0))
        values = [value for *_, value in group]
        yield Quantity("clock", "", min(values), max(values), "", False, "clock", (group[0][0], group[-1][1]))


def _every(text: str, _words_of: _Words) -> Iterator[Quantity]:
    for match in _EVERY.finditer(text):
        name = next(filter(None, match.groups()))
        value = Decimal(_EVERY_UNIT[name])
        yield Quantity("minute", "every", value, value, "", False, name, match.span())


def _ordinals(text: str, _words_of: _Words) -> Iterator[Quantity]:
    for match in _ORDINAL.finditer(text):
        value = read_number(match.group(1)) if match.group(1) else Decimal(_ORDINALS[match.group(2)])
        if value is not None and value > 2:
            yield Quantity("count", "time", value, value, "", False, "ordinal", match.span())


def _ages(text: str, _words_of: _Words) -> Iterator[Quantity]:
    for match in _AGE.finditer(text):
        value = read_number(match.group(1))
        if value is not None and 10 <= value <= 100:
            yield Quantity("age", "age", value, value, "", False, "age", match.span(1))
