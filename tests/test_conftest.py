from __future__ import annotations

import os
import socket
from collections.abc import Callable
from datetime import datetime

import pytest

from tests.conftest import NetworkRefusedError, is_loopback


@pytest.mark.parametrize("address", [("192.0.2.1", 80), ("example.com", 443)])
def test_another_machine_cannot_be_reached(address: tuple[str, int]) -> None:
    with socket.socket() as connection:
        with pytest.raises(NetworkRefusedError, match=address[0]):
            connection.connect(address)
        with pytest.raises(NetworkRefusedError, match=address[0]):
            connection.connect_ex(address)


def test_another_name_is_not_looked_up() -> None:
    with pytest.raises(NetworkRefusedError, match=r"example\.com"):
        socket.create_connection(("example.com", 443))


def test_this_machine_can_be_reached() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_connection(server.getsockname()).close()


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("127.0.0.1", True),
        ("127.8.0.1", True),
        ("::1", True),
        ("localhost", True),
        ("0.0.0.1", False),
        ("10.0.0.1", False),
    ],
)
def test_what_counts_as_this_machine(host: str, expected: bool) -> None:
    assert is_loopback(host) is expected


def test_nothing_from_the_shell_reaches_a_test() -> None:
    assert [name for name in os.environ if name.startswith(("PROOFDESK_", "OPENAI_", "LANGSMITH_API"))] == []
    # The desk itself writes "false" when it switches tracing off.
    assert {value for name, value in os.environ.items() if "_TRACING" in name} <= {"false"}
    assert os.environ["HF_HUB_OFFLINE"] == "1"


def test_the_clock_stands_still(clock: Callable[[], datetime], now: datetime) -> None:
    assert clock() == clock() == now
    assert now.tzinfo is not None
