"""Takes one file at a time: the raw body is the file, the query has its name. What is made of it is a draft."""

from __future__ import annotations

from collections.abc import Callable

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import JSONResponse, Response

from assistant.curation.library import Library
from assistant.desk.errors import DeskError, Refusal
from assistant.messages import Messages
from assistant.ui.knowledge.words import Words
from assistant.ui.staff import staff_of
from assistant.ui.surface import MAX_UPLOAD
from assistant.ui.visitor import locale_of

_MAX_NAME = 200
_STATUS = {
    Refusal.FORBIDDEN: 403,
    Refusal.SESSION_EXPIRED: 401,
    Refusal.TOO_LONG: 413,
    Refusal.UNAVAILABLE: 503,
}


def create_router(library: Callable[[], Library], messages: Messages, default_locale: str) -> APIRouter:
    """`POST /knowledge/upload?name=…`: answers `{"job": id}`, or `{"error": code, "text": …}`.

    The gate has looked at the caller's role, at where the request comes from and at its length by then.

    Args:
        library: made at the first upload.
        messages: the texts of refusals.
        default_locale: as in `locale_of`.
    """
    router = APIRouter()

    @router.post("/knowledge/upload")
    async def upload(request: Request) -> Response:
        try:
            user = staff_of(request)
            name = _name(request.query_params.get("name", ""))
            content = await _body(request)
            job = await run_in_threadpool(lambda: library().upload(user, [(name, content)]))
        except DeskError as error:
            text = Words(messages, locale_of(request, default_locale)).refusal(error)
            return JSONResponse({"error": error.code, "text": text}, _STATUS.get(error.code, 422))
        return JSONResponse({"job": job.id}, 202)

    return router


def _name(text: str) -> str:
    name = text.replace("\\", "/").rpartition("/")[2].strip()
    if not name or len(name) > _MAX_NAME or not name.isprintable():
        raise DeskError(Refusal.UNREADABLE, "The file has no usable name.")
    return name


async def _body(request: Request) -> bytes:
    """The file.

    Raises:
        DeskError: `EMPTY`, `TOO_LONG`: the gate says the same, and this route does not rely on it.
    """
    content = bytearray()
    async for chunk in request.stream():
        content += chunk
        if len(content) > MAX_UPLOAD:
            raise DeskError(Refusal.TOO_LONG, limit=f"{MAX_UPLOAD:,}")
    if not content:
        raise DeskError(Refusal.EMPTY)
    return bytes(content)
