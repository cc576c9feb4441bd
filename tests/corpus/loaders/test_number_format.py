from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.loaders.number_format import displayed


@pytest.mark.parametrize(
    ("value", "code", "text"),
    [
        (0.001, "0.0%", "0.1%"),
        (0.0008, "0.00%", "0.08%"),
        (3, "0 %", "300 %"),
        (-3, "0.0%", "-300.0%"),
        (1234567.891, "#,##0.00", "1,234,567.89"),
        (50000, "#,##0", "50,000"),
        (2.675, "0.00", "2.68"),
        (0.125, "0.##", "0.13"),
        (100, "0.########", "100"),
        (0.0002, "0.0000####", "0.0002"),
        (0.5, "#.00", ".50"),
        (0, "#,##0", "0"),
        (-0.004, "0.00", "0.00"),
        (-5, "#,##0_);(#,##0)", "(5)"),
        (0, '0;-0;"-"', "-"),
        (7, "000", "007"),
        (1_500_000, '0.0,,"M"', "1.5M"),
        (3.5, '0.0" USDT"', "3.5 USDT"),
        (12, '0"小时"', "12小时"),
        (5, 'General" 天"', "5 天"),
        (12.3, '_("$"* #,##0.00_)', "$12.30"),
        (1234.5, "[$¥-804]#,##0.00", "¥1,234.50"),
        (5, "[Red]0", "5"),
        (3, '0"a;b"', "3a;b"),
        # Beyond the rules: the plain number.
        (1.25, "# ?/?", "1.25"),
        (12345678, "0.00E+00", "12345678"),
        (3, "[>100]0;0.0", "3"),
        (5, "@", "5"),
    ],
)
def test_numbers(value: float, code: str, text: str) -> None:
    assert displayed(value, code) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.1 + 0.2, "0.3"),
        (0.00005, "0.00005"),
        (1e-8, "0.00000001"),
        (1e20, "100000000000000000000"),
        (12, "12"),
        (True, "TRUE"),
        (None, ""),
        (" x ", "x"),
        (time(9, 30), "09:30"),
        (timedelta(hours=36, minutes=5), "36:05"),
        (timedelta(minutes=5, seconds=3), "0:05:03"),
    ],
)
def test_without_a_format(value: object, text: str) -> None:
    assert displayed(value) == text


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("yyyy-mm-dd", "2026-03-01"),
        ("yyyy\\-mm\\-dd;@", "2026-03-01"),
        ("yyyy/m/d", "2026/3/1"),
        ('yyyy"年"m"月"d"日"', "2026年3月1日"),
        ("[$-804]yyyy年m月d日", "2026年3月1日"),
        ("yyyy/m/d h:mm", "2026/3/1 15:04"),
        ("yyyy-mm-dd hh:mm:ss AM/PM", "2026-03-01 03:04:05 PM"),
        # Which of them is the month depends on the country.
        ("mm-dd-yy", "2026-03-01 15:04"),
        ("m/d/yyyy", "2026-03-01 15:04"),
        ("d-mmm-yy", "2026-03-01 15:04"),
    ],
)
def test_days(code: str, text: str) -> None:
    assert displayed(datetime.fromisoformat("2026-03-01T15:04:05"), code) == text


def test_a_day_without_a_time() -> None:
    assert displayed(date(2026, 3, 1), "d/m/yy") == "2026-03-01"
    assert displayed(datetime.fromisoformat("2026-03-01"), "d/m/yy") == "2026-03-01"


@given(st.integers(-(10**12), 10**12), st.integers(0, 8))
def test_a_number_of_few_digits_keeps_its_value(units: int, places: int) -> None:
    value = Decimal(units).scaleb(-places)
    shown = displayed(float(value), "#,##0." + "0" * places if places else "#,##0")
    assert Decimal(shown.replace(",", "")) == value
    assert Decimal(displayed(float(value))) == value


@given(st.one_of(st.integers(), st.floats()), st.text('0#?.,%;$¥[]()"\\_*@Eeymdhs/-+ General日', max_size=20))
def test_any_code_gives_a_text_without_an_exponent(value: float, code: str) -> None:
    shown = displayed(value, code)
    assert isinstance(shown, str)
    if code in {"", "General"} and value == value and abs(value) != float("inf"):
        assert re.fullmatch(r"-?\d+(\.\d+)?", shown)
