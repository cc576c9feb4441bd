from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.datastructures import Headers

from assistant.ui.origin import Origins

HERE = Origins()
PUBLIC = Origins("https://desk.example.com")


def sent(**headers: str) -> Headers:
    return Headers({"host": "127.0.0.1:7860", **{name.replace("_", "-"): value for name, value in headers.items()}})


@pytest.mark.parametrize(
    ("headers", "allowed"),
    [
        (sent(origin="http://127.0.0.1:7860"), True),
        (sent(origin="HTTP://127.0.0.1:7860"), True),
        (sent(origin="https://127.0.0.1:7860"), True),  # TLS ends at a proxy in front
        (sent(sec_fetch_site="same-origin"), True),
        (sent(origin="http://127.0.0.1:7861"), False),
        (sent(origin="http://127.0.0.1"), False),
        (sent(origin="http://evil.example"), False),
        (sent(origin="http://127.0.0.1:7860.evil.example"), False),
        (sent(origin="http://127.0.0.1:7860@evil.example"), False),
        (sent(origin="null"), False),
        (sent(origin=""), False),
        (sent(origin="http://["), False),
        (sent(origin="file://127.0.0.1:7860"), False),
        (sent(origin="http://evil.example", sec_fetch_site="same-origin"), False),
        (sent(sec_fetch_site="same-site"), False),
        (sent(sec_fetch_site="cross-site"), False),
        (sent(sec_fetch_site="none"), False),
        (sent(), False),  # who does not say where it comes from
    ],
)
def test_only_a_page_of_ours_may_change_something(headers: Headers, allowed: bool) -> None:
    assert HERE.may_change(headers) is allowed


def test_the_public_address_is_ours_and_its_plain_twin_is_not() -> None:
    assert PUBLIC.may_change(Headers({"host": "10.0.0.2", "origin": "https://desk.example.com"}))
    assert not PUBLIC.may_change(Headers({"host": "10.0.0.2", "origin": "http://desk.example.com"}))


@pytest.mark.parametrize(
    ("headers", "allowed"),
    [
        (sent(), True),  # plain http: browsers say nothing at all
        (sent(sec_fetch_site="same-origin"), True),
        (sent(sec_fetch_site="cross-site"), False),
        (sent(origin="http://evil.example"), False),
        (sent(origin="http://127.0.0.1:7860"), True),
    ],
)
def test_only_a_page_of_ours_may_listen(headers: Headers, allowed: bool) -> None:
    assert HERE.may_listen(headers) is allowed


@pytest.mark.parametrize(
    ("host", "served"),
    [
        ("desk.example.com", True),
        ("DESK.example.com:443", True),
        ("desk.internal:7860", False),
        ("localhost:7860", True),
        ("127.0.0.1:7860", True),
        ("[::1]:7860", True),
        ("192.168.0.7", True),
        ("evil.example", False),
        ("desk.example.com.evil.example", False),
        ("evil.example@desk.example.com", True),  # the name is the same; browsers cannot send it
        ("", False),
        ("[", False),
    ],
)
def test_with_a_public_address_foreign_names_are_not_served(host: str, served: bool) -> None:
    assert PUBLIC.serves(Headers({"host": host})) is served


def test_without_one_any_name_is_served_but_not_two() -> None:
    assert HERE.serves(Headers({"host": "support.example.com"}))
    assert not HERE.serves(Headers(raw=[(b"host", b"a"), (b"host", b"b")]))
    assert not HERE.serves(Headers({}))


@given(st.text(st.characters(max_codepoint=255), max_size=40), st.text(st.characters(max_codepoint=255), max_size=40))
def test_no_header_breaks_it(origin: str, host: str) -> None:
    headers = Headers(raw=[(b"host", host.encode("latin-1")), (b"origin", origin.encode("latin-1"))])
    for answer in (HERE.serves(headers), PUBLIC.serves(headers), HERE.may_change(headers), PUBLIC.may_listen(headers)):
        assert answer in {True, False}
