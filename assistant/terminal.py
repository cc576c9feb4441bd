"""What all commands share: the parts they work with, and how they speak. Data to stdout, messages to stderr."""

from __future__ import annotations

import json
import logging
import sys
from typing import Annotated, Any

import typer

from assistant.bootstrap import App
from assistant.settings import load_settings

Json = Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")]


def open_app() -> App:
    """The desk as this process's settings describe it; its log goes to stderr."""
    settings = load_settings()
    logging.basicConfig(level=settings.log_level, stream=sys.stderr, format="%(levelname)s %(name)s: %(message)s")
    logging.getLogger("alembic").setLevel(logging.WARNING)  # a line for every plugin it knows
    return App(settings)


def say(message: str) -> None:
    """A message for the person, beside the data."""
    typer.echo(message, err=True)


def print_json(value: Any) -> None:
    """One line of JSON in UTF-8."""
    # Half a surrogate pair, as a batch row's id may hold, has no UTF-8; backslashreplace writes JSON's own escape.
    typer.echo(json.dumps(value, ensure_ascii=False).encode("utf-8", "backslashreplace").decode("utf-8"))
