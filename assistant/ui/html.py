"""Pages that the server writes itself: logging in, and why something was refused. They work without scripts."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from functools import cache, cached_property
from importlib import resources
from typing import TYPE_CHECKING, Any

from starlette.datastructures import Headers
from starlette.requests import HTTPConnection
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.types import Scope

from assistant.messages import Messages
from assistant.ui.theme import tokens
from assistant.ui.visitor import LOCALES, locale_of

if TYPE_CHECKING:
    import jinja2

REASONS = {
    400: "bad_request",
    401: "session_expired",
    403: "forbidden",
    404: "not_found",
    405: "method_not_allowed",
    413: "too_large",
    421: "wrong_host",
    500: "internal",
    503: "unavailable",
}
"""Status codes that the server itself answers with. A program reads the word, a person `login_refused_<code>`."""
LANGUAGES = {"zh-CN": "简体中文", "zh-TW": "繁體中文", "en": "English"}
"""The pages' languages by the name that their readers know them by."""


@dataclass(frozen=True, slots=True)
class Assets:
    """Style and script of a page, by the names of their files in `templates/`; `""` = none."""

    style: str = "style.css"
    script: str = ""


PLAIN = Assets()


class Html:
    """The templates in `templates/`, filled in the reader's language. Every value is escaped."""

    def __init__(self, messages: Messages, desk_name: str, default_locale: str) -> None:
        self._messages = messages
        self._desk_name = desk_name
        self._default_locale = default_locale

    def page(
        self, template: str, request: HTTPConnection, code: int = 200, assets: Assets = PLAIN, /, **values: Any
    ) -> HTMLResponse:
        """The page of `<template>.html`, with the headers that allow its own style and script and nothing else."""
        locale = locale_of(request, self._default_locale)

        def say(key: str, **fill: str) -> str:
            return self._messages.text(key, locale, **fill)

        text = self._environment.get_template(f"{template}.html").render(
            say=say,
            locale=locale,
            locales={each: LANGUAGES[each] for each in LOCALES},
            desk_name=self._desk_name,
            style=_style(assets),
            script=_read(assets.script) if assets.script else "",
            **values,
        )
        return HTMLResponse(text, code, headers={"Content-Security-Policy": _policy(assets)})

    def refusal(self, scope: Scope, status: int) -> Response:
        """A page for a person who follows a link, a word in JSON for everything else."""
        if not is_navigation(scope):
            return JSONResponse({"error": REASONS[status]}, status)
        return self.page("refused", HTTPConnection(scope), status, status=status)

    @cached_property
    def _environment(self) -> jinja2.Environment:
        import jinja2

        return jinja2.Environment(
            loader=jinja2.PackageLoader("assistant.ui", "templates"),
            autoescape=True,
            undefined=jinja2.StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )


@cache
def _read(name: str) -> str:
    return resources.files("assistant.ui").joinpath(f"templates/{name}").read_text(encoding="utf-8")


@cache
def _style(assets: Assets) -> str:
    return tokens() + _read(assets.style)


@cache
def _policy(assets: Assets) -> str:
    policy = f"default-src 'none'; style-src {_hash(_style(assets))}; img-src 'self'; form-action 'self'; "
    if assets.script:
        policy += f"script-src {_hash(_read(assets.script))}; connect-src 'self'; "
    return policy + "base-uri 'none'; frame-ancestors 'none'"


def _hash(text: str) -> str:
    digest = base64.b64encode(hashlib.sha256(text.encode("utf-8")).digest()).decode("ascii")
    return f"'sha256-{digest}'"


def is_navigation(scope: Scope) -> bool:
    """Whether a person's browser loads a page by this request: only then is a page or a redirect of use."""
    headers = Headers(scope=scope)
    wanted = headers.get("sec-fetch-mode", "navigate") == "navigate"
    return scope["method"] in {"GET", "HEAD"} and wanted and "text/html" in headers.get("accept", "")
