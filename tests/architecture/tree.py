"""The project's own files, for tests that walk them."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("corpus", "index", "assistant", "eval")
SKIPPED = {"var", "build", "dist", "htmlcov", "node_modules", "__pycache__"}
HIDDEN_BUT_OURS = {".ci", ".github"}


def files() -> Iterator[Path]:
    """Every file of the checkout, without environments, caches, run-time data and build products."""
    yield from _walk(ROOT)


def _walk(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.iterdir()):
        if path.is_dir():
            skipped = path.name in SKIPPED or path.suffix == ".egg-info"
            if not skipped and (not path.name.startswith(".") or path.name in HIDDEN_BUT_OURS):
                yield from _walk(path)
        elif not path.name.startswith(".coverage") and path.name != ".env":
            yield path


def python_files() -> list[Path]:
    """Every Python module of the checkout: packages, tests, scripts and app.py."""
    return [path for path in files() if path.suffix == ".py"]


def package_modules(*packages: str) -> list[str]:
    """Dotted names of all modules of `packages`, parents before children; `__main__` modules run when imported."""
    names = []
    for package in packages:
        for path in sorted((ROOT / package).rglob("*.py")):
            parts = path.relative_to(ROOT).with_suffix("").parts
            if parts[-1] != "__main__":
                names.append(".".join(parts[:-1] if parts[-1] == "__init__" else parts))
    return names


@cache
def parsed(path: Path) -> ast.Module:
    """The syntax tree of a module."""
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def shown(path: Path) -> str:
    """The path as a reader of a test report wants it."""
    return path.relative_to(ROOT).as_posix()
