"""Links, e-mail addresses, phone numbers and wallet addresses in a text: how a reply could lead a customer astray."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from fnmatch import fnmatchcase
from typing import Literal
from urllib.parse import urlsplit

from assistant.compliance.normalise import normalised
from assistant.compliance.pack import AllowlistFile


class ContactKind(StrEnum):
    """What a contact is."""

    URL = "url"
    EMAIL = "email"
    PHONE = "phone"
    ADDRESS = "address"


@dataclass(frozen=True, slots=True)
class Contact:
    """A contact found in a text. `value` compares equal for equal contacts; `span` is in the original text."""

    kind: ContactKind
    value: str
    span: tuple[int, int]


_TLDS = (
    "com|net|org|io|cc|cn|co|xyz|top|vip|app|me|info|site|online|shop|club|dev|finance|exchange|link|live|pro|ru|hk|tw|sg"
    "|uk|jp|kr|vn|es|de|fr|us|eu|ai|gg|ly|im|tv|ws|to|ch|in|icu|fun|win|bid|loan|click|support|help|wallet|world|tech|example|onion"
)
_EMAIL = re.compile(r"[a-z0-9._%+-]+@[a-z0-9-]+(?:\.[a-z0-9-]+)+")
_LINK = re.compile(r"[a-z][a-z0-9+.-]*://[^\s<>\"'，。；）」』”㐀-鿿]+")
_DOMAIN = re.compile(
    r"(?<![a-z0-9@._-])(?:[a-z0-9-]+\.)+(?:" + _TLDS + r")(?![a-z0-9-])(?::\d+)?(?:[/?#][^\s<>\"'，。；）」』”㐀-鿿]*)?"
)
_PHONES = (
    re.compile(r"(?<![a-z0-9.])\+\d[\d ()-]{6,18}\d"),
    re.compile(r"(?<![a-z0-9.])(?:86[ -]?)?1[3-9]\d[ -]?\d{4}[ -]?\d{4}(?![a-z0-9]|\.\d)"),
    re.compile(r"(?<![a-z0-9.])[48]00[ -]?\d{3}[ -]?\d{4}(?![a-z0-9]|\.\d)"),
    re.compile(
        r"(?:电话|热线|拨打|致电|来电|hotline|phone|call|tel|dial)(?:号码| number| us)?(?:是|为| is| at| on)?"
        r"[:： ]{0,2}(?P<n>[\d(][\d ()-]{1,16}\d)"
    ),
)
# Upper and lower case matter to an address, so these look at the original text.
_ADDRESSES = (
    re.compile(r"(?<![A-Za-z0-9])0x[0-9a-fA-F]{40}(?![A-Za-z0-9])"),
    re.compile(r"(?<![A-Za-z0-9])(?:bc1|tb1|ltc1|cosmos1|addr1)[0-9a-z]{20,100}(?![A-Za-z0-9])", re.IGNORECASE),
    re.compile(r"(?<![A-Za-z0-9])G[A-Z2-7]{55}(?![A-Za-z0-9])"),
    re.compile(r"(?<![A-Za-z0-9_-])[EUk]Q[A-Za-z0-9_-]{46}(?![A-Za-z0-9_-])"),
    re.compile(
        r"(?<![A-Za-z0-9])(?=[1-9A-HJ-NP-Za-km-z]*\d)(?=[1-9A-HJ-NP-Za-km-z]*[a-z])(?=[1-9A-HJ-NP-Za-km-z]*[A-Z])[1-9A-HJ-NP-Za-km-z]{26,44}(?![A-Za-z0-9])"
    ),
)


def find_contacts(text: str) -> tuple[Contact, ...]:
    """All contacts of a text, in order; none overlap.

    Full-width and zero-width disguises of links, e-mail addresses and phone numbers are seen through. Wallet addresses
    are found by shape, without a checksum: one with a wrong character is as harmful.
    """
    found: list[Contact] = []
    for contact in (*_folded(text), *_addresses(text)):
        if not any(contact.span[0] < other.span[1] and other.span[0] < contact.span[1] for other in found):
            found.append(contact)
    return tuple(sorted(found, key=lambda contact: contact.span))


def is_ours(contact: Contact, allowlist: AllowlistFile) -> bool:
    """Whether the allow-list names the contact. A link with a user name before the host never is."""
    if contact.kind is ContactKind.EMAIL:
        return contact.value in {email.lower() for email in allowlist.emails}
    if contact.kind is ContactKind.PHONE:
        return contact.value in {_digits(phone) for phone in allowlist.phones}
    if contact.kind is ContactKind.URL:
        host = _host(contact.value)
        return host is not None and any(fnmatchcase(host, pattern.lower()) for pattern in allowlist.hosts)
    return False


def _folded(text: str) -> Iterator[Contact]:
    copy = normalised(text)
    finders: tuple[tuple[ContactKind, re.Pattern[str], Literal["n", 0]], ...] = (
        (ContactKind.URL, _LINK, 0),
        (ContactKind.EMAIL, _EMAIL, 0),
        (ContactKind.URL, _DOMAIN, 0),
        *((ContactKind.PHONE, pattern, "n" if "n" in pattern.groupindex else 0) for pattern in _PHONES),
    )
    for kind, pattern, group in finders:
        for match in pattern.finditer(copy.text):
            start, end = match.span(group)
            value = copy.text[start:end]
            if kind is ContactKind.URL:
                value = value.rstrip(".,;:!?)]}")
                end = start + len(value)
            yield Contact(
                kind,
                _digits(value) if kind is ContactKind.PHONE else value,
                copy.original(start, end),
            )


def _addresses(text: str) -> Iterator[Contact]:
    for pattern in _ADDRESSES:
        for match in pattern.finditer(text):
            yield Contact(ContactKind.ADDRESS, match.group(), match.span())


def _host(url: str) -> str | None:
    if "\\" in url:
        return None
    try:
        parts = urlsplit(url if "://" in url else f"//{url}")
        if "@" in parts.netloc or (parts.scheme and parts.scheme not in {"http", "https"}):
            return None
        return parts.hostname
    except ValueError:
        return None


def _digits(value: str) -> str:
    return re.sub(r"\D", "", value)
