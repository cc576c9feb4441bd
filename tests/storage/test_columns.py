"""Times and JSON as the databases keep them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.dialects import sqlite

from assistant.storage.columns import Choice, Moment, Rank, json_text, json_value, moment, moment_text
from assistant.storage.errors import DamagedRecordError
from assistant.ticket import TicketState, Urgency

ZONES = st.integers(min_value=-23 * 60, max_value=23 * 60).map(lambda m: timezone(timedelta(minutes=m)))
MOMENTS = st.datetimes(min_value=datetime(1000, 1, 2), max_value=datetime(9999, 12, 30), timezones=ZONES)  # noqa: DTZ001


@given(MOMENTS)
def test_a_time_keeps_its_moment_and_comes_back_in_utc(value: datetime) -> None:
    again = moment(moment_text(value))
    assert again == value
    assert again.tzinfo is UTC


@given(MOMENTS, MOMENTS)
def test_the_order_of_the_text_is_the_order_in_time(first: datetime, second: datetime) -> None:
    assert (moment_text(first) < moment_text(second)) == (first < second)


@pytest.mark.parametrize(
    "text",
    ["2026-03-02 09:30:00.000000+00:00", "2026-03-02T09:30:00+00:00", "2026-03-02T09:30:00.000000+08:00", "soon", ""],
)
def test_any_other_spelling_of_a_time_is_damage(text: str) -> None:
    with pytest.raises(DamagedRecordError):
        moment(text)


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="zone"):
        Moment().process_bind_param(datetime(2026, 3, 2), sqlite.dialect())  # noqa: DTZ001


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
        max_leaves=10,
    )
)
def test_json_comes_back_as_it_went_in(value: Any) -> None:
    assert json_value(json_text(value)) == value


@pytest.mark.parametrize("text", ['{"a": 1}', "[1,1.50]", '"\\u0041"', "[1] ", "{", "NaN", ""])
def test_any_other_spelling_of_json_is_damage(text: str) -> None:
    with pytest.raises(DamagedRecordError):
        json_value(text)


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_json_holds_finite_numbers_only(value: float) -> None:
    with pytest.raises(ValueError, match="JSON"):
        json_text(value)


def test_what_is_in_no_enumeration_is_damage() -> None:
    with pytest.raises(DamagedRecordError, match="TicketState"):
        Choice(TicketState).process_result_value("lost", sqlite.dialect())
    with pytest.raises(DamagedRecordError, match="Urgency"):
        Rank(Urgency).process_result_value(9, sqlite.dialect())
