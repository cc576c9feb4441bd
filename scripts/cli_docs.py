"""Write docs/cli.md from the commands' own help: `make docs`. With `--check`: exit 1 when the page is out of date."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "cli.md"
COMMANDS = (("proofdesk", "assistant.cli"), ("proofdesk-eval", "eval.cli"))
HEADER = "<!-- Made by `make docs` from the commands themselves. Do not edit. -->\n\n"


def main(arguments: list[str]) -> int:
    """Write or, with `--check`, compare the page; return the exit code."""
    page = HEADER + "\n".join(describe(name, module) for name, module in COMMANDS)
    if arguments != ["--check"]:
        PAGE.write_text(page, encoding="utf-8")
        return 0
    if PAGE.is_file() and PAGE.read_text(encoding="utf-8") == page:
        return 0
    sys.stderr.write("docs/cli.md differs from the commands' own help. Run `make docs` and commit the page.\n")
    return 1


def describe(name: str, module: str) -> str:
    """Return the Markdown of one command with its subcommands."""
    command = [sys.executable, "-m", "typer", module, "utils", "docs", "--name", name]
    # Help shows values from the environment and wraps at the terminal: neither may reach the page.
    kept = {key: value for key, value in os.environ.items() if not key.startswith("PROOFDESK_")}
    environment = {**kept, "COLUMNS": "120", "NO_COLOR": "1", "PYTHONUTF8": "1", "LC_ALL": "C.UTF-8"}
    done = subprocess.run(  # noqa: S603 - this interpreter's own typer
        command, cwd=ROOT, env=environment, capture_output=True, text=True, encoding="utf-8", check=False
    )
    if done.returncode != 0:
        sys.exit(f"{' '.join(command)} failed:\n{done.stderr}{done.stdout}")
    return done.stdout.strip() + "\n"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
