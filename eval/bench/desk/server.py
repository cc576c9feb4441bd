"""A server in a process of its own, watched from outside: its first page, its memory, its processor time."""

from __future__ import annotations

import http.client
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from eval.errors import MeasurementError

_READY_S = 120.0
_STOP_S = 30.0
_RETRY_S = 0.01
"""How often somebody knocks until the port listens."""
_STATUS = 200
_DROPPED = ("PROOFDESK_", "GRADIO_", "PYTHONDONTWRITEBYTECODE")
"""Variables of this shell that a server must not see. With the last one every start would compile the sources anew."""


class Server:
    """A running server on this machine.

    Attributes:
        seconds: from the start of the process to the first page's 200.
    """

    host = "127.0.0.1"

    def __init__(self, process: subprocess.Popen[bytes], port: int, log: Path, timer: Callable[[], float]) -> None:
        self.process = process
        self.port = port
        self.seconds = 0.0
        self._log = log
        self._timer = timer

    @property
    def url(self) -> str:
        """Its address, as a browser names the origin."""
        return f"http://{self.host}:{self.port}"

    def wait(self, begin: float) -> None:
        """Asks for `/` until it comes.

        Raises:
            MeasurementError: the process ended, or nothing came in time.
        """
        while not self._page():
            if self.process.poll() is not None:
                raise MeasurementError(f"A server ended at its start: {self._last_words()}")
            if self._timer() - begin > _READY_S:
                raise MeasurementError(f"A server showed no page within {_READY_S:.0f} seconds: {self._last_words()}")
            time.sleep(_RETRY_S)
        self.seconds = self._timer() - begin

    def rss_mb(self) -> float:
        """Resident memory in MB (10^6 bytes).

        Raises:
            MeasurementError: the system has no /proc.
        """
        for line in self._proc("status").splitlines():
            if line.startswith("VmRSS:"):
                return round(int(line.split()[1]) * 1024 / 1e6, 1)
        raise MeasurementError("The system does not tell a process's memory.")

    def has_mapped(self, library: str) -> bool:
        """Whether a file of `library` is mapped into its memory: packages of compiled code cannot be in use without."""
        return f"/{library}/" in self._proc("maps")

    def cpu_seconds(self) -> float:
        """Processor time of all its threads so far, in seconds."""
        # The name of the program, in brackets, may hold blanks; user and system time are fields 14 and 15.
        cells = self._proc("stat").rpartition(")")[2].split()
        return (int(cells[11]) + int(cells[12])) / os.sysconf("SC_CLK_TCK")

    def _proc(self, name: str) -> str:
        try:
            return Path(f"/proc/{self.process.pid}/{name}").read_text(encoding="utf-8", errors="replace")
        except OSError as error:
            raise MeasurementError("This part of the benchmark needs Linux's /proc.") from error

    def _page(self) -> bool:
        connection = http.client.HTTPConnection(self.host, self.port, timeout=_READY_S)
        try:
            connection.request("GET", "/")
            return connection.getresponse().status == _STATUS
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()

    def _last_words(self) -> str:
        return (self._log.read_text(encoding="utf-8", errors="replace").strip().splitlines() or ["no message"])[-1]


@contextmanager
def running(
    command: Sequence[str], folder: Path, *, timer: Callable[[], float], variables: Mapping[str, str]
) -> Iterator[Server]:
    """This interpreter with `command`, once its first page is there; ended with the block.

    Args:
        command: arguments of the interpreter; `{port}` in them becomes a free port.
        folder: its working directory, without a `.env`.
        timer: the clock that `Server.seconds` is by.
        variables: environment variables, in place of this shell's settings.
    """
    port = _free_port()
    log = folder / f"server-{port}.log"
    root = Path(__file__).resolve().parent.parent.parent.parent
    environment = {name: value for name, value in os.environ.items() if not name.startswith(_DROPPED)}
    environment["PYTHONPATH"] = os.pathsep.join(filter(None, [str(root), environment.get("PYTHONPATH")]))
    environment |= variables
    arguments = [part.replace("{port}", str(port)) for part in command]
    with log.open("wb") as output:
        begin = timer()
        process = subprocess.Popen(  # noqa: S603 - this interpreter, fixed arguments
            [sys.executable, *arguments], cwd=folder, env=environment, stdout=output, stderr=subprocess.STDOUT
        )
        try:
            server = Server(process, port, log, timer)
            server.wait(begin)
            yield server
        finally:
            process.terminate()
            try:
                process.wait(_STOP_S)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _free_port() -> int:
    with socket.create_server((Server.host, 0)) as probe:
        return int(probe.getsockname()[1])
