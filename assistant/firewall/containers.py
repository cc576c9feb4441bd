"""Keys in a wrapper: PEM blocks, keystore files, byte arrays, otpauth links."""

from __future__ import annotations

import re
from collections.abc import Iterator

import re2

from assistant.firewall.message import Message
from assistant.firewall.model import Candidate

_PEM = r"-----BEGIN [A-Z0-9 ]{0,30}PRIVATE KEY[A-Z ]{0,10}-----(?s:.*?)(?:-----END [A-Z0-9 ]{0,40}-----|\z)"
_BYTES = re.compile(r"\[\s{0,4}(?:[0-9]{1,3}\s{0,4},\s{0,4}){31,63}[0-9]{1,3}\s{0,4},?\s{0,4}\]?")
_OTPAUTH = re.compile(r"otpauth(?:-migration)?://[!-~]{1,2000}", re.IGNORECASE)
_PAIR_BYTES = 64
_BYTE = 256
_SEED_BYTES = 32


def find_containers(message: Message) -> Iterator[Candidate]:
    """Whole wrappers as secrets; a wrapper that was cut off counts up to the end of the message."""
    for match in re2.finditer(_PEM, message.text) if "PRIVATE KEY" in message.text else ():
        yield Candidate(match.start(), match.end(), "SEED", proven=True)
    for match in _OTPAUTH.finditer(message.text):
        yield Candidate(match.start(), match.end(), "OTP", proven=True)
    for match in _BYTES.finditer(message.text):
        values = [int(number) for number in re.findall(r"[0-9]+", match.group())]
        if len(values) in {_PAIR_BYTES, _SEED_BYTES} and max(values) < _BYTE:
            yield Candidate(match.start(), match.end(), "PRIVATE_KEY", proven=True)
    yield from _keystore(message.text)


def _keystore(text: str) -> Iterator[Candidate]:
    """From the first brace before the ciphertext to the last one of the message: what stands between is the file."""
    lowered = text.lower()
    at = lowered.find("ciphertext")
    if at < 0 or "kdf" not in lowered:
        return
    start = text.find("{", 0, at)
    if start >= 0:
        end = text.rfind("}") + 1
        yield Candidate(start, end if end > at else len(text), "SEED", proven=True)
