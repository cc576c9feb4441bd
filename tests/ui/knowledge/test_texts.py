from __future__ import annotations

import inspect
import re
from importlib import resources
from pathlib import Path
from string import Formatter

import pytest
import yaml

import assistant.curation.lint
import corpus.lint
from assistant.curation.views import ChangeKind, Standing, Verdict
from assistant.desk.errors import DeskError, Refusal
from assistant.model import Action
from assistant.ui.knowledge import page, shell
from assistant.user import Role
from corpus.model import PassageKind, SectionKind
from corpus.topics import load_topics
from index.features import FEATURES
from tests.ui.knowledge.views import LOCALES, words

FOLDER = Path(str(resources.files("assistant"))) / "locales" / "knowledge"
CATALOGS: dict[str, dict[str, str]] = {
    locale: yaml.safe_load((FOLDER / f"{locale}.yaml").read_text(encoding="utf-8")) for locale in LOCALES
}
SOURCES = "".join(
    path.read_text(encoding="utf-8") for path in Path(str(resources.files(page.__package__ or ""))).glob("*.py")
)
DIALOGS = ("publish", "expire", "remove", "discard", "owner", "review", "questions", "override", "dismiss", "rollback")


def holes(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


@pytest.mark.parametrize("locale", LOCALES)
def test_every_locale_has_every_text_with_the_same_placeholders(locale: str) -> None:
    reference = CATALOGS["en"]
    assert CATALOGS[locale].keys() == reference.keys()
    assert {key: holes(text) for key, text in CATALOGS[locale].items()} == {k: holes(t) for k, t in reference.items()}
    assert all(key.startswith("kno_") and text.strip() for key, text in CATALOGS[locale].items())


@pytest.mark.parametrize("locale", LOCALES)
def test_texts_do_not_shout(locale: str) -> None:
    assert not [key for key, text in CATALOGS[locale].items() if "!" in text or "！" in text or "亲" in text]


def test_traditional_texts_hold_no_simplified_characters() -> None:
    opencc = pytest.importorskip("opencc")
    to_traditional = opencc.OpenCC("s2t")
    allowed = {"台", "里"}  # right as they stand in Taiwan
    wrong = {
        key: text
        for key, text in CATALOGS["zh-TW"].items()
        if [a for a, b in zip(text, to_traditional.convert(text), strict=False) if a != b and a not in allowed]
    }
    assert not wrong


def lint_rules() -> set[str]:
    """Every rule that the lint of the articles knows, by its sources."""
    sources = "".join(inspect.getsource(module) for module in (corpus.lint, assistant.curation.lint))
    rules = set(re.findall(r"(?:_fault\(|Fault\()\s*\"([a-z-]+)\"", sources))
    assert len(rules) >= 15
    return {rule.replace("-", "_") for rule in rules}


def needed() -> set[str]:
    """Keys that the renderers ask for: written out in the sources, or made of an enumeration."""
    keys = set(re.findall(r"words\.(?:say|plain)\(\s*[\"']([a-z_]+)[\"']", SOURCES))
    keys |= {f"standing_{standing}" for standing in Standing} | {f"change_{kind}" for kind in ChangeKind}
    keys |= {f"verdict_{verdict}{end}" for verdict in Verdict if verdict != Verdict.SAME for end in ("", "_count")}
    keys |= {f"change_{kind}_day" for kind in (ChangeKind.PUBLISH, ChangeKind.EXPIRE)}
    keys |= {f"kind_{kind}" for kind in PassageKind} | {f"section_{kind}" for kind in SectionKind}
    keys |= {f"action_{action}" for action in Action} | {f"role_{role}" for role in Role}
    keys |= {f"category_{topic.group}" for topic in load_topics()}
    keys |= {f"origin_{origin}" for origin in ("seed", "file", "url", "editor")}
    keys |= {f"status_{status}" for status in ("added", "updated", "unchanged", "failed")}
    keys |= {f"stale_{reason}" for reason in ("review_due", "expired", "expiring")}
    keys |= {f"retriever_{name}" for name in ("dense", "lexical")}
    keys |= {f"stage_{name}" for name in ("embed", "dense", "lexical", "fuse")}
    keys |= {f"feature_{name}" for name in FEATURES} | {f"lint_{rule}" for rule in lint_rules()}
    keys |= {f"job_{kind}" for kind in ("upload", "impact", "publish")}
    keys |= {f"job_failed_{kind}" for kind in ("upload", "impact", "publish", "lost")}
    keys |= {f"tab_{name}" for name in shell.PANES} | {f"part_{name}" for name in shell.PARTS}
    keys |= {f"{name}_{part}" for name in DIALOGS for part in ("title", "hint", "go")}
    keys |= {f"{name}_field" for name in DIALOGS if name not in {"remove", "discard"}}
    keys |= {
        f"upkeep_{name}{end}" for name in ("stale", "contradictions", "coverage", "snapshots") for end in ("", "_hint")
    }
    keys |= {f"bench_{name}" for name in ("question", "day", "locale", "product", "jurisdiction")}
    keys |= {f"right_{side}" for side in ("before", "after")} | {f"compare_{side}" for side in ("old", "new")}
    keys |= {f"source_{source}" for source in ("golden", "approved")}
    keys |= {f"js_{name}" for name in shell.browser_texts(words())}
    return keys


@pytest.mark.parametrize("locale", LOCALES)
def test_every_text_that_is_asked_for_exists(locale: str) -> None:
    assert not {key for key in needed() if f"kno_{key}" not in CATALOGS[locale]}


def test_texts_that_the_script_names_exist() -> None:
    known = set(shell.browser_texts(words()))
    # One text or one of two: `text("a")`, `text(such ? "a" : "b")`.
    calls = re.findall(r"\btext\((?:[^()\"]*? \? )?\"([a-z_]+)\"(?: : \"([a-z_]+)\")?", page.script())
    named = {name for call in calls for name in call if name}
    assert {"offline", "failed", "staged", "unstaged"} <= named
    assert named <= known


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("refusal", list(Refusal))
def test_every_refusal_is_told_in_words(refusal: Refusal, locale: str) -> None:
    error = DeskError(refusal, name="李雷", rules="GEN-1", count="2", limit="8,000", length="12")
    told = words(locale).refusal(error)
    assert told
    assert "{" not in told


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("refusal", [Refusal.STALE, Refusal.UNREADABLE, Refusal.EMPTY, Refusal.TOO_LONG])
def test_refusals_here_do_not_speak_of_tickets_and_messages(refusal: Refusal, locale: str) -> None:
    told = words(locale).refusal(DeskError(refusal, "line 3", limit="10"))
    assert not re.search("ticket|工单|工單|sent", told)


def test_an_unknown_code_falls_back_to_itself_escaped() -> None:
    assert words().known("category_something_new", "<b>") == "&lt;b&gt;"
