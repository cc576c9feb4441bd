"""Which messages a person answers: incidents, as opposed to questions about the same thing, and the wish for a person.

"我被骗了" is an incident; "什么是杀猪盘" is a question that the knowledge base answers. Cues and frames are data
(`intents.yaml`). The detector prefers a false alarm to a missed incident: an alarm costs a colleague a minute.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from assistant.compliance.errors import PolicyError
from assistant.compliance.normalise import MatchCopy, match_copies
from assistant.compliance.pack import DEFAULT_FOLDER, read
from assistant.compliance.patterns import Pattern, clause, compile_all, sentence
from assistant.model import HandoffReason

_INTENTS = tuple(reason for reason in HandoffReason if reason.value.isupper())
ByLanguage = dict[str, tuple[str, ...]]
Mode = Literal["always", "event", "request"]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class CueSpec(_Strict):
    """Patterns that give an intent away, and what excuses them; see the head of `intents.yaml`."""

    mode: Mode
    patterns: Annotated[ByLanguage, Field(min_length=1)]
    unless: ByLanguage = {}
    not_with: ByLanguage = {}


class IntentSpec(_Strict):
    """One intent. `silent`: reported only as an incident, under a neutral name and queue."""

    id: HandoffReason
    queue: str
    sla_minutes: Annotated[int, Field(gt=0)]
    carries: bool = False
    silent: bool = False
    cues: Annotated[tuple[CueSpec, ...], Field(min_length=1)]


class FramesSpec(_Strict):
    """Words that make a mention a question."""

    hypothetical: ByLanguage
    preventive: ByLanguage
    definition: ByLanguage
    interrogative: ByLanguage
    how: ByLanguage
    first_person: ByLanguage
    completed: ByLanguage


class HumanSpec(_Strict):
    """The wish for a person: how it is put, what makes it a question, what turns it down."""

    requests: ByLanguage
    questions: ByLanguage
    refusals: ByLanguage


class IntentsFile(_Strict):
    """`intents.yaml`."""

    frames: FramesSpec
    intents: Annotated[tuple[IntentSpec, ...], Field(min_length=1)]
    human: HumanSpec


@dataclass(frozen=True, slots=True)
class DetectedIntent:
    """An intent found in a message.

    Attributes:
        incident: it happens or happened, and a person takes over; otherwise it is only asked about.
        span: code-point offsets in the message that gave it away.
        queue: neutral name of the queue.
        sla: within which a person takes over; a house target.
        turn: index of the earlier turn it was said in; `None` = the present message.
    """

    intent: HandoffReason
    incident: bool
    span: tuple[int, int]
    queue: str
    sla: timedelta
    turn: int | None = None


@dataclass(frozen=True, slots=True)
class _Cue:
    mode: Mode
    patterns: tuple[Pattern, ...]
    unless: tuple[Pattern, ...]
    not_with: tuple[Pattern, ...]


@dataclass(frozen=True, slots=True)
class _Intent:
    spec: IntentSpec
    cues: tuple[_Cue, ...]


Frames = Mapping[str, tuple[Pattern, ...]]


@dataclass(frozen=True)
class IntentDetector:
    """The compiled cues of a pack."""

    intents: tuple[_Intent, ...]
    frames: Frames
    human: Frames

    @classmethod
    def load(cls, folder: Path | None = None) -> IntentDetector:
        """Reads `intents.yaml`.

        Raises:
            PolicyError: it is missing or broken, or an escalation intent has no cues.
        """
        file = read(folder or DEFAULT_FOLDER, "intents.yaml", IntentsFile)
        ids = [intent.id for intent in file.intents]
        if missing := sorted(set(_INTENTS) - set(ids)):
            raise PolicyError(f"intents.yaml has no cues for {', '.join(missing)}.")
        if len(ids) != len(set(ids)):
            raise PolicyError("An intent stands twice in intents.yaml.")
        return cls(
            tuple(_Intent(spec, tuple(_cue(spec, cue) for cue in spec.cues)) for spec in file.intents),
            {name: _compiled(patterns, name) for name, patterns in file.frames},
            {name: _compiled(patterns, f"human {name}") for name, patterns in file.human},
        )

    def detect(self, text: str, turns: Sequence[str] = ()) -> tuple[DetectedIntent, ...]:
        """All intents of a message, incidents first, then the most urgent first; each intent once.

        Args:
            text: the present message, as the customer wrote it or with the firewall's tokens.
            turns: the customer's earlier messages, oldest first. An urgent incident in them still stands.
        """
        found = {detected.intent: detected for detected in self._in_message(text)}
        for index, earlier in enumerate(turns):
            for detected in self._in_message(earlier, carried_only=True):
                known = found.get(detected.intent)
                if known is None or not known.incident:
                    found[detected.intent] = DetectedIntent(
                        detected.intent, True, detected.span, detected.queue, detected.sla, turn=index
                    )
        return tuple(sorted(found.values(), key=lambda d: (not d.incident, d.sla, d.intent)))

    def wants_human(self, text: str) -> bool:
        """Whether the customer asks for a person now; a question about how to reach one is not that."""
        for copy in match_copies(text.strip()):
            for pattern in self.human["requests"]:
                for start, end in pattern.spans(copy.text):
                    left, right = clause(copy.text, start, end)
                    before = copy.text[left:start]
                    if _any(self.human["questions"], copy.text[left:right]) or _any(self.human["refusals"], before):
                        continue
                    return True
        return False

    def _in_message(self, text: str, *, carried_only: bool = False) -> Iterator[DetectedIntent]:
        copies = match_copies(text)
        for intent in self.intents:
            if carried_only and not intent.spec.carries:
                continue
            hits = [hit for copy in copies for cue in intent.cues for hit in self._hits(copy, cue)]
            if not hits:
                continue
            incident = any(is_incident for _, is_incident in hits)
            if not incident and (intent.spec.silent or carried_only):
                continue
            span = min(span for span, is_incident in hits if is_incident == incident)
            sla = timedelta(minutes=intent.spec.sla_minutes)
            yield DetectedIntent(intent.spec.id, incident, span, intent.spec.queue, sla)

    def _hits(self, copy: MatchCopy, cue: _Cue) -> Iterator[tuple[tuple[int, int], bool]]:
        if _any(cue.not_with, copy.text):
            return
        for pattern in cue.patterns:
            for start, end in pattern.spans(copy.text):
                left, right = clause(copy.text, start, end)
                if not _any(cue.unless, copy.text[left:right]):
                    yield copy.original(start, end), self._is_incident(cue.mode, copy.text, start, end)

    def _is_incident(self, mode: Mode, text: str, start: int, end: int) -> bool:
        if mode == "always":
            return True
        left, right = clause(text, start, end)
        before, around = text[left:start], f"{text[left:start]} {text[end:right]}"
        if _any(self.frames["hypothetical"], text[left:end]):
            return False
        if mode == "request":
            return not _any(self.frames["how"], before)
        completed = _any(self.frames["completed"], text[end : end + 12]) or text[start:end].endswith("了")
        own = _any(self.frames["first_person"], text[slice(*sentence(text, start, end))])
        if _any(self.frames["preventive"], before) or (
            _any(self.frames["preventive"], around) and not (own and completed)
        ):
            return False
        if _any(self.frames["definition"], text[left:right]) and not own:
            return False
        return own or completed or not _any(self.frames["interrogative"], text[slice(*sentence(text, start, end))])


def _any(patterns: Sequence[Pattern], text: str) -> bool:
    return any(pattern.found_in(text) for pattern in patterns)


def _cue(intent: IntentSpec, cue: CueSpec) -> _Cue:
    where = f"intent {intent.id}"
    return _Cue(cue.mode, _compiled(cue.patterns, where), _compiled(cue.unless, where), _compiled(cue.not_with, where))


def _compiled(patterns: ByLanguage, where: str) -> tuple[Pattern, ...]:
    return tuple(p for sources in patterns.values() for p in compile_all(sources, where=where))
