"""The `proofdesk` command. Data goes to stdout, everything else to stderr; see `docs/cli.md`."""

from __future__ import annotations

import io
import logging
import os
import sys
import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer

from assistant.batch import BadRow, read_batch
from assistant.bootstrap import App
from assistant.chain.intake import accept_turns
from assistant.chain.triage import retrieval_query, triage
from assistant.cli_desk import audit_cli, db_cli, eta, ratings, user_cli
from assistant.cli_knowledge import corpus_cli
from assistant.compliance.selfcheck import run as check_policy
from assistant.customer import reply_language, residence
from assistant.doctor import run_checks
from assistant.errors import InquiryError, ProofdeskError
from assistant.firewall.firewall import redact_report
from assistant.model import Inquiry, Level
from assistant.presenter import answer_json, hit_json, manifest_json, verify_problems
from assistant.terminal import Json, open_app, print_json, say
from corpus.ingest import IngestResult
from corpus.locales import fallbacks

log = logging.getLogger(__name__)

cli = typer.Typer(
    name="proofdesk",
    help="A support desk whose every answer cites evidence, is screened by policy and approved by a person.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    add_completion=False,
)
index_cli = typer.Typer(help="Build and check the retrieval index.", no_args_is_help=True)
policy_cli = typer.Typer(help="Check the policy pack.", no_args_is_help=True)
cli.add_typer(index_cli, name="index")
cli.add_typer(policy_cli, name="policy")
cli.add_typer(corpus_cli, name="corpus")
cli.add_typer(user_cli, name="user")
cli.add_typer(db_cli, name="db")
cli.add_typer(audit_cli, name="audit")
cli.command("ratings")(ratings)
cli.command("eta")(eta)

_log = logging.getLogger(__name__)
FIRST_ADMIN = "admin"

Locale = Annotated[str | None, typer.Option(help="Language of the reply (BCP-47); detected when left out.")]
Jurisdiction = Annotated[str | None, typer.Option(help="Customer's residence, ISO 3166 (HK, GB, CN, …).")]
Plain = Annotated[bool, typer.Option("--plain", help="In plain words, every term of the glossary explained.")]
AsOf = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Answer from what was valid on this day.")]


def _day(moment: datetime | None) -> date | None:
    return moment.date() if moment else None


def _checked(read: Callable[[str], str], value: str | None, option: str) -> str | None:
    try:
        return None if value is None else read(value)
    except InquiryError as error:
        raise typer.BadParameter(str(error), param_hint=option) from error


def _answering(app: App) -> App:
    """The app with an index, built now if there is none."""
    try:
        missing = app.knowledge.status() is None
    except ProofdeskError:
        return app  # whoever searches is told; an emergency is answered without an index
    if missing:
        say("No index yet: building it from the documents.")
        app.knowledge.build()
    return app


@cli.command()
def ask(
    question: Annotated[str | None, typer.Argument(help="The customer's message.")] = None,
    turn: Annotated[
        list[str] | None, typer.Option(help="A message of the conversation, oldest first; repeatable.")
    ] = None,
    batch: Annotated[
        Path | None, typer.Option(help="File of {id, text} or {id, turns} rows, one JSON object a line.")
    ] = None,
    locale: Locale = None,
    jurisdiction: Jurisdiction = None,
    as_of: AsOf = None,
    plain: Plain = False,
    as_json: Json = False,
) -> None:
    """Draft an answer to a question: a dry run, without ticket or audit.

    The question is the last message of the conversation that the --turn options begin.
    """
    language = _checked(reply_language, locale, "--locale")
    country, day = _checked(residence, jurisdiction, "--jurisdiction"), _day(as_of)
    level = Level.PLAIN if plain else None
    if batch is not None:
        if question is not None or turn:
            raise typer.BadParameter("give either a question or --batch")
        _ask_batch(batch, language, country, day, level)
        return
    turns = (*(turn or ()), *((question,) if question is not None else ()))
    if not turns:
        raise typer.BadParameter("give a question, --turn or --batch")
    inquiry = Inquiry(uuid.uuid4().hex, turns, language, country, day, channel="cli", level=level)
    answer = _answering(open_app()).chain.answer(inquiry)
    if as_json:
        print_json(answer_json(answer))
        return
    typer.echo(answer.text)
    reason = f" ({answer.handoff_reason})" if answer.handoff_reason else ""
    say(f"\n{answer.action}{reason} · {answer.disposition} · confidence {answer.confidence:.2f}")
    for citation in answer.citations:
        say(f"[{citation.n}] {citation.document_id} · {citation.title}")


