"""Session tokens. The browser holds one; the database holds its hash only, so a stolen database opens no session."""

from __future__ import annotations

import hashlib
import secrets


def new_token() -> str:
    """256 random bits as 43 URL-safe characters."""
    return secrets.token_urlsafe(32)


def token_hash(token: str) -> str:
    """Hexadecimal SHA-256 of whatever a browser sent. Our tokens are random: nothing slower is needed."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
