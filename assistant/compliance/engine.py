"""The policy engine: all rules over a text, the notices of a reply, the texts of a hand-off, the region mode."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from assistant.compliance.errors import PolicyError
from assistant.compliance.negation import Negation
from assistant.compliance.normalise import MatchCopy, match_copies
from assistant.compliance.notices import AI_LABEL, HandoffTexts, NoticeLibrary
from assistant.compliance.pack import (
    DEFAULT_FOLDER,
    AllowlistFile,
    HandoffsFile,
    JurisdictionsFile,
    NoticesFile,
    RulesFile,
    by_locale,
    digest,
    read,
)
from assistant.compliance.regions import Regions
from assistant.compliance.rules import Rule, compile_rules
from assistant.compliance.selfcheck import PolicyReport, run
from assistant.model import Finding, HandoffReason, Notice, Severity

POLICY_ERROR = "POLICY-ERROR"
UNSCREENED_LANGUAGE = "POLICY-LANG"
_SCREENED = {"zh", "en"}
Clock = Callable[[], datetime]


@dataclass(frozen=True)
class PolicyEngine:
    """A loaded policy pack.

    Attributes:
        version: pack id, pack version and the start of the hash over its files.
        clock: the time at which rules are judged; aware.
    """

    version: str
    rules: tuple[Rule, ...]
    negation: Negation
    regions: Regions
    notice_library: NoticeLibrary
    handoff_texts: HandoffTexts
    allowlist: AllowlistFile
    clock: Clock = field(default=lambda: datetime.now(UTC))

    @classmethod
    def load(cls, folder: Path | None = None, *, clock: Clock | None = None) -> PolicyEngine:
        """Reads and compiles a pack; the built-in one by default.

        Raises:
            PolicyError: a file is missing, broken or altered; a rule has an unknown severity or a bad pattern.
        """
        folder = folder or DEFAULT_FOLDER
        file = read(folder, "rules.yaml", RulesFile)
        ids = [rule.id for rule in file.rules]
        if repeated := sorted({id_ for id_ in ids if ids.count(id_) > 1}):
            raise PolicyError(f"Rules stand twice in rules.yaml: {', '.join(repeated)}.")
        library = NoticeLibrary.from_file(read(folder, "notices.yaml", NoticesFile))
        regions = Regions.from_file(read(folder, "jurisdictions.yaml", JurisdictionsFile))
        for place in regions.known.values():
            library.select(
                {*place.notices, *place.with_notice, *(n for ids in place.with_notice.values() for n in ids)}, "en"
            )
        return cls(
            version=f"{file.id} {file.version} sha256:{digest(folder)[:8]}",
            rules=compile_rules(file),
            negation=Negation.from_spec(file.negation),
            regions=regions,
            notice_library=library,
            handoff_texts=HandoffTexts.from_file(read(folder, "handoffs.yaml", HandoffsFile)),
            allowlist=read(folder, "allowlist.yaml", AllowlistFile),
            **({"clock": clock} if clock else {}),
        )

    def screen(
        self,
        text: str,
        *,
        locale: str = "zh-CN",
        jurisdiction: str | Collection[str] | None = None,
        now: datetime | None = None,
    ) -> tuple[Finding, ...]:
        """All findings on a draft, strictest first; spans are code points of `text`.

        Every rule runs in both languages, whatever the locale: Chinese replies carry English phrases. `locale` picks
        the language of the messages. Screen the draft without the notices that code appends.

        Nothing is raised: a rule that fails yields a `POLICY-ERROR` that blocks. A locale for which the pack has no
        patterns yields a `POLICY-LANG` warning, so that such a draft never counts as screened.

        Args:
            text: the draft.
            locale: of the draft.
            jurisdiction: one code or all candidates; unknown = the strictest of all places.
            now: judge by the rules in force then; the clock by default.
        """
        moment = now or self.clock()
        rules = [rule for rule in self.rules if rule.in_force(moment)]
        if not rules:
            return (_error(f"no rule is in force at {moment.isoformat()}"),)
        findings = [] if locale.lower().split("-")[0] in _SCREENED else [_unscreened(locale)]
        try:
            copies = match_copies(text)
        except Exception as error:  # fail closed: an unreadable text is an unscreened one
            return (_error(f"the text cannot be normalised: {type(error).__name__}"),)
        for rule in rules:
            try:
                findings += self._apply(rule, copies, locale, jurisdiction)
            except Exception as error:  # fail closed: the other rules still run
                findings.append(_error(f"the rule {rule.spec.id} failed: {type(error).__name__}"))
        order = list(Severity)
        return tuple(sorted(findings, key=lambda f: (-order.index(f.severity), f.rule, f.span or (0, 0))))

    def notices_for(
        self,
        document_notices: Sequence[str],
        *,
        locale: str,
        jurisdiction: str | Collection[str] | None = None,
        topic: str = "",
        ai: bool = True,
    ) -> tuple[Notice, ...]:
        """The notices under a drafted reply, in order: those of the cited document, those of the place, the AI label.

        Args:
            document_notices: ids that the cited documents declare.
            locale: of the reply.
            jurisdiction: one code or all candidates.
            topic: the cited document's id; the built-in pack decides by the document's notices alone.
            ai: whether the desk drafted any of the reply; without it the AI label would be untrue and is left out.

        Raises:
            PolicyError: the document names a notice that the pack does not know.
        """
        present = {*document_notices, AI_LABEL} if ai else {*document_notices} - {AI_LABEL}
        wanted = present | self.regions.notices(present, jurisdiction)
        try:
            return self.notice_library.select(wanted if ai else wanted - {AI_LABEL}, locale)
        except PolicyError as error:
            raise PolicyError(f"{topic or 'The document'}: {error}") from error

    def handoff(self, reason: HandoffReason, locale: str) -> str:
        """The reviewed text with which a person takes over; complete in itself, no notice is added to it."""
        return self.handoff_texts.text(reason, locale)

    def region_allows(self, topic_id: str, category: str, jurisdiction: str | Collection[str] | None) -> bool:
        """Whether a topic is answered where the customer lives; `True` where that is unknown."""
        return self.regions.allows(topic_id, category, jurisdiction)

    def check(self) -> PolicyReport:
        """The pack on its own fixtures and fixed texts; see `selfcheck`."""
        return run(self)

    def _apply(
        self, rule: Rule, copies: Sequence[MatchCopy], locale: str, jurisdiction: str | Collection[str] | None
    ) -> list[Finding]:
        severity = self.regions.severity(rule.spec, jurisdiction)
        if severity is None:
            return []
        messages = rule.spec.message_to_agent
        message = messages[by_locale(messages, locale)]
        return [Finding(rule.spec.id, severity, span, message) for span in rule.spans(copies, self.negation)]


def _error(what: str) -> Finding:
    return Finding(POLICY_ERROR, Severity.BLOCK, None, f"Policy could not be applied: {what}.")


def _unscreened(locale: str) -> Finding:
    return Finding(
        UNSCREENED_LANGUAGE, Severity.WARN, None, f"The pack has no patterns for {locale}; read every sentence."
    )
