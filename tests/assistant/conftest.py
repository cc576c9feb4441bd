"""The command as a person runs it: arguments, input and variables in; exit code, data and messages out."""

from __future__ import annotations

import io
import json
import logging
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from assistant.bootstrap import App
from assistant.cli import main


@dataclass(frozen=True, slots=True)
class Result:
    """What a run left behind."""

    code: int
    out: str
    err: str

    @property
    def rows(self) -> list[dict[str, Any]]:
        """Standard output as JSON lines."""
        return [json.loads(line) for line in self.out.splitlines()]

    @property
    def row(self) -> dict[str, Any]:
        """Standard output as one JSON line."""
        [row] = self.rows
        return row


Run = Callable[..., Result]


def program_environment(data_dir: Path, **variables: str) -> dict[str, str]:
    """The environment of a process of its own: this one's, without what Gradio or a shell may add."""
    return {**os.environ, "PROOFDESK_DATA_DIR": str(data_dir), **variables}


def damage(path: Path) -> None:
    """Flip one byte in the middle."""
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 0xFF
    path.write_bytes(content)


@pytest.fixture
def data_dir(app: App) -> Path:
    """A data directory with an index. Shared: change nothing in it."""
    return app.settings.data_dir


@pytest.fixture
def own_data_dir(data_dir: Path, tmp_path: Path) -> Path:
    """A data directory with an index, for this test alone."""
    return Path(shutil.copytree(data_dir, tmp_path / "var"))


@pytest.fixture
def run(
    data_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[Run]:
    """Runs `proofdesk` in this process, from an empty folder. No run may ever show a traceback."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PROOFDESK_DATA_DIR", str(data_dir))

    def runner(*arguments: str | Path, stdin: bytes = b"", **variables: str | Path) -> Result:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(sys, "argv", ["proofdesk", *map(str, arguments)])
            patch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
            for name, value in variables.items():
                patch.setenv(f"PROOFDESK_{name}", str(value))
            capsys.readouterr()
            with pytest.raises(SystemExit) as ended:
                main()
        out, err = capsys.readouterr()
        assert "Traceback" not in out + err
        code = ended.value.code
        assert isinstance(code, int | None)
        return Result(code or 0, out, err)

    level = logging.root.level
    yield runner
    logging.root.setLevel(level)
