"""`proofdesk corpus`: what is there, in and out of force, and the very next question sees it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.assistant.conftest import Result, Run

FEE = "---\nid: our-fee\nlocale: en\ntitle: Dormancy fee\ncategory: trading\neffective_from: {}\n{}---\n{}\n"
ASKED = "What is the zebra dormancy fee?"


@pytest.fixture
def corpus(run: Run, own_data_dir: Path) -> Run:
    """Runs `proofdesk corpus … --json` in a data directory of its own."""

    def runner(*arguments: str | Path, **_: Any) -> Result:
        return run("corpus", *arguments, "--json", DATA_DIR=own_data_dir)

    return runner


@pytest.fixture
def take_in(run: Run, own_data_dir: Path, tmp_path: Path) -> Run:
    """Takes a text of the fee in."""

    def runner(text: str | Path, start: str | Path, more: str | Path = "", **_: Any) -> Result:
        path = tmp_path / "our-fee.md"
        path.write_text(FEE.format(start, more, text), encoding="utf-8")
        return run("ingest", path, "--json", DATA_DIR=own_data_dir)

    return runner


@pytest.fixture
def found(run: Run, own_data_dir: Path) -> Run:
    """What a search for the fee finds of it."""

    def runner(*arguments: str | Path, **_: Any) -> Result:
        done = run("search", ASKED, "-k", "20", "--json", *arguments, DATA_DIR=own_data_dir)
        mine = [line for line in done.out.splitlines() if '"our-fee"' in line]
        return Result(done.code, "\n".join(mine), done.err)

    return runner


def test_every_change_shows_in_the_very_next_search(corpus: Run, take_in: Run, found: Run) -> None:
    assert take_in("The zebra dormancy fee is 1 USDT.", "2026-01-01").row["status"] == "added"
    assert "1 USDT" in found().out
    assert take_in("The zebra dormancy fee is 2 USDT.", "2026-03-01").row["status"] == "updated"
    assert "2 USDT" in found().out
    assert "1 USDT" not in found().out
    assert "1 USDT" in found("--as-of", "2026-02-01").out
    assert found("--as-of", "2025-12-31").out == ""

    assert corpus("expire", "our-fee", "2026-06-01").row["done"] == "holds until 2026-06-01"
    assert found().out == ""
    assert "2 USDT" in found("--as-of", "2026-05-31").out
    assert corpus("restore", "our-fee").code == 0
    assert "2 USDT" in found().out

    snapshot = corpus("remove", "our-fee").row["snapshot"]
    assert found().out == ""
    assert found("--as-of", "2026-02-01").out == "", "removed text is cited for no day"
    assert corpus("restore", "our-fee", "--number", "1").row["snapshot"] != snapshot
    assert "1 USDT" in found().out
    assert corpus("publish", "our-fee", "en", "2", "--from", "2026-03-01").code == 0
    assert "2 USDT" in found().out


def test_documents_are_listed_for_a_day_and_a_moment(corpus: Run, take_in: Run) -> None:
    take_in("one", "2026-01-01")
    listed = [row for row in corpus("list").rows if row["document_id"] == "our-fee"]
    assert listed == [
        {
            "document_id": "our-fee",
            "locale": "en",
            "title": "Dormancy fee",
            "category": "trading",
            "version": 1,
            "effective_from": "2026-01-01",
            "effective_until": None,
            "owner": "",
        }
    ]
    for arguments in (("--as-of", "2025-12-31"), ("--known-at", "2026-01-01")):
        assert "our-fee" not in {row["document_id"] for row in corpus("list", *arguments).rows}
    assert len(corpus("list").rows) > 88 * 3


def test_history_shows_and_compares_versions(corpus: Run, take_in: Run) -> None:
    take_in("one", "2026-01-01")
    take_in("two", "2026-03-01")
    rows = corpus("history", "our-fee").rows
    assert [(row["number"], row["effective_from"], row["effective_until"], row["in_force"]) for row in rows] == [
        (2, "2026-03-01", None, True),
        (1, "2026-01-01", "2026-03-01", True),
    ]
    changed = [(row["kind"], row["text"]) for row in corpus("diff", "our-fee", "en", "1", "2").rows]
    assert ("removed", "one") in changed
    assert ("added", "two") in changed
    assert [row["text"] for row in corpus("show", "our-fee").rows if row["kind"] == "prose"] == ["two"]
    assert [row["text"] for row in corpus("show", "our-fee", "--as-of", "2026-02-01").rows] == ["one"]


def test_seed_articles_have_a_history_too(corpus: Run) -> None:
    rows = corpus("history", "wd-delayed").rows
    assert {(row["number"], row["origin"], row["in_force"]) for row in rows} == {(0, "seed", True)}
    assert {row["locale"] for row in rows} == {"en", "zh-CN"}
    assert {row["locale"] for row in corpus("show", "wd-delayed", "--locale", "zh-TW").rows} == {"zh-TW"}


def test_what_ended_is_stale_and_every_topic_is_counted(corpus: Run, take_in: Run) -> None:
    take_in("one", "2026-01-01", "effective_until: 2026-03-01\n")
    stale = [row for row in corpus("stale").rows if row["document_id"] == "our-fee"]
    assert [(row["reason"], row["day"]) for row in stale] == [("expired", "2026-03-01")]
    assert not [row for row in corpus("stale", "--as-of", "2026-01-15").rows if row["document_id"] == "our-fee"]
    counted = corpus("coverage").rows
    assert not [row for row in counted if row["gaps"] and row["topic"] != "our-fee"]
    assert next(row for row in counted if row["topic"] == "wd-delayed")["documents"] == {
        "en": 1,
        "zh-CN": 1,
        "zh-TW": 1,
    }


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (("history", "wd-delay"), 1, "Did you mean wd-delayed"),
        (("show", "wd-delayed", "--as-of", "1999-12-31"), 1, "does not hold on that day"),
        (("remove", "no-such"), 1, "no document"),
        (("publish", "wd-delayed", "en", "4"), 1, "no version 4"),
        (("expire", "wd-delayed", "2026-06-01"), 1, "seed article"),
        (("expire", "wd-delayed", "tomorrow"), 2, "tomorrow"),
        (("diff", "wd-delayed", "en", "0", "9"), 1, "no version 9"),
        (("publish", "wd-delayed", "en", "first"), 2, "valid integer"),
        (("no-such-command",), 2, "no-such-command"),
    ],
)
def test_mistakes_are_told_by_exit_code_and_message(
    run: Run, data_dir: Path, arguments: tuple[str, ...], code: int, told: str
) -> None:
    done = run("corpus", *arguments, DATA_DIR=data_dir)
    assert done.code == code
    assert told in " ".join(done.err.split())
    assert done.out == ""


def test_the_lint_tells_what_a_guide_lacks(corpus: Run) -> None:
    assert corpus("lint").code == 0
    assert corpus("remove", "wd-whitelist").code == 0
    done = corpus("lint")
    assert done.code == 1
    found = [row for line in done.out.splitlines() if (row := json.loads(line))["rule"] == "guide-document"]
    assert [(row["document_id"], row["locale"]) for row in found] == [("wd-whitelist", "en"), ("wd-whitelist", "zh-CN")]
    assert {row["place"] for row in found} == {"guide start, stage withdraw"}


MACRO = """
- id: {}
  title: {{zh-CN: 猫, zh-TW: 貓, en: The cat}}
  category: closing
  body: {{zh-CN: "{}", zh-TW: 我們有一隻貓。, en: "We have a cat, {{customer_name}}."}}
