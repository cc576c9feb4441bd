"""The console's events: parse the call, ask the service once, present its answer. No rule of the desk is here."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from assistant.bootstrap import App
from assistant.desk.errors import DeskError, Refusal
from assistant.desk.views import TicketView
from assistant.ticket import RejectReason
from assistant.ui.console.answer import Answer, Said, queue_part, ticket_part
from assistant.ui.console.article import article_html
from assistant.ui.console.calls import Call, number_of, parse_call
from assistant.ui.console.evidence import hits_html
from assistant.ui.console.macros import macro_count, macros_html
from assistant.ui.console.shell import labels, shell_html
from assistant.ui.console.words import Words
from assistant.ui.staff import staff_of
from assistant.ui.visitor import locale_of
from assistant.user import User

if TYPE_CHECKING:
    import gradio as gr

Work = Callable[[Call, User, Words], dict[str, Any]]
"""What one event does; the fields of its answer. `DeskError` for a refusal."""

_LEVELS = (RejectReason.PLAIN, RejectReason.NORMAL)
"""Refusals of a wording, not of what it says."""
_REREAD = (Refusal.STALE, Refusal.TAKEN, Refusal.NOT_YOURS, Refusal.BLOCKED, Refusal.UNCONFIRMED, Refusal.NO_DRAFT)
"""Refusals that say that the page shows something else than what is."""


class Handlers:
    """One method for each event, by the name of its port in the page."""

    def __init__(self, app: App) -> None:
        self._app = app

    def all(self) -> dict[str, Work]:
        """Every event by name."""
        return {
            "start": self.start,
            "queue": self.queue,
            "open": self.open,
            "claim": self.claim,
            "release": self.release,
            "renew": self.renew,
            "approve": self.approve,
            "check": self.check,
            "send": self.send,
            "reject": self.reject,
            "escalate": self.escalate,
            "close": self.close,
            "reveal": self.reveal,
            "search": self.search,
            "article": self.article,
            "macros": self.macros,
            "macro": self.macro,
        }

    def answer(self, work: Work, payload: object, request: gr.Request) -> str:
        """Runs one event. A refusal becomes the message line; nothing that is refused leaves as an exception."""
        words = Words(self._app.messages, locale_of(request, self._app.settings.default_locale))
        call = Call(n=number_of(payload))  # a refusal without it would leave the page waiting
        try:
            call = parse_call(payload)
            user = staff_of(request)
            try:
                return Answer(call.n, self._app.clock(), **work(call, user, words)).json()
            except DeskError as error:
                return self._refused(call, user, words, error).json()
        except DeskError as error:
            return Answer(call.n, self._app.clock(), said=Said("error", words.refusal(error), error.code)).json()

    def start(self, call: Call, user: User, words: Words) -> dict[str, Any]:
        """What is the same for every ticket, and the queue."""
        settings = self._app.settings
        more = {
            "shell": shell_html(user, settings.desk_name, words),
            "labels": labels(words),
            "locale": words.locale,
            "user": user.id,
            "renew": settings.lease_minutes * 60 / 3,
        }
        return {**self.queue(call, user, words), "more": more}

    def queue(self, call: Call, user: User, words: Words) -> dict[str, Any]:
        """The lines of a tab."""
        view = self._app.review_desk.queue(user, call.queue_tab, call.search)
        return {"queue": queue_part(view, call.search, words)}

    def open(self, call: Call, user: User, words: Words) -> dict[str, Any]:
        """One ticket."""
        return _shown(self._app.review_desk.open(user, call.ticket), user, words)

    def claim(self, call: Call, user: User, words: Words) -> dict[str, Any]:
        """Takes the ticket up."""
        view = self._app.review_desk.claim(user, call.ticket)
        return _shown(view, user, words, Said("ok", words.plain("said_claimed")))

    def release(self, call: Call, user: User, words: Words) -> dict[str, Any]:
        """Gives the ticket back."""
        view = self._app.review_desk.release(user, call.ticket, call.version)
        return _shown(view, user, words, Said("ok", words.plain("said_released")))

    def renew(self, call: Call, user: User, words: Words) -> dict[str, Any]:
        """Keeps the ticket while the person works on it."""
        return _shown(self._app.review_desk.renew(user, call.ticket), user, words)

    def approve(self, call: Call, user: User, words: Words) -> dict[str, Any]:
        """Sends the draft that the page showed."""
        view = self._app.review_desk.approve(user, call.ticket, call.version, call.sha256, confirmed=call.confirmed)
        return _shown(view, user, words, Said("ok", words.plain("said_sent")))

    def check(self, call: Call, user: User, words: Words) -> dict[str, Any]:
        """Makes the text the draft and checks it; sends nothing."""
        view = self._app.review_desk.edit(user, call.ticket, call.version, call.body, call.cite)
        return _shown(view, user, words, _checked(view, words))

    def send(self, call: Call, user: User, words: Words) -> dict[str, Any]:
        """Makes the text the draft, and sends it if nothing is left to be decided by a person."""
        desk = self._app.review_desk
        view = desk.edit(user, call.ticket, call.version, call.body, call.cite)
        if view.draft is None or view.blocked_by or view.unconfirmed or view.needs_supervisor or view.stale:
            return _shown(view, user, words, _checked(view, words))
        view = desk.approve(user, call.ticket, view.ticket.version, view.draft.sha256, confirmed=False)
        return _shown(view, user, words, Said("ok", words.plain("said_sent")))

    def reject(self, call: Call, user: User, words: Words) -> dict[str, Any]:
        """Refuses the draft; the desk drafts again."""
        view = self._app.review_desk.reject(user, call.ticket, call.version, call.reject_reason, call.comment)
        said = words.plain("said_level") if call.reject_reason in _LEVELS else words.plain("said_rejected")
        return _shown(view, user, words, Said("ok", said))

    def escalate(self, call: Call, user: User, words: Words) -> dict[str, Any]:
        """Hands the ticket to the supervisors."""
        view = self._app.review_desk.escalate(user, call.ticket, call.version, call.comment)
        return _shown(view, user, words, Said("ok", words.plain("said_escalated")))

    def close(self, call: Call, user: User, words: Words) -> dict[str, Any]:
        """Ends the ticket without a reply."""
        view = self._app.review_desk.close(user, call.ticket, call.version, call.comment)
        return _shown(view, user, words, Said("ok", words.plain("said_closed")))

    def reveal(self, call: Call, user: User, words: Words) -> dict[str, Any]:
        """The original behind a token."""
        desk = self._app.review_desk
        value = desk.reveal(user, call.ticket, call.message, call.token, call.comment)
        return {"said": Said("info", words.plain("said_revealed")), "more": {"revealed": value}}

    def search(self, call: Call, user: User, words: Words) -> dict[str, Any]:
        """Passages that the agent looks for."""
        hits = self._app.review_desk.search(user, call.search)
        return {"more": {"hits": hits_html(hits, words)}}

    def article(self, call: Call, user: User, words: Words) -> dict[str, Any]:
        """The article behind a piece of evidence."""
        article = self._app.review_desk.article(user, call.ticket, call.mark)
        return {"more": {"article": article_html(article, words)}}

    def macros(self, call: Call, user: User, words: Words) -> dict[str, Any]:
        """The macros for a ticket that hold the words that the agent typed."""
        found = self._app.macros.macros(user, call.ticket, call.search)
        return {"more": {"macros": macros_html(found, words), "macroCount": macro_count(found, words)}}

    def macro(self, call: Call, user: User, _: Words) -> dict[str, Any]:
        """One macro, filled in for a ticket: text, and ids of passages where a mark stands."""
        macro = self._app.macros.fill(user, call.ticket, call.macro)
        pieces = [{"text": piece.text, "cite": piece.cite} for piece in macro.pieces]
        return {"more": {"macro": {"pieces": pieces, "missing": macro.missing}}}

    def _refused(self, call: Call, user: User, words: Words, error: DeskError) -> Answer:
        """The refusal, with the ticket as it is now where the page had another one before it."""
        said = Said("error", words.refusal(error), error.code)
        now = self._app.clock()
        if not call.ticket or error.code not in _REREAD:
            return Answer(call.n, now, said=said)
        try:
            view = self._app.review_desk.open(user, call.ticket)
        except DeskError:
            return Answer(call.n, now, said=said)
        return Answer(call.n, now, said=said, ticket=ticket_part(view, user, words))


def _shown(view: TicketView, user: User, words: Words, said: Said | None = None) -> dict[str, Any]:
    return {"ticket": ticket_part(view, user, words), "said": said}


def _checked(view: TicketView, words: Words) -> Said:
    """What a check found, the worst of it."""
    if view.blocked_by:
        return Said("warn", words.plain("said_blocked", rules=", ".join(view.blocked_by)), "blocked")
    if view.unconfirmed:
        return Said("warn", words.plain("said_unconfirmed", count=str(view.unconfirmed)), "unconfirmed")
    if view.needs_supervisor:
        return Said("warn", words.plain("said_supervisor"), "needs_supervisor")
    if view.stale:
        return Said("warn", words.plain("said_stale"), "stale")
    return Said("ok", words.plain("said_checked"))
