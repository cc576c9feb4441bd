"""What comes with every answer, and what the pages' HTML says before any script runs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import closing

import httpx
import pytest

from tests.ui.desk_process import STAFFED, Desk, serving


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with serving(tmp_path_factory.mktemp("desk") / "var", script=STAFFED) as running:
        yield running


@pytest.fixture(scope="module")
def anybody(desk: Desk) -> Iterator[httpx.Client]:
    with closing(desk.browser()) as client:
        client.get("/")
        yield client


@pytest.fixture(scope="module")
def ada(desk: Desk) -> Iterator[httpx.Client]:
    with closing(desk.browser("ada")) as client:
        yield client


SECURITY = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}


@pytest.mark.parametrize(
    "path", ["/", "/agent/", "/login", "/password", "/healthz", "/nothing", "/assets/x.js", "/theme.css", "/language"]
)
def test_every_answer_says_what_a_browser_may_do(ada: httpx.Client, path: str) -> None:
    reply = ada.get(path, headers={"Accept": "text/html"})
    assert SECURITY.items() <= dict(reply.headers).items()
    policy = reply.headers["content-security-policy"]
    assert "frame-ancestors 'none'" in policy
    assert "form-action 'self'" in policy
    assert re.search(r"default-src '(self|none)'", policy)
    assert "http" not in policy
    assert "*" not in policy
    assert "permissions-policy" in reply.headers
    assert reply.headers["cache-control"] == "no-store"
    assert "server" not in reply.headers
    assert not {name for name in reply.headers if name.startswith("access-control-")}


def test_built_files_are_kept_for_good_and_nothing_else_is(anybody: httpx.Client) -> None:
    client = anybody
    found = re.search(r'src="\./(assets/[^"]+\.js)"', client.get("/").text)
    assert found is not None
    for mount in ("/", "/agent/"):
        built = client.get(mount + found.group(1))
        assert (built.status_code, built.headers["cache-control"]) == (200, "public, max-age=31536000, immutable")
    assert client.get("/assets/gone-12345678.js").headers["cache-control"] == "no-store"


def test_no_page_names_another_site(ada: httpx.Client) -> None:
    for path in ("/", "/agent/", "/login", "/password", "/nothing"):
        text = ada.get(path, headers={"Accept": "text/html"}).text
        named = set(re.findall(r"https?://([\w.-]+)", text)) - {"127.0.0.1", "www.w3.org"}
        assert named == set(), path


def test_a_page_is_in_the_visitor_s_language_from_the_start(anybody: httpx.Client) -> None:
    for locale in ("zh-CN", "zh-TW", "en"):
        text = anybody.get("/", headers={"Cookie": f"proofdesk_lang={locale}"}).text
        assert re.search(r'<html\s+lang="([^"]*)"', text).group(1) == locale  # type: ignore[union-attr]
        assert "<title>" in text


def test_a_page_is_sent_packed(anybody: httpx.Client) -> None:
    packed = anybody.get("/", headers={"Accept-Encoding": "gzip"})
    assert packed.headers["content-encoding"] == "gzip"
    plain = anybody.get("/", headers={"Accept-Encoding": "identity"})
    assert "content-encoding" not in plain.headers
    assert len(packed.text) == len(plain.text)
    assert int(packed.headers["content-length"]) < int(plain.headers["content-length"]) / 2


def test_a_browser_gets_its_customer_token_once(desk: Desk) -> None:
    with closing(desk.browser()) as client:
        given = client.get("/").headers["set-cookie"]
        assert re.fullmatch(r"proofdesk_customer=[\w-]{43}; HttpOnly; Max-Age=15552000; Path=/; SameSite=lax", given)
        assert "set-cookie" not in client.get("/").headers
        assert "set-cookie" in client.get("/", headers={"Cookie": "proofdesk_customer=forged"}).headers
        assert "set-cookie" not in client.get("/nothing", headers={"Cookie": ""}).headers
