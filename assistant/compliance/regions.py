"""Where the customer lives, as far as policy cares: how strict a rule is there, and what is still answered there."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from assistant.compliance.pack import JurisdictionsFile, JurisdictionSpec, RuleSpec
from assistant.model import Severity

SEVERITIES = tuple(Severity)


@dataclass(frozen=True, slots=True)
class Regions:
    """The places that a pack knows."""

    known: Mapping[str, JurisdictionSpec]
    aliases: Mapping[str, str]
    groups: Mapping[str, frozenset[str]]

    @classmethod
    def from_file(cls, file: JurisdictionsFile) -> Regions:
        """The places of `jurisdictions.yaml`."""
        return cls(file.jurisdictions, file.aliases, {name: frozenset(codes) for name, codes in file.groups.items()})

    def resolve(self, jurisdiction: str | Collection[str] | None) -> tuple[frozenset[str], bool]:
        """The known codes among the candidates, groups included (`DE` brings `EU`), and whether all are known.

        No candidate at all counts as unknown.
        """
        candidates = [jurisdiction] if isinstance(jurisdiction, str) else list(jurisdiction or ())
        codes: set[str] = set()
        complete = bool(candidates)
        for candidate in candidates:
            country = candidate.strip().upper().split("-")[0]
            code = self.aliases.get(country, country)
            groups = {name for name, members in self.groups.items() if code in members}
            if code in self.known or groups:
                codes |= {code} | groups
            else:
                complete = False
        return frozenset(codes), complete

    def severity(self, rule: RuleSpec, jurisdiction: str | Collection[str] | None) -> Severity | None:
        """How strict a rule is for all candidate places together: the strictest of them; `None` = silent.

        Adding a place, known or not, never lowers it. An unknown place counts as the strictest of all places, but
        for rules about places that are only being left: those would forbid every customer the ordinary product.
        """
        if rule.jurisdictions == "*":
            return rule.severity
        codes, complete = self.resolve(jurisdiction)
        applies: list[Severity | None] = [rule.elsewhere]
        if codes & set(rule.jurisdictions) or not (complete or rule.exit_only):
            applies.append(rule.severity)
        return max((s for s in applies if s is not None), key=SEVERITIES.index, default=None)

    def allows(self, topic_id: str, category: str, jurisdiction: str | Collection[str] | None) -> bool:
        """Whether a topic is answered there. Everything is, outside exit-only places; language never decides."""
        places = [self.known[code] for code in self.resolve(jurisdiction)[0] if code in self.known]
        return all(_answered(place, topic_id, category) for place in places if place.mode == "exit_only")

    def notices(self, present: Collection[str], jurisdiction: str | Collection[str] | None) -> frozenset[str]:
        """The notices that the places add to those that the answer carries already."""
        added: set[str] = set()
        for code in self.resolve(jurisdiction)[0]:
            place = self.known.get(code, JurisdictionSpec())
            added |= set(place.notices)
            added |= {extra for trigger in present for extra in place.with_notice.get(trigger, ())}
        return frozenset(added)


def _answered(place: JurisdictionSpec, topic_id: str, category: str) -> bool:
    if topic_id in place.except_topics:
        return False
    return topic_id in place.topics or category in place.categories
