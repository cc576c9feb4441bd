from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from assistant.desk.customer import MAX_CHARACTERS
from assistant.ui.customer.handlers import HANDLERS, Handlers
from assistant.ui.visitor import CUSTOMER_COOKIE, LOCALE_COOKIE
from tests.desk.conftest import office
from tests.desk.office import Office
from tests.ui.customer.pages import read

__all__ = ["office"]

TOKEN = "t" * 43
NONCE = "0a0b0c0d-0000"
DAMAGED: list[Any] = [
    None,
    [],
    "refresh",
    {},
    {"id": 1},
    {"id": ""},
    {"id": "x" * 65},
    {"id": "a", "zone": "x" * 65},
    {"id": "a", "zone": None},
]


def request(token: str | None = TOKEN, locale: str = "zh-CN") -> Any:
    cookies = [f"{LOCALE_COOKIE}={locale}"] + ([f"{CUSTOMER_COOKIE}={token}"] if token else [])
    return SimpleNamespace(headers={"cookie": "; ".join(cookies)})


def call(office: Office, name: str, token: str | None = TOKEN, locale: str = "zh-CN", **data: Any) -> dict[str, Any]:
    return Handlers(office.app).answer(name, {"id": "a1", "zone": "Asia/Hong_Kong", **data}, request(token, locale))


def test_a_new_visitor_gets_the_first_screen_in_their_language(office: Office) -> None:
    for locale, greeting in (("zh-CN", "您好"), ("zh-TW", "您好"), ("en", "Hello")):
        answer = call(office, "refresh", locale=locale)
        assert (answer["id"], answer["locale"], answer["error"]) == ("a1", locale, "")
        assert read(answer["page"]).of("h2")[0].text.startswith(greeting)


def test_a_message_is_shown_with_its_progress_and_sent_once(office: Office) -> None:
    for _ in range(2):
        answer = call(office, "send", text="USDT 提现多久到账？<b>", nonce=NONCE)
    html = read(answer["page"])
    assert [bubble.text for bubble in html.of(cls="cust-bubble")] == ["USDT 提现多久到账？<b>"]
    assert len(html.of(id="cust-status")) == 1


def test_another_browser_sees_none_of_it(office: Office) -> None:
    call(office, "send", text="我的提现没到", nonce=NONCE)
    assert read(call(office, "refresh", token="u" * 43)["page"]).of("article") == []


def test_a_person_takes_over_and_says_so(office: Office) -> None:
    html = read(call(office, "person")["page"])
    assert html.of("article", kind="notice")[0].attributes["data-tone"] == "person"
    assert html.of(id="cust-person")[0].attributes["aria-disabled"] == "true"


@pytest.mark.parametrize(
    ("text", "told"), [("  ", ""), ("字" * (MAX_CHARACTERS + 1), f"{MAX_CHARACTERS:,}"), ("\x00\x01", "")]
)
@pytest.mark.parametrize("locale", ["zh-CN", "en"])
def test_what_cannot_be_sent_is_refused_in_words(office: Office, text: str, told: str, locale: str) -> None:
    answer = call(office, "send", text=text, nonce=NONCE, locale=locale)
    assert answer["error"]
    assert told in answer["error"]
    assert "page" not in answer
    assert read(call(office, "refresh")["page"]).of("article") == []


@pytest.mark.parametrize(
    ("name", "data"),
    [("rate", {"reply": "no-such", "solved": True}), ("article", {"reply": "no-such", "n": 1})],
)
def test_ids_of_others_open_nothing(office: Office, name: str, data: dict[str, Any]) -> None:
    answer = call(office, name, **data)
    assert answer["error"]
    assert "page" not in answer
    assert "article" not in answer


def test_without_a_cookie_nothing_is_read_or_written(office: Office) -> None:
    for name, data in (("refresh", {}), ("person", {}), ("send", {"text": "你好", "nonce": NONCE})):
        answer = call(office, name, token=None, **data)
        assert answer["error"]
        assert "page" not in answer


@pytest.mark.parametrize("name", list(HANDLERS))
@pytest.mark.parametrize("data", DAMAGED)
def test_a_damaged_event_is_refused_in_words(office: Office, name: str, data: Any) -> None:
    answer = Handlers(office.app).answer(name, data, request())
    assert "刷新页面" in answer["error"]
    assert "page" not in answer


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("send", {"text": 5, "nonce": NONCE}),
        ("send", {"text": "x"}),
        ("rate", {"reply": "r", "solved": "yes"}),
        ("rate", {"reply": "r", "solved": True, "reasons": ["a"] * 9}),
        ("article", {"reply": "r", "n": "1"}),
        ("article", {"reply": "r", "n": 0}),
        ("language", {"locale": "fr"}),
    ],
)
def test_wrong_values_are_refused_in_words(office: Office, name: str, data: dict[str, Any]) -> None:
    assert "刷新页面" in call(office, name, **data)["error"]


@pytest.mark.parametrize("zone", ["Nowhere/City", "../../etc/passwd", "", "Asia"])
def test_an_unknown_time_zone_is_read_as_utc(office: Office, zone: str) -> None:
    assert call(office, "refresh", zone=zone)["error"] == ""


def test_the_language_of_the_page_goes_to_the_conversation(office: Office) -> None:
    call(office, "send", text="提现没到", nonce=NONCE)
    answer = Handlers(office.app).answer("language", {"id": "a1", "locale": "en"}, request(locale="en"))
    assert answer["locale"] == "en"
    assert "Progress" in read(answer["page"]).of(id="cust-status")[0].attributes["aria-label"]
