from __future__ import annotations

from collections.abc import Callable

import pytest

Found = Callable[..., list[tuple[str, str]]]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("验证码 123456", "123456"),
        ("我的验证码是8823", "8823"),
        ("动态码：00123456", "00123456"),
        ("收到验证码了，是 445566", "445566"),
        ("123456是我的验证码", "123456"),
        ("验证码八八二三四五", "八八二三四五"),
        ("验证码１２３４５６", "１２３４５６"),
        ("Your verification code: 443211", "443211"),
        ("my 2FA code was 123 456", "123 456"),
        ("OTP 882311", "882311"),
        ("the code is 4432", "4432"),
        ("code 443211", "443211"),
        ("谷歌验证器密钥 JBSW Y3DP EHPK 3PXP", "JBSW Y3DP EHPK 3PXP"),
        ("备份码：a1b2-c3d4", "a1b2-c3d4"),
    ],
)
def test_one_time_codes(text: str, value: str, found: Found) -> None:
    assert found(text) == [("OTP", value)]


@pytest.mark.parametrize(
    "text",
    [
        "收不到验证码，60 秒后重试",
        "验证码要等 3600 秒",
        "错误码 1003",
        "error code 1003",
        "Error code: 100312",
        "验证码错误，错误码 100312",
        "验证码一直收不到，我充值了 500000 USDT",
        "收不到验证码，手机尾号 123456",
        "2024-11-22 收不到验证码",
        "邀请码 123456",
        "zip code 100312",
        "promo code 123456",
        "code 1003 error",
        "备份码在哪里",
        "JBSW Y3DP EHPK 3PXP",
    ],
)
def test_other_numbers_are_no_codes(text: str, found: Found) -> None:
    assert found(text) == []


def test_a_bare_code_after_a_question_about_it(found: Found) -> None:
    assert found("123456", "你好", "验证码发给你了吗") == [("OTP", "123456")]
    assert found("123456", "你好") == []


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("密码是 Abc12345", "Abc12345"),
        ("密码：hunter22，登不上", "hunter22"),
        ("资金密码 884422", "884422"),
        ("支付密码是884422。", "884422"),
        ("my password is hunter22.", "hunter22"),
        ("my password is swordfish", "swordfish"),
        ("password: qwerty", "qwerty"),
        ("PIN: 8844", "8844"),
        ("防钓鱼码是 moon88", "moon88"),
        ("passphrase = Tr0ub4dor", "Tr0ub4dor"),
    ],
)
def test_passwords(text: str, value: str, found: Found) -> None:
    assert found(text) == [("PASSWORD", value)]


@pytest.mark.parametrize(
    "text",
    [
        "忘记密码怎么办",
        "密码是什么",
        "密码是8位吗",
        "密码是8-16位",
        "密码 https://example.com/reset1",
        "my password is incorrect",
        "my password is not working",
        "My passcode was denied.",
        "password is 8 characters long",
        "password: ok",
    ],
)
def test_talk_about_passwords(text: str, found: Found) -> None:
    assert found(text) == []


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("CVV 123", "CVV", "123"),
        ("安全码是1234", "CVV", "1234"),
        ("api key: 9f8a7b6c5d4e3f2a1b0c", "API_SECRET", "9f8a7b6c5d4e3f2a1b0c"),
        ("API密钥：vmPUZE6mv9SD5VNHk4", "API_SECRET", "vmPUZE6mv9SD5VNHk4"),
        ("用的是sk-aaaabbbbccccddddeeee1", "API_SECRET", "sk-aaaabbbbccccddddeeee1"),
    ],
)
def test_other_credentials(text: str, kind: str, value: str, found: Found) -> None:
    assert found(text) == [(kind, value)]


@pytest.mark.parametrize("text", ["安全码错误", "api key: aaaaaaaaaaaaaaaa1", "api key 在哪里创建", "token USDT-TRC20"])
def test_no_credentials(text: str, found: Found) -> None:
    assert found(text) == []