def _ask_batch(
    path: Path, locale: str | None, jurisdiction: str | None, as_of: date | None, level: Level | None
) -> None:
    rows = tuple(read_batch(path, locale=locale, jurisdiction=jurisdiction, as_of=as_of, level=level))
    chain = _answering(open_app()).chain
    failed = 0
    for row in rows:
        if isinstance(row, BadRow):
            failed += 1
            print_json({"id": row.id, "error": row.message})
            continue
        try:
            print_json(answer_json(chain.answer(row)))
        except ProofdeskError as error:
            failed += 1
            print_json({"id": row.id, "error": str(error)})
        except Exception as error:  # a defect of ours in one row must not lose the others
            failed += 1
            log.debug("row %s failed", row.id, exc_info=error)
            print_json({"id": row.id, "error": f"unexpected error ({type(error).__name__})"})
    if failed:
        say(f"{failed} rows could not be answered.")
        raise typer.Exit(1)


def _variants(language: str) -> tuple[str, ...]:
    """The locales that are read for a language: `zh-TW` is served by zh-CN articles."""
    return tuple(locale for locale in fallbacks(language) if locale.split("-")[0] == language.split("-")[0])


@cli.command()
def search(
    text: Annotated[str, typer.Argument(help="What to look for.")],
    k: Annotated[int, typer.Option("-k", min=1, max=200, help="How many passages.")] = 10,
    as_of: AsOf = None,
    lang: Annotated[str | None, typer.Option(help="Only passages in this language (BCP-47).")] = None,
    as_json: Json = False,
) -> None:
    """Search the knowledge base by the same function that answers use. One JSON object per hit and line."""
    language = _checked(reply_language, lang, "--lang")
    app = _answering(open_app())
    inquiry = Inquiry("search", accept_turns((app.firewall.screen(text).text,)), as_of=_day(as_of))
    question = triage(inquiry, app.vocabulary, app.settings.default_locale, today=app.clock().date())
    query = replace(retrieval_query(question, k=k), locales=_variants(language) if language else ())
    hits = app.retriever.search(query).hits
    if not hits:
        say("Nothing found.")
    for hit in hits:
        if as_json:
            print_json(hit_json(hit))
        else:
            passage = hit.passage
            typer.echo(f"{hit.score:7.3f}  {passage.document_id} [{passage.locale}] {passage.text[:100]!r}")


@cli.command()
def ingest(
    paths: Annotated[list[Path], typer.Argument(help="Files or folders of documents.")],
    draft: Annotated[bool, typer.Option("--draft", help="Keep them as drafts, which answer nothing yet.")] = False,
    as_json: Json = False,
) -> None:
    """Take documents into the knowledge base. A bad file is refused by name; the rest goes in."""

    def told(done: int, total: int, result: IngestResult) -> None:
        if sys.stderr.isatty():
            typer.echo(f"\r{done}/{total} {result.name[:60]:60}", err=True, nl=done == total)

    report = open_app().knowledge.ingest(paths, draft=draft, progress=told)
    if not report.results:
        say("There is no file in it: give files, or folders that hold some.")
    for result in report.results:
        if as_json:
            print_json(
                {
                    "path": str(result.path),
                    "part": result.part or None,
                    "status": result.status,
                    "document_id": result.document_id,
                    "locale": result.locale,
                    "passages": result.passages,
                    "error": result.message or None,
                }
            )
        else:
            part = f" › {result.part}" if result.part else ""
            typer.echo(f"{result.status:9}  {result.path}{part}  {result.message or result.document_id}")
    if report.failed:
        raise typer.Exit(1)


@index_cli.command("build")
def index_build(as_json: Json = False) -> None:
    """Build a snapshot of all documents. What has not changed is not embedded again."""
    manifest = open_app().knowledge.build()
    if as_json:
        print_json(manifest_json(manifest))
    else:
        typer.echo(f"snapshot {manifest.id}: {manifest.documents} documents, {manifest.passages} passages")


