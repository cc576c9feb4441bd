from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import closing
from importlib import resources
from pathlib import Path
from string import Formatter

import httpx
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from assistant.desk.errors import Refusal
from assistant.messages import load_messages
from assistant.ui.html import LANGUAGES, REASONS
from assistant.ui.login import own_path
from assistant.ui.visitor import LOCALES
from tests.ui.desk_process import NEWCOMER, PASSWORD, PLAIN, Desk, serving

NEW = "a new and longer password"
VALUES = {
    Refusal.TAKEN: {"name"},
    Refusal.BLOCKED: {"rules"},
    Refusal.UNCONFIRMED: {"count"},
    Refusal.TOO_LONG: {"limit"},
    Refusal.PASSWORD_WEAK: {"length"},
}


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with serving(tmp_path_factory.mktemp("desk") / "var", script=PLAIN) as running:
        yield running


@pytest.fixture
def secured(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    folder = tmp_path_factory.mktemp("secured") / "var"
    with serving(folder, script=PLAIN, public_url="https://desk.example.com", default_locale="en") as running:
        yield running


def page(reply: httpx.Response) -> str:
    assert reply.headers["content-type"] == "text/html; charset=utf-8"
    return reply.text


def log_in(client: httpx.Client, name: str, password: str, wanted: str = "/agent/") -> httpx.Response:
    return client.post("/login", data={"name": name, "password": password, "next": wanted})


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("refusal", Refusal)
def test_every_refusal_has_one_text_with_what_its_values_give(refusal: Refusal, locale: str) -> None:
    values = {name: f"<{name}>" for name in VALUES.get(refusal, set())}
    text = load_messages().text(f"error_{refusal}", locale, **values)
    assert all(value in text for value in values.values())
    assert "!" not in text
    assert "！" not in text
    assert text.rstrip().endswith(("。", "."))


@pytest.mark.parametrize("area", ["errors", "login"])
def test_the_three_catalogues_say_the_same(area: str) -> None:
    folder = resources.files("assistant") / "locales" / area
    texts = {locale: yaml.safe_load((folder / f"{locale}.yaml").read_text(encoding="utf-8")) for locale in LOCALES}
    for locale in LOCALES:
        assert texts[locale].keys() == texts["en"].keys()
        for key, text in texts[locale].items():
            fields = {name for _, name, _, _ in Formatter().parse(text) if name}
            assert fields == {name for _, name, _, _ in Formatter().parse(texts["en"][key]) if name}, key
    assert {f"error_{refusal}" for refusal in Refusal} == texts["en"].keys() if area == "errors" else texts


@pytest.mark.parametrize("locale", LOCALES)
def test_every_status_that_is_answered_has_a_text(locale: str) -> None:
    for status in REASONS:
        assert load_messages().text(f"login_refused_{status}", locale)


@pytest.mark.parametrize(
    ("wanted", "taken"),
    [
        ("/agent/", "/agent/"),
        ("/agent/?ticket=7", "/agent/?ticket=7"),
        ("/status/", "/status/"),
        ("/", "/"),
        ("", "/agent/"),
        ("//evil.example", "/agent/"),
        ("/\\evil.example", "/agent/"),
        ("\\\\evil.example", "/agent/"),
        ("https://evil.example/agent/", "/agent/"),
        ("https:/agent/", "/agent/"),
        ("javascript:alert(1)", "/agent/"),
        ("/agent/../../evil", "/agent/"),
        ("/agent/\r\nSet-Cookie: a=b", "/agent/"),
        ("/gradio_api/run/predict", "/agent/"),
        ("/agent/／evil.example", "/agent/"),
        ("http://[", "/agent/"),
    ],
)
def test_a_login_leads_to_our_own_pages_only(wanted: str, taken: str) -> None:
    assert own_path(wanted) == taken


@given(st.text())
def test_whatever_is_asked_for_the_way_stays_on_this_host(wanted: str) -> None:
    assert re.match(r"/(?![/\\])", own_path(wanted))


def test_the_form_is_one_that_people_and_password_managers_can_use(desk: Desk) -> None:
    with closing(desk.browser()) as client:
        text = page(client.get("/login", headers={"Accept-Language": "en"}))
    assert '<html lang="en">' in text
    assert text.count("<h1>") == 1
    assert text.count("<main>") == 1
    for field, kind in (("name", "username"), ("password", "current-password")):
        assert f'<label for="{field}">' in text
        assert re.search(rf'<input id="{field}"[^>]*autocomplete="{kind}"', text)
    assert "<script" not in text
    assert 'name="viewport"' in text


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("path", ["/login", "/password", "/nothing"])
def test_every_page_is_in_the_three_languages(desk: Desk, path: str, locale: str) -> None:
    with closing(desk.browser("agnes")) as client:
        client.post("/logout") if path == "/login" else None
        client.cookies.set("proofdesk_lang", locale)
        text = page(client.get(path, headers={"Accept": "text/html"}))
    assert f'<html lang="{locale}">' in text
    title = {"/login": "login_title", "/password": "login_password_title", "/nothing": "login_refused_title"}[path]
    assert f"<h1>{load_messages().text(title, locale)}</h1>" in text


def test_a_language_is_chosen_by_a_link(desk: Desk) -> None:
    with closing(desk.browser()) as client:
        text = page(client.get("/login?next=/agent/%3Fa%3D1"))
        links = re.findall(r'href="(/language[^"]*)"', text)
        assert len(links) == len(LANGUAGES) - 1
        english = next(link for link in links if "to=en" in link).replace("&amp;", "&")
        reply = client.get(english)
        assert (reply.status_code, reply.headers["location"]) == (303, "/login?next=/agent/%3Fa%3D1")
        assert re.fullmatch(r"proofdesk_lang=en; Max-Age=31536000; Path=/; SameSite=lax", reply.headers["set-cookie"])
        assert "Staff login" in page(client.get(reply.headers["location"]))
        for bad in ("/language?to=xx", "/language", "/language?to=en&next=//evil.example"):
            reply = client.get(bad)
            assert (reply.status_code, reply.headers["location"]) == (303, "/" if "next" not in bad else "/agent/")
            assert ("set-cookie" in reply.headers) is ("to=en" in bad)


def test_the_session_cookie_is_out_of_reach_and_new_each_time(desk: Desk) -> None:
    with closing(desk.browser()) as client:
        client.cookies.set("proofdesk_staff", "chosen-by-somebody-else")
        given = log_in(client, "agnes", PASSWORD).headers["set-cookie"]
        again = log_in(client, "agnes", PASSWORD).headers["set-cookie"]
    assert re.fullmatch(r"proofdesk_staff=\S{40,}; HttpOnly; Path=/; SameSite=lax", given)
    assert "chosen" not in given
    assert given != again


def test_behind_tls_every_cookie_is_secure_and_other_names_are_not_served(secured: Desk) -> None:
    with httpx.Client(base_url=secured.url, headers={"Origin": "https://desk.example.com"}) as client:
        assert "; Secure" in log_in(client, "agnes", PASSWORD).headers["set-cookie"]
        assert "; Secure" in client.get("/").headers["set-cookie"]
        assert "; Secure" in client.get("/language?to=en").headers["set-cookie"]
        assert "max-age=" in client.get("/login").headers["strict-transport-security"]
        foreign = client.get("/", headers={"Host": "evil.example", "Accept": "text/html"})
        assert foreign.status_code == 421
        assert "does not serve this address" in foreign.text
        assert client.get("/", headers={"Host": "desk.example.com"}).status_code == 200
    assert "Customers ask here:     https://desk.example.com/" in secured.written


@pytest.mark.parametrize(
    ("name", "password"),
    [
        ("agnes", "wrong!"),
        ("nobody", "wrong!"),
        ("", ""),
        ("agnes", ""),
        ("a\0b", "wrong!"),
        ("é" * 500, "wrong!"),
    ],
)
def test_a_wrong_login_says_so_once_and_says_no_more(desk: Desk, name: str, password: str) -> None:
    with closing(desk.browser()) as client:
        reply = log_in(client, name, password)
    text = page(reply)
    assert reply.status_code == 401
    assert "账号或密码不正确" in text
    assert 'role="alert"' in text
    assert "set-cookie" not in reply.headers
    assert "wrong!" not in text


def test_what_was_typed_is_shown_again_as_text(desk: Desk) -> None:
    with closing(desk.browser()) as client:
        text = page(log_in(client, '"><script>alert(1)</script>', "x", '"><script>'))
    assert "<script" not in text
    assert "&lt;script&gt;alert(1)" in text


@pytest.mark.parametrize("content", [b"name", b"name=%FF&password=%00", b"a=1&" * 1000, b"{}"])
def test_a_form_that_is_none_is_a_wrong_login(desk: Desk, content: bytes) -> None:
    with closing(desk.browser()) as client:
        reply = client.post("/login", content=content)
    assert reply.status_code == 401
    assert "Traceback" not in desk.written


def test_who_is_logged_in_goes_on_and_who_was_is_told(desk: Desk) -> None:
    with closing(desk.browser("agnes")) as client:
        reply = client.get("/login?next=/agent/%3Fa%3D1")
        assert (reply.status_code, reply.headers["location"]) == (303, "/agent/?a=1")
        dead = client.cookies["proofdesk_staff"]
        client.post("/logout")
        assert "已退出" not in page(client.get("/login?next=/agent/"))
        client.cookies.set("proofdesk_staff", dead)
        assert "已退出" in page(client.get("/login?next=/agent/"))


def test_a_newcomer_sets_a_password_and_then_works(tmp_path: Path) -> None:
    with serving(tmp_path / "var", script=PLAIN) as desk:
        once = desk.read_until(r"NEWCOMER (\S+)")
        with closing(desk.browser()) as client, closing(desk.browser()) as other:
            assert log_in(client, NEWCOMER, once).headers["location"] == "/password?next=/agent/"
            log_in(other, NEWCOMER, once)
            assert client.get("/login").headers["location"] == "/password?next=/agent/"
            assert client.get("/agent/").status_code == 403
            assert client.get("/agent/events").status_code == 403
            text = page(client.get("/password?next=/agent/"))
            assert "一次性密码" in text
            assert 'autocomplete="new-password"' in text

            def change(old: str, new: str, repeat: str) -> httpx.Response:
                data = {"old": old, "new": new, "repeat": repeat, "next": "/agent/"}
                return client.post("/password", data=data)

            for old, new, repeat, said in (
                (once, NEW, NEW + "x", "两次输入的新密码不一样"),
                ("wrong", NEW, NEW, "现在的密码不正确"),
                (once, "short", "short", "至少 12 个字符"),
                (once, once, once, "与现在的相同"),
                (once, "x" * 5000, "x" * 5000, "个字符，没有修改"),
            ):
                reply = change(old, new, repeat)
                assert reply.status_code == 422
                assert said in page(reply)
                assert 'role="alert"' in reply.text
                assert 'value="' + new not in reply.text
            reply = change(once, NEW, NEW)
            assert (reply.status_code, reply.headers["location"]) == (303, "/agent/")
            assert client.get("/agent/").status_code == 200
            assert other.get("/agent/").status_code == 401  # all other sessions ended
            assert log_in(other, NEWCOMER, once).status_code == 401
            assert log_in(other, NEWCOMER, NEW).headers["location"] == "/agent/"
        assert NEW not in desk.written


def test_without_login_there_is_no_password_to_change(desk: Desk) -> None:
    with closing(desk.browser()) as client:
        for reply in (client.get("/password"), client.post("/password", data={"old": "a", "new": "b", "repeat": "b"})):
            assert (reply.status_code, reply.headers["location"]) == (303, "/login?next=/password")


def test_too_many_tries_are_slowed_down_and_say_for_how_long(tmp_path: Path) -> None:
    with serving(tmp_path / "var", script=PLAIN) as desk, closing(desk.browser()) as client:
        codes = [log_in(client, "agnes", "wrong").status_code for _ in range(11)]
        assert codes == [401] * 10 + [429]
        text = page(log_in(client, "agnes", PASSWORD))
        assert re.search(r"请 \d+ 分钟后再试", text)
        assert log_in(client, "sven", PASSWORD).status_code == 303


def test_a_database_that_is_gone_is_a_clear_answer(tmp_path: Path) -> None:
    with serving(tmp_path / "var", script=PLAIN) as desk, closing(desk.browser("agnes")) as client:
        for file in desk.data_dir.glob("proofdesk.db*"):
            file.unlink()
            file.mkdir()
        reply = client.get("/agent/", headers={"Accept": "text/html", "Accept-Language": "en"})
        assert reply.status_code in {200, 503}
        assert "Traceback" not in desk.written
