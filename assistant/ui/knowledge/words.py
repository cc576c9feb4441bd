"""The knowledge page's texts in one reader's language."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

from assistant.desk.errors import DeskError
from assistant.errors import ConfigurationError
from assistant.messages import Messages


@dataclass(frozen=True, slots=True)
class Words:
    """Texts of the locale files. What it returns is escaped unless the name says otherwise."""

    messages: Messages
    locale: str

    def plain(self, key: str, **values: str) -> str:
        """The text `kno_<key>` as it stands in the locale files, unescaped."""
        return self.messages.text(f"kno_{key}", self.locale, **values)

    def say(self, key: str, **values: str) -> str:
        """The text, escaped with its values: fit for an element and for a quoted attribute."""
        return escape(self.plain(key, **values))

    def known(self, key: str, otherwise: str) -> str:
        """The text, or `otherwise` (escaped) where none exists: for vocabularies that other parts may extend."""
        try:
            return self.say(key)
        except ConfigurationError:
            return escape(otherwise)

    def refusal(self, error: DeskError) -> str:
        """What a refusal tells its reader, unescaped: in words about documents where the desk's are about tickets."""
        values = {"reason": str(error), **error.values}
        try:
            return self.plain(f"error_{error.code}", **values)
        except ConfigurationError:
            return self.messages.text(f"error_{error.code}", self.locale, **values)
