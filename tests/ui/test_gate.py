"""Who gets through the gate, tried on every route and every event that the server has, whatever they are."""

from __future__ import annotations

import json
import re
import socket
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.ui.desk_process import INVENTORY, NEWCOMER, PASSWORD, PLAIN, STAFF, STAFFED, Desk, serving

# What is meant to be open, said once more and in other words than the product says it.
MOUNTS = {"/": "", "/agent/": "agent", "/knowledge/": "supervisor", "/status/": "agent", "/lead/": "supervisor"}
OWN = {
    "GET HEAD /healthz": "",
    "GET HEAD /login": "",
    "POST /login": "",
    "POST /logout": "",
    "GET HEAD /password": "",
    "POST /password": "",
    "GET HEAD /language": "",
    "GET HEAD /help": "",
    "GET HEAD /help/": "",
    "GET HEAD /help/search": "",
    "GET HEAD /help/suggest": "",
    "GET HEAD /help/glossary": "",
    "GET HEAD /help/start": "",
    "GET HEAD /help/contact": "",
    "GET HEAD /help/category/x": "",
    "GET HEAD /help/article/x": "",
    "GET /events": "",
    "GET /agent/events": "agent",
    "POST /knowledge/upload": "supervisor",
}
FILES = ("theme.css", "gradio_api/theme.css", "manifest.json", "robots.txt", "favicon.ico")
ORDER = ["agent", "supervisor", "admin"]
IDENTITIES = ["anonymous", NEWCOMER, *STAFF]
REFUSALS = {"session_expired", "forbidden", "not_found", "method_not_allowed", "bad_request", "too_large"}


