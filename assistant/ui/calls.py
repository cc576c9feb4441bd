"""What reaches Gradio's event handlers: a body of bounded size that names an event of the page, and nothing else."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from starlette.datastructures import Headers
from starlette.types import Message, Receive, Scope

if TYPE_CHECKING:
    import gradio as gr

MAX_BODY = 256 * 1024
"""Bytes. The longest text of a page has 8,000 characters, at most six bytes each in JSON, a few times in one event."""


_SESSION = re.compile(r"[a-z0-9]{1,32}")


class BadRequestError(Exception):
    """A request that no page of ours sends. `status`: 400, 404 or 413."""

    def __init__(self, status: int) -> None:
        super().__init__(f"Refused with {status}.")
        self.status = status


async def read_body(scope: Scope, receive: Receive, limit: int = MAX_BODY) -> bytes:
    """The whole body.

    Raises:
        BadRequestError: it is larger than `limit` bytes (413), or its length is no number (400).
    """
    declared = Headers(scope=scope).get("content-length", "0")
    if not declared.isdecimal():
        raise BadRequestError(400)
    if int(declared[:20]) > limit:
        raise BadRequestError(413)
    body = bytearray()
    more = True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise BadRequestError(400)
        body += message.get("body", b"")
        more = message.get("more_body", False)
        if len(body) > limit:
            raise BadRequestError(413)
    return bytes(body)


def replayed(scope: Scope, body: bytes, receive: Receive) -> Receive:
    """A `receive` that gives `body` once and then what comes after it; the length in `scope` is made to fit."""
    kept = [(name, value) for name, value in scope["headers"] if name not in {b"content-length", b"transfer-encoding"}]
    scope["headers"] = [*kept, (b"content-length", str(len(body)).encode("ascii"))]
    given = False

    async def give() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return give


class Calls:
    """The events of the pages, by the path that each page is mounted at."""

    def __init__(self, pages: Mapping[str, gr.Blocks]) -> None:
        self._pages = pages

    def checked(self, path: str, body: bytes) -> bytes:
        """The body of a call as Gradio gets it: which event, its inputs and what triggered it.

        The id of a session that is not like Gradio's own is left out.

        Raises:
            BadRequestError: not a call (400), no such event (404), or other inputs than the event has (400).
        """
        try:
            call = json.loads(body, parse_constant=_refuse)
        except (ValueError, RecursionError):
            raise BadRequestError(400) from None
        if not isinstance(call, dict) or not isinstance(call.get("data"), list):
            raise BadRequestError(400)
        event = self._event(path, call.get("fn_index"))
        if event is None:
            raise BadRequestError(404)
        if len(call["data"]) != len(event.inputs):
            raise BadRequestError(400)
        kept = {name: call.get(name) for name in ("data", "fn_index", "trigger_id", "event_data", "session_hash")}
        if not isinstance(kept["session_hash"], str) or not _SESSION.fullmatch(kept["session_hash"]):
            kept["session_hash"] = None
        try:
            return json.dumps(kept, ensure_ascii=False).encode("utf-8")
        except UnicodeEncodeError:  # half a surrogate pair: it is not text, and no answer could repeat it
            raise BadRequestError(400) from None

    def _event(self, path: str, number: object) -> Any:
        root = path.partition("gradio_api/")[0]
        page = self._pages.get(root)
        if page is None or type(number) is not int:
            return None
        event = page.fns.get(number)
        # One that only a script of the page handles has no function here.
        return event if event is not None and event.fn is not None and not event.queue else None


def _refuse(constant: str) -> None:
    raise ValueError(constant)  # NaN and Infinity are not JSON
