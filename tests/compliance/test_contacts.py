from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.compliance.contacts import find_contacts, is_ours
from assistant.compliance.engine import PolicyEngine
from assistant.compliance.pack import AllowlistFile

TRON = "TJRyWwFs9wTFGZg3JbrVriFbNfCug5tDeC"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("请看 https://help.cloudbridge.example/a?b=1。谢谢", [("url", "https://help.cloudbridge.example/a?b=1")]),
        ("见(http://help-xx.cc/x).", [("url", "http://help-xx.cc/x")]),
        ("点t.me/abc看", [("url", "t.me/abc")]),
        ("ｅｖｉｌ．ｃｏｍ", [("url", "evil.com")]),
        ("ev\u200bil.com", [("url", "evil.com")]),
        ("hxxps://evil.cc", [("url", "hxxps://evil.cc")]),
        ("写信给 a@b.com 吧", [("email", "a@b.com")]),
        ("拨打 96110。", [("phone", "96110")]),
        ("电话13800138000是我们", [("phone", "13800138000")]),
        ("call us on +44 20 7946 0958.", [("phone", "442079460958")]),
        ("400-820-1234", [("phone", "4008201234")]),
        (f"地址{TRON}正确", [("address", TRON)]),
        ("0x" + "aB" * 20, [("address", "0x" + "aB" * 20)]),
        ("bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4", [("address", "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4")]),
        ("TRC20。App 内查看，手续费 1.5 USDT，2026.11.22，共 1000000 个", []),
        ("f" * 64, []),
    ],
)
def test_contacts_of_a_text(text: str, expected: list[tuple[str, str]]) -> None:
    assert [(contact.kind.value, contact.value) for contact in find_contacts(text)] == expected


def test_span_is_in_the_original() -> None:
    text = "去 ｅｖｉｌ．ｃｏｍ 看"
    (contact,) = find_contacts(text)
    assert text[slice(*contact.span)] == "ｅｖｉｌ．ｃｏｍ"


@pytest.mark.parametrize(
    ("text", "ours"),
    [
        ("https://cloudbridge.example/x", True),
        ("https://a.b.cloudbridge.example", True),
        ("help.cloudbridge.example", True),
        ("support@cloudbridge.example", True),
        ("https://cloudbridge.example.evil.cc", False),
        ("https://notcloudbridge.example", False),
        ("https://help.cloudbridge.example@evil.cc/x", False),
        ("https://evil.cc\\@cloudbridge.example", False),
        ("ftp://cloudbridge.example", False),
        ("https://[cloudbridge.example", False),
        ("ceo@cloudbridge.example", False),
        (TRON, False),
    ],
)
def test_what_is_ours(engine: PolicyEngine, text: str, ours: bool) -> None:
    (contact,) = find_contacts(text)
    assert is_ours(contact, engine.allowlist) is ours


def test_phone_of_the_allow_list() -> None:
    (contact,) = find_contacts("电话：400-820-1234")
    assert is_ours(contact, AllowlistFile(phones=("400 820 1234",)))
    assert not is_ours(contact, AllowlistFile())


@given(st.text(max_size=80))
def test_contacts_never_overlap(text: str) -> None:
    spans = [contact.span for contact in find_contacts(text)]
    assert all(a[1] <= b[0] for a, b in pairwise(spans))
