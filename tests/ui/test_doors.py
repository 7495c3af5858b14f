"""The door: what gets in without a session, what the cookie is like, and where the server may listen."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from runs.accounts import Accounts
from runs.database import Database
from ui import doors
from ui.sign_in_door import COOKIE

PASSWORD = "correct horse battery"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("GROUNDWORK_HOME", str(tmp_path))
    doors._opened.cache_clear()
    return tmp_path


@pytest.fixture
def accounts(home: Path) -> Accounts:
    made = Accounts(Database(home / "groundwork.sqlite3"))
    made.add("x", "ann", "admin", PASSWORD)
    return made


async def inner(scope: Any, receive: Any, send: Any) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"inside"})


def ask(
    method: str,
    path: str,
    body: bytes = b"",
    kind: str = "http",
    server: str = "127.0.0.1",
    door: doors.Doors | None = None,
    client: str = "127.0.0.1",
    **headers: str,
) -> tuple[int, dict[str, str], str]:
    sent: list[Any] = []
    raw = [(k.replace("_", "-").encode(), v.encode()) for k, v in {"host": "here:1", **headers}.items()]
    path, _, query = path.partition("?")
    scope = {"type": kind, "method": method, "path": path, "headers": raw, "scheme": "http", "server": (server, 1)}
    scope |= {"query_string": query.encode(), "client": (client, 1)}

    async def receive() -> Any:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: Any) -> None:
        sent.append(message)

    asyncio.run((door or doors.Doors(inner))(scope, receive, send))
    status = sent[0].get("status") or sent[0].get("code")
    told: dict[str, str] = {}
    for k, v in sent[0].get("headers", []):  # of several cookies one a line
        told[k.decode()] = f"{told[k.decode()]}\n{v.decode()}" if k.decode() in told else v.decode()
    return status, told, b"".join(m.get("body", b"") for m in sent[1:]).decode()


def signed_in() -> str:
    status, told, _ = ask(
        "POST", "/sign-in", f"name=ann&password={PASSWORD.replace(' ', '+')}".encode(), origin="http://here:1"
    )
    assert (status, told["location"]) == (303, "/")
    return told["set-cookie"].splitlines()[0]


@pytest.mark.parametrize("host", ["127.0.0.1:8501", "localhost:8501", "[::1]:8501", "LOCALHOST"])
def test_without_accounts_everything_is_open_to_this_machine(home: Path, host: str) -> None:
    _, told, text = ask("GET", "/", host=host)
    assert text == "inside"
    assert "frame-ancestors 'self'" in told["content-security-policy"]
    assert ask("GET", "/_stcore/stream", kind="websocket", host=host, origin=f"http://{host}")[0] == 200


@pytest.mark.parametrize(
    "host",
    [
        "evil.example:8501",
        "127.0.0.1.nip.io",
        "127.0.0.1@evil.example",
        "",
        "[::1",
        "0.0.0.0:8501",
        "localhost.evil.example",
    ],
)
def test_without_accounts_a_name_of_elsewhere_leads_nowhere(home: Path, host: str) -> None:
    """What a web site gets that has its own name lead to this machine, or that opens a socket to it."""
    assert ask("GET", "/", host=host)[0] == 403
    assert ask("GET", "/_stcore/stream", kind="websocket", host=host)[0] == 4403
    assert ask("GET", "/_stcore/stream", kind="websocket", host="localhost", origin=f"http://{host}")[0] == 4403


@pytest.mark.parametrize(
    "origin", ["http://localhost:9999", "http://127.0.0.1:9999", "http://localhost", "https://[::1]:1"]
)
@pytest.mark.parametrize("host", ["localhost:8501", "127.0.0.1:8501"])
def test_another_program_of_this_machine_opens_no_socket(
    accounts: Accounts, home: Path, host: str, origin: str
) -> None:
    """Its pages are sent our cookie: a port makes no other site of an address."""
    cookie = f"{COOKIE}={accounts.sign_in('ann', PASSWORD)}"

    def opened(origin: str, cookie: str = "") -> int:
        return ask("GET", "/_stcore/stream", kind="websocket", host=host, origin=origin, cookie=cookie)[0]

    assert opened(f"http://{host}", cookie) == 200
    assert opened(origin, cookie) == 4403
    assert opened("https://work.example", cookie) == 200  # a proxy
    with Database(home / "groundwork.sqlite3").write() as c:
        c.execute("DELETE FROM account")
    assert opened(f"http://{host}") == 200
    assert opened(origin) == 4403


def test_when_the_last_account_goes_others_do_not_get_in(accounts: Accounts, home: Path) -> None:
    with Database(home / "groundwork.sqlite3").write() as c:
        c.execute("DELETE FROM account")
    for host in ("here:1", "127.0.0.1:1"):
        assert ask("GET", "/", server="192.168.1.5", host=host)[0] == 403
        assert ask("GET", "/_stcore/stream", kind="websocket", server="192.168.1.5", host=host)[0] == 4403


@pytest.mark.parametrize(
    "path",
    ["/", "/memory", "/chat", "/_stcore/host-config", "/media/x.png", "/_stcore/upload_file/a/b", "/component/x.js"],
)
def test_nothing_is_served_without_a_session(accounts: Accounts, path: str) -> None:
    for method in ("GET", "PUT", "DELETE", "POST"):
        status, _, text = ask(method, path)
        assert status in (303, 401)
        assert "inside" not in text
    assert ask("GET", "/_stcore/stream", kind="websocket")[0] == 4401
    assert ask("GET", path, cookie=f"{COOKIE}=guess")[2] != "inside"


def test_a_session_opens_and_signing_out_closes(accounts: Accounts) -> None:
    cookie = signed_in()
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    pair = cookie.split(";")[0]
    assert ask("GET", "/", cookie=pair)[2] == "inside"
    assert ask("POST", "/sign-out", cookie=pair)[0] == 303
    assert ask("GET", "/", cookie=pair)[0] == 303


def test_a_wrong_password_and_another_site_stay_outside(accounts: Accounts) -> None:
    status, told, text = ask("POST", "/sign-in", b"name=%3Cb%3E&password=wrong", origin="http://here:1")
    assert (status, "set-cookie" in told) == (401, False)
    assert "<b>" not in text
    right = f"name=ann&password={PASSWORD.replace(' ', '+')}".encode()
    assert ask("POST", "/sign-in", right, origin="http://evil.example")[0] == 403
    assert ask("POST", "/sign-in", right + b"&x=" + b"x" * 9000)[0] == 401


@pytest.mark.parametrize("address", ["0.0.0.0", "::", "192.168.1.5", None, "", "example.com", "127.0.0.1.nip.io"])
def test_it_does_not_listen_outside_without_sign_in(home: Path, address: str | None) -> None:
    assert "user add" in doors.may_listen(address)
    for loopback in ("127.0.0.1", "127.8.8.8", "::1", "[::1]", "localhost"):
        assert doors.may_listen(loopback) == ""


def test_with_accounts_it_may_listen_anywhere(accounts: Accounts) -> None:
    assert doors.may_listen("0.0.0.0") == ""


def test_a_link_leads_on_after_signing_in_and_never_elsewhere(accounts: Accounts) -> None:
    _, told, _ = ask("GET", "/compare?run=abc&x=%2F")
    assert told["location"] == "/sign-in?next=%2Fcompare%3Frun%3Dabc%26x%3D%252F"
    _, _, form = ask("GET", told["location"])
    assert 'name="next" value="/compare?run=abc&amp;x=%2F"' in form
    right = f"name=ann&password={PASSWORD.replace(' ', '+')}&next="
    wanted = {
        "/compare?run=abc": "/compare?run=abc",
        "//evil.example/x": "/",
        "/\\evil.example": "/",
        "https://evil.example": "/",
        "javascript:alert(1)": "/",
        "/sign-out": "/",
        "/x\r\nset-cookie: a=b": "/",
        "": "/",
    }
    for asked, location in wanted.items():
        status, told, _ = ask("POST", "/sign-in", (right + quote(asked)).encode(), origin="http://here:1")
        assert (status, told["location"]) == (303, location)


COOKIES = "_streamlit_user=abc; _streamlit_user_1=def"


@pytest.fixture
def provider(accounts: Accounts, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doors.provider, "configured", lambda: True)


@pytest.mark.usefixtures("provider")
def test_with_a_provider_nobody_uploads_or_fetches_before_signing_in(accounts: Accounts) -> None:
    for path in ("/media/x.png", "/_stcore/upload_file/a/b"):
        assert ask("PUT", path, cookie=COOKIES)[0] == 401
    assert ask("GET", "/", cookie=COOKIES)[2] == "inside"  # the page that leads to the provider
    accounts.expect("_streamlit_user=abc;_streamlit_user_1=def")
    assert ask("PUT", "/_stcore/upload_file/a/b", cookie=COOKIES)[0] == 401  # not before it is known who it is
    accounts.from_provider("eve@example.com", "_streamlit_user=abc;_streamlit_user_1=def")
    assert ask("GET", "/component/x", cookie=COOKIES)[2] == "inside"
    assert ask("GET", "/component/x", cookie="_streamlit_user=abc")[0] == 401
    status, told, text = ask("POST", "/sign-out", cookie=COOKIES)
    assert (status, "/auth/logout" in text, "Max-Age=0" in told["set-cookie"]) == (200, True, True)
    assert ask("GET", "/component/x", cookie=COOKIES)[0] == 401


@pytest.mark.usefixtures("provider")
def test_only_a_callback_that_lets_somebody_in_begins_a_session(accounts: Accounts) -> None:
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    def back(*set_cookie: str, **cookies: str) -> dict[str, str]:
        sent.clear()
        headers = [(b"location", b"/"), *((b"set-cookie", c.encode()) for c in set_cookie)]
        start = {"type": "http.response.start", "status": 302, "headers": headers}

        async def answered() -> None:
            await doors.provider.noting(lambda: accounts, send, cookies)(start)

        asyncio.run(answered())
        return {k.decode(): v.decode() for k, v in sent[0]["headers"]}

    assert back("_streamlit_user=; Max-Age=0")["location"] == "/"
    assert not accounts.is_open("_streamlit_user=")
    assert back("_streamlit_user_tokens=t; Path=/")["location"] == "/"
    told = back("_streamlit_user=new; Path=/", groundwork_next="%2Fcompare%3Frun%3D1", _streamlit_user_1="stale")
    assert told["location"] == "/compare?run=1"
    assert accounts.is_open("_streamlit_user=new")
    gone = [v.decode() for k, v in sent[0]["headers"] if k == b"set-cookie" and b"Max-Age=0" in v]
    assert [g.split("=")[0] for g in gone] == ["groundwork_next", "_streamlit_user_1"]
    assert back("_streamlit_user=n2; Path=/", groundwork_next="%2F%2Fevil.example")["location"] == "/"


def test_a_tab_that_comes_back_as_somebody_else_starts_empty() -> None:
    from streamlit.testing.v1 import AppTest

    def page() -> None:
        import streamlit as st

        from ui import session

        session.belongs_to(st.query_params.get("who", ""))

    tab = AppTest.from_function(page)
    tab.query_params["who"] = "ann"
    tab.run()
    tab.session_state["boards"] = {"p1": "a draft of ann's"}
    tab.query_params["who"] = ""
    tab.run()
    assert "boards" in tab.session_state  # her session ended: what is said about that may stand there
    tab.query_params["who"] = "bob"
    tab.run()
    assert "boards" not in tab.session_state


FILE = "5f" * 28


async def page_with_a_file(scope: Any, receive: Any, send: Any) -> None:
    """A page whose drawing tells of a file, and the file itself."""
    if scope["type"] == "websocket":
        await send({"type": "websocket.accept"})
        await send({"type": "websocket.send", "bytes": b"\x12\x40/media/" + FILE.encode() + b".csv\x1a"})
    else:
        await inner(scope, receive, send)


def test_a_file_is_handed_to_whom_its_address_was_shown(accounts: Accounts) -> None:
    """Ids of files are no secret for long: an address is passed on, stands in a history, is the same for the same file."""
    accounts.add("ann", "bob", "member", PASSWORD)
    cookies = {u: f"{COOKIE}={accounts.sign_in(u, PASSWORD)}" for u in ("ann", "bob")}
    door = doors.Doors(page_with_a_file)

    def got(user: str, path: str = f"/media/{FILE}.csv", kind: str = "http") -> int:
        return ask("GET", path, kind=kind, door=door, cookie=cookies[user])[0]

    assert got("ann") == 404  # not before it was shown
    got("ann", "/_stcore/stream", "websocket")
    assert (got("ann"), got("ann", f"/audit/media/{FILE}.csv")) == (200, 200)
    assert [got("bob", p) for p in (f"/media/{FILE}.csv", f"/media/{FILE}", f"/x/media/{FILE}.csv")] == [404] * 3
    assert got("ann", f"/media/{FILE[:-2]}.csv") == 404
    got("bob", "/_stcore/stream", "websocket")
    assert got("bob") == 200


@pytest.mark.usefixtures("provider")
def test_with_a_provider_a_page_becomes_somebodys_while_it_is_drawn(accounts: Accounts) -> None:
    token = "_streamlit_user=abc;_streamlit_user_1=def"
    accounts.expect(token)

    async def drawn(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "websocket":
            accounts.from_provider("eve@example.com", token)
        await page_with_a_file(scope, receive, send)

    door = doors.Doors(drawn)
    ask("GET", "/_stcore/stream", kind="websocket", door=door, cookie=COOKIES)
    assert ask("GET", f"/media/{FILE}.csv", door=door, cookie=COOKIES)[0] == 200
