"""The HTML around a Gradio page: its language and title from the start, and no word of another site in it."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assistant.ui.visitor import locale_of

# Gradio advertises itself, with a picture on another host, to whatever shows a preview of a link.
_ADVERTISEMENT = re.compile(r'<meta\s+(?:property|name)="(?:og|twitter):[^>]*>\s*')
_LANGUAGE = re.compile(r'(<html\s[^>]*?lang=)"[^"]*"')
_HEAD = re.compile(r"<head>")
_SMALL = 1024


@dataclass(frozen=True, slots=True)
class Shell:
    """What a page says before Gradio's scripts run: its title, and HTML of its own for the head."""

    title: str
    head: str = ""


class Shells:
    """ASGI middleware that completes the HTML of Gradio's pages.

    Gradio names the browser's language and takes its own few words from it; ours is the one that the visitor chose.
    """

    def __init__(self, app: ASGIApp, pages: Mapping[str, Shell], default_locale: str) -> None:
        self._app = app
        self._pages = pages
        self._default_locale = default_locale

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes the request on; the answer for a page is rewritten when it is complete."""
        shell = self._pages.get(scope["path"]) if scope["type"] == "http" and scope["method"] == "GET" else None
        if shell is None:
            await self._app(scope, receive, send)
            return
        zipped = "gzip" in Headers(scope=scope).get("accept-encoding", "")
        scope["headers"] = [(name, value) for name, value in scope["headers"] if name != b"accept-encoding"]
        locale = locale_of(HTTPConnection(scope), self._default_locale)
        start: Message = {}
        body = bytearray()

        async def collect(message: Message) -> None:
            if message["type"] == "http.response.start":
                start.update(message)
                return
            body.extend(message.get("body", b""))
            if not message.get("more_body", False):
                page = bytes(body)
                if start["status"] == 200:
                    page = completed(page.decode("utf-8"), shell, locale).encode("utf-8")
                await _send(send, start, page, zipped=zipped)

        await self._app(scope, receive, collect)


def completed(html: str, shell: Shell, locale: str) -> str:
    """Gradio's page with our language, title and head."""
    script = (
        f"<script>for (const [name, value] of Object.entries({{language: {json.dumps(locale)}, "
        f"languages: [{json.dumps(locale)}]}}))"
        " Object.defineProperty(navigator, name, {get: () => value});</script>"
    )
    head = f"<head><title>{escape(shell.title)}</title>{script}{shell.head}"
    html = _ADVERTISEMENT.sub("", html)
    html = _LANGUAGE.sub(rf'\1"{locale}"', html, count=1)
    return _HEAD.sub(lambda _: head, html, count=1)


async def _send(send: Send, start: Message, body: bytes, *, zipped: bool) -> None:
    headers = MutableHeaders(scope=start)
    headers["vary"] = "Accept-Encoding, Accept-Language, Cookie"
    if zipped and len(body) > _SMALL:
        body = gzip.compress(body, 5)
        headers["content-encoding"] = "gzip"
    headers["content-length"] = str(len(body))
    await send(start)
    await send({"type": "http.response.body", "body": body})
