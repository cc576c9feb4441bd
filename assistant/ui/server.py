"""The web server: listens at once, says where it is, and stops in order."""

from __future__ import annotations

import contextlib
import errno
import logging
import socket
import sys
import threading
from typing import TYPE_CHECKING

from starlette.concurrency import run_in_threadpool

from assistant.bootstrap import App
from assistant.errors import ConfigurationError, ProofdeskError
from assistant.model import Inquiry
from assistant.ui.site import create_server
from index.model import Query

if TYPE_CHECKING:
    from collections.abc import Callable

    import uvicorn

__all__ = ["create_server", "run_server"]

_log = logging.getLogger(__name__)
_BACKLOG = 2048
"""Connections that wait while the pages are made; uvicorn's own default."""
_QUESTIONS = ("提现一般多久到账？", "How long does a withdrawal take?")
"""What the warm-up asks: each script has tables of its own."""
_GRACE_S = 5
"""How long a stop waits for requests that are being answered. Event streams are ended at once."""
_LOAD_S = 20
"""How long a stop waits for a model that is being loaded."""


def run_server(app: App, host: str, port: int, first_login: tuple[str, str] | None = None) -> None:
    """Serves until interrupted.

    Args:
        app: the desk.
        host: the address to listen on.
        port: 0 = any free one.
        first_login: name and one-time password of the admin whom this start created; shown once, on stderr.

    Raises:
        ConfigurationError: the address cannot be listened on.
    """
    import uvicorn

    listener = _listen(host, port)
    here = _address(host, listener)
    config = uvicorn.Config(
        create_server(app),
        log_level=app.settings.log_level.lower(),
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=_GRACE_S,
    )

    # The model loads while the first visitor reads the page, so that the first question does not wait for it.
    warm_up = threading.Thread(target=_warm_up, args=(app,), name="warm-up", daemon=True)

    def ready() -> None:
        sys.stderr.write(greeting(here, app.settings.public_url, first_login))
        sys.stderr.flush()
        warm_up.start()

    def finish() -> None:
        with contextlib.suppress(ProofdeskError):  # there is no database: nothing is being drafted
            app.drafting.close()
        if warm_up.ident is not None:
            warm_up.join(_LOAD_S)  # a model that is being loaded when the process ends aborts it
        app.close()

    with contextlib.suppress(KeyboardInterrupt):  # uvicorn has shut down in order and raises the signal once more
        _server(config, ready, app.events.close, finish).run(sockets=[listener])


def greeting(here: str, public_url: str | None, first_login: tuple[str, str] | None) -> str:
    """What the operator reads when the desk is open. The password is nowhere else, and in no log."""
    address = (public_url or here).rstrip("/")
    lines = [
        "",
        f"Proofdesk is at {address}",
        f"  Customers ask here:     {address}/",
        f"  The team answers here:  {address}/agent/",
    ]
    if address != here:
        lines.append(f"  It listens at {here}")
    if first_login is not None:
        name, password = first_login
        lines += [
            "  First login of the team, shown only this once; you choose your own password with it:",
            f"    name      {name}",
            f"    password  {password}",
        ]
    return "\n".join([*lines, "  Stop with Ctrl+C.", "", ""])


def _server(
    config: uvicorn.Config, ready: Callable[[], None], hang_up: Callable[[], None], finish: Callable[[], None]
) -> uvicorn.Server:
    import uvicorn

    class Server(uvicorn.Server):
        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets)
            if self.started:
                ready()

        async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
            hang_up()  # event streams end by themselves never: without this every open page would hold the stop up
            await super().shutdown(sockets)
            await run_in_threadpool(finish)  # here, because the signal that stopped the server ends the process next

    return Server(config)


def _address(host: str, listener: socket.socket) -> str:
    shown = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - what is listened on, not a choice
    name = f"[{shown}]" if listener.family is socket.AF_INET6 else shown
    return f"http://{name}:{listener.getsockname()[1]}"


def _warm_up(app: App) -> None:
    """Answers once, for nobody: models and tables are read at their first use, not when the parts are made."""
    try:
        _ = app.customer_desk, app.review_desk
        if app.settings.chat_model == "extractive":
            for question in _QUESTIONS:
                app.chain.answer(Inquiry("warm-up", (question,)))
        else:  # a model server would be asked, and perhaps paid, for nothing
            _ = app.chain
            app.retriever.search(Query(_QUESTIONS[0], k=1))
    except ProofdeskError as error:
        _log.error("Not ready to answer: %s", error)
    app.drafting.watch()  # what came in before a crash is drafted now; this thread has nothing else to do


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # Named, because asyncio sends small answers at once (TCP_NODELAY) only on sockets that say they are TCP.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
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
