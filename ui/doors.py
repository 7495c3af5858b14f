"""The door: who gets in before Streamlit sees anything. Sign-in form, session cookie, and the check of the address.

A piece of ASGI in front of the whole app: once there is an account, nothing but the form, the health check and the static
files is served without a session, also no WebSocket and no upload. The token is in a cookie that scripts cannot read
(HttpOnly) and other sites cannot send along with a form (SameSite); what it stands for is on the server's side.

While there is no account, only this machine is let in, under a name of this machine: so a web site that a browser here
has open can neither connect to it nor reach it under a name of its own that leads here. No page of another site may
show one of ours in a frame (and have a click land on "Approve"), and ours load no picture from elsewhere.

Not covered: encryption on the way (put a proxy with TLS in front; the cookie is then marked Secure), and a proxy on
this machine that lets others in to the loopback address while there is no account.
"""

from __future__ import annotations

import asyncio
import ipaddress
from collections.abc import Awaitable, Callable, MutableMapping
from functools import lru_cache
from html import escape
from http.cookies import CookieError, SimpleCookie
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from runs.accounts import LONGEST, Accounts
from runs.database import Database
from runs.errors import GroundworkError, SignInRefused
from runs.settings import Settings

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
COOKIE = "groundwork_session"
OPEN_PATHS = ("/_stcore/health", "/static/", "/favicon", "/sign-in", "/sign-out")
LONGEST_FORM = 4_000  # bytes
_POLICY = (
    "img-src 'self' data: blob:; media-src 'self' data: blob:; object-src 'none'; base-uri 'self'; form-action 'self'; "
    "frame-ancestors 'self'"
)
_HEADERS = [
    (b"content-security-policy", _POLICY.encode()),
    (b"x-frame-options", b"SAMEORIGIN"),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
]


class Doors:
    """ASGI middleware."""

    def __init__(self, app: Any) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        accounts, path, inside = _accounts(), scope["path"], _guarded(send)
        if accounts is None or not accounts.any():
            if provider_configured() or _from_here(scope):
                await self._app(scope, receive, inside)
            else:
                await _refuse(scope, receive, send, 403, _NOT_HERE)
        elif scope["type"] == "http" and path == "/sign-in":
            await _sign_in(accounts, scope, receive, send)
        elif scope["type"] == "http" and path == "/sign-out" and scope["method"] == "POST":
            accounts.sign_out(token(scope))
            await _reply(send, 303, "", [("location", "/sign-in"), ("set-cookie", _cookie("", scope, 0))])
        elif path.startswith(OPEN_PATHS) or provider_configured() or accounts.user(token(scope)):
            await self._app(scope, receive, inside)
        elif scope["type"] == "http" and scope["method"] == "GET" and "." not in path.rsplit("/", 1)[-1]:
            await _reply(send, 303, "", [("location", "/sign-in")])
        else:
            await _refuse(scope, receive, send, 401, "Sign in first.")


async def _refuse(scope: Scope, receive: Receive, send: Send, status: int, text: str) -> None:
    if scope["type"] == "http":
        await _reply(send, status, text)
        return
    await receive()
    await send({"type": "websocket.close", "code": 4000 + status})


def _guarded(send: Send) -> Send:
    """Every answer of the app with our headers."""

    async def guarded(message: MutableMapping[str, Any]) -> None:
        if message["type"] == "http.response.start":
            ours = {k for k, _ in _HEADERS}
            message["headers"] = [h for h in message.get("headers", ()) if h[0].lower() not in ours] + _HEADERS
        await send(message)

    return guarded


def _from_here(scope: Scope) -> bool:
    """Did it come in at the loopback address, for a name of this machine, and from no other site?"""
    names = [str((scope.get("server") or ("",))[0]), _host(f"//{_header(scope, b'host')}")]
    if scope["type"] == "websocket" and (origin := _header(scope, b"origin")):
        names.append(_host(origin))
    return all(_is_loopback(n) for n in names)


def _host(address: str) -> str:
    try:
        return urlsplit(address).hostname or ""
    except ValueError:
        return ""


async def _sign_in(accounts: Accounts, scope: Scope, receive: Receive, send: Send) -> None:
    if scope["method"] != "POST":
        if accounts.user(token(scope)):
            await _reply(send, 303, "", [("location", "/")])
        else:
            await _reply(send, 200, _page(""))
        return
    origin, host = _header(scope, b"origin"), _header(scope, b"host")
    if origin and urlsplit(origin).netloc != host:
        await _reply(send, 403, _page("This form came from another site, so it was not used."))
        return
    form = parse_qs((await _body(receive)).decode("utf-8", "replace"), keep_blank_values=True)
    try:
        name, password = form.get("name", [""])[0], form.get("password", [""])[0]
        opened = await asyncio.to_thread(accounts.sign_in, name, password)
    except SignInRefused as e:
        await _reply(send, 401, _page(str(e), form.get("name", [""])[0]))
        return
    await _reply(send, 303, "", [("location", "/"), ("set-cookie", _cookie(opened, scope, int(LONGEST)))])


