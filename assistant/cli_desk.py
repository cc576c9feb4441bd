"""The operator's commands: people, database, audit log, ratings. Data goes to stdout, messages to stderr."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from typing import Annotated, Any

import typer

from assistant import audit
from assistant.desk.status import HISTORY
from assistant.people.names import normalise
from assistant.people.people import People
from assistant.review.eta import SHARE_PERCENT, Wait, backtest
from assistant.storage.database import Database, DatabaseStatus
from assistant.terminal import Json, open_app, print_json, say
from assistant.ticket import Rating
from assistant.user import Role, User

user_cli = typer.Typer(help="Accounts of agents, supervisors and admins.", no_args_is_help=True)
db_cli = typer.Typer(help="The database of tickets, people and the audit log.", no_args_is_help=True)
audit_cli = typer.Typer(help="The record of everything that happened.", no_args_is_help=True)

Name = Annotated[str, typer.Argument(help="The name they log in with.")]


@user_cli.command("add")
def user_add(
    name: Name,
    role: Annotated[Role, typer.Option(help="What they may do; a higher role may do what a lower one may.")] = (
        Role.AGENT
    ),
    as_json: Json = False,
) -> None:
    """Make an account and print its one-time password."""
    with _people() as people:
        password = people.add(name, role)
    _show_password(name, password, f"{normalise(name)} is an account now ({role}).", as_json)


@user_cli.command("reset")
def user_reset(name: Name, as_json: Json = False) -> None:
    """Give out a new one-time password for a forgotten one. Ends all sessions of the account."""
    with _people() as people:
        password = people.reset(name)
    _show_password(name, password, f"The old password of {normalise(name)} is void; all its sessions ended.", as_json)


@user_cli.command("list")
def user_list(as_json: Json = False) -> None:
    """List all accounts."""
    with _people() as people:
        users = people.users()
    if not users:
        say("No accounts yet. The first start of the desk makes an admin; `proofdesk user add` makes others.")
    for user in users:
        if as_json:
            print_json(_user_json(user))
        else:
            typer.echo(f"{user.name}  {user.role}  {_state(user)}")


@user_cli.command("role")
def user_role(name: Name, role: Annotated[Role, typer.Argument(help="The new role.")], as_json: Json = False) -> None:
    """Change what somebody may do, from their next click on."""
    with _people() as people:
        _show(people.set_role(name, role), as_json)


@user_cli.command("disable")
def user_disable(name: Name, as_json: Json = False) -> None:
    """Lock an account and end all its sessions. What the person did stays on record."""
    with _people() as people:
        _show(people.set_active(name, False), as_json)


@user_cli.command("enable")
def user_enable(name: Name, as_json: Json = False) -> None:
    """Unlock an account. Its password is the old one; `proofdesk user reset` makes a new one."""
    with _people() as people:
        _show(people.set_active(name, True), as_json)


@contextmanager
def _people() -> Iterator[People]:
    with closing(open_app()) as app:
        yield app.people


@contextmanager
def _database() -> Iterator[Database]:
    """The database as it stands: whoever inspects it wants it neither made nor upgraded."""
    with closing(open_app()) as app:
        yield app.database


def _state(user: User) -> str:
    if not user.active:
        return "disabled"
    return "active, has to choose a password" if user.must_change_password else "active"


def _user_json(user: User) -> dict[str, Any]:
    return {
        "name": user.name,
        "role": user.role.value,
        "active": user.active,
        "must_change_password": user.must_change_password,
    }


def _show(user: User, as_json: bool) -> None:
    if as_json:
        print_json(_user_json(user))
    else:
        typer.echo(f"{user.name}  {user.role}  {_state(user)}")


def _show_password(name: str, password: str, message: str, as_json: bool) -> None:
    if as_json:
        print_json({"name": normalise(name), "one_time_password": password})
        return
    say(f"{message} This password is shown once, holds for 7 days and has to be changed at the first login:")
    typer.echo(password)


@db_cli.command("upgrade")
def db_upgrade(as_json: Json = False) -> None:
    """Make the database, or bring it to this release. Make a backup first."""
    with _database() as database:
        database.upgrade()
        _show_status(database.status(), as_json)


@db_cli.command("status")
def db_status(as_json: Json = False) -> None:
    """Say where the database is and whether it is that of this release."""
    with _database() as database:
        status = database.status()
    _show_status(status, as_json)
    if not status.current:
        say("Run `proofdesk db upgrade`; starting the desk does it, too.")
        raise typer.Exit(1)


def _show_status(status: DatabaseStatus, as_json: bool) -> None:
    if as_json:
        print_json({"current": status.current, "revision": status.revision, "head": status.head, "url": status.url})
    else:
        state = "ready" if status.current else f"revision {status.revision}" if status.revision else "not made yet"
        typer.echo(f"{state}  {status.url}")


@audit_cli.command("verify")
def audit_verify(as_json: Json = False) -> None:
    """Recompute every hash of the record, and those of all messages, drafts and replies."""
    with _database() as database:
        report = audit.verify(database)
    if as_json:
        print_json(
            {"ok": report.ok, "events": report.events, "first_bad": report.first_bad, "problem": report.problem or None}
        )
    elif report.ok:
        typer.echo(f"ok: {report.events} events")
    else:
        where = f" at event {report.first_bad}" if report.first_bad is not None else ""
        typer.echo(f"BROKEN{where}: {report.problem}")
    if not report.ok:
        say("Something was changed outside of the desk. Keep the database as it is, and compare it with a backup.")
        raise typer.Exit(1)


@audit_cli.command("export")
def audit_export(
    as_json: Annotated[bool, typer.Option("--json", help="Always so; accepted like everywhere.")] = True,  # noqa: ARG001
) -> None:
    """Print every event, oldest first, one JSON object a line."""
    with _database() as database:
        for event in audit.export(database):
            print_json(event)


def ratings(as_json: Json = False) -> None:
    """Print what customers said of the replies, oldest first."""
    with _database() as database, database.reading() as records:
        for rating, topic in records.ratings.all():
            if as_json:
                print_json(_rating_json(rating, topic))
            else:
                verdict = "solved" if rating.solved else f"not solved ({', '.join(rating.reasons) or 'no reason'})"
                day = rating.created_at.date().isoformat()
                typer.echo("  ".join((day, rating.reply_id, topic or "-", verdict, repr(rating.comment))))


def _rating_json(rating: Rating, topic: str) -> dict[str, Any]:
    return {
        "reply_id": rating.reply_id,
        "topic": topic or None,
        "solved": rating.solved,
        "reasons": list(rating.reasons),
        "comment": rating.comment or None,
        "created_at": rating.created_at.isoformat(),
    }


def eta(as_json: Json = False) -> None:
    """Say how often the waiting times that customers were told came true. It walks through all replies so far."""
    with _database() as database, database.reading() as records:
        waits = [
            Wait(sent_at - timedelta(minutes=minutes), minutes, topic)
            for topic, sent_at, minutes in records.replies.waits()
        ]
    result = backtest(waits, window=HISTORY)
    if as_json:
        print_json({"told": result.told, "kept": result.kept, "untold": result.untold, "share": result.share})
    elif result.share is None:
        typer.echo(f"no customer was told a time yet; {result.untold} replies are not enough history")
    else:
        typer.echo(
            f"kept {result.kept} of {result.told} ({result.share:.0%}; aimed at {SHARE_PERCENT} %), "
            f"{result.untold} questions came in before there was enough history"
        )
