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
from collections.abc import MutableMapping
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

from runs.accounts import Accounts
from runs.database import Database
from runs.errors import GroundworkError
from runs.settings import Settings
from ui import media, provider
from ui.asgi import Receive, Scope, Send, cookies, header, reply
from ui.sign_in_door import PATH, SignInDoor, sign_out, token

OPEN_PATHS = ("/_stcore/health", "/static/", "/favicon", "/sign-in", "/sign-out")
_NOT_WITHOUT = ("/_stcore/upload_file", "/media", "/component")  # what takes in or hands out without a page being drawn
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
        self._app, self._shown, self._sign_in = app, media.Shown(), SignInDoor()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        accounts, path, inside = _accounts(), scope["path"], _guarded(send)
        if not _of_our_page(scope):
            await _refuse(scope, receive, send, 403, "Another page of this machine asked for this.")
        elif not provider.configured() and (accounts is None or not accounts.any()):
            if _from_here(scope):
                await self._app(scope, receive, inside)
            else:
                await _refuse(scope, receive, send, 403, _NOT_HERE)
        elif accounts and scope["type"] == "http" and path == PATH:
            await self._sign_in.sign_in(accounts, scope, receive, send)
        elif accounts and scope["type"] == "http" and path == "/sign-out" and scope["method"] == "POST":
            await sign_out(accounts, scope, send)
        elif path.startswith(OPEN_PATHS):
            await self._app(scope, receive, inside)
        elif accounts and (user := await asyncio.to_thread(_whose, accounts, scope)):
            await self._with_session(accounts, user, scope, receive, inside)
        elif provider.configured():
            await self._with_provider(scope, receive, self._noting(accounts, scope, inside))
        elif _is_page(scope):
            await reply(send, 303, "", [("location", f"/sign-in{_wanted(scope)}")])
        else:
            await _refuse(scope, receive, send, 401, "Sign in first.")

    async def _with_session(self, accounts: Accounts, user: str, scope: Scope, receive: Receive, send: Send) -> None:
        if media.PATH in scope["path"] and not self._shown.may(user, scope["path"]):
            await _refuse(scope, receive, send, 404, "There is no such file.")
        else:
            await self._app(scope, receive, self._noting(accounts, scope, send))

    def _noting(self, accounts: Accounts | None, scope: Scope, send: Send) -> Send:
        page = accounts if scope["type"] == "websocket" else None
        return self._shown.to(lambda: _whose(page, scope), send) if page else send

    async def _with_provider(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Who has no session yet gets the page that leads to the provider (Streamlit draws it), and nothing of anybody's."""
        if scope["path"] == provider.CALLBACK:
            await self._app(scope, receive, provider.noting(_accounts, send, cookies(scope)))
        elif scope["path"].startswith(_NOT_WITHOUT):
            await _refuse(scope, receive, send, 401, "Sign in first.")
        else:
            note = [provider.remember(_address(scope))] if _is_page(scope) and _address(scope) != "/" else []
            await self._app(scope, receive, _with_headers(send, note))


def _whose(accounts: Accounts, scope: Scope) -> str:
    """Whose session it is, or "". In a thread: once a minute it notes that the session was used, and that write may have
    to wait for another's."""
    if scope["path"] == provider.CALLBACK:
        return ""  # a new session begins there, whoever one is already
    theirs = (
        provider.token(cookies(scope)) if provider.configured() else ""
    )  # of somebody known: whom the page refuses has none
    return accounts.user(token(scope)) or accounts.user(theirs)


def _is_page(scope: Scope) -> bool:
    path = scope["path"]
    return (
        scope["type"] == "http"
        and scope["method"] == "GET"
        and "." not in path.rsplit("/", 1)[-1]
        and header(scope, b"sec-fetch-dest") in ("", "document")
        and "/_stcore/" not in path  # a page asks below its own address: /audit/_stcore/health
        and not path.startswith(("/auth/", provider.CALLBACK, *_NOT_WITHOUT))
    )


def _address(scope: Scope) -> str:
    query = scope.get("query_string", b"").decode("latin-1")
    return scope["path"] + (f"?{query}" if query else "")


def _wanted(scope: Scope) -> str:
    return f"?next={quote(_address(scope), safe='')}" if _address(scope) != "/" else ""


def _with_headers(send: Send, more: list[tuple[bytes, bytes]]) -> Send:
    async def sent(message: MutableMapping[str, Any]) -> None:
        if message["type"] == "http.response.start":
            message["headers"] = [*message.get("headers", ()), *more]
        await send(message)

    return sent


async def _refuse(scope: Scope, receive: Receive, send: Send, status: int, text: str) -> None:
    if scope["type"] == "http":
        await reply(send, status, text)
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
    names = [str((scope.get("server") or ("",))[0]), _host(f"//{header(scope, b'host')}")]
    if scope["type"] == "websocket" and (origin := header(scope, b"origin")):
        names.append(_host(origin))
    return all(_is_loopback(n) for n in names)


def _of_our_page(scope: Scope) -> bool:
    """A page of another program here, at another port of the loopback address, shares our cookies; Streamlit takes a
    connection from it for one of ours."""
    origin = header(scope, b"origin")
    if scope["type"] != "websocket" or not _is_loopback(_host(origin)):
        return True
    return origin.partition("://")[2] == header(scope, b"host")


def _host(address: str) -> str:
    try:
        return urlsplit(address).hostname or ""
    except ValueError:
        return ""


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


_NOT_HERE = (
    "There is no account, so Groundwork is open to this machine alone, as http://127.0.0.1 or http://localhost. To use it "
    "from elsewhere or under another name, make an account first: python -m runs user add NAME --role admin"
)


def may_listen(address: str | None) -> str:
    """ "" when it may, else what to tell: on any address but the loopback one everybody has to sign in."""
    if _is_loopback(address or ""):
        return ""
    accounts = _accounts()
    if provider.configured() or (accounts is not None and accounts.any()):
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
