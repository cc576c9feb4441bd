from __future__ import annotations

import pytest

from index.script import Script, script_of, script_of_locale


@pytest.mark.parametrize(
    ("text", "script"),
    [
        ("提现多久到账", Script.HAN),
        ("USDT TRC20 提现多久", Script.HAN),
        ("What does the button 提现 do when I press it twice", Script.LATIN),
        ("出金はいつ反映されますか", Script.KANA),
        ("BTC 出金できない", Script.KANA),
        ("출금이 안 돼요 USDT", Script.HANGUL),
        ("где мой вывод USDT", Script.CYRILLIC),
        ("where is my withdrawal", Script.LATIN),
        ("¿dónde está mi retiro?", Script.LATIN),
        ("12345 ???", Script.OTHER),
        ("", Script.OTHER),
    ],
)
def test_script_of(text: str, script: Script) -> None:
    assert script_of(text) is script


@pytest.mark.parametrize(
    ("locale", "script"),
    [("zh-CN", Script.HAN), ("zh", Script.HAN), ("ja-JP", Script.KANA), ("ko", Script.HANGUL), ("ru", Script.CYRILLIC),
     ("en", Script.LATIN), ("ES-mx", Script.LATIN)],
)  # fmt: skip
def test_script_of_locale(locale: str, script: Script) -> None:
    assert script_of_locale(locale) is script