@index_cli.command("status")
def index_status(as_json: Json = False) -> None:
    """Say which snapshot serves."""
    manifest = open_app().knowledge.status()
    if as_json:
        print_json(manifest_json(manifest))
    elif manifest is None:
        typer.echo("not built")
    else:
        typer.echo(f"snapshot {manifest.id} of {manifest.created}: {manifest.passages} passages, {manifest.embedder}")


@index_cli.command("verify")
def index_verify(as_json: Json = False) -> None:
    """Check every file of the snapshot against its manifest."""
    report = open_app().knowledge.verify()
    problems = verify_problems(report)
    if as_json:
        print_json({"ok": report.ok, "snapshot": report.current, "problems": problems})
    else:
        typer.echo(f"snapshot {report.current or 'none'}: {'ok' if report.ok else '; '.join(problems)}")
    if not report.ok:
        raise typer.Exit(1)


@index_cli.command("rollback")
def index_rollback(as_json: Json = False) -> None:
    """Serve the newest sound snapshot before the current one."""
    manifest = open_app().knowledge.rollback()
    if as_json:
        print_json(manifest_json(manifest))
    else:
        typer.echo(f"snapshot {manifest.id} of {manifest.created} serves now")


@cli.command()
def redact(
    as_json: Annotated[bool, typer.Option("--json", help="Always so; accepted like everywhere.")] = True,  # noqa: ARG001
) -> None:
    """Read text from stdin; print it with secrets destroyed and personal data masked, as JSON with spans."""
    text = sys.stdin.buffer.read().decode("utf-8", errors="replace")
    print_json(redact_report(text))


@policy_cli.command("check")
def policy_check(as_json: Json = False) -> None:
    """Run every rule against its own examples."""
    report = check_policy(open_app().policy)
    if as_json:
        print_json(
            {
                "ok": report.ok,
                "version": report.version,
                "rules": report.rules,
                "fixtures": report.fixtures,
                "failures": list(report.failures),
            }
        )
    else:
        typer.echo(f"{report.version}: {report.rules} rules, {report.fixtures} fixtures")
        for failure in report.failures:
            typer.echo(failure)
    if not report.ok:
        raise typer.Exit(1)


@cli.command()
def doctor(as_json: Json = False) -> None:
    """Try every part and say what is wrong and how to mend it."""
    checks = run_checks(open_app())
    ok = all(check.ok for check in checks)
    if as_json:
        rows = [{"name": c.name, "ok": c.ok, "detail": c.detail, "hint": c.hint} for c in checks]
        print_json({"ok": ok, "checks": rows})
    else:
        for check in checks:
            typer.echo(f"{'ok  ' if check.ok else 'FAIL'} {check.name:12} {check.detail} {check.hint}".rstrip())
    if not ok:
        raise typer.Exit(1)


@cli.command()
def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on; PROOFDESK_HOST otherwise.")] = None,
    port: Annotated[int | None, typer.Option(min=0, max=65535, help="Port; PROOFDESK_PORT otherwise.")] = None,
) -> None:
    """Serve the customer's page and the agents' console."""
    from assistant.ui.server import run_server

    app = open_app()
    app.knowledge.build()  # follows an upgrade of the shipped documents; at once when nothing changed
    password = app.people.ensure_admin(FIRST_ADMIN)
    first_login = (FIRST_ADMIN, password) if password else None
    run_server(app, host or app.settings.host, port if port is not None else app.settings.port, first_login)


def main() -> None:
    """Runs the command. An error is a message and exit code 1, never a traceback."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # Chinese and JSON are UTF-8 whatever the terminal's locale says; a lone surrogate is shown escaped.
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    sys.exit(_guarded(lambda: cli(standalone_mode=True)))


def _guarded(command: Callable[[], None]) -> int:
    try:
        command()
    except ProofdeskError as error:
        say(f"proofdesk: {error}")
        return 1
    except BrokenPipeError:
        # The reader has gone (`proofdesk search … | head`); Python would complain once more at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except OSError as error:
        say(f"proofdesk: {error.strerror or error}: {error.filename or ''}".rstrip(": "))
        return 1
    except Exception as error:
        # A defect of ours. Its text is not shown: it may quote what the customer wrote.
        _log.debug("unexpected error", exc_info=True)
        say(
            f"proofdesk: Unexpected error ({type(error).__name__}). Run `proofdesk doctor`; "
            "with PROOFDESK_LOG_LEVEL=DEBUG the log shows where it happened."
        )
        return 1
    return 0
