from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from pathlib import Path
from queue import Empty, Queue

import httpx
import pytest

from assistant.ui.events import HEARTBEAT_S
from tests.architecture.tree import ROOT
from tests.ui.desk_process import PLAIN, Desk, serving

BEAT_S = 1.0
HURRIED = f"import assistant.ui.events as events; events.HEARTBEAT_S = {BEAT_S}; {PLAIN}"


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with serving(tmp_path_factory.mktemp("desk") / "var", script=HURRIED) as running:
        yield running


class Stream:
    """An open event stream, read in a thread: the events' names in order, then `end`."""

    def __init__(self, client: httpx.Client, path: str) -> None:
        self.events: Queue[str] = Queue()
        self._response = client.send(client.build_request("GET", path), stream=True)
        assert self._response.status_code == 200, self._response.read()
        self.headers = self._response.headers
        self.retry: list[int] = []
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def next(self, seconds: float = 10, *, beats: bool = False) -> str:
        end = time.monotonic() + seconds
        while True:
            name = self.events.get(timeout=max(0.01, end - time.monotonic()))
            if beats or name != "beat":
                return name

    def quiet(self, seconds: float) -> bool:
        try:
            self.next(seconds)
        except Empty:
            return True
        return False

    def close(self) -> None:
        connection = self._response.extensions["network_stream"].get_extra_info("socket")
        with suppress(OSError):  # the server has closed it already
            connection.shutdown(socket.SHUT_RDWR)
        self._thread.join(10)
        self._response.close()

    def _read(self) -> None:
        try:
            for line in self._response.iter_lines():
                if line.startswith("event: "):
                    self.events.put(line.removeprefix("event: "))
                if line.startswith("retry: "):
                    self.retry.append(int(line.removeprefix("retry: ")))
        except (httpx.HTTPError, httpx.StreamError, ValueError):
            pass
        self.events.put("end")


@contextmanager
def listening(client: httpx.Client, path: str) -> Iterator[Stream]:
    with closing(Stream(client, path)) as stream:
        assert stream.next() == "ready"
        yield stream


@contextmanager
def customer(desk: Desk) -> Iterator[httpx.Client]:
    with closing(desk.browser()) as client:
        client.get("/")
        yield client


def tell(client: httpx.Client) -> None:
    """The plain customer page's event: publishes to its own customer and to the desk."""
    reply = client.post("/gradio_api/run/predict", json={"data": ["words"], "fn_index": 1, "session_hash": "s"})
    assert reply.status_code == 200, reply.text


def test_a_stream_says_that_it_is_ready_and_how_to_come_back(desk: Desk) -> None:
    with customer(desk) as client, listening(client, "/events") as stream:
        assert stream.headers["content-type"] == "text/event-stream; charset=utf-8"
        assert stream.headers["cache-control"] == "no-store"
        assert stream.headers["x-accel-buffering"] == "no"
        assert "content-encoding" not in stream.headers
        assert len(stream.retry) == 1
        assert 1000 <= stream.retry[0] <= 5000


def test_a_change_reaches_its_customer_and_the_staff_and_no_other_customer(desk: Desk) -> None:
    with ExitStack() as stack:
        one, two = stack.enter_context(customer(desk)), stack.enter_context(customer(desk))
        agent = stack.enter_context(closing(desk.browser("agnes")))
        mine, mine_too = (stack.enter_context(listening(one, "/events")) for _ in range(2))
        other = stack.enter_context(listening(two, "/events"))
        staff = stack.enter_context(listening(agent, "/agent/events"))
        tell(one)
        assert [mine.next(5), mine_too.next(5), staff.next(5)] == ["changed"] * 3
        assert other.quiet(0.5)
        tell(two)
        assert [other.next(5), staff.next(5)] == ["changed"] * 2
        assert mine.quiet(0.5)


def test_a_burst_is_few_hints_and_the_last_one_comes(desk: Desk) -> None:
    with customer(desk) as client, listening(client, "/events") as stream:
        started = time.monotonic()
        for _ in range(30):
            tell(client)
        took = time.monotonic() - started
        count = 0
        while not stream.quiet(0.5):
            count += 1
        assert 1 <= count <= took / 0.1 + 2
        tell(client)
        assert stream.next(2) == "changed"


def test_a_quiet_stream_shows_that_it_lives(desk: Desk) -> None:
    assert HEARTBEAT_S <= 30
    with customer(desk) as client, listening(client, "/events") as stream:
        assert [stream.next(8 * BEAT_S, beats=True) for _ in range(2)] == ["beat", "beat"]


