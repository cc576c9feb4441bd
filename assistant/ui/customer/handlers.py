"""The page's events: parse what the browser sent, call one service, present the answer."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import UTC, tzinfo
from typing import TYPE_CHECKING, Annotated, Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from assistant.desk.errors import DeskError, Refusal
from assistant.desk.views import CustomerView
from assistant.errors import ProofdeskError
from assistant.ui.customer.article import article_html
from assistant.ui.customer.render import Page, page_html
from assistant.ui.customer.wording import Wording
from assistant.ui.visitor import customer_id, locale_of

if TYPE_CHECKING:
    import gradio as gr

    from assistant.bootstrap import App

_log = logging.getLogger(__name__)
_Id = Annotated[str, Field(min_length=1, max_length=64)]


class Call(BaseModel):
    """What every event brings: its number, for the page to tell answers apart, and the reader's time zone."""

    model_config = ConfigDict(strict=True, frozen=True)
    id: _Id
    zone: Annotated[str, Field(max_length=64)] = "UTC"


class Refresh(Call):
    """Show how things stand."""


class Person(Call):
    """A person is to take over."""


class Send(Call):
    """A message. Its length is the service's to judge."""

    text: str
    nonce: _Id


class Rate(Call):
    """What the customer says of a reply."""

    reply: _Id
    solved: bool
    reasons: Annotated[list[_Id], Field(max_length=8)] = []
    comment: str = ""


class OpenArticle(Call):
    """A citation mark of a reply."""

    reply: _Id
    n: Annotated[int, Field(ge=1, le=999)]


class Language(Call):
    """The language picked on the page; the browser's cookie has it as well."""

    locale: Literal["zh-CN", "zh-TW", "en"]


HANDLERS: Mapping[str, type[Call]] = {
    "refresh": Refresh,
    "send": Send,
    "person": Person,
    "rate": Rate,
    "article": OpenArticle,
    "language": Language,
}
"""The page's events and what each brings."""


class Handlers:
    """Answers the events. Who asks comes from the cookie alone, never from what the page sent."""

    def __init__(self, app: App) -> None:
        self._app = app
        self._page = Page(app.settings.desk_name, app.policy.allowlist)

    def answer(self, name: str, data: object, request: gr.Request) -> dict[str, Any]:
        """The new page, an article or a refusal in the reader's words; `id` is that of the event."""
        locale: str = locale_of(request, self._app.settings.default_locale)
        answer: dict[str, Any] = {"id": _id_of(data), "locale": locale, "title": self._title(locale), "error": ""}
        try:
            call = HANDLERS[name].model_validate(data)
        except ValidationError:
            return answer | {"error": self._app.messages.text("cust_error_request", locale)}
        wording = Wording(self._app.messages, locale, _zone(call.zone), self._app.clock())
        try:
            return answer | self._done(call, customer_id(request), wording)
        except DeskError as error:
            return answer | {"error": self._refusal(error, locale)}
        except ProofdeskError as error:
            _log.error("%s", error)
            return answer | {"error": self._refusal(DeskError(Refusal.UNAVAILABLE), locale)}

    def _done(self, call: Call, customer: str, wording: Wording) -> dict[str, Any]:
        if isinstance(call, OpenArticle):
            article = self._app.customer_desk.article(customer, call.reply, call.n)
            return {"article": article_html(article, wording)}
        return {"page": page_html(self._view(call, customer, wording.locale), self._page, wording)}

    def _view(self, call: Call, customer: str, locale: str) -> CustomerView:
        desk = self._app.customer_desk
        match call:
            case Send():
                return desk.send(customer, call.text, nonce=call.nonce, locale=locale)
            case Person():
                return desk.want_person(customer, locale=locale)
            case Rate():
                return desk.rate(customer, call.reply, solved=call.solved, reasons=call.reasons, comment=call.comment)
            case Language():
                desk.set_locale(customer, locale)
        return desk.view(customer, locale)

    def _title(self, locale: str) -> str:
        return self._app.messages.text("cust_title", locale, desk=self._app.settings.desk_name)

    def _refusal(self, error: DeskError, locale: str) -> str:
        return self._app.messages.text(f"error_{error.code}", locale, **error.values)


def _id_of(data: object) -> str:
    given = data.get("id") if isinstance(data, dict) else None
    return given[:64] if isinstance(given, str) else ""


def _zone(name: str) -> tzinfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return UTC
