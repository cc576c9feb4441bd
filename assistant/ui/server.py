"""The web server: routes of our own first, then the Gradio pages, `/` last."""

from __future__ import annotations

import errno
import logging
import os
import socket
import threading
from dataclasses import asdict

from fastapi import FastAPI
from fastapi.responses import JSONResponse
from starlette.middleware.cors import CORSMiddleware

from assistant.bootstrap import App
from assistant.errors import ConfigurationError
from assistant.health import read_health
from assistant.ui import status_page
from assistant.ui.gate import Gate

_log = logging.getLogger(__name__)


def create_server(app: App) -> FastAPI:
    """The ASGI application over `app`. No request leaves this machine: analytics and font downloads are off."""
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"  # read by gradio when it is imported
    import gradio as gr

    server = FastAPI(title="Proofdesk", docs_url=None, redoc_url=None, openapi_url=None)

    @server.get("/healthz")
    def healthz() -> JSONResponse:
        health = read_health(app)
        return JSONResponse({"ok": health.ok, **asdict(health)}, status_code=200 if health.ok else 503)

    # Without a CORS layer of our own, Gradio reflects any origin with credentials allowed.
    server.add_middleware(CORSMiddleware, allow_origins=[], allow_credentials=False)
    server.add_middleware(Gate)
    page = status_page.build(lambda: read_health(app), app.messages, app.settings.default_locale)
    gr.mount_gradio_app(
        server,
        page,
        path="/",
        css=status_page.CSS,
        footer_links=[],
        run_history=False,
        show_error=False,
        ssr_mode=False,
        mcp_server=False,
    )
    return server


def run_server(app: App, host: str, port: int) -> None:
    """Serves until interrupted.

    Raises:
        ConfigurationError: the address cannot be listened on.
    """
    import uvicorn

    listener = _listen(host, port)
    address = f"http://{host}:{listener.getsockname()[1]}"
    # The model loads while the first visitor reads the page, so that the first question does not wait for it.
    threading.Thread(target=lambda: app.chain, name="warm-up", daemon=True).start()
    _log.info("Proofdesk is at %s (health: %s/healthz)", address, address)
    config = uvicorn.Config(create_server(app), log_level=app.settings.log_level.lower(), access_log=False)
    uvicorn.Server(config).run(sockets=[listener])


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        reason = "is in use" if error.errno == errno.EADDRINUSE else f"cannot be used ({error.strerror})"
        raise ConfigurationError(
            f"{host}:{port} {reason}.", hint="Choose another with --port or PROOFDESK_PORT."
        ) from error
    return listener
