"""Checks on the build of a reply that no pattern can make: sources of contacts, notices, tokens, citations.

They take plain values, so that a draft, an edited text and a test are checked by the same code.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from difflib import SequenceMatcher
from functools import cache
from importlib import resources

import yaml

from assistant.compliance.contacts import ContactKind, find_contacts, is_ours
from assistant.compliance.pack import AllowlistFile
from assistant.model import Action, Finding, Notice, Severity

_TOKEN = re.compile(r"⟦[^⟧]*⟧?|⟧")
_VARIABLE = r"\{\{\s*[a-z_][^{}\n]*\}\}|\{[a-z_]+\}"
_BLANK = "macro_blank_"
# Above this share of equal characters a paragraph is an altered notice and not another text.
_ALTERED = 0.6


def check_contacts(
    text: str, *, evidence: Collection[str] = (), customer: Collection[str] = (), allowlist: AllowlistFile | None = None
) -> tuple[Finding, ...]:
    """STR-001: every link, e-mail address, phone number and wallet address is ours, cited, or the customer's own.

    Args:
        text: the draft.
        evidence: texts of the cited passages.
        customer: the customer's messages, restored where the draft is. A link from them is not accepted: repeating
            a stranger's link in our name vouches for it.
        allowlist: what is ours; nothing by default.
    """
    allowed = allowlist or AllowlistFile()
    foreign = [contact for contact in find_contacts(text) if not is_ours(contact, allowed)]
    if not foreign:  # most drafts: the sources need not be read
        return ()
    cited = {(c.kind, c.value) for source in evidence for c in find_contacts(source)}
    own = {(c.kind, c.value) for source in customer for c in find_contacts(source) if c.kind is not ContactKind.URL}
    return tuple(
        Finding(
            "STR-001",
            Severity.BLOCK,
            contact.span,
            f"This {contact.kind} is neither ours, nor cited, nor the customer's own.",
        )
        for contact in foreign
        if (contact.kind, contact.value) not in cited | own
    )


def check_notices(text: str, required: Sequence[Notice]) -> tuple[Finding, ...]:
    """STR-002: a required notice was altered. STR-003: it is missing, or stands more than once.

    Compared character by character; the notices themselves were checked against their hashes on loading.
    """
    findings: list[Finding] = []
    for notice in required:
        count = text.count(notice.text)
        if count == 1:
            continue
        altered = None if count else _altered(text, notice.text)
        if altered:
            findings.append(Finding("STR-002", Severity.BLOCK, altered, f"The notice {notice.id} was altered."))
        else:
            what = "stands more than once" if count else "is missing"
            findings.append(Finding("STR-003", Severity.BLOCK, None, f"The notice {notice.id} {what}."))
    return tuple(findings)


def check_tokens(text: str) -> tuple[Finding, ...]:
    """STR-005: no token of the firewall is left in the text, whole or broken."""
    return tuple(
        Finding("STR-005", Severity.BLOCK, match.span(), "A token was not restored; edit the sentence or draft again.")
        for match in _TOKEN.finditer(text)
    )


def check_placeholders(text: str, evidence: Collection[str] = ()) -> tuple[Finding, ...]:
    """STR-006: nothing is left to be filled in: no blank of a macro, in brackets or half of them, and no {variable}.

    Other brackets are ordinary Chinese (【重要提示】), and so is a blank's name in a passage that is cited.

    Args:
        text: the draft.
        evidence: texts of the cited passages.
    """
    return tuple(
        Finding("STR-006", Severity.BLOCK, match.span(), f"{match[0][:40]} is still to be filled in.")
        for match in _placeholders().finditer(text)
        if not any(match[0] in source for source in evidence)
    )


@cache
def _placeholders() -> re.Pattern[str]:
    """Blanks of the macros in every language. Halves as well: who deletes one bracket has not filled anything in."""
    folder = resources.files("assistant").joinpath("locales/macros")
    texts = [
        yaml.safe_load(file.read_text(encoding="utf-8")) for file in folder.iterdir() if file.name.endswith(".yaml")
    ]
    names = {text for catalog in texts for key, text in catalog.items() if key.startswith(_BLANK)}
    name = "|".join(map(re.escape, sorted(names, key=len, reverse=True)))
    return re.compile(rf"【(?:{name})】?|(?:{name})】|{_VARIABLE}")


def check_citations(action: Action, citations: int) -> tuple[Finding, ...]:
    """STR-012: an answer cites at least one passage."""
    if action is Action.ANSWER and citations < 1:
        return (Finding("STR-012", Severity.BLOCK, None, "An answer without a citation; hand over instead."),)
    return ()


def _altered(text: str, notice: str) -> tuple[int, int] | None:
    """The span of the line that is most like the notice, if it is much like it."""
    best, span = _ALTERED, None
    for match in re.finditer(r"[^\n]+", text):
        matcher = SequenceMatcher(None, notice, match.group(), autojunk=False)
        if matcher.quick_ratio() > best and matcher.ratio() > best:
            best, span = matcher.ratio(), match.span()
    return span
