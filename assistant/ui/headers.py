"""What every answer tells the browser to allow and to keep, and what it hears when something breaks."""

from __future__ import annotations

import logging
import re

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assistant.errors import ProofdeskError
from assistant.ui.html import Html

_log = logging.getLogger(__name__)

# Gradio's own script is inline and compiles the pages' handlers; nothing comes from, or goes to, another host.
_POLICY = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self' 'unsafe-inline' 'unsafe-eval'",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "font-src 'self' data:",
        "media-src 'self' blob:",
        "worker-src 'self' blob:",
        "object-src 'none'",
        "base-uri 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)
_DEFAULTS = {
    "content-security-policy": _POLICY,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=(), browsing-topics=()",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}
_YEAR_S = 365 * 24 * 60 * 60
# The name of a built file holds a hash of its content.
_HASHED = re.compile(r"(?:/[a-z]+)?/assets/[^/]+[-.][A-Za-z0-9_-]{8}\d?\.\w+")
_FIXED = re.compile(r"(?:/[a-z]+)?/(?:static/.+|favicon\.ico)")


class Headers:
    """ASGI middleware, outermost. A route's own headers win over the ones from here."""

    def __init__(self, app: ASGIApp, *, html: Html, secure: bool) -> None:
        self._app = app
        self._html = html
        self._fixed = dict(_DEFAULTS)
        if secure:
            self._fixed["strict-transport-security"] = f"max-age={_YEAR_S}"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes the request on and completes the answer; one that breaks is answered without a word of the error."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = False

        async def complete(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                headers = MutableHeaders(scope=message)
                for name, value in self._fixed.items():
                    headers.setdefault(name, value)
                headers.setdefault("cache-control", _kept(scope["path"], message["status"]))
            await send(message)

        try:
            await self._app(scope, receive, complete)
        except Exception as error:
            if started:
                raise
            await self._html.refusal(scope, _told(error))(scope, receive, complete)


def _told(error: Exception) -> int:
    """Logs what the operator can use, and returns the status code."""
    if isinstance(error, ProofdeskError):
        _log.error("%s", error)
        return 503
    # The text of the error is not logged: it may quote what a customer wrote.
    _log.error("Unexpected %s; PROOFDESK_LOG_LEVEL=DEBUG logs where.", type(error).__name__)
    _log.debug("unexpected error", exc_info=error)
    return 500


def _kept(path: str, status: int) -> str:
    if status in {200, 206, 304}:
        if _HASHED.fullmatch(path):
            return f"public, max-age={_YEAR_S}, immutable"
        if _FIXED.fullmatch(path):
            return "public, max-age=3600"
    return "no-store"
