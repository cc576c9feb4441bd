"""A chat model as a drafter. Called only with evidence; whatever it returns is verified like any other draft."""

from __future__ import annotations

import logging
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from langchain_core.messages import AIMessage, BaseMessage, HumanMessage, SystemMessage
from langsmith import tracing_context

from assistant.errors import ChatModelError, DraftRejectedError
from assistant.language import detect_language
from assistant.llm.deadline import within
from assistant.model import Draft, Evidence, Layout, Sentence, SentenceRole
from assistant.prompts.prompt import Prompt
from corpus.sentences import split_sentences

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

_log = logging.getLogger(__name__)

_MARKS = re.compile(r"\s*((?:\[\d+\]\s*)+)")
_STEP = re.compile(r"^\d+[.)、]\s*")
_BULLET = re.compile(r"^[-*•]\s+")
_NO_ANSWER = "NO_ANSWER"
_CUT_OFF = ("length", "content_filter")


class ChatDrafter:
    """Any LangChain chat model with a prompt of ours.

    Args:
        timeout_s: how long one draft may take, in seconds, whatever the server sends meanwhile.
    """

    def __init__(self, model: BaseChatModel, name: str, prompt: Prompt, timeout_s: float) -> None:
        self._model = model
        self._prompt = prompt
        self._timeout_s = timeout_s
        self.name = name

    def draft(self, turns: Sequence[str], evidence: Evidence, language: str) -> Draft:
        """See `assistant.llm.base.Drafter`."""
        if not evidence.items:
            raise DraftRejectedError("No evidence, no model call.")
        messages = [SystemMessage(self._prompt.text), HumanMessage(_request(turns, evidence, language))]
        try:
            reply = within(self._timeout_s, lambda: self._invoke(messages))
        except Exception as error:  # every provider has its own family; none of them may reach the customer
            # The composer takes over silently, so the log is the only place where an operator sees a wrong key.
            _log.warning("%s failed: %s", self.name, _kind(error))
            raise ChatModelError(
                f"The chat model {self.name!r} failed: {_kind(error)}.",
                hint="Check PROOFDESK_CHAT_BASE_URL, PROOFDESK_CHAT_API_KEY and that the server is up.",
            ) from error
        return self._accepted(reply, language)

    def _invoke(self, messages: list[BaseMessage]) -> AIMessage:
        # Holds even where tracing was switched on in code, which no variable of the environment undoes.
        with tracing_context(enabled=False):
            return self._model.invoke(messages)

    def _accepted(self, reply: AIMessage, language: str) -> Draft:
        end = reply.response_metadata.get("finish_reason")
        if end in _CUT_OFF:
            raise DraftRejectedError(f"The model's draft is cut off ({end}).")
        draft = parse_draft(str(reply.text), language, self.name, self._prompt.name)
        found = detect_language(" ".join(sentence.text for sentence in draft.sentences), language)
        if found.split("-")[0] != language.split("-")[0]:
            raise DraftRejectedError(f"The model wrote {found} instead of {language}.")
        return draft


def _kind(error: Exception) -> str:
    """The error's name and HTTP status. Its text may repeat the request, so it goes nowhere."""
    status = getattr(error, "status_code", None)
    return f"{type(error).__name__} {status}" if isinstance(status, int) else type(error).__name__


def parse_draft(text: str, language: str, model: str, prompt: str) -> Draft:
    """Model text to sentences with citations. Marks before or after the full stop belong to the sentence before them.

    Raises:
        DraftRejectedError: the model declined or returned nothing.
    """
    if not text.strip() or _NO_ANSWER in text:
        raise DraftRejectedError("The model found no answer in the evidence.")
    sentences: list[Sentence] = []
    for line in text.splitlines():
        layout, body = _line_layout(line.strip())
        for index, (part, citations) in enumerate(_cited_parts(body)):
            role = SentenceRole.STEP if layout is Layout.STEP else SentenceRole.SUBSTANCE
            sentences.append(Sentence(part, role, citations, layout=layout if index == 0 else Layout.INLINE))
    if not sentences:
        raise DraftRejectedError("The model wrote nothing that can be checked.")
    return Draft(tuple(sentences), language, model, prompt)


def _line_layout(line: str) -> tuple[Layout, str]:
    if _STEP.match(line):
        return Layout.STEP, _STEP.sub("", line)
    if _BULLET.match(line):
        return Layout.BULLET, _BULLET.sub("", line)
    return Layout.PARAGRAPH, line


def _cited_parts(line: str) -> list[tuple[str, tuple[int, ...]]]:
    """Sentences of a line; each carries the marks inside it and directly after it."""
    parts: list[tuple[str, tuple[int, ...]]] = []
    for chunk in split_sentences(line):
        numbers = tuple(int(n) for n in re.findall(r"\[(\d+)\]", chunk))
        text = _MARKS.sub("", chunk).strip()
        if not text.strip(".。!！ ") and parts:
            parts[-1] = (parts[-1][0], parts[-1][1] + numbers)
            continue
        leading = re.match(r"^\s*((?:\[\d+\]\s*)+)(?=\S)", chunk)
        if leading and parts:
            moved = tuple(int(n) for n in re.findall(r"\d+", leading.group()))
            parts[-1] = (parts[-1][0], parts[-1][1] + moved)
            numbers = numbers[len(moved) :]
        if text:
            parts.append((text, numbers))
    return parts


def _request(turns: Sequence[str], evidence: Evidence, language: str) -> str:
    conversation = "\n".join(f"- {_data(turn)}" for turn in turns)
    passages = "\n".join(
        f"[{item.n}] {_data(item.passage.title)}: {_data(item.passage.text)}" for item in evidence.items
    )
    return (
        f"<conversation>\n{conversation}\n</conversation>\n<evidence>\n{passages}\n</evidence>\n"
        f"<task>Answer the customer's last message in {language}.</task>"
    )


def _data(text: str) -> str:
    """Customer and passage text cannot close the block it stands in."""
    return text.replace("<", "‹").replace(">", "›")
