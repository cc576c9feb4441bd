"""Runs in the server's own process: a desk with known accounts that says which routes and events it has."""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any

from assistant.bootstrap import App
from assistant.settings import load_settings
from assistant.ui import server
from assistant.ui.site import Page
from assistant.user import Role
from tests.ui.desk_process import INVENTORY, NEWCOMER, PASSWORD, STAFF


def serve(pages: Callable[[App], Sequence[Page]] | None = None, *, port: int = 0, known: bool = False) -> None:
    """Serves, without index, until a signal comes. `known`: the accounts are in the database already."""
    settings = load_settings()
    logging.basicConfig(level=settings.log_level, stream=sys.stderr, format="%(levelname)s %(name)s: %(message)s")
    app = App(settings)
    for name, role in () if known else STAFF.items():
        once = app.people.add(name, Role(role))
        token, user = app.people.log_in(name, once, address="127.0.0.1")
        app.people.change_password(user, token, once, PASSWORD)
    if not known:
        sys.stderr.write(f"NEWCOMER {app.people.add(NEWCOMER, Role.AGENT)}\n")
    server._warm_up = lambda app: None
    server.create_server = partial(_create, pages)
    server.run_server(app, "127.0.0.1", port, ("ada", "shown-only-once"))


def _create(pages: Callable[[App], Sequence[Page]] | None, app: App) -> Any:
    from assistant.ui.site import create_server

    site = create_server(app, pages)
    inventory = {"routes": list(_routes(site.routes, "")), "events": list(_events(site.routes))}
    (app.settings.data_dir / INVENTORY).write_text(json.dumps(inventory), encoding="utf-8")
    return site


def _routes(routes: Sequence[Any], root: str) -> Iterator[tuple[str, list[str]]]:
    for route in routes:
        if router := getattr(route, "original_router", None):
            yield from _routes(router.routes, root)  # how FastAPI keeps a router that was included
        elif below := getattr(route, "routes", None):
            yield from _routes(below, root + route.path)
        else:
            yield root + route.path, sorted(getattr(route, "methods", None) or ["GET"])


def _events(routes: Sequence[Any]) -> Iterator[tuple[str, int, int, bool, bool]]:
    for route in routes:
        if hasattr(route.app if hasattr(route, "app") else None, "get_blocks"):
            blocks = route.app.get_blocks()
            for number, event in blocks.fns.items():
                yield f"{route.path}/", number, len(event.inputs), bool(event.queue), event.fn is not None
