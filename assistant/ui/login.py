"""Logging in and out, and changing the password: forms that the server writes, usable without scripts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, quote, urlsplit

import anyio
from anyio.to_thread import run_sync
from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from assistant.desk.errors import DeskError, Refusal
from assistant.ui.html import Html
from assistant.ui.staff import end_session, session_token, start_session
from assistant.ui.visitor import keep_locale, locale_of, page_locale
from assistant.user import User

if TYPE_CHECKING:
    from assistant.messages import Messages
    from assistant.people.people import People

HOME = "/agent/"
_OURS = ("/agent/", "/knowledge/", "/status/", "/help/", "/password", "/login")
_STATUS = {Refusal.TOO_FAST: 429, Refusal.UNAVAILABLE: 503}
_SPECIAL = frozenset(
    (
        "login_too_fast",
        "login_password_too_fast",
        "login_password_login_failed",
        "login_password_too_long",
        "login_password_unreadable",
    )
)
_HASHING = 2
"""Passwords that are checked at the same time: each takes a core and 64 MB for a moment."""


def own_path(wanted: str) -> str:
    """`wanted` if it is a path of our own pages, otherwise the console's: a login leads to no other site."""
    if not wanted.isascii() or not wanted.isprintable() or "\\" in wanted or wanted.startswith("//"):
        return HOME
    try:
        parts = urlsplit(wanted)
    except ValueError:
        return HOME
    ours = parts.path == "/" or parts.path.startswith(_OURS)
    return wanted if not parts.scheme and not parts.netloc and ours and ".." not in parts.path else HOME


class Login:
    """The routes.

    Args:
        people: called when first needed: it opens the database.
        secure: browsers reach the desk by https only.
    """

    def __init__(
        self, people: Callable[[], People], html: Html, messages: Messages, *, default_locale: str, secure: bool
    ) -> None:
        self._people = people
        self._html = html
        self._messages = messages
        self._default_locale = default_locale
        self._secure = secure
        self._hashing = anyio.CapacityLimiter(_HASHING)

    def router(self) -> APIRouter:
        """`/login`, `/logout`, `/password` and `/language`."""
        router = APIRouter()
        router.add_api_route("/login", self.show_login, methods=["GET", "HEAD"])
        router.add_api_route("/login", self.log_in, methods=["POST"])
        router.add_api_route("/logout", self.log_out, methods=["POST"])
        router.add_api_route("/password", self.show_password, methods=["GET", "HEAD"])
        router.add_api_route("/password", self.change_password, methods=["POST"])
        router.add_api_route("/language", self.choose_language, methods=["GET", "HEAD"])
        return router

    async def show_login(self, request: Request) -> Response:
        """The form; who is logged in goes on at once."""
        wanted = request.query_params.get("next", "")
        user = await self._user(request)
        if user is not None:
            return _on(user, own_path(wanted))
        # A session that is over, not a first visit.
        notice = self._say(request, "login_again") if session_token(request) else ""
        return self._login_page(request, own_path(wanted), notice=notice)

    async def log_in(self, request: Request) -> Response:
        """Starts a session, or shows the form again with the reason."""
        form = await _form(request)
        name, password, wanted = form.get("name", ""), form.get("password", ""), own_path(form.get("next", ""))
        address = request.client.host if request.client else ""
        try:
            token, user = await run_sync(
                lambda: self._people().log_in(name, password, address=address), limiter=self._hashing
            )
        except DeskError as error:
            return self._login_page(request, wanted, error=error, name=name[:64])
        response = _on(user, wanted)
        start_session(response, token, secure=self._secure)
        return response

    async def log_out(self, request: Request) -> Response:
        """Ends the session, if there is one."""
        token = session_token(request)
        if token:
            await run_sync(lambda: self._people().log_out(token))
        response = RedirectResponse("/login", 303)
        end_session(response, secure=self._secure)
        return response

    async def show_password(self, request: Request) -> Response:
        """The form for a new password."""
        user = await self._user(request)
        if user is None:
            return RedirectResponse("/login?next=/password", 303)
        return self._password_page(request, user, own_path(request.query_params.get("next", "")))

    async def change_password(self, request: Request) -> Response:
        """Changes it, or shows the form again with the reason."""
        form = await _form(request)
        wanted = own_path(form.get("next", ""))
        user = await self._user(request)
        if user is None:
            return RedirectResponse("/login?next=/password", 303)
        old, new = form.get("old", ""), form.get("new", "")
        if new != form.get("repeat", ""):
            text = self._say(request, "login_password_mismatch")
            return self._password_page(request, user, wanted, text, wrong="repeat", status=422)
        try:
            await run_sync(
                lambda: self._people().change_password(user, session_token(request), old, new), limiter=self._hashing
            )
        except DeskError as error:
            wrong = "old" if error.code == Refusal.LOGIN_FAILED else "new"
            text = self._reason(request, error, "login_password")
            return self._password_page(request, user, wanted, text, wrong=wrong, status=_STATUS.get(error.code, 422))
        return RedirectResponse(wanted if wanted != "/password" else HOME, 303)

    async def choose_language(self, request: Request) -> Response:
        """Remembers a language of the pages and goes back to the page it was chosen on."""
        response = RedirectResponse(own_path(request.query_params.get("next", "/")), 303)
        locale = page_locale(request.query_params.get("to", ""))
        if locale:
            keep_locale(response, locale, secure=self._secure)
        return response

    async def _user(self, request: Request) -> User | None:
        token = session_token(request)
        return await run_sync(lambda: self._people().user_of(token)) if token else None

    def _say(self, request: Request, key: str, **values: str) -> str:
        return self._messages.text(key, locale_of(request, self._default_locale), **values)

    def _reason(self, request: Request, error: DeskError, area: str = "login") -> str:
        """The text of a refusal: what is special here, or what is said everywhere."""
        key = f"{area}_{error.code}"
        return self._say(request, key if key in _SPECIAL else f"error_{error.code}", **error.values)

    def _login_page(
        self, request: Request, wanted: str, *, error: DeskError | None = None, name: str = "", notice: str = ""
    ) -> Response:
        return self._html.page(
            "login",
            request,
            _STATUS.get(error.code, 401) if error else 200,
            next=wanted,
            here=f"/login?next={quote(wanted)}",
            name=name,
            notice=notice,
            error=self._reason(request, error) if error else "",
        )

    def _password_page(
        self, request: Request, user: User, wanted: str, error: str = "", *, wrong: str = "", status: int = 200
    ) -> Response:
        return self._html.page(
            "password",
            request,
            status,
            next=wanted if wanted != "/password" else HOME,
            here=f"/password?next={quote(wanted)}",
            name=user.name,
            forced=user.must_change_password,
            error=error,
            wrong=wrong,
        )


def _on(user: User, wanted: str) -> RedirectResponse:
    if user.must_change_password:
        return RedirectResponse(f"/password?next={quote(wanted)}", 303)
    return RedirectResponse(HOME if wanted.startswith("/login") else wanted, 303)


async def _form(request: Request) -> Mapping[str, str]:
    """The fields of a form as a browser sends it; what is not UTF-8 is replaced, and matches nothing."""
    body = (await request.body()).decode("utf-8", "replace")
    try:
        return dict(parse_qsl(body, keep_blank_values=True, max_num_fields=16))
    except ValueError:
        return {}
