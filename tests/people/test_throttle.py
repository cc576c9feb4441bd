from __future__ import annotations

import threading
from contextlib import suppress

import pytest

from assistant.desk.errors import DeskError, Refusal
from assistant.people import throttle as module
from assistant.people.throttle import LoginLimits, LoginThrottle
from tests.people.conftest import WallClock

LIMITS = LoginLimits(per_name=3, per_address=5, minutes=10)


@pytest.fixture
def throttle(wall_clock: WallClock) -> LoginThrottle:
    return LoginThrottle(LIMITS)


def refused(throttle: LoginThrottle, name: str, address: str | None) -> str | None:
    """The minutes to wait, `None` when the try is taken."""
    try:
        throttle.enter(name, address)
    except DeskError as error:
        return error.values["minutes"] if error.code is Refusal.TOO_FAST else str(error)
    return None


def test_a_name_has_its_tries_whatever_the_address(throttle: LoginThrottle, wall_clock: WallClock) -> None:
    assert [refused(throttle, "amy", f"192.0.2.{n}") for n in range(3)] == [None] * 3
    wall_clock.seconds += 60
    assert refused(throttle, "amy", "192.0.2.9") == "9"
    assert refused(throttle, "ben", "192.0.2.9") is None


def test_an_address_has_its_tries_whatever_the_names(throttle: LoginThrottle) -> None:
    assert [refused(throttle, f"name{n}", "192.0.2.1") for n in range(5)] == [None] * 5
    assert refused(throttle, "another", "192.0.2.1") == "10"
    assert refused(throttle, "another", "192.0.2.2") is None


def test_the_window_moves(throttle: LoginThrottle, wall_clock: WallClock) -> None:
    for _ in range(3):
        throttle.enter("amy", None)
        wall_clock.seconds += 201
    assert refused(throttle, "amy", None) is None, "the first try is more than ten minutes old"
    assert refused(throttle, "amy", None) == "4", "the second is not: 198 s remain"


def test_a_refused_try_does_not_prolong_the_wait(throttle: LoginThrottle, wall_clock: WallClock) -> None:
    for _ in range(3):
        throttle.enter("amy", None)
    for _ in range(59):
        wall_clock.seconds += 10
        assert refused(throttle, "amy", None) is not None
    wall_clock.seconds += 11
    assert refused(throttle, "amy", None) is None


def test_success_clears_the_name_but_not_the_address(throttle: LoginThrottle) -> None:
    for _ in range(3):
        throttle.enter("amy", "192.0.2.1")
    throttle.succeeded("amy")
    assert refused(throttle, "amy", "192.0.2.1") is None
    assert refused(throttle, "amy", "192.0.2.1") is None
    assert refused(throttle, "amy", "192.0.2.1") is not None, "five tries from the address"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9"),
        ("192.0.2.1", "::ffff:192.0.2.1"),
        ("fe80::1%eth0", "fe80::2%eth1"),
        ("", "not an address"),
        ("testclient", "' OR 1=1"),
    ],
)
def test_no_spelling_of_an_address_is_a_way_around(throttle: LoginThrottle, one: str, other: str) -> None:
    for n in range(5):
        throttle.enter(f"name{n}", one)
    assert refused(throttle, "another", other) is not None


def test_other_networks_are_others(throttle: LoginThrottle) -> None:
    for n in range(5):
        throttle.enter(f"name{n}", "2001:db8:1:2::1")
    assert refused(throttle, "another", "2001:db8:1:3::1") is None


def test_names_and_addresses_do_not_share_tries(throttle: LoginThrottle) -> None:
    for _ in range(3):
        throttle.enter("192.0.2.1", None)
    assert refused(throttle, "amy", "192.0.2.1") is None


def test_threads_share_the_tries(throttle: LoginThrottle) -> None:
    taken = []

    def attack() -> None:
        for _ in range(50):
            with suppress(DeskError):
                throttle.enter("amy", None)
                taken.append(1)

    threads = [threading.Thread(target=attack) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(taken) == 3


def test_names_of_the_past_are_forgotten(
    throttle: LoginThrottle, wall_clock: WallClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_MANY", 100)
    for n in range(300):
        throttle.enter(f"name{n}", None)
    wall_clock.seconds += 3600
    throttle.enter("amy", None)  # the library's own cleaning runs a moment later, in its thread
    throttle._storage.timer.join()
    for _ in range(2):
        throttle.enter("amy", None)
    assert len(throttle._storage.events) < 10
    assert refused(throttle, "amy", None) is not None, "what counts is kept"
