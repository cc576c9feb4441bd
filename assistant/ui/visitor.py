"""Who a customer is to the desk, a browser with a random token, and which language they read."""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Mapping
from typing import TYPE_CHECKING, Literal, get_args

from starlette.datastructures import MutableHeaders
from starlette.requests import HTTPConnection, cookie_parser
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assistant.desk.errors import DeskError, Refusal

if TYPE_CHECKING:
    import gradio as gr

PageLocale = Literal["zh-CN", "zh-TW", "en"]
LOCALES: tuple[PageLocale, ...] = get_args(PageLocale)
"""Languages that the pages are in; answers are in more."""
LOCALE_COOKIE = "proofdesk_lang"
CUSTOMER_COOKIE = "proofdesk_customer"

_DAY_S = 24 * 60 * 60
_CUSTOMER_S = 180 * _DAY_S
_LOCALE_S = 365 * _DAY_S
_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")  # 32 bytes as `secrets.token_urlsafe` writes them
_TRADITIONAL = re.compile(r"zh-(?:hant|tw|hk|mo)\b", re.IGNORECASE)


def customer_id(request: gr.Request | HTTPConnection) -> str:
    """The SHA-256 of the browser's token, in hexadecimal: the token itself is stored nowhere.

    Raises:
        DeskError: `SESSION_EXPIRED`, the cookie is missing or not one of ours; loading `/` gives a new one.
    """
    token = _cookies(request).get(CUSTOMER_COOKIE, "")
    if not _TOKEN.fullmatch(token):
        raise DeskError(Refusal.SESSION_EXPIRED)
    return hashlib.sha256(token.encode("ascii")).hexdigest()


def locale_of(request: gr.Request | HTTPConnection, default: str) -> PageLocale:
    """The language of a page: what was chosen on it, else what the browser prefers, else `default`, else English."""
    chosen = page_locale(_cookies(request).get(LOCALE_COOKIE, ""))
    if chosen:
        return chosen
    headers: Mapping[str, str] = request.headers
    return _preferred(headers.get("accept-language") or "") or page_locale(default) or "en"


def page_locale(name: str) -> PageLocale | None:
    """`name` if pages are in that language."""
    return next((locale for locale in LOCALES if locale == name), None)


def keep_locale(response: Response, locale: PageLocale, *, secure: bool) -> None:
    """Lets the browser remember a chosen language. Pages may set it too, so scripts can read it."""
    response.set_cookie(LOCALE_COOKIE, locale, max_age=_LOCALE_S, samesite="lax", secure=secure)


class CustomerCookie:
    """ASGI middleware that gives a browser its token with the customer's page."""

    def __init__(self, app: ASGIApp, secure: bool) -> None:
        self._app = app
        self._secure = secure

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Adds the cookie to the answer of `GET /` if the request had none that we can have made."""
        if scope["type"] != "http" or scope["path"] != "/" or scope["method"] != "GET" or self._known(scope):
            await self._app(scope, receive, send)
            return

        async def give(message: Message) -> None:
            if message["type"] == "http.response.start" and message["status"] == 200:
                MutableHeaders(scope=message).append("set-cookie", self._new())
            await send(message)

        await self._app(scope, receive, give)

    def _known(self, scope: Scope) -> bool:
        return bool(_TOKEN.fullmatch(HTTPConnection(scope).cookies.get(CUSTOMER_COOKIE, "")))

    def _new(self) -> str:
        response = Response()
        response.set_cookie(
            CUSTOMER_COOKIE,
            secrets.token_urlsafe(32),
            max_age=_CUSTOMER_S,
            httponly=True,
            samesite="lax",
            secure=self._secure,
        )
        return response.headers["set-cookie"]


def _cookies(request: gr.Request | HTTPConnection) -> Mapping[str, str]:
    # Gradio turns a mapping attribute into an object without `get`; its headers stay what they are.
    return cookie_parser(request.headers.get("cookie") or "")


def _preferred(accept_language: str) -> PageLocale | None:
    """The first of our languages by quality (RFC 9110, 12.5.4)."""
    wanted: list[tuple[float, PageLocale]] = []
    for part in accept_language.split(","):
        tag, _, parameter = part.strip().partition(";")
        locale = _served(tag.strip())
        quality = _quality(parameter)
        if locale and quality > 0:
            wanted.append((quality, locale))
    return max(wanted, key=lambda item: item[0])[1] if wanted else None  # `max` keeps the first of equals


def _served(tag: str) -> PageLocale | None:
    if _TRADITIONAL.match(tag):
        return "zh-TW"
    language = tag.partition("-")[0].lower()
    return {"zh": "zh-CN", "en": "en"}.get(language)  # type: ignore[return-value]


def _quality(parameter: str) -> float:
    name, _, value = parameter.strip().partition("=")
    if name.strip().lower() != "q":
        return 1.0
    try:
        return float(value)
    except ValueError:
        return 0.0
