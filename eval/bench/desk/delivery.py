"""How soon one person's page shows what another person did, in a real browser, while many other pages are open.

A customer in one browser context asks; an agent in another sees the ticket, claims it and approves the draft; the
customer sees the answer. Times are taken in the pages themselves: from the click to the animation frame that follows
the change of the document, by the machine's clock, which both pages share.

The other pages are HTTP clients with cookies of their own. They hold real event streams and, told of a change, read
again as the page does. They render nothing, so the browser has only the two pages to draw.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

from assistant.ui.staff import STAFF_COOKIE
from eval.bench.desk.chromium import browser
from eval.bench.desk.figure import percentiles
from eval.bench.desk.idle import AGENTS, CUSTOMERS, check_open, open_pages
from eval.bench.desk.office import Office
from eval.bench.desk.server import Server
from eval.bench.desk.visitors import Customer
from eval.bench.quiet import OtherLoad
from eval.errors import MeasurementError

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

ROUNDS = 40
WAITING = 10
"""Tickets of other customers that wait in the queue all the time."""
_TIMEOUT_MS = 30_000
_SETTLE_S = 0.6
QUESTIONS = (
    "USDT 提现一般多久到账？",
    "怎么开启谷歌验证器？",
    "充值需要几个网络确认？",
    "提现手续费怎么算？",
    "身份认证要准备什么材料？",
)
# `bench.at` is when the button was pressed; `bench.seen` resolves with the time of the frame in which `ready` was true.
_CLOCK = """
(() => {
  const bench = (window.bench = { at: 0 });
  bench.press = (selector) => document.addEventListener("click", (event) => {
    if (event.target.closest?.(selector)) bench.at = Date.now();
  }, true);
  bench.watch = (ready) => {
    bench.seen = new Promise((done) => {
      const look = () => {
        if (!ready()) return;
        observer.disconnect();
        requestAnimationFrame(() => done(Date.now()));
      };
      const observer = new MutationObserver(look);
      observer.observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
      look();
    });
  };
})();
"""
_NEW_TICKET = "bench.watch(() => !document.querySelector('#con-new').hidden)"
_NEW_REPLY = "bench.watch(() => document.querySelector('#cust-log .cust-entry[data-kind=reply]'))"
_SEEN = "bench.seen"


def measure_delivery(office: Office, *, rounds: int, say: Callable[[str], None]) -> dict[str, Any]:
    """Percentiles of both ways over `rounds` customers, one after the other.

    Raises:
        MeasurementError: no browser, or a page did not do what it was to do.
    """
    load = OtherLoad()
    with ExitStack() as stack:
        server = stack.enter_context(office.serve())
        pages = open_pages(office, server, customers=CUSTOMERS, agents=AGENTS)
        for page in pages:
            stack.callback(page.close)
        for page in [page for page in pages if isinstance(page, Customer)][:WAITING]:
            page.ask(QUESTIONS[0])
        office.wait_for_drafts()
        chromium = stack.enter_context(browser())
        console = _console(chromium, server, office.agents(1)[0])
        say(f"Delivery: {rounds} questions with {len(pages)} other pages open.")
        _round(chromium, server, console, QUESTIONS[0])  # to warm up
        times = [_round(chromium, server, console, QUESTIONS[n % len(QUESTIONS)]) for n in range(rounds)]
        check_open(pages)
    return {
        "other_load": load.share(),
        "other_pages": len(pages),
        "other_agents": AGENTS,
        "waiting_tickets": WAITING,
        "ask_to_queue": percentiles([asked for asked, _ in times]),
        "approve_to_customer": percentiles([approved for _, approved in times]),
    }


def _console(chromium: Browser, server: Server, token: str) -> Page:
    context = chromium.new_context(locale="zh-CN", viewport={"width": 1440, "height": 900})
    context.add_cookies([{"name": STAFF_COOKIE, "value": token, "url": server.url}])
    page = context.new_page()
    page.set_default_timeout(_TIMEOUT_MS)
    page.add_init_script(_CLOCK)
    page.goto(f"{server.url}/agent/")
    page.wait_for_selector("html[data-con=ready][data-live=on]", state="attached")
    page.evaluate("bench.press('#con-approve')")
    return page


def _round(chromium: Browser, server: Server, console: Page, question: str) -> tuple[float, float]:
    """Seconds from asking to the queue, and from approving to the customer.

    Raises:
        MeasurementError: a page did not do what it was to do.
    """
    from playwright.sync_api import Error

    context = chromium.new_context(locale="zh-CN", viewport={"width": 390, "height": 844})
    try:
        customer = context.new_page()
        customer.set_default_timeout(_TIMEOUT_MS)
        customer.add_init_script(_CLOCK)
        customer.goto(server.url)
        customer.wait_for_selector("html[data-live=on] #cust-text")
        _show_queue(console)
        return _asked(customer, console, question), _approved(customer, console)
    except Error as error:
        raise MeasurementError(f"A page did not do what it was to do: {error.message.splitlines()[0]}") from error
    finally:
        context.close()


def _show_queue(console: Page) -> None:
    """The queue as it is now, with nothing behind the bar of new tickets."""
    time.sleep(_SETTLE_S)  # the last round's hints, and what the customer's page still loads
    if console.locator("#con-new").is_visible():
        console.click("#con-new")
    console.wait_for_selector("#con-new", state="hidden")


def _asked(customer: Page, console: Page, question: str) -> float:
    known = set(_tickets(console))
    console.evaluate(_NEW_TICKET)
    customer.evaluate("bench.press('#cust-send')")
    customer.evaluate(_NEW_REPLY)
    customer.fill("#cust-text", question)
    customer.click("#cust-send")
    seen = float(console.evaluate(_SEEN))
    seconds = (seen - float(customer.evaluate("bench.at"))) / 1000
    console.click("#con-new")
    new = [ticket for ticket in _tickets(console) if ticket not in known]
    if len(new) != 1:
        raise MeasurementError(f"The queue showed {len(new)} new tickets for one question.")
    console.click(f'.con-line[data-ticket="{new[0]}"]')
    return seconds


def _approved(customer: Page, console: Page) -> float:
    console.wait_for_selector("#con-draft:not([hidden])")
    console.click("#con-claim")
    console.wait_for_selector("#con-approve")
    if console.locator("#con-confirm").count():
        console.check("#con-confirm")
    time.sleep(_SETTLE_S)  # the agent reads; the hints of claiming have been heard
    console.click("#con-approve")
    seen = float(customer.evaluate(_SEEN))
    return (seen - float(console.evaluate("bench.at"))) / 1000


def _tickets(console: Page) -> list[str]:
    found: list[str] = console.eval_on_selector_all(
        ".con-line[data-ticket]", "lines => lines.map(l => l.dataset.ticket)"
    )
    return found
