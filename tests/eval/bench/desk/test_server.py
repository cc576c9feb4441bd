from __future__ import annotations

import sys
import urllib.request
from pathlib import Path
from time import perf_counter

import pytest

from eval.bench.desk.server import running
from eval.errors import MeasurementError

pytestmark = pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="needs /proc")

# The first answer is no page yet. `/busy` works for a while; `/environment` says which settings the process sees.
SMALL = """
import http.server, os, sys, time
class Handler(http.server.BaseHTTPRequestHandler):
    asked = 0
    def do_GET(self):
        Handler.asked += 1
        body = b""
        if self.path == "/busy":
            end = time.process_time() + 0.5
            while time.process_time() < end:
                pass
        if self.path == "/environment":
            watched = ("PROOFDESK", "GRADIO", "PYTHONDONT")
            body = repr([name for name in os.environ if name.startswith(watched)]).encode()
        self.send_response(503 if Handler.asked == 1 else 200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
http.server.HTTPServer(("127.0.0.1", {port}), Handler).serve_forever()
"""


def test_a_server_is_watched_from_its_start_to_its_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PROOFDESK_PORT", "1")
    monkeypatch.setenv("GRADIO_SERVER_PORT", "1")
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    begin = perf_counter()
    with running(["-c", SMALL], tmp_path, timer=perf_counter, variables={"PROOFDESK_HOST": "here"}) as server:
        assert 0.02 < server.seconds <= perf_counter() - begin
        with urllib.request.urlopen(f"{server.url}/environment") as reply:
            assert reply.read() == b"['PROOFDESK_HOST']"
        before = server.cpu_seconds()
        urllib.request.urlopen(f"{server.url}/busy").close()
        assert 0.4 < server.cpu_seconds() - before < 5
        assert 5 < server.rss_mb() < 200
        assert server.has_mapped("lib")
        assert not server.has_mapped("torch")
        assert server.process.poll() is None
    assert server.process.poll() is not None
    with pytest.raises(MeasurementError, match="/proc"):
        server.rss_mb()


def test_a_server_that_ends_is_an_error_with_its_last_words(tmp_path: Path) -> None:
    with (
        pytest.raises(MeasurementError, match="no disk left"),
        running(["-c", "raise SystemExit('no disk left')"], tmp_path, timer=perf_counter, variables={}),
    ):
        pass


def test_a_server_without_a_page_is_given_up(tmp_path: Path) -> None:
    clock = iter(range(0, 10_000, 50))
    with (
        pytest.raises(MeasurementError, match="no page within 120 seconds"),
        running(["-c", "import time; time.sleep(60)"], tmp_path, timer=lambda: float(next(clock)), variables={}),
    ):
        pass
    assert sys.exc_info() == (None, None, None)
