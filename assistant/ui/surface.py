"""What of the server is open, to whom. Gradio brings some sixty routes of its own; what is not listed here is closed.

A list of what is open, not of what is closed: uploads, file reads, schemas and configuration answer anonymous callers
unless the parent refuses them, and every release of Gradio may bring new ones.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from assistant.ui.calls import MAX_BODY
from assistant.user import Role

MAX_UPLOAD = 20_000_000
"""Bytes of a file that the knowledge page takes. Gradio's own upload stays closed."""
_READ = frozenset({"GET", "HEAD"})
_FILES = r"(?:assets|static)/.+|theme\.css|gradio_api/theme\.css|manifest\.json|robots\.txt|favicon\.ico"
_HELP = r"(?:search|suggest|glossary|start|contact|(?:category|article)/[^/]+)"
_CALL = r"gradio_api/run/[^/]+"


@dataclass(frozen=True, slots=True)
class Mount:
    """One Gradio page: its path, with a slash at both ends, and the lowest role that may use it; `None` = anybody."""

    path: str
    role: Role | None = None


@dataclass(frozen=True, slots=True)
class Opening:
    """Paths that are served.

    Attributes:
        role: the lowest role that may come in; `None` = anybody.
        stream: an event stream, whose origin is checked like that of a change.
        call: a Gradio event, whose body is checked before Gradio reads it.
        limit: bytes of a body that are let through.
    """

    pattern: re.Pattern[str]
    methods: frozenset[str]
    role: Role | None = None
    stream: bool = False
    call: bool = False
    limit: int = MAX_BODY


def openings(mounts: Iterable[Mount]) -> tuple[Opening, ...]:
    """Our own routes and what the pages of `mounts` load and call."""
    opened = [
        Opening(re.compile(r"/healthz"), _READ),
        Opening(re.compile(r"/login|/password"), _READ | {"POST"}),
        Opening(re.compile(r"/logout"), frozenset({"POST"})),
        Opening(re.compile(r"/language"), _READ),
        Opening(re.compile(rf"/help(?:/|/{_HELP})?"), _READ),
        Opening(re.compile(r"/events"), frozenset({"GET"}), stream=True),
        Opening(re.compile(r"/agent/events"), frozenset({"GET"}), Role.AGENT, stream=True),
        Opening(re.compile(r"/knowledge/upload"), frozenset({"POST"}), Role.SUPERVISOR, limit=MAX_UPLOAD),
    ]
    for mount in mounts:
        root = re.escape(mount.path)
        bare = f"|{root[:-1]}" if mount.path != "/" else ""
        opened += (
            Opening(re.compile(root + bare), _READ, mount.role),
            # Gradio's own files and colours: the same for everybody.
            Opening(re.compile(f"{root}(?:{_FILES})"), _READ),
            Opening(re.compile(root + _CALL), frozenset({"POST"}), mount.role, call=True),
        )
    return tuple(opened)


def opening(table: Iterable[Opening], path: str) -> Opening | None:
    """The first opening that serves `path`, decoded as the server has it; `None` = closed."""
    return next((entry for entry in table if entry.pattern.fullmatch(path)), None)
