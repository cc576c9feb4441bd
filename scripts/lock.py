"""Write constraints.txt from a clean resolve of the project with its dev extra: `make constraints`.

Nothing that happens to be installed takes part: pip resolves from the registry alone and reports what it would install.
Fixed beforehand are the releases in constraints.in; the models of requirements-test-models.txt are added as they stand.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
HEADER = """\
# Made by `make constraints` from pyproject.toml, constraints.in and requirements-test-models.txt. Do not edit.
"""


def main() -> int:
    """Resolve, write the file and return the exit code."""
    pins = {**resolve(), **model_pins()}
    lines = [f"{name}=={version}\n" for name, version in sorted(pins.items())]
    (ROOT / "constraints.txt").write_text(HEADER + "".join(lines), encoding="utf-8")
    sys.stderr.write(f"constraints.txt: {len(pins)} packages\n")
    return 0


def resolve() -> dict[str, str]:
    """Return normalised name -> version of all that an install of `.[dev]` brings, without the project itself."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.json"
        command = [sys.executable, "-m", "pip", "install", "--quiet", "--dry-run", "--ignore-installed"]
        command += ["--report", str(report), "--constraint", str(ROOT / "constraints.in"), f"{ROOT}[dev]"]
        subprocess.run(command, check=True)  # noqa: S603 - this interpreter's own pip
        installs = json.loads(report.read_text(encoding="utf-8"))["install"]
    pins = {normal(item["metadata"]["name"]): public(item["metadata"]["version"]) for item in installs}
    del pins["proofdesk"]
    return pins


def model_pins() -> dict[str, str]:
    """Return the pins of the packages that carry test models."""
    text = (ROOT / "requirements-test-models.txt").read_text(encoding="utf-8")
    return {normal(name): version for name, version in re.findall(r"^([\w.-]+)==([\w.]+)", text, re.MULTILINE)}


def normal(name: str) -> str:
    """Return `name` as registries compare it (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


def public(version: str) -> str:
    """Return `version` without its local part: `2.13.0+cpu` exists only where that build was chosen."""
    return version.partition("+")[0]


if __name__ == "__main__":
    sys.exit(main())
