"""A desk with the shipped documents, and chat servers on this machine."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest

from assistant.bootstrap import App
from assistant.chain.answer import AnswerChain
from assistant.settings import load_settings
from tests.llm.scripted_server import Server, scripted_server

MakeChain = Callable[..., AnswerChain]


@pytest.fixture(scope="package")
def desk_dir(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A data directory with the index in it, built once: these tests only read it."""
    folder = tmp_path_factory.mktemp("desk") / "var"
    App(load_settings(data_dir=folder)).knowledge.build()
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def make_chain(desk_dir: Path) -> MakeChain:
    """The whole chain, made from settings as in a deployment."""

    def make(**settings: object) -> AnswerChain:
        return App(load_settings(data_dir=desk_dir, **settings)).chain

    return make


@pytest.fixture
def server() -> Iterator[Server]:
    with scripted_server() as running:
        yield running


@pytest.fixture
def elapsed() -> Callable[[float], AbstractContextManager[None]]:
    """A block that must end within so many seconds."""

    @contextmanager
    def block(seconds: float) -> Iterator[None]:
        start = time.monotonic()
        try:
            yield
        finally:
            assert time.monotonic() - start < seconds

    return block
