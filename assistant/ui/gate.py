"""What of the server is open: our own routes and what a page loads. Gradio brings some sixty routes of its own."""

from __future__ import annotations

import re

from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

# A list of what is open, not of what is closed: uploads, file reads, schemas and configuration answer anonymous callers
# unless the parent refuses them, and every release of Gradio may bring new ones.
_OPEN = re.compile(
    r"/(?:healthz|favicon\.ico|manifest\.json|robots\.txt|theme\.css)?"
    r"|/(?:assets|static)/.+"
    r"|/gradio_api/run/[^/]+"
)


class Gate:
    """ASGI middleware that answers 404 for every path that is not open. The server has decoded the path already."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes the request on, or refuses it."""
        if scope["type"] == "lifespan" or (scope["type"] == "http" and _OPEN.fullmatch(scope["path"])):
            await self._app(scope, receive, send)
            return
        if scope["type"] == "http":
            await PlainTextResponse("Not found", status_code=404)(scope, receive, send)
            return
        await send({"type": "websocket.close", "code": 1008})  # refused before it is accepted: no page uses one
