from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from time import perf_counter

import pytest

from eval.bench.desk.idle import check_open, cpu_share, open_pages
from eval.bench.desk.office import Office
from eval.bench.desk.server import Server
from eval.bench.desk.start import ask
from eval.bench.desk.visitors import Agent, Customer, Visitor
from eval.errors import MeasurementError

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    office = Office(tmp_path_factory.mktemp("office"), perf_counter)
    yield office
    office.close()


@pytest.fixture(scope="module")
def server(office: Office) -> Iterator[Server]:
    with office.serve() as server:
        yield server


def until(true: Callable[[], bool]) -> bool:
    end = time.monotonic() + 20
    while not true() and time.monotonic() < end:
        time.sleep(0.05)
    return true()


def noting(page: Visitor, read: list[Visitor]) -> Callable[[], None]:
    changed = page.changed

    def noted() -> None:
        changed()
        read.append(page)

    return noted


def test_a_question_is_timed_until_its_draft_is_there(office: Office, server: Server) -> None:
    begin = perf_counter()
    assert 0 < ask(office, server, perf_counter) < perf_counter() - begin
    with office.app.database.reading() as records:
        (ticket,) = records.tickets.open()
    assert ticket.draft_id is not None
    assert server.cpu_seconds() > 0


def test_pages_are_of_different_people_and_hear_what_concerns_them(office: Office, server: Server) -> None:
    pages = open_pages(office, server, customers=2, agents=1)
    first, second, agent = pages
    read: list[Visitor] = []
    try:
        for page in pages:
            page.changed = noting(page, read)  # type: ignore[method-assign]
        assert isinstance(first, Customer)
        first.ask("提现一般多久到账？")
        assert until(lambda: first in read and agent in read)
        assert second not in read
        assert second.heard == 1
        check_open(pages)
        assert 0 <= cpu_share(server, 0.2, perf_counter) < 3
    finally:
        for page in pages:
            page.close()
    assert not any(page.open for page in pages)
    with pytest.raises(MeasurementError, match="3 of 3 event streams broke off"):
        check_open(pages)


def test_what_the_desk_refuses_is_an_error(office: Office, server: Server) -> None:
    with pytest.raises(MeasurementError, match="did not take a question in"):
        Customer(server).ask("")
    with pytest.raises(MeasurementError, match=r"/agent/ answered with status 401"):
        Agent(server, "no-such-session")
    with pytest.raises(MeasurementError, match="refused an event with status 400"):
        Customer(server).call("cust-desk", "send", data=["one too many"])


def test_drafts_that_do_not_come_are_an_error(office: Office, server: Server, tmp_path: Path) -> None:
    clock = iter(range(0, 1000, 40))
    idle = Office(tmp_path, lambda: float(next(clock)))
    try:
        idle.app.customer_desk._submit = lambda ticket: None
        nonce, customer = "0a0b0c0d-0000", "c" * 64
        idle.wait_for_drafts()
        idle.app.customer_desk.send(customer, "提现一般多久到账？", nonce=nonce, locale="zh-CN")
        with pytest.raises(MeasurementError, match="no draft within a minute"):
            idle.wait_for_drafts()
    finally:
        idle.close()
