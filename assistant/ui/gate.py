"""What a public mount must not expose: Gradio's own endpoints that no page of ours uses."""

from __future__ import annotations

import re

from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

# Measured: uploads, the file route and the API schema answer anonymous callers unless the parent app refuses them.
_CLOSED = re.compile(
    r"^/(?:config|monitoring(?:/.*)?"
    r"|gradio_api/(?:upload|upload_progress|stream|proxy=?|deep_link|component_server|info|openapi\.json|api|call|"
    r"startup-events|file=?|vibe[^/]*)(?:[/=].*)?)$"
)


class Gate:
    """ASGI middleware that answers 404 for closed paths. Starlette has decoded the path already."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes the request on, or refuses it."""
        if scope["type"] == "http" and _CLOSED.match(scope["path"]):
            await PlainTextResponse("Not found", status_code=404)(scope, receive, send)
            return
        await self._app(scope, receive, send)
