"""Cards, identity papers, phones, e-mail and the like."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from assistant.firewall.numbers import numbers
from tests.firewall import samples

Found = Callable[..., list[tuple[str, str]]]
CARD = samples.card("622202", 19, 1)


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        (f"卡{CARD}转账", "BANK_CARD", CARD),
        ("4111 1111 1111 1111", "BANK_CARD", "4111 1111 1111 1111"),
        ("1 4111-1111-1111-1111 2", "BANK_CARD", "4111-1111-1111-1111"),
        ("银行卡号 9876543210128", "BANK_CARD", "9876543210128"),
        (f"我的{CARD.translate(samples.SPOKEN)}，", "BANK_CARD", CARD.translate(samples.SPOKEN)),
        ("IBAN DE89 3704 0044 0532 0130 00 please", "IBAN", "DE89 3704 0044 0532 0130 00"),
        ("gb82west12345698765432", "IBAN", "gb82west12345698765432"),
        ("身份证11010519491231002x。", "ID_CARD", "11010519491231002x"),
        ("110105 19491231 002X", "ID_CARD", "110105 19491231 002X"),
        ("身份证号 110105491231002", "ID_CARD", "110105491231002"),
        ("A123456(3)", "ID_CARD", "A123456(3)"),
        ("身份证 A1234563", "ID_CARD", "A1234563"),
        ("我是A123456789", "ID_CARD", "A123456789"),
        ("NRIC S1234567D", "ID_CARD", "S1234567D"),
        ("971013-9019902", "ID_CARD", "971013-9019902"),
        ("social security number 536-90-4399", "ID_CARD", "536-90-4399"),
        ("护照号 E12345678", "PASSPORT", "E12345678"),
        ("P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", "PASSPORT", "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<"),
        ("tel13812345678", "PHONE", "13812345678"),
        ("+86 138-1234-5678", "PHONE", "+86 138-1234-5678"),
        ("一三八一二三四五六七八", "PHONE", "一三八一二三四五六七八"),
        ("138.1234.5678", "PHONE", "138.1234.5678"),
        ("call +1 415 555 2671 12", "PHONE", "+1 415 555 2671"),
        ("(415) 555-2671", "PHONE", "(415) 555-2671"),
        ("010-65363263", "PHONE", "010-65363263"),
        ("0912-345-678", "PHONE", "0912-345-678"),
        ("852 9123 4567", "PHONE", "852 9123 4567"),
        ("电话是9123 4567", "PHONE", "9123 4567"),
        ("邮箱abc.d@qq.com谢谢", "EMAIL", "abc.d@qq.com"),
        ("ABC＠qq.com", "EMAIL", "ABC＠qq.com"),
        ("abc [at] mail.example.co.uk", "EMAIL", "abc [at] mail.example.co.uk"),
        ("登录IP183.137.58.237", "IP_ADDRESS", "183.137.58.237"),
        ("2001:db8::8a2e:370:7334", "IP_ADDRESS", "2001:db8::8a2e:370:7334"),
        ("我叫王小明，", "PERSON", "王小明"),
        ("my name is John Smith", "PERSON", "John Smith"),
        ("地址：广东省深圳市南山区某路1号", "ADDRESS", "广东省深圳市南山区某路1号"),
        ("车牌粤B-12345", "LICENSE_PLATE", "粤B-12345"),
    ],
)  # fmt: skip
def test_personal_data(text: str, kind: str, value: str, found: Found) -> None:
    assert found(text) == [(kind, value)]


@pytest.mark.parametrize(
    "text",
    [
        "订单号 4111111111111111",
        "UID 4111111111111111",
        "order no. 4111111111111111",
        "order 20231122000000000017",
        "4111111111111112",
        "1111111111111117",
        "0000000000000000",
        "金额 4111111111111111",
        "4111111111111111 wei",
        "数量 4111111111111111.5",
        "订单号13812345678",
        "充值13812345678.50",
        "13812345678 USDT",
        "¥13812345678",
        "tx13812345678abc",
        "UID: 12345678",
        "12812345678",
        "区块高度 815234567890123",
        "110105194912310021",
        "110105194913310022",
        "A1234564",
        "B123456789",
        "订单 A123456789",
        "S1234567A",
        "M1234567Z",
        "E12345678",
        "DE89 3704 0044 0532 0130 01",
        "+999 12345678",
        "400-820-8820",
        "客户端版本 6.12.3.1",
        "300.1.2.3",
        "12:30:45",
        "@username 你好",
        "姓名不一致怎么改",
        "姓名是什么",
        "地址是哪里",
        "memo 123456789",
        "2024-11-22 10:30:45 提现 1234567 未到账",
        "提币 12345678901 个",
        "BTC 64235.12，ETH 3412.55",
    ],
)
def test_what_is_not_personal_stays(text: str, found: Found) -> None:
    assert found(text) == []


def test_card_label_beats_order_label(found: Found) -> None:
    assert found("订单里的银行卡 UID 4111111111111111") == [("BANK_CARD", "4111111111111111")]


@pytest.mark.parametrize("value", ["M1234567K", "T1234567J", "F1234567N", "G1234567X"])
def test_singapore_series(value: str, found: Found) -> None:
    assert found(value) == [("ID_CARD", value)]


def test_a_list_of_digits_is_one_number_or_none() -> None:
    assert [number.digits for number in numbers("1 2 3 4 5 6 7 8 9 0 1")] == ["12345678901"]
    assert [number.digits for number in numbers("1 2 3 4 5 6 7 8 9 0 1 " * 3)] == []
    assert [number.groups for number in numbers("12 138 1234 5678")] == [(2, 3, 4, 4), (3, 4, 4)]
