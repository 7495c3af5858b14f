"""Signing in through the organisation (`st.login`): how its sessions begin, and what the door does about them.

Streamlit's cookie says for thirty days who somebody is, and nothing on the server's side can take it back. So the door
notes the cookie when the provider's callback sets it, and it counts only as long as the session that was noted then:
sign-out, an admin and time end it as they end those of local accounts, also for whoever has a copy of the cookie.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from http.cookies import CookieError, SimpleCookie
from typing import Any
from urllib.parse import quote, unquote

from runs.accounts import Accounts

Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
CALLBACK, LOGOUT = "/oauth2callback", "/auth/logout"
WAY_BACK = "groundwork_next"  # the cookie that keeps what was wanted while the provider asks who it is
_STREAMLITS = "_streamlit_user"  # a long one comes in parts, named with _1, __1 …


def configured() -> bool:
    """Is `st.login` (OpenID Connect) set up in Streamlit's secrets?"""
    import streamlit as st
    from streamlit.errors import StreamlitAPIException

    try:
        return "auth" in st.secrets
    except (FileNotFoundError, StreamlitAPIException):
        return False


def token(cookies: Mapping[str, str]) -> str:
    """What a session of the provider is known by, "" without one: the signed cookie itself, all of its parts."""
    parts = [(k, v) for k, v in sorted(cookies.items()) if v and _is_part(k)]
    return ";".join(f"{k}={v}" for k, v in parts) if any(k == _STREAMLITS for k, _ in parts) else ""


def _is_part(name: str) -> bool:
    rest = name.removeprefix(_STREAMLITS)
    return name.startswith(_STREAMLITS) and (not rest or rest.strip("_").isdigit())


def noting(accounts: Callable[[], Accounts | None], send: Send, cookies: Mapping[str, str]) -> Send:
    """Around the answer of the callback: whom it lets in has a session from now on, and gets to what was wanted."""

    async def noted(message: MutableMapping[str, Any]) -> None:
        if message["type"] == "http.response.start":
            headers = [(k, v) for k, v in message.get("headers", ())]
            found, book = token(_set_by(headers)), accounts()
            if found and book is not None:
                book.expect(found)
                stale = [k for k in cookies if _is_part(k) and k not in _set_by(headers)]
                wanted = inside(unquote(cookies.get(WAY_BACK, "")))
                message["headers"] = _back_to(headers, wanted, [WAY_BACK, *stale])
        await send(message)

    return noted


def remember(wanted: str) -> tuple[bytes, bytes]:
    """The header that keeps an address within Groundwork for after the sign-in; a session cookie."""
    return b"set-cookie", f"{WAY_BACK}={quote(wanted, safe='')}; Path=/; HttpOnly; SameSite=Lax".encode()


def inside(wanted: str) -> str:
    """The address if it is one of this app's pages, else "/": nobody is led elsewhere by a link to us."""
    plain = wanted.startswith("/") and not wanted.startswith(("//", "/\\")) and wanted.isprintable()
    return quote(wanted, safe="/?&=%-_.~") if plain and not wanted.startswith(("/sign-", "/auth/")) else "/"


def _set_by(headers: list[tuple[bytes, bytes]]) -> dict[str, str]:
    out = dict[str, str]()
    for name, value in headers:
        if name.lower() == b"set-cookie":
            try:
                out |= {k: m.value for k, m in SimpleCookie(value.decode("latin-1")).items() if m["max-age"] != "0"}
            except CookieError:
                continue
    return out


def _back_to(headers: list[tuple[bytes, bytes]], wanted: str, over: list[str]) -> list[tuple[bytes, bytes]]:
    kept = [(k, wanted.encode() if k.lower() == b"location" and wanted != "/" else v) for k, v in headers]
    return [*kept, *((b"set-cookie", f"{name}=; Path=/; Max-Age=0".encode()) for name in over)]
