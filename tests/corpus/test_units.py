from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.errors import FactError
from corpus.units import UNITS, number_text, quantity_text, unit


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("0.0001", "0.0001"),
        ("1E-7", "0.0000001"),
        ("1E+3", "1000"),
        ("9999", "9999"),
        ("10000", "10,000"),
        ("1000000", "1,000,000"),
        ("12345.60", "12,345.6"),
        ("0", "0"),
        ("100", "100"),
    ],
)
def test_numbers(value: str, text: str) -> None:
    assert number_text(Decimal(value)) == text


@given(st.decimals(min_value=0, max_value=10**15, places=8))
def test_a_number_reads_back(value: Decimal) -> None:
    text = number_text(value)
    assert "E" not in text
    assert Decimal(text.replace(",", "")) == value


@pytest.mark.parametrize("name", sorted(UNITS))
def test_one_and_many(name: str) -> None:
    one, many = (quantity_text((Decimal(n),), name, chinese=False) for n in (1, 2))
    # Symbols do not change, English nouns take an s.
    assert many == one.replace("1", "2") + ("" if UNITS[name].zh == UNITS[name].one else "s")
    assert quantity_text((Decimal(2),), name, chinese=True).startswith("2")


def test_asset_codes_stay_and_other_words_are_refused() -> None:
    assert quantity_text((Decimal(5), Decimal(10)), "USDT", chinese=True) == "5–10 USDT"
    for name in ("usdt", "minute", "", "U", "A B"):
        with pytest.raises(FactError, match="Unknown unit"):
            unit(name)
