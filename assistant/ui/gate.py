"""Every request passes here first: is the place open, is it for this person, does it come from a page of ours."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.requests import HTTPConnection
from starlette.responses import RedirectResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from assistant.ui.calls import BadRequestError, Calls, read_body, replayed
from assistant.ui.html import Html, is_navigation
from assistant.ui.origin import Origins
from assistant.ui.staff import remember, session_token
from assistant.ui.surface import Opening, opening
from assistant.user import User

_SAFE = frozenset({"GET", "HEAD"})
# Gradio believes them from anybody; the address that uvicorn worked out from a trusted proxy is in the scope already.
_FORWARDED = frozenset({b"x-forwarded-host", b"x-forwarded-proto", b"x-gradio-server"})


class Gate:
    """ASGI middleware in front of everything that serves.

    Args:
        app: what it guards.
        table: what is open.
        origins: the desk's own addresses.
        user_of: the user of a session token, or `None`; called in a thread.
        calls: the events of the pages.
        html: what a person reads who is refused.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        table: Sequence[Opening],
        origins: Origins,
        user_of: Callable[[str], User | None],
        calls: Calls,
        html: Html,
    ) -> None:
        self._app = app
        self._table = table
        self._origins = origins
        self._user_of = user_of
        self._calls = calls
        self._html = html

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes the request on, or answers it."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
        elif scope["type"] == "http":
            await self._admit(scope, receive, send)
        else:
            await send({"type": "websocket.close", "code": 1008})  # refused before it is accepted: no page uses one

    async def _admit(self, scope: Scope, receive: Receive, send: Send) -> None:
        place = opening(self._table, scope["path"])
        status = self._refused(scope, place)
        if place is None or status:
            await self._html.refusal(scope, status or 404)(scope, receive, send)
            return
        if place.role is not None:
            user = await self._user(scope)
            answer = self._turned_away(scope, place, user)
            if answer is not None or user is None:
                await (answer or self._html.refusal(scope, 401))(scope, receive, send)
                return
            remember(scope, user)
        scope["headers"] = [(name, value) for name, value in scope["headers"] if name not in _FORWARDED]
        if scope["method"] not in _SAFE:
            try:
                body = await read_body(scope, receive, place.limit)
                if place.call:
                    body = self._calls.checked(scope["path"], body)
            except BadRequestError as error:
                await self._html.refusal(scope, error.status)(scope, receive, send)
                return
            receive = replayed(scope, body, receive)
        await self._app(scope, receive, send)

    def _refused(self, scope: Scope, place: Opening | None) -> int:
        """The status code for a request that is wrong whoever sends it; 0 = none."""
        headers = Headers(scope=scope)
        if not self._origins.serves(headers):
            return 421
        if place is None:
            return 404
        if scope["method"] not in place.methods:
            return 405
        if scope["method"] not in _SAFE and not self._origins.may_change(headers):
            return 403
        if place.stream and not self._origins.may_listen(headers):
            return 403
        return 0

    async def _user(self, scope: Scope) -> User | None:
        token = session_token(HTTPConnection(scope))
        return await run_in_threadpool(self._user_of, token) if token else None

    def _turned_away(self, scope: Scope, place: Opening, user: User | None) -> ASGIApp | None:
        """The answer for somebody who may not come in, or `None`."""
        if user is None or user.must_change_password:
            if not is_navigation(scope):
                return self._html.refusal(scope, 401 if user is None else 403)
            page = "/login" if user is None else "/password"
            return RedirectResponse(f"{page}?next={quote(_address(scope), safe='/')}", 303)
        if place.role is not None and not user.role.may_act_as(place.role):
            return self._html.refusal(scope, 403)
        return None


def _address(scope: Scope) -> str:
    """The path and query that were asked for."""
    query = scope["query_string"].decode("latin-1")
    return f"{scope['path']}?{query}" if query else str(scope["path"])
