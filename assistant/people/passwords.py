"""Passwords: what a new one has to be, how it is hashed and compared, and those that are given out."""

from __future__ import annotations

import base64
import logging
import secrets
import threading
import unicodedata

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError, VerifyMismatchError

from assistant.desk.errors import DeskError, Refusal

log = logging.getLogger(__name__)

MIN_LENGTH = 12
MAX_LENGTH = 256
"""Length rules as in NIST SP 800-63B: a minimum, room for sentences, no rules about kinds of characters."""

_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
"""Without i, l, o, 0 and 1: people copy these from a screen or paper."""
_GROUPS, _GROUP = 5, 4
_ENTRY_TIMEOUT_S = 15.0


def one_time_password() -> str:
    """Five groups of four random characters: 99 bits."""
    return "-".join("".join(secrets.choice(_ALPHABET) for _ in range(_GROUP)) for _ in range(_GROUPS))


class Passwords:
    """Hashes and compares, at most `at_once` at a time: each takes 64 MiB and all cores by argon2's defaults.

    Args:
        hasher: argon2 parameters; those of the library (RFC 9106, low memory) when left out.
        at_once: how many run together; the others wait, so that a flood of logins cannot eat the memory.
    """

    def __init__(self, hasher: PasswordHasher | None = None, *, at_once: int = 2) -> None:
        self._hasher = hasher or PasswordHasher()
        self._slots = threading.BoundedSemaphore(at_once)
        self._decoy = _decoy(self._hasher)

    def check_new(self, password: str) -> None:
        """Refuses what may not become a password.

        Raises:
            DeskError: `PASSWORD_WEAK` below 12 characters, `TOO_LONG` above 256, `UNREADABLE` when it is not text.
        """
        if len(password) > MAX_LENGTH:
            raise DeskError(Refusal.TOO_LONG, "The password is too long.", limit=str(MAX_LENGTH))
        if not _is_text(password):
            raise DeskError(Refusal.UNREADABLE, "The password is not text.")
        if min(len(password), len(_composed(password))) < MIN_LENGTH:  # one ligature composes to many letters
            raise DeskError(Refusal.PASSWORD_WEAK, "The password is too short.", length=str(MIN_LENGTH))

    def hash(self, password: str) -> str:
        """The encoded hash, with a new salt.

        Raises:
            DeskError: `TOO_FAST` when too many wait, `UNAVAILABLE` when there is no memory for it.
        """
        self._enter()
        try:
            return self._hasher.hash(_bytes(password))
        except Argon2Error as error:
            raise DeskError(Refusal.UNAVAILABLE, f"The password cannot be hashed: {error}.") from error
        finally:
            self._slots.release()

    def matches(self, encoded: str | None, password: str) -> bool:
        """Whether the password belongs to the hash. Without one (no such person) the same work is done in vain.

        Raises:
            DeskError: as `hash`.
        """
        self._enter()
        try:
            usable = len(password) <= MAX_LENGTH
            # The comparison is made whatever comes: how long a refusal takes must not say why it is one.
            return self._verified(encoded or self._decoy, password[:MAX_LENGTH]) and usable and encoded is not None
        finally:
            self._slots.release()

    def outdated(self, encoded: str) -> bool:
        """Whether the hash was made with other parameters than today's."""
        return self._hasher.check_needs_rehash(encoded)

    def _enter(self) -> None:
        if not self._slots.acquire(timeout=_ENTRY_TIMEOUT_S):
            raise DeskError(Refusal.TOO_FAST, "Too many people log in at this moment.", minutes="1")

    def _verified(self, encoded: str, password: str) -> bool:
        try:
            return self._hasher.verify(encoded, _bytes(password))
        except VerifyMismatchError:
            return False
        except InvalidHashError:
            log.error("A stored password is damaged; its owner needs a new one (proofdesk user reset).")
            return encoded != self._decoy and self._verified(self._decoy, password)
        except Argon2Error as error:
            raise DeskError(Refusal.UNAVAILABLE, f"The password cannot be checked: {error}.") from error


def _composed(password: str) -> str:
    # The same password typed on two keyboards may come composed or not (NIST SP 800-63B, 3.1.1.2).
    return unicodedata.normalize("NFKC", password)


def _bytes(password: str) -> bytes:
    return _composed(password).encode("utf-8", "surrogatepass")


def _is_text(password: str) -> bool:
    # NFKC keeps control characters and lone surrogates; no keyboard makes them, and nobody could type them again.
    return not any(unicodedata.category(sign) in {"Cc", "Cs"} for sign in password)


def _decoy(hasher: PasswordHasher) -> str:
    """A well-formed hash of no known password, with the hasher's own parameters, so that it costs the same to try."""
    salt, digest = (
        base64.b64encode(secrets.token_bytes(length)).rstrip(b"=").decode()
        for length in (hasher.salt_len, hasher.hash_len)
    )
    parameters = f"m={hasher.memory_cost},t={hasher.time_cost},p={hasher.parallelism}"
    return f"$argon2id$v=19${parameters}${salt}${digest}"
