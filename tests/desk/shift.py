"""A shift that is killed: one process keeps the modules loaded and forks workers, which say what was confirmed to them.

Run as `python -m tests.desk.shift DATA_DIR`. Every line on stdin is a round: a worker writes messages and sends replies
until it is killed. A worker's lines: `ready`, then `asked <customer> <nonce>` and `sent <ticket> <hash>`, each written
after the desk had confirmed it.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from assistant.bootstrap import App
from assistant.desk.errors import DeskError
from assistant.settings import load_settings
from assistant.user import Role, User

AGENT = User("agent-1", "agent", Role.AGENT)


def work(data_dir: Path, round_: int) -> None:
    """Asks as many customers and answers each as a person would, for as long as the process lives."""
    app = App(load_settings(data_dir=data_dir, messages_per_minute=600))
    app.drafting.close()  # a person writes: drafts are another process's work
    with app.database.writing() as records:
        if records.users.get(AGENT.id) is None:
            records.users.add(AGENT, "no password opens this")
    _say("ready")
    n = 0
    while True:
        n += 1
        customer, nonce = f"customer-{round_}-{n}", f"nonce-{round_}-{n:04}"
        app.customer_desk.send(customer, "提现两小时还没到账", nonce=nonce, locale="zh-CN")
        _say(f"asked {customer} {nonce}")
        for item in app.review_desk.queue(AGENT).items[:1]:
            try:
                view = app.review_desk.open(AGENT, item.ticket_id)
                view = app.review_desk.claim(AGENT, item.ticket_id)
                view = app.review_desk.edit(
                    AGENT, item.ticket_id, view.ticket.version, "您好，我们已收到，正在为您核对。"
                )
                assert view.draft is not None
                app.review_desk.approve(AGENT, item.ticket_id, view.ticket.version, view.draft.sha256, confirmed=False)
            except DeskError as error:
                _say(f"refused {error.code}")
                continue
            _say(f"sent {item.ticket_id} {view.draft.sha256}")


def _say(line: str) -> None:
    os.write(1, f"{line}\n".encode())


def main() -> None:
    """Forks a worker per line of stdin and says its process id."""
    data_dir = Path(sys.argv[1])
    load_settings(data_dir=data_dir)
    for round_, _ in enumerate(sys.stdin):
        worker = os.fork()
        if worker == 0:
            work(data_dir, round_)
        _say(f"pid {worker}")
        _, status = os.waitpid(worker, 0)
        _say(f"ended {status}")


if __name__ == "__main__":
    main()
