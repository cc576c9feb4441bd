"""The wheel holds what a desk needs and nothing else, and runs where there is no checkout."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("assistant", "corpus", "eval", "index")

pytestmark = [pytest.mark.slow, pytest.mark.packaging]


def run(
    command: list[str | Path], *, folder: Path, env: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(part) for part in command],
        cwd=folder,
        env={**os.environ, **(env or {})},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        timeout=1200,
    )


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from a copy: a stale build/ folder in the checkout would otherwise end up in it."""
    source, out = tmp_path_factory.mktemp("source") / "proofdesk", tmp_path_factory.mktemp("dist")
    unwanted = shutil.ignore_patterns("__pycache__", "*.egg-info", "build", "dist", "var", "node_modules", ".*")
    shutil.copytree(ROOT, source, ignore=unwanted)
    done = run([sys.executable, "-m", "build", "--wheel", "--outdir", out, source], folder=out)
    assert done.returncode == 0, done.stdout + done.stderr
    (built,) = out.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def names(wheel: Path) -> set[str]:
    """The names of the files in the wheel."""
    return set(zipfile.ZipFile(wheel).namelist())


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the commands of a new environment with nothing but the wheel and what it depends on."""
    folder = tmp_path_factory.mktemp("environment")
    venv.create(folder, with_pip=True, symlinks=os.name == "posix")
    done = run(
        [folder / "bin" / "python", "-m", "pip", "install", "--quiet", "-c", ROOT / "constraints.txt", wheel],
        folder=folder,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return folder / "bin"


def committed(package: str, *patterns: str) -> set[str]:
    """Paths of the data files of the checkout that match, as they are named in the wheel."""
    return {
        path.relative_to(ROOT).as_posix()
        for pattern in patterns
        for path in (ROOT / package).glob(pattern)
        if path.is_file() and "__pycache__" not in path.parts
    }


@pytest.mark.parametrize(
    ("package", "patterns"),
    [
        ("corpus", ["seed/**/*.md", "seed/**/*.yaml"]),
        ("assistant", ["compliance/policies/**/*.yaml"]),
        ("assistant", ["locales/*.yaml"]),
        ("assistant", ["prompts/*"]),
        ("index", ["data/*"]),
        ("eval", ["datasets/*"]),
    ],
)
def test_data_is_in_the_wheel(names: set[str], package: str, patterns: list[str]) -> None:
    expected = committed(package, *patterns)
    assert expected, f"{package}/{patterns} matches nothing in the checkout"
    assert sorted(expected - names) == []


def test_every_file_of_the_packages_is_in_the_wheel(names: set[str]) -> None:
    expected = {name for package in PACKAGES for name in committed(package, "**/*")}
    assert {f"{package}/py.typed" for package in PACKAGES} <= expected
    assert sorted(expected - names) == []


def test_nothing_else_is_in_the_wheel(names: set[str]) -> None:
    tops = {name.partition("/")[0] for name in names}
    assert tops == {*PACKAGES, "proofdesk-0.1.0.dist-info"}
    assert [name for name in names if name.endswith((".pyc", ".ipynb"))] == []
    assert "proofdesk-0.1.0.dist-info/licenses/LICENSE" in names


def test_a_new_environment_runs_the_doctor(installed: Path, tmp_path: Path) -> None:
    workdir, data = tmp_path / "empty", tmp_path / "data"
    workdir.mkdir()
    done = run([installed / "proofdesk", "doctor", "--json"], folder=workdir, env={"PROOFDESK_DATA_DIR": str(data)})
    assert done.returncode == 0, done.stdout + done.stderr
    assert isinstance(json.loads(done.stdout), dict)
    assert list(workdir.iterdir()) == [], "run-time files belong into PROOFDESK_DATA_DIR"


def test_the_new_environment_has_no_checkout_on_its_path(installed: Path, tmp_path: Path) -> None:
    code = f"import {', '.join(PACKAGES)}; print(*(package.__file__ for package in ({', '.join(PACKAGES)})))"
    done = run([installed / "python", "-c", code], folder=tmp_path)
    assert done.returncode == 0, done.stderr
    assert str(ROOT) not in done.stdout
    assert done.stdout.count("site-packages") == len(PACKAGES)
