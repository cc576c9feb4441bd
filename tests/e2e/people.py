"""The people of the end-to-end tests, each in a browser of their own."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from argon2 import PasswordHasher
from playwright.sync_api import APIResponse, Browser, BrowserContext, Locator, expect

from assistant.bootstrap import App
from assistant.people.people import People
from assistant.settings import load_settings
from assistant.user import Role
from tests.e2e.chromium import Watched
from tests.ui.desk_process import PASSWORD, Desk

STAFF = {"lin": Role.AGENT, "bo": Role.AGENT, "kai": Role.AGENT, "su": Role.SUPERVISOR}
"""Accounts of a desk whose `hire` was called. There is no admin: the first start makes one and says so."""
DELAYED = "我 8 万 U 提了两小时还没到账"
"""A question that the seed articles answer."""
UNKNOWN = "你们公司的猫叫什么名字"
"""A question that they do not answer."""
SESSION = "proofdesk_staff"
_NUMBERS = """
() => {
  const { dependencies, components } = window.gradio_config;
  const idOf = (number) => components.find(({ id }) => id === number).props.elem_id ?? '';
  const nameOf = ([number, event]) => idOf(number).match(/^con-port-(.*)$/)?.[1] ?? event;
  return Object.fromEntries(dependencies.flatMap(({ id, targets }) => targets.map((each) => [nameOf(each), id])));
}
"""
# Whether the ticket is in the list; the bar of new ones is pressed as long as it is not.
_IN_SIGHT = """
(number) => {
  const there = [...document.querySelectorAll('#con-list .con-line')].some((line) => line.textContent.includes(number));
  if (!there) document.querySelector('#con-new:not([hidden])')?.click();
  return there;
}
"""


def hire(data_dir: Path, staff: Mapping[str, Role] = STAFF) -> None:
    """Makes the accounts of `staff`, with `PASSWORD`, before the desk opens."""
    with pytest.MonkeyPatch.context() as patch:
        data_dir.mkdir(parents=True, exist_ok=True)
        patch.chdir(data_dir)  # no `.env` or `proofdesk.toml` of the checkout
        app = App(load_settings(data_dir=data_dir))
    quick = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)  # made anew as it should be at the first login
    people = People(app.current_database, clock=app.clock, new_id=app.new_id, hasher=quick)
    for name, role in staff.items():
        once = people.add(name, role)
        token, user = people.log_in(name, once, address="127.0.0.1")
        people.change_password(user, token, once, PASSWORD)
    app.close()


class Person:
    """Somebody with a browser of their own and one page of the desk in it."""

    path = "/"

    def __init__(self, context: BrowserContext, desk: Desk) -> None:
        self.context = context
        self.desk = desk
        self.watched = Watched(context.new_page())
        self.page = self.watched.page

    def see(self, selector: str) -> Locator:
        """What the selector finds on the page."""
        return self.page.locator(selector)

    def visit(self, query: str = "") -> None:
        """Loads the page and waits until it works and hears of changes."""
        self.page.goto(f"{self.desk.url}{self.path}{query}")
        self.ready()

    def ready(self) -> None:
        """Waits until the page works and hears of changes."""
        raise NotImplementedError

    def resized(self, width: int, height: int = 900) -> None:
        """Another window size."""
        self.page.set_viewport_size({"width": width, "height": height})

    def post(self, number: object, data: object, *, origin: str | None = None, **more: object) -> APIResponse:
        """A call of a page's event as the browser's own session makes it, without the page."""
        body = {"data": data, "fn_index": number, "trigger_id": None, "event_data": None, "session_hash": "s", **more}
        return self.context.request.post(
            f"{self.desk.url}{self.path}gradio_api/run/predict",
            data=json.dumps(body),
            headers={"Content-Type": "application/json", "Origin": origin if origin is not None else self.desk.url},
        )

    def numbers(self) -> Mapping[str, int]:
        """The page's events: their numbers by name."""
        found: dict[str, int] = self.page.evaluate(_NUMBERS)
        return found

    def well(self) -> None:
        """Nothing went wrong and nothing was asked of another machine, since the last time."""
        faults, abroad = list(self.watched.faults), self.watched.abroad(self.desk.url)
        self.watched.faults.clear()
        self.watched.requests.clear()
        assert faults == []
        assert abroad == []