"""


def test_macros_are_listed_with_one_s_own_and_what_is_wrong_with_those(run: Run, own_data_dir: Path) -> None:
    def macros(*arguments: str) -> Result:
        return run("corpus", "macros", *arguments, DATA_DIR=own_data_dir)

    file = own_data_dir / "knowledge" / "macros.yaml"
    file.parent.mkdir(exist_ok=True)
    file.write_text(MACRO.format("our-cat", "我们有一只猫。"), encoding="utf-8")
    rows = {row["id"]: row for row in macros("--json", "--locale", "en").rows}
    assert rows["our-cat"] == {
        "id": "our-cat",
        "category": "closing",
        "title": "The cat",
        "topic": None,
        "locale": "en",
        "text": "We have a cat, {customer_name}.",
        "variables": ["customer_name"],
        "own": True,
    }
    assert len(rows) == 36
    assert "{{" not in "".join(row["text"] for row in rows.values())
    told = macros("--locale", "zh-HK")
    assert "closing    our-cat  貓\n           我們有一隻貓。" in told.out
    assert told.err == ""
    assert macros("--locale", "fr").code == 2
    file.write_text("- {id: [", encoding="utf-8")
    done = macros("--json")
    assert len(done.rows) == 35
    assert "Not used: knowledge/macros.yaml: not valid YAML" in " ".join(done.err.split())


def test_the_lint_tells_what_is_wrong_with_macros(corpus: Run, own_data_dir: Path) -> None:
    file = own_data_dir / "knowledge" / "macros.yaml"
    file.parent.mkdir(exist_ok=True)
    file.write_text(
        MACRO.format("our-cat", "这只猫保证您稳赚不赔。") + MACRO.format("our-dog", "{dog}"), encoding="utf-8"
    )
    done = corpus("lint")
    assert done.code == 1
    found = [row for line in done.out.splitlines() if (row := json.loads(line))["document_id"].startswith("our-")]
    assert {(row["document_id"], row["rule"], row["locale"]) for row in found} == {
        ("our-cat", "unlawful-claim", "zh-CN"),
        ("our-dog", "unknown-variable", "zh-CN"),
    }
    assert {row["place"] for row in found} == {"macros.yaml"}


def test_the_shipped_articles_are_listed_without_contradictions(corpus: Run) -> None:
    done = corpus("contradictions")
    assert (done.code, done.out) == (0, "")
    assert "0 open, 0 dismissed." in done.err
