"""The question under a reply: did it help, and if not, why."""

from __future__ import annotations

from html import escape

from assistant.desk.ratings import REASONS
from assistant.desk.views import Entry
from assistant.ui.customer.icons import icon
from assistant.ui.customer.wording import Wording

COMMENT_LIMIT = 1000
"""Characters of free text; the service takes more."""


def rating_html(entry: Entry, wording: Wording) -> str:
    """The two buttons, or what was said with a way to change it; the form opens in the browser."""
    rating = entry.rating
    if rating is None:
        asked = (
            f'<p class="cust-asked" id="cust-q-{escape(entry.id)}">{wording.say("rate")}</p>'
            f"{_button('yes', 'up', wording)}{_button('no', 'down', wording)}"
        )
    else:
        key, name = ("rated_yes", "check") if rating.solved else ("rated_no", "down")
        why = [wording.say(f"rate_reason_{reason}") for reason in rating.reasons if reason in REASONS]
        detail = f'<span class="cust-why">{" · ".join(why)}</span>' if why else ""
        asked = (
            f'<p class="cust-rated" data-solved="{str(rating.solved).lower()}" role="status">{icon(name)}'
            f"<span>{wording.say(key)}</span>{detail}</p>"
            f'<button type="button" class="cust-link" data-rate="change">{wording.say("rate_change")}</button>'
            f'<span class="cust-again" data-own="hidden" hidden>{_button("yes", "up", wording)}'
            f"{_button('no', 'down', wording)}</span>"
        )
    chosen = set(rating.reasons) if rating else set()
    comment = rating.comment if rating else ""
    return (
        f'<div class="cust-rate" data-key="rate" data-reply="{escape(entry.id)}" role="group"'
        f' aria-label="{wording.say("rate")}"><div class="cust-rate-row">{asked}</div>'
        f"{_form(entry.id, chosen, comment, wording)}</div>"
    )


def _button(answer: str, name: str, wording: Wording) -> str:
    return (
        f'<button type="button" class="cust-choice" data-rate="{answer}">{icon(name)}'
        f"{wording.say(f'rate_{answer}')}</button>"
    )


def _form(reply_id: str, chosen: set[str], comment: str, wording: Wording) -> str:
    chips = "".join(
        f'<label class="cust-reason"><input type="checkbox" name="reason" value="{reason}"'
        f"{' checked' if reason in chosen else ''}><span>{wording.say(f'rate_reason_{reason}')}</span></label>"
        for reason in REASONS
    )
    field = f"cust-c-{escape(reply_id)}"
    return (
        '<form class="cust-rate-form" data-own="hidden" hidden>'
        f"<fieldset><legend>{wording.say('rate_why')}</legend>{chips}</fieldset>"
        f'<label for="{field}">{wording.say("rate_comment")}</label>'
        f'<textarea id="{field}" name="comment" rows="2" maxlength="{COMMENT_LIMIT}">{escape(comment)}</textarea>'
        f'<div class="cust-form-row"><button type="submit" class="cust-primary">{wording.say("rate_submit")}</button>'
        f'<button type="button" class="cust-link" data-rate="cancel">{wording.say("rate_cancel")}</button></div></form>'
    )