@pytest.fixture(scope="module", params=["plain", "desk"])
def desk(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    script = {"plain": PLAIN, "desk": STAFFED}[request.param]
    with serving(tmp_path_factory.mktemp("desk") / "var", script=script) as running:
        yield running


@pytest.fixture(scope="module")
def inventory(desk: Desk) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((desk.data_dir / INVENTORY).read_text(encoding="utf-8"))
    return found


@pytest.fixture(scope="module")
def clients(desk: Desk) -> Iterator[Mapping[str, httpx.Client]]:
    once = desk.read_until(r"NEWCOMER (\S+)")
    made = {"anonymous": desk.browser(), NEWCOMER: desk.browser(NEWCOMER, once)}
    made |= {name: desk.browser(name) for name in STAFF}
    for client in made.values():
        client.get("/")
    yield made
    for client in made.values():
        client.close()


def expected(method: str, path: str) -> str | None:
    """The role that `method path` needs, `""` = none; `None` = it is closed."""
    for entry, role in OWN.items():
        *methods, own = entry.split()
        if path == own and method in methods:
            return role
    for mount, role in sorted(MOUNTS.items(), reverse=True):
        if path in {mount, mount.rstrip("/")} and method in {"GET", "HEAD"}:
            return role
        rest = path.removeprefix(mount)
        if rest == path:
            continue
        if (rest in FILES or re.match(r"(assets|static)/.", rest)) and method in {"GET", "HEAD"}:
            return ""
        if re.fullmatch(r"gradio_api/run/[^/]+", rest) and method == "POST":
            return role
    return None


def outcome(role: str | None, identity: str) -> str:
    """What `identity` has to get from a place that needs `role`."""
    if role is None:
        return "closed"
    if not role:
        return "open"
    if identity == "anonymous":
        return "session_expired"
    if identity == NEWCOMER or ORDER.index(STAFF[identity]) < ORDER.index(role):
        return "forbidden"
    return "open"


def observed(client: httpx.Client, method: str, path: str) -> str:
    """What came: one of the gate's own refusals, or something from behind it. Streams are not read to their end."""
    if (method, path) == ("POST", "/logout"):
        return "open" if httpx.post(client.base_url.join(path), headers=client.headers).status_code == 303 else "?"
    with client.stream(method, path) as reply:
        kind = reply.headers.get("content-type", "")
        if kind.startswith("text/event-stream"):
            return "open"
        if kind != "application/json":
            return "open"  # a page: one that says that there is no such article comes from behind the gate
        if method == "HEAD":
            return {401: "session_expired", 403: "forbidden", 404: "closed", 405: "closed"}.get(
                reply.status_code, "open"
            )
        reply.read()
        reason = reply.json().get("error")
    return "closed" if reason in {"not_found", "method_not_allowed"} else str(reason) if reason in REFUSALS else "open"


def samples(template: str) -> Iterator[str]:
    yield re.sub(r"\{[^}]*\}", "x", template)


@pytest.mark.parametrize("identity", IDENTITIES)
def test_every_route_is_open_to_whom_it_should_be_and_closed_to_all_others(
    clients: Mapping[str, httpx.Client], inventory: dict[str, Any], identity: str
) -> None:
    wrong = {}
    tried = 0
    for template, methods in inventory["routes"]:
        for path in samples(template):
            for method in methods:
                if expected(method, path) is None and identity not in {"anonymous", "ada"}:
                    continue  # who may do the most and who may do the least get the same: so does everybody
                if method == "HEAD" and re.search(r"assets|static|\.\w+$|events", path):
                    continue  # let in, but Gradio has no HEAD for its files
                want, got = outcome(expected(method, path), identity), observed(clients[identity], method, path)
                if method == "POST" and "/gradio_api/run/" in path and want == "open":
                    want = "bad_request"  # an empty body is no event
                tried += 1
                if got != want:
                    wrong[f"{method} {path}"] = (want, got)
    assert tried > (150 if identity in {"anonymous", "ada"} else 30)
    assert wrong == {}


def call(client: httpx.Client, mount: str, number: object, data: object, **more: object) -> httpx.Response:
    body = {"data": data, "fn_index": number, "trigger_id": None, "event_data": None, "session_hash": "s", **more}
    return client.post(f"{mount}gradio_api/run/predict", json=body)


@pytest.mark.parametrize("identity", IDENTITIES)
def test_every_event_runs_for_whom_it_should_and_for_nobody_else(
    desk: Desk, clients: Mapping[str, httpx.Client], inventory: dict[str, Any], identity: str
) -> None:
    """Its inputs are nothing that a page sends; whatever comes of that, no traceback may quote what was sent."""
    wrong = {}
    assert len(inventory["events"]) >= 3
    for mount, number, inputs, queued, served in inventory["events"]:
        want = outcome(MOUNTS[mount], identity)
        if (queued or not served) and want == "open":
            want = "not_found"
        reply = call(clients[identity], mount, number, [None] * inputs)
        reason = reply.json().get("error")
        if (reason if reason in REFUSALS else "open") != want:
            wrong[f"{mount} {number}"] = (want, reply.status_code, reply.text[:200])
    assert wrong == {}
    assert "Traceback" not in desk.written


def test_no_event_goes_through_the_queue(desk: Desk, inventory: dict[str, Any]) -> None:
    """A page whose event needs the queue would not work: its routes are closed."""
    queued = [(mount, number) for mount, number, _, queue, served in inventory["events"] if queue and served]
    assert len(queued) <= (1 if "/lead/" in {mount for mount, *_ in inventory["events"]} else 0)


@pytest.mark.parametrize("mount", ["/", "/agent/"])
@pytest.mark.parametrize("number", [-1, 10_000, 2**70, None, "0", 0.0, True, [], {}])
def test_an_event_that_no_page_has_is_one_clean_answer(
    desk: Desk, clients: Mapping[str, httpx.Client], mount: str, number: object
) -> None:
    for _ in range(2):  # the second on the same connection
        reply = call(clients["ada"], mount, number, [])
        assert (reply.status_code, reply.json()) == (404, {"error": "not_found"})
    assert "Traceback" not in desk.written


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b'{"fn_index": 0}',
        b'{"fn_index": 0, "data": {}}',
        b'{"fn_index": 0, "data": [NaN]}',
        b'{"fn_index": 0, "data": ["\\ud800"]}',
        b'{"fn_index": 0, "data": ["\xff"]}',
        b"[" * 100_000,
        b'{"fn_index": 0, "data": ' + b"[" * 50_000 + b"]" * 50_000 + b"}",
        b'{"fn_index": 0, "data": [' + b"9" * 5000 + b"]}",
        b'{"fn_index": 0, "data": [1, 2, 3, 4, 5, 6, 7, 8, 9, 1, 2, 3, 4, 5, 6, 7, 8, 9]}',
    ],
)
def test_a_body_that_is_no_call_is_one_clean_answer(
    desk: Desk, clients: Mapping[str, httpx.Client], body: bytes
) -> None:
    headers = {"Content-Type": "application/json"}
    reply = clients["anonymous"].post("/gradio_api/run/predict", content=body, headers=headers)
    assert (reply.status_code, reply.json()) == (400, {"error": "bad_request"})
    assert "Traceback" not in desk.written