class Customer(Person):
    """A customer on `/`."""

    def ready(self) -> None:
        expect(self.see("#cust-text")).to_be_visible()
        expect(self.see("#live [data-on='1']")).to_be_attached()

    @property
    def messages(self) -> Locator:
        return self.see("#cust-log .cust-entry[data-kind=customer]")

    @property
    def notices(self) -> Locator:
        return self.see("#cust-log .cust-entry[data-kind=notice]")

    @property
    def replies(self) -> Locator:
        return self.see("#cust-log .cust-entry[data-kind=reply]")

    @property
    def number(self) -> str:
        """Their newest ticket's number."""
        text = self.see(".cust-number").inner_text()
        found = re.search(r"#([A-Z0-9]+)", text)
        assert found, text
        return found[1]

    def ask(self, text: str, *, stage: str = "drafted") -> str:
        """Sends a message, waits for `stage` and returns the ticket's number."""
        before = self.messages.count()
        self.see("#cust-text").fill(text)
        self.see("#cust-send").click()
        expect(self.messages).to_have_count(before + 1)
        expect(self.see("#cust-text")).to_have_value("")
        self.at(stage)
        return self.number

    def at(self, stage: str) -> None:
        """Waits until the status card shows the stage."""
        expect(self.see("#cust-status")).to_have_attribute("data-stage", stage)

    def event(self, name: str, **data: object) -> dict[str, Any]:
        """An event of the page, called without the page; its answer."""
        reply = self.post(self.numbers()[name], [], event_data={"id": "x", "zone": "UTC", **data})
        assert reply.status == 200, reply.text()
        answer: dict[str, Any] = reply.json()["data"][0]
        return answer


class Agent(Person):
    """A member of the staff on `/agent/`."""

    path = "/agent/"

    def ready(self) -> None:
        expect(self.see("html[data-con='ready']")).to_be_attached()
        expect(self.see("#live [data-on='1']")).to_be_attached()

    def line(self, number: str) -> Locator:
        """The ticket's line in the queue."""
        return self.see("#con-list .con-line").filter(has_text=f"#{number}")

    def open(self, number: str, tab: str = "open") -> None:
        """Opens the ticket from a tab of the queue, from behind the bar of new ones if it waits there."""
        if self.see(f"#con-tab-{tab}").get_attribute("aria-pressed") != "true":
            self.see(f"#con-tab-{tab}").click()
            expect(self.see("#con-queue")).to_have_attribute("aria-busy", "false")
        self.page.wait_for_function(_IN_SIGHT, arg=f"#{number}")
        self.line(number).click()
        expect(self.see("#con-head .con-number")).to_have_text(f"#{number}")
        expect(self.see("#con-work")).to_have_attribute("aria-busy", "false")

    def claim(self, number: str, tab: str = "open") -> None:
        """Opens the ticket and takes it up."""
        self.open(number, tab)
        self.see("#con-claim").click()
        expect(self.see("#con-claim")).to_have_count(0)
        expect(self.see("#con-actions #con-escalate")).to_be_visible()

    @property
    def ticket(self) -> str:
        """The id of the ticket on screen."""
        found = self.see(".con-line[aria-current=true]").get_attribute("data-ticket")
        assert found
        return found

    def write(self, text: str) -> None:
        """Puts a text into the editor, in place of what was there."""
        box = self.see("#con-editor textarea")
        if not box.is_visible():
            self.see("#con-edit").click()
        box.fill(text)

    @property
    def editor(self) -> Locator:
        return self.see("#con-editor textarea")

    def call(self, port: str, **fields: object) -> dict[str, Any]:
        """A call of the console, made without the page; its answer."""
        reply = self.post(self.numbers()[port], [json.dumps({"n": 1, **fields})])
        assert reply.status == 200, reply.text()
        answer: dict[str, Any] = json.loads(reply.json()["data"][0])
        return answer

    def told(self, code: str) -> Locator:
        """The message line, once it shows a refusal or warning of that code; `""` = that all went well."""
        line = self.see(f"#con-say[data-code='{code}']")
        expect(line).to_be_visible()
        return line.locator("p")

    def answered(self, dialog: str, comment: str = "", reason: str = "") -> None:
        """Fills a dialog that is open and confirms it."""
        if reason:
            self.see(f"#con-dialog-{dialog} input[value={reason}]").check()
        if comment:
            self.see(f"#con-{dialog}-comment").fill(comment)
        self.see(f"#con-{dialog}-go").click()


def customer(browser: Browser, desk: Desk, *, locale: str = "zh-CN", width: int = 1440, **options: Any) -> Customer:
    """A new customer whose page is open."""
    context = browser.new_context(locale=locale, viewport={"width": width, "height": 900}, **options)
    someone = Customer(context, desk)
    someone.visit()
    return someone


def agent(
    browser: Browser, desk: Desk, name: str, *, locale: str = "zh-CN", width: int = 1440, **options: Any
) -> Agent:
    """A member of the staff, logged in, whose console is open."""
    with closing(desk.browser(name)) as client:
        token = client.cookies[SESSION]
    context = browser.new_context(locale=locale, viewport={"width": width, "height": 900}, **options)
    context.add_cookies([{"name": SESSION, "value": token, "url": desk.url, "httpOnly": True, "sameSite": "Lax"}])
    someone = Agent(context, desk)
    someone.visit()
    return someone
