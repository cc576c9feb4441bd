from __future__ import annotations

import re
from importlib import resources
from pathlib import Path
from string import Formatter

import pytest
import yaml

from assistant.chain import citations, factlock, outcomes
from assistant.compliance import engine
from assistant.desk import editing
from assistant.desk.errors import DeskError, Refusal
from assistant.desk.views import QueueTab
from assistant.model import Disposition, HandoffReason, Level, Severity
from assistant.ticket import RejectReason, TicketState, Urgency
from assistant.ui.console import page, shell
from assistant.ui.console.conversation import KINDS
from assistant.user import Role
from tests.ui.console.views import LOCALES, words

FOLDER = Path(str(resources.files("assistant"))) / "locales" / "console"
CATALOGS: dict[str, dict[str, str]] = {
    locale: yaml.safe_load((FOLDER / f"{locale}.yaml").read_text(encoding="utf-8")) for locale in LOCALES
}
SOURCES = "".join(
    path.read_text(encoding="utf-8") for path in Path(str(resources.files(page.__package__ or ""))).glob("*.py")
)


CODE_RULES = {
    *(citations.RULE, factlock.RULE, outcomes.LANGUAGE_RULE, editing.SECRET_RULE),
    *(engine.POLICY_ERROR, engine.UNSCREENED_LANGUAGE),
    *re.findall(
        r"\"(STR-[0-9]+)\"",
        Path(str(resources.files("assistant"))).joinpath("compliance/structural.py").read_text(encoding="utf-8"),
    ),
}
"""Rules that code applies. `FACT-UNCONFIRMED` is not among them: its facts are shown one by one."""


def holes(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


@pytest.mark.parametrize("locale", LOCALES)
def test_every_locale_has_every_text_with_the_same_placeholders(locale: str) -> None:
    reference = CATALOGS["en"]
    assert CATALOGS[locale].keys() == reference.keys()
    assert {key: holes(text) for key, text in CATALOGS[locale].items()} == {k: holes(t) for k, t in reference.items()}
    assert all(key.startswith("con_") and text.strip() for key, text in CATALOGS[locale].items())


@pytest.mark.parametrize("locale", LOCALES)
def test_texts_do_not_shout(locale: str) -> None:
    assert not [
        key for key, text in CATALOGS[locale].items() if "!" in text or "！" in text or "亲" in text.replace("亲属", "")
    ]


def test_traditional_texts_hold_no_simplified_characters() -> None:
    opencc = pytest.importorskip("opencc")
    to_traditional = opencc.OpenCC("s2t")
    # `s2t` also rewrites these, which are right as they stand in Taiwan.
    allowed = {"台", "里"}
    wrong = {
        key: text
        for key, text in CATALOGS["zh-TW"].items()
        if [a for a, b in zip(text, to_traditional.convert(text), strict=False) if a != b and a not in allowed]
    }
    assert not wrong


def needed() -> set[str]:
    """Keys that the renderers ask for: written out in the sources, or made of an enumeration."""
    keys = set(re.findall(r"words\.(?:say|plain)\(\s*\"([a-z_]+)\"", SOURCES))
    keys |= {f"tab_{tab}" for tab in QueueTab} | {f"queue_empty_{tab}" for tab in QueueTab}
    keys |= {f"urgency_{urgency.name.lower()}" for urgency in Urgency}
    keys |= {f"reason_{reason}" for reason in HandoffReason}
    keys |= {f"disposition_{disposition}" for disposition in Disposition}
    keys |= {f"severity_{severity}" for severity in Severity}
    keys |= {f"rule_{rule}" for rule in CODE_RULES}
    keys |= {f"role_{role}" for role in Role} | {f"token_{kind}" for kind in KINDS}
    keys |= {f"level_to_{level}" for level in Level}
    keys |= {f"reject_{reason}{end}" for reason in RejectReason for end in ("", "_hint")}
    over = (TicketState.AWAITING, TicketState.ANSWERED, TicketState.CLOSED)
    keys |= {f"{kind}_{state}" for state in over for kind in ("state", "over")}
    keys |= {f"js_{name}" for name in shell.browser_texts(words())}
    return keys


@pytest.mark.parametrize("locale", LOCALES)
def test_every_text_that_is_asked_for_exists(locale: str) -> None:
    assert not {key for key in needed() if f"con_{key}" not in CATALOGS[locale]}


@pytest.mark.parametrize("locale", LOCALES)
def test_checks_of_code_have_words_and_no_other_rule_has(locale: str) -> None:
    rules = {key.removeprefix("con_rule_") for key in CATALOGS[locale] if key.startswith("con_rule_")}
    assert rules == CODE_RULES
    assert len(CODE_RULES) > 10


def test_texts_that_the_script_names_exist() -> None:
    known = set(shell.browser_texts(words()))
    named = set(re.findall(r"\btext\(\"([a-z_]+)\"", page.script()))
    assert named
    assert named <= known


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("refusal", list(Refusal))
def test_every_refusal_is_told_in_words(refusal: Refusal, locale: str) -> None:
    error = DeskError(refusal, name="李雷", rules="GEN-1", count="2", limit="8,000", length="12")
    told = words(locale).refusal(error)
    assert told
    assert "{" not in told


def test_an_unknown_code_falls_back_to_itself_escaped() -> None:
    assert words().known("step_something_new", "<b>") == "&lt;b&gt;"
