"""What the door needs of ASGI: to read a request's headers, cookies and form, and to answer it. It decides nothing."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from http.cookies import CookieError, SimpleCookie
from typing import Any

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
LONGEST_FORM = 4_000  # bytes


def header(scope: Scope, name: bytes) -> str:
    return next((v.decode("latin-1") for k, v in scope["headers"] if k == name), "")


def cookies(scope: Scope) -> dict[str, str]:
    try:
        return {k: m.value for k, m in SimpleCookie(header(scope, b"cookie")).items()}
    except CookieError:
        return {}


async def body(receive: Receive) -> bytes:
    """At most LONGEST_FORM bytes; what is longer is no sign-in."""
    out = b""
    while True:
        message = await receive()
        out += message.get("body", b"")
        if len(out) > LONGEST_FORM:
            return b""
        if not message.get("more_body"):
            return out


async def reply(send: Send, status: int, text: str, headers: list[tuple[str, str]] = []) -> None:  # noqa: B006
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


def client(scope: Scope) -> str:
    """The address that asks: of a proxy that the server believes (FORWARDED_ALLOW_IPS; by default one on this machine), the
    one for which it asks."""
    return str((scope.get("client") or ("",))[0] or "")


def set_cookie(scope: Scope, name: str, value: str, seconds: int, path: str = "/") -> tuple[str, str]:
    """The header that sets it, out of reach of scripts and of other sites' forms."""
    secure = scope.get("scheme") in ("https", "wss") or header(scope, b"x-forwarded-proto") == "https"
    return (
        "set-cookie",
        f"{name}={value}; Path={path}; HttpOnly; SameSite=Lax; Max-Age={seconds}{'; Secure' if secure else ''}",
    )
