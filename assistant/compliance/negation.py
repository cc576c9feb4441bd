"""Whether a phrase is denied where it stands: "we never ask for your password" asks for nothing.

Only what stands before the phrase in the same clause counts. A negation after it does not, or
"guaranteed profit, never miss it" would pass.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from assistant.compliance.pack import NegationSpec
from assistant.compliance.patterns import Pattern, clause, compile_all


@dataclass(frozen=True, slots=True)
class Negation:
    """The negators of a pack.

    Attributes:
        windows: by language, how many characters before the phrase are looked at.
        pseudo: look like a negation and deny nothing (不仅, "don't worry"); taken out first.
    """

    windows: Mapping[str, int]
    negators: tuple[Pattern, ...]
    pseudo: tuple[Pattern, ...]

    @classmethod
    def from_spec(cls, spec: NegationSpec) -> Negation:
        """Compiles it. Raises `PolicyError` for a pattern that RE2 refuses."""
        return cls(
            spec.windows,
            tuple(p for sources in spec.negators.values() for p in compile_all(sources, where="negators")),
            tuple(p for sources in spec.pseudo.values() for p in compile_all(sources, where="pseudo-negators")),
        )

    def before(self, text: str, start: int, language: str) -> bool:
        """Whether a negator stands in the same clause within the window before `start`."""
        left, _ = clause(text, start, start)
        return self.within(text[max(left, start - self.windows[language]) : start], text[max(0, left) : start])

    def within(self, stretch: str, context: str | None = None) -> bool:
        """Whether a real negator stands in `stretch`.

        `context` ends where `stretch` ends and may begin earlier: pseudo-negators are looked for there, so that
        the edge of the window does not cut one in two and leave its 不.
        """
        wide = stretch if context is None or len(context) < len(stretch) else context
        masked = wide
        for pattern in self.pseudo:
            for start, end in pattern.spans(wide):
                masked = masked[:start] + "□" * (end - start) + masked[end:]
        tail = masked[len(masked) - len(stretch) :]
        return any(pattern.found_in(tail) for pattern in self.negators)
