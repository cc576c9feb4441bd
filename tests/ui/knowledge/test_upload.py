"""The upload route behind the real gate: who may use it, from where, and how much."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from typing import Any, cast

import httpx
import pytest
from fastapi import FastAPI

from assistant.curation.views import JobView
from assistant.desk.errors import DeskError, Refusal
from assistant.messages import load_messages
from assistant.ui.calls import Calls
from assistant.ui.gate import Gate
from assistant.ui.html import Html
from assistant.ui.knowledge.upload import create_router
from assistant.ui.origin import Origins
from assistant.ui.staff import STAFF_COOKIE
from assistant.ui.surface import MAX_UPLOAD, Mount, openings
from assistant.user import Role, User
from tests.ui.knowledge import views

USERS = {role.value: User(role.value, role.value, role) for role in Role}
HOME = "http://desk.test"


class Library:
    def __init__(self) -> None:
        self.files: list[tuple[str, bytes]] = []
        self.refusal: DeskError | None = None

    def upload(self, user: User, files: Sequence[tuple[str, bytes]]) -> JobView:
        if self.refusal:
            raise self.refusal
        self.files += files
        return views.job()


@pytest.fixture
def library() -> Library:
    return Library()


@pytest.fixture
def server(library: Library) -> FastAPI:
    server = FastAPI()
    server.include_router(create_router(lambda: cast("Any", library), load_messages(), "en"))
    server.add_middleware(
        Gate,
        table=openings([Mount("/knowledge/", Role.SUPERVISOR)]),
        origins=Origins(),
        user_of=USERS.get,
        calls=Calls({}),
        html=Html(load_messages(), "Desk", "en"),
    )
    return server


async def post(server: FastAPI, role: str = "supervisor", **options: Any) -> httpx.Response:
    values: dict[str, Any] = {"params": {"name": "a.md"}, "content": b"# A", "headers": {"origin": HOME}} | options
    cookies = {STAFF_COOKIE: role} if role else {}
    async with httpx.AsyncClient(transport=httpx.ASGITransport(server), base_url=HOME, cookies=cookies) as client:
        return await client.post("/knowledge/upload", **values)


pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.mark.parametrize(("role", "status"), [("", 401), ("agent", 403), ("supervisor", 202), ("admin", 202)])
async def test_supervisors_and_admins_may_upload(server: FastAPI, library: Library, role: str, status: int) -> None:
    reply = await post(server, role)
    assert reply.status_code == status
    assert library.files == ([("a.md", b"# A")] if status == 202 else [])
    if status == 202:
        assert reply.json() == {"job": "job-1"}


@pytest.mark.parametrize("headers", [{"origin": "http://evil.test"}, {}, {"sec-fetch-site": "cross-site"}])
async def test_a_foreign_page_may_not(server: FastAPI, library: Library, headers: dict[str, str]) -> None:
    assert (await post(server, headers=headers)).status_code == 403
    assert library.files == []


async def test_only_post_is_open(server: FastAPI) -> None:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(server), base_url=HOME) as client:
        assert (await client.get("/knowledge/upload")).status_code == 405


async def test_files_up_to_the_limit_are_taken_and_larger_ones_are_not(server: FastAPI, library: Library) -> None:
    assert (await post(server, content=b"x" * MAX_UPLOAD)).status_code == 202
    assert (await post(server, content=b"x" * (MAX_UPLOAD + 1))).status_code == 413
    assert [len(content) for _, content in library.files] == [MAX_UPLOAD]


async def test_a_body_without_a_length_is_cut_off_at_the_limit(server: FastAPI, library: Library) -> None:
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        for _ in range(2 * MAX_UPLOAD // 1_000_000):
            sent += 1_000_000
            yield b"x" * 1_000_000

    assert (await post(server, content=endless())).status_code == 413
    assert library.files == []


@pytest.mark.parametrize(
    ("name", "kept"),
    [("费用.md", "费用.md"), ("../../etc/passwd", "passwd"), ("C:\\docs\\a.md", "a.md"), (" a b.md ", "a b.md")],
)
async def test_of_a_path_only_the_name_is_kept(server: FastAPI, library: Library, name: str, kept: str) -> None:
    assert (await post(server, params={"name": name})).status_code == 202
    assert library.files[0][0] == kept


@pytest.mark.parametrize("name", ["", "/", "a\x00.md", "a\n.md", "x" * 201])
async def test_a_file_without_a_usable_name_is_refused(server: FastAPI, library: Library, name: str) -> None:
    reply = await post(server, params={"name": name})
    assert (reply.status_code, reply.json()["error"]) == (422, "unreadable")
    assert library.files == []


async def test_an_empty_file_is_refused(server: FastAPI, library: Library) -> None:
    reply = await post(server, content=b"")
    assert (reply.status_code, reply.json()["error"]) == (422, "empty")
    assert library.files == []


@pytest.mark.parametrize(
    ("refusal", "status"), [(Refusal.FORBIDDEN, 403), (Refusal.UNAVAILABLE, 503), (Refusal.TOO_LONG, 413)]
)
async def test_a_refusal_is_told_in_words(server: FastAPI, library: Library, refusal: Refusal, status: int) -> None:
    library.refusal = DeskError(refusal, limit="10")
    reply = await post(server)
    assert (reply.status_code, reply.json()["error"]) == (status, refusal)
    assert reply.json()["text"]


def test_no_other_path_takes_a_large_body() -> None:
    large = [entry.pattern.pattern for entry in openings([Mount("/"), Mount("/knowledge/")]) if entry.limit > 300_000]
    assert large == ["/knowledge/upload"]