@pytest.mark.parametrize("path", ["/gradio_api/run/predict", "/login"])
@pytest.mark.parametrize("chunked", [False, True])
def test_a_body_that_is_too_large_is_refused(clients: Mapping[str, httpx.Client], path: str, chunked: bool) -> None:
    def pieces() -> Iterator[bytes]:
        for _ in range(300):
            yield b"x" * 1024

    reply = clients["anonymous"].post(path, content=pieces() if chunked else b"x" * (300 * 1024))
    assert (reply.status_code, reply.json()) == (413, {"error": "too_large"})


@pytest.mark.parametrize("length", ["-1", "1e3", "+1", "9" * 60, "\u0661"])
def test_a_length_that_is_no_length_is_refused(desk: Desk, length: str) -> None:
    host = desk.url.removeprefix("http://")
    address, _, port = host.partition(":")
    with socket.create_connection((address, int(port)), timeout=20) as connection:
        head = ["POST /login HTTP/1.1", f"Host: {host}", f"Origin: {desk.url}", f"Content-Length: {length}", "", ""]
        connection.sendall("\r\n".join(head).encode())
        status = connection.recv(4096).split()[1]
    assert status in {b"400", b"413"}


FOREIGN = [
    {"Origin": "https://evil.example"},
    {"Origin": "null"},
    {"Origin": "http://127.0.0.1:1"},
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {},
]


@pytest.mark.parametrize("foreign", FOREIGN, ids=str)
def test_nothing_changes_on_behalf_of_a_foreign_page(
    desk: Desk, clients: Mapping[str, httpx.Client], inventory: dict[str, Any], foreign: dict[str, str]
) -> None:
    cookies = clients["ada"].cookies
    for template, methods in inventory["routes"]:
        path = re.sub(r"\{[^}]*\}", "x", template)
        for method in methods:
            if method in {"GET", "HEAD"} or expected(method, path) is None:
                continue
            reply = httpx.request(method, desk.url + path, headers=foreign, cookies=cookies)
            assert (reply.status_code, reply.json()) == (403, {"error": "forbidden"}), f"{method} {path}"
    with clients["ada"].stream("GET", "/agent/events") as reply:
        assert reply.status_code == 200  # still logged in: no logout got through


