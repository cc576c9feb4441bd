"""Pages from the web, within limits: only over http(s), only from public addresses unless a host is named.

The guard against forged addresses (SSRF) is `ssrfguard`: it resolves a name once, checks every address and connects to
the one it checked, so that a name cannot point elsewhere between check and use.
"""

from __future__ import annotations

import time
from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from corpus.errors import DocumentError
from corpus.loaders.source import MAX_BYTES

if TYPE_CHECKING:
    import httpx
    from ssrfguard.httpx import Client

MAX_REDIRECTS = 5
AGENT = "Proofdesk-sync/1"

_PRIVATE = ("127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "::1/128", "fc00::/7")
"""Networks that a named host may be in. Link-local addresses are not among them: cloud machines keep secrets there."""
_AGAIN = frozenset({429, 500, 502, 503, 504})
_GONE = frozenset({404, 410})


class FetchError(DocumentError):
    """A page could not be fetched."""


class _PassingError(Exception):
    """A failure that may pass."""


@dataclass(frozen=True, slots=True)
class Page:
    """What a server answered.

    Attributes:
        url: where the answer came from, after redirects.
        status: 200, 304 (as before) or 404 or 410 (gone).
        content: empty unless the status is 200.
        content_type: lower case, without parameters; `""` = not said.
        charset: lower case; `""` = not said.
        etag: what to ask with next time, like `last_modified`; `""` = not said.
    """

    url: str
    status: int
    content: bytes = b""
    content_type: str = ""
    charset: str = ""
    etag: str = ""
    last_modified: str = ""


class WebFetcher:
    """Fetches pages. Close it, or use it as a context manager.

    Args:
        private_hosts: hosts (names or addresses, as in the URL) that the operator allows to be in a private network.
        timeout_s: the longest silence of a server.
        page_s: the longest time for one page, attempts and redirects included.
        max_bytes: the largest page, unpacked.
        attempts: how often a failure that may pass is tried.
        pause_s: before the second attempt; doubled before each further one.
    """

    def __init__(
        self,
        *,
        private_hosts: Collection[str] = (),
        timeout_s: float = 20.0,
        page_s: float = 90.0,
        max_bytes: int = MAX_BYTES,
        attempts: int = 3,
        pause_s: float = 1.0,
    ) -> None:
        self._private = frozenset(host.lower().strip("[]") for host in private_hosts)
        self._timeout = timeout_s
        self._page_s = page_s
        self._max_bytes = max_bytes
        self._attempts = attempts
        self._pause = pause_s
        self._clients: dict[tuple[bool, int], Client] = {}

    def __enter__(self) -> WebFetcher:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Closes the connections."""
        for client in self._clients.values():
            client.close()
        self._clients.clear()

    def get(self, url: str, *, etag: str = "", last_modified: str = "") -> Page:
        """The page at `url`.

        Args:
            url: absolute.
            etag: of the page as it is known, so that the server may answer that it has not changed.
            last_modified: the same for servers that know no tags.

        Raises:
            FetchError: refused by the guard, unreachable after all attempts, too large, too slow, too many redirects,
                or a status that is none of those of `Page`.
        """
        from tenacity import Retrying, retry_if_exception_type, stop_after_attempt, stop_after_delay, wait_exponential

        asked = {
            name: value for name, value in (("If-None-Match", etag), ("If-Modified-Since", last_modified)) if value
        }
        begin = time.monotonic()
        try:
            for attempt in Retrying(
                retry=retry_if_exception_type(_PassingError),
                stop=stop_after_attempt(self._attempts) | stop_after_delay(self._page_s),
                wait=wait_exponential(multiplier=self._pause, max=10),
                reraise=True,
            ):
                with attempt:
                    return self._follow(url, asked, begin + self._page_s)
        except _PassingError as error:
            raise FetchError(f"{url}: {error}.", hint="Try again later.") from error
        raise AssertionError("the attempts ended without a result")

    def _follow(self, url: str, asked: dict[str, str], deadline: float) -> Page:
        at = url
        for _ in range(MAX_REDIRECTS + 1):
            response = self._send(at, asked)
            try:
                following = response.headers.get("location") if response.is_redirect else None
                if following is None:
                    return self._page(response, at, deadline)
                target = str(response.url.join(following))
            finally:
                response.close()
            if at.startswith("https:") and not target.startswith("https:"):
                raise FetchError(f"{url}: redirects from https to {target[:200]}.", hint="Use the address it leads to.")
            at = target
        raise FetchError(f"{url}: more than {MAX_REDIRECTS} redirects.", hint="Use the address it leads to.")

    def _send(self, url: str, asked: dict[str, str]) -> httpx.Response:
        import httpx
        from ssrfguard import SSRFGuardError

        try:
            client = self._client(url)
            request = client.build_request("GET", url, headers=asked)
            response = client.send(request, stream=True, follow_redirects=False)
        except SSRFGuardError as error:
            host = urlsplit(url).hostname
            raise FetchError(
                f"{url}: refused ({' '.join(str(error).split())[:200]}).",
                hint=f"If {host} is yours, allow it by name as a private host.",
            ) from error
        except (httpx.InvalidURL, httpx.UnsupportedProtocol, ValueError) as error:
            raise FetchError(f"{url}: not a usable address ({error}).", hint="Check it.") from error
        except httpx.TransportError as error:
            raise _PassingError(f"cannot be reached ({str(error) or type(error).__name__})") from error
        if response.status_code in _AGAIN:
            response.close()
            raise _PassingError(f"the server answers {response.status_code}")
        return response

    def _client(self, url: str) -> Client:
        from ssrfguard import Policy
        from ssrfguard.httpx import Client

        parts = urlsplit(url)
        private = (parts.hostname or "").lower() in self._private
        # Only a named host may be asked on an unusual port.
        port = (parts.port or 0) if private else 0
        if (private, port) not in self._clients:
            policy = Policy(
                allowed_networks=_PRIVATE if private else (),  # type: ignore[arg-type]  # it takes text as well
                allowed_ports=frozenset({80, 443} | ({port} if port else set())),
            )
            headers = {"User-Agent": AGENT, "Accept-Encoding": "gzip, identity"}
            self._clients[private, port] = Client(
                policy=policy, timeout=self._timeout, trust_env=False, headers=headers
            )
        return self._clients[private, port]

    def _page(self, response: httpx.Response, url: str, deadline: float) -> Page:
        status = response.status_code
        if status in _GONE or status == 304:
            return Page(url, status)
        if status != 200:
            raise FetchError(f"{url}: the server answers {status}.", hint="Open it in a browser to see why.")
        kind, _, _ = response.headers.get("content-type", "").partition(";")
        return Page(
            url,
            status,
            self._content(response, url, deadline),
            content_type=kind.strip().lower(),
            charset=(response.charset_encoding or "").lower(),
            etag=response.headers.get("etag", ""),
            last_modified=response.headers.get("last-modified", ""),
        )

    def _content(self, response: httpx.Response, url: str, deadline: float) -> bytes:
        import httpx

        received = bytearray()
        try:
            for piece in response.iter_bytes():
                received += piece
                if len(received) > self._max_bytes:
                    megabytes = self._max_bytes / 1024 / 1024
                    raise FetchError(f"{url}: larger than {megabytes:.0f} MB.", hint="Leave it out.")
                if time.monotonic() > deadline:
                    raise FetchError(f"{url}: takes longer than {self._page_s:.0f} seconds.", hint="Try again later.")
        except httpx.DecodingError as error:
            raise FetchError(f"{url}: its compression is broken.", hint="Try again later.") from error
        except httpx.TransportError as error:
            raise _PassingError(f"breaks off ({str(error) or type(error).__name__})") from error
        return bytes(received)
