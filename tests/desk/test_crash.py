"""The desk's process is killed at any moment: nothing that was confirmed is lost, and nothing is there twice."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

from assistant import audit
from assistant.storage.database import Database
from tests.architecture.tree import ROOT

ROUNDS = 30
READY_S = 60.0


class Shift:
    """Workers over one data directory, killed one after the other; what they confirmed."""

    def __init__(self, data_dir: Path) -> None:
        environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.desk.shift", str(data_dir)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=data_dir.parent,
            env=environment,
            text=True,
        )
        self.confirmed: list[list[str]] = []

    def kill_after(self, confirmations: int, seconds: float) -> None:
        """One worker's life: it ends so many seconds after so many confirmations, in the middle of something."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write("go\n")
        self.process.stdin.flush()
        pid, ready = 0, False
        while not (pid and ready and confirmations <= 0):
            words = self.process.stdout.readline().split()
            if words[0] == "pid":
                pid = int(words[1])
            elif words[0] == "ready":
                ready = True
            else:
                self.confirmed.append(words)
                confirmations -= 1
        time.sleep(seconds)
        os.kill(pid, signal.SIGKILL)
        for line in self.process.stdout:
            words = line.split()
            if words[0] == "ended":
                assert words[1] == str(int(signal.SIGKILL))
                return
            self.confirmed.append(words)

    def end(self) -> None:
        self.process.communicate(timeout=READY_S)


@pytest.mark.slow
def test_thirty_kills_lose_and_double_nothing(tmp_path: Path) -> None:
    data_dir = tmp_path / "var"
    Database(f"sqlite:///{data_dir / 'proofdesk.db'}").upgrade()
    shift = Shift(data_dir)
    moments = random.Random(3)
    try:
        for _ in range(ROUNDS):
            shift.kill_after(moments.randrange(1, 6), moments.uniform(0.0, 0.06))
    finally:
        shift.end()
    done = Counter(words[0] for words in shift.confirmed)
    assert done["asked"] >= ROUNDS
    assert done["sent"] >= ROUNDS // 2
    assert "refused" not in done
    _check(data_dir, shift.confirmed)


def _check(data_dir: Path, confirmed: list[list[str]]) -> None:
    database = Database(f"sqlite:///{data_dir / 'proofdesk.db'}")
    with database.reading() as records:
        for words in confirmed:
            if words[0] == "asked":
                conversation = records.conversations.of_customer(words[1], "web")
                assert conversation is not None
                assert [m.nonce for m in records.messages.of_conversation(conversation.id)] == [words[2]]
            else:
                ticket = records.tickets.get(words[1])
                assert ticket is not None
                replies = records.replies.of_conversation(ticket.conversation_id)
                assert [reply.sha256 for reply in replies] == [words[2]]
    report = audit.verify(database)
    database.close()
    assert report.ok, report.problem