@pytest.mark.parametrize("path", ["/events", "/agent/events"])
@pytest.mark.parametrize("foreign", [{"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}], ids=str)
def test_no_foreign_page_listens(
    desk: Desk, clients: Mapping[str, httpx.Client], path: str, foreign: dict[str, str]
) -> None:
    reply = httpx.get(desk.url + path, headers=foreign, cookies=clients["ada"].cookies)
    assert (reply.status_code, reply.json()) == (403, {"error": "forbidden"})


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "TRACE", "CONNECT", "PROPFIND", "OPTIONS"])
@pytest.mark.parametrize("path", ["/", "/agent/", "/login", "/events", "/healthz", "/nothing"])
def test_other_methods_are_refused(clients: Mapping[str, httpx.Client], method: str, path: str) -> None:
    if method == "CONNECT":
        pytest.skip("a client makes a tunnel of it")
    reply = clients["ada"].request(method, path)
    assert reply.status_code in {404, 405}
    assert "access-control-allow-origin" not in reply.headers


@pytest.mark.parametrize(
    "path",
    [
        "/%63onfig",
        "//config",
        "/agent/../config",
        "/agent//config",
        "/agent/%2e%2e/config",
        "/agent%2fconfig",
        "/AGENT/",
    ],
)
def test_no_spelling_of_a_closed_path_is_open(clients: Mapping[str, httpx.Client], path: str) -> None:
    client = clients["ada"]
    request = client.build_request("GET", "/")
    request.url = request.url.copy_with(raw_path=path.encode("ascii"))
    assert client.send(request).status_code == 404


@pytest.mark.parametrize("path", ["/agent/", "/agent", "/agent/?tab=mine"])
def test_a_person_without_login_is_taken_to_it_and_back(desk: Desk, path: str) -> None:
    with closing(desk.browser()) as client:
        client.headers["Accept"] = "text/html"
        reply = client.get(path)
        assert reply.status_code == 303
        form = client.get(reply.headers["location"])
        assert form.status_code == 200
        wanted = re.search(r'name="next" value="([^"]*)"', form.text)
        assert wanted is not None
        logged_in = client.post("/login", data={"name": "agnes", "password": PASSWORD, "next": wanted.group(1)})
        there = logged_in.headers["location"]
        assert (logged_in.status_code, there) == (303, "/agent/" if path == "/agent" else path)
        assert client.get(path, follow_redirects=True).status_code == 200


def test_who_has_to_change_the_password_is_taken_there(clients: Mapping[str, httpx.Client]) -> None:
    reply = clients[NEWCOMER].get("/agent/", headers={"Accept": "text/html"})
    assert (reply.status_code, reply.headers["location"]) == (303, "/password?next=/agent/")


def test_a_person_reads_a_page_and_a_program_a_word(clients: Mapping[str, httpx.Client]) -> None:
    page = clients["anonymous"].get("/nothing", headers={"Accept": "text/html", "Accept-Language": "en"})
    assert (page.status_code, page.headers["content-type"]) == (404, "text/html; charset=utf-8")
    assert "There is nothing at this address" in page.text
    word = clients["anonymous"].get("/nothing")
    assert (word.status_code, word.json()) == (404, {"error": "not_found"})


@pytest.mark.parametrize(
    "cookie", ["", "x", "a" * 43, "proofdesk_staff", "../../etc/passwd", "%00", "' OR 1=1 --", "é", "a" * 8000]
)
def test_a_forged_session_is_nobody(desk: Desk, cookie: str) -> None:
    headers = {b"Cookie": f"proofdesk_staff={cookie}".encode()}
    reply = httpx.get(f"{desk.url}/agent/", headers=headers)
    assert (reply.status_code, reply.json()) == (401, {"error": "session_expired"})
    assert httpx.get(f"{desk.url}/login", headers=headers).status_code == 200
    assert "Traceback" not in desk.written


def test_a_logged_out_session_is_nobody_at_once(desk: Desk) -> None:
    with closing(desk.browser("agnes")) as client:
        kept = dict(client.cookies)
        assert client.get("/agent/").status_code == 200
        assert client.post("/logout").status_code == 303
        assert "proofdesk_staff" not in client.cookies
        assert httpx.get(f"{desk.url}/agent/", cookies=kept).status_code == 401


@pytest.mark.parametrize("session", [None, 7, {}, "x" * 33, "../x", "S"])
def test_whatever_session_is_claimed_the_event_runs(
    clients: Mapping[str, httpx.Client], inventory: dict[str, Any], session: object
) -> None:
    mount, number, inputs, *_ = next(event for event in inventory["events"] if event[0] == "/")
    reply = call(clients["anonymous"], mount, number, [None] * inputs, session_hash=session, batched=True)
    assert reply.status_code == 200


def test_gradio_forgets_old_sessions(
    desk: Desk, clients: Mapping[str, httpx.Client], inventory: dict[str, Any]
) -> None:
    """Thousands of made-up sessions must not fill the memory."""
    status = Path(f"/proc/{desk.process.pid}/status")
    if not status.exists():
        pytest.skip("needs /proc")

    def resident_mb() -> float:
        return int(re.search(r"VmRSS:\s+(\d+)", status.read_text()).group(1)) / 1024  # type: ignore[union-attr]

    mount, number, inputs, *_ = next(event for event in inventory["events"] if event[0] == "/agent/")

    def visit(first: int, last: int) -> None:
        for session in range(first, last):
            call(clients["ada"], mount, number, [None] * inputs, session_hash=f"s{session}")

    visit(0, 200)
    before = resident_mb()
    visit(200, 600)
    assert resident_mb() - before < 10
