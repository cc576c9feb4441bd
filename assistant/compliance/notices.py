"""Fixed, reviewed texts: the notices under a reply and the texts of a hand-off."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from assistant.compliance.errors import PolicyError
from assistant.compliance.pack import HandoffsFile, NoticesFile, NoticeSpec, by_locale
from assistant.model import HandoffReason, Notice

AI_LABEL = "AI-LABEL"
_LOCALES = {"zh-CN", "zh-TW", "en"}


@dataclass(frozen=True, slots=True)
class NoticeLibrary:
    """All notices by id, in the order in which they stand under a reply."""

    notices: Mapping[str, NoticeSpec]

    @classmethod
    def from_file(cls, file: NoticesFile) -> NoticeLibrary:
        """Checks every text against its hash.

        Raises:
            PolicyError: a text was altered, an id stands twice, or a house notice lacks a locale.
        """
        notices: dict[str, NoticeSpec] = {}
        for spec in file.notices:
            if spec.id in notices:
                raise PolicyError(f"The notice {spec.id} stands twice in notices.yaml.")
            for locale, entry in spec.locales.items():
                if sha256(entry.text) != entry.sha256:
                    raise PolicyError(
                        f"The text of the notice {spec.id} ({locale}) does not match its sha256.",
                        hint="Have the new text reviewed, then set its hash.",
                    )
            if not spec.verbatim and not set(spec.locales) >= _LOCALES:
                raise PolicyError(f"The notice {spec.id} needs the locales {', '.join(sorted(_LOCALES))}.")
            notices[spec.id] = spec
        if AI_LABEL not in notices:
            raise PolicyError(f"notices.yaml has no {AI_LABEL}, which every drafted reply carries.")
        return cls(notices)

    def select(self, ids: Collection[str], locale: str) -> tuple[Notice, ...]:
        """The notices with these ids, each once, in the library's order.

        Raises:
            PolicyError: an id that the pack does not know.
        """
        if unknown := sorted(set(ids) - set(self.notices)):
            raise PolicyError(
                f"Unknown notices: {', '.join(unknown)}.",
                hint="Correct the document's notices or add them to notices.yaml.",
            )
        return tuple(_notice(spec, locale) for spec in self.notices.values() if spec.id in ids)


@dataclass(frozen=True, slots=True)
class HandoffTexts:
    """What the customer reads when a person takes over."""

    texts: Mapping[HandoffReason, Mapping[str, str]]

    @classmethod
    def from_file(cls, file: HandoffsFile) -> HandoffTexts:
        """Raises `PolicyError` when a reason or one of its three full locales is missing or empty."""
        for reason in HandoffReason:
            texts = file.handoffs.get(reason, {})
            if missing := sorted(locale for locale in _LOCALES if not texts.get(locale, "").strip()):
                raise PolicyError(f"handoffs.yaml has no text for {reason} in {', '.join(missing)}.")
        return cls(file.handoffs)

    def text(self, reason: HandoffReason, locale: str) -> str:
        """The text for a reason; English where the locale has none."""
        texts = self.texts[reason]
        return texts[by_locale(texts, locale)].strip()


def sha256(text: str) -> str:
    """Hexadecimal SHA-256 of the UTF-8 bytes."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def _notice(spec: NoticeSpec, locale: str) -> Notice:
    texts = {key: entry.text for key, entry in spec.locales.items()}
    key = by_locale(texts, locale, fallback="en" if "en" in texts else next(iter(texts)))
    entry = spec.locales[key]
    return Notice(id=spec.id, text=entry.text, locale=key, sha256=entry.sha256)
