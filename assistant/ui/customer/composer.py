"""Where the customer writes. What it holds and whether it sends is the browser's; the words are ours."""

from __future__ import annotations

from assistant.desk.customer import MAX_CHARACTERS
from assistant.ui.customer.icons import icon
from assistant.ui.customer.wording import Wording

_HINTS = ("words", "hex", "value")


def composer_html(wording: Wording, *, person: bool) -> str:
    """Alert line, hint about secrets, "talk to a person", text box and its button."""
    taken = "true" if person else "false"
    label = wording.say("person_done" if person else "person")
    return (
        '<div class="cust-compose" data-key="compose"><div class="cust-column">'
        f'<button type="button" class="cust-pill" id="cust-pill" data-own="hidden" hidden>{icon("arrow")}'
        f"{wording.say('new')}</button>"
        f'<div class="cust-alert" id="cust-alert" data-own="hidden" hidden>{icon("warn")}'
        '<p role="alert" data-key="alert-text" data-own="children"></p>'
        f'<button type="button" class="cust-tool" id="cust-alert-close" aria-label="{wording.say("dismiss")}"'
        f' title="{wording.say("dismiss")}">{icon("close")}</button></div>'
        f"{_secret_hint(wording)}"
        f'<div class="cust-bar"><button type="button" class="cust-person" id="cust-person" aria-disabled="{taken}">'
        f"{icon('check' if person else 'person')}{label}</button>"
        '<p class="cust-count" id="cust-count" data-own="hidden children data-over" aria-live="polite" hidden></p>'
        f'<p class="cust-keys" id="cust-keys">{wording.say("keys")}</p></div>'
        f'<form class="cust-form" id="cust-form" aria-label="{wording.say("compose")}" data-own="data-sending">'
        f'<label class="cust-sr" for="cust-text">{wording.say("input")}</label>'
        f'<textarea id="cust-text" data-key="text" rows="1" data-own="children style readonly aria-invalid"'
        f' data-limit="{MAX_CHARACTERS}" placeholder="{wording.say("placeholder")}" enterkeyhint="send"'
        ' autocomplete="off" aria-describedby="cust-keys cust-count cust-hint"></textarea>'
        f'<button type="submit" class="cust-primary" id="cust-send" data-own="aria-disabled">{icon("send")}'
        f'<span data-key="send-label" data-own="children" data-idle="{wording.say("send")}">{wording.say("send")}'
        "</span></button></form></div></div>"
    )


def _secret_hint(wording: Wording) -> str:
    texts = "".join(
        f'<p data-secret="{kind}" data-own="hidden" hidden>{wording.say(f"secret_{kind}")}</p>' for kind in _HINTS
    )
    return (
        '<div class="cust-secret" id="cust-hint" data-own="hidden data-held" role="alert" hidden>'
        f"{icon('warn')}<div>{texts}"
        '<div class="cust-form-row" data-key="held" data-own="hidden" hidden>'
        f'<button type="button" class="cust-primary" id="cust-hint-back">{wording.say("secret_back")}</button>'
        f'<button type="button" class="cust-link" id="cust-hint-send">{wording.say("secret_send")}</button>'
        "</div></div></div>"
    )
