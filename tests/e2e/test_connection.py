"""A desk of its own that is stopped and started: the first login, lost connections, accounts that are closed."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.e2e.people import DELAYED, Agent, agent, customer, hire
from tests.ui.desk_process import PASSWORD, Desk, started

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture
def port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        number: int = free.getsockname()[1]
    return number


@contextmanager
def open_at(data_dir: Path, port: int) -> Iterator[Desk]:
    """The desk at that port, accepting requests."""
    with started(data_dir, "--port", str(port), messages_per_minute="600") as desk:
        desk.url = desk.read_until(r"Proofdesk is at (http://\S+)")
        yield desk


def test_the_first_login_is_on_the_screen_and_is_changed_at_once(chromium: Browser, desk: Desk) -> None:
    once = desk.read_until(r"\n\s+password\s+(\S+)")
    boss = Agent(chromium.new_context(locale="en"), desk)
    boss.page.goto(f"{desk.url}/agent/")
    boss.see("#name").fill("admin")
    boss.see("#password").fill(once)
    boss.see("main button[type=submit]").click()
    expect(boss.page).to_have_url(re.compile("/password"))
    boss.page.goto(f"{desk.url}/agent/")  # there is no way around it
    expect(boss.page).to_have_url(re.compile("/password"))
    for field, value in (("old", once), ("new", "a sentence of my own"), ("repeat", "a sentence of my own")):
        boss.see(f"#{field}").fill(value)
    boss.see("main button[type=submit]").click()
    boss.ready()
    boss.see("#con-menu summary").click()
    expect(boss.see("#con-menu")).to_contain_text("Administrator")
    boss.see("#con-logout button").click()
    expect(boss.page).to_have_url(re.compile("/login"))
    boss.well()
    boss.context.close()


def test_a_lost_connection_is_told_and_nothing_is_lost(chromium: Browser, desk: Desk) -> None:
    asker = customer(chromium, desk)
    asker.ask(DELAYED)
    asker.context.set_offline(True)
    expect(asker.see("#cust-offline")).to_be_visible()
    asker.see("#cust-text").fill("是 TRC20 网络")
    asker.see("#cust-send").click()
    expect(asker.see("#cust-alert [role=alert]")).to_contain_text("没有发出去")
    expect(asker.see("#cust-text")).to_have_value("是 TRC20 网络")
    asker.context.set_offline(False)
    expect(asker.see("#cust-offline")).to_be_hidden()
    asker.see("#cust-send").click()
    expect(asker.messages).to_have_count(2)
    expect(asker.see("#cust-alert")).to_be_hidden()
    asker.page.reload()
    asker.ready()
    expect(asker.messages).to_have_count(2)
    asker.context.close()


def test_a_desk_that_is_started_again_goes_on_where_it_was(chromium: Browser, tmp_path: Path, port: int) -> None:
    data_dir = tmp_path / "var"
    hire(data_dir)
    with open_at(data_dir, port) as desk:
        asker = customer(chromium, desk)
        lin = agent(chromium, desk, "lin")
        number = asker.ask(DELAYED)
        lin.claim(number)
        lin.write(f"{lin.editor.input_value()}\n\n祝您顺利。")
        desk.stop(signal.SIGTERM)
        assert "Application shutdown complete" in desk.written
        expect(asker.see("#cust-offline")).to_be_visible()
        expect(lin.see("#con-offline")).to_be_visible()
        asker.see("#cust-text").fill("是 TRC20 网络")
        asker.page.keyboard.press("Enter")
        expect(asker.see("#cust-alert [role=alert]")).to_contain_text("没有发出去")
        lin.see("#con-send").click()
        expect(lin.told("failed")).to_contain_text("连接断了")
    with open_at(data_dir, port) as desk:
        asker.desk = lin.desk = desk
        expect(asker.see("#cust-offline")).to_be_hidden()
        expect(lin.see("#con-offline")).to_be_hidden()
        expect(asker.messages).to_have_count(1)
        expect(lin.editor).to_have_value(re.compile("祝您顺利。$"))
        expect(lin.see("#con-head")).to_contain_text("我在处理")
        lin.see("#con-send").click()
        asker.at("sent")
        expect(asker.replies).to_contain_text("祝您顺利。")
        asker.page.keyboard.press("Enter")  # the text is still in the box
        expect(asker.messages).to_have_count(2)
        expect(lin.see("#con-talk .con-entry[data-kind=customer]")).to_have_count(2)

        # Somebody leaves: their page says so, and does nothing any more.
        _proofdesk(data_dir, "user", "disable", "lin")
        lin.see("#con-side-history").click()
        lin.page.evaluate("window.proofdeskChanged()")
        expect(lin.told("session_expired")).to_be_visible()
        lin.see("#con-login").click()
        expect(lin.page).to_have_url(re.compile("/login"))
        lin.see("#name").fill("lin")
        lin.see("#password").fill(PASSWORD)
        lin.see("main button[type=submit]").click()
        expect(lin.page.get_by_role("alert")).to_contain_text("账号或密码不正确")
        assert "Traceback" not in desk.written
    asker.context.close()
    lin.context.close()


def _proofdesk(data_dir: Path, *arguments: str) -> None:
    command = [sys.executable, "-c", "from assistant.cli import main; main()", *arguments]
    environment = {**os.environ, "PROOFDESK_DATA_DIR": str(data_dir)}
    done = subprocess.run(command, env=environment, cwd=data_dir.parent, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
