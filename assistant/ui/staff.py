"""Who of the staff is asking: a session cookie, looked up once a request by the gate."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from starlette.requests import HTTPConnection
from starlette.responses import Response
from starlette.types import Scope

from assistant.desk.errors import DeskError, Refusal
from assistant.user import Role, User

if TYPE_CHECKING:
    import gradio as gr

STAFF_COOKIE = "proofdesk_staff"
_USER = "proofdesk.user"


def session_token(connection: HTTPConnection) -> str:
    """The session token that the browser sent, or `""`."""
    return connection.cookies.get(STAFF_COOKIE, "")


def start_session(response: Response, token: str, *, secure: bool) -> None:
    """Sends a new session's token. It goes when the browser closes; when it ends is the server's to say."""
    response.set_cookie(STAFF_COOKIE, token, httponly=True, samesite="lax", secure=secure)


def end_session(response: Response, *, secure: bool) -> None:
    """Takes the token back."""
    response.delete_cookie(STAFF_COOKIE, httponly=True, samesite="lax", secure=secure)


def remember(scope: Scope, user: User) -> None:
    """Notes who asks, for `staff_of`. Only the gate calls it."""
    scope[_USER] = user


def staff_of(request: gr.Request | HTTPConnection) -> User:
    """The member of the staff who sent this very request.

    Raises:
        DeskError: `SESSION_EXPIRED`, nobody is logged in.
    """
    connection = request if isinstance(request, HTTPConnection) else request.request
    user = connection.scope.get(_USER) if connection is not None else None
    if not isinstance(user, User):
        raise DeskError(Refusal.SESSION_EXPIRED)
    return user


def staff_dependency(role: Role) -> Callable[[HTTPConnection], str | None]:
    """Gradio's `auth_dependency` for pages of `role` and above: the user's id, or `None` for everybody else."""

    # Not async: Gradio before 6.31 let everybody in when the answer had to be awaited.
    def identify(request: HTTPConnection) -> str | None:
        try:
            user = staff_of(request)
        except DeskError:
            return None
        return user.id if user.role.may_act_as(role) and not user.must_change_password else None

    return identify
