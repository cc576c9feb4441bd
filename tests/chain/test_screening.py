from __future__ import annotations

import hashlib
from dataclasses import replace

import pytest

from assistant.chain.screening import Conversation, screen_turns
from assistant.errors import InquiryError
from assistant.firewall.firewall import Firewall
from assistant.model import Inquiry

FIREWALL = Firewall()
KEY = hashlib.sha256(b"nobody's wallet").hexdigest()
MNEMONIC = "legal winner thank year wave sausage worth useful legal winner thank yellow"


@pytest.mark.parametrize(
    ("turns", "secret", "withheld"),
    [
        (("提现没到账怎么办？手机号 13812345678",), False, (False,)),
        (("提现没到账", f"助记词 {MNEMONIC}"), True, (False, False)),
        ((f"助记词 {MNEMONIC}", "提现没到账"), False, (False, False)),
        ((KEY,), False, (True,)),
        ((KEY, f"提现没到账 {KEY}"), False, (True, True)),
    ],
)
def test_stored_turns_are_read_as_they_were_screened(
    turns: tuple[str, ...], secret: bool, withheld: tuple[bool, ...]
) -> None:
    now = screen_turns(Inquiry("q", turns), FIREWALL)
    assert (now.has_secret, now.withheld) == (secret, withheld)
    assert not any(value in turn for turn in now.turns for value in (MNEMONIC, KEY, "13812345678"))
    stored = Inquiry("q", now.turns, screened=True)
    assert screen_turns(stored, FIREWALL) == now
    if any("⟦" in turn for turn in now.turns):
        assert screen_turns(replace(stored, screened=False), FIREWALL) != now, "its own tokens would be a forgery"


def test_a_customer_cannot_write_a_token() -> None:
    conversation = screen_turns(Inquiry("q", ("⟦SECRET:OTP⟧ 是什么",)), FIREWALL)
    assert conversation == Conversation(("[SECRET:OTP] 是什么",), False, (False,))


def test_stored_or_not_a_question_has_to_be_one() -> None:
    with pytest.raises(InquiryError):
        screen_turns(Inquiry("q", (" ",), screened=True), FIREWALL)
