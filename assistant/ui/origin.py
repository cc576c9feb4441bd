"""Whether a request comes from a page of ours. Cookies do not tell: a foreign page's requests carry them too."""

from __future__ import annotations

from ipaddress import ip_address
from urllib.parse import urlsplit

from starlette.datastructures import Headers


class Origins:
    """The desk's own addresses. `public_url` is the one that browsers use, if it is not the one served here."""

    def __init__(self, public_url: str | None = None) -> None:
        public = urlsplit(public_url) if public_url else None
        self._public = f"{public.scheme}://{public.netloc}".lower() if public else None
        self._name = public.hostname if public else None

    def serves(self, headers: Headers) -> bool:
        """Whether the request means this desk by its `Host`.

        With `public_url`, any other name is refused: a foreign name that was pointed at this machine (DNS rebinding)
        would make a foreign page one of ours. An address is nobody's name.
        """
        hosts = headers.getlist("host")
        if len(hosts) != 1:
            return False
        try:
            name = urlsplit(f"//{hosts[0]}").hostname or ""
        except ValueError:
            return False
        return bool(name) and (self._name is None or name in {self._name, "localhost"} or _is_address(name))

    def may_change(self, headers: Headers) -> bool:
        """Whether a request that changes something comes from one of our pages. Who does not say so is refused."""
        origin = headers.get("origin")
        if origin is not None:
            return self._ours(origin, headers)
        return headers.get("sec-fetch-site") == "same-origin"

    def may_listen(self, headers: Headers) -> bool:
        """Whether an event stream is opened by one of our pages, or by no browser's page at all.

        Browsers send no `Origin` with a page's own stream, and `Sec-Fetch-Site` over TLS or to this machine only.
        """
        origin = headers.get("origin")
        if origin is not None and not self._ours(origin, headers):
            return False
        return headers.get("sec-fetch-site", "same-origin") in {"same-origin", "none"}

    def _ours(self, origin: str, headers: Headers) -> bool:
        if origin.lower() == self._public:
            return True
        try:
            parts = urlsplit(origin.lower())
        except ValueError:
            return False
        # The scheme is left out: behind a proxy that ends TLS the page is https and this request is not.
        return parts.scheme in {"http", "https"} and parts.netloc == headers.get("host", "").lower() != ""


def _is_address(name: str) -> bool:
    try:
        ip_address(name)
    except ValueError:
        return False
    return True
