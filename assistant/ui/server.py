"""The web server: routes of our own first, then the Gradio pages, `/` last."""

from __future__ import annotations

import contextlib
import errno
import json
import logging
import os
import socket
import threading
from dataclasses import asdict

from fastapi import FastAPI
from fastapi.responses import JSONResponse
from starlette.middleware.cors import CORSMiddleware

from assistant.bootstrap import App
from assistant.errors import ConfigurationError, ProofdeskError
from assistant.health import read_health
from assistant.ui import status_page, theme
from assistant.ui.gate import Gate
from index.model import Query

_log = logging.getLogger(__name__)
_BACKLOG = 2048
"""Connections that wait while the pages are made; uvicorn's own default."""


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
    locale = json.dumps(app.settings.default_locale)
    gr.mount_gradio_app(
        server,
        page,
        path="/",
        theme=theme.create_theme(),
        css=theme.CSS + status_page.CSS,
        # Gradio names the browser's language; the texts are in the desk's.
        js=f"() => {{ document.documentElement.lang = {locale}; }}",
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
    name = f"[{host}]" if listener.family is socket.AF_INET6 else host
    address = f"http://{name}:{listener.getsockname()[1]}"
    # The model loads while the first visitor reads the page, so that the first question does not wait for it.
    threading.Thread(target=_warm_up, args=(app,), name="warm-up", daemon=True).start()
    _log.info("Proofdesk is at %s (health: %s/healthz)", address, address)
    config = uvicorn.Config(create_server(app), log_level=app.settings.log_level.lower(), access_log=False)
    with contextlib.suppress(KeyboardInterrupt):  # uvicorn has shut down in order and raises the signal once more
        uvicorn.Server(config).run(sockets=[listener])


def _warm_up(app: App) -> None:
    """Makes every part and searches once: snapshot and model are read at the first search, not when they are made."""
    try:
        _ = app.chain
        app.retriever.search(Query("提现", k=1))
    except ProofdeskError as error:
        _log.error("Not ready to answer: %s", error)


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        # Now, not when the pages are ready: until somebody listens, a second process can bind the same port.
        listener.listen(_BACKLOG)
    except OSError as error:
        listener.close()
        reason = "is in use" if error.errno == errno.EADDRINUSE else f"cannot be used ({error.strerror})"
        raise ConfigurationError(
            f"{host}:{port} {reason}.",
            hint="Choose another with --host and --port, or PROOFDESK_HOST and PROOFDESK_PORT.",
        ) from error
    return listener
