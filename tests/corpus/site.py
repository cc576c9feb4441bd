"""A real web server for tests: pages that can be changed, with everything a server may do wrong."""

from __future__ import annotations

import hashlib
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Answer:
    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    seconds: float = 0.0
    """Between the pieces of the body."""
    tagged: bool = False
    """Whether the server knows the page by an ETag and may answer that it has not changed."""
    cut: bool = False
    """Whether the connection breaks off in the middle."""


class Site:
    """Pages by path; `log` holds the requests (path, status) in order."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.pages: dict[str, Answer | list[Answer]] = {}
        self.log: list[tuple[str, int]] = []

    def url(self, path: str = "/") -> str:
        return f"http://127.0.0.1:{self.port}{path}"

    def text(self, path: str, text: str, *, tagged: bool = False, kind: str = "text/markdown") -> None:
        self.pages[path] = Answer(text.encode(), headers={"Content-Type": kind}, tagged=tagged)

    def html(self, path: str, text: str, *, tagged: bool = False) -> None:
        page = f"<html><head><title>{text[:20]}</title></head><body><h1>{text[:20]}</h1><p>{text}</p></body></html>"
        self.pages[path] = Answer(page.encode(), headers={"Content-Type": "text/html; charset=utf-8"}, tagged=tagged)

    def sitemap(self, *paths: str, at: str = "/sitemap.xml") -> None:
        locations = "".join(f"<url><loc>{self.url(path)}</loc></url>" for path in paths)
        xml = f'<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{locations}</urlset>'
        self.pages[at] = Answer(xml.encode(), headers={"Content-Type": "application/xml"})

    def answer(self, path: str) -> Answer:
        page = self.pages.get(path)
        if isinstance(page, list):  # one answer after the other; the last one stays
            return page.pop(0) if len(page) > 1 else page[0]
        return page or Answer(b"gone", 404)


@contextmanager
def serving() -> Iterator[Site]:
    """A server on a free port of 127.0.0.1."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler)
    site = Site(server.server_port)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            answer = site.answer(self.path)
            tag = f'"{hashlib.sha256(answer.body).hexdigest()[:16]}"'
            fresh = answer.tagged and self.headers.get("If-None-Match") == tag
            status = 304 if fresh else answer.status
            site.log.append((self.path, status))
            body = b"" if fresh else answer.body
            self.send_response(status)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            if answer.tagged:
                self.send_header("ETag", tag)
            self.send_header("Content-Length", str(len(body) + answer.cut * 100))
            self.end_headers()
            self._write(body, answer.seconds)

        def _write(self, body: bytes, seconds: float) -> None:
            for begin in range(0, len(body), 1024 if seconds else max(1, len(body))):
                try:
                    self.wfile.write(body[begin : begin + 1024] if seconds else body)
                    self.wfile.flush()
                except OSError:
                    return
                time.sleep(seconds)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            pass

    server.RequestHandlerClass = Handler
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield site
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
