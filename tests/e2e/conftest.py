"""One browser and one open desk for all end-to-end tests; who needs a desk for themselves opens another."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from tests.e2e.chromium import launched
from tests.e2e.people import Agent, Customer, agent, customer, hire
from tests.ui.desk_process import Desk, serving

PATIENCE_MS = 20_000
"""The machine may be busy; a test that passes waits for none of it."""


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    """The browser. It ends with these tests: a second one cannot be driven at the same time."""
    with launched() as browser:
        expect.set_options(timeout=PATIENCE_MS)
        yield browser
    expect.set_options(timeout=5_000)


@pytest.fixture(scope="package")
def desk(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """`proofdesk serve` as it is, with the accounts of `people.STAFF`."""
    data_dir = tmp_path_factory.mktemp("house") / "var"
    hire(data_dir)
    with serving(data_dir, messages_per_minute="600") as running:
        yield running
        assert running.reached == []
        assert "Traceback" not in running.written


@pytest.fixture(scope="package")
def staff(chromium: Browser, desk: Desk) -> Iterator[dict[str, Agent]]:
    """Two agents and a supervisor, at work all day."""
    people = {name: agent(chromium, desk, name) for name in ("lin", "bo", "su")}
    yield people
    for person in people.values():
        person.context.close()


@pytest.fixture
def lin(staff: dict[str, Agent]) -> Iterator[Agent]:
    yield from _on_duty(staff["lin"])


@pytest.fixture
def bo(staff: dict[str, Agent]) -> Iterator[Agent]:
    yield from _on_duty(staff["bo"])


@pytest.fixture
def su(staff: dict[str, Agent]) -> Iterator[Agent]:
    yield from _on_duty(staff["su"])


def _on_duty(person: Agent) -> Iterator[Agent]:
    """Whatever the test before left open is gone; what goes wrong meanwhile fails the test."""
    if person.page.locator("dialog[open]").count() or person.watched.faults:
        person.watched.faults.clear()
        person.visit()
    yield person
    person.well()


@pytest.fixture
def arrive(chromium: Browser, desk: Desk) -> Iterator[Callable[..., Customer]]:
    """Opens the customer's page in a new browser; at the end nothing may have gone wrong in it."""
    here: list[Customer] = []

    def come(**options: Any) -> Customer:
        here.append(customer(chromium, desk, **options))
        return here[-1]

    yield come
    for someone in here:
        someone.well()
        someone.context.close()
