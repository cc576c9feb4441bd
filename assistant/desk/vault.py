"""Originals of personal data, encrypted with the desk's key. Secrets never come here: the firewall destroyed them."""

from __future__ import annotations

import base64
import hashlib
import os
import secrets
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.errors import ConfigurationError

if TYPE_CHECKING:
    from cryptography.fernet import Fernet

KEY_FILE = "secret.key"
_KEY_BYTES = 32


class Vault:
    """Encrypts and decrypts single values (Fernet: AES-128-CBC with HMAC-SHA-256)."""

    def __init__(self, key: bytes) -> None:
        self._key = key
        self._cipher: Fernet | None = None

    def seal(self, value: str) -> bytes:
        """`value`, encrypted; different at every call."""
        return self._fernet().encrypt(value.encode("utf-8"))

    def open(self, ciphertext: bytes) -> str:
        """The value.

        Raises:
            ConfigurationError: it was encrypted with another key, or altered.
        """
        from cryptography.fernet import InvalidToken

        try:
            return self._fernet().decrypt(ciphertext).decode("utf-8")
        except InvalidToken:
            raise ConfigurationError(
                "A value cannot be decrypted: the desk's key is not the one it was stored with.",
                hint=f"Restore PROOFDESK_SECRET_KEY or the file {KEY_FILE} of the data directory.",
            ) from None

    def _fernet(self) -> Fernet:
        if self._cipher is None:
            from cryptography.fernet import Fernet  # a native library that the first page does not need

            digest = hashlib.blake2b(self._key, digest_size=_KEY_BYTES, person=b"proofdesk-vault").digest()
            self._cipher = Fernet(base64.urlsafe_b64encode(digest))
        return self._cipher


def load_key(configured: str | None, data_dir: Path) -> bytes:
    """The desk's key: the configured one, else that of the key file, which is made when there is none.

    Raises:
        ConfigurationError: the file cannot be read or written, or is damaged.
    """
    if configured is not None:
        return configured.encode("utf-8")
    path = data_dir / KEY_FILE
    try:
        return _read(path) if path.exists() else _create(path)
    except OSError as error:
        raise ConfigurationError(
            f"{path} cannot be used: {error.strerror}.", hint="Set PROOFDESK_SECRET_KEY."
        ) from None


def _read(path: Path) -> bytes:
    key = path.read_bytes()
    if len(key) != _KEY_BYTES:
        raise ConfigurationError(f"{path} is damaged.", hint="Restore it from a backup: personal data depends on it.")
    return key


def _create(path: Path) -> bytes:
    path.parent.mkdir(parents=True, exist_ok=True)
    key = os.urandom(_KEY_BYTES)
    temporary = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    with os.fdopen(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(key)
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(temporary, path)  # fails when another process was first: its key is the one that counts
    except FileExistsError:
        return _read(path)
    finally:
        temporary.unlink()
    return key
