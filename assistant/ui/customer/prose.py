"""Plain text to HTML. Nothing in it is markup but lines that begin as steps or bullets, marks `[n]` and our links."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from itertools import groupby
from typing import Literal

from assistant.compliance.contacts import ContactKind, find_contacts, is_ours
from assistant.compliance.pack import AllowlistFile
from assistant.ui.customer.wording import Wording

_STEP = re.compile(r"(\d{1,3})(?:[.)] +|、 *)(?=\S)")
_BULLET = re.compile(r"[-•] +(?=\S)")
_MARK = re.compile(r"\[(\d{1,3})\]")
_MARKS = re.compile(r"\[\d{1,3}\](?: *\[\d{1,3}\])*")
_STOPS = tuple("。！？；，、：）」』”.!?;,:)")
_TOKEN = re.compile(r"⟦([A-Z0-9_:]+)⟧")
_NUMBER = re.compile(r"_\d+$")
_SCHEME = "https://"

# Stem of a firewall token -> what was there (`cust_kind_…`).
_MASKED = {
    "PHONE": "phone",
    "EMAIL": "email",
    "CARD": "card",
    "ID": "id",
    "PASSPORT": "passport",
    "IBAN": "iban",
    "IP": "ip",
    "NAME": "name",
    "POSTAL": "postal",
    "PLATE": "plate",
}
_DESTROYED = {
    "HEX64": "string",
    "BASE58_64": "string",
    "SECRET:MNEMONIC": "mnemonic",
    "SECRET:SEED": "seed",
    "SECRET:PRIVATE_KEY": "private_key",
    "SECRET:API_SECRET": "api_secret",
    "SECRET:PASSWORD": "password",
    "SECRET:OTP": "otp",
    "SECRET:CVV": "cvv",
}
KINDS = tuple(dict.fromkeys([*_MASKED.values(), *_DESTROYED.values(), "other"]))
"""Keys `cust_kind_…` that every locale needs."""


@dataclass(frozen=True, slots=True)
class Block:
    """A stretch of a reply. Steps carry the number that is written, so that an approved number is never renumbered."""

    kind: Literal["text", "step", "bullet"]
    lines: tuple[tuple[int, str], ...]


def parse_blocks(text: str) -> tuple[Block, ...]:
    """Paragraphs, runs of numbered steps and runs of bullets, in order. No line is lost; blank ones separate."""
    blocks: list[Block] = []
    for paragraph in re.split(r"\n\s*\n", text.replace("\r\n", "\n").replace("\r", "\n")):
        lines = [_line(line.strip()) for line in paragraph.split("\n") if line.strip()]
        blocks += [
            Block(kind, tuple((number, line) for _, number, line in run))
            for kind, run in groupby(lines, key=lambda line: line[0])
        ]
    return tuple(blocks)


def _line(line: str) -> tuple[Literal["text", "step", "bullet"], int, str]:
    if step := _STEP.match(line):
        return "step", int(step[1]), line[step.end() :]
    if bullet := _BULLET.match(line):
        return "bullet", 0, line[bullet.end() :]
    return "text", 0, line


def reply_html(text: str, cite: Callable[[int], str | None], allowlist: AllowlistFile) -> str:
    """The body of a reply. `cite` gives the HTML of a mark; a mark without a source stays text."""
    return "".join(_block(block, lambda line: _inline(line, cite, allowlist)) for block in parse_blocks(text))


def _block(block: Block, inline: Callable[[str], str]) -> str:
    if block.kind == "step":
        return "<ol>" + "".join(f'<li value="{n}">{inline(line)}</li>' for n, line in block.lines) + "</ol>"
    if block.kind == "bullet":
        return "<ul>" + "".join(f"<li>{inline(line)}</li>" for _, line in block.lines) + "</ul>"
    return "<p>" + "<br>".join(inline(line) for _, line in block.lines) + "</p>"


def _inline(line: str, cite: Callable[[int], str | None], allowlist: AllowlistFile) -> str:
    pieces: list[str] = []
    end = 0
    for run in _MARKS.finditer(line):
        marks = [(mark[0], cite(int(mark[1]))) for mark in _MARK.finditer(run[0])]
        if all(chip is None for _, chip in marks):
            continue
        # Marks stay on one line with the stop before them. No link ends with one of these, so none is cut.
        before = line[end : run.start()].rstrip(" ")
        stop = before[-1:] if before.endswith(_STOPS) else ""
        chips = "".join(escape(text) if chip is None else chip for text, chip in marks)
        pieces += [
            _linked(before.removesuffix(stop), allowlist),
            f'<span class="cust-tie">{escape(stop)}{chips}</span>',
        ]
        end = run.end()
    return "".join([*pieces, _linked(line[end:], allowlist)])


def _linked(text: str, allowlist: AllowlistFile) -> str:
    """Text with links where an address is written in full with https and its host is ours."""
    pieces: list[str] = []
    end = 0
    for start, stop in _our_links(text, allowlist):
        address = escape(text[start:stop])
        pieces += [
            escape(text[end:start]),
            f'<a href="{address}" target="_blank" rel="noopener noreferrer">{address}</a>',
        ]
        end = stop
    return "".join([*pieces, escape(text[end:])])


def _our_links(text: str, allowlist: AllowlistFile) -> Iterator[tuple[int, int]]:
    if _SCHEME not in text:
        return
    for contact in find_contacts(text):
        start, stop = contact.span
        # What is written is what opens: an address in a disguise that only matching sees through gets no link.
        plain = text[start:stop].startswith(_SCHEME) and text[start:stop].lower() == contact.value
        if contact.kind is ContactKind.URL and plain and is_ours(contact, allowlist):
            yield start, stop


def message_html(text: str, wording: Wording) -> str:
    """A customer's message: all text, with a chip for what the firewall took out."""
    pieces: list[str] = []
    end = 0
    for token in _TOKEN.finditer(text):
        key, what = _hidden(token[1])
        kind = "deleted" if key == "deleted" else "masked"
        label = wording.say(key, what=wording.plain(f"kind_{what}"))
        pieces += [escape(text[end : token.start()]), f'<span class="cust-token" data-kind="{kind}">{label}</span>']
        end = token.end()
    return "".join([*pieces, escape(text[end:])])


def _hidden(token: str) -> tuple[str, str]:
    if token in _DESTROYED or token.startswith("SECRET:"):
        return "deleted", _DESTROYED.get(token, "other")
    return "hidden", _MASKED.get(_NUMBER.sub("", token), "other")


def has_masked(text: str) -> bool:
    """Whether the firewall hid something that is kept."""
    return any(_hidden(token)[0] == "hidden" for token in _TOKEN.findall(text))


def marked(text: str, quotes: Sequence[str]) -> str:
    """Escaped `text` with a `<mark>` around the first of `quotes` that stands in it, spaces counting as equal."""
    for quote in quotes:
        words = quote.split()
        if not words:
            continue
        if found := re.search(r"\s+".join(map(re.escape, words)), text):
            start, end = found.span()
            return f"{escape(text[:start])}<mark>{escape(text[start:end])}</mark>{escape(text[end:])}"
    return escape(text)


def attributes(values: Mapping[str, str]) -> str:
    """` name="value"` for each, escaped."""
    return "".join(f' {name}="{escape(value)}"' for name, value in values.items())
