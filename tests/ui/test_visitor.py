from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.requests import Request

from assistant.desk.errors import DeskError, Refusal
from assistant.ui.visitor import LOCALES, customer_id, locale_of

TOKEN = "QEI0Qj-PWKF0p-12m7pppGt0IKyxrka3-39jsfC6rLk"


def request(**headers: str) -> Request:
    raw = [(name.replace("_", "-").encode(), value.encode("latin-1")) for name, value in headers.items()]
    return Request({"type": "http", "method": "GET", "path": "/", "query_string": b"", "headers": raw})


def test_a_customer_is_the_hash_of_the_token() -> None:
    asked = request(cookie=f"a=b; proofdesk_customer={TOKEN}; c=d")
    assert customer_id(asked) == hashlib.sha256(TOKEN.encode()).hexdigest()


@pytest.mark.parametrize("token", ["", "x", TOKEN[:-1], TOKEN + "A", "=" * 43, "é" * 43, f'"{TOKEN}'])
def test_a_token_that_is_not_ours_is_nobody(token: str) -> None:
    with pytest.raises(DeskError) as caught:
        customer_id(request(cookie=f"proofdesk_customer={token}"))
    assert caught.value.code is Refusal.SESSION_EXPIRED


def test_no_cookie_is_nobody() -> None:
    with pytest.raises(DeskError):
        customer_id(request())


@pytest.mark.parametrize(
    ("cookie", "accepted", "default", "locale"),
    [
        ("en", "zh-CN", "zh-CN", "en"),  # what was chosen wins
        ("zh-TW", "", "en", "zh-TW"),
        ("fr", "en-GB", "zh-CN", "en"),  # not a language of the pages
        ("", "zh-Hant-HK,zh;q=0.9", "en", "zh-TW"),
        ("", "zh-HK", "en", "zh-TW"),
        ("", "zh-SG", "en", "zh-CN"),
        ("", "fr, en;q=0.3, zh;q=0.8", "zh-TW", "zh-CN"),
        ("", "en;q=0, zh-TW;q=0.1", "zh-CN", "zh-TW"),
        ("", "fr", "zh-TW", "zh-TW"),
        ("", "", "ja", "en"),  # answers can be in it, pages cannot
        ("", "en;q=x", "zh-TW", "zh-TW"),
    ],
)
def test_the_language_is_chosen_then_preferred_then_the_desks(
    cookie: str, accepted: str, default: str, locale: str
) -> None:
    assert locale_of(request(cookie=f"proofdesk_lang={cookie}", accept_language=accepted), default) == locale


@given(st.text(st.characters(max_codepoint=255), max_size=60))
def test_any_header_gives_a_language_of_the_pages(header: str) -> None:
    assert locale_of(request(accept_language=header, cookie=header), "zh-CN") in LOCALES
