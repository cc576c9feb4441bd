from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tests.ui.customer.pages import NOW, wording


def test_times_are_those_of_the_reader_s_clock() -> None:
    assert wording(zone="Asia/Hong_Kong").time(NOW) == "14:30"
    assert wording(zone="America/New_York").time(NOW) == "01:30"
    assert wording().stamp(NOW) == '<time datetime="2026-11-27T06:30:00+00:00">14:30</time>'


@pytest.mark.parametrize(
    ("locale", "hours", "expected"),
    [
        ("zh-CN", 0, "今天"),
        ("zh-CN", -14, "今天"),
        ("zh-CN", -15, "昨天"),
        ("zh-CN", -39, "11月25日"),
        ("zh-TW", -15, "昨天"),
        ("en", -15, "Yesterday"),
        ("en", -39, "25 November"),
        ("en", -24 * 365, "27 November 2025"),
        ("zh-CN", -24 * 365, "2025年11月27日"),
        ("zh-CN", 24, "11月28日"),
    ],
)
def test_days_change_at_the_reader_s_midnight(locale: str, hours: int, expected: str) -> None:
    assert wording(locale).day(NOW + timedelta(hours=hours)) == expected


def test_the_same_moment_is_another_day_elsewhere() -> None:
    late = datetime(2026, 11, 26, 23, 30, tzinfo=UTC)
    assert wording(zone="Asia/Hong_Kong").day(late) == "今天"
    assert wording(zone="America/New_York", now=datetime(2026, 11, 27, 6, tzinfo=UTC)).day(late) == "昨天"


def test_a_moment_of_another_day_has_its_day() -> None:
    assert wording().moment(NOW + timedelta(minutes=5)) == "14:35"
    assert wording().moment(NOW + timedelta(days=3)) == "11月30日 14:30"
    assert wording("en").moment(NOW + timedelta(days=3)) == "14:30 on 30 November"


def test_values_are_escaped_with_their_text() -> None:
    assert wording().say("title", desk='<b>"') == "&lt;b&gt;&quot; · 在线客服"
    assert wording().plain("title", desk="<b>") == "<b> · 在线客服"
