"""Logins. Only hashes of their tokens are stored."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, insert, select, update

from assistant.storage.repository import Repository
from assistant.storage.tables import login

_C = login.c


class Sessions(Repository):
    """Who is logged in, until when."""

    def add(self, token_hash: str, user_id: str, created_at: datetime, expires_at: datetime) -> None:
        """Store a new session."""
        row = {"token_hash": token_hash, "user_id": user_id, "created_at": created_at, "expires_at": expires_at}
        self._run(insert(login).values(**row))

    def get(self, token_hash: str) -> tuple[str, datetime] | None:
        """User id and end of the session, which may be over."""
        row = self._one(select(_C.user_id, _C.expires_at).where(_C.token_hash == token_hash))
        return None if row is None else (row.user_id, row.expires_at)

    def created_at(self, token_hash: str) -> datetime | None:
        """When the session began."""
        began: datetime | None = self._scalar(select(_C.created_at).where(_C.token_hash == token_hash))
        return began

    def extend(self, token_hash: str, expires_at: datetime) -> bool:
        """Move the end of a session; `False` = there is none."""
        return self._changes(update(login).where(_C.token_hash == token_hash).values(expires_at=expires_at)) == 1

    def delete(self, token_hash: str) -> bool:
        """End a session; `False` = there was none."""
        return self._changes(delete(login).where(_C.token_hash == token_hash)) == 1

    def delete_of(self, user_id: str, keep: str | None = None) -> int:
        """End all sessions of a user but `keep`; returns how many."""
        ended = delete(login).where(_C.user_id == user_id)
        return self._changes(ended if keep is None else ended.where(_C.token_hash != keep))

    def delete_expired(self, now: datetime) -> int:
        """Forget the sessions that are over at `now`; returns how many."""
        return self._changes(delete(login).where(_C.expires_at <= now))
