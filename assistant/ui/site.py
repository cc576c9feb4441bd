"""The web site of the desk: the gate, routes of our own, then the Gradio pages, `/` last."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from types import ModuleType
from typing import TYPE_CHECKING

from fastapi import FastAPI
from fastapi.responses import JSONResponse
from starlette.middleware.cors import CORSMiddleware
from starlette.responses import RedirectResponse

from assistant.bootstrap import App
from assistant.health import read_health
from assistant.ui import events, status_page, theme
from assistant.ui.calls import Calls
from assistant.ui.gate import Gate
from assistant.ui.headers import Headers
from assistant.ui.help.routes import Help
from assistant.ui.html import Html
from assistant.ui.knowledge import upload
from assistant.ui.login import Login
from assistant.ui.origin import Origins
from assistant.ui.shell import Shell, Shells
from assistant.ui.staff import staff_dependency
from assistant.ui.surface import Mount, openings
from assistant.ui.visitor import CustomerCookie
from assistant.user import Role, User

if TYPE_CHECKING:
    import gradio as gr

_IDLE_POLL_S = 60.0
"""How often each page of Gradio looks into its queue, which the gate keeps empty.

Its own 1 ms, and 10 ms for progress bars, cost a tenth of a core for nothing.
"""
_SESSIONS = 128
"""Of how many sessions Gradio remembers what it sent them. It would be 10,000, customers' words for weeks among it, and
no page needs any; these are kept because an event of a session that is remembered costs half of a new one's."""


@dataclass(frozen=True, slots=True)
class Page:
    """A Gradio page and where it is mounted.

    Attributes:
        head: HTML that Gradio puts into the head when it has started.
        early_head: HTML that is in the head from the start.
        js: a function that the browser calls when the page is there.
    """

    mount: Mount
    blocks: gr.Blocks
    css: str = ""
    head: str = ""
    early_head: str = ""
    js: str | None = None


def create_server(app: App, pages: Callable[[App], Sequence[Page]] | None = None) -> FastAPI:
    """The ASGI application over `app`, with the desk's own pages unless others are given, `/` last.

    No request leaves this machine: analytics and font downloads are off.
    """
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"  # read by gradio when it is imported
    settings = app.settings
    secure = (settings.public_url or "").startswith("https://")
    html = Html(app.messages, settings.desk_name, settings.default_locale)
    built = (pages or desk_pages)(app)
    blocks = {page.mount.path: page.blocks for page in built}
    shells = {page.mount.path: Shell(str(page.blocks.title), page.early_head) for page in built}

    server = FastAPI(title="Proofdesk", docs_url=None, redoc_url=None, openapi_url=None)
    _add_routes(server, app, html, secure=secure)
    for path in blocks.keys() - {"/"}:
        server.add_api_route(path.rstrip("/"), _to(path), methods=["GET", "HEAD"])
    # The last one added sees a request first.
    server.add_middleware(Shells, pages=shells, default_locale=settings.default_locale)
    server.add_middleware(CustomerCookie, secure=secure)
    server.add_middleware(
        Gate,
        table=openings(page.mount for page in built),
        origins=Origins(settings.public_url),
        user_of=_user_of(app),
        calls=Calls(blocks),
        html=html,
    )
    # Without a CORS layer of our own, Gradio reflects any origin with credentials allowed.
    server.add_middleware(CORSMiddleware, allow_origins=[], allow_credentials=False)
    server.add_middleware(Headers, html=html, secure=secure)
    for page in built:
        _mount(server, page)
    return server


def _add_routes(server: FastAPI, app: App, html: Html, *, secure: bool) -> None:
    @server.get("/healthz")
    def healthz() -> JSONResponse:
        health = read_health(app)
        return JSONResponse({"ok": health.ok, **asdict(health)}, status_code=200 if health.ok else 503)

    login = Login(lambda: app.people, html, app.messages, default_locale=app.settings.default_locale, secure=secure)
    server.include_router(login.router())
    centre = Help(lambda: app.help_centre, html, app.messages, default_locale=app.settings.default_locale)
    server.include_router(centre.router())
    files = upload.create_router(lambda: app.library, app.messages, app.settings.default_locale)
    server.include_router(files)
    server.include_router(events.create_router(app.events, _user_of(app)))


def _user_of(app: App) -> Callable[[str], User | None]:
    def user_of(token: str) -> User | None:
        return app.people.user_of(token)  # made at the first request of the staff: it opens the database

    return user_of


def _to(path: str) -> Callable[[], RedirectResponse]:
    return lambda: RedirectResponse(path, 308)


def desk_pages(app: App) -> tuple[Page, ...]:
    """The pages, `/` last: it takes every path that no page before it has."""
    from assistant.ui.console import page as console
    from assistant.ui.customer import page as customer
    from assistant.ui.knowledge import page as knowledge

    settings = app.settings
    status = status_page.build(lambda: read_health(app), app.messages, settings.default_locale, settings.desk_name)
    return (
        _page(Mount("/agent/", Role.AGENT), console.build(app), console),
        _page(Mount("/knowledge/", Role.SUPERVISOR), knowledge.build(app), knowledge),
        _page(Mount("/status/", Role.AGENT), status, status_page),
        _page(Mount("/"), customer.build(app), customer),
    )


def _page(mount: Mount, blocks: gr.Blocks, module: ModuleType) -> Page:
    return Page(
        mount,
        blocks,
        css=getattr(module, "CSS", ""),
        head=getattr(module, "HEAD", ""),
        early_head=getattr(module, "EARLY_HEAD", ""),
        js=getattr(module, "JS", None),
    )


def _mount(server: FastAPI, page: Page) -> None:
    import gradio as gr

    gr.mount_gradio_app(
        server,
        page.blocks,
        path=page.mount.path.rstrip("/") or "/",
        auth_dependency=staff_dependency(page.mount.role) if page.mount.role else None,
        theme=theme.create_theme(),
        css=theme.CSS + page.css,
        head=page.head or None,
        js=page.js,
        footer_links=[],
        run_history=False,
        show_error=False,
        max_file_size="1b",
        ssr_mode=False,
        mcp_server=False,
        pwa=False,
    )
    queue = page.blocks._queue
    queue.sleep_when_free = queue.progress_update_sleep_when_free = _IDLE_POLL_S
    page.blocks.state_holder.capacity = _SESSIONS
