"""An OpenAI-compatible server that says what a test tells it to say, and remembers what it was asked."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Any

Reply = Callable[["Handler", str], None]
"""Answers a request, given the text of its user message."""


class Server(ThreadingHTTPServer):
    """Set `reply`; read `requests`. The server is on this machine and a free port."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.reply: Reply = saying("NO_ANSWER")
        self.requests: list[dict[str, Any]] = []
        self.closing = Event()

    @property
    def url(self) -> str:
        """The base URL of the API."""
        return f"http://127.0.0.1:{self.server_address[1]}/v1"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that has hung up is part of the tests."""


class Handler(BaseHTTPRequestHandler):
    """`POST /v1/chat/completions`; anything else is noted and accepted."""

    server: Server

    def do_POST(self) -> None:
        raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if not self.path.endswith("/chat/completions"):
            self.server.requests.append({"path": self.path})
            self.send(202, {})
            return
        body = json.loads(raw)
        self.server.requests.append({"path": self.path, "key": self.headers["Authorization"], **body})
        self.server.reply(self, body["messages"][-1]["content"])

    def do_GET(self) -> None:
        self.server.requests.append({"path": self.path})
        self.send(200, {})

    def send(self, status: int, body: Any, **headers: str) -> None:
        encoded = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.send_response(status)
        for name, value in {"Content-Type": "application/json", "Content-Length": str(len(encoded)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(encoded)

    def log_message(self, *args: object) -> None:
        pass


def completion(text: str, finish_reason: str = "stop") -> dict[str, Any]:
    choice = {"index": 0, "message": {"role": "assistant", "content": text}, "finish_reason": finish_reason}
    usage = {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2}
    return {
        "id": "c-1",
        "object": "chat.completion",
        "created": 1,
        "model": "stub",
        "choices": [choice],
        "usage": usage,
    }


def saying(text: str, finish_reason: str = "stop") -> Reply:
    return lambda handler, _: handler.send(200, completion(text, finish_reason))


def quoting(template: str) -> Reply:
    """Puts the first sentence of passage [1] into `{sentence}` (without its full stop): a faithful draft."""

    def reply(handler: Handler, request: str) -> None:
        passage = re.search(r"^\[1\] [^:]*: (.+)$", request, re.MULTILINE)
        assert passage, request
        sentence = re.split(r"。|(?<=[a-z])\. ", passage.group(1))[0].removesuffix(".")
        handler.send(200, completion(template.format(sentence=sentence)))

    return reply


def failing(status: int, **headers: str) -> Reply:
    return lambda handler, _: handler.send(status, {"error": {"message": "no", "type": "x"}}, **headers)


def silent(handler: Handler, _: str) -> None:
    """Accepts the request and never answers."""
    handler.server.closing.wait(60)


def trickling(handler: Handler, _: str) -> None:
    """A space now and then: no read ever times out, and no answer ever comes."""
    handler.send_response(200)
    handler.send_header("Content-Type", "application/json")
    handler.send_header("Content-Length", "100000")
    handler.end_headers()
    end = time.monotonic() + 60
    while time.monotonic() < end and not handler.server.closing.wait(0.1):
        handler.wfile.write(b" ")
        handler.wfile.flush()


def nonsense(handler: Handler, _: str) -> None:
    handler.send(200, b"<html>Bad gateway</html>")


@contextmanager
def scripted_server() -> Iterator[Server]:
    server = Server()
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.closing.set()
        server.shutdown()
        thread.join()
        server.server_close()
