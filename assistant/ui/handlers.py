"""What every function that Gradio calls needs: to be seen as one that wants the request, and to keep errors in."""

from __future__ import annotations

import functools
import logging
from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar

from assistant.desk.errors import DeskError, Refusal
from assistant.errors import ProofdeskError
from assistant.messages import load_messages
from assistant.ui.visitor import locale_of

_log = logging.getLogger(__name__)
Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")


def handler(function: Callable[Arguments, Result]) -> Callable[Arguments, Result]:
    """Makes a function, or a bound method, one that Gradio can call.

    Gradio passes the request, or the data of an event, to a parameter by its annotation and looks `gr` up among the
    globals of the module; our modules import gradio only when a page is built. An error that leaves the function
    becomes a message in the reader's language: Gradio would print its traceback, which may quote a customer.
    """
    import gradio as gr

    @functools.wraps(function)
    def guarded(*args: Arguments.args, **kwargs: Arguments.kwargs) -> Result:
        try:
            return function(*args, **kwargs)
        except gr.Error:
            raise
        except Exception as error:
            refusal = _refusal(error)
        locale = next((locale_of(each, "zh-CN") for each in args if isinstance(each, gr.Request)), "zh-CN")
        text = load_messages().text(f"error_{refusal.code}", locale, **refusal.values)
        raise gr.Error(text, title="", print_exception=False)

    hints = {name: hint for name, hint in function.__annotations__.items() if isinstance(hint, str)}
    special: dict[str, Any] = {
        name: getattr(gr, hint.removeprefix("gr.")) for name, hint in hints.items() if hint.startswith("gr.")
    }
    guarded.__annotations__ = {name: hint for name, hint in special.items() if name != "return"}
    return guarded


def _refusal(error: Exception) -> DeskError:
    if isinstance(error, DeskError):
        return error
    if isinstance(error, ProofdeskError):
        _log.error("%s", error)
    else:
        _log.error("Unexpected %s in a page; PROOFDESK_LOG_LEVEL=DEBUG logs where.", type(error).__name__)
        _log.debug("unexpected error", exc_info=error)
    return DeskError(Refusal.UNAVAILABLE)