async def _body(receive: Receive) -> bytes:
    """At most LONGEST_FORM bytes; what is longer is no sign-in."""
    out = b""
    while True:
        message = await receive()
        out += message.get("body", b"")
        if len(out) > LONGEST_FORM:
            return b""
        if not message.get("more_body"):
            return out


async def _reply(send: Send, status: int, text: str, headers: list[tuple[str, str]] = []) -> None:  # noqa: B006
    kept = [
        ("content-type", "text/html; charset=utf-8"),
        ("cache-control", "no-store"),
        ("content-security-policy", "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'"),
        ("referrer-policy", "same-origin"),  # with no referrer at all a browser sends "Origin: null"
        *headers,
    ]  # fmt: skip
    raw = [(k.encode(), v.encode("latin-1", "replace")) for k, v in kept]
    await send({"type": "http.response.start", "status": status, "headers": raw})
    await send({"type": "http.response.body", "body": text.encode()})


def _cookie(value: str, scope: Scope, seconds: int) -> str:
    secure = scope.get("scheme") in ("https", "wss") or _header(scope, b"x-forwarded-proto") == "https"
    return f"{COOKIE}={value}; Path=/; HttpOnly; SameSite=Lax; Max-Age={seconds}{'; Secure' if secure else ''}"


def token(scope: Scope) -> str:
    try:
        found = SimpleCookie(_header(scope, b"cookie")).get(COOKIE)
    except CookieError:
        return ""
    return found.value if found else ""


def _header(scope: Scope, name: bytes) -> str:
    return next((v.decode("latin-1") for k, v in scope["headers"] if k == name), "")


@lru_cache(maxsize=1)
def _opened(path: Path) -> Accounts:
    return Accounts(Database(path))


def _accounts() -> Accounts | None:
    """None while there is no home yet, or when it cannot be opened (the page says why)."""
    path = Settings.from_environment().home / "groundwork.sqlite3"
    try:
        return _opened(path) if path.exists() else None
    except GroundworkError:
        return None


def provider_configured() -> bool:
    """Is `st.login` (OpenID Connect) set up in Streamlit's secrets?"""
    import streamlit as st
    from streamlit.errors import StreamlitAPIException

    try:
        return "auth" in st.secrets
    except (FileNotFoundError, StreamlitAPIException):
        return False


_NOT_HERE = (
    "There is no account, so Groundwork is open to this machine alone, as http://127.0.0.1 or http://localhost. To use it "
    "from elsewhere or under another name, make an account first: python -m runs user add NAME --role admin"
)


def may_listen(address: str | None) -> str:
    """ "" when it may, else what to tell: on any address but the loopback one everybody has to sign in."""
    if _is_loopback(address or ""):
        return ""
    accounts = _accounts()
    if provider_configured() or (accounts is not None and accounts.any()):
        return ""
    return (
        f"Groundwork does not listen on {address or 'all addresses'}: anybody who can reach it could use it. Nothing was "
        "started. Make an account first (python -m runs user add NAME --role admin), or set up st.login in "
        ".streamlit/secrets.toml, or stay on this machine (--server.address 127.0.0.1)."
    )


def _is_loopback(address: str) -> bool:
    if address.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(address.strip("[]")).is_loopback
    except ValueError:
        return False


def _page(message: str, name: str = "") -> str:
    told = f'<p class="bad" role="alert">{escape(message)}</p>' if message else ""
    return _FORM.replace("{told}", told).replace("{name}", escape(name, quote=True))


_FORM = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Sign in · Groundwork</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><style>
:root { color-scheme: light dark; }
body { font: 16px/1.5 system-ui, sans-serif; margin: 0; min-height: 100vh; display: grid; place-items: center;
  background: light-dark(#fdfcfa, #171816); color: light-dark(#26231f, #e9e6df); }
form { width: min(22rem, calc(100vw - 3rem)); }
h1 { font-size: 1.5rem; margin: 0 0 1rem; }
label { display: block; margin: 0.8rem 0 0.25rem; }
input, button { font: inherit; width: 100%; box-sizing: border-box; padding: 0.55rem 0.7rem; border-radius: 0.6rem;
  border: 1px solid light-dark(#dcd6cb, #3b3d36); background: light-dark(#fff, #23251f); color: inherit; }
button { margin-top: 1.2rem; background: light-dark(#1f7a5a, #3fa37c); color: #fff; border: 0; font-weight: 600; cursor: pointer; }
:focus-visible { outline: 2px solid light-dark(#1f7a5a, #3fa37c); outline-offset: 2px; }
.bad { border-left: 4px solid light-dark(#a9322c, #ee8f88); padding: 0.4rem 0.7rem; background: light-dark(#f2efe9, #23251f); }
</style></head><body><form method="post" action="/sign-in"><h1>Sign in to Groundwork</h1>{told}
<label for="name">Name</label><input id="name" name="name" value="{name}" autocomplete="username" required autofocus>
<label for="password">Password</label><input id="password" name="password" type="password" autocomplete="current-password" required>
<button>Sign in</button></form></body></html>"""
