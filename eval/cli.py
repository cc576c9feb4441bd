"""The `proofdesk-eval` command. Data goes to stdout, everything else to stderr; see `docs/cli.md`."""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Mapping
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from time import perf_counter
from typing import Annotated, Any, Protocol

import typer

from assistant.bootstrap import App
from assistant.settings import load_settings
from corpus.errors import ProofdeskError
from eval.beir_folder import read_beir
from eval.bench.answer import bench_answer, shipped_settings
from eval.bench.desk.bench import bench_desk
from eval.bench.index.bench import DOCUMENTS, bench_index
from eval.bench.start import bench_start
from eval.calibrate import fit, observe, refuse_overlap
from eval.cases import load_cases, load_questions
from eval.provenance import provenance
from eval.report import as_text
from eval.suites.answers import load_wanted, run_answers
from eval.suites.beir import run_beir
from eval.suites.contradictions import measure_contradictions
from eval.suites.plain import load_plain, run_plain
from eval.suites.smoke import run_smoke
from index.confidence import SHIPPED

REGRESSION = 3
"""Exit code when a bar of the suite is not met."""

cli = typer.Typer(
    name="proofdesk-eval",
    help="Measure answers, retrieval, confidence and speed.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    add_completion=False,
)


class Report(Protocol):
    """What a suite found."""

    @property
    def passed(self) -> bool:
        """Whether every bar is met."""
        ...

    def to_json(self) -> dict[str, Any]:
        """The figures."""
        ...


class Suite(StrEnum):
    """What `run` can run."""

    SMOKE = "smoke"
    PLAIN = "plain"
    CONTRADICTIONS = "contradictions"
    ANSWERS = "answers"


class Bench(StrEnum):
    """What `bench` can time."""

    ANSWER = "answer"
    START = "start"
    DESK = "desk"
    INDEX = "index"


Json = Annotated[bool, typer.Option("--json", help="Print one line of JSON instead of text.")]


@cli.command()
def run(
    suite: Annotated[Suite, typer.Argument(help="Which suite.")],
    as_json: Json = False,
    out: Annotated[Path | None, typer.Option(help="Write the JSON to this file as well.")] = None,
) -> None:
    """Run a suite over the real chain. Exit code 3: a bar is not met."""
    _say(f"Running the suite {suite}.")
    report: Report
    match suite:
        case Suite.SMOKE:
            report = run_smoke(load_cases(), say=_say)
        case Suite.PLAIN:
            report = run_plain(load_plain(), say=_say)
        case Suite.CONTRADICTIONS:
            report = measure_contradictions(say=_say)
        case Suite.ANSWERS:
            report = run_answers(load_wanted(), say=_say)
    value = report.to_json()
    if out is not None:
        out.write_text(json.dumps(value, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    _print(value, as_json=as_json)
    if not report.passed:
        _say("A bar is not met.")
        raise typer.Exit(REGRESSION)


@cli.command()
def beir(
    folder: Annotated[Path, typer.Argument(help="Folder with corpus.jsonl, queries.jsonl and qrels/test.tsv.")],
    as_json: Json = False,
) -> None:
    """Measure retrieval on a BEIR folder; nothing is fitted on it."""
    _print(run_beir(App(load_settings()), read_beir(folder), say=_say).to_json(), as_json=as_json)


@cli.command()
def bench(
    name: Annotated[Bench, typer.Argument(help="What to time.")],
    documents: Annotated[int, typer.Option(min=1, help="For `index`: how many documents it has.")] = DOCUMENTS,
    as_json: Json = False,
) -> None:
    """Time the shipped configuration and print ratios: absolute times drift with the machine."""
    match name:
        case Bench.ANSWER:
            report = bench_answer(load_cases(), say=_say)
        case Bench.START:
            report = bench_start(say=_say)
        case Bench.DESK:
            report = bench_desk(say=_say)
        case Bench.INDEX:
            report = bench_index(documents, say=_say)
    _print(report, as_json=as_json)


@cli.command()
def calibrate(
    as_json: Json = False,
    out: Annotated[Path, typer.Option(help="Where to write the model.", show_default="the shipped one")] = SHIPPED,
) -> None:
    """Fit the confidence on the calibration questions and write its coefficients and threshold."""
    started, begin = datetime.now(UTC), perf_counter()
    questions = load_questions()
    refuse_overlap(questions, load_cases())
    with tempfile.TemporaryDirectory(prefix="proofdesk-calibrate-") as data_dir:
        app = App(shipped_settings(Path(data_dir)))
        _say(f"Searching for {len(questions)} questions.")
        observations = observe(app, questions)
        fitted = fit(observations, snapshot=app.retriever.snapshot_id, day=started.date())
        report = fitted.to_json() | {"provenance": provenance(app, started, perf_counter() - begin)}
        app.retriever.close()
    out.write_text(fitted.confidence.model_dump_json(indent=2) + "\n", encoding="utf-8")
    _say(f"Wrote {out}.")
    _print(report, as_json=as_json)


def main() -> None:
    """Runs the command. An error that the user can mend is a message and exit code 1, never a traceback."""
    try:
        cli()
    except ProofdeskError as error:
        _say(f"proofdesk-eval: {error}")
        sys.exit(1)
    except OSError as error:
        _say(f"proofdesk-eval: {error.strerror or error}: {error.filename or ''}".rstrip(": "))
        sys.exit(1)


def _print(report: Mapping[str, Any], *, as_json: bool) -> None:
    typer.echo(json.dumps(report, ensure_ascii=False) if as_json else as_text(report))


def _say(message: str) -> None:
    typer.echo(message, err=True)


if __name__ == "__main__":
    main()
