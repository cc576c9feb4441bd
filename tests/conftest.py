"""What holds for every test: nothing from the shell, no network but this machine, a clock that stands still."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from ipaddress import ip_address
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import settings

if TYPE_CHECKING:
    from assistant.bootstrap import App

settings.register_profile("proofdesk", deadline=None)  # how fast a machine is, benchmarks say
settings.load_profile("proofdesk")

FIXED_NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
"""A Monday morning, clear of holidays and month ends."""

TRACING = ("LANGSMITH_TRACING", "LANGSMITH_API_KEY", "LANGCHAIN_TRACING_V2", "LANGCHAIN_API_KEY")
KEYS = ("OPENAI_API_KEY", "OPENAI_BASE_URL", "OPENAI_API_BASE")


class NetworkRefusedError(RuntimeError):
    """A test tried to reach another machine. Not an `OSError`: no retry or fallback may swallow it."""


def is_loopback(host: str) -> bool:
    """Return whether `host`, a name or an address, is this machine."""
    if host in {"", "localhost"}:
        return True
    try:
        return ip_address(host.partition("%")[0]).is_loopback
    except ValueError:
        return False


def refuse_network(patch: pytest.MonkeyPatch) -> None:
    """Let sockets of this process reach loopback addresses and Unix sockets only, and look up no other name."""
    connect, connect_ex, getaddrinfo = socket.socket.connect, socket.socket.connect_ex, socket.getaddrinfo

    def check(host: object) -> None:
        name = host.decode() if isinstance(host, bytes) else host
        if isinstance(name, str) and not is_loopback(name):
            raise NetworkRefusedError(f"A test tried to reach {name}.")

    def checked_connect(self: socket.socket, address: Any) -> None:
        if isinstance(address, tuple):
            check(address[0])
        connect(self, address)

    def checked_connect_ex(self: socket.socket, address: Any) -> int:
        if isinstance(address, tuple):
            check(address[0])
        return connect_ex(self, address)

    def checked_getaddrinfo(host: Any, *args: Any, **kwargs: Any) -> Any:
        check(host)
        return getaddrinfo(host, *args, **kwargs)

    patch.setattr(socket.socket, "connect", checked_connect)
    patch.setattr(socket.socket, "connect_ex", checked_connect_ex)
    patch.setattr(socket, "getaddrinfo", checked_getaddrinfo)


@pytest.fixture(scope="session", autouse=True)
def closed_world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Clear what a developer's shell may hold and refuse the network, before fixtures of any scope run."""
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith("PROOFDESK_")] + [*TRACING, *KEYS]:
            patch.delenv(name, raising=False)
        runtime = tmp_path_factory.mktemp("runtime")
        runtime.chmod(0o700)
        patch.setenv("XDG_RUNTIME_DIR", str(runtime))
        patch.setenv("HF_HUB_OFFLINE", "1")
        patch.setenv("GRADIO_ANALYTICS_ENABLED", "False")
        refuse_network(patch)
        yield


@pytest.fixture(autouse=True)
def left_as_found() -> Iterator[None]:
    """Fail a test that leaves another working directory or a `PROOFDESK_*` variable behind, and undo it."""
    folder = Path.cwd()
    yield
    after, leaked = Path.cwd(), [name for name in os.environ if name.startswith("PROOFDESK_")]
    os.chdir(folder)
    for name in leaked:
        del os.environ[name]
    assert after == folder, f"The test left {after} as the working directory; use monkeypatch.chdir."
    assert not leaked, f"The test left {leaked} in the environment; use monkeypatch.setenv."


@pytest.fixture(scope="session")
def app(closed_world: None, tmp_path_factory: pytest.TempPathFactory) -> App:
    """The desk with its default parts and the seed articles, indexed. Shared: change nothing in it."""
    from assistant.bootstrap import App
    from assistant.settings import load_settings

    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(tmp_path_factory.mktemp("workdir"))  # no `.env` or `proofdesk.toml` of the checkout
        desk = App(load_settings(data_dir=tmp_path_factory.mktemp("desk")))
    desk.knowledge.ensure_index()
    return desk


@pytest.fixture
def now() -> datetime:
    """The fixed moment that `clock` returns."""
    return FIXED_NOW


@pytest.fixture
def clock() -> Callable[[], datetime]:
    """A clock that always shows `FIXED_NOW`."""
    return lambda: FIXED_NOW


def pytest_make_parametrize_id(val: object) -> str | None:
    """One name for all bytes: those of an archive hold the time, and workers that read two clocks would disagree."""
    return "bytes" if isinstance(val, bytes) else None
