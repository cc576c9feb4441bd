"""Open pages without a browser: what a page of the desk asks for and listens to, over HTTP, by its own cookie."""

from __future__ import annotations

import http.client
import json
import re
import socket
import threading
import time
import uuid
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from assistant.ui.staff import STAFF_COOKIE
from assistant.ui.visitor import CUSTOMER_COOKIE
from eval.bench.desk.server import Server
from eval.errors import MeasurementError

_CONFIG = re.compile(r"window\.gradio_config = (\{.*?\});</script>", re.DOTALL)
_TIMEOUT_S = 60.0
_REST_S = 0.25
"""A page reads again at most four times a second, however often it is told of a change."""


class Visitor:
    """One browser's page. Subclasses know which events it has.

    Args:
        server: where the page is.
        path: the page's path, with a slash at its end.
        cookie: what the browser has already.
    """

    events: Sequence[tuple[str, str]] = ()
    """Element id and trigger of the events that `call` may name."""
    stream = "/events"

    def __init__(self, server: Server, path: str, cookie: str = "") -> None:
        self._server = server
        self._path = path
        self._cookie = cookie
        self._numbers: dict[tuple[str, str], int] = {}
        self._stream: http.client.HTTPConnection | None = None
        self._thread: threading.Thread | None = None
        self.heard = 0
        """Signs of life on the stream so far, the first one included."""
        self._open()

    def call(self, element: str, trigger: str, *, data: Sequence[str] = (), event: object = None) -> Any:
        """The answer of one event, as its component gets it.

        Raises:
            MeasurementError: the server refused.
        """
        body = {"data": list(data), "fn_index": self._numbers[element, trigger], "event_data": event}
        status, answer = self._ask("POST", f"{self._path}gradio_api/run/predict", json.dumps(body))
        if status != http.client.OK:
            raise MeasurementError(f"The desk refused an event with status {status}.")
        return json.loads(answer)["data"][0]

    def changed(self) -> None:
        """What the page does when it is told of a change."""

    def listen(self) -> None:
        """Opens the page's event stream and keeps it open in a thread.

        Raises:
            MeasurementError: the server refused, or did not say that it is ready.
        """
        self._stream = self._connection()
        self._stream.request("GET", self.stream, headers=self._headers())
        response = self._stream.getresponse()
        if response.status != http.client.OK or b"ready" not in response.readline() + response.readline():
            raise MeasurementError(f"The desk refused an event stream with status {response.status}.")
        if self._stream.sock is not None:
            self._stream.sock.settimeout(None)
        self.heard = 1
        self._thread = threading.Thread(target=self._follow, args=(response,), daemon=True)
        self._thread.start()

    @property
    def open(self) -> bool:
        """Whether the stream still is."""
        return self._thread is not None and self._thread.is_alive()

    def close(self) -> None:
        """Ends the stream."""
        if self._stream is not None and self._stream.sock is not None:
            with suppress(OSError):
                self._stream.sock.shutdown(socket.SHUT_RDWR)
        if self._thread is not None:
            self._thread.join(_TIMEOUT_S)
        if self._stream is not None:
            self._stream.close()

    def _follow(self, response: http.client.HTTPResponse) -> None:
        with suppress(OSError, http.client.HTTPException, ValueError):
            while line := response.readline():
                if not line.startswith(b"event:"):
                    continue
                self.heard += 1
                if b"changed" in line:
                    self.changed()
                    time.sleep(_REST_S)

    def _open(self) -> None:
        status, page = self._ask("GET", self._path)
        found = _CONFIG.search(page)
        if status != http.client.OK or found is None:
            raise MeasurementError(f"The page {self._path} answered with status {status}.")
        config = json.loads(found[1])
        names = {part["id"]: part["props"].get("elem_id") for part in config["components"]}
        self._numbers = {
            (names.get(component) or "", trigger): event["id"]
            for event in config["dependencies"]
            for component, trigger in event["targets"]
        }
        if missing := [name for name in self.events if name not in self._numbers]:
            raise MeasurementError(f"The page {self._path} has no event {missing[0]}.")

    def _ask(self, method: str, path: str, body: str | None = None) -> tuple[int, str]:
        connection = self._connection()
        try:
            connection.request(method, path, body, self._headers())
            response = connection.getresponse()
            self._keep(response.headers.get_all("set-cookie", []))
            return response.status, response.read().decode("utf-8")
        except OSError as error:
            raise MeasurementError(f"The desk did not answer: {error}") from error
        finally:
            connection.close()

    def _keep(self, cookies: Sequence[str]) -> None:
        for cookie in cookies:
            if cookie.startswith(f"{CUSTOMER_COOKIE}="):
                self._cookie = cookie.partition(";")[0]

    def _connection(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection(self._server.host, self._server.port, timeout=_TIMEOUT_S)

    def _headers(self) -> dict[str, str]:
        headers = {"Origin": self._server.url, "Content-Type": "application/json"}
        return headers | ({"Cookie": self._cookie} if self._cookie else {})


class Customer(Visitor):
    """A customer's page, of a customer who was never here before."""

    events = (("cust-desk", "send"), ("cust-desk", "refresh"))

    def __init__(self, server: Server) -> None:
        super().__init__(server, "/")

    def ask(self, text: str) -> None:
        """Sends a message; returns when the desk has confirmed it.

        Raises:
            MeasurementError: it was not taken in.
        """
        call = {"id": uuid.uuid4().hex, "zone": "UTC", "text": text, "nonce": uuid.uuid4().hex}
        answer = self.call("cust-desk", "send", event=call)
        if not isinstance(answer, dict) or answer.get("error") or "page" not in answer:
            raise MeasurementError("The desk did not take a question in.")

    def changed(self) -> None:
        """Reads the conversation anew."""
        self.call("cust-desk", "refresh", event={"id": uuid.uuid4().hex, "zone": "UTC"})


class Agent(Visitor):
    """A console, by the token of a session."""

    events = (("con-port-queue", "submit"),)
    stream = "/agent/events"

    def __init__(self, server: Server, token: str) -> None:
        super().__init__(server, "/agent/", f"{STAFF_COOKIE}={token}")

    def changed(self) -> None:
        """Reads the queue anew."""
        self.call("con-port-queue", "submit", data=[json.dumps({"n": 1})])
