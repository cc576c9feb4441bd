"""From the `chat_model` setting to a LangChain chat model."""

from __future__ import annotations

import os
import sys

from pydantic import SecretStr

from assistant.errors import ConfigurationError
from assistant.llm.base import Drafter
from assistant.prompts.prompt import load_prompt

_DEFAULT_URL = "https://api.openai.com/v1"
_TRACING = (
    "LANGSMITH_TRACING",
    "LANGSMITH_TRACING_V2",
    "LANGCHAIN_TRACING",
    "LANGCHAIN_TRACING_V2",
    "LANGCHAIN_HANDLER",  # the oldest of them; LangChain refuses every call while it is on
)


def disable_tracing() -> None:
    """Turns LangChain's external tracing off for this process, whatever the environment says.

    Raw questions must never leave the machine through a variable that somebody set for another program.
    """
    for name in _TRACING:
        os.environ[name] = "false"
    if loaded := sys.modules.get("langsmith.utils"):
        loaded.get_env_var.cache_clear()  # it remembers what it read before


def load_drafter(spec: str, *, base_url: str | None, api_key: SecretStr | None, timeout_s: float) -> Drafter | None:
    """A drafter for `openai:<model>`; `None` for `extractive`.

    Raises:
        ConfigurationError: the specification is neither, or there is neither a key nor an endpoint.
    """
    if spec == "extractive":
        return None
    provider, _, model = spec.partition(":")
    if provider != "openai" or not model:
        raise ConfigurationError(
            f"Unknown chat model {spec!r}.",
            hint="Use `extractive`, or `openai:<model>` with PROOFDESK_CHAT_BASE_URL for any compatible server.",
        )
    if not base_url and api_key is None:
        raise ConfigurationError(
            f"The chat model {spec!r} has no API key.",
            hint="Set PROOFDESK_CHAT_API_KEY, or PROOFDESK_CHAT_BASE_URL for a server that needs none.",
        )
    from langchain.chat_models import init_chat_model

    from assistant.llm.drafter import ChatDrafter

    disable_tracing()
    chat = init_chat_model(
        spec,
        # Named even when it is the default: the client would follow OPENAI_BASE_URL, set for some other program.
        base_url=base_url or _DEFAULT_URL,
        # A local server needs no key, but the client refuses to start without one.
        api_key=api_key.get_secret_value() if api_key else "none",
        temperature=0,
        timeout=timeout_s,
        max_retries=0,  # the composer answers at once; a retry waits as long as the server's Retry-After says
        max_tokens=700,
    )
    return ChatDrafter(chat, spec, load_prompt("draft"), timeout_s)
