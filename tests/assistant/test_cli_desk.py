"""The operator's commands over a real desk in an empty folder."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from assistant.bootstrap import App
from assistant.settings import load_settings
from assistant.storage.replies import Replies
from assistant.ticket import Rating
from assistant.user import Role
from tests.assistant.conftest import Result, Run
from tests.storage.samples import NOW, later, whole_story


@pytest.fixture
def data_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data directory that nothing has been written to yet."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PROOFDESK_DATA_DIR", str(tmp_path / "var"))
    return tmp_path / "var"


@pytest.fixture
def desk(data_dir: Path) -> Iterator[App]:
    """The desk that the commands work on, as the server would have it open."""
    with closing(App(load_settings())) as app:
        yield app


def told(done: Result) -> str:
    """The message of a command that failed."""
    assert (done.code, done.out) == (1, "")
    assert done.err.startswith("proofdesk: ")
    return done.err


class TestUser:
    def test_add_prints_the_password_alone(self, run: Run, desk: App) -> None:
        done = run("user", "add", "Alice", "--role", "supervisor")
        assert done.code == 0
        [once] = done.out.splitlines()
        assert "alice is an account now (supervisor)" in done.err
        assert "7 days" in done.err
        assert once not in done.err
        _, user = desk.people.log_in("alice", once, address="192.0.2.1")
        assert (user.role, user.must_change_password) == (Role.SUPERVISOR, True)

    def test_add_makes_an_agent_unless_told_otherwise(self, run: Run, desk: App) -> None:
        [row] = run("user", "add", "小王", "--json").rows
        assert row["name"] == "小王"
        assert desk.people.log_in("小王", row["one_time_password"], address="192.0.2.1")[1].role is Role.AGENT

    @pytest.mark.parametrize("arguments", [("add", "alice", "--role", "owner"), ("role", "alice", "god"), ("add",)])
    def test_wrong_usage_is_exit_code_2(self, run: Run, arguments: tuple[str, ...]) -> None:
        done = run("user", *arguments)
        assert (done.code, done.out) == (2, "")

    def test_refusals_say_what_to_do(self, run: Run) -> None:
        run("user", "add", "alice", "--role", "admin")
        assert "letters of any script" in told(run("user", "add", "two words"))
        assert "proofdesk user role alice agent" in told(run("user", "add", "ALICE"))
        assert "Make somebody else an admin first" in told(run("user", "disable", "alice"))
        assert "Make somebody else an admin first" in told(run("user", "role", "alice", "agent"))
        for command in (("disable",), ("enable",), ("reset",)):
            assert "proofdesk user list" in told(run("user", *command, "nobody"))

    def test_list_shows_everybody(self, run: Run) -> None:
        empty = run("user", "list")
        assert (empty.code, empty.out) == (0, "")
        assert "proofdesk user add" in empty.err
        for name in ("cem", "amy"):
            run("user", "add", name)
        run("user", "disable", "cem")
        assert run("user", "list").out.splitlines() == [
            "amy  agent  active, has to choose a password",
            "cem  agent  disabled",
        ]
        assert run("user", "list", "--json").rows == [
            {"name": "amy", "role": "agent", "active": True, "must_change_password": True},
            {"name": "cem", "role": "agent", "active": False, "must_change_password": True},
        ]

    def test_changes_are_seen_by_the_running_desk(self, run: Run, desk: App) -> None:
        [row] = run("user", "add", "amy", "--json").rows
        token, _ = desk.people.log_in("amy", row["one_time_password"], address="192.0.2.1")
        assert run("user", "role", "amy", "supervisor").out.startswith("amy  supervisor")
        user = desk.people.user_of(token)
        assert user is not None
        assert user.role is Role.SUPERVISOR
        assert run("user", "disable", "amy", "--json").rows[0]["active"] is False
        assert desk.people.user_of(token) is None
        assert run("user", "enable", "amy", "--json").rows[0]["active"] is True
        done = run("user", "reset", "amy")
        assert "The old password of amy is void" in done.err
        assert desk.people.log_in("amy", done.out.strip(), address="192.0.2.1")


class TestDatabase:
    def test_status_looks_and_touches_nothing(self, run: Run, data_dir: Path) -> None:
        done = run("db", "status")
        assert done.code == 1
        assert done.out.startswith("not made yet  sqlite")
        assert "proofdesk db upgrade" in done.err
        assert not data_dir.exists()

    def test_upgrade_makes_it_ready(self, run: Run, data_dir: Path) -> None:
        assert run("db", "upgrade").out.startswith("ready  sqlite")
        [row] = run("db", "status", "--json").rows
        assert row["current"] is True
        assert row["revision"] == row["head"]
        assert row["url"].endswith(str(data_dir / "proofdesk.db"))
        assert run("db", "upgrade").code == 0, "again does nothing"

    def test_a_password_in_the_address_is_not_shown(self, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("PROOFDESK_DATABASE_URL", "postgresql+psycopg://amy:s3cret@127.0.0.1:1/desk")
        for command in ("status", "upgrade"):
            done = run("db", command)
            assert done.code == 1
            assert "s3cret" not in done.out + done.err


class TestAudit:
    def test_verify_counts_what_it_checked(self, run: Run) -> None:
        run("user", "add", "amy")
        assert run("audit", "verify").out == "ok: 1 events\n"
        assert run("audit", "verify", "--json").rows == [{"ok": True, "events": 1, "first_bad": None, "problem": None}]

    def test_verify_names_the_event_that_was_changed(self, run: Run, data_dir: Path) -> None:
        for name in ("amy", "ben", "cem"):
            run("user", "add", name)
        with closing(sqlite3.connect(data_dir / "proofdesk.db")) as connection, connection:
            triggers = connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall()
            for (trigger,) in triggers:
                connection.execute(f'DROP TRIGGER "{trigger}"')
            connection.execute("UPDATE audit_event SET actor = 'user:mallory' WHERE seq = 2")
        done = run("audit", "verify")
        assert done.code == 1
        assert done.out.startswith("BROKEN at event 2: ")
        assert "backup" in done.err
        row = run("audit", "verify", "--json").row
        assert (row["ok"], row["first_bad"]) == (False, 2)

    def test_export_is_one_event_a_line(self, run: Run) -> None:
        for name in ("小王", "ben"):
            run("user", "add", name)
        exported = run("audit", "export").rows
        assert [row["action"] for row in exported] == ["user.added", "user.added"]
        assert exported[0]["data"]["name"] == "小王"
        assert run("audit", "export", "--json").rows == exported

    @pytest.mark.parametrize("command", [("audit", "verify"), ("audit", "export"), ("ratings",)])
    def test_a_desk_that_never_ran_is_not_made_by_looking(
        self, run: Run, data_dir: Path, command: tuple[str, ...]
    ) -> None:
        assert "proofdesk db upgrade" in told(run(*command))
        assert not data_dir.exists()


class TestRatings:
    def test_none_is_nothing(self, run: Run) -> None:
        run("db", "upgrade")
        assert (run("ratings").out, run("ratings", "--json").out) == ("", "")

    def test_a_rating_names_the_reply_and_its_topic(self, run: Run, desk: App) -> None:
        with desk.current_database.writing() as records:
            whole_story(records)
            records.ratings.put(Rating("r1", False, ("wrong", "slow"), "没有\x1b[2J解决", later(9)))
        assert run("ratings").out == (
            f"{NOW:%Y-%m-%d}  r1  wd-delayed  not solved (wrong, slow)  '没有\\x1b[2J解决'\n"
        ), "what a customer wrote commands no terminal"
        assert run("ratings", "--json").row == {
            "reply_id": "r1",
            "topic": "wd-delayed",
            "solved": False,
            "reasons": ["wrong", "slow"],
            "comment": "没有\x1b[2J解决",
            "created_at": later(9).isoformat(),
        }
        with desk.current_database.writing() as records:
            records.ratings.put(Rating("r1", True, (), "", later(10)))
        assert "  solved  ''" in run("ratings").out


class TestEta:
    def test_without_history_no_share_is_claimed(self, run: Run) -> None:
        run("db", "upgrade")
        assert run("eta", "--json").row == {"told": 0, "kept": 0, "untold": 0, "share": None}
        assert "no customer was told a time yet" in run("eta").out

    def test_the_share_of_kept_times_is_counted_from_the_replies(
        self, run: Run, desk: App, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        waits = tuple(("wd-delayed", later(hours * 60.0), 30.0 if hours == 30 else 10.0) for hours in range(40))
        monkeypatch.setattr(Replies, "waits", lambda _self: waits)
        run("db", "upgrade")
        assert run("eta", "--json").row == {"told": 20, "kept": 19, "untold": 20, "share": 0.95}
        assert run("eta").out.startswith("kept 19 of 20 (95%; aimed at 80 %), 20 questions")
