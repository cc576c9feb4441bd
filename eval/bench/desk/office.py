"""The desk that is measured: a data directory with an index and accounts, its servers, and what its database says."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

from assistant.bootstrap import App
from assistant.user import Role
from eval.bench.answer import shipped_settings
from eval.bench.desk.server import Server, running
from eval.errors import MeasurementError

_SERVE = ("-m", "assistant", "serve", "--host", Server.host, "--port", "{port}")
_POLL_S = 0.004
_DRAFT_S = 60.0


class Office:
    """A desk out of the box in `folder`, its index built."""

    def __init__(self, folder: Path, timer: Callable[[], float]) -> None:
        self.folder = folder
        self.app = App(shipped_settings(folder / "data"))
        self._timer = timer
        self.app.knowledge.build()

    def serve(self) -> AbstractContextManager[Server]:
        """`proofdesk serve` on a free port."""
        variables = {"PROOFDESK_DATA_DIR": str(self.app.settings.data_dir)}
        return running(_SERVE, self.folder, timer=self._timer, variables=variables)

    def agents(self, count: int) -> list[str]:
        """Session tokens of so many new agents, who have chosen their passwords."""
        people, tokens = self.app.people, []
        for _ in range(count):
            name = f"agent-{secrets.token_hex(4)}"
            once = people.add(name, Role.AGENT)
            token, user = people.log_in(name, once, address=Server.host)
            people.change_password(user, token, once, secrets.token_urlsafe(16))
            tokens.append(token)
        return tokens

    def wait_for_drafts(self) -> None:
        """Returns as soon as no ticket waits for its draft.

        Raises:
            MeasurementError: that took longer than a minute.
        """
        end = self._timer() + _DRAFT_S
        while self._timer() < end:
            with self.app.database.reading() as records:
                if not records.tickets.pending(1):
                    return
            time.sleep(_POLL_S)
        raise MeasurementError("The desk made no draft within a minute.")

    def close(self) -> None:
        """Lets go of files."""
        self.app.close()
