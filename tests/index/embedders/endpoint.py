"""A small embeddings server: the vector of a text counts its letters. It answers in reverse order, as it may."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

DIMENSION = 27


def letter_counts(text: str) -> list[float]:
    counts = [1.0] + [0.0] * (DIMENSION - 1)
    for character in text.lower():
        counts[1 + ord(character) % (DIMENSION - 1)] += 2.0
    return counts


class Handler(BaseHTTPRequestHandler):
    """`POST /v1/embeddings`. The model `refused` gets 401, `short` one vector too few, `nothing` zeros."""

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        calls = self.server.calls  # type: ignore[attr-defined]
        calls.append({"path": self.path, "key": self.headers["Authorization"], **body})
        if body["model"] == "refused":
            self._send(401, {"error": {"message": "wrong key"}})
            return
        texts = body["input"]
        assert all(texts), "an endpoint refuses empty strings"
        rows = [
            {
                "object": "embedding",
                "index": number,
                "embedding": [0.0] * DIMENSION if body["model"] == "nothing" else letter_counts(text),
            }
            for number, text in enumerate(texts)
        ]
        if body["model"] == "short":
            rows.pop()
        usage = {"prompt_tokens": 1, "total_tokens": 1}
        self._send(200, {"object": "list", "model": body["model"], "data": rows[::-1], "usage": usage})

    def _send(self, status: int, body: dict[str, Any]) -> None:
        encoded = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(encoded)))
        self.end_headers()
        self.wfile.write(encoded)

    def log_message(self, *args: object) -> None:
        pass


@contextmanager
def running_endpoint() -> Iterator[ThreadingHTTPServer]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.calls = []  # type: ignore[attr-defined]
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def base_url(server: ThreadingHTTPServer) -> str:
    return f"http://127.0.0.1:{server.server_address[1]}/v1"


def calls(server: ThreadingHTTPServer) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = server.calls  # type: ignore[attr-defined]
    return found
