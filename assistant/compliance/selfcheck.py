"""The pack tests itself: every rule on its own fixtures, on the other rules' quiet texts, and on the fixed texts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from assistant.compliance.rules import Rule
from assistant.model import Severity

if TYPE_CHECKING:
    from assistant.compliance.engine import PolicyEngine


@dataclass(frozen=True, slots=True)
class PolicyReport:
    """What `proofdesk policy check` prints. `failures` holds one sentence each; empty = the pack is sound."""

    version: str
    rules: int
    fixtures: int
    fixed_texts: int
    failures: tuple[str, ...]

    @property
    def ok(self) -> bool:
        """Whether nothing failed."""
        return not self.failures


def run(engine: PolicyEngine) -> PolicyReport:
    """Runs all fixtures of the pack. A quiet text of one rule may fire no other blocking rule either."""
    fixed = list(_fixed_texts(engine))
    failures = [failure for rule in engine.rules for failure in _check_rule(engine, rule)]
    for name, locale, text in fixed:
        failures += [f"{name} ({locale}) breaks {found}." for found in sorted(_blocks(engine, text))]
    fixtures = sum(
        len(texts) for r in engine.rules for t in (r.spec.tests.fire, r.spec.tests.quiet) for texts in t.values()
    )
    return PolicyReport(engine.version, len(engine.rules), fixtures, len(fixed), tuple(failures))


def _check_rule(engine: PolicyEngine, rule: Rule) -> Iterator[str]:
    home = None if rule.spec.jurisdictions == "*" else rule.spec.jurisdictions[0]
    for language in ("zh", "en"):
        for text in rule.spec.tests.fire[language]:
            if rule.spec.id not in _fired(engine, rule, text, home):
                yield f"{rule.spec.id} stays quiet on {text!r}."
        for text in rule.spec.tests.quiet[language]:
            if rule.spec.id in _fired(engine, rule, text, home):
                yield f"{rule.spec.id} fires on {text!r}."
            for other in sorted(_blocks(engine, text) - {rule.spec.id}):
                yield f"{other} fires on {text!r}, a quiet text of {rule.spec.id}."


def _fired(engine: PolicyEngine, rule: Rule, text: str, jurisdiction: str | None) -> set[str]:
    return {finding.rule for finding in engine.screen(text, jurisdiction=jurisdiction, now=rule.effective_from)}


def _blocks(engine: PolicyEngine, text: str) -> set[str]:
    latest = max(rule.effective_from for rule in engine.rules)
    found = engine.screen(text, now=latest)
    return {finding.rule for finding in found if finding.severity is Severity.BLOCK}


def _fixed_texts(engine: PolicyEngine) -> Iterator[tuple[str, str, str]]:
    for notice in engine.notice_library.notices.values():
        yield from ((notice.id, locale, entry.text) for locale, entry in notice.locales.items())
    for reason, texts in engine.handoff_texts.texts.items():
        yield from ((f"hand-off {reason}", locale, text) for locale, text in texts.items())
