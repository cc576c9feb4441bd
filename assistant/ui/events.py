"""Event streams: a page hears that something changed and reads it anew, by its own session."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable

from fastapi import APIRouter, Request
from fastapi.sse import format_sse_event
from starlette.concurrency import run_in_threadpool
from starlette.responses import JSONResponse, Response, StreamingResponse

from assistant.desk.errors import DeskError
from assistant.events import DESK, EventHub, Hint, customer_topic
from assistant.ui.staff import session_token
from assistant.ui.visitor import customer_id
from assistant.user import User

HEARTBEAT_S = 20.0
"""Quiet time after which a stream shows that it lives: proxies cut silent ones, and pages notice a dead one."""
MAX_STREAMS = 2000
"""Open streams of one process, some 30 KB each."""
_REST_S = 0.1
"""Pause after a hint: a burst of changes becomes one or two reads of the page."""
_RETRY_MS = (1500, 3500)
"""When a browser comes back after a lost connection: spread, so that a restart is not met by all at once."""


def create_router(hub: EventHub, user_of: Callable[[str], User | None]) -> APIRouter:
    """`/events` for the customer of the cookie and `/agent/events` for the staff, whose session is checked throughout.

    Args:
        hub: where the services publish.
        user_of: the user of a session token, or `None`; called in a thread.
    """
    router = APIRouter()

    @router.get("/events")
    async def customer_events(request: Request) -> Response:
        try:
            topic = customer_topic(customer_id(request))
        except DeskError as error:
            return JSONResponse({"error": error.code}, 401)
        return _stream(hub, topic, _always)

    @router.get("/agent/events")
    async def staff_events(request: Request) -> Response:
        token = session_token(request)

        async def allowed() -> bool:
            user = await run_in_threadpool(user_of, token)
            return user is not None and not user.must_change_password

        return _stream(hub, DESK, allowed)

    return router


async def _always() -> bool:
    return True


def _stream(hub: EventHub, topic: str, allowed: Callable[[], Awaitable[bool]]) -> Response:
    if len(hub) >= MAX_STREAMS:
        return JSONResponse({"error": "unavailable"}, 503, headers={"Retry-After": "30"})
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return StreamingResponse(_hints(hub, topic, allowed), media_type="text/event-stream", headers=headers)


async def _hints(hub: EventHub, topic: str, allowed: Callable[[], Awaitable[bool]]) -> AsyncIterator[bytes]:
    """`ready`, then `changed` and `beat` until the client goes, the hub closes or `expired` ends it."""
    with hub.subscribe(topic) as reader:
        yield format_sse_event(data_str="{}", event="ready", retry=random.randint(*_RETRY_MS))  # noqa: S311 - spread
        while (hint := await reader.next(HEARTBEAT_S)) is not Hint.CLOSED:
            if not await allowed():
                yield format_sse_event(data_str="{}", event="expired")
                return
            yield format_sse_event(data_str="{}", event=hint.value)
            if hint is Hint.CHANGED:
                await asyncio.sleep(_REST_S)
