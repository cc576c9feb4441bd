"""One outbound rule, compiled: where it matches, and what excuses a match."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from assistant.compliance.negation import Negation
from assistant.compliance.normalise import MatchCopy
from assistant.compliance.pack import RulesFile, RuleSpec
from assistant.compliance.patterns import Pattern, clause, compile_all


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule with its patterns by language."""

    spec: RuleSpec
    effective_from: datetime
    patterns: Mapping[str, tuple[Pattern, ...]]
    unless: tuple[Pattern, ...]

    def in_force(self, now: datetime) -> bool:
        """Whether the rule holds at `now` (aware). The last moment is excluded."""
        return self.effective_from <= now and (self.spec.effective_until is None or now < self.spec.effective_until)

    def spans(self, copies: Sequence[MatchCopy], negation: Negation) -> tuple[tuple[int, int], ...]:
        """Where the text breaks the rule: merged, ordered code-point spans of the original."""
        found = sorted({copy.original(*hit) for copy in copies for hit in self._hits(copy.text, negation)})
        merged: list[tuple[int, int]] = []
        for start, end in found:
            if merged and start < merged[-1][1]:
                merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
            else:
                merged.append((start, end))
        return tuple(merged)

    def _hits(self, text: str, negation: Negation) -> Iterator[tuple[int, int]]:
        for language, patterns in self.patterns.items():
            for pattern in patterns:
                for start, end in pattern.spans(text):
                    if not self._excused(text, start, end, language, pattern, negation):
                        yield start, end

    def _excused(self, text: str, start: int, end: int, language: str, pattern: Pattern, negation: Negation) -> bool:
        if self.spec.denial_excuses:
            if negation.before(text, start, language):
                return True
            if not pattern.negation_is_content and negation.within(text[start:end]):
                return True
        if not self.unless:
            return False
        left, right = clause(text, start, end)
        return any(exception.found_in(text[left:right]) for exception in self.unless)


def compile_rules(file: RulesFile) -> tuple[Rule, ...]:
    """Compiles all rules. Raises `PolicyError` for a pattern that RE2 refuses."""
    return tuple(
        Rule(
            spec=spec,
            effective_from=spec.effective_from or file.effective_from,
            patterns={lang: compile_all(sources, where=spec.id) for lang, sources in spec.patterns.items()},
            unless=tuple(
                p for sources in spec.unless.values() for p in compile_all(sources, where=f"{spec.id} unless")
            ),
        )
        for spec in file.rules
    )
