"""`proofdesk serve` in a process of its own, watched from inside by Python's audit events."""

from __future__ import annotations

import json
import os
import re
import select
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from tests.architecture.tree import ROOT

# The command line as it is, with every look-up and connection to another machine noted on stderr.
WATCHED_SERVE = """
import json, sys

def watch(event, args):
    if event in ("socket.getaddrinfo", "socket.connect"):
        host = args[0] if event == "socket.getaddrinfo" else args[1][0] if isinstance(args[1], tuple) else ""
        if isinstance(host, bytes):
            host = host.decode()
        if host not in (None, "", "127.0.0.1", "localhost", "::1"):
            sys.stderr.write("REACHED " + json.dumps([event, str(host)]) + "\\n")

sys.addaudithook(watch)
sys.argv = ["proofdesk", "serve", *sys.argv[1:]]
from assistant.cli import main
main()
"""
# The site with known accounts: with its own pages, and with the smallest ones.
STAFFED = "from tests.ui.staffed import serve; serve()"
PLAIN = "from tests.ui.plain_pages import plain_pages; from tests.ui.staffed import serve; serve(plain_pages)"
READY_S = 90.0
PASSWORD = "correct horse battery staple"
STAFF = {"agnes": "agent", "sven": "supervisor", "ada": "admin"}
"""Accounts of a staffed desk, by name, and their roles."""
NEWCOMER = "nora"
"""An agent who has not changed the one-time password yet; it is on stderr."""
INVENTORY = "inventory.json"
"""In a staffed desk's data folder: every route and every Gradio event that it has."""


class Desk:
    """A running server: its address, its process and what it has written to stderr so far."""

    def __init__(self, process: subprocess.Popen[bytes], data_dir: Path) -> None:
        self.process = process
        self.data_dir = data_dir
        self.url = ""
        self.session = ""  # for tests that hand a session to a browser
        self._written = b""

    def read_until(self, pattern: str, seconds: float = READY_S) -> str:
        """The first group of `pattern` in stderr, as soon as it is there."""
        end = time.monotonic() + seconds
        while (found := re.search(pattern, self.written)) is None:
            assert time.monotonic() < end, f"{pattern} did not come: {self.written}"
            self._read(0.2)
            assert self.process.poll() is None or re.search(pattern, self.written), self.written
        return found.group(1)

    def stop(self, signal_number: int) -> int:
        """The exit code after a signal; everything written is in `written` afterwards."""
        self.process.send_signal(signal_number)
        return self.finish()

    def finish(self) -> int:
        """The exit code of a process that ends by itself."""
        _, rest = self.process.communicate(timeout=READY_S)
        self._written += rest
        return self.process.returncode

    def browser(self, name: str = "", password: str = PASSWORD) -> httpx.Client:
        """A client that sends what a browser on one of the desk's pages sends; logged in when a name is given."""
        client = httpx.Client(base_url=self.url, headers={"Origin": self.url}, timeout=30)
        if name:
            reply = client.post("/login", data={"name": name, "password": password, "next": "/agent/"})
            assert reply.status_code == 303, reply.text
        return client

    def admin(self) -> httpx.Client:
        """A client of the admin whom the first start made, who has changed the one-time password to `PASSWORD`."""
        once = self.read_until(r"name +admin\n +password +(\S+)")
        client = self.browser("admin", once)
        reply = client.post("/password", data={"old": once, "new": PASSWORD, "repeat": PASSWORD})
        assert reply.status_code == 303, reply.text
        return client

    @property
    def written(self) -> str:
        """Standard error up to now."""
        self._read(0)
        return self._written.decode("utf-8", "replace")

    @property
    def reached(self) -> list[list[str]]:
        """Look-ups of and connections to other machines, up to now."""
        self._read(0)
        return [json.loads(line) for line in re.findall(r"^REACHED (.*)$", self.written, re.MULTILINE)]

    def _read(self, seconds: float) -> None:
        assert self.process.stderr is not None
        if self.process.stderr.closed:
            return
        while select.select([self.process.stderr], [], [], seconds)[0]:
            data = os.read(self.process.stderr.fileno(), 65536)
            self._written += data
            if not data:
                return
            seconds = 0


@contextmanager
def started(data_dir: Path, *options: str, script: str = WATCHED_SERVE, **variables: str) -> Iterator[Desk]:
    """`proofdesk serve` with `PROOFDESK_*` variables given in lower case; ended when the block ends."""
    dropped = ("PROOFDESK_", "GRADIO_", "LANGSMITH_", "LANGCHAIN_", "OPENAI_")
    environment = {name: value for name, value in os.environ.items() if not name.startswith(dropped)}
    environment |= {f"PROOFDESK_{name.upper()}": value for name, value in variables.items()}
    environment |= {"PROOFDESK_DATA_DIR": str(data_dir), "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}
    process = subprocess.Popen(
        [sys.executable, "-c", script, *options],
        cwd=data_dir.parent,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    desk = Desk(process, data_dir)
    try:
        yield desk
    finally:
        if process.poll() is None:
            process.terminate()
        try:
            process.communicate(timeout=20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()


@contextmanager
def serving(data_dir: Path, script: str = WATCHED_SERVE, **variables: str) -> Iterator[Desk]:
    """A desk on a free port that accepts requests."""
    with started(data_dir, "--port", "0", script=script, **variables) as desk:
        desk.url = desk.read_until(r"(?:Proofdesk is|It listens) at (http://\S+)")
        desk.read_until(r"(Application startup complete)")
        yield desk
