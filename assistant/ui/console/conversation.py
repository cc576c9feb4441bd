"""What was said: the customer's messages, fixed notices and earlier replies, oldest first. All of it is text."""

from __future__ import annotations

import re
from html import escape

from assistant.desk.views import Entry, EntryKind, TicketView
from assistant.ticket import Rating
from assistant.ui.console.marks import attribute, chip, icon, stamp
from assistant.ui.console.words import Words

_TOKEN = re.compile(r"⟦([A-Z0-9_:]+)⟧")
_NUMBER = re.compile(r"_(\d+)$")
KINDS = [
    "phone",
    "email",
    "card",
    "id",
    "passport",
    "iban",
    "ip",
    "name",
    "postal",
    "plate",
    "hex64",
    "base58_64",
    "mnemonic",
    "seed",
    "private_key",
    "api_secret",
    "password",
    "otp",
    "cvv",
    "other",
]
"""What a token may stand for: every locale has `con_token_<kind>`."""


def conversation_html(view: TicketView, words: Words) -> str:
    """The entries; a line where an earlier ticket of the same customer ends."""
    if not view.entries:
        return f'<p class="con-none">{words.say("talk_empty")}</p>'
    parts = []
    number = ""
    for entry in view.entries:
        if entry.ticket_number != number:
            number = entry.ticket_number
            earlier = "" if number == view.ticket.number else f" · {words.say('talk_earlier')}"
            parts.append(f'<p class="con-divide"><span>#{escape(number)}{earlier}</span></p>')
        parts.append(_entry(entry, view, words))
    return "".join(parts)


def _entry(entry: Entry, view: TicketView, words: Words) -> str:
    who = {
        EntryKind.CUSTOMER: lambda: words.say("customer"),
        EntryKind.NOTICE: lambda: words.say("notice_sent"),
        EntryKind.REPLY: lambda: words.say("reply_by", name=entry.by) if entry.by else words.say("reply"),
    }[entry.kind]()
    text = _message(entry, words, mine=view.mine) if entry.kind is EntryKind.CUSTOMER else escape(entry.text)
    secret = f'<p class="con-secret">{icon("lock")}{words.say("secret_destroyed")}</p>' if entry.secret else ""
    notices = "".join(f"<p>{escape(notice)}</p>" for notice in entry.notices)
    return (
        f'<article class="con-entry" data-kind="{entry.kind}" data-entry="{attribute(entry.id)}">'
        f"<header><strong>{who}</strong>{_rating(entry.rating, words)}{stamp(entry.at)}</header>"
        f'<div class="con-said" dir="auto">{text}</div>{secret}'
        + (f'<div class="con-said con-under">{notices}</div>' if notices else "")
        + _comment(entry.rating, words)
        + "</article>"
    )


def unmasked(text: str, words: Words) -> str:
    """The text, escaped, with the name of what was taken out in place of each token: for lines that are only read."""
    return _TOKEN.sub(lambda token: f"[{_label(token[1], words)}]", escape(text))


def _message(entry: Entry, words: Words, *, mine: bool) -> str:
    """The text with a chip for everything that the firewall took out."""
    pieces: list[str] = []
    end = 0
    for token in _TOKEN.finditer(entry.text):
        pieces += [escape(entry.text[end : token.start()]), _token(entry, token, words, mine=mine)]
        end = token.end()
    return "".join([*pieces, escape(entry.text[end:])])


def _token(entry: Entry, token: re.Match[str], words: Words, *, mine: bool) -> str:
    label = _label(token[1], words)
    whole = token[0]
    if whole not in entry.tokens:
        return chip(f"{label} · {words.say('token_destroyed')}", "danger", "lock")
    if not mine:
        hint = words.say("token_claim_first")
        return f'<span class="con-token" title="{hint}">{icon("lock")}{label}</span>'
    return (
        f'<button type="button" class="con-token" data-act="reveal" data-message="{attribute(entry.id)}"'
        f' data-token="{attribute(whole)}" title="{words.say("token_reveal")}">{icon("eye")}'
        f'<span class="con-token-word">{label}</span></button>'
    )


def _label(token: str, words: Words) -> str:
    """`PHONE_2` in words; the first of a kind needs no number."""
    name = token.removeprefix("SECRET:").lower()
    number = _NUMBER.search(name)
    bare = _NUMBER.sub("", name)
    kind = next((each for each in (name, bare) if each in KINDS), "other")
    label = words.say(f"token_{kind}")
    return f"{label} {number[1]}" if kind == bare and number and number[1] != "1" else label


def _rating(rating: Rating | None, words: Words) -> str:
    if rating is None:
        return ""
    if rating.solved:
        return chip(words.say("rated_solved"), "ok", "up")
    reasons = "、".join(words.known(f"rating_{reason}", reason) for reason in rating.reasons)
    return chip(words.say("rated_unsolved") + (f" · {reasons}" if reasons else ""), "warn", "down")


def _comment(rating: Rating | None, words: Words) -> str:
    if rating is None or not rating.comment:
        return ""
    return f'<p class="con-comment">{words.say("rating_comment")} {unmasked(rating.comment, words)}</p>'
