"""Whether the desk can answer right now: cheap enough to ask every few seconds."""

from __future__ import annotations

from dataclasses import dataclass

import assistant
from assistant.bootstrap import App
from assistant.errors import ProofdeskError


@dataclass(frozen=True, slots=True)
class Health:
    """State of the parts that can fail while the process lives.

    Attributes:
        problem: what is wrong and what to do; empty when all is well.
    """

    version: str
    snapshot: str
    documents: int
    passages: int
    embedder: str
    chat_model: str
    policy: str
    problem: str = ""

    @property
    def ok(self) -> bool:
        """Whether questions can be answered."""
        return not self.problem


def read_health(app: App) -> Health:
    """The present state; a broken part is reported, never raised."""
    problem, snapshot, policy, documents, passages = "", "", "", 0, 0
    try:
        policy = app.policy.version
        manifest = app.knowledge.status()
        if manifest is None:
            problem = "There is no index. Run `proofdesk index build`."
        else:
            # What serves, not what the pointer names: opening it checks every file, once.
            snapshot = app.retriever.snapshot_id
            documents, passages = manifest.documents, manifest.passages
    except ProofdeskError as error:
        problem = str(error)
    return Health(
        version=assistant.__version__,
        snapshot=snapshot,
        documents=documents,
        passages=passages,
        embedder=app.settings.embedder,
        chat_model=app.settings.chat_model,
        policy=policy,
        problem=problem,
    )
