"""Names that people log in with: one spelling per person, whatever the keyboard gave."""

from __future__ import annotations

from assistant.people.errors import AccountError
from assistant.storage.users import name_key

MAX_LENGTH = 40
_PUNCTUATION = frozenset("._-")
_DIGITS = frozenset("0123456789")
_INVISIBLE = frozenset("\u115f\u1160")
"""Hangul fillers: letters by category, blank on the screen. NFKC turns the other two (U+3164, U+FFA0) into these."""
_HINT = (
    f"Use letters of any script, digits, dots, hyphens and underscores; begin with a letter or digit; "
    f"at most {MAX_LENGTH} characters."
)


def normalise(name: str) -> str:
    """The name as it is stored and compared: without blanks around it, NFKC, case folded. A fixed point of itself.

    Raises:
        AccountError: empty, too long, or with a character that could be mistaken or not be seen.
    """
    if len(name) > 4 * MAX_LENGTH:  # before any work on it: this comes from an open page
        raise AccountError("The name is too long.", hint=_HINT)
    folded = name_key(name.strip())
    if not folded:
        raise AccountError("The name is empty.", hint=_HINT)
    if len(folded) > MAX_LENGTH:
        raise AccountError("The name is too long.", hint=_HINT)
    refused = [sign for sign in folded if not _allowed(sign)] or [*folded[:1]][: folded[0] in _PUNCTUATION]
    if refused:
        raise AccountError(f"The name may not hold U+{ord(refused[0]):04X} there.", hint=_HINT)
    return folded


def _allowed(sign: str) -> bool:
    return (sign.isalpha() and sign not in _INVISIBLE) or sign in _DIGITS or sign in _PUNCTUATION
