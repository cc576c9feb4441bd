"""Rules of the house that no linter knows."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture.tree import ROOT, files, parsed, python_files, shown

MAX_FUNCTION = 60
MAX_MODULE = 400
PICKLES = {"pickle", "cPickle", "_pickle", "dill", "cloudpickle", "joblib", "shelve", "marshal"}
VAGUE_NAMES = {"utils.py", "util.py", "helpers.py", "misc.py", "common.py"}
# Spelt in parts, so that this file does not find itself.
MACHINE_PATHS = re.compile(
    r"(?<![\w./{}-])/(?:"
    + "|".join(["work", "root", "opt/" + "wheels", "opt/" + "pypi", "home/(?!you)"])
    + r")(?:/|\b)"
)
REGISTRY_HOSTS = re.compile("|".join(["pypi" + r"\.org", "pythonhosted" + r"\.org", "npmjs" + r"\.(?:org|com)"]))


def texts() -> Iterator[tuple[Path, str]]:
    for path in files():
        if b"\0" not in (data := path.read_bytes()):
            yield path, data.decode("utf-8")


def lines_matching(pattern: re.Pattern[str]) -> list[str]:
    return [
        f"{shown(path)}:{number}: {line.strip()[:120]}"
        for path, text in texts()
        for number, line in enumerate(text.splitlines(), start=1)
        if pattern.search(line)
    ]


def long_functions(path: Path) -> list[str]:
    return [
        f"{shown(path)}:{node.lineno}: {node.name} has {length} lines"
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (length := (node.end_lineno or node.lineno) - node.lineno + 1) > MAX_FUNCTION
    ]


def unpickling(path: Path) -> list[str]:
    found = []
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names = [node.module or ""]
        elif isinstance(node, ast.Attribute):
            # LangChain's FAISS.load_local unpickles what it reads.
            names = ["pickle"] if node.attr == "load_local" else []
        elif isinstance(node, ast.keyword):
            allowed = node.arg == "allow_pickle" and not (
                isinstance(node.value, ast.Constant) and node.value.value is False
            )
            names = ["pickle"] if allowed or node.arg == "allow_dangerous_deserialization" else []
        else:
            continue
        if any(name.partition(".")[0] in PICKLES for name in names):
            found.append(f"{shown(path)}:{getattr(node, 'lineno', 0)}")
    return found


def test_the_walk_finds_the_project() -> None:
    found = {shown(path) for path in files()}
    assert {"pyproject.toml", "app.py", ".ci/run", "corpus/model.py", "tests/architecture/tree.py"} <= found
    assert not any(name.startswith((".venv/", ".git/", "var/")) for name in found)


def test_no_function_is_longer_than_60_lines() -> None:
    assert [line for path in python_files() for line in long_functions(path)] == []


def test_no_module_is_longer_than_400_lines() -> None:
    lengths = {shown(path): len(path.read_text(encoding="utf-8").splitlines()) for path in python_files()}
    assert {name: length for name, length in lengths.items() if length > MAX_MODULE} == {}


def test_every_module_is_named_after_what_it_holds() -> None:
    assert [shown(path) for path in python_files() if path.name in VAGUE_NAMES] == []


def test_nothing_is_pickled() -> None:
    assert [line for path in python_files() for line in unpickling(path)] == []


@pytest.mark.parametrize(
    "code",
    [
        "import pickle",
        "from cloudpickle import loads",
        "import joblib.numpy_pickle",
        "FAISS.load_local('x')",
        "np.load('x', allow_pickle=True)",
        "np.load('x', allow_pickle=chosen)",
    ],
)
def test_pickle_is_noticed(code: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.architecture.tree.ROOT", tmp_path)
    module = tmp_path / "module.py"
    module.write_text(code, encoding="utf-8")
    assert unpickling(module) == ["module.py:1"]


def test_no_path_of_a_machine_is_written_down() -> None:
    assert lines_matching(MACHINE_PATHS) == []


def test_no_registry_is_written_down() -> None:
    assert lines_matching(REGISTRY_HOSTS) == []


@pytest.mark.parametrize(
    ("text", "machine"),
    [
        ("cd /" + "work/main", True),
        ("'/" + "root'", True),
        ("a network/work/item", False),
        ("https://x.example/root/", False),
    ],
)
def test_paths_of_machines_are_noticed(text: str, machine: bool) -> None:
    assert bool(MACHINE_PATHS.search(text)) is machine


@pytest.mark.parametrize("name", ["README.md", "README.zh-CN.md"])
def test_the_readme_exists_in_both_languages(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    assert "make run" in text
    assert "make test" in text
    other = {"README.md": "README.zh-CN.md", "README.zh-CN.md": "README.md"}[name]
    assert f"({other})" in text, "each names the other"