def test_without_a_token_there_is_no_customer_to_listen_for(desk: Desk) -> None:
    for cookies in ({}, {"proofdesk_customer": "forged"}):
        reply = httpx.get(f"{desk.url}/events", cookies=cookies)
        assert (reply.status_code, reply.json()) == (401, {"error": "session_expired"})


def test_a_customer_hears_nothing_of_the_desk(desk: Desk) -> None:
    with customer(desk) as client:
        reply = client.get("/agent/events")
        assert (reply.status_code, reply.json()) == (401, {"error": "session_expired"})


def test_a_stream_ends_soon_after_its_session(desk: Desk) -> None:
    with closing(desk.browser("agnes")) as client, listening(client, "/agent/events") as stream:
        client.post("/logout")
        assert [stream.next(8 * BEAT_S), stream.next(3)] == ["expired", "end"]


def test_a_stream_ends_with_the_next_change_after_its_session(desk: Desk) -> None:
    """And not with the heartbeat: no hint is given to who may not read."""
    with (
        closing(desk.browser("agnes")) as client,
        customer(desk) as other,
        listening(client, "/agent/events") as stream,
    ):
        client.post("/logout")
        tell(other)
        assert [stream.next(5), stream.next(5)] == ["expired", "end"]


def test_a_disabled_account_hears_no_more(desk: Desk) -> None:
    with closing(desk.browser("sven")) as client, listening(client, "/agent/events") as stream:
        program = (
            "from assistant.bootstrap import App; from assistant.settings import load_settings;"
            "App(load_settings()).people.set_active('sven', False)"
        )
        environment = {**os.environ, "PROOFDESK_DATA_DIR": str(desk.data_dir), "PYTHONPATH": str(ROOT)}
        subprocess.run([sys.executable, "-c", program], check=True, env=environment, cwd=desk.data_dir)
        assert [stream.next(10), stream.next(3)] == ["expired", "end"]


def test_who_goes_is_forgotten(desk: Desk) -> None:
    """Sockets of the server: every stream holds one for as long as it is open."""
    folder = Path(f"/proc/{desk.process.pid}/fd")
    if not folder.exists():
        pytest.skip("needs /proc")

    def sockets() -> int:
        return sum(str(file.readlink()).startswith("socket:") for file in folder.iterdir() if file.exists())

    before = sockets()
    with ExitStack() as stack:
        for _ in range(10):
            stack.enter_context(listening(stack.enter_context(customer(desk)), "/events"))
        assert sockets() >= before + 10
    end = time.monotonic() + 10
    while sockets() > before:
        assert time.monotonic() < end, (before, sockets())
        time.sleep(0.1)


@pytest.mark.slow
def test_many_open_streams_cost_nothing_and_hear_at_once(tmp_path: Path) -> None:
    with serving(tmp_path / "var", script=PLAIN) as desk, ExitStack() as stack:
        clock = os.sysconf("SC_CLK_TCK")

        def cpu_s() -> float:
            fields = Path(f"/proc/{desk.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
            return (int(fields[11]) + int(fields[12])) / clock

        agent = stack.enter_context(closing(desk.browser("agnes")))
        streams = [stack.enter_context(listening(agent, "/agent/events")) for _ in range(50)]
        sender = stack.enter_context(customer(desk))
        started = cpu_s()
        time.sleep(4)
        idle = (cpu_s() - started) / 4
        assert idle < 0.15, f"{idle:.1%} of a core for 50 silent streams"
        sent = time.monotonic()
        tell(sender)
        assert {stream.next(5) for stream in streams} == {"changed"}
        assert time.monotonic() - sent < 2


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_open_streams_do_not_hold_up_the_stop(tmp_path: Path, number: signal.Signals) -> None:
    with (
        serving(tmp_path / "var", script=PLAIN) as desk,
        customer(desk) as client,
        closing(desk.browser("agnes")) as agent,
        listening(client, "/events") as one,
        listening(agent, "/agent/events") as two,
    ):
        started = time.monotonic()
        desk.stop(number)
        assert time.monotonic() - started < 4
        assert [one.next(3), two.next(3)] == ["end", "end"]
    assert "Application shutdown complete" in desk.written
    assert "Traceback" not in desk.written
    assert "timeout" not in desk.written.lower()
